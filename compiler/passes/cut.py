"""Where a loop can be cut, and how many samples it can then run at a time.

A loop runs in chunks of n samples if every way around it passes a leaf that delays by n or more: such leaves
can be read for a whole chunk before anything of that chunk is written. `pure_delay` is that length for one
leaf, `longest_chunk` for a tree from inputs to outputs.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from compiler.ir.nodes import Delay, Fir, Gain, Leaf, Node, Parallel, Recursion, Series, Sos

UNBOUND = 1 << 62
"""Length of a way that carries nothing: a leaf of zeros cuts any loop."""


def pure_delay(leaf: Leaf) -> int:
    """Samples that pass before anything of an input reaches any output of `leaf`."""
    delays: NDArray[Any]
    match leaf:
        case Gain():
            delays, present = np.zeros(leaf.gains.shape), leaf.gains != 0.0
        case Delay():
            delays = leaf.samples
            present = np.ones(delays.shape, bool) if leaf.gains is None else leaf.gains != 0.0
        case Fir():
            delays, present = np.argmax(leaf.taps != 0.0, axis=-1), (leaf.taps != 0.0).any(axis=-1)
        case Sos():
            delays, present = sos_delays(leaf.sections)
    return int(delays[present].min()) if present.any() else UNBOUND


def sos_delays(sections: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Samples of pure delay (leading zeros of b0 b1 b2) of cascades [..., sections, 6], and which sound."""
    nonzero = sections[..., :3] != 0.0
    return np.argmax(nonzero, axis=-1).sum(axis=-1), nonzero.any(axis=-1).all(axis=-1)


def longest_chunk(node: Node) -> int:
    """The longest n so that every way through `node` passes a leaf with a pure delay of n or more."""
    match node:
        case Series():
            return max(longest_chunk(child) for child in node.children)
        case Parallel():
            return min(longest_chunk(child) for child in node.children)
        case Recursion():
            return longest_chunk(node.forward)
        case _:
            return pure_delay(node)


def loop_chunk(loop: Recursion) -> int:
    """The longest chunk that `loop` can run in: its cut is in the path that allows more. 0 for no cut.

    Without a cut in leaves, a loop may still be one that can run: `compiler.passes.loops` finds delays
    that are spread over neighbours.
    """
    return max(longest_chunk(loop.forward), longest_chunk(loop.feedback))
