"""What passes ask of leaves, and small rewritings of one: diagonal or full, zero, gains, simplest kind."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from compiler.ir.nodes import Array, Delay, Fir, Gain, Leaf, Node, Sos

_ONE = 4.0 * np.finfo(np.float64).eps
"""How far from 1 a gain is still a wire: products as sqrt(2) sqrt(1/2) miss 1 by one or two roundings."""


def is_leaf(node: Node) -> bool:
    """Whether `node` has no children."""
    return isinstance(node, Gain | Delay | Fir | Sos)


def is_diagonal(node: Node) -> bool:
    """Whether `node` is a leaf that treats each channel by itself; such leaves commute with one another."""
    match node:
        case Gain():
            return node.gains.ndim == 1
        case Delay():
            return node.samples.ndim == 1
        case Fir():
            return node.taps.ndim == 2
        case Sos():
            return node.sections.ndim == 3
        case _:
            return False


def sounding(leaf: Leaf) -> NDArray[np.bool_]:
    """Which entries, [channels] or [outputs, inputs], are not identically zero."""
    match leaf:
        case Gain():
            return leaf.gains != 0.0
        case Delay():
            return np.ones(leaf.samples.shape, dtype=bool) if leaf.gains is None else leaf.gains != 0.0
        case Fir():
            return (leaf.taps != 0.0).any(axis=-1)
        case Sos():
            return (leaf.sections[..., :3] != 0.0).any(axis=-1).all(axis=-1)


def is_zero(node: Node) -> bool:
    """Whether `node` is a leaf whose outputs are silent whatever comes in."""
    return isinstance(node, Gain | Delay | Fir | Sos) and not sounding(node).any()


def is_wire(node: Node) -> bool:
    """Whether `node` is a gain of 1 on each channel, to rounding."""
    return isinstance(node, Gain) and node.gains.ndim == 1 and bool((abs(node.gains - 1.0) <= _ONE).all())


def zero(name: str, outputs: int, inputs: int) -> Gain:
    """Silence, whatever comes in."""
    return Gain(name, np.zeros((outputs, inputs)))


def with_gains(leaf: Leaf, gains: Array) -> Leaf:
    """`leaf` with each entry times its entry of `gains`, which may broadcast: [n], [o, 1] or [1, i].

    In sections the last one takes them: equalisers end at high frequencies, where rounding does the least.
    """
    match leaf:
        case Gain():
            return replace(leaf, gains=leaf.gains * gains)
        case Delay():
            before = np.ones(leaf.samples.shape) if leaf.gains is None else leaf.gains
            return replace(leaf, gains=before * gains)
        case Fir():
            return replace(leaf, taps=leaf.taps * gains[..., np.newaxis])
        case Sos():
            sections = leaf.sections.copy()
            sections[..., -1, :3] *= gains[..., np.newaxis]
            return replace(leaf, sections=sections)


def simplest(leaf: Leaf) -> Leaf:
    """The same system as the simplest kind of leaf that can hold it exactly.

    Full leaves with nothing off their diagonal become diagonal; taps without echo become delays; delays of
    nothing become gains; trailing zeros and sections that do nothing go.
    """
    leaf = _narrowed(leaf)
    match leaf:
        case Fir():
            return _simplest_fir(leaf)
        case Sos():
            return _simplest_sos(leaf)
        case Delay():
            return _simplest_delay(leaf)
        case Gain():
            return leaf


def _narrowed(leaf: Leaf) -> Leaf:
    heard = sounding(leaf)
    if heard.ndim == 1 or heard.shape[0] != heard.shape[1]:
        return leaf
    if heard[~np.eye(len(heard), dtype=bool)].any():
        return leaf
    here = np.arange(len(heard))
    match leaf:
        case Gain():
            return replace(leaf, gains=leaf.gains[here, here])
        case Delay():
            gains = None if leaf.gains is None else leaf.gains[here, here]
            return replace(leaf, samples=leaf.samples[here, here], gains=gains)
        case Fir():
            return replace(leaf, taps=leaf.taps[here, here])
        case Sos():
            return replace(leaf, sections=leaf.sections[here, here])


def _simplest_delay(leaf: Delay) -> Delay | Gain:
    """A silent entry takes the shortest delay of the others, so that it is neither the shortest nor odd."""
    gains = np.ones(leaf.samples.shape) if leaf.gains is None else leaf.gains
    if not leaf.samples[gains != 0.0].any():
        return Gain(leaf.name, gains)
    samples = np.where(gains != 0.0, leaf.samples, leaf.samples[gains != 0.0].min())
    return replace(leaf, samples=samples, gains=None if (gains == 1.0).all() else gains)


def _simplest_fir(leaf: Fir) -> Leaf:
    if (np.count_nonzero(leaf.taps, axis=-1) <= 1).all():
        at = np.argmax(leaf.taps != 0.0, axis=-1)
        return _simplest_delay(Delay(leaf.name, at.astype(np.float64), leaf.taps.sum(axis=-1)))
    used = np.flatnonzero((leaf.taps != 0.0).any(axis=tuple(range(leaf.taps.ndim - 1))))
    return replace(leaf, taps=leaf.taps[..., : used[-1] + 1])


def _simplest_sos(leaf: Sos) -> Leaf:
    """Without the sections that are only a gain on every entry; their gains go into the last one left."""
    sections = leaf.sections
    entries = tuple(range(sections.ndim - 2))
    numerators, denominators = sections[..., :3], sections[..., 3:]
    constant = (numerators[..., 1:] == 0.0).all(-1) & (denominators[..., 1:] == 0.0).all(-1)
    cancelled = (numerators == denominators).all(-1)
    idle = (constant | cancelled).all(axis=entries)
    if not idle.any():
        return leaf
    gains = np.prod(sections[..., idle, 0] / sections[..., idle, 3], axis=-1)
    if idle.all():
        return Gain(leaf.name, gains)
    return with_gains(replace(leaf, sections=sections[..., ~idle, :]), gains)
