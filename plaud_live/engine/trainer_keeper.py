"""Keeps the trainer: one job after the other, each a process of its own, of the lowest priority.

A model is trained by `plaud-live train`, the reverb fitted by `plaud-live reverb`. A job whose process dies
is begun again, a training from its last checkpoint. What it makes is announced to the engine; when the
session ends it saves what it has.
"""

import itertools
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plaud_live.engine.child import Child
from plaud_live.engine.engines import House
from plaud_live.engine.fittings import Fitting
from plaud_live.engine.jobs import Job, name_of, note
from plaud_live.engine.link import Message
from plaud_live.errors import PlaudError, SettingsError

MODULE = "plaud_live"
NICE = 19
MOST_WAITING = 16
AGAIN_SECONDS = 1.0
SOON_SECONDS = 20.0
MAX_CRASHES = 3
"""Deaths in a row, each soon after a start, after which a job is given up."""


@dataclass
class Run:
    """A job that waits or is being done, and how far it is."""

    number: int
    job: Job | Fitting
    name: str
    out: Path
    status: Message = field(default_factory=lambda: {"stage": "waiting", "done": 0.0})
    stopped: bool = False
    over: bool = False
    crashes: int = 0

    @property
    def made(self) -> str:
        """What is done with it, once it is done."""
        return (
            "trained"
            if isinstance(self.job, Job)
            else self.job.how + ("ted" if self.job.how == "fit" else "ed")
        )

    def to_data(self) -> dict[str, Any]:
        """What engine and prompts are shown."""
        told = {"number": self.number, "instrument": self.job.instrument, "name": self.name}
        return {**self.status, **told, "minutes": self.job.minutes, "how": self.job.how}


