"""A model's tree as one network: dynamic elements, and the static gains from their outputs to their inputs.

x = M y, y = diag(elements) x: delays, filters and FIR matrices are taken out of the tree, however deep
loops are nested, and what is left is a matrix of gains (linear fractional form: A. Packard and J. Doyle, The
complex structured singular value, Automatica 29 (1993) 71-109). Poles do not depend on inputs and outputs,
so these are left out. The network's strongly connected components are the loops: up to order M is block
triangular (Frobenius normal form), so that the poles are those of the blocks, whatever the gains between
blocks are.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler.certificate.matrices import fir_norm_bound, norm_bound, spectral_radius_bound
from compiler.certificate.rounding import EXACT, UNIT, Precision
from compiler.certificate.scaling import Indices
from compiler.certificate.sections import peak_gain
from compiler.errors import DelayFreeLoop
from compiler.ir.nodes import Array, Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos
from compiler.passes.forms import Householder, matrix_form

Complex: TypeAlias = NDArray[np.complex128]
Flags: TypeAlias = NDArray[np.bool_]

_RISE = 1e-3
_MOST_SPLIT = 256
"""Full leaves with more entries stay one block, bounded by its entries' peaks."""


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
            return fir_norm_bound(self.taps, precision.gains)
        peaks = self.peaks(precision)
        return norm_bound(peaks, 4.0 * UNIT * peaks)

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


@dataclass(frozen=True, eq=False)
class Network:
    """`elements`, and `gains` M [all inputs, all outputs] from their outputs to their inputs."""

    elements: tuple[Element, ...]
    gains: Array
    doubt: Array
    """What rounding of gains can change in M, entry by entry, divided by the relative error of each gain."""

    def rows(self) -> Indices:
        """The element of each input channel."""
        return np.repeat(np.arange(len(self.elements)), [e.inputs for e in self.elements])

    def columns(self) -> Indices:
        """The element of each output channel."""
        return np.repeat(np.arange(len(self.elements)), [e.outputs for e in self.elements])

    def links(self) -> Flags:
        """Whether element [i] is fed by element [j]; what is 0 by cancellation only, rounding may undo."""
        links = np.zeros((len(self.elements), len(self.elements)), dtype=bool)
        to, of = np.nonzero((self.gains != 0.0) | (self.doubt > 0.0))
        links[self.rows()[to], self.columns()[of]] = True
        return links

    def loop_matrix(self, points: Complex) -> Complex:
        """W(z) = M diag(elements) [points, inputs, inputs]: poles are where I - W(z) is singular."""
        result = np.zeros((len(points), *2 * (len(self.gains),)), dtype=np.complex128)
        row, column = 0, 0
        for element in self.elements:
            part = self.gains[:, column : column + element.outputs]
            result[:, :, row : row + element.inputs] = part @ element.transfer(points)
            row, column = row + element.inputs, column + element.outputs
        return result

    def part(self, members: list[int]) -> "Network":
        """The network of some of its elements, others' signals left out."""
        chosen = np.zeros(len(self.elements), dtype=bool)
        chosen[members] = True
        kept = np.ix_(chosen[self.rows()], chosen[self.columns()])
        elements = tuple(self.elements[i] for i in np.flatnonzero(chosen))
        return Network(elements, self.gains[kept], self.doubt[kept])

    def name(self) -> str:
        """The innermost loop that all elements are in."""
        first, *others = (element.loops for element in self.elements)
        shared = min((_shared(first, other) for other in others), default=len(first))
        return first[shared - 1] if shared else self.elements[0].paths[0]

    def loops(self) -> tuple[list[list[int]], list[int]]:
        """Elements of each loop, in signal order (Tarjan's strongly connected components), and those in no
        loop.
        """
        links = self.links()
        components = _components(links)
        loops = [c for c in components if len(c) > 1 or links[c[0], c[0]]]
        return loops, [c[0] for c in components if len(c) == 1 and not links[c[0], c[0]]]

    def merged(self) -> "Network":
        """Scalar elements of which one feeds only the next, and is all that feeds it, become one."""
        network = self
        while (pair := network._pair()) is not None:
            network = network._joined(*pair)
        return network

    def _pair(self) -> tuple[int, int] | None:
        links = self.links()
        scalar = np.array([e.inputs == e.outputs == 1 for e in self.elements])
        alone = links & (links.sum(axis=0) == 1)[None, :] & (links.sum(axis=1) == 1)[:, None]
        alone &= scalar[:, None] & scalar[None, :] & ~np.eye(len(scalar), dtype=bool)
        found = np.argwhere(alone)
        return (int(found[0][1]), int(found[0][0])) if len(found) else None

    def _joined(self, first: int, second: int) -> "Network":
        row, column = self.rows(), self.columns()
        a, b = self.elements[first], self.elements[second]
        element = Element(
            tuple(dict.fromkeys(a.paths + b.paths)),
            a.delay + b.delay,
            np.concatenate([a.sections, b.sections], axis=2),
            np.convolve(a.taps[0, 0], b.taps[0, 0])[None, None],
            a.loops[: _shared(a.loops, b.loops)],
        )
        gains, doubt = self.gains.copy(), self.doubt.copy()
        link = np.ix_(row == second, column == first)
        factor, error = float(self.gains[link][0, 0]), float(self.doubt[link][0, 0])
        doubt[row == first] = abs(factor) * doubt[row == first] + error * np.abs(gains[row == first])
        gains[row == first] *= factor
        gains[:, column == first] = gains[:, column == second]
        doubt[:, column == first] = doubt[:, column == second]
        elements = tuple(element if i == first else e for i, e in enumerate(self.elements) if i != second)
        kept = np.ix_(row != second, column != second)
        return Network(elements, gains[kept], doubt[kept])


