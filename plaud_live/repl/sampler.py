"""`fn(…)`: a Python function as a signal. It is sampled ahead here, and the engine reads what has arrived."""

import math
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.state import State
from plaud_live.errors import ParameterError, SignalError
from plaud_live.repl.functions import identity
from plaud_live.repl.messages import explain
from plaud_live.signals.graph import Array, Signal, number
from plaud_live.signals.live import Live
from plaud_live.signals.traversal import walk

STEPS_PER_BEAT = 64
STEP_BEATS = 1 / STEPS_PER_BEAT
AHEAD_SECONDS = 0.75
"""How far ahead samples are taken; they are taken anew at least every PUMP_SECONDS."""

PUMP_SECONDS = 0.25
MAX_SIZE = 256
MOST_NUMBERS = 8192
"""Numbers in one message to the engine."""

MAX_FUNCTIONS = 256
MAX_TOLD = 16
PREFIX = "fn/"
UNHEARD = 0.5
"""What an input is that nothing has arrived at."""


class Stage(Protocol):
    """What the sampler needs of a performance."""

    state: State
    on_message: Callable[[str], None]

    @property
    def beat(self) -> float:
        """The beat of now."""

    def request(self, do: str, **data: Any) -> dict[str, Any]:
        """The engine's answer to a request."""


@dataclass
class Sampled:
    """A function, the grid point from which on it is still to be sampled, and what went wrong."""

    function: Callable[[float], object]
    size: int
    label: str
    next: int | None = None
    broken: bool = False
    errors: int = 0
    told: set[str] = field(default_factory=set)


class Sampler:
    """Samples the functions that the state refers to on a grid of 1/64 beat, ahead of what sounds."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._functions: dict[str, Sampled] = {}
        self._lock = threading.Lock()
        self._state: State | None = None
        self._wanted: list[str] = []
        self._told: set[str] = set()
        self._current: Sampled | None = None

    def fn(self, function: Callable[[float], object]) -> Signal:
        """Make a signal of a function of the beat, which gives a number, or a list of one number a latent.

        It is called 64 times a beat, ahead of time and in this process: prefer the signals that are built
        in, which go on without the prompt. When this one starves, its last value holds.

        >>> drone.z0 = fn(lambda beat: .5 + .4*(beat % 4 < 1))
        """
        if isinstance(function, Signal) or not callable(function):
            raise ParameterError("fn: wants a function of the beat, as in fn(lambda beat: beat % 1)")
        first = math.floor(self._stage.beat * STEPS_PER_BEAT)
        value = _value(function(first * STEP_BEATS))
        size = len(value) if isinstance(value, list) else 0
        called = str(getattr(function, "__name__", "function")).replace("<lambda>", "lambda")
        name = f"{PREFIX}{re.sub(r'[^A-Za-z0-9_]', '_', called)[:40]}.{identity(function)}"
        with self._lock:
            known = self._functions.get(name)
            if known is None:
                self._functions[name] = Sampled(function, size, f"fn {called}")
                self._drop_oldest()
            else:  # the same text, whose names may mean something else by now
                known.function, known.size, known.broken = function, size, False
        return Live(name, size)

    def prepare(self, signals: Iterable[Signal], sample: float) -> None:
        """Send the first samples of functions that are about to sound, before they do."""
        for name in _names(signals):
            self._pump(name, sample, self._stage.state.tempo)

    def pump(self, sample: float) -> None:
        """Sample everything that the state refers to up to AHEAD_SECONDS after the engine's `sample`.

        What fails is told once and left out; the beats after it are tried the next time.
        """
        for name in self.wanted():
            sampled = self._functions.get(name)
            try:
                self._pump(name, sample, self._stage.state.tempo)
            except Exception as error:
                line = explain(error)
                if sampled is not None:
                    sampled.errors += 1
                if sampled is None or line not in sampled.told:
                    self._stage.on_message(f"{sampled.label if sampled else name}: {line}")
                if sampled is not None and len(sampled.told) < MAX_TOLD:
                    sampled.told.add(line)

    def wanted(self) -> list[str]:
        """The names of the functions that the state refers to."""
        state = self._stage.state
        if state is not self._state:
            self._state, self._wanted = state, _names(state.signals())
        return self._wanted

    def read(self, name: str, beats: Array) -> Array:
        """What a function gives at `beats` [n], as the engine's inputs do: for looking at it."""
        sampled = self._functions.get(name)
        if sampled is None:
            return np.full(len(beats), UNHEARD)
        return np.array([_checked(sampled.function(beat), sampled.size) for beat in beats.tolist()])

    def tell(self, line: str) -> None:
        """Say something to the performer, once."""
        if line not in self._told and len(self._told) < MAX_FUNCTIONS:
            self._told.add(line)
            self._stage.on_message(line)

    def give_up(self) -> None:
        """Leave the function alone that is being sampled, until it is typed again: it does not end."""
        if (sampled := self._current) is not None and not sampled.broken:
            sampled.broken, sampled.next = True, None
            self._stage.on_message(f"{sampled.label} does not end: its last value holds — assign it again")

    def parts(self) -> list[str]:
        """The functions that fail, each as `fn wobble ✗3`."""
        sampled = (self._functions[name] for name in self.wanted() if name in self._functions)
        failing = (each for each in sampled if each.errors or each.broken)
        return [f"{each.label} ✗{each.errors or ''}" for each in failing]

    def _pump(self, name: str, sample: float, tempo: TempoMap) -> None:
        sampled = self._functions.get(name)
        if sampled is None:
            self.tell(f"{name} is of a prompt that is gone: its last value holds — assign it again")
            return
        now = math.floor(tempo.beat(sample) * STEPS_PER_BEAT)
        end = math.ceil(tempo.beat(sample + AHEAD_SECONDS * tempo.sample_rate) * STEPS_PER_BEAT) + 1
        with self._lock:
            start = sampled.next
            if start is None or not now <= start <= 2 * end - now:  # new, late, or another engine's time
                start = now
            if sampled.broken or start >= end:
                return
            sampled.next = end
        self._current = sampled
        values: list[float | list[float]] = []
        try:
            for index in range(start, end):
                values.append(_checked(sampled.function(index * STEP_BEATS), sampled.size))
        except Exception:
            sampled.next = start + len(values) + 1  # leave out the beat that fails
            raise
        except BaseException:  # it was ended from outside
            self.give_up()
            raise
        finally:
            rows = MOST_NUMBERS // max(1, sampled.size)
            for i in range(0, len(values), rows):
                part = values[i : i + rows]
                self._stage.request("samples", name=name, first=start + i, step=STEP_BEATS, values=part)

    def _drop_oldest(self) -> None:
        for name in list(self._functions)[:-MAX_FUNCTIONS]:
            if name not in self.wanted():
                del self._functions[name]


def _names(signals: Iterable[Signal]) -> list[str]:
    nodes = (node for signal in signals for node in walk(signal))
    return sorted({node.name for node in nodes if isinstance(node, Live) and node.name.startswith(PREFIX)})


def _value(value: object) -> float | list[float]:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not 1 <= len(value) <= MAX_SIZE:
            raise SignalError(f"fn: a list of {len(value)} numbers is no place in latent space")
        return [number(each, "fn") for each in value]
    return float(value) if isinstance(value, bool) else number(value, "fn")


def _checked(value: object, size: int) -> float | list[float]:
    result = _value(value)
    found = len(result) if isinstance(result, list) else 0
    if found != size:
        raise SignalError(f"fn gave {found or 'one'} numbers, at first {size or 'one'}")
    return result
