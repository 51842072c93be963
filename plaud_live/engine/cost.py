"""The cost guard: what takes too long to compute, window after window, is held before the sound stumbles."""

from typing import Protocol

WINDOW_SECONDS = 0.02
"""Control frames come every few blocks, so blocks are weighed together."""

WINDOWS = 12
"""So many windows in a row are no accident of a busy machine."""

FEW_WINDOWS, LOST_SECONDS = 5, 0.5
"""Nor are so few in which so much time was lost: the sound has stopped."""

SHARE = 0.5
"""Of real time, that all sources together may take. Voices need the rest."""


class Costly(Protocol):
    """What may be held: a source of one parameter, or of all latents."""

    def hold(self, reason: str, beat: float) -> None:
        """Stay at the last value, from `beat` on."""


class CostGuard:
    """Told what each source took, it names the dearest one once all together have taken too long for 0.25 s.

    It depends on the machine, so the offline twin has none.
    """

    def __init__(self, sample_rate: float) -> None:
        self._sample_rate = sample_rate
        self._spent: dict[Costly, float] = {}
        self._seconds = 0.0
        self._slow = 0  # windows in a row
        self._lost = 0.0  # in them

    def spent(self, source: Costly, seconds: float) -> None:
        """`source` took so long."""
        self._spent[source] = self._spent.get(source, 0.0) + seconds

    def rendered(self, samples: int) -> tuple[Costly, str] | None:
        """So many samples have been rendered: what is to be held, if anything, and why."""
        self._seconds += samples / self._sample_rate
        total = sum(self._spent.values())
        if max(self._seconds, total) < WINDOW_SECONDS:
            return None
        late = total - SHARE * self._seconds
        self._slow, self._lost = (self._slow + 1, self._lost + late) if late > 0.0 else (0, 0.0)
        held = None
        if self._slow >= WINDOWS or (self._slow >= FEW_WINDOWS and self._lost >= LOST_SECONDS):
            self._slow, self._lost = 0, 0.0
            dearest = max(self._spent, key=self._spent.__getitem__)
            share = self._spent[dearest] / self._seconds
            held = dearest, f"too slow: computing it takes {share:.1f} times the time there is"
        self._spent.clear()
        self._seconds = 0.0
        return held
