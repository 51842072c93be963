"""Play a session again from its record: the texts that were accepted, at the samples at which they launched.

What was typed, not what became of it, is played again, by the prompt's own evaluator and the engine's offline
twin. Loops run when they did, for the beats that they ran for: which those are depends on how late a run was.
After the record they go on by the sample clock. What arrived for live inputs (`osc`, `mic`) is not in the
record: they read what they read before anything arrives.
"""

import json
import math
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plaud_live.control.runs import Ran
from plaud_live.control.transaction import LOOP, PROMPT
from plaud_live.engine.offline import OfflineEngine
from plaud_live.errors import PlaudError, SessionError
from plaud_live.repl.beats import MARGIN_SECONDS
from plaud_live.repl.evaluate import Evaluator
from plaud_live.repl.loops import Run
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.performance import Performance

Sound = npt.NDArray[np.float32]

LAUNCHES = ("submit", "undo", "redo", "panic")
"""Kinds of recorded events, and requests, that change what sounds."""

CHUNK_SECONDS = 0.25
"""Shorter than functions are sampled ahead."""


@dataclass(frozen=True)
class Step:
    """Something that was done at engine sample `sample`, the `order`th event of the record.

    An accepted entry, with its text, the scripts that it ran and the samples of its launches; where `request`
    is given, a launch without an entry: of a key, or of OSC; where `run` is, a run of a loop, and its `own`
    launches.
    """

    sample: int
    order: int
    text: str = ""
    file: str = ""
    files: dict[str, str] = field(default_factory=dict)
    began: int = 0
    launched: tuple[int, ...] = ()
    request: str = ""
    transaction: Any = None
    run: Ran | None = None
    own: tuple["Step", ...] = ()


