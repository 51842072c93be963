"""A CLAP of the real architecture, narrow and with random weights, saved as transformers saves one."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from plaud_live.training.clap.weights import clap_library

WORDS = ("<s>", "<pad>", "</s>", "<unk>", "rusty", "bells", "soft", "rain")


def save_clap(folder: Path, fused: bool, narrow: bool = True) -> Path:
    """Save one into `folder`, made there; `narrow` or as wide as LAION's."""
    library = clap_library()
    torch.manual_seed(1)
    audio: dict[str, object] = {"enable_fusion": fused, "fusion_type": "aff_2d" if fused else None}
    if narrow:
        width = {"patch_embeds_hidden_size": 16, "hidden_size": 128, "depths": [1, 1, 1, 1]}
        audio |= width | {"num_attention_heads": [1, 2, 4, 8], "aff_block_r": 4}
    text = {"vocab_size": 8, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    text |= {"intermediate_size": 32, "max_position_embeddings": 20}
    config = library.ClapConfig(audio_config=audio, text_config=text, projection_dim=32)
    library.ClapModel(config).save_pretrained(folder)
    library.ClapFeatureExtractor(truncation="fusion" if fused else "rand_trunc").save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    library.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    ).save_pretrained(folder)
    return folder
