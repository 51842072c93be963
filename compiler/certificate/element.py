"""What a network is made of: delays, filters and FIR matrices, as one kind of element."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler.certificate.matrices import fir_norm_bound, norm_bound
from compiler.certificate.rounding import EXACT, UNIT, Precision
from compiler.certificate.sections import peak_gain
from compiler.ir.nodes import Array, Delay, Fir, Sos

Complex: TypeAlias = NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class Element:
    """H(z) [outputs, inputs], entry by entry z^-delay times sections times taps. Most are scalar."""

    paths: tuple[str, ...]
    delay: Array
    """[outputs, inputs], samples."""
    sections: Array
    """[outputs, inputs, sections, 6]."""
    taps: Array
    """[outputs, inputs, length], gains included."""
    loops: tuple[str, ...] = ()
    """Names of the loops that it is in, outermost first."""

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.delay.shape[1]

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.delay.shape[0]

    def least_delay(self) -> float:
        """Samples before any output: delay, leading zero taps, sections whose b0 is 0."""
        first = np.argmax(self.taps != 0.0, axis=2)
        late = np.argmax(self.sections[..., :3] != 0.0, axis=-1).sum(axis=2)
        delay = (self.delay + first + late)[(self.taps != 0.0).any(axis=2)]
        return float(delay.min()) if delay.size else np.inf

    def is_wire(self) -> bool:
        """Whether it is scalar and changes nothing."""
        return (
            self.taps.size == 1 and self.taps.item() == 1.0 and not (self.delay.any() or self.sections.size)
        )

    def is_fir(self) -> bool:
        """Whether it is one FIR matrix, all entries after the same delay."""
        return self.sections.shape[2] == 0 and bool((self.delay == self.delay[0, 0]).all())

    def transfer(self, points: Complex) -> Complex:
        """H [points, outputs, inputs] at complex `points`."""
        inverse = 1.0 / points[:, None, None]
        value = np.zeros((len(points), *self.delay.shape), dtype=np.complex128)
        for k in range(self.taps.shape[2] - 1, -1, -1):
            value = value * inverse + self.taps[:, :, k]
        for k in range(self.sections.shape[2]):
            b0, b1, b2, a0, a1, a2 = np.moveaxis(self.sections[:, :, k], -1, 0)
            value = value * (b0 + inverse * (b1 + inverse * b2)) / (a0 + inverse * (a1 + inverse * a2))
        return value * np.exp(-self.delay * np.log(points)[:, None, None])

    def gain_bound(self, precision: Precision) -> float:
        """Upper bound of the largest singular value on and outside the circle; infinite if a section may be
        unstable.
        """
        if self.is_fir():
            return (self._fir_peak + precision.gains * self._fir_size) * (1.0 + 4.0 * UNIT)
        peaks = self.peaks(precision)
        return norm_bound(peaks, 4.0 * UNIT * peaks)

    @cached_property
    def _fir_peak(self) -> float:
        return fir_norm_bound(self.taps)

    @cached_property
    def _fir_size(self) -> float:
        """A bound of the norm for magnitudes of taps, which rounding is relative to."""
        sums = np.abs(self.taps).sum(axis=2)
        return float(np.sqrt(sums.sum(axis=0).max() * sums.sum(axis=1).max())) * (1.0 + 1e-12)

    def peak_angle(self) -> float:
        """Angular frequency at which a scalar element's sections are loudest; 0 for others."""
        if self.inputs * self.outputs > 1 or not self.sections.shape[2]:
            return 0.0
        return 2.0 * math.asin(math.sqrt(peak_gain(self.sections[0, 0], EXACT)[1]))

    def peaks(self, precision: Precision) -> Array:
        """Upper bounds of each entry's magnitude, [outputs, inputs]."""
        peaks = np.zeros(self.delay.shape)
        for o, i in np.ndindex(*peaks.shape):
            if self.taps[o, i].any():
                peak, _ = peak_gain(self.sections[o, i], precision)
                peaks[o, i] = peak * fir_norm_bound(self.taps[o : o + 1, i : i + 1], precision.gains)
        return peaks


def full_element(node: Delay | Fir | Sos) -> Element | None:
    """The element of a full leaf, [outputs, inputs]; None for a diagonal one."""
    match node:
        case Delay():
            if node.samples.ndim == 1:
                return None
            shape = node.samples.shape
            gains = np.ones(shape) if node.gains is None else node.gains
            return Element((node.name,), node.samples, np.zeros((*shape, 0, 6)), gains[:, :, None])
        case Fir():
            shape = node.taps.shape[:2]
            return (
                None
                if node.taps.ndim == 2
                else Element((node.name,), np.zeros(shape), np.zeros((*shape, 0, 6)), node.taps)
            )
        case Sos():
            shape = node.sections.shape[:2]
            return (
                None
                if node.sections.ndim == 3
                else Element((node.name,), np.zeros(shape), node.sections, np.ones((*shape, 1)))
            )


def diagonal_elements(node: Delay | Fir | Sos) -> Iterator[Element]:
    """A scalar element for each channel of a diagonal leaf, zero taps at both ends taken off."""
    for channel in range(node.outputs):
        where = f"{node.name}[{channel}]"
        nothing, zero, one = np.zeros((1, 1, 0, 6)), np.zeros((1, 1)), np.ones((1, 1, 1))
        match node:
            case Delay():
                gain = one if node.gains is None else node.gains[channel].reshape(1, 1, 1)
                yield Element((where,), node.samples[channel].reshape(1, 1), nothing, gain)
            case Fir():
                yield _trimmed(Element((where,), zero, nothing, node.taps[channel].reshape(1, 1, -1)))
            case Sos():
                yield Element((where,), zero, node.sections[channel][None, None], one)


def entry(full: Element, o: int, i: int) -> Element:
    """One entry of a full element as a scalar one."""
    where = tuple(f"{path}[{o},{i}]" for path in full.paths)
    at = np.s_[o : o + 1, i : i + 1]
    return _trimmed(Element(where, full.delay[at], full.sections[at], full.taps[at]))


def _trimmed(element: Element) -> Element:
    used = np.flatnonzero(element.taps[0, 0])
    if not used.size:
        return replace(element, taps=np.zeros((1, 1, 1)))
    taps = element.taps[:, :, used[0] : used[-1] + 1]
    return replace(element, taps=taps, delay=element.delay + float(used[0]))
