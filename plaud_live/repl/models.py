"""The models of an instrument as a family tree, what a swap is told, and how far one has got."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from plaud_live.control.following import BAR
from plaud_live.control.state import InstrumentState, State
from plaud_live.control.transaction import Swap
from plaud_live.errors import ParameterError
from plaud_live.repl.messages import Page
from plaud_live.settings import model_names

MOST_BARS = 1000
SHOWN = 6
"""Letters of a digest that name a model."""

Entry = Mapping[str, Any]


def swap_change(name: str, model: object, over: float | None, at: float | None, bars: object = None) -> Swap:
    """What `drone.swap(…)` asks for, or, for so many `bars`, `drone.audition(…)`. Raises ParameterError."""
    word, stay = ("swap", None) if bars is None else ("audition", _stay(name, bars))
    if model is None:
        return Swap(name, "", over, at, stay=stay)
    if not isinstance(model, str | Path) or not str(model) or len(str(model)) > 1000:
        raise ParameterError(
            f"{name}.{word}({model!r:.40}): wants a model in quotes: a name, a file, or letters of its digest"
            f" — {name}.models() lists them"
        )
    file = Path(model).expanduser()
    return Swap(name, str(file.resolve()) if file.is_file() else str(model), over, at, stay=stay)


def _stay(name: str, bars: object) -> float:
    """So many bars in beats."""
    if isinstance(bars, bool) or not isinstance(bars, int | float) or not 0.0 < bars <= MOST_BARS:
        raise ParameterError(
            f"{name}.audition(bars={bars!r:.40}): wants more than 0, and {MOST_BARS} at most"
        )
    return bars * BAR


def crossings(state: State, beat: float) -> list[str]:
    """Instruments that go over to another model now, or soon: `drone ⇄ default→rust 43%`."""
    found = []
    for name, instrument in state.instruments.items():
        for passage, after in zip(instrument.passages, instrument.models[1:], strict=True):
            if passage.returns and beat < passage.start:
                found.append(f"{name} ⇄ {passage.before.name} for {passage.start - beat:.0f}b")
            way = f"{name} ⇄ {passage.before.name}→{after.name}"
            if passage.start <= beat < passage.end:
                found.append(f"{way} {100.0 * passage.share(beat):.0f}%")
    return found


def model_text(instrument: InstrumentState, beat: float | None) -> str:
    """What an instrument plays, and where it is going: `default→rust 43%`, `default, rust at beat 32`."""
    for passage, after in zip(instrument.passages, instrument.models[1:], strict=True):
        if beat is not None and beat < passage.start:
            return f"{passage.before.name}, {after.name} from beat {passage.start:g}"
        if beat is not None and beat < passage.end:
            return f"{passage.before.name}→{after.name} {100.0 * passage.share(beat):.0f}%"
    return instrument.info.name


def models_page(state: State, name: str, entries: Sequence[Entry]) -> Page:
    """The family of what an instrument plays, each child below its parent."""
    instrument = state.instruments[name]
    own = {info.digest for info in (*instrument.models, *instrument.past, *state.offers.get(name, ()))}
    known = {str(entry["digest"]): entry for entry in entries}
    family = _family(known, own)
    rows = [
        _row(state, name, entry, depth)
        for root in family
        if str(root["parent"]) not in known
        for depth, entry in _below(root, family)
    ]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) + f"  {row[4]}"
        for row in rows
    ]
    return Page("\n".join(line.rstrip() for line in lines) or f"{name} plays {instrument.info.name}")


def names(state: State, name: str) -> dict[str, str]:
    """What may stand in `drone.swap("…")`: models of the session, then files."""
    instrument = state.instruments.get(name)
    if instrument is None:
        return {}
    offered = state.offers.get(name, ())
    found = {info.name: f"{info.digest[:SHOWN]}, offered" for info in reversed(offered)}
    for info in (*reversed(instrument.past), *instrument.models):
        found.setdefault(info.name, info.digest[:SHOWN])
    try:
        files = model_names()
    except OSError:  # a disk that fails has no names
        files = []
    return {**dict.fromkeys(files, "model"), **found}


def _family(known: Mapping[str, Entry], own: set[str]) -> list[Entry]:
    """All that have an ancestor in common with one of `own`, in the order in which they came."""
    roots = {_root(known, digest) for digest in own}
    return [entry for digest, entry in known.items() if _root(known, digest) in roots]


def _root(known: Mapping[str, Entry], digest: str) -> str:
    seen = {digest}
    while (entry := known.get(digest)) is not None and entry["parent"] and entry["parent"] not in seen:
        digest = str(entry["parent"])
        seen.add(digest)
    return digest


def _below(entry: Entry, family: Sequence[Entry], depth: int = 0) -> Iterator[tuple[int, Entry]]:
    yield depth, entry
    for child in family:
        if child["parent"] == entry["digest"] and depth < len(family):
            yield from _below(child, family, depth + 1)


def _row(state: State, name: str, entry: Entry, depth: int) -> tuple[str, ...]:
    digest, parent, minutes = str(entry["digest"]), str(entry["parent"]), float(entry["minutes"])
    marks = []
    for other, instrument in state.instruments.items():
        if instrument.info.digest == digest:
            marks.append("plays now" if other == name else f"{other} plays it")
    if any(info.digest == digest for info in state.offers.get(name, ())):
        newest = state.offers[name][-1].digest == digest
        marks.append(f"offered: {name}.swap()" if newest else "offered")
    if parent and depth == 0:
        marks.append(f"child of {parent[:SHOWN]}")
    branch = f"{'  ' * (depth - 1)}└ " if depth else ""
    return (
        f"{branch}{entry['name']}",
        digest[:SHOWN],
        time.strftime("%d %b %H:%M", time.localtime(float(entry["when"]))),
        f"{minutes:.3g} min" if minutes else "",
        " · ".join([str(entry["licence"] or "no licence"), *marks]),
    )
