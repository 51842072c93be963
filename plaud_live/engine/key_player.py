"""An instrument played by keys: from notes at their samples to voices, each with its pitch and envelope.

What is heard is a function of the notes, of the samples at which they are to be heard, and of when settings
were taken; blocks are cut where a note begins or ends, so that any blocks give the same samples.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.keys import STEP, Keys, TypedNote
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.polyphony import Order, Polyphony, Start
from plaud_live.engine.hand import Hand, Tunable
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
from plaud_live.signals.graph import Array

HANDOVER_SECONDS = 0.05
"""How long what sounds by itself takes at least to give way to keys."""

PAUSE_SECONDS, RETURN_SECONDS = 0.06, 0.2
"""After the last key it comes back: it waits until the instrument, if it is to be silent, has faded out."""

MAX_EVENTS = 4096


def peak(velocity: float) -> float:
    """The linear level of a velocity 0..1: its square, 40 dB a decade, as General MIDI recommends."""
    return velocity * velocity


class KeyPlayer:
    """Plays `voice`, and others that are seated beside it. Belongs to the render thread; `hear` may be
    called by another."""

    def __init__(
        self,
        name: str,
        info: ModelInfo,
        voice: Tunable,
        sample_rate: float,
        chunk: int,
        inputs: Inputs | None = None,
    ) -> None:
        self._name, self._info, self._rate, self._inputs = name, info, sample_rate, inputs
        self._hands = [Hand(voice, info, sample_rate, level=1.0)]
        self._keys: Keys | None = None
        self._polyphony = Polyphony()
        self._arrived: deque[KeyEvent] = deque(maxlen=MAX_EVENTS)
        self._live: list[KeyEvent] = []
        self._planned: deque[KeyEvent] = deque()
        self._due: list[KeyEvent] = []
        self._known: tuple[tuple[TypedNote, ...], TempoMap | None] = ((), None)
        self._begun: set[Key] = set()
        self._bends: dict[Channel, Bend] = {}
        shape = (chunk,) if info.channels == 1 else (info.channels, chunk)
        self._scratch = np.zeros(shape, dtype=np.float32)
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

    def seat(self, voices: Sequence[Tunable], position: int) -> None:
        """Let these voices play, too, from the sample `position` on, as many of them as are lacking."""
        if self._keys is not None and self._keys.gated:
            for voice in voices[: max(0, self._keys.voices - len(self._hands))]:
                voice.reset(position)
                self._hands.append(Hand(voice, self._info, self._rate))
            self._share(position)

    def reset(self, position: int) -> None:
        """Start all voices afresh at a sample."""
        for hand in self._hands:
            hand.voice.reset(position)

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
            self._hands = [Hand(self._hands[0].voice, self._info, self._rate, level=1.0)]
            self._plain = True
        self._skip(first)

    def render(self, first: int, latents: Array, controls: Array, out: npt.NDArray[np.float32]) -> None:
        """Fill `out` from the frames that begin in it: raw latents [f, d] and controls [f, 10].

        `out` is [n], or [channels, n] where the model has several.
        """
        if self._is_plain(first):
            self._hands[0].voice.render(latents, controls, out)
            self._skip(first)
            return
        out[:] = 0.0
        row, at = 0, first
        due, self._due = self._due, []
        for event in (*due, None):
            stop = first + out.shape[-1] if event is None else max(event.sample, at)
            if stop > at:
                frames = self._hands[0].voice.frames_in(stop - at)
                rows, piece = slice(row, row + frames), out[..., at - first : stop - first]
                for hand in self._hands:
                    hand.add(at, latents[rows], controls[rows], self._scratch, piece)
                row, at = row + frames, stop
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
