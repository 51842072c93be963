"""Spark lines: a signal drawn in one line of text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from plaud_live.signals.graph import Address, Array, Evaluation, Inputs, Signal
from plaud_live.signals.traversal import walk

WIDTH = 32
MAX_LATENTS = 16
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, eq=False)
class Peek(Signal):
    """The source as it is; whoever launches it shows its next `beats` beats."""

    source: Signal
    beats: float

    def evaluate(self, at: Evaluation) -> Array:
        return at.value(self.source)


def peeks(root: Signal) -> Iterator[Peek]:
    """All that is to be shown of a signal."""
    return (node for node in walk(root) if isinstance(node, Peek))


def spark(
    source: Signal,
    lookup: Callable[[Address], Signal] | None = None,
    beat: float = 0.0,
    beats: float = 16.0,
    inputs: Inputs | None = None,
) -> str:
    """The next `beats` beats from `beat` as a line of bars, with the lowest and the highest value.

    A `Peek` says itself how many beats. A vector shares the width among its latents. Raises SignalError.
    """
    length = source.beats if isinstance(source, Peek) else beats
    value = Evaluation(beat + length * np.arange(8 * WIDTH) / (8 * WIDTH), lookup, inputs=inputs).value(
        source
    )
    columns = value[:, None] if value.ndim == 1 else value[:, :MAX_LATENTS]
    finite = columns[np.isfinite(columns)]
    if not len(finite):
        return f"nowhere finite in {length:g} beats"
    low, high = float(finite.min()), float(finite.max())
    width = WIDTH // columns.shape[1]
    lines = " ".join(_bars(columns[:, i], low, high, width) for i in range(columns.shape[1]))
    return f"{lines} {low:.2f}…{high:.2f} in {length:g} beats"


def _bars(values: Array, low: float, high: float, width: int) -> str:
    """One bar for the middle of each of `width` parts; a dot where it is not finite."""
    points = values[(np.arange(width) * 2 + 1) * len(values) // (2 * width)]
    span = high - low if high > low else 1.0
    return "".join(
        _BARS[min(int((v - low) / span * len(_BARS)), len(_BARS) - 1)] if np.isfinite(v) else "·"
        for v in points
    )
