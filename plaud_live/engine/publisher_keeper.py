"""Keeps the publisher, which writes the reverb that plays for the watched plugin: started when it is wanted.

It is wanted from the first push on, or once a reverb has been loaded or fitted: so the first push is quick,
too. One that dies is replaced with the next order. While the performer wants it, whatever comes to play is
pushed; the engine says what that is, and an engine that dies ends nothing.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plaud_live.engine.child import Child
from plaud_live.engine.engines import House
from plaud_live.engine.link import Message

MODULE = "plaud_live.reverb.publishing"
NICE = 5
"""Behind what sounds and what the performer types, before a trainer."""

AGAIN_SECONDS = 1.0
MAX_CRASHES = 3
"""Deaths in a row while it follows what plays, after which it follows no more."""

FOLLOWS = "follow-"
"""What the numbers of its own orders begin with."""


@dataclass
class Following:
    """Whatever plays is pushed to `file`, at most every so many seconds; `last` came of the last push."""

    name: str
    file: str
    every: float
    due: float = 0.0
    digest: str = ""
    busy: bool = False
    crashes: int = 0
    last: Message | None = None

    def to_data(self) -> Message:
        """What engine and prompts are shown."""
        last = self.last or {}
        told = {key: last.get(key) for key in ("generation", "outcome", "text")}
        return {"name": self.name, "every": self.every, **told}


class PublisherKeeper:
    """Owns at most one child. `answer` passes on what engines are told; `session` keeps configurations."""

    def __init__(self, house: House, session: Path | None, answer: Callable[[Message], None]) -> None:
        self._house, self._answer = house, answer
        self._kept = None if session is None else session / "reverbs"
        self._child: Child | None = None
        self._orders: dict[str, Message] = {}
        self._playing: Message = {}
        self._following: Following | None = None
        self._numbers = itertools.count(1)
        self._going_on = True

    def order(self, order: Message) -> None:
        """Push, follow what plays, end that, or hear what plays. All but the last are answered."""
        match order.get("do"):
            case "playing":
                self._plays(order)
                return
            case "push":
                self._follow(order)
                self._push(order)
            case "stop":
                following, self._following = self._following, None
                self._answer({"do": "pushed", "id": order.get("id"), "name": following and following.name})
        self.tell()

    def tell(self) -> None:
        """Say what is followed; another engine may sound by now."""
        following = self._following
        self._answer({"do": "pushing", "following": None if following is None else following.to_data()})

    def end(self, seconds: float) -> None:
        """End it, within `seconds`."""
        self._going_on = False
        child, self._child = self._child, None
        if child is not None:
            self._house.watch.forget(child)
            child.channel.close()
            child.end(seconds)

    def _plays(self, order: Message) -> None:
        """Another reverb plays: be ready for it, and push it if that is wanted."""
        if self._playing and self._playing.get("digest") != order.get("digest"):
            self._start()
        self._playing = {key: order.get(key) for key in ("path", "digest")}
        self._catch_up()

    def _follow(self, order: Message) -> None:
        """With the first push begins what follows it."""
        every = order.get("every")
        if not isinstance(every, int | float):
            return
        name, file = str(order.get("name")), str(order.get("file"))
        due = time.monotonic() + every
        self._following = Following(name, file, float(every), due, str(order.get("digest")))
        self._house.watch.later(every, self._catch_up)

    def _catch_up(self) -> None:
        """Push what plays, if it is wanted, and time for it."""
        following, playing = self._following, self._playing
        if following is None or following.busy or playing.get("digest") in (None, following.digest):
            return
        wait = following.due - time.monotonic()
        if wait > 0.0:
            self._house.watch.later(wait, self._catch_up)
            return
        following.due = time.monotonic() + following.every
        following.digest, following.busy = str(playing["digest"]), True
        number = f"{FOLLOWS}{next(self._numbers)}"
        self._push({"id": number, "name": following.name, "file": following.file, **playing})

    def _push(self, order: Message) -> None:
        self._orders[str(order.get("id"))] = order
        self._start()
        if self._child is not None:
            self._child.send({**order, "do": "publish"})

    def _start(self) -> None:
        if self._child is not None or not self._going_on:
            return
        words = [] if self._kept is None else ["--kept", str(self._kept)]
        self._child = Child(MODULE, words, nice=NICE)
        self._house.publish(publisher=self._child.pid)
        self._house.watch.add(self._child, self._on_message, self._on_gone)

    def _on_message(self, child: Child, message: Message) -> None:
        order = self._orders.pop(str(message.get("id")), None)
        if message.pop("event", None) != "published":
            return
        if order is not None:
            self._pushed(order, message)
        elif message.get("late"):
            self._house.log("push", message)
            self._house.say(f"verb.push: {message.get('text')}")
            if self._following is not None and message.get("generation") == self._generation():
                self._following.last = message
                self.tell()

    def _pushed(self, order: Message, message: Message) -> None:
        """Say what came of an order, to whoever gave it."""
        keys = ("outcome", "text", "generation", "verdict", "recompiles", "compile_ms", "backend")
        came = {key: message.get(key) for key in keys}
        self._house.log("push", {"name": order.get("name"), "digest": order.get("digest"), **came})
        following = self._following
        if not str(order.get("id")).startswith(FOLLOWS):
            if following is not None and following.digest == order.get("digest"):
                following.last = came
            self._answer({"do": "pushed", "id": order.get("id"), **message})
        elif following is not None:
            self._followed(following, came)
        self.tell()

    def _generation(self) -> object:
        """The last that came of following."""
        return ((self._following and self._following.last) or {}).get("generation")

    def _followed(self, following: Following, came: Message) -> None:
        """What is wrong is said once, and when it is right again."""
        before, following.last, following.busy = following.last, came, False
        following.crashes = 0
        was, now = (each is None or each.get("outcome") == "played" for each in (before, came))
        if (before or {}).get("outcome") != came["outcome"] and not (was and now):
            self._house.say(f"verb.push: {came['text']}")
        self._catch_up()

    def _on_gone(self, child: Child) -> None:
        child.end(1.0)
        self._child = None
        self._house.publish(publisher=None)
        words = child.last_words()
        self._house.log("publisher died", words)
        orders, self._orders = self._orders, {}
        for number in orders:
            if not number.startswith(FOLLOWS):
                text = f"the publisher died ({words}), and begins anew with the next push"
                self._answer({"do": "pushed", "id": number, "outcome": "gone", "text": text})
        if self._following is not None:
            self._go_on_following(self._following, words)

    def _go_on_following(self, following: Following, words: str) -> None:
        """With another publisher, unless they die of what plays."""
        following.busy, following.digest, following.crashes = False, "", following.crashes + 1
        if following.crashes >= MAX_CRASHES:
            self._following = None
            self._house.say(f"verb.push: publishers keep dying ({words}): what plays is pushed no more")
        self._house.watch.later(AGAIN_SECONDS, self._catch_up)
        self.tell()
