"""Freeze: which loops can keep their energy, and what they are while they do.

A loop can be frozen if, its filters taken out, it is delays, gains and matrices that are orthogonal up to a
gain for each line. Frozen, its second-order sections pass everything, and a gain for each line, at the end of
the feedback, makes good what is lost once around, but for a hundred thousandth: at 50 turns a second it takes
hours to fall by 60 dB, and rounding in single precision cannot make it grow.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from compiler.errors import UnknownControl
from compiler.ir.nodes import Array, Delay, Gain, Node, Recursion, Series, Sos
from compiler.passes.leaves import is_diagonal
from compiler.passes.naming import added

LOSS = 1e-5
"""What a frozen loop loses of its gain in a turn."""
SAME = 1e-5
"""How far apart the gains of a matrix's directions may be, once its lines are brought to one gain."""


def line_gains(loop: Recursion) -> Array:
    """What a line, numbered as at the end of the feedback, loses in a turn: gains [lines] to be divided by.

    Raises UnknownControl, with the path of the node and the reason, for a loop that cannot be frozen.
    """
    chain = [*_chain(loop.forward), *_chain(loop.feedback)]
    if not any(
        isinstance(node, Delay) and node.samples.ndim == 1 and node.samples.min() >= 1.0 for node in chain
    ):
        raise UnknownControl(loop.name, "freeze: no delays of one sample or more, one for each line")
    matrices = [at for at, node in enumerate(chain) if not is_diagonal(node)]
    first, last = (matrices[0], matrices[-1]) if matrices else (len(chain), len(chain))
    gains = np.ones(loop.inputs)
    for at, node in enumerate(chain):
        if is_diagonal(node):
            here = _diagonal_gains(node)
            is_outside = at < first or at > last
        else:
            here, is_before = _matrix_gains(node)
            is_outside = at == (first if is_before else last)
        if np.ptp(here) <= SAME * here.max():
            gains = gains * here.max()
        elif is_outside:
            gains = gains * here
        else:
            raise UnknownControl(node.name, "freeze: gains that differ by line, between two matrices")
    return gains


def makeup(loop: Recursion) -> Array:
    """What the frozen loop adds to each line, [lines], of its signal at the end of the feedback.

    Raises what `line_gains` raises.
    """
    return (1.0 - LOSS) / line_gains(loop) - 1.0


def frozen(loop: Recursion, added_gains: Array, amount: float) -> Recursion:
    """`loop`, frozen by `amount`, 0 (as it is) to 1, with the `makeup` of the loop as trained."""
    kept = Gain(added(loop.name, "kept"), 1.0 + amount * added_gains)
    feedback = Series(added(loop.name, "held"), (_passing(loop.feedback, amount), kept))
    return replace(loop, forward=_passing(loop.forward, amount), feedback=feedback)


def _passing(node: Node, amount: float) -> Node:
    """Sections on the way to passing everything: (1 - amount) H + amount, each with the poles that it has."""
    match node:
        case Series():
            return replace(node, children=tuple(_passing(child, amount) for child in node.children))
        case Sos():
            sections = node.sections.copy()
            sections[..., :3] = (1.0 - amount) * sections[..., :3] + amount * sections[..., 3:]
            return replace(node, sections=sections)
        case _:
            return node


def _chain(node: Node) -> Sequence[Node]:
    return node.children if isinstance(node, Series) else (node,)


def _diagonal_gains(node: Node) -> Array:
    """What each line keeps of its level in `node`, once its filters pass everything."""
    match node:
        case Gain(gains=gains) if (gains != 0.0).all():
            return np.abs(gains)
        case Delay(gains=None, samples=samples):
            return np.ones(len(samples))
        case Delay(gains=gains) if gains is not None and (gains != 0.0).all():
            return np.abs(gains)
        case Sos(sections=sections) if (sections[..., 0] != 0.0).all():
            return np.ones(len(sections))
        case Gain() | Delay():
            raise UnknownControl(node.name, "freeze: a gain of 0 keeps nothing")
        case Sos():
            raise UnknownControl(node.name, "freeze: a filter that also delays (b0 = 0)")
        case _:
            raise UnknownControl(
                node.name, "freeze: only delays, gains, matrices and second-order sections can be"
            )


def _matrix_gains(node: Node) -> tuple[Array, bool]:
    """Gains of the lines that a matrix has beside its orthogonal part, and if they stand before that."""
    if not isinstance(node, Gain):
        kind = type(node).__name__.lower()
        raise UnknownControl(node.name, f"freeze: a {kind} in the loop, which is not known to keep energy")
    matrix = node.gains
    if matrix.shape[0] != matrix.shape[1]:
        raise UnknownControl(
            node.name, f"freeze: a matrix {matrix.shape[0]} x {matrix.shape[1]}: must be square"
        )
    for axis, is_before in ((0, True), (1, False)):
        lengths = np.linalg.norm(matrix, axis=axis)
        if (lengths > 0.0).all():
            singular = np.linalg.svd(
                matrix / (lengths if is_before else lengths[:, np.newaxis]), compute_uv=False
            )
            if singular[0] - singular[-1] <= SAME * singular[0]:
                return lengths * singular[0], is_before
    raise UnknownControl(node.name, "freeze: a matrix that is not orthogonal up to a gain for each line")
