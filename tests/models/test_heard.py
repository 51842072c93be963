"""What is told from controls against what is measured of the sound that they make."""

import numpy as np
import pytest
import torch

from plaud_live.features.attributes import make_feature
from plaud_live.model_file import ModelConfig
from plaud_live.models import heard
from plaud_live.models.plaud import PlaudNet
from plaud_live.models.synth import Grid

CONFIG = ModelConfig(latent_size=2, encoder_size=8, encoder_dilations=(1,), decoder_size=8, sines=40,
                     sine_low_hz=80.0, noise_bands=64)  # fmt: skip
FRAMES, SETTLED = 60, slice(24, None)
CASES = {  # dB of the partials and of the noise, and how either falls over its components
    "partials": (-20.0, -90.0, 3.0, 0.0),
    "bright partials": (-20.0, -90.0, 0.0, 0.0),
    "noise": (-90.0, -25.0, 0.0, 3.0),
    "both": (-30.0, -30.0, 2.0, 1.0),
    "some noise": (-20.0, -45.0, 2.0, 2.0),
    "quiet": (-65.0, -70.0, 2.0, 2.0),
}


def render(case: str) -> tuple[heard.Components, torch.Tensor]:
    """Steady controls of a case, as components, and their sound [1, samples]."""
    partial_db, noise_db, partial_fall, noise_fall = CASES[case]
    net = PlaudNet(CONFIG)
    sines = torch.exp(-partial_fall * torch.linspace(0.0, 1.0, CONFIG.sines))
    sines[1::2] = 0.0  # so that partials stand alone
    noise = torch.exp(-noise_fall * torch.linspace(0.0, 1.0, CONFIG.noise_bands))
    sines *= 10.0 ** (partial_db / 20.0) / torch.sqrt(0.5 * sines.square().sum())
    noise *= 10.0 ** (noise_db / 20.0) / torch.sqrt(noise.square().sum())
    controls = net.training_controls(torch.zeros(1, FRAMES, 2), torch.float32)
    wanted = {"sines": sines, "noise_bands": noise}
    torch.manual_seed(1)
    sound, parts = torch.zeros(()), {}
    for name, amplitude in wanted.items():
        block = net.blocks[name]
        fields = vars(controls[name]) | {"amplitude": amplitude.expand(1, FRAMES, -1)}
        parts[name] = type(controls[name])(**fields)
        sound = sound + block.get_signal(parts[name], block.random_state(parts[name]), Grid.of(CONFIG))[0]
    return heard.components(CONFIG, parts), sound.detach()


def both(case: str, name: str) -> tuple[float, float]:
    """An attribute as told, and as measured."""
    parts, sound = render(case)
    told = heard.HEARD[name](parts)
    measured = make_feature(name, CONFIG.sample_rate, CONFIG.hop_size).measure(sound)
    assert bool(told.known.all()) == bool(measured.known[0, SETTLED].all())
    return float(told.value[0, SETTLED].mean().detach()), float(measured.value[0, SETTLED].mean())


@pytest.mark.parametrize("case", CASES)
def test_loudness_is_that_of_the_sound(case: str) -> None:
    told, measured = both(case, "loudness")
    assert told == pytest.approx(measured, abs=1.0)  # random phases beat


@pytest.mark.parametrize("case", [c for c in CASES if c != "quiet"])
def test_brightness_is_that_of_the_sound(case: str) -> None:
    told, measured = both(case, "brightness")
    assert told == pytest.approx(measured, abs=0.15)


def test_noisiness_rises_with_that_of_the_sound() -> None:
    pairs = [both(case, "noisiness") for case in ("partials", "some noise", "both", "noise")]
    told, measured = np.array(pairs).T
    assert (np.diff(told) > 0.0).all() and (np.diff(measured) > 0.0).all()
    assert np.abs(told - measured).max() < 0.2
    assert told[0] < 0.15 and told[-1] > 0.95


def test_harmonics_count_as_partials() -> None:
    config = ModelConfig(latent_size=2, sines=0, harmonics=10, noise_bands=0)
    net = PlaudNet(config)
    parts = heard.components(config, net.training_controls(torch.zeros(1, 3, 2), torch.float32))
    f0 = parts.partial_hz[..., :1]
    torch.testing.assert_close(parts.partial_hz / f0, torch.arange(1.0, 11.0).expand(1, 3, 10))
    assert float(heard.noise_share(parts).value.max().detach()) < 0.05


def test_the_pitch_of_a_harmonic_block_is_that_of_its_sound() -> None:
    config = ModelConfig(latent_size=2, sines=0, harmonics=10, noise_bands=16)
    net = PlaudNet(config)
    controls = net.training_controls(torch.zeros(1, FRAMES, 2), torch.float32)
    block = net.blocks["harmonics"]
    sound, _ = block.get_signal(controls["harmonics"], None, Grid.of(config))
    quiet = type(controls["noise_bands"])(amplitude=torch.full((1, FRAMES, 16), 1e-5))
    told = heard.pitch(heard.components(config, {**controls, "noise_bands": quiet}))
    measured = make_feature("pitch", config.sample_rate, config.hop_size).measure(sound.detach())
    assert bool(told.known.all()) and bool(measured.known[0, SETTLED].all())
    torch.testing.assert_close(told.value[0, SETTLED], measured.value[0, SETTLED], atol=0.01, rtol=0.0)
    loud = type(controls["noise_bands"])(amplitude=torch.full((1, FRAMES, 16), 0.1))
    assert not bool(heard.pitch(heard.components(config, {**controls, "noise_bands": loud})).known.any())


def test_without_a_harmonic_block_there_is_no_pitch() -> None:
    with pytest.raises(ValueError, match="no harmonic block"):
        heard.pitch(render("partials")[0])


def test_two_channels_are_heard_as_their_mean() -> None:
    stereo = ModelConfig(latent_size=2, sines=4, noise_bands=4, channels=2)
    net = PlaudNet(stereo)
    controls = net.training_controls(torch.zeros(1, 3, 2), torch.float32)
    left = {name: block for name, block in controls.items() if "." not in name}
    parts = heard.components(stereo, {**left, **{f"{name}.1": block for name, block in left.items()}})
    mono = heard.components(ModelConfig(latent_size=2, sines=4, noise_bands=4), left)
    torch.testing.assert_close(heard.loudness(parts).value, heard.loudness(mono).value)
    torch.testing.assert_close(heard.brightness(parts).value, heard.brightness(mono).value)
