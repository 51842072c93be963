"""Functions that run in time, every so many beats or once. The schedule alone: no thread, no clock."""

import itertools
import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from plaud_live.clock.tempo import TempoMap, next_multiple
from plaud_live.control.state import State
from plaud_live.errors import ParameterError
from plaud_live.repl.functions import Function, name_of, takes_count
from plaud_live.repl.messages import Page

LEAD_SECONDS = 0.15
"""A run is executed this long before its beat, so that what it changes launches on the beat."""

MIN_BEATS = 1 / 32
MAX_BEATS = 1e6
MAX_LOOPS = 64
FULL = f"there are {MAX_LOOPS} loops already — every() lists them, hush() ends them"


class Stage(Protocol):
    """What loops need of a performance."""

    state: State
    on_message: Callable[[str], None]

    @property
    def beat(self) -> float:
        """The beat of now."""

    def afterwards(self, action: Callable[[], object]) -> None:
        """Do `action` once the running entry is accepted; at once where none runs."""


class Loop:
    """A function with its times: `wander.n` counts its runs, `wander.stop()` ends it, `every()` lists all."""

    def __init__(self, name: str, function: Function) -> None:
        self.name = name
        self.function = function
        self.n = 0
        self.beats: float | None = None
        """Beats between two runs; None: it runs once."""
        self.declared: tuple[float | None, float | None] = (None, None)
        """Beats and `at` as they were typed."""
        self.next: float | None = None
        """The beat of the next run; None while it is not in the schedule."""
        self.first: float | None = None
        """The beat at which it will begin once its entry is accepted."""
        self.running = False
        self.errors = 0
        self.error = ""
        """What kind of error the last one was."""
        self._told: set[str] = set()
        self.order = 0

    @property
    def scheduled(self) -> bool:
        """It runs now, or will."""
        return self.next is not None or self.running

    def stop(self) -> None:
        """End it; a run that has begun is the last."""
        self.next = self.first = None

    def __call__(self, *arguments: object) -> object:
        return self.function(*arguments)

    def forget_errors(self) -> None:
        """Count and tell errors afresh: it is another function now."""
        self.errors, self.error = 0, ""
        self._told.clear()

    def take_error(self, kind: str) -> bool:
        """Count an error; whether it is the first of its kind."""
        self.errors, self.error = self.errors + 1, kind
        new = kind not in self._told
        self._told.add(kind)
        return new

    def __repr__(self) -> str:
        beat = self.first if self.next is None else self.next
        if beat is None:
            return f"{self.name}: not in the schedule, ran {_times(self.n)}"
        when = "once" if self.beats is None else f"every {_plural(self.beats)}"
        wrong = f", ✗{self.errors} {self.error}" if self.errors else ""
        return f"{self.name}: {when}, ran {_times(self.n)}, next at beat {beat:g}{wrong}"


@dataclass(frozen=True)
class Run:
    """The `n`th run of a loop, due for `beat`."""

    loop: Loop
    n: int
    beat: float

    def call(self) -> object:
        """Call the function, with `n` where it takes an argument."""
        function = self.loop.function
        return function(self.n) if takes_count(function) else function()


class Above:
    """What stands above a function: `@every(8)`. Typed alone, it says so."""

    def __init__(self, define: Callable[[Any], "Loop"], shown: str) -> None:
        self._define = define
        self._shown = shown

    def __call__(self, function: Any) -> "Loop":
        return self._define(function)

    def __repr__(self) -> str:
        return f"{self._shown} goes above a function, on a line of its own: def wander(n): …"


