"""Compile every kernel, or load it from the disk, before the first sound is due."""

import numpy as np

from plaud_live.model_file import LatentSpace, ModelConfig, PlaudModel, weight_shapes
from plaud_live.synths.encoder import StreamingEncoder
from plaud_live.synths.voice import Voice

_SMALL = ModelConfig(
    latent_size=1,
    hop_size=16,
    mel_window=16,
    mel_bands=1,
    encoder_size=1,
    encoder_dilations=(1,),
    decoder_size=1,
    sines=1,
    harmonics=1,
    noise_bands=1,
)


def warm(model: PlaudModel | None = None) -> None:
    """Run voice and encoder once, of `model` or of the smallest there can be; all share the same kernels.

    The first time takes some ten seconds and leaves machine code on the disk, later times less than one.
    """
    model = model or _smallest()
    rate = model.config.sample_rate
    voice = Voice(model, rate)
    frames = voice.frames_in(2 * voice.hop)
    latents = np.zeros((frames, model.config.latent_size))
    voice.render(latents, np.tile(voice.default_controls(), (frames, 1)), np.zeros(2 * voice.hop, np.float32))
    StreamingEncoder(model, rate).push(np.zeros(model.config.hop_size, np.float32))


def _smallest() -> PlaudModel:
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(_SMALL).items()}
    space = LatentSpace((0.0,), (1.0,), (0.5,), (0.0,), (0.0,), ("",))
    return PlaudModel("smallest", _SMALL, space, weights)
