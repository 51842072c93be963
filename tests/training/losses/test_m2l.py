"""music2latent as an ear, on the real architecture with random weights."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from plaud_live.errors import SettingsError
from plaud_live.training.losses import m2l
from plaud_live.training.losses.m2l import Music2LatentDistance, Music2LatentEar
from plaud_live.training.options import TrainOptions
from tests.signals import sine
from tests.training.losses.made import descend, gradient, value

Options = Callable[..., TrainOptions]
SHORT = 2500  # samples at 16 kHz: the shortest that the network makes a frame of, and a little
WHOLE = 2048 + 15 * 512  # samples that make 16 frames: nothing is added


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    """Weights of its encoder, as its checkpoint names them."""
    torch.manual_seed(1)
    encoder = import_module("music2latent.models").Encoder()
    return {f"encoder.{name}": tensor for name, tensor in encoder.state_dict().items()}


@pytest.fixture(scope="module")
def weights(state: dict[str, Tensor], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint as it is downloaded: with what training left in it."""
    path = tmp_path_factory.mktemp("m2l") / "music2latent.pt"
    torch.save({"gen_state_dict": {**state, "decoder.other": torch.zeros(1)}, "it": 3}, path)
    return path


def m2l_options(options: Options, path: Path) -> TrainOptions:
    return options(losses=(("m2l", 1.0),), m2l_weights=str(path))


def test_features_are_music2latents_own(weights: Path) -> None:
    """But for where its own representation has no finite slope, near silence."""
    torch.manual_seed(1)
    audio = 0.1 * torch.randn(1, WHOLE)
    ear = Music2LatentEar(str(weights))
    theirs = import_module("music2latent.audio").to_representation_encoder(audio)
    torch.testing.assert_close(ear.representation(audio), theirs, rtol=1e-3, atol=1e-4)
    with torch.no_grad():
        features = ear.encoder(theirs, extract_features=True)
        torch.testing.assert_close(ear(audio), features, rtol=1e-2, atol=1e-3)
    assert features.shape == (1, 8192, 2)


def test_a_sound_of_any_length_is_heard_to_its_end(weights: Path) -> None:
    ear = Music2LatentEar(str(weights))
    for samples in (500, 2048, 6000, WHOLE, WHOLE + 1):
        click = torch.zeros(1, samples)
        click[0, -1] = 1.0
        made = ear.representation(click)
        assert made.shape[3] % 8 == 0
        assert float(made.abs().amax(dim=(1, 2)).sum()) > 0.0


def test_the_gradient_reaches_the_waveform_and_steps_lower_the_loss(weights: Path, options: Options) -> None:
    loss = Music2LatentDistance(m2l_options(options, weights))
    torch.manual_seed(1)
    audio = 0.1 * torch.randn(1, 1, SHORT)
    target = torch.from_numpy(sine(SHORT, 440.0, 16000, 0.3)).float()[None, None]
    slope = gradient(loss, audio, target)
    assert bool(torch.isfinite(slope).all())
    assert float((slope != 0.0).float().mean()) > 0.99
    values = descend(loss, audio, target, rate=0.01, steps=3)
    assert values[-1] < values[0]


def test_gradients_are_finite_on_silence(weights: Path, options: Options) -> None:
    loss = Music2LatentDistance(m2l_options(options, weights))
    silence, tone = (
        torch.zeros(1, 1, SHORT),
        torch.from_numpy(sine(SHORT, 440.0, 16000, 0.3)).float()[None, None],
    )
    for audio, target in ((silence, tone), (tone, silence)):
        assert bool(torch.isfinite(gradient(loss, audio, target)).all())
    assert value(loss, silence, silence) == 0.0


def test_safetensors_are_read_too(state: dict[str, Tensor], weights: Path, tmp_path: Path) -> None:
    save_file(state, tmp_path / "m2l.safetensors")
    ours, theirs = (
        Music2LatentEar(str(path)).state_dict() for path in (tmp_path / "m2l.safetensors", weights)
    )
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_without_weights_the_line_says_how_to_get_them_and_whose_they_are() -> None:
    with pytest.raises(SettingsError) as error:
        Music2LatentEar(None)
    assert "hf download SonyCSLParis/music2latent" in str(error.value)
    assert "CC BY-NC 4.0: no commercial use" in str(error.value)
    assert "\n" not in str(error.value)


def test_without_the_package_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(m2l, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError) as error:
        Music2LatentEar("weights.pt")
    assert error.value.name == "music2latent"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("gone", "no such file"),
        ("missing", "weights missing, as conv_inp.weight: another network?"),
        ("shape", "conv_inp.weight is [2], this network wants [64, 2, 3, 3]"),
        ("text", "not weights alone, so it is not read"),
        ("other", "weights missing"),
    ],
)
def test_weights_that_do_not_fit_are_one_line(
    change: str, message: str, state: dict[str, Tensor], tmp_path: Path
) -> None:
    path, held = tmp_path / "weights.pt", dict(state)
    if change == "missing":
        del held["encoder.conv_inp.weight"]
    elif change == "shape":
        held["encoder.conv_inp.weight"] = torch.zeros(2)
    if change == "text":
        path.write_text("no weights")
    elif change == "other":
        torch.save([1, 2], path)
    elif change != "gone":
        torch.save({"gen_state_dict": held}, path)
    with pytest.raises(SettingsError) as error:
        Music2LatentEar(str(path))
    assert message in str(error.value)
    assert "\n" not in str(error.value)