def network_of(root: Node) -> Network:
    """The network of a tree, its matrices in the forms in which they are written; names are paths.

    Raises DelayFreeLoop for a cycle of gains alone.
    """
    network = _Builder().build(root, None)
    # With each gain's magnitude raised by a relative 0.001, M's magnitude rises by its number of roundings.
    plain, raised = (_Builder().build(root, 1.0 + rise).gains for rise in (0.0, _RISE))
    return replace(network, doubt=(raised - plain) / _RISE)


def split(element: Element) -> bool:
    """Whether a full FIR matrix is better bounded entry by entry than as one block."""
    if element.inputs * element.outputs > _MOST_SPLIT or element.inputs != element.outputs:
        return False
    peaks = element.peaks(EXACT)
    return fir_norm_bound(element.taps) > 1.000001 * spectral_radius_bound(peaks)


class _Builder:
    """Walks the tree with signals as rows of gains over columns: outputs of elements, and inputs of loops."""

    def __init__(self) -> None:
        self.magnified: float | None = None
        self.loops: tuple[str, ...] = ()
        self.elements: list[Element] = []
        self.inputs: list[Array] = []
        self.outputs: list[int] = []
        self.wires: list[tuple[int, str]] = []
        self.wire_rows: dict[int, Array] = {}
        self.columns = 0

    def build(self, root: Node, magnified: float | None) -> Network:
        """The network; with `magnified`, gains are their magnitudes times it."""
        self.magnified = magnified
        self.add(root, np.zeros((root.inputs, 0)))
        return self.finish()

    def add(self, node: Node, signal: Array) -> Array:
        """The node's outputs [outputs, columns] for inputs `signal` [inputs, columns]."""
        match node:
            case Series():
                for child in node.children:
                    signal = self.add(child, signal)
                return signal
            case Parallel():
                parts = [self._wide(self.add(child, signal)) for child in node.children]
                parts = [self._wide(part) for part in parts]
                return np.sum(parts, axis=0) if node.is_sum else np.concatenate(parts)
            case Recursion():
                columns = self._new(node.inputs)
                self.wires += [(column, node.name) for column in columns]
                self.loops = (*self.loops, node.name)
                wires = np.eye(self.columns)[columns]
                output = self.add(node.forward, wires)
                back = self._wide(self.add(node.feedback, output))
                self.loops = self.loops[:-1]
                for column, row in zip(columns, self._wide(signal) + back, strict=True):
                    self.wire_rows[column] = row
                return output
            case Gain():
                if node.gains.ndim == 1:
                    return self._sized(node.gains[:, None]) * signal
                return self._matrix(node.gains) @ signal
            case _:
                return self._leaf(node, signal)

    def finish(self) -> Network:
        """The network, inputs of loops replaced by what feeds them."""
        total = self.columns
        wires = [column for column, _ in self.wires]
        others = np.array([c for c in range(total) if c not in self.wire_rows], dtype=int)
        rows = [np.pad(row, ((0, 0), (0, total - row.shape[1]))) for row in self.inputs]
        inputs = np.concatenate(rows) if rows else np.zeros((0, total))
        if wires:
            feeds = np.stack([np.pad(self.wire_rows[c], (0, total - len(self.wire_rows[c]))) for c in wires])
            self._refuse_cycles(feeds[:, wires] != 0.0)
            # No cycle among the wires: their matrix is nilpotent, and the solution a finite sum of its
            # powers.
            solved, step = feeds[:, others], feeds[:, others]
            while step.any():
                step = feeds[:, wires] @ step
                solved = solved + step
            inputs = inputs[:, others] + inputs[:, wires] @ solved
        else:
            inputs = inputs[:, others]
        return Network(tuple(self.elements), inputs, np.zeros_like(inputs))

    def _sized(self, gains: Array) -> Array:
        return gains if self.magnified is None else self.magnified * np.abs(gains)

    def _matrix(self, gains: Array) -> Array:
        form = matrix_form(gains)
        if self.magnified is not None and isinstance(form, Householder):
            # I - 2 v v^T: what is rounded is v, so that errors have the size of its terms, not of their sum.
            terms = np.eye(len(form.vector)) + 2.0 * np.abs(np.outer(form.vector, form.vector))
            return self._sized(form.scale * terms)
        return self._sized(form.matrix())

    def _refuse_cycles(self, links: Flags) -> None:
        for component in _components(links):
            if len(component) > 1 or links[component[0], component[0]]:
                raise DelayFreeLoop(
                    self.wires[component[0]][1], "gains only in a cycle: needs a delay of at least one sample"
                )

    def _leaf(self, node: Delay | Fir | Sos, signal: Array) -> Array:
        full = _full_element(node)
        if full is None:
            elements = list(_diagonal_elements(node))
            live = [(i, e) for i, e in enumerate(elements) if e.taps.any()]
            result = np.zeros((node.outputs, self.columns + len(live)))
            for channel, element in live:
                if _is_static(element):
                    result[channel, : signal.shape[1]] = self._sized(element.taps[0, 0]) * signal[channel]
                else:
                    result[channel, self._place(element, signal[channel : channel + 1])] = 1.0
            return result[:, : self.columns]
        entries = full.inputs * full.outputs
        apart = split(full) if full.is_fir() else entries <= _MOST_SPLIT
        if not apart:
            columns = self._place(full, signal)
            return np.eye(self.columns)[columns]
        result = np.zeros((node.outputs, self.columns + entries))
        for o, i in np.ndindex(full.outputs, full.inputs):
            one = _entry(full, o, i)
            if one.taps.any():
                if _is_static(one):
                    result[o, : signal.shape[1]] += self._sized(one.taps[0, 0]) * signal[i]
                else:
                    result[o, self._place(one, signal[i : i + 1])] = 1.0
        return result[:, : self.columns]

    def _place(self, element: Element, signal: Array) -> list[int]:
        self.elements.append(replace(element, loops=self.loops))
        self.inputs.append(signal)
        return self._new(element.outputs)

    def _new(self, count: int) -> list[int]:
        self.columns += count
        return list(range(self.columns - count, self.columns))

    def _wide(self, signal: Array) -> Array:
        return np.pad(signal, ((0, 0), (0, self.columns - signal.shape[1])))


