"""The cost guard: what takes too long to compute, window after window, is held before the sound stumbles."""

from typing import Protocol

WINDOW_SECONDS = 0.02
"""Control frames come every few blocks, so blocks are weighed together."""

WINDOWS = 12
"""So many windows in a row are no accident of a busy machine."""

SHARE = 0.5
"""Of real time, that all sources together may take. Voices need the rest."""


class Costly(Protocol):
    """What may be held: a source of one parameter, or of all latents."""

    def hold(self, reason: str, beat: float) -> None:
        """Stay at the last value, from `beat` on."""


class CostGuard:
    """Told what each source took, it holds the dearest one once all together have taken too long for 0.25 s.

    It depends on the machine, so the offline twin has none.
    """

    def __init__(self, sample_rate: float) -> None:
        self._sample_rate = sample_rate
        self._spent: dict[Costly, float] = {}
        self._seconds = 0.0
        self._slow = 0

    def spent(self, source: Costly, seconds: float) -> None:
        """`source` took so long."""
        self._spent[source] = self._spent.get(source, 0.0) + seconds

    def rendered(self, samples: int, beat: float) -> None:
        """So many samples have been rendered, up to `beat`."""
        self._seconds += samples / self._sample_rate
        if self._seconds < WINDOW_SECONDS:
            return
        total = sum(self._spent.values())
        self._slow = self._slow + 1 if total > SHARE * self._seconds else 0
        if self._slow >= WINDOWS:
            self._slow = 0
            dearest = max(self._spent, key=self._spent.__getitem__)
            share = self._spent[dearest] / self._seconds
            dearest.hold(f"too slow: computing it takes {share:.0%} of the time there is", beat)
        self._spent.clear()
        self._seconds = 0.0
