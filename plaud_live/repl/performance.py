"""The engine as the prompt knows it: a mirror of its state, what an entry collects, and how it is sent."""

import bisect
import math
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.apply import apply, instrument_of
from plaud_live.control.clocks import Lead
from plaud_live.control.parameters import LEVEL, ModelInfo, Parameter, parameters
from plaud_live.control.resolving import part_of
from plaud_live.control.state import InstrumentState, Part, State
from plaud_live.control.transaction import (
    LOOP,
    PROMPT,
    Change,
    Hush,
    Load,
    Mark,
    Reverb,
    Scene,
    Swap,
    Transaction,
)
from plaud_live.errors import PlaudError, TransactionError
from plaud_live.repl.collecting import Collected, When, signals_of
from plaud_live.repl.loops import Loops
from plaud_live.repl.models import crossings
from plaud_live.repl.notices import Notices, describe
from plaud_live.repl.sampler import Sampler
from plaud_live.repl.toolbar import UNDO

POLL_SECONDS = 0.05

Data = dict[str, Any]
Snapshot = Mapping[str, Any]
Result = TypeVar("Result")


class Engine(Protocol):
    """What answers requests: `engine.link.Client`, or an engine of this process."""

    on_event: Callable[[Data], None] | None

    def request(self, do: str, **data: Any) -> Data:
        """The answer to a request; raises the PlaudError that the engine raised."""


