"""What was launched and from when on it sounds: for the first line of the toolbar."""

import threading
from dataclasses import dataclass

from plaud_live.control.transaction import (
    Change,
    Mark,
    Morph,
    Play,
    Quant,
    Recall,
    Scene,
    Set,
    Solo,
    Stop,
    Tempo,
)
from plaud_live.repl.messages import one_line

SHOWN_BEATS = 16.0
"""How long the toolbar tells of a launch after it."""

MOST = 8
MOST_TEXT = 30


@dataclass(frozen=True)
class Notice:
    """What a launch was, and the beat from which it sounds (None: at once, or no matter)."""

    text: str
    beat: float | None = None


class Notices:
    """The last launches. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notices: list[Notice] = []

    @property
    def last(self) -> Notice | None:
        """The last launch."""
        with self._lock:
            return self._notices[-1] if self._notices else None

    def add(self, text: str, beat: float | None, alone: bool = False) -> None:
        """Note a launch; `alone`: what was pending is no more."""
        with self._lock:
            kept = [] if alone else [each for each in self._notices if each.text != text]
            self._notices = [*kept[-MOST + 1 :], Notice(text, beat)]

    def parts(self, now: float | None) -> list[str]:
        """What is still to come, the next first, as `⟶ drone.z→bell in 2.3b`; then what has just begun."""
        if now is None:
            return []
        with self._lock:
            timed = [(each.beat, each.text) for each in self._notices if each.beat is not None and each.text]
        coming = sorted(each for each in timed if each[0] > now)
        parts = [f"⟶ {text} in {beat - now:.1f}b" for beat, text in coming]
        if timed and timed[-1][0] <= now < timed[-1][0] + SHOWN_BEATS:
            parts.append(f"✓ {timed[-1][1]}")
        return parts


def describe(changes: tuple[Change, ...]) -> str:
    """Changes in a few words: `drone.z→bell, drone.gain→0.7`."""
    return ", ".join(_describe(change) for change in changes)


def _describe(change: Change) -> str:
    match change:
        case Set(instrument=name, parameter=parameter, text=text):
            return f"{name}.{parameter}→{text.replace('A.', '')}"
        case Play(instrument=name) | Stop(instrument=name):
            return f"{name}.{type(change).__name__.lower()}"
        case Mark(name=name):
            return f"A.{name}"
        case Scene(name=name):
            return f"scene {name} kept"
        case Recall(name=name):
            return f"scene {name}"
        case Morph(first=first, second=second, amount=amount):
            return f"scene {first}→{second} {one_line(repr(amount), MOST_TEXT)}"
        case Solo(instruments=names):
            return f"solo {' '.join(names)}" if names else "solo ends"
        case Tempo(bpm=bpm, over=over):
            return f"{bpm:g} bpm{f' over {over:g}b' if over else ''}"
        case Quant(beats=beats):
            return f"quant {beats:g}"
        case _:
            return type(change).__name__.lower()
