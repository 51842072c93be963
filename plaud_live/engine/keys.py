"""Keys in the control thread: MIDI notes to the instruments that listen, and voices for those that want more.

A note is heard a constant time after its key: as late as sound takes that is rendered when it arrives, and a
block, so that its place in a block does not make it early or late.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, inf
from typing import Protocol

from plaud_live.control.conductor import Outcome
from plaud_live.control.keys import Keys, Spare
from plaud_live.control.midi_events import Event, Note
from plaud_live.control.midi_notes import Notes
from plaud_live.control.mpe_bends import Bends
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.control.transaction import Transaction
from plaud_live.engine.casting import cost
from plaud_live.engine.desk import Desk
from plaud_live.engine.key_events import Bend, KeyEvent, Lift, Press
from plaud_live.engine.models import Models
from plaud_live.engine.parts import Part
from plaud_live.engine.render import Renderer
from plaud_live.engine.rendering import RenderLoop
from plaud_live.engine.slot import Slot
from plaud_live.errors import PlaudError
from plaud_live.synths.voice import Voice

MOST_LOAD = 0.6
"""Share of real time that all may take once further voices play; what is left is for bad moments."""

TOO_MUCH_LOAD, TOO_LONG_SECONDS = 0.8, 1.5
"""Once all take more for so long, further voices go, until it may be MOST_LOAD again."""

_AGAIN_SECONDS = 0.1
_LOOK_SECONDS = 0.25
_LEAST_SHARE = 0.01

Make = Callable[[ModelInfo, str], Voice]
"""A voice of a model, for a name. Raises a PlaudError."""


class Stage(Protocol):
    """What is played on: `engine.desk.Desk`."""

    @property
    def state(self) -> State:
        """What is playing."""

    def tell(self, line: str) -> None:
        """Show a line to the performer."""

    def submit(self, transaction: Transaction) -> Outcome:
        """Launch changes. Raises a PlaudError and changes nothing if they are refused."""


@dataclass(frozen=True)
class Seats:
    """Further voices, and the share of real time that each takes."""

    voices: Sequence[Voice]
    share: float
    digest: str


class Loader(Protocol):
    """Does work in another thread: `engine.loader.Loader`."""

    def do(
        self,
        work: Callable[[], Seats],
        done: Callable[[Seats], None],
        failed: Callable[[PlaudError], None],
    ) -> None:
        """Do `work` soon, then `done` with what it returned, or `failed`."""


class Keyboard:
    """Belongs to the control thread. `when` gives the sample for what arrived at a time of `time.monotonic`;
    `load` the share of real time that rendering takes."""

    def __init__(
        self,
        desk: Stage,
        renderer: Renderer,
        loader: Loader,
        make: Make,
        when: Callable[[float], int],
        load: Callable[[], float],
    ) -> None:
        self._desk, self._renderer, self._loader = desk, renderer, loader
        self._make, self._when, self._load = make, when, load
        self.due = inf
        self._notes = Notes()
        self._latest = 0
        """The last sample that was given out."""
        self._bends = Bends(self._notes.zones)
        self._asked: dict[str, tuple[Part, int]] = {}  # by instrument, for which model voices were made
        self._shares: dict[str, float] = {}  # by instrument, of real time that each of its voices takes
        self._awaited = False  # an instrument is not there yet
        self._too_much_since = inf

    def hear(self, event: Event) -> None:
        """Something was played on a MIDI device; to be called with all that is heard from any."""
        for note in self._notes.take(event):
            self._play(note)
        for channel in self._bends.take(event):
            self._bend(event.device, channel, self._sample(event.time))

    def follow(self) -> None:
        """Another state plays: have voices made for instruments that want more of them."""
        self.due, self._awaited = 0.0, False
        for name, keys in self._desk.state.keys.items():
            slot = self._renderer.slots.get(name)
            if not keys.gated or (slot is not None and _voices(slot) >= keys.voices):
                self._asked.pop(name, None)
                continue
            if slot is None:  # it was loaded a moment ago
                self._awaited = True
                continue
            if self._asked.get(name) == (slot.part, keys.voices):
                continue
            self._asked[name] = slot.part, keys.voices
            more = range(_voices(slot) + 1, keys.voices + 1)
            names = [f"{name}/{i}" for i in more]
            work = partial(self._prepare, slot, names)
            self._loader.do(work, partial(self._seat, name, slot, keys), self._failed)
        for name in self._asked.keys() - self._desk.state.keys.keys():
            del self._asked[name]

    def shown(self) -> dict[str, int]:
        """How many voices each instrument has that is played by keys: for the snapshot."""
        slots = self._renderer.slots
        return {name: slots[name].keys.voices for name in self._desk.state.keys if name in slots}

    def work(self, now: float) -> None:
        """Look again for an instrument that was not there yet, and whether there is time for all voices."""
        if self._awaited or any(_voices(slot) < slot.keys.voices for slot in self._renderer.slots.values()):
            self.follow()  # or another model plays than a moment ago, with fewer voices
        several = {n: count for n, count in self.shown().items() if count > 1}
        self._watch(several, now)
        self.due = now + _AGAIN_SECONDS if self._awaited else now + _LOOK_SECONDS if several else inf

    def _watch(self, several: Mapping[str, int], now: float) -> None:
        """Take away voices of the instrument that has most of them, once rendering takes too long."""
        load = self._load()
        if not several or load <= TOO_MUCH_LOAD:
            self._too_much_since = inf
            return
        self._too_much_since = min(self._too_much_since, now)
        if now - self._too_much_since < TOO_LONG_SECONDS:
            return
        self._too_much_since = inf
        name = max(several, key=lambda each: several[each])
        had = several[name]
        over = ceil((load - MOST_LOAD) / max(self._shares.get(name, 0.0), _LEAST_SHARE))
        left = max(1, had - over)
        text = f"{name}.keys: {left} of {had} voices go on"
        self._desk.submit(Transaction((Spare(name, left),), text, "engine"))
        self._desk.tell(f"{text}: {load:.0%} of the time was taken — {name}.keys(…) again asks for them")

    def _play(self, note: Note) -> None:
        key = note.device, note.channel, float(note.key), 0.0
        sample = self._sample(note.time)
        if note.on:
            self._bend(note.device, note.channel, sample)
        event = Press(sample, key, note.velocity) if note.on else Lift(sample, key)
        self._tell(note.device, note.channel, event)

    def _bend(self, device: str, channel: int, sample: int) -> None:
        bent = self._bends.of(device, channel)
        event = Bend(sample, (device, channel), bent.value, bent.semitones, bent.zone)
        self._tell(device, channel, event)

    def _sample(self, seconds: float) -> int:
        """When what came at a time is heard: in the order in which it came, though an underrun moves samples.

        A key that seemed to come up before it went down would sound for ever.
        """
        self._latest = max(self._latest, self._when(seconds))
        return self._latest

    def _tell(self, device: str, channel: int, event: KeyEvent) -> None:
        """Those that listen there; a key that comes up all, as it may have been meant when it went down."""
        zone = self._notes.zones(device).master(channel)
        for name, keys in self._desk.state.keys.items():
            slot = self._renderer.slots.get(name)
            meant = isinstance(event, Lift) or keys.listens(device, channel) or keys.listens(device, zone)
            if slot is not None and meant:
                self._renderer.key(name, event)

    def _prepare(self, slot: Slot, names: Sequence[str]) -> Seats:
        info = slot.info
        voices = [self._make(info, name) for name in names]
        return Seats(voices, cost(voices[0], info), info.digest)

    def _seat(self, name: str, slot: Slot, keys: Keys, seats: Seats) -> None:
        """Seat as many as there is time for, and say so where that is fewer than were wanted."""
        if self._renderer.slots.get(name) is not slot or self._desk.state.keys.get(name) != keys:
            self.follow()
            return
        load = self._load()
        self._shares[name] = seats.share
        fit = max(0, min(len(seats.voices), int((MOST_LOAD - load) / seats.share)))
        if fit:
            self._renderer.seat(name, seats.voices[:fit], seats.digest)
        if fit < len(seats.voices):
            plays = f"{1 + fit} of {keys.voices} voices play" if fit else "one voice plays alone"
            self._desk.tell(
                f"{name}.keys: {plays}: each takes {seats.share:.0%} of the time, {load:.0%} is taken"
                " — fewer sines, harmonics or noise bands, or a larger --block, make room"
            )

    def _failed(self, error: PlaudError) -> None:
        self._desk.tell(f"keys: {error}")


def _voices(slot: Slot) -> int:
    """How many voices it has that play, of the model that it plays."""
    return min(slot.keys.voices, slot.keys.count(slot.part))


def keyboard(
    desk: Desk,
    renderer: Renderer,
    loop: RenderLoop,
    loader: Loader,
    models: Models,
    when: Callable[[float], int],
) -> Keyboard:
    """The keyboard of an engine: it hears all MIDI, and follows the state.

    `when` is as for `Keyboard`: `engine.midi_record.Arrivals`.
    """

    def make(info: ModelInfo, name: str) -> Voice:
        return models.make_voice(info, renderer.sample_rate, name)

    made = Keyboard(desk, renderer, loader, make, when, lambda: loop.load)
    desk.midi.listeners.append(made.hear)
    desk.on_state.append(made.follow)
    desk.extras["keys"] = made.shown
    made.follow()
    return made
