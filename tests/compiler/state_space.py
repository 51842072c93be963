"""State-space matrices of small trees: an oracle for poles, hidden ones too, independent of the compiler."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compiler.ir.nodes import Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StateSpace:
    """x' = A x + B u, y = C x + D u."""

    a: Array
    b: Array
    c: Array
    d: Array

    def radius(self) -> float:
        """The largest magnitude of a pole."""
        return float(np.abs(np.linalg.eigvals(self.a)).max(initial=0.0))


def state_space(node: Node) -> StateSpace:
    """Of a tree whose delays are whole numbers."""
    match node:
        case Series():
            system = state_space(node.children[0])
            for child in node.children[1:]:
                system = _after(system, state_space(child))
            return system
        case Parallel():
            parts = [state_space(child) for child in node.children]
            c, d = [part.c for part in parts], [part.d for part in parts]
            if node.is_sum:
                return StateSpace(
                    _diagonal([p.a for p in parts]), np.vstack([p.b for p in parts]), np.hstack(c), sum(d)
                )
            return StateSpace(
                _diagonal([p.a for p in parts]), np.vstack([p.b for p in parts]), _diagonal(c), np.vstack(d)
            )
        case Recursion():
            return _closed(state_space(node.forward), state_space(node.feedback))
        case Gain():
            gains = np.diag(node.gains) if node.gains.ndim == 1 else node.gains
            return _static(gains)
        case _:
            return _leaf(node)


def _leaf(node: Delay | Fir | Sos) -> StateSpace:
    """Each entry on its own, then summed over inputs."""
    diagonal = {Delay: 1, Fir: 2, Sos: 3}[type(node)]
    values = (
        node.samples if isinstance(node, Delay) else node.taps if isinstance(node, Fir) else node.sections
    )
    entries = (
        [(i, i, (i,)) for i in range(node.outputs)]
        if values.ndim == diagonal
        else [(o, i, (o, i)) for o in range(node.outputs) for i in range(node.inputs)]
    )
    systems = [_entry(node, index) for _, _, index in entries]
    spread, gather = np.zeros((len(entries), node.inputs)), np.zeros((node.outputs, len(entries)))
    for k, (o, i, _) in enumerate(entries):
        spread[k, i] = gather[o, k] = 1.0
    parts = StateSpace(*(_diagonal([getattr(s, part) for s in systems]) for part in "abcd"))
    return StateSpace(parts.a, parts.b @ spread, gather @ parts.c, gather @ parts.d @ spread)


def _entry(node: Delay | Fir | Sos, index: tuple[int, ...]) -> StateSpace:
    match node:
        case Delay():
            gain = 1.0 if node.gains is None else float(node.gains[index])
            return _rational(np.r_[np.zeros(int(node.samples[index])), gain], np.ones(1))
        case Fir():
            return _rational(node.taps[index], np.ones(1))
        case Sos():
            system = _static(np.eye(1))
            for row in node.sections[index]:
                system = _after(system, _rational(row[:3] / row[3], row[3:] / row[3]))
            return system


def _rational(b: Array, a: Array) -> StateSpace:
    """B / a in powers of 1 / z, a[0] = 1: controllable canonical form."""
    order = max(len(a), len(b)) - 1
    b, a = np.pad(b, (0, order + 1 - len(b))), np.pad(a, (0, order + 1 - len(a)))
    state = np.eye(order, k=-1)
    if order:
        state[0] = -a[1:]
    return StateSpace(state, np.eye(order, 1), (b[1:] - b[0] * a[1:])[None], b[:1, None])


def _static(gains: Array) -> StateSpace:
    outputs, inputs = gains.shape
    return StateSpace(np.zeros((0, 0)), np.zeros((0, inputs)), np.zeros((outputs, 0)), gains)


def _after(first: StateSpace, second: StateSpace) -> StateSpace:
    a = _diagonal([first.a, second.a])
    a[len(first.a) :, : len(first.a)] = second.b @ first.c
    return StateSpace(
        a,
        np.vstack([first.b, second.b @ first.d]),
        np.hstack([second.d @ first.c, second.c]),
        second.d @ first.d,
    )


def _closed(forward: StateSpace, feedback: StateSpace) -> StateSpace:
    """Y = forward(u + feedback(y))."""
    solve = np.linalg.inv(np.eye(len(forward.d)) - forward.d @ feedback.d)
    y_x = solve @ np.hstack([forward.c, forward.d @ feedback.c])
    y_u = solve @ forward.d
    v_x = np.hstack([np.zeros((len(feedback.d), len(forward.a))), feedback.c]) + feedback.d @ y_x
    v_u = np.eye(len(feedback.d)) + feedback.d @ y_u
    a = _diagonal([forward.a, feedback.a])
    a[: len(forward.a)] += forward.b @ v_x
    a[len(forward.a) :] += feedback.b @ y_x
    return StateSpace(a, np.vstack([forward.b @ v_u, feedback.b @ y_u]), y_x, y_u)


def _diagonal(parts: list[Array]) -> Array:
    result = np.zeros((sum(p.shape[0] for p in parts), sum(p.shape[1] for p in parts)))
    row = column = 0
    for part in parts:
        result[row : row + part.shape[0], column : column + part.shape[1]] = part
        row, column = row + part.shape[0], column + part.shape[1]
    return result
