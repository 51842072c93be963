"""Network to file and back: the same names, the same sound."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from plaud_live import model_file
from plaud_live.errors import ModelFileError
from plaud_live.model_file import Anchor, ModelConfig, weight_shapes
from plaud_live.models import files
from plaud_live.models.plaud import PlaudNet
from tests.models.nets import ALL_BLOCKS, SUBSETS, moving_controls, moving_latents, tiny_net
from tests.models_for_tests import tiny_model


@pytest.mark.parametrize("config", [ModelConfig(), *(ModelConfig(**s) for s in SUBSETS.values())])
def test_weights_are_those_of_the_format(config: ModelConfig) -> None:
    model = files.to_model(PlaudNet(config), "fresh", tiny_model().latents)
    assert {name: array.shape for name, array in model.weights.items()} == weight_shapes(config)


@torch.no_grad()
def test_round_trip_gives_the_same_sound(tmp_path: Path) -> None:
    torch.manual_seed(5)
    source = tiny_model(**ALL_BLOCKS)
    net = PlaudNet(source.config).eval()
    anchor = Anchor("here", (0.0, 0.1, 0.2, 0.3), "take.wav", 1.0, 2.0)
    made = files.to_model(net, "mine", source.latents, [anchor], {"steps": 3}, "CC0-1.0", "abc")
    model_file.write(made, tmp_path / "mine.plaud")
    read = model_file.read(tmp_path / "mine.plaud")
    assert replace(read, weights={}, digest="") == replace(made, weights={})
    again = files.from_model(read)
    net.residual = torch.tensor(source.latents.residual, dtype=torch.float64)
    audio = torch.randn(1, 1, 5000)
    assert torch.equal(again(audio)[0], net(audio)[0])
    latents = moving_latents(1, 50, 4, 0)
    controls = moving_controls(net, 1, 50, 0)
    assert torch.equal(again.decode(latents, controls)[0], net.decode(latents, controls)[0])


def test_a_missing_weight_is_named() -> None:
    model = tiny_model()
    weights = {k: v for k, v in model.weights.items() if k != "decoder.gru.bias_hh"}
    with pytest.raises(ModelFileError, match=r"'decoder\.gru\.bias_hh' is missing"):
        files.from_model(replace(model, weights=weights))


def test_a_model_is_a_copy_of_the_network() -> None:
    """Training on does not change what was handed out, nor what was loaded from."""
    net = tiny_net()
    model = files.to_model(net, "mine", tiny_model().latents)
    before = model.weights["decoder.last.bias"].copy()
    with torch.no_grad():
        net.decoder.last.bias.add_(1.0)
    assert (model.weights["decoder.last.bias"] == before).all()
