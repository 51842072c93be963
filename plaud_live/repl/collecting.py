"""What an entry collects while it runs: its changes, the times that surround them, and where they stand."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import FrameType

from plaud_live.control.keys import PlayNote
from plaud_live.control.outputs import Output
from plaud_live.control.transaction import (
    MAX_CHANGES,
    Change,
    Hush,
    Morph,
    Play,
    Recall,
    Set,
    Solo,
    Stop,
    Swap,
    Tempo,
)
from plaud_live.errors import PlaudError
from plaud_live.signals.graph import Signal
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import To
from plaud_live.signals.traversal import walk

Place = tuple[str, int]
"""A file, or an entry in angle brackets, and a line of it."""

CODE_NAME = "__plaud__"
"""What the performer's code has for a module's name."""


@dataclass(frozen=True)
class When:
    """Times that `with at(…)` gives to the changes in its body, in beats."""

    at: float | None = None
    over: float | None = None


@dataclass
class Collected:
    """The changes of a running entry or loop, and the times that surround the next one.

    `meant` is the beat that a loop's run is for; an entry is for now.
    """

    text: str
    meant: float | None = None
    began: int = 0
    """The engine sample that was now when it began."""
    launched: list[int] = field(default_factory=list)
    """The samples at which it launched something."""
    seed: int = 0
    draws: int = 0
    afterwards: list[Callable[[], object]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    assigned: list[Signal] = field(default_factory=list)
    """The signals that have been launched."""
    changes: list[Change] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)
    """Where in the performer's code each change was asked for."""
    refused: tuple[PlaudError, Place | None] | None = None
    """Why changes were refused, and where the first of those was asked for."""
    when: list[When] = field(default_factory=list)
    abandoned: bool = False
    beat: float | None = None
    """From which the last launch of the entry sounds; None while it has launched nothing."""

    def add(self, change: Change) -> None:
        """Collect a change, at the times that surround it."""
        self.changes.append(_timed(change, self.when[-1]) if self.when else change)
        self.places.append(_place())

    def take(self) -> tuple[tuple[Change, ...], list[Place | None]]:
        """The changes that were collected, and where each stands; none are left.

        Of more than a transaction takes, those are left out that later ones replace.
        """
        changes, places = self.changes, self.places
        self.changes, self.places = [], []
        kept = unreplaced(changes) if len(changes) > MAX_CHANGES else range(len(changes))
        return tuple(changes[i] for i in kept), [places[i] for i in kept]

    def draw(self) -> tuple[int, int]:
        """Seed and step for the next random choice."""
        self.draws += 1
        return self.seed, self.draws - 1


def unreplaced(changes: Sequence[Change]) -> list[int]:
    """Which of some changes matter when all of them launch together: not a source that another replaces.

    It matters if it is faded from, or if anything between reads the instrument.
    """
    kept: list[int] = []
    replaced: set[tuple[str, str, float | None]] = set()
    for i in reversed(range(len(changes))):
        change = changes[i]
        if not isinstance(change, Set):
            if not isinstance(change, Play | Stop | Tempo):
                replaced.clear()
            kept.append(i)
            continue
        target = (change.instrument, change.parameter, change.at)
        if target in replaced:
            continue
        kept.append(i)
        read = {node.instrument for node in walk(change.signal) if isinstance(node, Reference)}
        replaced = {each for each in replaced if each[0] not in read}
        if change.over is None and not isinstance(change.signal, To) and change.instrument not in read:
            replaced.add(target)
    return kept[::-1]


def signals_of(changes: tuple[Change, ...]) -> list[Signal]:
    """The signals that changes bring."""
    of_sets = [change.signal for change in changes if isinstance(change, Set)]
    of_outputs = [change.signal for change in changes if isinstance(change, Output)]
    return of_sets + of_outputs + [change.amount for change in changes if isinstance(change, Morph)]


def _timed(change: Change, when: When) -> Change:
    """`change` at the times of `when`, except for those that it has itself."""
    if isinstance(change, Set | Output):
        own = isinstance(change.signal, To)
        over = when.over if change.over is None and not own else change.over
        return replace(change, at=when.at if change.at is None else change.at, over=over)
    if isinstance(change, Play | Stop | Recall | Morph | Solo | Swap | Tempo):
        over = when.over if change.over is None else change.over
        return replace(change, at=when.at if change.at is None else change.at, over=over)
    if isinstance(change, PlayNote) and change.at is None:
        return replace(change, at=when.at)
    if isinstance(change, Hush) and change.over is None:
        return replace(change, over=when.over)
    return change


def _place() -> Place | None:
    """The line of the performer's code that runs in this thread; None where there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_globals.get("__name__") != CODE_NAME:
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
