"""The control thread's hand on the live inputs: what it writes is left for the render thread."""

from collections.abc import Callable, Mapping, Sequence

from plaud_live.engine.inbox import Write
from plaud_live.engine.inputs import Inputs, Values
from plaud_live.signals.graph import Array


class ControlInputs(Inputs):
    """Belongs to the control thread. It reads at once what it wrote, and `leave`s it for the render thread.

    `engine` are the render thread's inputs; what that writes by itself (microphone, keys) is read there.
    """

    def __init__(self, engine: Inputs, leave: Callable[[Write], object]) -> None:
        super().__init__()
        self._engine, self._leave = engine, leave
        self._clock = engine._clock

    def write(self, name: str, beat: float, values: Values) -> bool:
        """As `Inputs.write`."""
        changed = super().write(name, beat, values)
        if changed:
            self._leave(Write(name, beat, values))
        return changed

    def write_grid(self, name: str, first: int, step: float, values: Values) -> None:
        """As `Inputs.write_grid`."""
        super().write_grid(name, first, step, values)
        self._leave(Write(name, first, values, step))

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
