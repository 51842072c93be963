"""The renderer: from a state and voices to stereo samples. Live and offline use the same one.

It is a function of the sample counter, the states it was given and the samples at which it took them: any
sequence of block sizes gives the same samples, bit for bit.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from plaud_live.control.parameters import LEVEL, VERB, ModelInfo
from plaud_live.control.state import State
from plaud_live.engine import envelope, inbox, parts, ramps, reverb
from plaud_live.engine.capture import NO_STEM, Stems
from plaud_live.engine.control_inputs import ControlInputs
from plaud_live.engine.cost import CostGuard, Costly
from plaud_live.engine.guards import DcGuard, Gate, NanGuard
from plaud_live.engine.inputs import SAMPLED, Inputs, Values
from plaud_live.engine.key_events import KeyEvent
from plaud_live.engine.limiter import Limiter
from plaud_live.engine.meters import Meter
from plaud_live.engine.microphone import PLACE, Ear, Microphone, mix_down
from plaud_live.engine.mix import add_voice
from plaud_live.engine.parts import Part, Player
from plaud_live.engine.phones import Phones
from plaud_live.engine.playback import TRACK, Playback
from plaud_live.engine.readers import Readers
from plaud_live.engine.reverb import Reverb, Room
from plaud_live.engine.slot import CHUNK, Block, LastValues, Slot
from plaud_live.engine.sources import is_silent
from plaud_live.engine.troubles import Troubles
from plaud_live.signals import warm as signals_warm
from plaud_live.synths.encoder import StreamingEncoder
from plaud_live.synths.voice import Voice


class Renderer:
    """Renders in one thread; `install`, `seat`, `take` and `panic` may be called from another.

    `position` is the engine sample of the next sample. `events` is taken from by the other thread. `inputs`
    are what is played; the other thread writes and reads `control_inputs`. `watch_cost`: hold sources that
    take too long; what is then heard depends on the machine. `deaf`: what the microphone heard is written by
    the other thread.
    """

    def __init__(
        self, sample_rate: int, position: int = 0, watch_cost: bool = False, deaf: bool = False
    ) -> None:
        self.sample_rate = sample_rate
        self.position = position
        self.slots: dict[str, Slot] = {}
        self.inputs = Inputs()
        self._inbox: deque[inbox.Message] = deque()
        self.control_inputs = ControlInputs(self.inputs, self._inbox.append)
        self.meter = Meter(sample_rate)
        self.limiter = Limiter(sample_rate)
        self._troubles = Troubles(sample_rate)
        self.events = self._troubles.events
        self.playback = Playback(sample_rate)
        self.phones = Phones(sample_rate)
        """What the headphones hear besides, which is no part of the mix."""
        self.capture: Stems | None = None
        """Where what each instrument adds to the mix is kept."""
        self._state: State | None = None
        self._leaving: list[Slot] = []
        self._last = LastValues()
        self._dc = DcGuard(sample_rate)
        self._gate = Gate(sample_rate)
        self._cost = CostGuard(sample_rate) if watch_cost else None
        self.reverb = Reverb(sample_rate, self._cost)
        """What hears the mix of the instruments."""
        self._microphone = Microphone(sample_rate, self._heard)
        self._deaf = deaf
        self._readers = Readers()
        self._sampled: Mapping[str, Mapping[str, frozenset[str]]] = {}  # by reader: what may starve
        self._panics = 0
        self._panics_heard = 0
        self._panics_answered = 0
        self._arrived = False  # an instrument that has not been told what to play
        self.on_message: Callable[[int, inbox.Noted], object] | None = None
        """Told of all that is taken over, and of the sample before which it was."""

    def install(self, name: str, info: ModelInfo, voice: Player) -> None:
        """Let `voice` play the instrument `name` from the next block on; one that it replaces fades out."""
        slot = Slot(name, info, voice, self.sample_rate, self._cost, self.inputs)
        self._inbox.append(inbox.Install(slot, info.digest, voice))

    def seat(self, name: str, voices: Sequence[Player], digest: str = "") -> None:
        """Let these voices, too, be played by the keys of an instrument that is installed.

        They are of the model with this digest, or of what it plays.
        """
        self._inbox.append(inbox.Seat(name, digest, voices))

    def key(self, name: str, event: KeyEvent) -> None:
        """A key of a device that plays an instrument."""
        self._inbox.append(inbox.Key(name, event))

    def engage(self, name: str, info: ModelInfo, voices: Sequence[Player]) -> None:
        """Let an instrument that is installed be able to go over to another model, or have more voices of it.

        It does so as the state says, once it says so; what it has left is kept.
        """
        self._inbox.append(inbox.Engage(name, Part(info, voices, self._cost), tuple(voices)))

    def dismiss(self, name: str, digest: str) -> None:
        """Let an instrument forget a model that it does not play."""
        self._inbox.append(inbox.Dismiss(name, digest))

    def rewrite(self, name: str, digest: str, info: ModelInfo) -> None:
        """Let an instrument know a model as `info`: its file was written anew, and sounds the same."""
        self._inbox.append(inbox.Rewrite(name, digest, info))

    def furnish(self, room: Room) -> None:
        """Let the reverb be able to go over to a model that is ready; it does once the state says so."""
        self._inbox.append(inbox.Furnish(room))

    def take(self, state: State) -> None:
        """Play `state` from the next block on; after a panic, once the gate is closed."""
        silent = all(is_silent(i.sources[LEVEL].signal, 0.0, np.inf) for i in state.instruments.values())
        self._listen(state)
        self._inbox.append(inbox.Take(state, self._panics if silent else None))

    def panic(self) -> None:
        """Silence within 5 ms, until a state has been given in which nothing plays."""
        self._panics += 1

    def render(
        self,
        out: npt.NDArray[np.float32],
        heard: npt.NDArray[np.float32] | None = None,
        phones: npt.NDArray[np.float32] | None = None,
    ) -> None:
        """Fill `out` [n, 2] with the next n samples, and `phones` [n, 2], if there are any, with theirs.

        `heard` [n, 2] is the input meanwhile, None silence.
        """
        done = 0
        while done < len(out):
            self._receive()
            count = min(len(out) - done, CHUNK - self.position % CHUNK, self._gate.closing_samples or CHUNK)
            piece = slice(done, done + count)
            self._render(
                out[piece],
                None if heard is None else heard[piece],
                None if phones is None else phones[piece],
            )
            done += count
        if self._cost is not None and self._state is not None:
            dearest = self._cost.rendered(done)
            if dearest is not None:
                self._hold(*dearest, self._state.tempo.beat(self.position))

    def _hold(self, source: Costly, reason: str, beat: float) -> None:
        """Let a source stay at its last value, and note which it was."""
        source.hold(reason, beat)
        for slot in (*self.slots.values(), *self._leaving):
            for digest, part in slot.parts.items():
                parameter = part.sources.name_of(source)
                if parameter:
                    self._note(inbox.Hold(slot.name, digest, parameter, reason, beat))
        if parameter := self.reverb.name_of(source):
            self._note(inbox.Hold(VERB, "", parameter, reason, beat))

    def lose(self, position: int) -> None:
        """Go on at a later sample: what was to come before it could not be rendered."""
        self._note(inbox.Lost(position - self.position))
        self.position = position
        for slot in (*self.slots.values(), *self._leaving):
            slot.keys.reset(position)

    def held(self) -> dict[str, dict[str, str]]:
        """Instruments with parameters that are held, and why."""
        found = {name: held for name, slot in list(self.slots.items()) if (held := self._held(slot))}
        return {**found, VERB: held} if (held := self.reverb.held) else found

    def held_values(self) -> dict[tuple[str, str], float]:
        """What is held, by instrument and parameter, and at what: `Conductor.held`."""
        return {
            (name, parameter): value
            for name, slot in list(self.slots.items())
            for parameter, value in slot.sources.held_values().items()
        } | {(VERB, parameter): value for parameter, value in self.reverb.held_values.items()}

    def _held(self, slot: Slot) -> dict[str, str]:
        held = slot.sources.held()
        sampled = self._sampled.get(slot.name)
        starving = self.inputs.starving() if sampled else None
        if not sampled or not starving:
            return held
        starved = {parameter: "fn starved" for parameter, names in sampled.items() if names & starving}
        return {**starved, **held}

    def _listen(self, state: State) -> None:
        """Find who reads live inputs, and have an encoder for each model whose `mic.z` is read."""
        reads = self._readers.find(state)
        self._sampled = {
            name: {p: names for p, names in of.items() if any(n.startswith(SAMPLED) for n in names)}
            for name, of in reads.items()
        }
        places = {n for of in reads.values() for names in of.values() for n in names if n.startswith(PLACE)}
        ears = self._microphone.ears
        if places != set(ears):
            made = {name: ears.get(name) or self._ear(state, name) for name in sorted(places)}
            self._microphone.ears = {name: ear for name, ear in made.items() if ear is not None}

    def _ear(self, state: State, name: str) -> Ear | None:
        """An encoder for what is read as `name`, where an instrument is there that plays its model."""
        digest = name.removeprefix(PLACE + "/")
        playing = {
            n for n, instrument in state.instruments.items() if instrument.info.digest.startswith(digest)
        }
        arriving = [each.slot for each in self._inbox.copy() if isinstance(each, inbox.Install)]
        for slot in (*list(self.slots.values()), *arriving):
            if slot.name in playing and isinstance(slot.voice, Voice):
                return Ear(slot.info, StreamingEncoder(slot.voice.model, self.sample_rate))
        return None

    def _receive(self) -> None:
        """Take over what other threads left."""
        panics = self._panics
        if panics != self._panics_heard:
            self._gate.open = False
            self.phones.end()
            self._panics_heard = panics
            self._note(inbox.Panic())
        if self._gate.closing_samples:
            return  # what plays fades out before anything changes
        self._arrived = False
        messages = [self._inbox.popleft() for _ in range(len(self._inbox))]
        seats = [
            each for each in messages if isinstance(each, inbox.Seat)
        ]  # once a state says that they play
        last = next((each for each in reversed(messages) if isinstance(each, inbox.Take)), None)
        for message in messages:
            if isinstance(message, inbox.Take) and message is not last:
                self._skip(message)
            elif not isinstance(message, inbox.Seat):
                self._take_over(message)
        if self._arrived and self._state is not None:
            self._take(self._state)
        for seat in seats:
            self._take_over(seat)
        if self._gate.closed and self._panics_answered == panics:
            self._reopen()
        for order in self.playback.receive(self.position):
            self._note(order)

    def _heard(self, name: str, beat: float, values: Values) -> None:
        """The microphone has heard something."""
        if self.inputs.write(name, beat, values):
            self._note(inbox.Write(name, beat, values))

    def _reopen(self) -> None:
        """After a panic: what sounds next rises from silence."""
        self._dc.reset()
        self.limiter.reset()
        self.reverb.cut()
        self.playback.cut()
        for slot in (*self.slots.values(), *self._leaving):
            slot.cut()
        self._gate.open = True

    def _skip(self, passed: inbox.Take) -> None:
        """A state after which another came before it was heard: nothing plays it."""
        if passed.answers is not None:
            self._panics_answered = passed.answers
        self._note(passed)

    def _take_over(self, message: inbox.Message) -> None:
        match message:
            case inbox.Write():
                message.into(self.inputs)
            case inbox.Take(state, answers):
                if answers is not None:
                    self._panics_answered = answers
                if self._state is None:  # what has arrived meanwhile was not rendered
                    for slot in self.slots.values():
                        slot.start(self.position)
                if state is not self._state or self._arrived:
                    self._state, self._arrived = state, False
                    self._take(state)
            case inbox.Install(slot, _, _):
                self._arrived = True
                old = self.slots.get(slot.name)
                if old is not None:
                    old.leaving = True
                    self._leaving.append(old)
                slot.start(self.position)
                self.slots[slot.name] = slot
            case inbox.Furnish(room):
                self.reverb.install(room)
            case _:
                told = self.slots.get(message.name)
                if told is not None:
                    self._tell(told, message)
        self._note(message)

    def _tell(self, slot: Slot, message: inbox.Message) -> None:
        match message:
            case inbox.Key(_, event):
                slot.keys.hear(event)
                self.phones.key(slot.name, event)
            case inbox.Engage(_, part, _):
                slot.engage(part)
            case inbox.Dismiss(_, digest):
                slot.dismiss(digest)
            case inbox.Rewrite(_, digest, info):
                slot.rewrite(digest, info)
            case inbox.Seat(_, digest, voices):
                slot.seat(digest, voices, self.position)

    def _note(self, message: inbox.Noted) -> None:
        if self.on_message is not None:
            self.on_message(self.position, message)

    def _take(self, state: State) -> None:
        self.reverb.take(state)
        for name, slot in list(self.slots.items()):
            instrument = state.instruments.get(name)
            if instrument is not None:
                slot.take(instrument)
                slot.take_keys(state, self.position)
            elif not slot.expected:
                slot.leaving = True
                self._leaving.append(self.slots.pop(name))
        for slot in self._leaving:
            if slot.name in state.instruments:
                slot.take(state.instruments[slot.name])
        self._last.wanted.clear()  # circles that are still there are found again
        self._settle(state)

    def _settle(self, state: State) -> None:
        """Let slots sleep or wake for the rest of the chunk."""
        low = state.tempo.beat(self.position)
        high = state.tempo.beat(self.position - self.position % CHUNK + CHUNK - 1)
        for slot in self.slots.values():
            slot.go(self.position, state.tempo)
            slot.settle(self.position, low, high)

    def _render(
        self,
        out: npt.NDArray[np.float32],
        heard: npt.NDArray[np.float32] | None,
        phones: npt.NDArray[np.float32] | None,
    ) -> None:
        """One block that does not cross a chunk's border."""
        out[:] = 0.0
        if self.capture is not None:
            self.capture.begin(self.position, len(out))
        state = self._state
        if phones is not None:
            phones[:] = 0.0
        if state is not None:
            if not self._deaf:
                self._microphone.hear(heard, len(out), self.position, state.tempo)
            if self.position % CHUNK == 0:
                self._settle(state)
            block = Block(state, self.position, len(out), self._last, self.inputs)
            capture = self.capture
            for slot in self.slots.values():
                slot.add(block, out, None if capture is None else capture.stem(slot.name, slot.voicing))
                self._troubles.look_at(slot, self._held(slot), self.position)
            if self._leaving:
                for slot in self._leaving:
                    slot.add(block, out, None if capture is None else capture.stem(slot.name))
                self._leaving = [slot for slot in self._leaving if not slot.gone]
            if phones is not None:
                self.phones.render(block, state, phones)
            sounds = self.reverb.sounds
            self.reverb.add(block, out, None if capture is None or not sounds else capture.stem(VERB))
            if self._last.wanted:
                self._last.keep(block.end())
        if self.playback.sounding:
            stem = None if self.capture is None else self.capture.stem(TRACK)
            self.playback.add(self.position, out, None if stem is None else stem.sound)
        if self.capture is not None:
            self.capture.end()
        self._dc.process(out)
        self.limiter.process(out)
        self._gate.process(out)
        self.meter.update(out)
        self.position += len(out)


def warm() -> None:
    """Compile every kernel of the mix, or load it from the disk, before the first sound is due."""
    signals_warm.warm()
    block, mono, one = np.zeros((8, 2), np.float32), np.zeros(8, np.float32), np.ones(1)
    envelope.warm()
    ramps.warm()
    parts.warm()
    reverb.warm()
    NanGuard(44100).process(mono)
    add_voice(mono, mono, one, one, one, np.zeros((2, 3)), 0.5, 0.5, 0.0, 0.5, block, NO_STEM)
    mix_down(block, mono)
    DcGuard(44100).process(block)
    Limiter(44100).process(block)
    gate = Gate(44100)
    gate.open = False
    gate.process(block)
    Meter(44100).update(block)
