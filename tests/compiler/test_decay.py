"""Decay times against responses whose decay is known in closed form."""

import math

import numpy as np
import pytest

from compiler import decay
from compiler.errors import DelayFreeLoop
from compiler.ir.nodes import Array, Delay, Gain, Model, Recursion, Series, Sos
from compiler.ir.response import response

RATE = 48000.0


def comb(samples: float, gain: float) -> Model:
    loop = Recursion("comb", Delay("delay", np.array([samples])), Gain("gain", np.array([gain])))
    return Model("comb", RATE, loop)


def network(t60_low: float = math.inf, t60_high: float = math.inf, lines: int = 4) -> Model:
    """Orthogonal feedback delay network; one-pole absorption by line, after Jot and Chaigne (1991)."""
    rng = np.random.default_rng(11)
    lengths = np.sort(rng.choice(np.arange(500, 2200), lines, replace=False)).astype(float)
    low, high = (10.0 ** (-3.0 * lengths / RATE / seconds) for seconds in (t60_low, t60_high))
    pole = (low - high) / (low + high)
    zeros = np.zeros(lines)
    sections = np.stack([low * (1.0 - pole), zeros, zeros, zeros + 1.0, -pole, zeros], axis=-1)
    matrix = np.linalg.qr(rng.standard_normal((lines, lines)))[0]
    loop = Recursion(
        "loop",
        Delay("delays", lengths),
        Series("feedback", (Gain("matrix", matrix), Sos("absorption", sections[:, np.newaxis]))),
    )
    output = Gain("out", rng.standard_normal((1, lines)))
    return Model("room", RATE, Series("reverb", (Gain("in", np.ones((lines, 1)) / lines), loop, output)))


def response_on_a_circle(model: Model, samples: int) -> Array:
    """Impulse response [samples] by inverse transform, on a circle where it is damped by 140 dB in time."""
    damping = 10.0 ** (7.0 / samples)
    points = damping * np.exp(2j * np.pi * np.arange(samples // 2 + 1) / samples)
    damped = np.fft.irfft(response(model.root, points)[:, 0, 0], samples)
    return np.asarray(damped * damping ** np.arange(samples))


def test_noise_that_decays_has_its_t60() -> None:
    noise = np.random.default_rng(1).standard_normal(96000)
    envelope = 10.0 ** (-3.0 * np.arange(96000) / RATE / 0.8)
    heard = (noise * envelope)[np.newaxis]
    assert decay.t60(decay.energy_decay_curve(heard), RATE) == pytest.approx(0.8, rel=0.01)
    assert decay.decay_of(heard, RATE).t60() == pytest.approx(0.8, rel=0.01)
    band = decay.octave_band(heard, 1000.0, RATE)
    assert decay.decay_of(band, RATE).t60() == pytest.approx(0.8, rel=0.05)


def test_a_lossless_response_is_exact_to_its_end_and_never_decays() -> None:
    heard = decay.impulse_response(comb(100.0, 1.0), 4801)
    expected = np.zeros(4801)
    expected[100::100] = 1.0
    assert np.abs(heard[0, 0] - expected).max() < 1e-6
    assert math.isinf(decay.decay_of(heard, RATE).t60())


@pytest.mark.parametrize("seconds", [(math.inf, math.inf), (0.5, 0.1)])
def test_responses_are_those_of_the_transfer_matrix(seconds: tuple[float, float]) -> None:
    model = network(*seconds)
    found = decay.impulse_response(model, 24000)[0, 0]
    assert np.abs(found - response_on_a_circle(model, 24000)).max() < 1e-6 * np.abs(found).max()


def test_a_response_that_decays_is_kept_above_rounding_by_growth() -> None:
    weighted = decay.impulse_response(comb(100.0, 0.1), 9600, growth=10.0**0.01)[0, 0]
    assert np.abs(weighted[100::100] - 10.0).max() < 1e-4


def test_what_cannot_run_is_refused_with_its_path() -> None:
    loop = Recursion("loop", Gain("wire", np.ones(1)), Gain("one", np.ones(1)))
    with pytest.raises(DelayFreeLoop, match="outer/loop"):
        decay.impulse_response(Model("", RATE, Series("outer", (loop,))), 4)


@pytest.mark.parametrize(
    ("low", "high"),
    [(math.inf, math.inf), (1.5, 1.5), (2.0, 0.4), (0.5, 0.1)],
)
def test_rates_found_from_a_short_response_hold_for_a_long_one(low: float, high: float) -> None:
    model = network(low, high)
    found = decay.decays_of_model(model, seconds=1.5)
    if low == high:
        assert found.t60() == pytest.approx(low, rel=0.01)
    for seconds in (0.3, 1.5):
        rate = found.rate_for(seconds)
        long = decay.impulse_response(model, round(RATE * 2.0), math.exp(rate / RATE))
        measured = decay.t60(decay.energy_decay_curve(long), RATE)
        assert measured == pytest.approx(seconds, rel=0.01)
        assert rate < found.limit


def test_a_response_that_ends_has_no_decay_to_set() -> None:
    with pytest.raises(ValueError, match="ends by itself"):
        decay.decay_of(np.eye(1, 4800), RATE).rate_for(1.0)


def test_a_response_shorter_than_a_step_is_one_that_ends() -> None:
    assert math.isinf(decay.decay_of(np.ones((1, 5)), RATE).limit)


def test_octaves_add_up_to_the_whole() -> None:
    noise = np.random.default_rng(2).standard_normal((1, 4096))
    centres = [2.0**octave for octave in range(-6, 18)]
    total = sum(decay.octave_band(noise, centre, RATE) for centre in centres)
    assert np.abs(total - (noise)).max() < 0.02