class Loops:
    """The schedule of all loops. Any thread may call it; times are beats, and samples of `tempo`'s rate."""

    def __init__(self, stage: Stage) -> None:
        self.margin_seconds = 0.0
        """How long it may take from an entry to a first run: a beat that is nearer is missed."""
        self._stage = stage
        self._loops: dict[str, Loop] = {}
        self._lock = threading.Lock()
        self._order = itertools.count()

    # Words

    def every(self, beats: Any = None, function: Any = None, at: Any = None) -> Any:
        """Run a function every `beats` beats, at their multiples; with `at`, first at a multiple of `at`.

        `n` counts the runs. What the function returns is the new interval in beats, False to end it.
        The same name again replaces the function and keeps the count; `wander.stop()` and `hush()` end it,
        `every()` lists what runs. What a run changes launches on its beat.

        >>> @every(8)
        ... def wander(n): drone(z0=.2 + .1*(n % 4), over=6)
        >>> every()
        >>> wander.stop()
        """
        if beats is None and function is None:
            return Page(
                "\n".join(map(repr, self.all())) or "no loop runs — @every(8) above a function starts one"
            )
        if function is not None and not callable(function) and at is None:
            function, at = None, function
        interval = _beats("every", beats, MIN_BEATS)
        start = None if at is None else _beats("at", at, 0.0)
        return self._defined("every", function, interval, start)

    def once(self, at: Any = None, function: Any = None) -> Any:
        """Run a function once, at the next multiple of `at` beats; without `at` at the next clock.quant.

        >>> @once(16)
        ... def drop(): drone(z0=.9, gain=.8, over=2)
        """
        if callable(at) and function is None:
            raise ParameterError(
                "once wants its beats in parentheses: @once(16), or @once() for the next launch"
            )
        start = None if at is None else _beats("once", at, 0.0)
        return self._defined("once", function, None, start)

    def _defined(self, word: str, function: Any, beats: float | None, at: float | None) -> Any:
        def define(function: Any) -> Loop:
            if isinstance(function, Loop):
                function = function.function
            if not callable(function):
                raise ParameterError(f"{word}: wants a function, not {type(function).__name__}")
            return self._define(function, beats, at)

        given = at if beats is None else beats
        shown = f"@{word}({'' if given is None else f'{given:g}'})"
        return Above(define, shown) if function is None else define(function)

    def _define(self, function: Function, beats: float | None, at: float | None) -> Loop:
        name = name_of(function)
        with self._lock:
            self._loops = {n: each for n, each in self._loops.items() if each.scheduled}
            if (loop := self._loops.get(name)) is None:
                loop = Loop(name, function)
                loop.beats, loop.declared = beats, (beats, at)
                loop.first = self._first(loop)
            if name not in self._loops and len(self._loops) >= MAX_LOOPS:
                raise ParameterError(FULL)
        self._stage.afterwards(lambda: self._schedule(loop, function, beats, at))
        return loop

    def _schedule(self, loop: Loop, function: Function, beats: float | None, at: float | None) -> None:
        with self._lock:
            loop.first = None
            full = self._loops.get(loop.name) is not loop and len(self._loops) >= MAX_LOOPS
        if full:  # the same entry defined more
            self._stage.on_message(FULL)
            return
        with self._lock:
            known = self._loops.get(loop.name) is loop and loop.scheduled
            if not (known and loop.declared == (beats, at)):
                loop.beats, loop.declared = beats, (beats, at)
                loop.next = self._first(loop)
            if loop.function is not function:
                loop.function = function
                loop.forget_errors()
            if self._loops.get(loop.name) is not loop:
                loop.order = next(self._order)
                self._loops[loop.name] = loop

    def _first(self, loop: Loop) -> float:
        tempo, beat = self._stage.state.tempo, self._stage.beat
        return next_multiple(beat + tempo.seconds_to_beats(self.margin_seconds, beat), self._grid(loop))

    def _grid(self, loop: Loop) -> float:
        if (at := loop.declared[1]) is not None:
            return at
        return self._stage.state.quant if loop.beats is None else loop.beats

    # The schedule

    def all(self) -> list[Loop]:
        """What is scheduled, in the order of definition."""
        with self._lock:
            return [loop for loop in self._loops.values() if loop.scheduled]

    def named(self, name: str) -> Loop | None:
        """The loop of that name, if there is one in the schedule."""
        with self._lock:
            return self._loops.get(name)

    def due(self, sample: float, tempo: TempoMap) -> list[Run]:
        """The runs to execute now, in the order of their beats; each is given out once, until `finish`."""
        now = tempo.beat(sample)
        horizon = tempo.beat(sample + LEAD_SECONDS * tempo.sample_rate)
        runs = []
        with self._lock:
            for loop in self._loops.values():
                if loop.running or loop.next is None:
                    continue
                longest = max(loop.beats or 0.0, self._grid(loop))
                if loop.next > horizon + longest + 1e-6:  # the beat went back: another engine, another count
                    loop.next = next_multiple(now, self._grid(loop))
                if loop.next <= horizon:
                    loop.running = True
                    runs.append(Run(loop, loop.n, loop.next))
        return sorted(runs, key=lambda run: (run.beat, run.loop.order))

    def next_sample(self, tempo: TempoMap) -> float:
        """The engine sample at which something is due next; infinite where nothing is scheduled."""
        beats = [loop.next for loop in self.all() if loop.next is not None]
        return tempo.sample(min(beats)) - LEAD_SECONDS * tempo.sample_rate if beats else math.inf

    def finish(self, run: Run, answer: object, now: float) -> None:
        """Take what a run returned and schedule the next; `now` in beats. Nothing catches up in a burst.

        Raises ParameterError for an answer that is no interval; the schedule is as it was then.
        """
        loop = run.loop
        with self._lock:
            loop.running = False
            loop.n = run.n + 1
            if loop.next != run.beat:  # stopped or scheduled afresh meanwhile
                return
            if answer is False or loop.beats is None:
                loop.next = None
                return
            try:
                if answer is not None and answer is not True:
                    loop.beats = _interval(answer)
            finally:
                loop.next = run.beat + loop.beats
                if loop.next < now:
                    loop.next += math.ceil((now - loop.next) / loop.beats) * loop.beats

    def failed(self, run: Run, kind: str, line: str) -> None:
        """Count an error of a run, told if it is the first of its kind."""
        if run.loop.take_error(kind):
            self._stage.on_message(f"{run.loop.name}: {line}")

    def drop(self, loop: Loop) -> None:
        """Take a loop out of the schedule, whatever it is doing."""
        with self._lock:
            loop.next, loop.running = None, False
            if self._loops.get(loop.name) is loop:
                del self._loops[loop.name]

    def end_all(self, word: str) -> None:
        """End all loops and say that `word` did it; says nothing where none runs."""
        ended = [loop.name for loop in self.all()]
        with self._lock:
            for loop in self._loops.values():
                loop.next = None
        if ended:
            self._stage.on_message(f"{word} ended {_listed(ended)}")

    def parts(self, now: float | None) -> tuple[list[str], list[str]]:
        """The loops that fail, `wander ✗1 ZeroDivisionError`, and the others, `wander 2.3b`."""
        loops = self.all()
        failing = [f"{loop.name} ✗{loop.errors} {loop.error}" for loop in loops if loop.errors]
        return failing, [_waits(loop, now) for loop in loops if not loop.errors]


def _waits(loop: Loop, now: float | None) -> str:
    beat = loop.next
    return loop.name if beat is None or now is None else f"{loop.name} {max(0.0, beat - now):.1f}b"


def _beats(word: str, value: object, least: float) -> float:
    if callable(value) and not hasattr(value, "__float__"):
        raise ParameterError(f"{word} wants its beats in parentheses: @{word}(8)")
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"{word}({value!r:.40}): wants a number of beats") from None
    if not least <= result <= MAX_BEATS:
        raise ParameterError(f"{word}({result:g}): wants {least:g} beats or more")
    return result


def _interval(answer: object) -> float:
    if isinstance(answer, int | float) and MIN_BEATS <= answer <= MAX_BEATS:
        return float(answer)
    shown = f"{answer:g}" if isinstance(answer, int | float) else type(answer).__name__
    raise ParameterError(f"it returned {shown}: wants {MIN_BEATS:g} beats or more, False to end, or nothing")


def _plural(beats: float) -> str:
    return f"{beats:g} beat{'' if beats == 1 else 's'}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
