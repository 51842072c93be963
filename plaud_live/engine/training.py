"""Training, as the engine knows it: what is asked of the trainer, how far its jobs are, what it has made.

The trainer is the supervisor's child: orders and answers go by way of it, so that an engine that dies ends no
job.
"""

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from plaud_live.control.apply import instrument_of
from plaud_live.control.osc import encode
from plaud_live.control.parameters import VERB
from plaud_live.control.resolving import part_of
from plaud_live.control.state import State
from plaud_live.engine.fittings import Fitting
from plaud_live.engine.jobs import HOWS, Job
from plaud_live.engine.link import Message
from plaud_live.engine.link.client import error_from
from plaud_live.engine.taking import title
from plaud_live.errors import ParameterError, PlaudError

MINUTES = 4.0
FITTING = ("how", "t60", "colorless", "steps", "recording", "seconds", "name")
"""What is said of a fitting."""

SHOWN = 4
"""Jobs that the snapshot has: the one that is done and the next."""

Done = Callable[[Message], None]
Failed = Callable[[PlaudError], None]


def sources_named(words: str, takes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The files of the takes that are named, by number, name or tag, spaces or commas between. No paths.

    Raises ParameterError for what names none.
    """
    found: list[str] = []
    for word in words.replace(",", " ").split():
        named = [str(info["path"]) for info in takes if not info["binned"] and word in _names(info)]
        if not named:
            raise ParameterError(f"there is no take {word!r:.70}")
        found += named
    if not found:
        raise ParameterError("train: wants takes: their numbers, names, or a tag")
    return list(dict.fromkeys(found))


def _names(info: Mapping[str, Any]) -> set[str]:
    return {str(info["number"]), title(info), str(info["name"]), *map(str, info.get("tags") or ())}


class Stage(Protocol):
    """What is trained for: `engine.desk.Desk`."""

    @property
    def state(self) -> State:
        """What is playing."""


class Training:
    """Belongs to the control thread. `jobs` are those that wait or are being done, the first one first.

    `made` is called with what has been trained: instrument, parent (digest), path, name, digest, report,
    text, stopped; `tell` with an OSC packet for those that follow the topic `train`.
    """

    def __init__(self, desk: Stage, send: Callable[[Message], None]) -> None:
        """`send` tells the supervisor."""
        self.jobs: list[Message] = []
        self.made: list[Callable[[Message], None]] = []
        self.tell: list[Callable[[bytes], None]] = []
        self._desk, self._send = desk, send
        self._waiting: dict[str, tuple[Done, Failed]] = {}
        self._numbers = itertools.count(1)

    def train(self, data: Mapping[str, Any], done: Done, failed: Failed) -> None:
        """Train a child of an instrument's model, by `data`: instrument, sources, minutes, name, how.

        `done` is called with the job once it is taken. Raises ParameterError.
        """
        name = str(data.get("instrument"))
        state = self._desk.state
        info = instrument_of(state, name).info
        minutes, how = data.get("minutes"), data.get("how")
        order = {
            "instrument": name,
            "model": info.name,
            "parent": info.path,
            "digest": info.digest,
            "sources": data.get("sources"),
            "minutes": MINUTES if minutes is None else minutes,
            "how": HOWS[0] if how is None else how,
            "name": data.get("name"),
            "anchors": {anchor: list(raw) for anchor, raw in state.anchors.get(info.lineage, {}).items()},
        }
        Job.from_data(order)
        self._order("train", order, done, failed)

    def fit(self, data: Mapping[str, Any], done: Done, failed: Failed) -> None:
        """Fit a child of the reverb, by `data`: see `Fitting`.

        `done` is called with the job once it is taken. Raises ParameterError.
        """
        reverb = self._desk.state.reverb
        if reverb is None:
            raise ParameterError(f"{VERB}: there is no reverb here")
        info = reverb.info
        asked = {key: data.get(key) for key in FITTING}
        order = {"instrument": VERB, "model": info.name, "parent": info.path, "digest": info.digest, **asked}
        Fitting.from_data(order)
        self._order("fit", order, done, failed)

    def stop(self, data: Mapping[str, Any], done: Done, failed: Failed) -> None:
        """Stop an instrument's job; what it has is kept. `done` is called with the job."""
        name = str(data.get("instrument"))
        part_of(self._desk.state, name)
        self._order("stop", {"instrument": name}, done, failed)

    def settle(self, made: Message) -> None:
        """What was made is offered, or cannot be: no engine after this one needs to be told of it."""
        order = {"do": "settled", "instrument": made.get("instrument"), "digest": made.get("digest")}
        self._send({"event": "trainer", "order": order})

    def shown(self) -> list[Message]:
        """What the snapshot has of the jobs."""
        keys = ("instrument", "name", "how", "stage", "done", "loss", "left_seconds")
        return [{key: job.get(key) for key in keys} for job in self.jobs[:SHOWN]]

    def hear(self, message: Message) -> None:
        """The supervisor passes on what the trainer says."""
        if message.get("do") == "trained":
            for each in self.made:
                each(message)
            self._tell_osc(message, "stopped" if message.get("stopped") else "trained", 1.0)
        elif "jobs" in message:
            self.jobs = list(message["jobs"] or [])
            for job in self.jobs[:1]:
                self._tell_osc(job, str(job.get("stage")), float(job.get("done") or 0.0))
        else:
            self._answered(message)

    def _answered(self, message: Message) -> None:
        done, failed = self._waiting.pop(str(message.get("id")), (None, None))
        if failed is not None and "error" in message:
            failed(error_from(str(message["error"]), str(message.get("text", ""))))
        elif done is not None:
            done(message.get("job") or {})

    def _tell_osc(self, job: Message, stage: str, share: float) -> None:
        loss, left = (float(job.get(key) or 0.0) for key in ("loss", "left_seconds"))
        packet = encode(
            "/plaud/train", str(job.get("instrument")), str(job.get("name")), stage, share, loss, left
        )
        for each in self.tell:
            each(packet)

    def _order(self, do: str, order: Message, done: Done, failed: Failed) -> None:
        order_id = f"{os.getpid()}-{next(self._numbers)}"
        self._waiting[order_id] = done, failed
        self._send({"event": "trainer", "order": {"id": order_id, "do": do, **order}})
