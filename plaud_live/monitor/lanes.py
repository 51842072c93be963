"""Latents over time, one lane each: the newest at the right, what the last 30 s were to the left of it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from plaud_live.monitor.canvas import ACROSS, DOWN, Canvas
from plaud_live.monitor.history import Array, Samples
from plaud_live.monitor.rows import Row, clean

SECONDS = 30.0
GAP_SECONDS = 1.0
"""Where nothing is known for longer, the line is broken."""

NAME_CELLS = 12
BLOCKS = " ▁▂▃▄▅▆▇█"
RANGE_STEP = 0.25


def lanes(
    samples: Samples, values: Array, names: Sequence[str], edge: int, rate: float, width: int, height: int
) -> list[Row]:
    """Lanes of `values` [n, d] up to sample `edge`, in `width` x `height` cells.

    Where a lane has one row, each cell is a block of its mean height, else the curve is drawn in dots. All
    lanes have the same range, at least 0 to 1. Latents for which there is no room are counted.
    """
    count = len(names)
    if not count or height < 1:
        return []
    shown = count if count <= height else height - 1
    rows = max(1, min(8, height // max(1, shown)))
    label = min(NAME_CELLS, max(len(name) for name in names))
    room = max(4, width - label - 7)
    low, high = value_range(values)
    out: list[Row] = []
    if rows == 1:
        mean, _, _, seen = columns(samples, values, edge, rate, room)
        for i in range(shown):
            out.append(
                [*_label(names[i], label, values[:, i]), (_blocks(mean[:, i], seen, low, high), "path")]
            )
    else:
        curves = columns(samples, values, edge, rate, room * ACROSS)
        for i in range(shown):
            drawn = _curve(curves, i, (low, high), room, rows)
            empty: Row = [(" " * (label + 7), "")]
            out += [
                (_label(names[i], label, values[:, i]) if j == 0 else empty) + r for j, r in enumerate(drawn)
            ]
    if shown < count:
        out.append([(f"+{count - shown} more", "dim")])
    return out


def value_range(values: Array) -> tuple[float, float]:
    """0 to 1, and further in calm steps where values went further."""
    if not len(values):
        return 0.0, 1.0
    low = np.floor(float(values.min()) / RANGE_STEP + 0.1) * RANGE_STEP
    high = np.ceil(float(values.max()) / RANGE_STEP - 0.1) * RANGE_STEP
    return min(0.0, float(low)), max(1.0, float(high))


def columns(
    samples: Samples, values: Array, edge: int, rate: float, count: int
) -> tuple[Array, Array, Array, npt.NDArray[np.bool_]]:
    """`count` equal spans of time up to `edge`: mean, lowest and highest of `values` [count, d], and which
    are known [count].

    The spans begin at multiples of their length, so that a picture that moves on is the same picture. Short
    gaps are bridged.
    """
    span = max(1, round(SECONDS * rate / count))
    places = samples // span - (edge // span - count + 1)
    inside = (places >= 0) & (places < count)
    places, values = places[inside], values[inside]
    mean = np.zeros((count, values.shape[1]))
    seen = np.zeros(count, dtype=bool)
    if not len(places):
        return mean, mean, mean, seen
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    known = places[starts]
    sizes = np.diff(np.append(starts, len(places)))[:, None]
    low, high = mean.copy(), mean.copy()
    mean[known] = np.add.reduceat(values, starts) / sizes
    low[known] = np.minimum.reduceat(values, starts)
    high[known] = np.maximum.reduceat(values, starts)
    before, after = starts[1:] - 1, starts[1:]  # the curve is whole: each span meets the one before
    close = (known[1:] - known[:-1]) * span <= GAP_SECONDS * rate
    for column, i, j in zip(known[1:][close], before[close], after[close], strict=True):
        middle = 0.5 * (values[i] + values[j])
        low[column], high[column] = np.minimum(low[column], middle), np.maximum(high[column], middle)
    seen[known] = True
    for first, last in zip(known[:-1][close], known[1:][close], strict=True):
        if last - first > 1:
            step = np.arange(1, last - first)[:, None] / (last - first)
            line = mean[first] + (mean[last] - mean[first]) * step
            mean[first + 1 : last], low[first + 1 : last], high[first + 1 : last] = line, line, line
            seen[first + 1 : last] = True
    return mean, low, high, seen


def _label(name: str, width: int, values: Array) -> Row:
    number = f"{values[-1]:6.2f} " if len(values) else "       "
    return [(f"{clean(name)[:width]:<{width}}", "bold"), (number, "")]


def _blocks(mean: Array, seen: npt.NDArray[np.bool_], low: float, high: float) -> str:
    steps = np.clip(1 + (mean - low) / (high - low) * (len(BLOCKS) - 2) + 0.5, 1, len(BLOCKS) - 1)
    return "".join(BLOCKS[int(step)] if there else " " for step, there in zip(steps, seen, strict=True))


def _curve(
    curves: tuple[Array, Array, Array, npt.NDArray[np.bool_]],
    latent: int,
    bounds: tuple[float, float],
    room: int,
    rows: int,
) -> list[Row]:
    """One lane in dots; its top row of dots is left free, between it and the lane above."""
    _, low, high, seen = curves
    canvas = Canvas(room, rows, ("path",))
    most = rows * DOWN - 1
    scale = (most - 1) / (bounds[1] - bounds[0])

    def down(values: Array) -> npt.NDArray[np.int64]:
        return np.clip(np.rint(most - (values - bounds[0]) * scale), 1, most).astype(np.int64)

    canvas.bars(down(high[:, latent]), down(low[:, latent]), seen)
    return canvas.to_rows()
