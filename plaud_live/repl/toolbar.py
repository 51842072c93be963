"""The three lines below the prompt, made from the engine's snapshot. Pure text: no information by colour."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from plaud_live.control.parameters import VERB
from plaud_live.repl.progress import progress, word_of

LEVELS = " ▁▂▃▄▅▆▇█"
"""Nothing, then eight bars; the last is for 1 and above."""

UNDO = " (F8 undo)"
"""At the end of a notice of launches: the key that takes the last one back."""

METER_FLOOR_DB = -54.0
_ASCII = str.maketrans(
    {
        "⟶": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "→": ">",
        "⇄": "=",
        "♩": "b",
        "·": "|",
        "⚠": "!",
        "×": "x",
        "…": "~",
        "●": "*",
        "✗": "x",
        "✓": "+",
        "—": "-",
    }
)
_LONG = re.compile(r"\d+\.\d{4,}")
_ASCII_LEVELS = str.maketrans(LEVELS, " 12345678")


CATCHING_UP_BPM = 0.5
"""A steady clock is followed more closely."""


def toolbar(
    snapshot: Mapping[str, Any] | None, notice: str = "", width: int = 80, ascii_only: bool = False
) -> str:
    """Three lines of at most `width` cells: what happens next, clock and load, instruments.

    `snapshot` is the engine's (None: it does not answer); `notice` takes the first line.
    """
    if snapshot is None:
        lines = [
            f" {notice}",
            " the engine is away — it comes back by itself; Ctrl-\\ reopens the prompt",
            "",
        ]
    else:
        lines = [f" {notice}", clock_line(snapshot), instruments_line(snapshot, width)]
    text = "\n".join(fit(line, width, UNDO) for line in lines)
    return text.translate(_ASCII_LEVELS).translate(_ASCII) if ascii_only else text


def clock_line(snapshot: Mapping[str, Any]) -> str:
    """Tempo, beat, load, and what went wrong so far."""
    leader = snapshot.get("leader") or {}
    parts = [
        f"{_number(snapshot, 'bpm'):.1f} ♩ {_number(snapshot, 'beat'):.1f}",
        *([_clock_of(leader, _number(snapshot, "bpm"))] if leader else []),
        f"cpu {_percent(snapshot, 'cpu_avg')}",
        f"xr {_number(snapshot, 'xruns'):.0f}",
        f"late {_number(snapshot, 'late'):.0f}",
        f"{_number(snapshot, 'latency_ms'):.0f} ms",
    ]
    parts += [
        f"{word_of(job)} {job.get('instrument')} {progress(job)}" for job in (snapshot.get("train") or ())[:1]
    ]
    if isinstance(pushed := snapshot.get("push"), Mapping):
        parts.append(_pushed(pushed))
    if isinstance(seconds := snapshot.get("rec"), int | float):
        parts.append(f"● REC {clock_time(seconds)}")
    if device := snapshot.get("device"):
        parts.append(str(device))
    return " " + " · ".join(parts)


def clock_time(seconds: float) -> str:
    """Minutes and seconds: `03:12`; hours before them where there are any."""
    whole = int(seconds)
    hours = f"{whole // 3600}:" if whole >= 3600 else ""
    return f"{hours}{whole // 60 % 60:02d}:{whole % 60:02d}"


def _pushed(pushed: Mapping[str, Any]) -> str:
    """What plays is pushed: to which file, which generation it is, and whether a plugin plays it."""
    outcome = pushed.get("outcome")
    mark = "" if outcome in (None, "played") else " ⚠ no plugin" if outcome == "silent" else " ✗"
    return f"push {pushed.get('name')} {_number(pushed, 'generation'):.0f}{mark}"


def _clock_of(leader: Mapping[str, Any], bpm: float) -> str:
    """Whose clock is followed, and its tempo while ours, which catches up with it, is another."""
    text, theirs = f"clock of {leader['device']}", _number(leader, "bpm")
    return f"{text}, {theirs:.1f}" if leader.get("locked") and abs(theirs - bpm) > CATCHING_UP_BPM else text


def instruments_line(snapshot: Mapping[str, Any], width: int = 80) -> str:
    """Peak and loudness, latents and place of each instrument; as many as fit, the rest counted."""
    instruments: Mapping[str, Mapping[str, Any]] = snapshot.get("instruments") or {}
    held = [
        f"⚠ {name}.{parameter} held"
        for name, one in instruments.items()
        for parameter in one.get("held") or ()
    ]
    verb: Mapping[str, Any] = snapshot.get(VERB) or {}
    held += [f"⚠ {VERB}.{parameter} held" for parameter in verb.get("held") or ()]
    heard = [f"{VERB} {_number(verb, 'mix'):.2f}".replace("0.", ".", 1)] if _number(verb, "mix") else []
    tail = "".join(f" · {text}" for text in (*heard, *held))
    parts = [_instrument(name, one) for name, one in instruments.items()]
    if not parts:
        return ' no instrument yet — drone = load("default")'
    for count in range(len(parts), 0, -1):
        more = f" · +{len(parts) - count} more" if count < len(parts) else ""
        line = " " + " · ".join(parts[:count]) + more + tail
        if cells(line) <= width:
            return line
    return f" {tail[3:]} · {parts[0]}" if held else line


def controls_of(snapshot: Mapping[str, Any] | None) -> tuple[str, str]:
    """What is waited for that is to be learnt, and which control has just moved; '' for nothing."""
    shown = (snapshot or {}).get("controls") or {}
    return str(shown.get("learn", "")), str(shown.get("moved", ""))


def status(snapshot: Mapping[str, Any] | None, notice: str = "") -> str:
    """The toolbar as a page for terminals without one, unlimited in width."""
    return "\n".join(line.strip() for line in toolbar(snapshot, notice, 10_000).split("\n") if line.strip())


def cells(text: str) -> int:
    """Cells that `text` takes on a terminal (Unicode Standard Annex 11: wide characters take two)."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def fit(line: str, width: int, end: str = "") -> str:
    """`line` cut to `width` cells, the cut marked; an `end` that it has stays where there is room."""
    if cells(line) <= width:
        return line
    end = end if line.endswith(end) and 4 * cells(end) <= width else ""
    line = line[: len(line) - len(end)]
    while line and cells(line) > width - 1 - cells(end):
        line = line[:-1]
    return f"{line}…{end}"


