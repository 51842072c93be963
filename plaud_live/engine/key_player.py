"""An instrument played by keys: from notes at their samples to voices, each with its pitch and envelope.

What is heard is a function of the notes, of the samples at which they are to be heard, and of when settings
were taken; blocks are cut where a note begins or ends, so that any blocks give the same samples.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.keys import STEP, Keys, TypedNote
from plaud_live.control.polyphony import Order, Polyphony, Start
from plaud_live.engine.hand import Hand, Sound
from plaud_live.engine.inputs import Inputs
from plaud_live.engine.key_events import (
    Bend,
    Channel,
    Key,
    KeyEvent,
    Lift,
    Press,
    Return,
    channel_of,
    is_typed,
)
from plaud_live.engine.parts import Frames, Part, Player, Step

HANDOVER_SECONDS = 0.05
"""How long what sounds by itself takes at least to give way to keys."""

PAUSE_SECONDS, RETURN_SECONDS = 0.06, 0.2
"""After the last key it comes back: it waits until the instrument, if it is to be silent, has faded out."""

MAX_EVENTS = 4096


def peak(velocity: float) -> float:
    """The linear level of a velocity 0..1: its square, 40 dB a decade, as General MIDI recommends."""
    return velocity * velocity


class KeyPlayer:
    """Plays the first voice of `part`, and others that are seated beside it. Belongs to the render thread;
    `hear` may be called by another."""

    def __init__(
        self, name: str, part: Part, sample_rate: float, chunk: int, inputs: Inputs | None = None
    ) -> None:
        self._name, self._rate, self._inputs = name, sample_rate, inputs
        self._hands = [Hand({part: part.spare.pop(0)}, sample_rate, level=1.0)]
        self._keys: Keys | None = None
        self._polyphony = Polyphony()
        self._arrived: deque[KeyEvent] = deque(maxlen=MAX_EVENTS)
        self._live: list[KeyEvent] = []
        self._planned: deque[KeyEvent] = deque()
        self._due: list[KeyEvent] = []
        self._known: tuple[tuple[TypedNote, ...], TempoMap | None] = ((), None)
        self._begun: set[Key] = set()
        self._bends: dict[Channel, Bend] = {}
        channels = part.info.channels
        self._shape = (chunk,) if channels == 1 else (channels, chunk)
        self._room = [self._made_room(), self._made_room()]
        self._plain = True

    @property
    def voices(self) -> int:
        """How many voices there are to be played."""
        return self._polyphony.voices

    # What another thread tells

    def hear(self, event: KeyEvent) -> None:
        """Something was played."""
        self._arrived.append(event)

    # What the render thread asks for

    def take(
        self,
        keys: Keys | None,
        notes: tuple[TypedNote, ...],
        tempo: TempoMap,
        position: int,
        asleep: bool = False,
    ) -> None:
        """Be played in another way from `position` on, and by these notes. `asleep`: nothing is heard now."""
        if keys != self._keys:
            self._change(keys, position, asleep)
        if self._known[0] is not notes or self._known[1] is not tempo:
            self._known = notes, tempo
            self._plan(notes if keys is not None else (), tempo, position)

    def seat(self, part: Part, voices: Sequence[Player], position: int) -> None:
        """Let these voices of a model play, too, from `position` on, as many of them as are lacking."""
        if self._keys is not None and self._keys.gated:
            part.spare += voices
            self.fill(part, position)
            while part.spare and len(self._hands) < self._keys.voices:
                voice = part.spare.pop(0)
                voice.reset(position)
                self._hands.append(Hand({part: voice}, self._rate))
            part.spare.clear()
            self._share(position)

    def fill(self, part: Part, position: int) -> None:
        """Give those that have no voice of a model one that plays nothing, if there is any."""
        for hand in self._hands:
            if part.spare and part not in hand.voices:
                hand.join(part, part.spare.pop(0), position)

    def enter(self, part: Part, after: Part, position: int) -> None:
        """Have voices of another model, too, that begin where those of `after` are at a sample.

        Each that sounds has one, as far as there are so many; the notes of others ring out with theirs.
        """
        for hand in self._hands[: len(part.spare)]:
            hand.enter(part, part.spare.pop(0), after, position)
        while len(self._room) < 1 + len(self._hands[0].voices):
            self._room.append(self._made_room())

    def count(self, part: Part) -> int:
        """How many voices play that are of this model."""
        return sum(part in hand.voices for hand in list(self._hands))

    def leave(self, part: Part) -> None:
        """Give the voices of a model back to it."""
        left = [hand.leave(part) for hand in self._hands]
        part.spare += [voice for voice in left if voice is not None]

    def reset(self, position: int) -> None:
        """Start all voices afresh at a sample."""
        for hand in self._hands:
            hand.reset(position)

    def listen(self, first: int, count: int, tempo: TempoMap) -> None:
        """Take what is played in the next `count` samples, before anything is evaluated for them."""
        while self._arrived:
            self._live.append(self._arrived.popleft())
        end = first + count
        while self._planned and self._planned[0].sample < end:
            self._due.append(self._planned.popleft())
        if self._live:
            self._due += [event for event in self._live if event.sample < end]
            self._live = [event for event in self._live if event.sample >= end]
        if self._due:
            self._due.sort(key=lambda event: event.sample)
            self._lead(first, tempo)

    def sleep(self, first: int) -> None:
        """Nothing is heard: let pass what is played, and be done with keys that have ended."""
        if not self._plain and not self._gated:
            self._hands = [Hand(self._hands[0].voices, self._rate, level=1.0)]
            self._plain = True
        self._skip(first)

    def render(self, first: int, frames: Sequence[Frames], steps: Sequence[Step], out: Sound) -> None:
        """Fill `out` from the frames that begin in it: those of the first model, which sounds alone if there
        are no steps, then those of others that it goes over to by `steps`.

        `out` is [n], or [channels, n] where the model has several.
        """
        if self._is_plain(first):
            self._hands[0].render(frames, steps, self._room, out)
            self._skip(first)
            return
        out[:] = 0.0
        rows, at = [0] * len(frames), first
        due, self._due = self._due, []
        for event in (*due, None):
            stop = first + out.shape[-1] if event is None else max(event.sample, at)
            if stop > at:
                span = slice(at - first, stop - first)
                some = [_rows(each, rows, i, at, stop) for i, each in enumerate(frames)]
                parts = [Step(step.part, step.share[span]) for step in steps]
                for hand in self._hands:
                    hand.add(at, some, parts, self._room, out[..., span])
                at = stop
            if event is not None:
                self._do(event, at)
        while len(self._hands) > self._polyphony.voices and self._hands[-1].envelope.is_silent(at):
            del self._hands[-1]  # it costs as much as one that is heard

    # Inside

    @property
    def _gated(self) -> bool:
        return self._keys is not None and self._keys.gated

    def _is_plain(self, first: int) -> bool:
        """Whether the voice sounds as if there were no keys from `first` on, and no others do."""
        if self._plain or self._gated:
            return self._plain
        others = all(hand.envelope.is_silent(first) for hand in self._hands[1:])
        self._plain = others and self._hands[0].envelope.is_open(first)
        if self._plain:
            del self._hands[1:]
        return self._plain

    def _made_room(self) -> Sound:
        return np.zeros(self._shape, dtype=np.float32)

    def _skip(self, first: int) -> None:
        for event in self._due:
            self._do(event, max(event.sample, first))
        self._due = []

    def _change(self, keys: Keys | None, position: int, asleep: bool) -> None:
        gated, self._keys = self._gated, keys
        lead = self._hands[0].envelope
        if keys is not None and keys.gated and not gated:
            self._plain = False
            lead.lift(position, 0.0 if asleep else max(keys.release, HANDOVER_SECONDS))
        elif gated and not self._gated:
            self._follow(self._polyphony.lift_all(), position, HANDOVER_SECONDS)
            self._live = [Return(position + round(PAUSE_SECONDS * self._rate))]
        self._share(position)
        self._known = (), None

    def _share(self, position: int) -> None:
        """Have as many voices played as are wanted, of those that are there; others fade out, and go."""
        keys = self._keys if self._gated else None
        voices = 1 if keys is None else min(keys.voices, len(self._hands))
        if voices < self._polyphony.voices:
            order = self._polyphony.sort()
            self._hands[: len(order)] = [self._hands[i] for i in order]
        release = HANDOVER_SECONDS if keys is None else max(keys.release, HANDOVER_SECONDS)
        self._follow(self._polyphony.resize(voices), position, release)

    def _plan(self, notes: Iterable[TypedNote], tempo: TempoMap, position: int) -> None:
        """Know when notes begin and end that were typed; those that are over already are let be."""
        planned: list[KeyEvent] = []
        there: set[Key] = set()
        for note in notes:
            if note.instrument != self._name:
                continue
            key = ("", 0, note.key, note.start)
            there.add(key)
            start = math.ceil(tempo.sample(note.start))
            end = None if note.end is None else max(math.ceil(tempo.sample(note.end)), start + 1)
            if key not in self._begun:
                if end is not None and end <= position:
                    continue
                planned.append(Press(start, key, note.velocity))
            if end is not None:
                planned.append(Lift(end, key))
        planned += [Lift(position, key) for key in self._begun - there]
        planned += [e for e in self._planned if isinstance(e, Lift) and e.key not in there]  # not done yet
        self._begun &= there
        self._planned = deque(sorted(planned, key=lambda e: (e.sample, isinstance(e, Press))))

    def _lead(self, first: int, tempo: TempoMap) -> None:
        """Say to which anchor keys lead."""
        keys = self._keys
        if keys is None or not keys.steps or self._inputs is None:
            return
        for event in self._due:
            if isinstance(event, Press):
                beat = tempo.beat(max(event.sample, first))
                self._inputs.write(STEP + self._name, beat, float(keys.step(event.pitch)))

    def _do(self, event: KeyEvent, sample: int) -> None:
        keys = self._keys
        if isinstance(event, Press):
            if is_typed(event.key):
                self._begun.add(event.key)
            if keys is not None and keys.gated:
                orders = self._polyphony.press(event.key, event.velocity)
                self._follow(orders, sample, keys.release)
        elif isinstance(event, Lift):
            self._follow(self._polyphony.lift(event.key), sample, 0.0 if keys is None else keys.release)
        elif isinstance(event, Return):
            if not self._gated:
                self._hands[0].let_go()
                self._hands[0].envelope.press(sample, 1.0, RETURN_SECONDS)
        else:
            self._bends[event.channel] = event
            for hand in self._hands:
                if hand.channel == event.channel:
                    self._bend(hand)

    def _follow(self, orders: Iterable[Order], sample: int, release: float) -> None:
        for order in orders:
            hand, keys = self._hands[order.voice], self._keys
            if not isinstance(order, Start):
                hand.envelope.lift(sample, release)
            elif keys is not None:
                hand.channel = channel_of(order.key)
                self._bend(hand)
                hand.play(sample, keys, order.pitch, keys.glide if order.legato else 0.0)
                if not (order.legato and keys.legato):
                    level = peak(order.velocity)
                    hand.envelope.press(sample, level, keys.attack, keys.decay, keys.sustain)

    def _bend(self, hand: Hand) -> None:
        bend = self._bends.get(hand.channel)
        if bend is None or self._keys is None:
            hand.bend(0.0)
        else:
            own = self._keys.bend_range if bend.semitones is None else bend.semitones
            hand.bend(bend.value * own + bend.zone)


def _rows(frames: Frames, rows: list[int], i: int, at: int, stop: int) -> Frames:
    """Those of some frames that begin from sample `at` on, before `stop`; `rows[i]` counts those before."""
    hop = frames.part.hop
    first = rows[i]
    rows[i] += -(-stop // hop) + (-at // hop)
    return Frames(frames.part, frames.latents[first : rows[i]], frames.controls[first : rows[i]])