class TrainerKeeper:
    """Owns the jobs and at most one child. `answer` passes on what engines are told.

    Models go into the folder `models` of `home`, reverbs into `reverbs`.
    """

    def __init__(
        self,
        house: House,
        home: Path,
        answer: Callable[[Message], None],
        made: Sequence[Message] = (),
    ) -> None:
        """`made`: what was trained before this session went on, and no engine has offered yet."""
        self._house, self._home, self._answer = house, home, answer
        self._runs: deque[Run] = deque()
        self._child: Child | None = None
        self._made = {_key(each): {**each, "do": "trained"} for each in made}
        """What was trained and announced, until an engine says what came of it."""
        self._numbers = itertools.count(1)
        self._since = 0.0
        self._going_on = True

    def order(self, order: Message) -> None:
        """Take a job, or stop one; the answer comes by `answer`. Or hear that what was made was offered."""
        if order.get("do") == "settled":
            self._made.pop(_key(order), None)
            return
        try:
            made = self._stop(order) if order.get("do") == "stop" else self._take(order)
        except PlaudError as error:
            self._reply(order, error=type(error).__name__, text=str(error))
        else:
            self._reply(order, job=made)
        self._tell_jobs()

    def tell(self) -> None:
        """Another engine sounds: say which jobs there are, and what the one before may not have offered."""
        self._tell_jobs()
        for made in self._made.values():
            self._answer(made)

    def end(self, seconds: float) -> None:
        """Let the trainer save what it has, and end it within `seconds`."""
        self._going_on = False
        child, self._child = self._child, None
        if child is not None:
            self._house.watch.forget(child)
            child.process.terminate()
            child.end(seconds)

    def _take(self, order: Message) -> Message:
        if len(self._runs) >= MOST_WAITING:
            raise SettingsError(f"train: {MOST_WAITING} jobs wait already")
        run = self._fitting(order) if order.get("do") == "fit" else self._training(order)
        if any((each.name, each.out) == (run.name, run.out) for each in self._runs):
            raise SettingsError(f"train: {run.name} is being trained already — give another name")
        job = run.job
        if isinstance(job, Job):
            note(job, run.name, run.out)
        self._runs.append(run)
        self._house.log("train", run.to_data() | {"sources": list(job.sources), "parent": job.digest})
        self._start()
        return run.to_data()

    def _training(self, order: Message) -> Run:
        job, out = Job.from_data(order), self._home / "models"
        name = name_of(job, str(order.get("model") or job.instrument), out)
        return Run(next(self._numbers), job, name, out)

    def _fitting(self, order: Message) -> Run:
        job, out = Fitting.from_data(order), self._home / "reverbs"
        waiting = {run.name for run in self._runs if run.out == out}
        name = job.named(str(order.get("model") or "reverb"), out, waiting)
        return Run(next(self._numbers), job, name, out)

    def _stop(self, order: Message) -> Message:
        """The job of an instrument that is being done, or else the last that waits, is stopped."""
        mine = [run for run in self._runs if run.job.instrument == order.get("instrument")]
        if not mine:
            raise SettingsError(f"{order.get('instrument')}: nothing is being trained for it")
        run = mine[0]
        run.stopped = True
        if run is self._runs[0] and self._child is not None:
            self._child.process.send_signal(signal.SIGTERM)
            run.status = {**run.status, "stage": "stopping"}
        else:
            self._runs.remove(run)
        return run.to_data()

    def _start(self) -> None:
        """Do the first job, if none is being done."""
        if self._child is not None or not self._runs or not self._going_on:
            return
        run = self._runs[0]
        run.status = {"stage": "starting", "done": run.status.get("done", 0.0)}
        self._since = time.monotonic()
        words = run.job.command(run.name, run.out)
        self._child = Child(MODULE, words, flag="--report-fd", nice=NICE)
        self._house.publish(trainer=self._child.pid)
        self._house.watch.add(self._child, self._on_message, self._on_gone)

    def _on_message(self, child: Child, message: Message) -> None:
        run = self._runs[0]
        match message.pop("event", None):
            case "progress":
                stage = "stopping" if run.stopped else message.get("stage")
                run.status = {**message, "stage": stage}
                self._tell_jobs()
            case "message":
                self._house.say(f"{run.job.instrument}: {message.get('text')}")
            case "state":
                self._fitted(run, message)
            case "fitted":
                run.over = True
                self._house.log("fitted", message)
                self._house.say(f"{run.job.instrument}: {message.get('text')}")
                self._fitted(run, message)
            case "trained":
                run.over = True
                self._trained(run, message)
            case "failed":
                run.over = True
                self._house.log("training failed", message)
                self._house.say(f"{run.job.instrument}: {run.name} is not {run.made}: {message.get('text')}")

    def _fitted(self, run: Run, message: Message) -> None:
        """A state of the reverb lies there: the engine goes over to it if it plays what is being fitted."""
        told = {"path": message.get("path"), "name": run.name, "parent": run.job.digest}
        self._answer({"do": "fitted", **told, "number": run.number, "over": run.over})

    def _trained(self, run: Run, message: Message) -> None:
        """Say what came of it, and announce the model."""
        self._house.log("trained", message | {"instrument": run.job.instrument})
        word = "stopped and saved" if message.get("stopped") else "trained"
        figures = str(message.get("text") or run.name)
        self._house.say(f"{run.job.instrument}: {word}: {figures}")
        keys = ("path", "name", "digest", "report", "text", "stopped")
        told = {key: message.get(key) for key in keys}
        made = {"do": "trained", "instrument": run.job.instrument, "parent": run.job.digest, **told}
        self._made[_key(made)] = made
        self._answer(made)

    def _on_gone(self, child: Child) -> None:
        child.end(5.0)
        self._child = None
        self._house.publish(trainer=None)
        run = self._runs[0]
        if run.stopped and not run.over:
            self._house.say(f"{run.job.instrument}: {run.name} is stopped before anything was {run.made}")
        elif not run.over:
            self._died(run, child.last_words())
        if run.over or run.stopped:
            self._runs.popleft()
        self._tell_jobs()
        self._house.watch.later(0.0 if run.over else AGAIN_SECONDS, self._start)

    def _died(self, run: Run, words: str) -> None:
        """A trainer that dies soon, and again, is given up; else it goes on from its last checkpoint."""
        soon = time.monotonic() - self._since < SOON_SECONDS
        run.crashes = run.crashes + 1 if soon else 1
        self._house.log("trainer died", words)
        if run.crashes >= MAX_CRASHES:
            run.over = True
            self._house.say(f"{run.job.instrument}: {run.name} is not {run.made}: the trainer died: {words}")
        else:
            self._house.say(f"{run.job.instrument}: the trainer died ({words}) and goes on")

    def _reply(self, order: Message, **told: Any) -> None:
        self._answer({"do": "training", "id": order.get("id"), **told})

    def _tell_jobs(self) -> None:
        self._answer({"do": "training", "jobs": [run.to_data() for run in self._runs]})


def _key(made: Message) -> tuple[str, str]:
    """For whom a model was made, and which."""
    return str(made.get("instrument")), str(made.get("digest"))
