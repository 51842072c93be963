"""Harmonics at a pitch that is asked for: in Hz exactly, from a sample on, in phase, none beyond Nyquist."""

from dataclasses import replace

import numpy as np
import pytest

from plaud_live import filterbank
from plaud_live.synths.controls import F0, FREEZE
from plaud_live.synths.voice import Voice
from tests.synths.reference import TINY, Array, default_controls, moving_latents, random_model

RATE = 44100
CONFIG = replace(TINY, sines=0, noise_bands=0, harmonics=5)
MODEL = random_model(CONFIG)
FRAMES = 400
SETTLED = 64 * 20
STILL = np.zeros((FRAMES, CONFIG.latent_size))


def controls(hz: float, frames: int, frozen: bool = False) -> Array:
    asked = default_controls(CONFIG, frames)
    asked[:, F0], asked[:, FREEZE] = hz, frozen
    return asked


def play(
    voice: Voice,
    samples: int,
    hz: float,
    sizes: int = 100,
    latents: Array = STILL,
    frozen: bool = False,
) -> Array:
    out = np.zeros(samples, np.float32)
    for start in range(0, samples, sizes):
        piece = out[start : start + sizes]
        first = -(-voice.position // voice.hop)
        count = voice.frames_in(len(piece))
        voice.render(latents[first : first + count], controls(hz, count, frozen), piece)
    return out


@pytest.mark.parametrize("place", [0, 1, 40, 63])
def test_the_phase_goes_on_at_the_new_frequency_from_that_very_sample(place: int) -> None:
    """At a frame's first sample, its second, in its middle, and at its last: a chirp's definition, summed."""
    voice, at = Voice(MODEL, RATE), SETTLED + 640 + place
    before = np.zeros(at, np.float32)
    before[:SETTLED] = play(voice, SETTLED, 300.0)
    before[SETTLED:] = play(voice, at - SETTLED, 300.0, frozen=True)
    voice.retune(471.3)
    after = play(voice, 3000, 471.3, frozen=True)
    levels = voice.frame_controls().harmonic_amplitudes
    n = np.arange(at + 3000)
    cycles = np.cumsum(np.where(n < at, 300.0, 471.3)) / RATE
    start = filterbank.start_phases(CONFIG.harmonics)
    expected = sum(
        level * np.sin(2 * np.pi * ((k + 1) * cycles + start[k])) for k, level in enumerate(levels)
    )
    heard = np.concatenate([before, after])
    still = slice(SETTLED + 64, None)
    np.testing.assert_allclose(heard[still], expected[still], atol=1e-6)


@pytest.mark.parametrize("size", [1, 17, 128, 5000])
def test_any_blocks_give_the_same_bits_around_it(size: int) -> None:
    latents = moving_latents(CONFIG, FRAMES)

    def sound(sizes: int) -> Array:
        voice = Voice(MODEL, RATE)
        parts = []
        for hz, samples in ((300.0, 777), (512.0, 640), (150.0, 1001)):
            voice.retune(hz)
            parts.append(play(voice, samples, hz, sizes, latents))
        return np.concatenate(parts)

    np.testing.assert_array_equal(sound(size), sound(64))


def test_the_pitch_moves_where_all_else_is_frozen() -> None:
    voice = Voice(MODEL, RATE)
    play(voice, 6400, 300.0)
    play(voice, 64, 600.0, frozen=True)
    np.testing.assert_allclose(voice.frame_controls().harmonic_hz, 600.0 * np.arange(1, 6))


def test_nothing_is_heard_beyond_nyquist_and_nothing_is_asked_beyond_it() -> None:
    voice = Voice(MODEL, RATE)
    play(voice, 2000, 300.0)
    voice.retune(9000.0)  # the third harmonic is at 27000 Hz
    out = play(voice, 8192, 9000.0)
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    bins = np.fft.rfftfreq(len(out), 1 / RATE)
    near = np.minimum(np.abs(bins - 9000.0), np.abs(bins - 18000.0)) < 100.0
    assert spectrum[~near].max() < 1e-3 * spectrum.max()
    voice.retune(float("inf"))
    assert np.isfinite(play(voice, 640, float("inf"))).all()
    assert np.isfinite(play(voice, 640, float("nan"))).all()


def test_what_is_not_heard_is_zero_and_goes_on_as_if_it_had_been() -> None:
    latents = moving_latents(CONFIG, FRAMES)
    voice, other = Voice(MODEL, RATE), Voice(MODEL, RATE)
    play(voice, 1000, 0.0, latents=latents)
    out = np.ones(1000, np.float32)
    count = other.frames_in(1000)
    other.render(latents[:count], controls(0.0, count), out, heard=False)
    assert not out.any()
    np.testing.assert_array_equal(
        play(voice, 1000, 0.0, latents=latents), play(other, 1000, 0.0, latents=latents)
    )