def bar(level: float) -> str:
    """One cell for a level in 0..1; anything above nothing shows."""
    if not level > 0.0:
        return LEVELS[0]
    return LEVELS[min(len(LEVELS) - 1, 1 + int(level * (len(LEVELS) - 2)))]


def meter(amplitude: float) -> str:
    """One cell for a linear amplitude, in decibels: empty below −54 dB, full from 0 dB."""
    if not amplitude > 0.0:
        return LEVELS[0]
    return bar(1.0 - 20.0 * math.log10(amplitude) / METER_FLOOR_DB)


def latent_bars(latents: Iterable[float], count: int = 16) -> str:
    """A cell for each latent, playable 0 to 1: the lowest bar is 0 or below, the full one 1 or above."""
    return "".join(bar(max(1e-9, z)) if z == z else "?" for z in list(latents)[:count])


def _instrument(name: str, one: Mapping[str, Any]) -> str:
    level = meter(_number(one, "peak")) + meter(_number(one, "rms"))
    text = f"{name} {level} z {latent_bars(one.get('z') or ())}"
    return f"{text} {_LONG.sub(_short, str(one['text']))}" if one.get("text") else text


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.3f}".rstrip("0").rstrip(".")


def _number(data: Mapping[str, Any], key: str) -> float:
    value = data.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def _percent(data: Mapping[str, Any], key: str) -> str:
    return f"{100.0 * _number(data, key):.0f}%"
