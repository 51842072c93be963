"""Fractional delays: a whole delay and an interpolating filter, with the error that remains.

Inside loops an allpass after Thiran: every trip around a loop passes it again, and only an allpass keeps
each frequency's decay, and a lossless loop lossless; its error is of phase alone. Elsewhere Lagrange's taps:
their phase is better at high frequencies for the same work, they have no state that rings, and their loss
there is heard once. Both are passive, |H| <= 1.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compiler.errors import BadValue
from compiler.ir.nodes import Array, Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos
from compiler.ir.response import response
from compiler.passes.flatten import in_series
from compiler.passes.interpolation import lagrange_parts, thiran_parts
from compiler.passes.naming import added

LAGRANGE_ORDER = 9
THIRAN_ORDER = 4
WHOLE = 1e-9
"""A delay this near a whole number of samples is one: -164 dB at half the sample rate."""
FREQUENCIES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
"""Where the error is reported, as fractions of the sample rate."""


@dataclass(frozen=True)
class FractionalDelay:
    """How entry `entry`, (channel) or (output, input), of the delay at `path` was approximated.

    `wanted` in samples; `method` is "lagrange" or "thiran", of `order`; `error_db` is the level of the
    difference to z^-wanted at `FREQUENCIES`.
    """

    path: str
    entry: tuple[int, ...]
    wanted: float
    method: str
    order: int
    error_db: tuple[float, ...]

    def __str__(self) -> str:
        entry = ", ".join(map(str, self.entry))
        quarter = self.error_db[FREQUENCIES.index(0.25)]
        return (
            f"{self.path}[{entry}]: {self.wanted:g} samples by {self.method.capitalize()} of order "
            f"{self.order}, error {quarter:.0f} dB at a quarter of the sample rate"
        )


def approximate_fractions(root: Node, order: int | None = None) -> tuple[Node, tuple[FractionalDelay, ...]]:
    """`root` with whole delays only, and what was approximated. `order` is the highest of the filters.

    None means `LAGRANGE_ORDER` and `THIRAN_ORDER`. Names are paths: see `naming`. Raises BadValue for an
    order below 1.
    """
    if order is not None and order < 1:
        raise BadValue("", f"order {order} of the filters for fractional delays: must be 1 or more")
    reports: list[FractionalDelay] = []
    return _approximated(root, order, False, reports), tuple(reports)


def _approximated(node: Node, order: int | None, in_loop: bool, reports: list[FractionalDelay]) -> Node:
    match node:
        case Series() | Parallel():
            children = tuple(_approximated(child, order, in_loop, reports) for child in node.children)
            return replace(node, children=children)
        case Recursion():
            forward, feedback = (_approximated(child, order, True, reports) for child in node.children)
            return replace(node, forward=forward, feedback=feedback)
        case Delay():
            nearest = np.floor(node.samples + 0.5)
            fractional = abs(node.samples - nearest) > WHOLE
            if node.gains is not None:
                fractional &= node.gains != 0.0
            if not fractional.any():
                return replace(node, samples=nearest)
            return _replaced(node, fractional, order, in_loop, reports)
        case _:
            return node


def _replaced(
    node: Delay,
    fractional: NDArray[np.bool_],
    order: int | None,
    in_loop: bool,
    reports: list[FractionalDelay],
) -> Node:
    """`node` by whole delays and one filter an entry, whose rows are as `_filters` gives them."""
    whole = np.floor(node.samples + 0.5)
    rows: list[Array] = []
    for entry in np.ndindex(node.samples.shape):
        if not fractional[entry]:
            rows.append(np.array([[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]]) if in_loop else np.ones(1))
            continue
        wanted = float(node.samples[entry])
        if in_loop:
            samples, row = thiran_parts(wanted, order or THIRAN_ORDER)
            degree = int(np.count_nonzero(row[:, 4:]))
        else:
            samples, row = lagrange_parts(wanted, order or LAGRANGE_ORDER)
            degree = len(row) - 1
        whole[entry] = samples
        rows.append(row)
        method = "thiran" if in_loop else "lagrange"
        error = _error_db(wanted, samples, _filters("", [row], in_loop))
        reports.append(FractionalDelay(node.name, entry, wanted, method, degree, error))
    filters = _filters(added(node.name, "fraction"), rows, in_loop)
    return _assembled(replace(node, samples=whole), filters)


def _filters(name: str, rows: list[Array], in_loop: bool) -> Fir | Sos:
    """`rows`, taps or sections of different lengths, as one diagonal leaf."""
    longest = max(len(row) for row in rows)
    if not in_loop:
        return Fir(name, np.array([np.pad(row, (0, longest - len(row))) for row in rows]))
    wire = np.array([[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]])
    return Sos(name, np.array([np.concatenate([row, *[wire] * (longest - len(row))]) for row in rows]))


def _assembled(delay: Delay, filters: Fir | Sos) -> Node:
    """The `delay` of whole samples, then its `filters`, one an entry in row order.

    Each output of a full delay sums its entries, each with a filter of its own. With one input the filters
    can follow the sums, with one output they can be the row that sums; otherwise the entries are spread out
    onto channels, and summed behind their filters.
    """
    name, outputs, inputs = added(delay.name, "interpolated"), delay.outputs, delay.inputs
    if delay.samples.ndim == 1 or inputs == 1:
        return in_series(name, [delay, filters])
    gains = np.ones(outputs * inputs) if delay.gains is None else delay.gains.ravel()
    heard = gains != 0.0 if outputs > 1 else np.ones(inputs, dtype=bool)
    lines = Delay(delay.name, delay.samples.ravel()[heard], gains[heard])
    if isinstance(filters, Fir):
        filters = replace(filters, taps=filters.taps[heard])
    else:
        filters = replace(filters, sections=filters.sections[heard])
    if outputs == 1:
        if isinstance(filters, Fir):
            return in_series(name, [lines, replace(filters, taps=filters.taps[np.newaxis])])
        return in_series(name, [lines, replace(filters, sections=filters.sections[np.newaxis])])
    spread = Gain(added(delay.name, "spread"), np.tile(np.eye(inputs), (outputs, 1))[heard])
    sums = Gain(added(delay.name, "sums"), np.repeat(np.eye(outputs), inputs, axis=1)[:, heard])
    return in_series(name, [spread, lines, filters, sums])


def _error_db(wanted: float, samples: int, filters: Fir | Sos) -> tuple[float, ...]:
    z = np.exp(2j * np.pi * np.array(FREQUENCIES))
    found = response(filters, z)[:, 0, 0] * z**-samples
    with np.errstate(divide="ignore"):
        levels: list[float] = (20.0 * np.log10(abs(found - z**-wanted))).tolist()
    return tuple(levels)
