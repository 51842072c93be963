"""The substitution z -> z / gamma: the impulse response times gamma^n, n in samples. Exact for every node.

All decay rates change by the same factor, so that the shape of a decay over frequency stays.
"""

from dataclasses import replace

import numpy as np

from compiler.errors import BadValue
from compiler.ir.nodes import Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos


def scaled(node: Node, gamma: float) -> Node:
    """`node` with its impulse response times `gamma`^n. Raises BadValue unless `gamma` is positive."""
    if not (np.isfinite(gamma) and gamma > 0.0):
        raise BadValue(node.name, f"gamma {gamma}: must be positive")
    match node:
        case Gain():
            return node
        case Delay():
            gains = np.ones(node.samples.shape) if node.gains is None else node.gains
            return replace(node, gains=gains * gamma**node.samples, source=None)
        case Fir():
            return replace(node, taps=node.taps * gamma ** np.arange(node.taps.shape[-1]), source=None)
        case Sos():
            powers = gamma ** np.array([0.0, 1.0, 2.0, 0.0, 1.0, 2.0])
            return replace(node, sections=node.sections * powers, source=None)
        case Series() | Parallel():
            children = tuple(scaled(child, gamma) for child in node.children)
            return replace(node, children=children, source=None)
        case Recursion():
            forward, feedback = scaled(node.forward, gamma), scaled(node.feedback, gamma)
            return replace(node, forward=forward, feedback=feedback, source=None)
