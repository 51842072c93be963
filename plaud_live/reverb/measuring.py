"""What is measured of a room: decay, level and clarity by octave, after ISO 3382-1.

Noise at the end of a recording is found by the iteration of Lundeby et al. ("Uncertainties of measurements
in room acoustics", Acustica 1995): the decay is integrated backwards (Schroeder 1965) from where it would
go under, and what follows is added as if it went on.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import fft

from compiler.decay import t60
from plaud_live.reverb.equaliser import CENTRES_HZ, Array

EARLY_SECONDS = 0.08
"""Where the early sound ends: C80's border."""
FITS_DB = ((-5.0, -35.0), (-5.0, -25.0), (-5.0, -15.0))
"""Parts of a decay curve that T60 may be read from: the first that is clear of the noise."""

_CLEAR_DB = 3.0
_LEAST_RATE = 2000.0
_STEP_SECONDS = 0.01
_ROUNDS = 6
_ABOVE_NOISE_DB = 8.0
_RANGE_DB = 20.0
_LEAST_STEPS = 12
_TAIL_SHARE = 0.1
_ONSET_DB = -20.0


@dataclass(frozen=True)
class Band:
    """An octave: T60 in s (nan if it cannot be read), the part of the curve it was read from, energies.

    `early` is the energy of the first 80 ms, `late` of all after them, `early50` of the first 50 ms.
    """

    centre_hz: float
    t60: float
    fit_db: tuple[float, float]
    early50: float
    early: float
    late: float

    @property
    def energy(self) -> float:
        """All of it."""
        return self.early + self.late

    @property
    def c50(self) -> float:
        """Clarity in dB: the first 50 ms to what follows."""
        return ratio_db(self.early50, self.energy - self.early50)

    @property
    def c80(self) -> float:
        """Clarity in dB: the first 80 ms to what follows."""
        return ratio_db(self.early, self.late)


@dataclass(frozen=True, eq=False)
class Room:
    """A measured response: octaves in order, and all frequencies together; `curve_db` [samples] of these."""

    bands: tuple[Band, ...]
    whole: Band
    curve_db: Array
    sample_rate: float

    def of(self, name: str) -> Array:
        """Values [bands] of `t60`, `early`, `late`, `energy`, `c50` or `c80`."""
        return np.array([getattr(band, name) for band in self.bands])

    @property
    def centres(self) -> Array:
        """Centres [bands] in Hz."""
        return self.of("centre_hz")


def measure(responses: Array, sample_rate: float, highest_hz: float = math.inf) -> Room:
    """Measure `responses` [..., samples], energies of all paths added; they begin with the direct sound.

    Octaves are those of CENTRES_HZ whose upper edge is below half the rate and `highest_hz`.
    """
    paths = responses.reshape(-1, responses.shape[-1])
    top = min(0.5 * sample_rate, highest_hz)
    known = [centre for centre in CENTRES_HZ if centre * math.sqrt(2.0) <= top * 1.001]
    whole, curve = _decay(np.square(paths).sum(axis=0), 0.0, sample_rate)
    octaves = band_energies(paths, sample_rate, known)
    bands = tuple(_decay(each, centre, rate)[0] for centre, (each, rate) in octaves.items())
    return Room(bands, whole, curve, sample_rate)


