"""The gain around a loop: an upper bound, whatever its delays are, and the growth that it allows.

A loop with W(z) = M diag(elements) is stable if the spectral radius of W(e^jw) is less than 1 at every w:
scaled from 0 to 1, I - W never becomes singular on the circle, so no pole crosses it (the homotopy argument
of the Nyquist criterion; C. A. Desoer and M. Vidyasagar, Feedback Systems, 1975). So a bound may take other
weights for other frequencies: first all frequencies at once, by the elements' peaks; if that fails, band by
band, each with the elements' peaks within it.
"""

import math
from dataclasses import dataclass

import numpy as np

from compiler.certificate.matrices import fir_norm_bound
from compiler.certificate.network import Network
from compiler.certificate.rounding import Precision
from compiler.certificate.scaling import Indices, scaled_norm, weighted
from compiler.certificate.sections import gains_on
from compiler.ir.nodes import Array

_BANDS = 320
_NARROW = 1e-12


@dataclass(frozen=True)
class LoopGain:
    """Upper bound of the gain around a loop, 1 where it might grow; by frequency bands if `by_band`."""

    bound: float
    by_band: bool = False
    worst: float | None = None
    """Where a band's bound is not below 1: angular frequency in radians a sample."""
    weights: tuple[float, ...] | None = None
    """Logarithms of the weights, one an element, that the bound at all frequencies has."""


def loop_gain(loop: Network, precision: Precision, guess: LoopGain | None = None) -> LoopGain:
    """The bound for one loop, a strongly connected network, over all delays that its elements may have.

    Infinite if an element is not shown to be stable. An infimum over weights: the true gain may be less.
    `guess` has weights to begin with.
    """
    rows, columns = loop.rows(), loop.columns()
    peaks = np.array([e.gain_bound(precision) for e in loop.elements])
    if not np.isfinite(peaks).all():
        return LoopGain(math.inf)
    doubt = precision.gains * loop.doubt
    start = None if guess is None or guess.weights is None else np.array(guess.weights)
    bound, weights = scaled_norm(*_times(peaks, loop.gains, doubt, rows), rows, columns, start)
    varied = sum(e.sections.shape[2] > 0 or e.taps.shape[2] > 1 for e in loop.elements)
    if bound < 1.0 or varied < 2:
        return LoopGain(bound, weights=tuple(weights.tolist()))
    return _by_band(loop, precision, peaks, bound, weights)


def cycle_delay(loop: Network) -> float:
    """The least mean delay of a cycle, in samples per element that it passes.

    R. M. Karp, A characterization of the minimum cycle mean in a digraph, Discrete Math. 23 (1978) 309-311.
    """
    delays = np.array([e.least_delay() for e in loop.elements])
    weights = np.where(loop.links().T, delays[:, None], np.inf)
    count = len(delays)
    shortest = np.full((count + 1, count), np.inf)
    shortest[0, 0] = 0.0
    for k in range(1, count + 1):
        shortest[k] = (shortest[k - 1][:, None] + weights).min(axis=0)
    ends = np.isfinite(shortest[count])
    spans = count - np.arange(count)[:, None]
    with np.errstate(invalid="ignore"):
        means = (shortest[count][None, ends] - shortest[:count, ends]) / spans
    means = np.where(np.isfinite(shortest[:count, ends]), means, -np.inf)
    return float(means.max(axis=0).min()) if ends.any() else math.inf


def growth_db_per_minute(bound: float, delay: float, sample_rate: float) -> float:
    """How fast a loop of gain `bound` (1 or more) can grow at most, with `cycle_delay` samples an element.

    Every path through n elements is at least d(n) samples long, so z^d(n) W(z)^n is analytic outside the
    circle and bounded there by its peak on it, bound^n (Schwarz's lemma): a pole has |z|^d(n) <= bound^n.
    d(n) / n tends to the least mean delay of a cycle.
    """
    if bound <= 1.0:
        return 0.0
    return 20.0 * math.log10(bound) / delay * sample_rate * 60.0


def _times(peaks: Array, gains: Array, doubt: Array, rows: Indices) -> tuple[Array, Array]:
    """M with each element's input scaled by its peak, and what is doubtful in that."""
    scale = peaks[rows, None]
    return scale * gains, scale * (doubt + 2.0**-53 * np.abs(gains) * (scale != 1.0))


def _by_band(loop: Network, precision: Precision, peaks: Array, whole: float, weights: Array) -> LoopGain:
    """Bands of s = sin^2(w / 2): the worst, then all at once, halved as long as a bound is not below 1."""
    rows, columns = loop.rows(), loop.columns()
    doubt = precision.gains * loop.doubt
    edges = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, _BANDS)])
    cells = _cells(loop, precision, peaks, edges)
    kept = tuple(weights.tolist())

    def bound(first: int, last: int) -> float:
        gains = cells[:, first:last].max(axis=1)
        return scaled_norm(*_times(gains, loop.gains, doubt, rows), rows, columns, weights)[0]

    scaled = weighted(loop.gains, rows, columns, weights)
    worst = int(np.argmax([_rough(cells[rows, k], scaled) for k in range(_BANDS)]))
    if (there := bound(worst, worst + 1)) >= 1.0:
        return LoopGain(whole, True, _frequency(edges, worst), kept)
    waiting, highest = [(0, _BANDS)], 0.0
    while waiting:
        first, last = waiting.pop()
        there = bound(first, last)
        if there < 1.0:
            highest = max(highest, there)
        elif last - first == 1:
            return LoopGain(whole, True, _frequency(edges, first), kept)
        else:
            middle = (first + last) // 2
            waiting += [(first, middle), (middle, last)]
    return LoopGain(highest, True, weights=kept)


def _cells(loop: Network, precision: Precision, peaks: Array, edges: Array) -> Array:
    """Upper bounds of each element's gain [elements, bands]; of a full block, its peak everywhere."""
    cells = np.repeat(peaks[:, None], len(edges) - 1, axis=1)
    for element, row in zip(loop.elements, cells, strict=True):
        if element.inputs * element.outputs == 1:
            inside = np.full(len(row), fir_norm_bound(element.taps, precision.gains))
            if element.taps.shape[2] > 1:
                inside = np.minimum(inside, _taps_on(element.taps[0, 0], edges, precision.gains))
            row[:] = np.minimum(row, inside * gains_on(element.sections[0, 0], edges, precision))
    return cells


def _taps_on(taps: Array, edges: Array, slack: float) -> Array:
    """Upper bounds of |T| on bands of s: at the middle, plus half the band times the steepest slope."""
    angles = 2.0 * np.arcsin(np.sqrt(np.clip(edges, 0.0, 1.0)))
    middle, reach = 0.5 * (angles[1:] + angles[:-1]), 0.5 * np.diff(angles) * (1.0 + 1e-9) + _NARROW
    powers = np.arange(len(taps))
    values = np.array([abs(np.sum(taps * np.exp(-1j * w * powers))) for w in middle])
    size = float(np.abs(taps).sum())
    return values + reach * float((np.abs(taps) * powers).sum()) + (slack + 1e-13 * len(taps)) * size


def _rough(gains: Array, matrix: Array) -> float:
    return float(((gains[:, None] * matrix) ** 2).sum())


def _frequency(edges: Array, band: int) -> float:
    return 2.0 * math.asin(math.sqrt(min(1.0, 0.5 * (edges[band] + edges[band + 1]))))
