"""The states of a session, from its record, one after the other, also past engines that died."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from plaud_live.control.launching import Held
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.engine.taken import KIND
from plaud_live.recording.launches import ENGINE, Launches
from plaud_live.recording.sessions import Event

Row = list[Any]


class History:
    """Iterate over it once, to its end. `launches` is where it stands, and says what was refused."""

    def __init__(
        self, events: Sequence[Event], sample_rate: int, load_info: Callable[[str], ModelInfo]
    ) -> None:
        self._events = events
        rows = [row for event in events if event.get("kind") == KIND for row in event["data"]]
        self._starts = [row for row in rows if row[0] == "start"]
        self._held, self._settled = _by_revision(rows, "held"), _by_revision(rows, "settled")
        self._engines = 0
        self.launches = Launches(sample_rate, load_info, self._held_at, self._settled_at)

    def __iter__(self) -> Iterator[tuple[int, State]]:
        """Every state that there was, after the sample that was now for it."""
        launches = self.launches
        for event in self._events:
            changed = launches.take(event)
            if event.get("kind") == ENGINE:
                given = self._starts[self._engines][2] if self._engines < len(self._starts) else None
                self._engines += 1
                if given is not None:
                    launches.restore(given)
                    changed = isinstance(event.get("sample"), int)
            if changed:
                yield int(event["sample"]), launches.state

    def _held_at(self, revision: int) -> Held:
        said = self._held[self._engines, revision]
        return {(name, parameter): value for values in said for name, parameter, value in values}

    def _settled_at(self, revision: int) -> list[int]:
        return self._settled[self._engines, revision]


def _by_revision(rows: Sequence[Row], word: str) -> dict[tuple[int, int], list[Any]]:
    """What rows of a kind say, by engine, counted from 1, and revision."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    engine = 0
    for kind, _, *rest in rows:
        engine += kind == "start"
        if kind == word:
            revision, said = rest
            found[engine, revision].append(said)
    return found