def band_energies(
    paths: Array, sample_rate: float, known: Sequence[float]
) -> dict[float, tuple[Array, float]]:
    """Energy of the octaves `known` of `paths` [paths, samples] over time, and its rate in Hz.

    That of the analytic signal: the octave's part of the spectrum alone is transformed back. Filters have no
    phase, edges of half an octave; what they let sound before the beginning counts as at it.
    """
    samples = paths.shape[-1]
    size = fft.next_fast_len(2 * samples, real=True)
    spectrum = fft.rfft(paths, size)
    found = {}
    for centre in known:
        first, last = (int(size / sample_rate * centre * 2.0**side) for side in (-0.75, 0.75))
        part = spectrum[:, first : min(last, spectrum.shape[1])]
        octaves = np.abs(np.log2(np.arange(first, first + part.shape[1]) * sample_rate / size / centre))
        window = np.square(np.cos(0.5 * np.pi * np.clip(2.0 * octaves - 0.5, 0.0, 1.0)))
        points = fft.next_fast_len(max(part.shape[1], math.ceil(size / sample_rate * _LEAST_RATE)))
        envelope = np.abs(fft.ifft(part * window, points)) * (2.0 * points / size)
        energies = 0.5 * size / points * np.square(envelope).sum(axis=0)
        heard = math.ceil(points * samples / size)
        kept = energies[:heard].copy()
        kept[0] += energies[heard + (points - heard) // 2 :].sum()
        found[centre] = (kept, sample_rate * points / size)
    return found


def onset(responses: Array) -> int:
    """The first sample that is within 20 dB of the strongest, any channel's (ISO 3382-1, 5.3.2)."""
    peaks = np.abs(responses.reshape(-1, responses.shape[-1])).max(axis=0)
    return int(np.argmax(peaks >= 10.0 ** (_ONSET_DB / 20.0) * peaks.max()))


def ratio_db(above: float, below: float) -> float:
    """A ratio of energies in dB; of or to nothing ±100."""
    if above <= 0.0 or below <= 0.0:
        return 100.0 if above > below else -100.0
    return float(np.clip(10.0 * math.log10(above / below), -100.0, 100.0))


def noise_of(energies: Array, sample_rate: float) -> tuple[int, float, float]:
    """Where `energies` [samples] of a decay go under in noise: sample, noise a sample, energy beyond it.

    The last is what would follow if the decay went on. A decay without noise ends with its samples.
    """
    step = max(1, round(_STEP_SECONDS * sample_rate))
    count = len(energies) // step
    if count < 8:
        return len(energies), 0.0, 0.0
    steps = energies[: count * step].reshape(count, step).mean(axis=1)
    levels = 10.0 * np.log10(np.maximum(steps, 1e-30))
    peak = int(np.argmax(levels))
    tail = max(4, int(_TAIL_SHARE * count))
    noise = float(steps[-tail:].mean())
    cross, slope = count, -np.inf
    for _ in range(_ROUNDS):
        floor = 10.0 * math.log10(max(noise, 1e-30)) + _ABOVE_NOISE_DB
        under = np.flatnonzero(levels[peak:] < floor)
        end = peak + int(under[0]) if len(under) else count
        loud = np.flatnonzero(levels[peak:end] > floor + _RANGE_DB)
        begin = peak + int(loud[-1]) if len(loud) else peak
        begin = max(peak, min(begin, end - _LEAST_STEPS))
        if end - begin < 4:
            break
        slope, start = np.polyfit(np.arange(begin, end), levels[begin:end], 1)
        if slope >= -1e-6:
            break
        cross = int(np.clip((floor - _ABOVE_NOISE_DB - start) / slope, peak + 4, count))
        after = min(int(cross - 7.5 / slope), count - tail)
        noise = float(steps[max(after, peak) :].mean())
    if not -np.inf < slope < -1e-6:
        return len(energies), 0.0, 0.0
    fall = 10.0 ** (slope / 10.0)
    level = 10.0 ** ((slope * cross + start) / 10.0)
    return min(cross * step, len(energies)), noise, level * step / (1.0 - fall) if fall < 1.0 else 0.0


def _decay(energies: Array, centre: float, sample_rate: float) -> tuple[Band, Array]:
    end, noise, beyond = noise_of(energies, sample_rate)
    heard = np.maximum(energies[:end] - noise, 0.0) if noise < energies.max() else energies[:end]
    left = np.cumsum(heard[::-1])[::-1] + beyond
    if left[0] <= 0.0:
        nothing = Band(centre, math.nan, FITS_DB[0], 0.0, 0.0, 0.0)
        return nothing, np.full(len(energies), -200.0)
    curve = 10.0 * np.log10(np.maximum(left / left[0], 1e-20))
    seconds, fit = math.nan, FITS_DB[-1]
    for fit_db in FITS_DB:
        found = t60(curve, sample_rate, fit_db)
        if math.isfinite(found) and found > 0.0 and curve[-1] < fit_db[1] - _CLEAR_DB:
            seconds, fit = found, fit_db
            break

    def until(border: float) -> float:
        return float(left[0] - np.interp(border * sample_rate, np.arange(len(left)), left))

    early = until(EARLY_SECONDS)
    band = Band(centre, seconds, fit, until(0.05), early, float(left[0]) - early)
    return band, curve
