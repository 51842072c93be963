"""Decay of a system: its impulse response, Schroeder's integral of it, and T60, broadband and by octave.

T60 is the *total* decay time throughout the compiler: energies of all input-output paths are added,
integrated backwards (Schroeder 1965), a line is fitted by least squares to the curve from -5 to -35 dB
(T30 of ISO 3382-1), and its slope is extended to 60 dB.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from compiler.ir.nodes import Array, Model
from compiler.passes.scale import scaled

FIT_DB = (-5.0, -35.0)
"""The part of the decay curve that T60 is read from."""
OCTAVES_HZ = (63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
"""Centres of the octave bands, nominal (IEC 61260)."""
LOSSLESS_SECONDS = 300.0
"""A response that would take longer than this to fall by 60 dB is said never to do so."""

_BLOCK = 1024
STEP_SECONDS = 1e-3
"""Over which energies are added up."""
FINE_SECONDS = 1.0
"""How much of a response's start is also looked at in eighths of that, for short T60s."""

_FLOOR_DB = -100.0
_HALVINGS = 40
_LOOKS = 6


def impulse_response(model: Model, samples: int, growth: float = 1.0) -> Array:
    """h(n) growth^n, [outputs, inputs, samples], h being impulse responses of `model`, run block by block.

    `growth` is put into the model: a response that decays stays above rounding. Each sample is right to
    float32. Raises what `prepare` raises.
    """
    from compiler.runtime import Runner  # which has controls of its own, and with them this module

    runner = Runner(replace(model, root=scaled(model.root, growth)), block_size=_BLOCK)
    silence = np.zeros((_BLOCK, runner.inputs), dtype=np.float32)
    heard = np.empty((_BLOCK, runner.outputs), dtype=np.float32)
    responses = np.empty((runner.outputs, runner.inputs, samples))
    for channel in range(runner.inputs):
        runner.reset()
        impulse = silence.copy()
        impulse[0, channel] = 1.0
        for at in range(0, samples, _BLOCK):
            runner.process(silence if at else impulse, heard)
            responses[:, channel, at : at + _BLOCK] = heard[: samples - at].T
    return responses