def _is_static(element: Element) -> bool:
    return element.sections.shape[2] == 0 and element.taps.shape[2] == 1 and float(element.delay[0, 0]) == 0.0


def _full_element(node: Delay | Fir | Sos) -> Element | None:
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


def _diagonal_elements(node: Delay | Fir | Sos) -> Iterator[Element]:
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


def _entry(full: Element, o: int, i: int) -> Element:
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


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    """Length of the common beginning."""
    count = 0
    while count < min(len(first), len(second)) and first[count] == second[count]:
        count += 1
    return count


def _components(links: Flags) -> list[list[int]]:
    """Strongly connected components, each before those that it feeds: `links[i, j]` says that j feeds i.

    R. E. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972) 146-160, without
    recursion.
    """
    sources = [np.flatnonzero(row).tolist() for row in links]
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    waiting: set[int] = set()
    components: list[list[int]] = []
    for root in range(len(sources)):
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        work = [(root, iter(sources[root]))]
        while work:
            node, rest = work[-1]
            for source in rest:
                if source not in index:
                    index[source] = low[source] = len(index)
                    stack.append(source)
                    waiting.add(source)
                    work.append((source, iter(sources[source])))
                    break
                if source in waiting:
                    low[node] = min(low[node], index[source])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        waiting.discard(component[-1])
                    components.append(sorted(component))
    return components