class Performance:
    """State, anchors and tempo as the engine last told, and the changes of the entry that is running.

    Requests run in threads of their own: an entry that is cancelled never leaves half a message behind.
    `snapshot` gives what the engine shows of itself; None where there is nothing to show.
    """

    def __init__(self, engine: Engine, snapshot: Callable[[], Snapshot | None] = lambda: None) -> None:
        self.engine = engine
        self.snapshot = snapshot
        self.position: Callable[[], object] = lambda: (snapshot() or {}).get("position")
        self.state = State(TempoMap(44100))
        self.takes: list[Data] = []
        """What the engine says of all takes, those in the bin too."""
        self.trajectories: dict[tuple[int, tuple[int, int], str], Data] = {}
        """What the engine has said of frames of takes: see `take_latents`."""
        self.notices = Notices()
        self.on_message: Callable[[str], None] = lambda text: None
        self.on_state: Callable[[], None] = lambda: None
        self._requests = ThreadPoolExecutor(4, "request")
        self._thread = threading.local()
        self._taking = threading.Lock()
        self.loops = Loops(self)
        self.sampler = Sampler(self)
        self.silenced: list[Callable[[str], object]] = [self.loops.end_all]
        """Called with `hush` or `panic` when that is asked for."""
        engine.on_event = self.take_event

    # What the engine says

    def refresh(self) -> Data:
        """Ask the engine for its state. Returns its whole greeting; raises SessionError if it is away."""
        greeting = self.request("hello")
        self.takes = list(greeting.get("takes") or [])
        self._take_state(greeting["state"], whatever=True)
        return greeting

    def take_event(self, event: Data) -> None:
        """Take what the engine pushes: a new state, a message, itself after a replacement."""
        match event.get("event"):
            case "state":
                self._take_state(event["state"])
            case "takes":
                self.takes = list(event.get("takes") or [])
            case "message":
                self.on_message(str(event.get("text", "")))
            case "connected" if event.get("again"):
                try:
                    self.refresh()
                except PlaudError as error:
                    self.on_message(str(error))

    def _take_state(self, data: Data, whatever: bool = False) -> None:
        """Take a state, unless another one overtook it; after a replacement `whatever` it is."""
        state = State.from_data(data)
        with self._taking:
            if state.revision < self.state.revision and not whatever:
                return
            before, self.state = self.state, state
        self.on_state()
        if word := _silenced(before, state):
            self._tell_silenced(word)

    def _tell_silenced(self, word: str) -> None:
        for each in self.silenced:
            each(word)

    # What an entry asks

    @contextmanager
    def entry(self, text: str, meant: float | None = None, name: str = "") -> Iterator[Collected]:
        """Collect the changes that this thread makes, until `commit`; drop what is left on the way out.

        A loop's run has the beat that it is `meant` for and a `name` of its own, on which its draws depend.
        """
        sample = self.sample
        key = name or f"{text}@{math.floor(self.state.tempo.beat(sample))}"
        collected = Collected(text, meant, sample, seed=zlib.crc32(key.encode()))
        self._thread.collected = collected
        try:
            yield collected
        finally:
            self._thread.collected = None

    def _collected(self) -> Collected | None:
        """What this thread's entry has collected; None in a thread that runs no entry."""
        collected: Collected | None = getattr(self._thread, "collected", None)
        if collected is not None and collected.abandoned:
            raise TransactionError("this entry was cancelled")
        return collected

    def draw(self) -> tuple[int, int]:
        """Seed and step for a choice: the same for the same run of a loop, or the same entry and beat."""
        collected = self._collected()
        if collected is None:
            raise TransactionError("choose: works within an entry, not in a thread of your own")
        return collected.draw()

    def afterwards(self, action: Callable[[], object]) -> None:
        """Do `action` once the running entry is accepted; at once where none runs."""
        collected = self._collected()
        if collected is None:
            action()
        else:
            collected.afterwards.append(action)

    def ran(self, file: str, text: str) -> None:
        """Note that the entry ran the script `file`, for the record."""
        if (collected := self._collected()) is not None:
            collected.files[file] = text

    def accept(self, collected: Collected) -> None:
        """Do what was to be done once the entry is accepted."""
        actions, collected.afterwards = collected.afterwards, []
        for action in actions:
            action()

    def record(self, collected: Collected, by: str = "prompt", file: str = "") -> None:
        """Have an accepted entry written down, with the beat and sample of now. Raises a PlaudError."""
        given: Data = {"by": by, "began": collected.began, "launched": collected.launched}
        if file:
            given["file"] = file
        if collected.files:
            given["files"] = collected.files
        self.request("entry", text=collected.text, **given)

    @contextmanager
    def timed(self, when: When) -> Iterator[None]:
        """Give `when` to the changes that this thread makes in the body."""
        collected = self._collected()
        if collected is None:
            raise TransactionError("at(): works within an entry, not in a thread of your own")
        collected.when.append(when)
        try:
            yield
        finally:
            collected.when.pop()

    def add(self, change: Change) -> None:
        """Collect a change; from a thread that runs no entry, send it at once."""
        collected = self._collected()
        if collected is None:
            self.submit((change,), describe((change,)))
        else:
            collected.add(change)

    def commit(self) -> None:
        """Dry-run and send what was collected; all of it launches or none. Raises a PlaudError."""
        collected = self._collected()
        if collected is not None and collected.changes:
            changes, places = collected.take()
            try:
                collected.beat = self.submit(changes, collected.text).get("beat")
            except PlaudError as error:
                collected.refused = (error, places[self._first_refused(changes)])
                raise

    def _first_refused(self, changes: tuple[Change, ...]) -> int:
        """Which of some changes, that are refused together, is the first that is not accepted."""

        def refused(count: int) -> bool:
            try:
                apply(self.state, Transaction(changes[:count]), self.sample, _no_load)
            except PlaudError:
                return True
            return False

        return bisect.bisect_left(range(1, len(changes)), True, key=refused)

    def submit(self, changes: tuple[Change, ...], text: str) -> Data:
        """Send changes that pass the dry run. Raises a PlaudError; nothing has changed then."""
        collected = self._collected()
        by, merge = (LOOP, LOOP) if self.in_loop else (PROMPT, "")
        transaction = Transaction(changes, text, by, merge, self._meant)
        loads = any(isinstance(change, Load) for change in changes)
        swaps = any(isinstance(change, Swap | Reverb) for change in changes)
        if not loads:
            sample, state = self.sample, self.state
            if not swaps:  # of a model that is to come the engine alone knows whether all fits
                apply(state, transaction, sample, _no_load)
                transaction = replace(transaction, tried=state.revision)
            self.sampler.prepare(signals_of(changes), sample)
        answer = self.request("submit", transaction=transaction.to_data())
        self._take_answer(answer, collected)
        if not loads and not self.in_loop:  # of a load nothing launches, and it cannot be undone
            self.notices.launched(changes, answer.get("beat"))
        if swaps and answer.get("message"):
            self.on_message(str(answer["message"]))
        if collected is not None:
            collected.assigned += signals_of(changes)
        if any(isinstance(change, Hush) for change in changes):
            self._tell_silenced("hush")
        return answer

    def act(self, do: str, **data: Any) -> Data:
        """Ask for `undo`, `redo` or `panic`. What was collected before is sent first, except before panic."""
        collected = self._collected()
        if do == "panic" and collected is not None:
            collected.take()
        self.commit()
        answer = self.request(do, by=LOOP if self.in_loop else PROMPT, **data)
        if collected is not None:
            collected.beat = answer.get("beat")
        self._take_answer(answer, collected)
        self.notices.alone(str(answer.get("message") or do), answer.get("beat"))
        if do == "panic":
            self._tell_silenced("panic")
        return answer

    def _take_answer(self, answer: Data, collected: Collected | None) -> None:
        if collected is not None and "sample" in answer:
            collected.launched.append(answer["sample"])
        if "state" in answer:
            self._take_state(answer["state"])
        else:
            self.refresh()

    def request(self, do: str, **data: Any) -> Data:
        """The engine's answer, waited for in a way that Ctrl-C can end."""
        return _wait(self._requests.submit(self.engine.request, do, **data))

    def learn_take(self, info: Data) -> None:
        """Know of a take what an answer says, before the engine tells all of them."""
        others = [each for each in self.takes if each["id"] != info["id"]]
        self.takes = sorted([*others, info], key=lambda each: int(each["number"]))

    def until(self, look: Callable[[], Result | None], seconds: float) -> Result | None:
        """What `look` gives as soon as it gives something, None after `seconds`; Ctrl-C ends the wait."""
        return _wait(self._requests.submit(lambda: _poll(look, seconds)))

    # What is known

    @property
    def sample(self) -> int:
        """The engine's sample counter as last known; 0 while the engine is away.

        For an entry it stands still from launch to launch: what it does depends on what is recorded of it.
        """
        collected: Collected | None = getattr(self._thread, "collected", None)
        if collected is not None:
            return collected.launched[-1] if collected.launched else collected.began
        position = self.position()
        return int(position) if isinstance(position, int | float) else 0

    @property
    def beat(self) -> float:
        """The beat that sounds now; in a loop's run the beat that it is for."""
        meant = self._meant
        return self.state.tempo.beat(self.sample) if meant is None else meant

    @property
    def in_loop(self) -> bool:
        """Whether a loop's run asks."""
        return self._meant is not None

    @property
    def _meant(self) -> float | None:
        """The beat that the loop's run in this thread is for; None for an entry, and for other threads."""
        collected: Collected | None = getattr(self._thread, "collected", None)
        return None if collected is None else collected.meant

    def line(self, beat: object) -> str:
        """What launches at what time, the loops, and what goes wrong: the first line of the toolbar."""
        now = float(beat) if isinstance(beat, int | float) else None
        launches = self.notices.parts(now)
        failing, going = self.loops.parts(now)
        crossing = [] if now is None else crossings(self.state, now)
        parts = [*crossing, *launches[:1], *failing, *self.sampler.parts(), *launches[1:], *going]
        return " · ".join(parts) + (UNDO if launches else "")

    def instrument(self, name: str) -> InstrumentState:
        """An instrument of the state. Raises ParameterError."""
        return instrument_of(self.state, name)

    def part(self, name: str) -> Part:
        """An instrument, or the reverb. Raises ParameterError."""
        return part_of(self.state, name)

    def tables(self) -> dict[str, dict[str, Parameter]]:
        """The parameters of every instrument, and of the reverb."""
        return {name: parameters(each.info) for name, each in self.state.parts.items()}

    def anchors(self) -> list[str]:
        """Names of all anchors, those that this entry marks among them."""
        collected = self._collected()
        marked = [c.name for c in collected.changes if isinstance(c, Mark)] if collected else []
        known = [name for named in self.state.anchors.values() for name in named]
        return list(dict.fromkeys([*known, *marked]))

    def marked(self) -> State:
        """The state with the anchors that this entry marks. Raises a PlaudError where one of them fails."""
        collected = self._collected()
        marks = tuple(c for c in collected.changes if isinstance(c, Mark)) if collected else ()
        return apply(self.state, Transaction(marks), self.sample, _no_load).state if marks else self.state

    def scenes(self) -> list[str]:
        """Names of all scenes, those that this entry keeps among them."""
        collected = self._collected()
        kept = [c.name for c in collected.changes if isinstance(c, Scene)] if collected else []
        return list(dict.fromkeys([*self.state.scenes, *kept]))

    def leader(self) -> str:
        """Whose clock is followed, as this entry has it; '' for nobody's."""
        collected = self._collected()
        asked = [c.source for c in collected.changes if isinstance(c, Lead)] if collected else []
        return asked[-1] if asked else self.state.leader

    def close(self) -> None:
        """End the threads."""
        self._requests.shutdown(wait=False, cancel_futures=True)


def _silenced(before: State, state: State) -> str:
    """The word that has silenced all that sounded, wherever it came from; '' if none has."""
    words = {i.sources[LEVEL].text for i in state.instruments.values()}
    silent = words & {"hush", "panic"}
    was = {i.sources[LEVEL].text for i in before.instruments.values()}
    return silent.pop() if silent and words <= {"hush", "panic", "stop", ""} and not was & silent else ""


def _poll(look: Callable[[], Result | None], seconds: float) -> Result | None:
    ends, between = time.monotonic() + seconds, threading.Event()
    while (found := look()) is None and time.monotonic() < ends:
        between.wait(POLL_SECONDS)
    return found


def _no_load(model: str) -> ModelInfo:
    raise TransactionError(f"{model}: a model is loaded by the engine alone")


def _wait(future: "Future[Result]") -> Result:
    try:
        return future.result()
    except PlaudError as error:
        raise error.with_traceback(None) from None
