"""Resampling against soxr, physics, and finite differences."""

import numpy as np
import pytest
import soxr
import torch

from plaud_live.errors import SettingsError
from plaud_live.features.resampling import Resample
from tests.signals import sine

RATES = [(44100, 48000), (48000, 44100), (16000, 48000), (96000, 44100), (22050, 48000), (44100, 22050)]
EDGE = 0.05  # s left out at each end: there, one knows silence beyond and one the sound's other end


@pytest.mark.parametrize(("old", "new"), RATES)
def test_it_is_soxrs_and_what_it_has_to_be(old: int, new: int) -> None:
    """A second of noise below 0.85 of the lower Nyquist frequency, where all are flat.

    soxr's own fractional delays are good to -86 dB at 44100 to 48000 Hz; a longer spectrum is exact.
    """
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(old))  # a bin is 1 Hz
    spectrum[int(0.85 * min(old, new) / 2) :] = 0.0
    sound = np.fft.irfft(spectrum, old)
    ours = Resample(old, new).double()(torch.from_numpy(sound)[None])[0].numpy()
    theirs = soxr.resample(sound, old, new, quality="VHQ")
    bins = new // 2 + 1
    exact = np.fft.irfft(np.pad(spectrum, (0, max(0, bins - len(spectrum))))[:bins], new) * new / old
    assert len(ours) == len(exact)
    assert error_db(ours, theirs, new) < -80.0
    assert error_db(ours, exact, new) < -120.0


def error_db(made: np.ndarray, wanted: np.ndarray, rate: int) -> float:
    """Level of the difference below the wanted sound's, without the ends: there silence is cut into."""
    length, edge = min(len(made), len(wanted)), round(EDGE * rate)
    inner = slice(edge, length - edge)
    return 20.0 * np.log10(np.std(made[inner] - wanted[inner]) / np.std(wanted[inner]))


@pytest.mark.parametrize(("old", "new"), [(48000, 44100), (96000, 44100)])
def test_what_cannot_be_heard_at_the_new_rate_is_gone(old: int, new: int) -> None:
    tone = torch.from_numpy(sine(old // 2, 1.01 * new / 2, old, 1.0))
    made = Resample(old, new).double()(tone[None])[0]
    inner = made[round(EDGE * new) : -round(EDGE * new)]
    assert float(inner.square().mean().sqrt()) < 1e-5  # -100 dB


def test_the_gradient_is_the_transpose() -> None:
    """<R x, y> = <x, R' y>: what a linear map's gradient has to be."""
    generator = torch.Generator().manual_seed(1)
    resample = Resample(44100, 48000).double()
    x = torch.randn(2, 1, 500, generator=generator, dtype=torch.float64, requires_grad=True)
    made = resample(x)
    assert made.shape == (2, 1, 545)
    y = torch.randn(made.shape, generator=generator, dtype=torch.float64)
    (made * y).sum().backward()
    assert x.grad is not None
    z = torch.randn(x.shape, generator=generator, dtype=torch.float64)
    assert float((x.grad * z).sum()) == pytest.approx(float((resample(z) * y).sum()), rel=1e-9)


def test_the_same_rate_changes_nothing_and_odd_ratios_are_refused() -> None:
    sound = torch.randn(1, 100)
    assert Resample(48000, 48000)(sound) is sound
    with pytest.raises(SettingsError, match="44101 Hz cannot be resampled to 48000 Hz: prepare"):
        Resample(44101, 48000)
