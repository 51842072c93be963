"""The multi-resolution STFT loss against auraloss, its formulas and the standard of the A curve."""

import math
from collections.abc import Callable

import auraloss
import pytest
import torch
from torch import Tensor

from plaud_live.errors import SettingsError
from plaud_live.training.losses.stft import HOP, MultiResolutionSTFT, a_weight
from plaud_live.training.options import TrainOptions
from tests.signals import sine
from tests.training.losses.made import descend, gradient, made, value

Options = Callable[..., TrainOptions]


@pytest.fixture
def pair() -> tuple[Tensor, Tensor]:
    torch.manual_seed(1)
    return 0.1 * torch.randn(2, 1, 7000), 0.1 * torch.randn(2, 1, 7000)


@pytest.mark.parametrize("windows", [(240, 600, 1200), (64, 511, 4096)])
def test_it_is_aurasloss_own(options: Options, pair: tuple[Tensor, Tensor], windows: tuple[int, ...]) -> None:
    ours = MultiResolutionSTFT(
        options(stft_windows=windows)
    ).double()  # gradients of ln 0.0001 amplify rounding
    ffts = [2 ** math.ceil(math.log2(window)) for window in windows]
    theirs = auraloss.freq.MultiResolutionSTFTLoss(ffts, [round(HOP * w) for w in windows], list(windows))
    audio, target = (sound.double().requires_grad_() for sound in pair)
    distance = theirs(audio, target)
    distance.backward()
    assert value(ours, audio, target) == pytest.approx(float(distance.detach()), rel=1e-6)
    torch.testing.assert_close(gradient(ours, audio, target), audio.grad, rtol=1e-4, atol=1e-8)


def test_the_targets_norm_divides(options: Options, pair: tuple[Tensor, Tensor]) -> None:
    loss, sound = MultiResolutionSTFT(options()), pair[0]
    # |S| / 2 against |S|: convergence 1/2 if the target divides, 1 if the other does; log distance ln 2
    assert value(loss, 0.5 * sound, sound) == pytest.approx(0.5 + math.log(2.0), rel=1e-3)
    assert value(loss, sound, 0.5 * sound) == pytest.approx(1.0 + math.log(2.0), rel=1e-3)


def test_convergence_has_a_weight_of_its_own(options: Options, pair: tuple[Tensor, Tensor]) -> None:
    loss, sound = MultiResolutionSTFT(options(stft_convergence=3.0)), pair[0]
    assert value(loss, 0.5 * sound, sound) == pytest.approx(1.5 + math.log(2.0), rel=1e-3)
    loss = MultiResolutionSTFT(options(stft_convergence=0.0))
    assert value(loss, 0.5 * sound, sound) == pytest.approx(math.log(2.0), rel=1e-3)


def test_every_channel_counts(options: Options, pair: tuple[Tensor, Tensor]) -> None:
    loss = MultiResolutionSTFT(options())
    audio, target = (sound.reshape(1, 2, -1) for sound in pair)
    assert value(loss, audio, target) == pytest.approx(value(loss, *pair), rel=1e-6)
    assert bool((gradient(loss, audio, target).abs().amax(dim=2) > 0.0).all())


def test_the_same_sound_costs_nothing_and_gradients_are_finite_at_silence(
    options: Options, pair: tuple[Tensor, Tensor]
) -> None:
    loss, silence = MultiResolutionSTFT(options()), torch.zeros(1, 1, 7000)
    assert value(loss, pair[0], pair[0]) == 0.0
    for audio, target in ((silence, pair[0][:1]), (pair[0][:1], silence), (silence, silence)):
        assert bool(torch.isfinite(gradient(loss, audio, target)).all())
        assert math.isfinite(value(loss, audio, target))


def test_a_few_steps_lower_it(options: Options, pair: tuple[Tensor, Tensor]) -> None:
    values = descend(MultiResolutionSTFT(options()), *pair, rate=0.01, steps=8)
    assert values[-1] < 0.8 * values[0]


@pytest.mark.parametrize(
    ("hz", "decibels"),  # table 3 of IEC 61672-1, rounded to a tenth there
    [(31.62, -39.4), (100.0, -19.1), (501.2, -3.2), (1000.0, 0.0), (2512.0, 1.3), (10000.0, -2.5)],
)
def test_the_a_curve_is_the_standards(hz: float, decibels: float) -> None:
    size, rate = 1 << 16, 44100
    curve = a_weight(size, rate)
    at = [round(f * size / rate) for f in (hz, 1000.0)]
    assert 20.0 * math.log10(float(curve[at[0]] / curve[at[1]])) == pytest.approx(decibels, abs=0.1)
    assert float(curve.mean()) == pytest.approx(1.0, abs=1e-5)


def test_weighted_an_error_that_is_hardly_heard_costs_less(options: Options) -> None:
    """The same two tones, one of them 6 dB too loud: by the A curve 60 Hz counts less than 2 kHz."""
    low, high = (torch.from_numpy(sine(7000, hz, 16000, 0.1)).float()[None, None] for hz in (60.0, 2000.0))
    target = low + high

    def cost(**settings: object) -> float:
        loss = MultiResolutionSTFT(options(stft_windows=(2048,), **settings))
        return value(loss, target + low, target) / value(loss, target + high, target)

    assert cost(stft_weighting="a") < 0.3 * cost()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stft_windows": ()}, "--stft-windows : samples, wants 16 to"),
        ({"stft_windows": (8, 600)}, "--stft-windows 8 600: samples, wants 16 to 7"),
        ({"stft_windows": (9000,)}, "--stft-windows 9000: samples, wants 16 to 7"),
        ({"stft_weighting": "b"}, "--stft-weighting b: have none, a"),
        ({"stft_convergence": -1.0}, "--stft-convergence -1: wants at least 0"),
    ],
)
def test_bad_settings_are_one_line(options: Options, settings: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        options(**settings)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_longest_window_that_fits_is_taken(options: Options) -> None:
    settings = options()
    room = settings.crop_samples - settings.delay_samples
    loss = MultiResolutionSTFT(options(stft_windows=(room,)))
    sound = torch.randn(1, 1, room)
    assert math.isfinite(float(loss(made(sound), 0.5 * sound)))
