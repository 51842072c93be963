"""Frequency response of a tree: the transfer matrix at any point of the z plane, straight from the nodes.

The passes are held to it: what they rewrite has the response that it had.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compiler.errors import BadValue, CompilerError
from compiler.ir.nodes import Array, Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos

_POWERS_AT_ONCE = 1 << 21
"""Entries of the table of powers for long responses: 32 MB."""


def response(node: Node, z: ArrayLike) -> NDArray[np.complex128]:
    """Transfer matrix [points, outputs, inputs] of `node` at the complex `z` [points], none of them 0.

    A fractional delay d is z^-d on the principal branch, as FLAMO's. Raises BadValue, with the path, for
    a pole at one of the points: a loop whose I - F B is singular there.
    """
    points = np.atleast_1d(np.asarray(z, dtype=np.complex128))
    match node:
        case Gain():
            return _matrices(np.repeat(node.gains[np.newaxis], len(points), axis=0))
        case Delay():
            delayed = np.exp(-np.multiply.outer(np.log(points), node.samples))
            return _matrices(delayed if node.gains is None else node.gains * delayed)
        case Fir():
            return _matrices(_polynomials(node.taps, points))
        case Sos():
            ladder = points[:, np.newaxis] ** -np.arange(3.0)
            numerators = np.tensordot(ladder, node.sections[..., :3], (1, -1))
            denominators = np.tensordot(ladder, node.sections[..., 3:], (1, -1))
            return _matrices(np.prod(numerators / denominators, axis=-1))
        case Series():
            total = _response_within(node, node.children[0], points)
            for child in node.children[1:]:
                total = _response_within(node, child, points) @ total
            return total
        case Parallel():
            parts = [_response_within(node, child, points) for child in node.children]
            return sum(parts[1:], parts[0]) if node.is_sum else np.concatenate(parts, axis=1)
        case Recursion():
            forward = _response_within(node, node.forward, points)
            feedback = _response_within(node, node.feedback, points)
            try:
                return _matrices(np.linalg.solve(np.eye(node.outputs) - forward @ feedback, forward))
            except np.linalg.LinAlgError:
                raise BadValue(node.name, "no response: the loop has a pole at one of the points") from None


def frequency_response(node: Node, points: int) -> NDArray[np.complex128]:
    """Transfer matrix [points, outputs, inputs] at `points` frequencies from 0 to half the sample rate."""
    return response(node, np.exp(1j * np.linspace(0.0, np.pi, points)))


def _response_within(parent: Node, child: Node, points: NDArray[np.complex128]) -> NDArray[np.complex128]:
    try:
        return response(child, points)
    except CompilerError as error:
        raise error.within(parent.name) from None


def _matrices(entries: ArrayLike) -> NDArray[np.complex128]:
    """[points, channels] or [points, outputs, inputs] as [points, outputs, inputs]."""
    given = np.asarray(entries, dtype=np.complex128)
    return given[..., np.newaxis] * np.eye(given.shape[1]) if given.ndim == 2 else given


def _polynomials(taps: Array, points: NDArray[np.complex128]) -> NDArray[np.complex128]:
    length = taps.shape[-1]
    exponents = np.arange(length, dtype=np.float64)
    logarithms = np.log(points)
    chunk = max(1, _POWERS_AT_ONCE // length)
    parts = [
        np.tensordot(np.exp(-np.multiply.outer(logarithms[at : at + chunk], exponents)), taps, (1, -1))
        for at in range(0, len(points), chunk)
    ]
    return np.concatenate(parts)
