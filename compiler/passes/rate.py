"""A model at another sample rate: delays keep their seconds, filters their shape up to the lower Nyquist.

The formulas are the ones that FAUST output computes when it follows the host's rate.
"""

from dataclasses import replace

import numpy as np

from compiler.ir.nodes import (
    Array,
    Delay,
    Fir,
    Gain,
    Model,
    Node,
    Parallel,
    Recursion,
    Series,
    Sos,
    checked_rate,
    walk,
)
from compiler.passes.fractional import LAGRANGE_ORDER, WHOLE
from compiler.passes.interpolation import lagrange, lagrange_order


def at_rate(model: Model, sample_rate: float) -> Model:
    """`model` for `sample_rate` in Hz, given or prepared. Sources go: they are of the old rate.

    Whole delays become whole again, of one sample at least. Sections are taken back to continuous time by
    the bilinear transform and forth at the new rate: stable ones stay stable, none gets louder. Taps are
    moved as delays are, each to its time; `notes` says where. Raises BadValue for a rate that no audio has.
    A loop with no other delay than sections of b0 = 0 has none afterwards: `prepare` refuses it.
    """
    checked_rate(model.name, sample_rate)
    if sample_rate == model.sample_rate:
        return model
    moved = [path for path, node in walk(model.root) if isinstance(node, Fir) and node.taps.shape[-1] > 1]
    change = f"from {model.sample_rate:g} to {sample_rate:g} Hz"
    notes = tuple(f"{path}: taps moved {change}" for path in moved)
    root = _at_ratio(model.root, sample_rate / model.sample_rate)
    return replace(model, sample_rate=sample_rate, root=root, source=None, notes=(*model.notes, *notes))


def delays_at_ratio(samples: Array, ratio: float) -> Array:
    """`samples` times `ratio`. Whole numbers become the nearest whole number; 1 or more stays 1 or more."""
    whole = abs(samples - np.floor(samples + 0.5)) <= WHOLE
    moved = np.where(whole, np.floor(samples * ratio + 0.5), samples * ratio)
    return np.maximum(moved, np.where(samples >= 1.0 - WHOLE, 1.0, 0.0))


def sections_at_ratio(sections: Array, ratio: float) -> Array:
    """`sections` [..., 6] with (c + z^-1) / (1 + c z^-1) for z^-1, c = (1 - r) / (1 + r), r the `ratio`.

    That is s = 2 f (1 - z^-1) / (1 + z^-1) at the old rate f and back at r f: an allpass of gain 1.
    First-order sections stay of first order, and gains stay.
    """
    c = (1.0 - ratio) / (1.0 + ratio)
    p, q = np.array([c, 1.0]), np.array([1.0, c])
    squares = np.stack([np.convolve(q, q), np.convolve(p, q), np.convolve(p, p)])
    lines = np.zeros((3, 3))
    lines[0, :2], lines[1, :2] = q, p
    polynomials = sections.reshape(*sections.shape[:-1], 2, 3)
    second = (polynomials[..., 2] != 0.0).any(axis=-1)[..., np.newaxis, np.newaxis]
    first = (polynomials[..., 1] != 0.0).any(axis=-1)[..., np.newaxis, np.newaxis]
    changed = np.where(second, polynomials @ squares, np.where(first, polynomials @ lines, polynomials))
    return changed.reshape(sections.shape)


def taps_at_ratio(taps: Array, ratio: float) -> Array:
    """`taps` [..., length], tap k moved to k `ratio` samples by Lagrange interpolation.

    Taps behind the first stay behind it. At a higher rate the response above the old Nyquist frequency is
    that below it in the mirror, as it was before.
    """
    length = int(np.ceil((taps.shape[-1] - 1) * ratio)) + LAGRANGE_ORDER + 2
    moved = np.zeros((length, *taps.shape[:-1]))
    moved[0] = taps[..., 0]
    delays = np.maximum(np.arange(1.0, taps.shape[-1]) * ratio - 1.0, 0.0)
    orders = np.array([lagrange_order(delay, LAGRANGE_ORDER) for delay in delays])
    for order in sorted(set(orders.tolist())):
        these = np.flatnonzero(orders == order)
        whole = np.floor(delays[these]).astype(int) - (order - 1) // 2
        parts = lagrange(delays[these] - whole, order)
        sources = np.moveaxis(taps[..., 1 + these], -1, 0)
        for k in range(order + 1):
            np.add.at(moved, whole + 1 + k, (sources.T * parts[:, k]).T)
    moved = np.moveaxis(moved, 0, -1)
    used = np.flatnonzero((moved != 0.0).any(axis=tuple(range(moved.ndim - 1))))
    return moved[..., : used[-1] + 1 if len(used) else 1]


def _at_ratio(node: Node, ratio: float) -> Node:
    match node:
        case Gain():
            return replace(node, source=None)
        case Delay():
            return replace(node, samples=delays_at_ratio(node.samples, ratio), source=None)
        case Fir():
            return replace(node, taps=taps_at_ratio(node.taps, ratio), source=None)
        case Sos():
            return replace(node, sections=sections_at_ratio(node.sections, ratio), source=None)
        case Series() | Parallel():
            return replace(node, children=tuple(_at_ratio(c, ratio) for c in node.children), source=None)
        case Recursion():
            forward, feedback = _at_ratio(node.forward, ratio), _at_ratio(node.feedback, ratio)
            return replace(node, forward=forward, feedback=feedback, source=None)
