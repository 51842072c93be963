"""All that the monitor knows: built from the engine's answers and events, drawn by `page`."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from plaud_live.control.maps import Map
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.plane import Plane, anchor_places, plane_of, playable
from plaud_live.monitor.history import Array, History, Samples
from plaud_live.monitor.meters import PeakHold, decibels

SECONDS = 30.0
POINTS_PER_SECOND = 100
MOST_ENTRIES = 100
MOST_LETTERS = 4000  # of an entry: more than any terminal shows
MOST_AHEAD_SECONDS = 0.5
MASTER = "out"
MOST_TEXT = 40  # what the engine tells of a source; longer ones are cut


@dataclass(frozen=True)
class Entered:
    """A line that was entered, or that the instrument says (`by` is then empty)."""

    text: str
    beat: float | None
    by: str


@dataclass(frozen=True)
class Level:
    """What a meter shows, in dB."""

    name: str
    rms_db: float
    peak_db: float
    hold_db: float
    held: tuple[str, ...]
    text: str


class Picture:
    """Belongs to one thread. `here`: an engine answers; `focus`: whose latents are shown."""

    def __init__(self) -> None:
        self.here = False
        self.focus: str | None = None
        self.status: Mapping[str, Any] = {}
        self.entries: deque[Entered] = deque(maxlen=MOST_ENTRIES)
        self._seen_at = 0.0
        self._infos: dict[str, ModelInfo] = {}
        self._marks: Mapping[str, Mapping[str, Any]] = {}
        self._movers: dict[str, str] = {}  # by parameter: the control that moves it, as `←f1`
        self._holds: dict[str, PeakHold] = {}
        self._histories: dict[str, History] = {}
        self._planes: dict[str, Plane] = {}
        self._anchors: dict[str, dict[str, Array]] = {}

    def receive(self, message: Mapping[str, Any]) -> None:
        """Take in what `client.Feed` hands over."""
        match message.get("event"):
            case "away":
                self.here = False
            case "hello" | "state":
                self._take_state(message.get("state") or {})
            case "status":
                self._take_status(message["status"], float(message["at"]))
            case "frames":
                self._take_frames(str(message["instrument"]), message)
            case "entry":
                self._enter(message, _number(message.get("beat")), str(message.get("by") or "prompt"))
            case "message":
                self._enter(message, None, "")

    def next_instrument(self) -> None:
        """Look at the instrument after this one."""
        names = list(self.status.get("instruments", {}))
        if names:
            place = names.index(self.focus) + 1 if self.focus in names else 0
            self.focus = names[place % len(names)]

    def beat(self, now: float) -> float:
        """The beat, carried on from the last status; `now` as the clock of `status` messages, in seconds."""
        ahead = min(MOST_AHEAD_SECONDS, max(0.0, now - self._seen_at))
        return float(self.status.get("beat", 0.0)) + ahead * float(self.status.get("bpm", 0.0)) / 60.0

    @property
    def rate(self) -> float:
        """Samples a second."""
        return float(self.status.get("sample_rate") or 44100.0)

    @property
    def position(self) -> int:
        """The engine's sample counter, at the last status."""
        return int(self.status.get("position") or 0)

    def levels(self) -> list[Level]:
        """A meter for each instrument."""
        rows = []
        for name, one in self.status.get("instruments", {}).items():
            hold = self._holds[name].level_db
            rms, peak = decibels(_positive(one.get("rms"))), decibels(_positive(one.get("peak")))
            held = tuple(str(each) for each in one.get("held") or ())
            text = str(one.get("text") or "")
            cut = "…" if len(text) == MOST_TEXT else ""
            rows.append(Level(name, rms, peak, hold, held, text + cut))
        return rows

    def master(self) -> Level:
        """The meter of what leaves the mix."""
        rms, peak = (decibels(_positive(self.status.get(key))) for key in ("rms", "peak"))
        hold = self._holds[""].level_db if "" in self._holds else peak
        return Level(MASTER, rms, peak, hold, (), "")

    def names(self) -> list[str]:
        """The latents of the instrument in focus: z0 …, and what they are tied to, or what moves them."""
        info = self.info
        if info is None:
            return []
        movers = [self._movers.get(f"{self.focus}.z{i}", "") for i in range(len(info.names))]
        return [
            (name or f"z{i}") + mover if mover else f"z{i} {name}".strip()
            for i, (name, mover) in enumerate(zip(info.names, movers, strict=True))
        ]

    @property
    def info(self) -> ModelInfo | None:
        """The model of the instrument in focus."""
        return self._infos.get(self.focus or "")

    def anchors(self) -> dict[str, Array]:
        """Places of the anchors [d], those of this session first; the same object until they change."""
        info = self.info
        if info is None:
            return {}
        known = self._anchors.get(info.digest)
        if known is None:
            known = anchor_places(info, self._marks.get(info.lineage, {}))
            self._anchors[info.digest] = known
        return known

    def plane(self) -> Plane | None:
        """The plane of the map: fitted on the anchors that the model came with, so that it stays as it is."""
        info = self.info
        if info is None:
            return None
        if info.digest not in self._planes:
            self._planes[info.digest] = plane_of(info)
        return self._planes[info.digest]

    def now(self) -> Array:
        """Where the instrument in focus is, in playable units [d]; empty when that is not known."""
        one = self.status.get("instruments", {}).get(self.focus or "", {})
        place = np.array(one.get("z") or (), dtype=np.float64)
        info = self.info
        return place if info is not None and len(place) == info.latent_size else np.zeros(0)

    def path(self) -> tuple[Samples, Array]:
        """The last 30 s of the instrument in focus: samples [n], places [n, d] in playable units."""
        history = self._histories.get(self.focus or "")
        if history is None:
            return np.zeros(0, dtype=np.int64), np.zeros((0, len(self.names())))
        return history.since(max(0, self.edge - round(SECONDS * self.rate)))

    @property
    def edge(self) -> int:
        """The newest sample that anything is known of."""
        history = self._histories.get(self.focus or "")
        return max(self.position, history.last if history else 0)

    def _enter(self, message: Mapping[str, Any], beat: float | None, by: str) -> None:
        self.entries.append(Entered(str(message.get("text", ""))[:MOST_LETTERS], beat, by))

    def _take_state(self, state: Mapping[str, Any]) -> None:
        entries = state.get("instruments") or {}
        infos = {name: ModelInfo.from_data(one["info"]) for name, one in entries.items()}
        maps = {key: Map.from_data(each) for key, each in (state.get("maps") or {}).items()}
        self._movers = {key: f"←{each.short}" for key, each in maps.items()}
        marks = state.get("anchors") or {}
        if marks != self._marks or infos != self._infos:
            self._marks, self._infos = marks, infos
            self._anchors.clear()
        for name in [name for name in self._histories if name not in infos]:
            del self._histories[name]

    def _take_status(self, status: Mapping[str, Any], at: float) -> None:
        if status.get("position", 0) < self.position - self.rate:  # the instrument was started anew
            self._histories.clear()
            self._holds.clear()
        self.here, self.status, self._seen_at = True, status, at
        seconds = self.position / self.rate
        instruments = status.get("instruments", {})
        for name, one in instruments.items():
            peak = decibels(_positive(one.get("peak")))
            self._holds.setdefault(name, PeakHold()).update(peak, seconds)
        master = decibels(_positive(status.get("peak")))
        self._holds.setdefault("", PeakHold()).update(master, seconds)
        if self.focus not in instruments:
            self.focus = next(iter(instruments), None)

    def _take_frames(self, name: str, message: Mapping[str, Any]) -> None:
        info = self._infos.get(name)
        if info is None:
            return
        history = self._histories.get(name)
        if history is None or history.width != info.latent_size:
            history = History(round(SECONDS * POINTS_PER_SECOND), info.latent_size)
            self._histories[name] = history
        if samples := message.get("samples"):
            raw = np.array(message["values"], dtype=np.float64)[:, : info.latent_size]
            history.add(np.array(samples, dtype=np.int64), playable(info, raw))
        elif name == self.focus and len(now := self.now()):  # it sleeps, and moves all the same
            history.add(np.array([self.position], dtype=np.int64), now[None])


def _positive(value: object) -> float:
    return float(value) if isinstance(value, int | float) and value > 0.0 else 0.0


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
