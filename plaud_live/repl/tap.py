"""Tempo from taps."""

import time
from collections.abc import Callable
from statistics import median

FORGET_SECONDS = 2.5
MAX_TAPS = 8


class TapTempo:
    """Beats per minute of the last taps: the median of their distances, forgotten after a pause.

    `clock` counts seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taps: list[float] = []

    def tap(self) -> float | None:
        """Note a tap; the tempo, once there are three taps in a row."""
        now = self._clock()
        if self._taps and now - self._taps[-1] > FORGET_SECONDS:
            self._taps = []
        self._taps = [*self._taps[-MAX_TAPS + 1 :], now]
        gaps = [b - a for a, b in zip(self._taps, self._taps[1:], strict=False)]
        return 60.0 / median(gaps) if len(gaps) >= 2 and median(gaps) > 0.0 else None

    @property
    def count(self) -> int:
        """How many taps are in a row."""
        return len(self._taps)
