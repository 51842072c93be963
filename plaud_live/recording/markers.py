"""What happened in a session, as places on its time line: for people and for programs that show them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.transaction import LOOP, PROMPT
from plaud_live.recording.launches import ENGINE
from plaud_live.recording.sessions import RESUMED, Event

LETTERS = 60
AGAIN_SECONDS = 10.0
"""What a loop, another program or a fault does again and again is marked where it begins."""

LAUNCH, TAKE, TROUBLE = "launch", "take", "trouble"
KINDS = {
    **dict.fromkeys(("scene", "recall", "morph"), "scene"),
    **dict.fromkeys(("tempo", "load", "swap", "hush"), ""),
}
"""What a launch is called that makes one of these changes; '': as the change."""

SILENT = frozenset(("follow", "offer", "spare", "rest"))
"""Changes that nobody has asked for."""

TROUBLES = frozenset(
    f"{who} {what}"
    for who in ("engine", "standby", "sink", "writer", "prompt", "trainer", "midi", "web", "training")
    for what in ("died", "hangs", "lost", "failed")
) - {"standby died"}
_TAKES = frozenset((TAKE, "rec", "tag", "delete"))
_STEPS = frozenset(("undo", "redo", "panic", "remark"))


@dataclass(frozen=True)
class Marker:
    """Something at an engine sample, or from there to `end`."""

    sample: int
    kind: str
    text: str
    end: int | None = None

    @property
    def label(self) -> str:
        """What it is, in a line."""
        return f"{self.kind}: {self.text}" if self.text not in ("", self.kind) else self.kind

    @property
    def samples(self) -> int:
        """How long it is."""
        return 0 if self.end is None else self.end - self.sample


def markers(events: Sequence[Event], tempo: TempoMap, start: int, stop: int) -> list[Marker]:
    """What there is in samples [start, stop), in order; what reaches beyond is cut."""
    found = [*_once(_launches(events, tempo), tempo.sample_rate), *_takes(events), *_house(events)]
    there = [each for each in found if each.sample < stop and (each.end or each.sample) >= start]
    cut = (
        replace(each, sample=max(each.sample, start), end=each.end and min(each.end, stop)) for each in there
    )
    return sorted(cut, key=lambda each: (each.sample, each.kind, each.text))


def shortened(text: str) -> str:
    """Code as one short line."""
    line = " · ".join(" ".join(row.split()) for row in text.splitlines() if row.strip())
    return line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…"


def _launches(events: Iterable[Event], tempo: TempoMap) -> Iterator[tuple[str, Marker]]:
    """What was launched, where it begins, and who it was, if that is no person."""
    for event in events:
        sample, beat, kind = event.get("sample"), event.get("beat"), event.get("kind")
        text = str(event.get("text") or "")
        if not isinstance(sample, int) or (kind != "submit" and kind not in _STEPS):
            continue
        at = max(sample, round(tempo.sample(beat))) if isinstance(beat, int | float) else sample
        if kind != "submit":
            yield "", Marker(at, str(kind), shortened(text.removeprefix(f"{kind}: ")))
            continue
        by = str(event.get("by") or PROMPT)
        done = [str(change.get("do")) for change in (event.get("data") or {}).get("changes") or ()]
        if not done or SILENT.issuperset(done):
            continue
        named = [KINDS[each] or each for each in done if each in KINDS]
        again = "" if by == PROMPT else f"{by} {text.partition('(')[0] if by == LOOP else text.split(' ')[0]}"
        yield again, Marker(at, named[0] if named else LAUNCH, shortened(text or ", ".join(done)))


def _once(found: Iterable[tuple[str, Marker]], rate: float) -> Iterator[Marker]:
    """Each once that goes on and on, and each once that is there twice."""
    last: dict[str, int] = {}
    said: Marker | None = None
    for again, marker in found:
        before = last.get(again)
        if again:
            last[again] = marker.sample
        if marker == said or (before is not None and marker.sample - before < AGAIN_SECONDS * rate):
            continue
        said = marker
        yield marker


def _takes(events: Iterable[Event]) -> Iterator[Marker]:
    """Each take from its first sample to its last, with its tags."""
    known: dict[int, dict[str, Any]] = {}
    for event in events:
        data = event.get("data")
        if event.get("kind") in _TAKES and isinstance(data, dict) and isinstance(data.get("start"), int):
            known[int(data["number"])] = data
    for number, data in known.items():
        tags = "".join(f" #{tag}" for tag in data.get("tags") or ())
        binned = " (in the bin)" if data.get("binned") else ""
        end = int(data["start"]) + int(data.get("samples") or 0)
        yield Marker(int(data["start"]), TAKE, f"take {number} {data.get('name')}{tags}{binned}", end)


def _house(events: Iterable[Event]) -> Iterator[Marker]:
    """What became of processes, and what the performer was told."""
    engines = 0
    for event in events:
        sample, kind, data = event.get("sample"), str(event.get("kind")), event.get("data")
        if not isinstance(sample, int):
            continue
        if kind == ENGINE:
            engines += 1
            if engines > 1:
                yield Marker(sample, ENGINE, "another engine plays")
        elif kind in TROUBLES:
            yield Marker(sample, TROUBLE, shortened(f"{kind}: {data}" if isinstance(data, str) else kind))
        elif kind == RESUMED:
            yield Marker(sample, RESUMED, "the session goes on")
        elif kind == "trained" and isinstance(data, dict):
            yield Marker(sample, "trained", shortened(str(data.get("text") or data.get("name"))))
        elif kind == "message":
            said = data.get("text") if isinstance(data, dict) else data
            yield Marker(sample, "message", shortened(str(said)))
