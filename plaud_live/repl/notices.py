"""What was launched and from when on it sounds: for the first line of the toolbar."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from plaud_live.control.clocks import Lead, RunClock
from plaud_live.control.keys import EndKeys, Keys, PlayNote
from plaud_live.control.maps import Knob, Map, Unmap
from plaud_live.control.outputs import EndOutput, Output, target_of
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
    Swap,
    Tempo,
)
from plaud_live.repl.messages import one_line
from plaud_live.signals.live import live_text

SHOWN_BEATS = 16.0
"""How long the toolbar tells of a launch after it."""

MOST = 8
MOST_TEXT = 30
_LATENT = re.compile(r"(?<=\.)z\d+$")


@dataclass(frozen=True)
class Notice:
    """What a launch was, the beat from which it sounds (None: at once, or no matter), and what it drives."""

    text: str
    beat: float | None = None
    drives: frozenset[str] = frozenset()

    def replaces(self, other: "Notice") -> bool:
        """Whether nothing of `other` will ever be heard: this drives all of it, and no later."""
        if self.beat is None or other.beat is None or not other.drives or other.beat < self.beat:
            return False
        return all(
            driven in self.drives or _LATENT.sub("z", driven) in self.drives for driven in other.drives
        )


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

    def alone(self, text: str, beat: float | None) -> None:
        """Note an undo, a redo or a panic: what was pending is no more."""
        with self._lock:
            self._notices = [Notice(text, beat)]

    def launched(self, changes: tuple[Change, ...], beat: float | None) -> None:
        """Note a launch; what was still to come and is replaced by it is forgotten."""
        notice = Notice(describe(changes), beat, frozenset(_driven(changes)))
        with self._lock:
            kept = [e for e in self._notices if e.text != notice.text and not notice.replaces(e)]
            self._notices = [*kept[-MOST + 1 :], notice]

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


def _driven(changes: tuple[Change, ...]) -> Iterator[str]:
    """What changes drive: `drone.z0`, `drone.level`."""
    for change in changes:
        match change:
            case Set(instrument=name, parameter=parameter):
                yield f"{name}.{parameter}"
            case Play(instrument=name) | Stop(instrument=name):
                yield f"{name}.level"
            case Swap(instrument=name):
                yield f"{name}.model"
            case Tempo() | Quant() | Solo():
                yield type(change).__name__
            case _:
                yield _describe(change)


def _describe(change: Change) -> str:
    match change:
        case Set(instrument=name, parameter=parameter, text=text):
            return f"{name}.{parameter}→{text.replace('A.', '')}"
        case Play(instrument=name) | Stop(instrument=name):
            return f"{name}.{type(change).__name__.lower()}"
        case Swap(instrument=name, model=model, back=back, stay=stay):
            goal = "back" if back else model.rsplit("/", 1)[-1].removesuffix(".plaud") or "the newest"
            return f"{name} ⇄ {goal}{'' if stay is None else f' for {stay:g}b'}"
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
        case Output(to=to, text=text):
            return f"{target_of(to).typed} ← {text.replace('A.', '')}"
        case EndOutput(to=to):
            return f"{target_of(to).typed} ends"
        case RunClock(device=device, action=action):
            return f"clock of {device}: {action}"
        case Lead(source=source):
            return f"clock follows {source or 'nobody'}"
        case Keys() | EndKeys():
            return f"{change.instrument}.keys{' end' if isinstance(change, EndKeys) else ''}"
        case PlayNote(instrument=name, key=key):
            return f"{name}.note{'' if key is None else f' {key:g}'}"
        case Quant(beats=beats):
            return f"quant {beats:g}"
        case Map(knob=knob, control=control):
            return f"{change.key} ← {knob or live_text(control)}"
        case Unmap(instrument=name, parameter=parameter):
            return f"{name}.{parameter} unlearnt" if name else "all unlearnt"
        case Knob(name=name, control=control):
            return f"knob.{name} = {live_text(control) if control else 'no more'}"
        case _:
            return type(change).__name__.lower()
