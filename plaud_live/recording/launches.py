"""The states of a session, from its record: each launch applied again by a conductor, at its sample."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from plaud_live.control.conductor import Conductor
from plaud_live.control.launching import Held
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.control.transaction import Transaction
from plaud_live.errors import PlaudError

LAUNCHES = ("submit", "undo", "redo", "panic")
REWRITTEN = "rewritten"
"""The kind of event that says that a model's file was written anew, with other anchors."""

ENGINE = "engine"
"""The kind of event that says that another engine plays: what could be undone before is forgotten."""

Event = Mapping[str, Any]


class Launches:
    """Applies the events of a record in their order. `state` is what plays after the last that was taken.

    `refused` counts launches that were accepted then and are not now, each with the reason: a model that is
    gone, or a record that is damaged before it.
    """

    def __init__(
        self,
        sample_rate: int,
        load_info: Callable[[str], ModelInfo],
        held: Callable[[int], Held] = lambda revision: {},
        settled: Callable[[int], Iterable[int]] = lambda revision: (),
    ) -> None:
        """`held`: at what values sources were held when the launch of a revision was made.

        `settled`: the samples at which the state of a revision was settled, before the next launch.
        """
        self.refused: list[tuple[Event, str]] = []
        self._conductor = Conductor(sample_rate, load_info)
        self._conductor.held = lambda: held(self.state.revision + 1)
        self._settled = settled
        self._engines = 0

    @property
    def state(self) -> State:
        """What plays now."""
        return self._conductor.state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on with a state that was given to another engine."""
        self._conductor.restore(state)

    def silence(self, sample: int) -> None:
        """Let nothing play from a sample on, without a fade."""
        self._conductor.panic(sample)

    def take(self, event: Event) -> bool:
        """Apply an event; False if it is none that changes the state, or is refused."""
        kind, sample = event.get("kind"), event.get("sample")
        if kind == ENGINE:
            self._engines += 1
            if self._engines > 1:
                self._conductor.restore(self._conductor.to_data())
            return False
        if kind not in (*LAUNCHES, REWRITTEN) or not isinstance(sample, int):
            return False
        for now in self._settled(self.state.revision):
            self._conductor.settle(now)
        try:
            self._launch(str(kind), sample, event.get("data"))
        except (PlaudError, KeyError, TypeError, ValueError) as error:
            said = str(error) if isinstance(error, PlaudError) else f"damaged: {type(error).__name__} {error}"
            self.refused.append((event, said))
            return False
        return True

    def _launch(self, kind: str, sample: int, data: Any) -> None:
        conductor = self._conductor
        match kind:
            case "submit":
                conductor.submit(Transaction.from_data(data), sample)
            case "undo":
                conductor.undo(sample)
            case "redo":
                conductor.redo(sample)
            case "panic":
                conductor.panic(sample)
            case _:
                conductor.rewritten(data["was"], ModelInfo.from_data(data["info"]))
