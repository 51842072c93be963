"""Pushing the reverb that plays to the watched plugin, as the engine knows it: what is asked, what came.

The publisher is the supervisor's child: orders and answers go by way of it, and it is told what plays. So an
engine that dies ends nothing that was asked.
"""

import itertools
import math
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from plaud_live import settings
from plaud_live.control.parameters import VERB, ReverbInfo
from plaud_live.control.state import State
from plaud_live.engine.link import Message
from plaud_live.errors import ParameterError, PlaudError, ReverbError, SessionError

EVERY_SECONDS = (0.1, 3600.0)
LIVE = "live"
"""What is pushed to where nothing else is said."""

Done = Callable[[Message], None]
Failed = Callable[[PlaudError], None]


class Stage(Protocol):
    """What plays: `engine.desk.Desk`."""

    @property
    def state(self) -> State:
        """What is playing."""

    @property
    def next_sample(self) -> int:
        """The first sample on which a state that is handed over soon has a say."""


class Pushing:
    """Belongs to the control thread; a chore, which tells the supervisor when another reverb has begun.

    `following` is what the supervisor says of the pushing of whatever plays, None where nobody wants it.
    """

    def __init__(
        self,
        desk: Stage,
        send: Callable[[Message], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`send` tells the supervisor."""
        self.due = math.inf
        self.following: Message | None = None
        self._desk, self._send, self._clock = desk, send, clock
        self._told = ""
        self._waiting: dict[str, tuple[Done, Failed]] = {}
        self._numbers = itertools.count(1)

    @property
    def waiting(self) -> int:
        """How many pushes are not answered yet."""
        return len(self._waiting)

    def look(self) -> None:
        """Another state has been handed over: say what plays, now or once it has begun."""
        reverb, self.due = self._desk.state.reverb, math.inf
        if reverb is None or reverb.info.digest == self._told:
            return
        tempo = self._desk.state.tempo
        left = tempo.sample(reverb.start) - self._desk.next_sample
        if left > 0:
            self.due = self._clock() + left / tempo.sample_rate
            return
        self._told = reverb.info.digest
        self._order({"do": "playing", **_of(reverb.info)})

    def work(self, now: float) -> None:
        """A reverb may have begun."""
        self.look()

    def push(self, data: Mapping[str, Any], done: Done, failed: Failed) -> None:
        """Publish the reverb that plays, by `data`: name, and every, where what plays next is to follow.

        `done` is called with what came of it; where no plugin answers, "outcome" is "silent". Raises
        ParameterError or SettingsError for what cannot be asked.
        """
        name, every = data.get("name"), data.get("every")
        if name is not None and not isinstance(name, str):
            raise ParameterError(f'{VERB}.push({name!r:.40}): wants a name in quotes, as in "{LIVE}"')
        low, high = EVERY_SECONDS
        is_number = isinstance(every, int | float) and not isinstance(every, bool)
        if every is not None and not (is_number and low <= every <= high):
            raise ParameterError(f"{VERB}.push(every={every!r:.40}): wants seconds, {low:g} to {high:g}")
        file = settings.push_file(LIVE if name is None else name)
        asked = {"name": LIVE if name is None else name, "file": str(file), "every": every}
        self._ask("push", {**asked, **_of(self.playing)}, done, failed)

    def stop(self, done: Done, failed: Failed) -> None:
        """Push nothing more that comes to play. `done` is called with the name that was pushed to, if any."""
        self._ask("stop", {}, done, failed)

    @property
    def playing(self) -> ReverbInfo:
        """The reverb that plays, or was asked for last. Raises ParameterError."""
        reverb = self._desk.state.reverb
        if reverb is None:
            raise ParameterError(f"{VERB}: there is no reverb here")
        return reverb.info

    def shown(self) -> Message | None:
        """What the snapshot has of it."""
        return self.following

    def hear(self, message: Message) -> None:
        """The supervisor says what came of an order, or what is followed."""
        if message.get("do") == "pushing":
            self.following = message.get("following")
            return
        done, failed = self._waiting.pop(str(message.get("id")), (None, None))
        text = str(message.get("text") or "")
        match message.get("outcome"):
            case "refused" | "error" if failed is not None:
                failed(ReverbError(text))
            case "gone" if failed is not None:
                failed(SessionError(text))
            case _ if done is not None:
                done({key: each for key, each in message.items() if key not in ("do", "id")})

    def _ask(self, do: str, order: Message, done: Done, failed: Failed) -> None:
        number = f"{os.getpid()}-{next(self._numbers)}"
        self._waiting[number] = done, failed
        self._order({"id": number, "do": do, **order})

    def _order(self, order: Message) -> None:
        self._send({"event": "publisher", "order": order})


def _of(info: ReverbInfo) -> Message:
    return {"path": info.path, "digest": info.digest}