@dataclass(frozen=True)
class Record:
    """A session as `events.jsonl` tells it."""

    steps: tuple[Step, ...]

    @classmethod
    def read(cls, session: Path) -> "Record":
        """Read the record of the session folder `session`. Raises SessionError where there is none."""
        try:
            lines = (session / "events.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as error:
            raise SessionError(f"{session}: no record of a session: {error.strerror}") from None
        return cls.of(list(_events(lines)), session)

    @classmethod
    def of(cls, events: list[dict[str, Any]], session: Path) -> "Record":
        """The same of events that have been read."""
        steps: list[Step] = []
        loose: dict[str, list[Step]] = {PROMPT: [], LOOP: []}  # launches whose entry, or run, may follow
        for order, event in enumerate(events):
            kind, sample, data = event.get("kind"), event.get("sample") or 0, event.get("data") or {}
            if kind == "entry":
                launched = tuple(data.get("launched") or ())
                own = _claimed(loose[PROMPT], launched)
                place = own[0] if own else Step(sample, order)
                steps.append(_entry(event, data, launched, place, session))
            elif kind == "run":
                run = Ran.from_data(data)
                own = _claimed(loose[LOOP], run.launched)
                place = own[0] if own else Step(run.began, order)
                steps.append(Step(place.sample, place.order, run=run, own=tuple(own)))
            elif kind in LAUNCHES:
                step = Step(sample, order, request=str(kind), transaction=event.get("data"))
                loose.get(str(event.get("by")), steps).append(step)
        return cls(tuple(sorted([*steps, *loose[PROMPT], *loose[LOOP]], key=lambda step: step.order)))


def _events(lines: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # torn where the disk was full
        if isinstance(event, dict):
            yield event


def _claimed(loose: list[Step], launched: tuple[int, ...]) -> list[Step]:
    """Launches at these samples, which are loose no more."""
    own = [step for step in loose if step.sample in launched]
    loose[:] = [step for step in loose if step.sample not in launched]
    return own


def _entry(
    event: dict[str, Any], data: dict[str, Any], launched: tuple[int, ...], place: Step, session: Path
) -> Step:
    files = {name: str(session / kept) for name, kept in (data.get("files") or {}).items()}
    began = data.get("began")
    return Step(
        place.sample,
        place.order,
        str(event.get("text")),
        str(data.get("file") or ""),
        files,
        place.sample if began is None else int(began),
        launched,
    )


class Replay:
    """Plays a record in `engine`, which is at sample 0. `hear` takes the sound, piece by piece [samples, 2].

    `said` collects what a prompt would have shown. An entry that is refused, though it was accepted then, is
    in `refused` with the reason.
    """

    def __init__(
        self, record: Record, engine: OfflineEngine, hear: Callable[[Sound], object] = lambda sound: None
    ) -> None:
        self.engine = engine
        self._hear = hear
        self.said: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self._steps = deque(record.steps)
        self._stops: list[int] = []
        self._began: int | None = None
        self.performance = Performance(_Paced(engine, self._pace), engine.snapshot)
        self.performance.position = lambda: engine.renderer.position if self._began is None else self._began
        self.performance.on_message = self.said.append
        self.performance.loops.margin_seconds = MARGIN_SECONDS
        self.namespace = Namespace(self.performance)
        makers = (Evaluator(self.performance, self.namespace) for _ in range(3))
        self._evaluator, self._looper, self._sampling = makers
        self._looping = False
        engine.on_event = self.performance.take_event

    def play(self) -> None:
        """Play all that was entered; what sounds then goes on with `advance`."""
        while self._steps:
            step = self._steps[0]
            self.advance(step.sample)
            if not self._steps or self._steps[0] is not step:
                continue  # a run whose time came
            self._steps.popleft()
            if step.run is not None:
                self._play(step, step.run)
            elif step.request:
                self._repeat(step)
            else:
                self._enter(step)

    def advance(self, sample: int) -> None:
        """Let time go on up to an engine sample."""
        engine, performance = self.engine, self.performance
        while engine.renderer.position < sample:
            self._run_loops()
            position = engine.renderer.position
            if performance.sampler.wanted():
                self._sampling.pump(position)
            count = min(sample, self._next(), position + round(CHUNK_SECONDS * engine.sample_rate)) - position
            self._hear(engine.render(max(1, count) / engine.sample_rate))

    def close(self) -> None:
        """End the threads."""
        self.performance.close()

    def _enter(self, step: Step) -> None:
        text, file = step.text, step.file
        for name, kept in step.files.items():
            if text.strip() in (f"run({name!r})", f'run("{name}")'):
                text, file = Path(kept).read_text(encoding="utf-8"), name
        with self._as_it_was(step.began, step.launched):
            result = self._evaluator.evaluate(text, file)
        if result.shown:
            self.said.append(result.shown)
        if not result.accepted:
            self.refused.append((step.text, result.shown))

    def _play(self, step: Step, ran: Ran) -> None:
        """A run of a loop. What one launched that was ended from outside is launched without it."""
        loop = self.performance.loops.named(ran.name)
        self._looping = True
        if loop is not None and not ran.cut:
            with self._as_it_was(ran.began, ran.launched):
                self._looper.play(Run(loop, ran.n, ran.beat))
        else:
            for each in step.own:
                self.advance(each.sample)
                self._repeat(each)
        self._looping = False
        if loop is not None:
            loop.n, loop.next = ran.n + 1, ran.next

    @contextmanager
    def _as_it_was(self, began: int, launched: tuple[int, ...]) -> Iterator[None]:
        """What is evaluated begins at this sample, and launches at those."""
        before = self._stops, self._began
        self._stops, self._began = list(launched), began
        try:
            yield
        finally:
            self._stops, self._began = before

    def _repeat(self, step: Step) -> None:
        data = {"transaction": step.transaction} if step.request == "submit" else {}
        try:
            self.engine.request(step.request, **data)
        except PlaudError as error:
            self.refused.append((step.request, str(error)))
        self.performance.refresh()

    def _pace(self) -> None:
        """Something is about to launch; if it is the entry that runs, let it be when it was."""
        if self._stops:
            stop, self._began = self._stops.pop(0), None
            self.advance(stop)

    def _run_loops(self) -> None:
        """Execute the runs whose time has come: of the record as long as it goes on, then what is due."""
        if self._looping:  # one run at a time, as at the prompt
            return
        position = self.engine.renderer.position
        while self._steps and self._steps[0].run is not None and self._steps[0].sample <= position:
            step = self._steps.popleft()
            if step.run is not None:
                self._play(step, step.run)
        if self._steps:
            return
        loops = self.performance.loops
        while runs := loops.due(position, self.performance.state.tempo):
            for run in runs:
                self._looper.play(run)

    def _next(self) -> int:
        """The sample at which a run is to be executed."""
        if self._looping:
            return sys.maxsize
        if self._steps:
            return self._steps[0].sample if self._steps[0].run is not None else sys.maxsize
        sample = self.performance.loops.next_sample(self.performance.state.tempo)
        return sys.maxsize if math.isinf(sample) else math.ceil(sample)


class _Paced:
    """An engine that is told before a request that launches something."""

    def __init__(self, engine: OfflineEngine, before: Callable[[], None]) -> None:
        self._engine, self._before = engine, before
        self.on_event: Callable[[dict[str, Any]], None] | None = None

    def request(self, do: str, **data: Any) -> dict[str, Any]:
        """The engine's answer."""
        if do in LAUNCHES:
            self._before()
        return self._engine.request(do, **data)
