"""A model's tree as one network: dynamic elements, and the static gains from their outputs to their inputs.

x = M y, y = diag(elements) x: delays, filters and FIR matrices are taken out of the tree, however deep
loops are nested, and what is left is a matrix of gains (linear fractional form: A. Packard and J. Doyle, The
complex structured singular value, Automatica 29 (1993) 71-109). Poles do not depend on inputs and outputs,
so these are left out. The network's strongly connected components are the loops: up to order M is block
triangular (Frobenius normal form), so that the poles are those of the blocks, whatever the gains between
blocks are.
"""

from dataclasses import dataclass

import numpy as np

from compiler.certificate.components import Flags, components
from compiler.certificate.element import Complex, Element
from compiler.certificate.scaling import Indices
from compiler.ir.nodes import Array


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

    def girth(self) -> int:
        """How many elements the shortest cycle passes."""
        links = self.links()
        walks, length = links, 1
        while not walks.diagonal().any() and length < len(links):
            walks, length = (walks.astype(np.float32) @ links) > 0.0, length + 1
        return length

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
        parts = components(links)
        loops = [part for part in parts if len(part) > 1 or links[part[0], part[0]]]
        return loops, [part[0] for part in parts if len(part) == 1 and not links[part[0], part[0]]]

    def merged(self) -> "Network":
        """Scalar elements of which one feeds only the next, and is all that feeds it, become one.

        Not two with taps: the product of two FIR filters may cancel what is rounded.
        """
        network = self
        while (pair := network._pair()) is not None:
            network = network._joined(*pair)
        return network

    def _pair(self) -> tuple[int, int] | None:
        links = self.links()
        scalar = np.array([e.inputs == e.outputs == 1 for e in self.elements])
        alone = links & (links.sum(axis=0) == 1)[None, :] & (links.sum(axis=1) == 1)[:, None]
        alone &= scalar[:, None] & scalar[None, :] & ~np.eye(len(scalar), dtype=bool)
        tapped = np.array([e.taps.shape[2] > 1 for e in self.elements])
        alone &= ~(tapped[:, None] & tapped[None, :])
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


def _shared(first: tuple[str, ...], second: tuple[str, ...]) -> int:
    """Length of the common beginning."""
    count = 0
    while count < min(len(first), len(second)) and first[count] == second[count]:
        count += 1
    return count
