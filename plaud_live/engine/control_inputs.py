"""The control thread's hand on the live inputs: what it writes reaches the render thread between two blocks.

So what a block sounds like depends on what had come before it began, not on what came while it was rendered,
and can be played again.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from plaud_live.engine.inputs import Inputs, Values
from plaud_live.signals.graph import Array


class Write(NamedTuple):
    """What `Inputs.write` takes, or, with a `step`, what `Inputs.write_grid` takes from step `start` on."""

    name: str
    start: float
    values: Values
    step: float = 0.0


class ControlInputs(Inputs):
    """Belongs to the control thread, but for `deliver`. It reads at once what it wrote.

    `engine` are the render thread's inputs; what that writes by itself (microphone, keys) is read there.
    """

    def __init__(self, engine: Inputs) -> None:
        super().__init__()
        self._engine = engine
        self._clock = engine._clock
        self._waiting: deque[Write] = deque()

    def write(self, name: str, beat: float, values: Values) -> bool:
        """As `Inputs.write`."""
        changed = super().write(name, beat, values)
        if changed:
            self._waiting.append(Write(name, beat, values))
        return changed

    def write_grid(self, name: str, first: int, step: float, values: Values) -> None:
        """As `Inputs.write_grid`."""
        super().write_grid(name, first, step, values)
        self._waiting.append(Write(name, first, values, step))

    def deliver(self) -> list[Write]:
        """For the render thread: hand over what waits, and tell what that was."""
        delivered = []
        while self._waiting:
            each = self._waiting.popleft()
            if each.step:
                self._engine.write_grid(each.name, int(each.start), each.step, each.values)
            else:
                self._engine.write(each.name, each.start, each.values)
            delivered.append(each)
        return delivered

    def read(self, name: str, beats: Array) -> Array:
        """As `Inputs.read`."""
        return super().read(name, beats) if self._has(name) else self._engine.read(name, beats)

    def shown(self) -> dict[str, list[float]]:
        """As `Inputs.shown`."""
        return self._engine.shown()

    def starving(self) -> frozenset[str]:
        """As `Inputs.starving`."""
        return self._engine.starving()

    def recall(self, shown: Mapping[str, Sequence[float]]) -> None:
        """As `Inputs.recall`, before anything is rendered."""
        super().recall(shown)
        self._engine.recall(shown)

    def _has(self, name: str) -> bool:
        return name in self._points or name in self._grids

    def last(self, name: str) -> tuple[float, ...] | None:
        """As `Inputs.last`."""
        return super().last(name) if self._has(name) else self._engine.last(name)

    def latest(self) -> dict[str, tuple[float, ...]]:
        """As `Inputs.latest`."""
        return dict(sorted({**self._engine.latest(), **super().latest()}.items()))
