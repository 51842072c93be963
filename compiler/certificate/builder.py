"""From a tree to its network: signals are followed through it as rows of gains over what elements give."""

from dataclasses import replace

import numpy as np

from compiler.certificate.components import Flags, components
from compiler.certificate.element import Element, diagonal_elements, entry, full_element
from compiler.certificate.matrices import fir_norm_bound, spectral_radius_bound
from compiler.certificate.network import Network
from compiler.certificate.rounding import EXACT
from compiler.errors import DelayFreeLoop
from compiler.ir.nodes import Array, Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos
from compiler.passes.forms import BlockDiagonal, Form, Householder, matrix_form

_RISE = 1e-3
_MOST_SPLIT = 256
"""Full leaves with more entries stay one block, bounded by its entries' peaks."""


def network_of(root: Node) -> Network:
    """The network of a tree, its matrices in the forms in which they are written; names are paths.

    Raises DelayFreeLoop for a cycle of gains alone.
    """
    apart: dict[str, bool] = {}
    network = _Builder(apart).build(root, None)
    # With each gain's magnitude raised by a relative 0.001, M's magnitude rises by its number of roundings.
    plain, raised = (_Builder(apart).build(root, 1.0 + rise).gains for rise in (0.0, _RISE))
    return replace(network, doubt=(raised - plain) / _RISE)


def _is_better_split(element: Element) -> bool:
    """Whether a full FIR matrix is better bounded entry by entry than as one block."""
    if element.inputs * element.outputs > _MOST_SPLIT or element.inputs != element.outputs:
        return False
    peaks = element.peaks(EXACT)
    return fir_norm_bound(element.taps) > 1.000001 * spectral_radius_bound(peaks)


def _magnitudes(form: Form) -> Array:
    """Sizes of what rounding of a form's values is relative to, [outputs, inputs]."""
    match form:
        case Householder():
            # I - 2 v v^T: what is rounded is v, so that errors have the size of its terms, not of their sum.
            terms = np.eye(len(form.vector)) + 2.0 * np.abs(np.outer(form.vector, form.vector))
            return np.abs(form.scale) * terms
        case BlockDiagonal():
            result = np.zeros(form.shape)
            for block in form.blocks:
                result[np.ix_(block.rows, block.columns)] = _magnitudes(block.form)
            return result
        case _:
            return np.abs(form.matrix())


class _Builder:
    """Walks the tree with signals as rows of gains over columns: outputs of elements, and inputs of loops."""

    def __init__(self, apart: dict[str, bool]) -> None:
        self.apart = apart
        """Whether full leaves in loops are taken entry by entry, by name, as far as that is decided."""
        self.magnified: float | None = None
        self.loops: tuple[str, ...] = ()
        self.elements: list[Element] = []
        self.inputs: list[Array] = []
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
            # No cycle among the wires: their matrix is nilpotent, and the solution a sum of its powers.
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
        return form.matrix() if self.magnified is None else self.magnified * _magnitudes(form)

    def _refuse_cycles(self, links: Flags) -> None:
        for component in components(links):
            if len(component) > 1 or links[component[0], component[0]]:
                raise DelayFreeLoop(
                    self.wires[component[0]][1], "gains only in a cycle: needs a delay of at least one sample"
                )

    def _leaf(self, node: Delay | Fir | Sos, signal: Array) -> Array:
        full = full_element(node)
        if full is None:
            result = np.zeros((node.outputs, self.columns + node.outputs))
            for channel, element in enumerate(diagonal_elements(node)):
                self._through(element, signal[channel], result[channel])
            return result[:, : self.columns]
        entries = full.inputs * full.outputs
        if self.loops and node.name not in self.apart:
            self.apart[node.name] = _is_better_split(full) if full.is_fir() else entries <= _MOST_SPLIT
        if not self.apart.get(node.name, False):
            columns = self._place(full, signal)
            return np.eye(self.columns)[columns]
        result = np.zeros((node.outputs, self.columns + entries))
        for o, i in np.ndindex(full.outputs, full.inputs):
            self._through(entry(full, o, i), signal[i], result[o])
        return result[:, : self.columns]

    def _through(self, element: Element, signal: Array, result: Array) -> None:
        """Add to `result` what a scalar element makes of `signal`: its gain becomes one of the network's."""
        if not element.taps.any():
            return
        if element.taps.shape[2] == 1:
            signal = self._sized(element.taps[0, 0]) * signal
            element = replace(element, taps=np.ones((1, 1, 1)))
        if element.is_wire():
            result[: len(signal)] += signal
        else:
            result[self._place(element, signal[None])] = 1.0

    def _place(self, element: Element, signal: Array) -> list[int]:
        self.elements.append(replace(element, loops=self.loops))
        self.inputs.append(signal)
        return self._new(element.outputs)

    def _new(self, count: int) -> list[int]:
        self.columns += count
        return list(range(self.columns - count, self.columns))

    def _wide(self, signal: Array) -> Array:
        return np.pad(signal, ((0, 0), (0, self.columns - signal.shape[1])))