@dataclass(frozen=True, eq=False)
class Decay:
    """Energy of a response in short steps of time, and how it goes on after the last one.

    `energies` [steps] of `step_seconds` are those of h(t) exp(weight t): a response that decays is kept
    above rounding. `tail` is the factor by which they fall over a step after the end. Methods take the
    `rate` in 1/s of another weight, and answer for h(t) exp(rate t), that is h(n) gamma^n for
    rate = ln(gamma) sample_rate.
    """

    energies: Array
    step_seconds: float
    tail: float
    weight: float = 0.0

    @property
    def limit(self) -> float:
        """The rate at which the response would no longer decay; inf for one that ends by itself."""
        if self.tail == 0.0:
            return math.inf
        rate = self.weight - math.log(self.tail) / (2.0 * self.step_seconds)
        return rate if abs(rate) > math.log(1000.0) / LOSSLESS_SECONDS else 0.0

    def curve_db(self, rate: float = 0.0) -> Array:
        """Schroeder's curve [steps + 1] in dB at the borders of the steps; all 0 if it never decays."""
        times = (np.arange(len(self.energies)) + 0.5) * self.step_seconds
        weighted = self.energies * np.exp(2.0 * (rate - self.weight) * times)
        ratio = math.exp(2.0 * (rate - self.limit) * self.step_seconds)
        if ratio >= 1.0 or not weighted.any():
            return np.zeros(len(weighted) + 1)
        quarter = max(1, len(weighted) // 4)
        after = _last(weighted[-quarter:], ratio) * ratio / (1.0 - ratio)
        left = np.append(np.cumsum(weighted[::-1])[::-1] + after, after)
        with np.errstate(divide="ignore"):
            return 10.0 * np.log10(left / left[0])

    def t60(self, rate: float = 0.0, fit_db: tuple[float, float] = FIT_DB) -> float:
        """Seconds to fall by 60 dB; inf for what does not decay."""
        slowest = math.log(1000.0) / (self.limit - rate) if self.limit > rate else math.inf
        if slowest > LOSSLESS_SECONDS:
            return math.inf
        curve = self.curve_db(rate)
        missing = curve[-1] - fit_db[1]
        if missing >= 0.0 and slowest > 0.0:
            steps = 1 + math.ceil(missing / 60.0 * slowest / self.step_seconds)
            slope = 60.0 / slowest * self.step_seconds
            curve = np.append(curve, curve[-1] - slope * np.arange(1, steps + 1))
        return t60(curve, 1.0 / self.step_seconds, fit_db)

    def rate_for(self, seconds: float) -> float:
        """The rate for which `t60(rate)` is `seconds`, by bisection.

        Raises ValueError for a response that ends by itself, which no weight can make last.
        """
        if math.isinf(self.limit):
            raise ValueError("the response ends by itself: it has no decay to set")
        low, high = self.limit - 4.0 * math.log(1000.0) / seconds, self.limit
        while self.t60(low) > seconds:
            low -= high - low
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.t60(middle) < seconds else (low, middle)
        return 0.5 * (low + high)


def decay_of(responses: Array, sample_rate: float, weight: float = 0.0) -> Decay:
    """Energy of `responses` [..., samples], all paths together, in steps of a millisecond.

    What lies 100 dB below the loudest step or lower is left out. `weight` in 1/s is that of `responses`.
    """
    energies, step = _energies(responses, sample_rate, STEP_SECONDS)
    heard = np.flatnonzero(energies > 10.0 ** (_FLOOR_DB / 10.0) * energies.max())
    energies = energies[: heard[-1] + 1] if len(heard) else energies[:1]
    quarter = max(1, len(energies) // 4)
    before, last = energies[-2 * quarter : -quarter].sum(), energies[-quarter:].sum()
    tail = float((last / before) ** (1.0 / quarter)) if before > 0.0 else 0.0
    return Decay(energies, step, tail, weight)


@dataclass(frozen=True)
class Decays:
    """A response seen in steps of a millisecond, and its start in finer ones, for T60s that are short."""

    whole: Decay
    start: Decay

    @property
    def limit(self) -> float:
        """As `Decay.limit`."""
        return self.whole.limit

    def t60(self, rate: float = 0.0) -> float:
        """As `Decay.t60`."""
        seconds = self.whole.t60(rate)
        return self.start.t60(rate) if seconds <= FINE_SECONDS else seconds

    def rate_for(self, seconds: float) -> float:
        """As `Decay.rate_for`."""
        return (self.start if seconds <= FINE_SECONDS else self.whole).rate_for(seconds)


def decays_of_model(model: Model, seconds: float) -> Decays:
    """The decay of `model` from `seconds` of its response, weighted so that its slowest part stays audible.

    The first look, at a quarter of that, finds about how fast the slowest part decays; the others do so
    ever better, until it stays within 10 dB. The response should span several turns of every loop, and most
    of a decay of the longest T60 that will be asked for.
    """
    rate = model.sample_rate
    samples = math.ceil(seconds * rate)
    whole = decay_of(impulse_response(model, math.ceil(samples / 4)), rate)
    for _ in range(_LOOKS):
        weight = whole.limit if math.isfinite(whole.limit) else 0.0
        responses = impulse_response(model, samples, math.exp(weight / rate))
        whole = decay_of(responses, rate, weight)
        if math.isinf(whole.limit) or abs(whole.limit - weight) * seconds < 1.0:
            break
    energies, step = _energies(responses[..., : math.ceil(FINE_SECONDS * rate)], rate, STEP_SECONDS / 8.0)
    return Decays(whole, Decay(energies, step, whole.tail ** (step / whole.step_seconds), weight))


def energy_decay_curve(responses: Array) -> Array:
    """Schroeder's curve [samples] in dB of `responses` [..., samples], all paths together, 0 at the start.

    Backward integration of what is there: the response must be long enough to have decayed.
    """
    energy = np.square(responses).reshape(-1, responses.shape[-1]).sum(axis=0)
    left = np.cumsum(energy[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return 10.0 * np.log10(left / left[0])


def t60(curve_db: Array, sample_rate: float, fit_db: tuple[float, float] = FIT_DB) -> float:
    """Seconds to fall by 60 dB by the line fitted to `curve_db` [samples] between the levels `fit_db`.

    0 for a curve that drops past them between two samples, inf for one that never reaches the lower level.
    """
    upper, lower = fit_db
    below_upper, below_lower = curve_db <= upper, curve_db < lower
    if not below_lower.any():
        return math.inf
    first, last = int(np.argmax(below_upper)), int(np.argmax(below_lower))
    if last - first < 2:
        return 0.0
    slope = np.polyfit(np.arange(last - first) / sample_rate, curve_db[first:last], 1)[0]
    return _seconds(float(slope))


def octave_band(responses: Array, centre_hz: float, sample_rate: float) -> Array:
    """The octave about `centre_hz` of `responses` [..., samples]: zero phase, edges half an octave wide.

    The bands add up to the whole: each edge is a raised cosine over the logarithm of the frequency.
    """
    samples = responses.shape[-1]
    spectrum = np.fft.rfft(responses, 2 * samples)
    frequencies = np.fft.rfftfreq(2 * samples, 1.0 / sample_rate)
    frequencies[0] = frequencies[1] * 1e-3
    octaves = np.abs(np.log2(frequencies / centre_hz))
    window = np.square(np.cos(0.5 * np.pi * np.clip(2.0 * octaves - 0.5, 0.0, 1.0)))
    return np.fft.irfft(spectrum * window, 2 * samples)[..., :samples]


def _energies(responses: Array, sample_rate: float, step_seconds: float) -> tuple[Array, float]:
    """Energy of all paths in steps of about `step_seconds`, one at least, and the step in seconds."""
    energy = np.square(responses).reshape(-1, responses.shape[-1]).sum(axis=0)
    step = min(max(1, round(step_seconds * sample_rate)), len(energy))
    steps = len(energy) // step
    return energy[: steps * step].reshape(steps, step).sum(axis=1), step / sample_rate


def _seconds(slope_db: float) -> float:
    """Seconds to 60 dB at a slope in dB per second."""
    return -60.0 / slope_db if slope_db < -60.0 / LOSSLESS_SECONDS else math.inf


def _last(energies: Array, ratio: float) -> float:
    """The last of a geometric series that has the sum of `energies` and falls by `ratio` a step."""
    if ratio <= 0.0:
        return float(energies[-1])
    with np.errstate(over="ignore"):  # what is above the last step without bound leaves nothing of it
        return float(energies.sum() / (ratio ** -np.arange(len(energies) - 1, -1, -1.0)).sum())
