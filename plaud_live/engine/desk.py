"""The desk: where prompts and OSC are served. It owns the state, gives it to the renderer, tells of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plaud_live.control.conductor import Conductor, Outcome
from plaud_live.control.launching import GLIDE_SECONDS, Held
from plaud_live.control.parameters import VERB, ModelInfo, ReverbInfo
from plaud_live.control.state import State
from plaud_live.control.state_json import StateText
from plaud_live.control.transaction import Hush, Load, Reverb, Swap, Transaction
from plaud_live.engine import shown
from plaud_live.engine.anchors import Saved
from plaud_live.engine.casting import Cast
from plaud_live.engine.controllers import OSC, Controllers
from plaud_live.engine.inputs import Inputs
from plaud_live.engine.lateness import Lateness
from plaud_live.engine.link import Channel, Message, Server, encode
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.pushing import Pushing
from plaud_live.engine.render import Renderer
from plaud_live.engine.rendering import RenderLoop
from plaud_live.engine.requests import Entry
from plaud_live.engine.ring import Ring
from plaud_live.engine.sample_clock import SampleClock
from plaud_live.engine.taken import Taken
from plaud_live.engine.taking import Taking
from plaud_live.engine.training import Training
from plaud_live.errors import TransactionError

SETTLE_SECONDS = 0.25
MOST_LOAD = 0.8
"""Share of real time that all may take while two models sound: what is left is for bad moments."""

MOST_KEPT = 6
"""Models of an instrument that are ready to be gone back to at once."""


class Desk:
    """Belongs to the control thread. `server` is None until prompts can connect.

    `device` is shown to the performer; `pid` too.
    """

    def __init__(
        self,
        conductor: Conductor,
        renderer: Renderer,
        loop: RenderLoop,
        ring: Ring,
        channel: Channel,
        device: str,
        pid: int,
    ) -> None:
        self.device = device
        self.server: Server | None = None
        self.notes: list[str] = []
        self.extras: dict[str, Callable[[], Any]] = {}
        """What parts of the engine add to the snapshot, under names of their own."""
        self.on_state: list[Callable[[], None]] = []
        """Called when another state has been handed over."""
        self.on_event: list[Callable[[str, str, str], None]] = []
        """Called with what was launched or went wrong: its kind, the OSC address where it fails, a line."""
        self.times = SampleClock(ring, renderer.limiter.latency)
        self._conductor, self._renderer, self._loop = conductor, renderer, loop
        self._ring, self._channel, self._pid = ring, channel, pid
        self.taken = Taken(renderer, channel.send)
        conductor.held = self._held
        conductor.soonest = loop.next_sample
        self.midi = MidiHub(lambda name, value: self.hear(name, (value,)), self.tell)
        self.fetch: Callable[[list[tuple[str, ModelInfo]]], None] = lambda wishes: None
        """Called for models that an undo lacks: `engage` is to be given voices of them."""
        self._ready: dict[str, dict[str, float]] = {}
        """By instrument and digest: how much of the time a voice takes."""
        self._lateness = Lateness()
        self._published = -1
        self._told: tuple[State | None, bytes] = (None, b"")
        self._text = StateText()
        self._settled = 0
        self.controls = Controllers(self, self.midi)
        self.taking: Taking | None = None
        """Who makes takes, once there is somebody."""
        self.training: Training | None = None
        self.pushing: Pushing | None = None

    @property
    def state(self) -> State:
        """What is playing."""
        return self._conductor.state

    @property
    def beat(self) -> float:
        """The beat that is rendered next."""
        return self.state.tempo.beat(self._renderer.position)

    @property
    def next_sample(self) -> int:
        """The first sample on which a state that is handed over soon has a say."""
        return self._loop.next_sample()

    def give_way(self) -> None:
        """Let a block that is being rendered be finished before anything else is done."""
        self._loop.give_way()

    @property
    def latency_seconds(self) -> float:
        """From rendering a sample to hearing it, with a full ring."""
        samples = self._ring.capacity + self._renderer.limiter.latency
        return samples / self._renderer.sample_rate + self._ring.latency_seconds

    @property
    def inputs(self) -> Inputs:
        """What is live."""
        return self._renderer.control_inputs

    def hear(self, name: str, values: Sequence[float], beat: float | None = None) -> None:
        """Something has arrived for a live input; it counts from the next block on, or from `beat` on."""
        start = self.state.tempo.beat(self._loop.next_sample()) if beat is None else beat
        self.inputs.write(name, start, values)
        if name.startswith(OSC):
            self.controls.hear_osc(name, values)

    def restore(self, state: Mapping[str, Any], cast: Sequence[Cast]) -> None:
        """Go on with the state of an engine that is gone."""
        self._conductor.restore(state)
        self._settle(self._loop.next_sample())  # of swaps that have ended one model plays on
        self._hand_over(cast)
        self._published = self.state.revision

    def _settle(self, now: int) -> bool:
        """Drop what has ended at a sample. True if the state is another one: that is recorded."""
        changed = self._conductor.settle(now)
        if changed:
            self.taken.settled(self.state.revision, now)
        return changed

    def _held(self) -> Held:
        """What is held; the launch that asks is recorded with it."""
        held = self._renderer.held_values()
        self.taken.held(self.state.revision + 1, held)
        return held

    def submit(self, transaction: Transaction, cast: Sequence[Cast] = ()) -> Outcome:
        """Launch changes. `cast` has voices for every model that they load or go over to.

        Raises a PlaudError, and changes nothing, if they are refused.
        """
        self._afford(transaction, cast)
        now = self._loop.next_sample()
        before = self.state
        outcome = self._conductor.submit(transaction, now)
        self._lateness.note(before.tempo, transaction.beat, outcome.sample)
        if self.state is not before:
            self._hand_over(cast)
            self._commit("submit", transaction.text, transaction.by, outcome, transaction.to_data())
        for change in transaction.changes:
            if isinstance(change, Hush):
                self.controls.learning.disarm()
                self._hush_takes(outcome.sample, change.over)
                self._renderer.phones.end()
        return outcome

    def undo(self, by: str = "osc", cast: Sequence[Cast] = ()) -> Outcome:
        """Take back the last step. Raises TransactionError if there is none."""
        self.engage(cast)
        self._seek("undo", cast)
        return self._travel("undo", self._conductor.undo, by)

    def redo(self, by: str = "osc", cast: Sequence[Cast] = ()) -> Outcome:
        """Do again what was taken back. Raises TransactionError if there is nothing."""
        self.engage(cast)
        self._seek("redo", cast)
        return self._travel("redo", self._conductor.redo, by)

    def coming(self, word: str) -> list[tuple[str, ModelInfo]]:
        """The models that `undo` or `redo` would go to and for which voices are lacking, by instrument."""
        models = self._conductor.coming(word, self._loop.next_sample())
        return [(name, info) for name, info in models.items() if self.lacking(name, info.digest)]

    def lacking(self, name: str, digest: str) -> int:
        """How many voices an instrument lacks of a model, before it can go over to it."""
        slot, keys = self._renderer.slots.get(name), self.state.keys.get(name)
        if slot is None:
            return 1
        wanted = max(1, slot.keys.voices, keys.voices if keys is not None and keys.gated else 1)
        return max(0, wanted - slot.voices_of(digest))

    def engage(self, cast: Sequence[Cast]) -> None:
        """Have these voices ready; of models that were left long ago, they go."""
        for ready in cast:
            kept = self._ready.setdefault(ready.name, {})
            info, voices = ready.info, ready.voices
            if not kept:
                self._renderer.install(ready.name, info, voices[0])
                voices = voices[1:]
            if voices:
                self._renderer.engage(ready.name, info, voices)
            share = kept.pop(info.digest, 0.0)
            kept[info.digest] = ready.share or share
            instrument = self.state.instruments.get(ready.name)
            needed = {each.digest for each in instrument.models} if instrument is not None else set()
            for digest in [each for each in kept if each not in needed | {info.digest}][: -MOST_KEPT + 1]:
                self._renderer.dismiss(ready.name, digest)
                del kept[digest]

    def panic(self, by: str = "osc") -> Outcome:
        """Silence at once: the renderer closes its gate before the state says so."""
        self._renderer.panic()
        self.controls.learning.disarm()
        return self._travel("panic", self._conductor.panic, by)

    def enter(self, entry: Entry) -> tuple[float, int]:
        """Record an accepted entry and tell the prompts of it. Returns the beat and the sample of now."""
        now = self._loop.next_sample()
        beat = self.state.tempo.beat(now)
        self._commit("entry", entry.text, entry.by, Outcome(beat, sample=now), entry.extras())
        if self.server is not None:
            self.server.broadcast("entry", text=entry.text, beat=beat, by=entry.by, file=entry.file)
        return beat, now

    def begin(self, reverb: ReverbInfo) -> None:
        """A fresh start: this reverb hears the mix."""
        change = Reverb(reverb.name, 0.0, reverb, on_the_way=True)
        self.submit(Transaction((change,), "", "engine"))

    def adopt(self, saved: Saved) -> None:
        """A model file was written anew: whoever plays it goes on with what it is now."""
        if not self._conductor.rewritten(saved.was, saved.info):
            return
        data = {"was": sorted(saved.was), "info": saved.info.to_data()}
        self._record("rewritten", saved.message, "engine", Outcome(self.beat, sample=self.next_sample), data)
        for name, kept in self._ready.items():
            for digest in saved.was & kept.keys():
                kept[saved.info.digest] = kept.pop(digest)
                self._renderer.rewrite(name, digest, saved.info)
        self._renderer.take(self.state)

    def learn(self, address: str) -> str:
        """Have the next control that moves move this parameter. Raises a PlaudError if there is none."""
        return self.controls.learn(address)

    def tell(self, line: str) -> None:
        """Show a line to the performer, and to the log."""
        self._channel.send({"event": "message", "text": line})
        if self.server is not None:
            self.server.broadcast("message", text=line)

    def remark(self, text: str, by: str) -> None:
        """Write a line into the log."""
        now = self._loop.next_sample()
        self._commit("remark", text, by, Outcome(self.state.tempo.beat(now), sample=now), None)

    def leave(self) -> None:
        """Ask the supervisor to end the session."""
        self._channel.send({"event": "leave"})

    def missing(self, transaction: Transaction) -> list[Load]:
        """What a transaction loads that is not playing yet."""
        loads = (change for change in transaction.changes if isinstance(change, Load))
        return [load for load in loads if load.instrument not in self.state.instruments]

    def publish(self) -> None:
        """Give the state to prompts and supervisor, if it is a new one."""
        if self.state.revision == self._published:
            return
        self._published = self.state.revision
        line = encode({"event": "state"}, self._encoded())
        self._channel.send_line(line)
        if self.server is not None:
            self.server.broadcast_line(line)

    def tidy(self) -> None:
        """To be called a few times a second: say what went wrong, drop transitions that have ended."""
        self.taken.flush()
        while self._renderer.events:
            event = self._renderer.events.popleft()
            self.tell(event.line)
            self._happened(event.kind, event.address, event.line)
        now = self._renderer.position
        if now - self._settled >= SETTLE_SECONDS * self._renderer.sample_rate:
            self._settled = now
            if self._settle(now):
                self._renderer.take(self.state)

    def status(self) -> dict[str, Any]:
        """What the engine shows of itself; peak and rms are linear, z is in playable units."""
        renderer, ring, loop = self._renderer, self._ring, self._loop
        rate = renderer.sample_rate
        beat, held = self.beat, renderer.held()
        return {
            "beat": round(beat, 4),
            "bpm": self.state.tempo.bpm_at(beat),
            "position": renderer.position,
            "sample_rate": rate,
            "cpu_avg": round(loop.load, 4),
            "cpu_peak": round(loop.peak, 4),
            "xruns": ring.get("xruns") + ring.get("underruns"),
            "late": loop.late,
            "launches": self._lateness.to_data(),
            "latency_ms": round(1000.0 * self.latency_seconds, 2),
            "device": self.device,
            "pid": self._pid,
            "peak": round(renderer.meter.peak, 5),
            "rms": round(renderer.meter.rms, 5),
            "instruments": shown.instruments(self.state, renderer, beat, held),
            "verb": shown.reverb(renderer.reverb, held.get(VERB, ())),
            "inputs": self.inputs.shown(),
            **{name: show() for name, show in self.extras.items()},
        }

    def answer(self, outcome: Outcome) -> Message:
        """What a prompt is answered."""
        told = {"beat": outcome.beat, "message": outcome.message, "sample": outcome.sample}
        return {**told, "state": self._encoded()}

    def _encoded(self) -> bytes:
        """The state as JSON, made once for all who are told of it."""
        state = self.state
        if self._told[0] is not state:
            self._told = state, self._text.encode(state)
        return self._told[1]

    def _hush_takes(self, sample: int, over: float | None) -> None:
        """Let the takes go that are heard, as the instruments do."""
        tempo = self.state.tempo
        fade = GLIDE_SECONDS * tempo.sample_rate
        if over is not None:
            fade = tempo.sample(tempo.beat(sample) + over) - sample
        self._renderer.playback.stop(None, sample, round(fade))

    def _travel(self, kind: str, step: Any, by: str) -> Outcome:
        outcome: Outcome = step(self._loop.next_sample())
        self._hand_over(())
        self._commit(kind, outcome.message, by, outcome, None)
        return outcome

    def _hand_over(self, cast: Sequence[Cast]) -> None:
        """Play the state, with voices for those of its models that are not ready yet."""
        wanted = {
            (name, info.digest) for name, each in self.state.instruments.items() for info in each.models
        }
        self.engage([each for each in cast if (each.name, each.info.digest) in wanted and self._is_new(each)])
        self._renderer.take(self.state)
        for each in self.on_state:
            each()

    def _is_new(self, cast: Cast) -> bool:
        return cast.info.digest not in self._ready.get(cast.name, {}) or bool(
            self.lacking(cast.name, cast.info.digest)
        )

    def _seek(self, word: str, cast: Sequence[Cast]) -> None:
        """Raises TransactionError where a model is to be fetched before a step can be taken back."""
        given = {(each.name, each.info.digest) for each in cast}
        if wishes := [each for each in self.coming(word) if (each[0], each[1].digest) not in given]:
            self.fetch(wishes)
            names = ", ".join(info.name for _, info in wishes)
            raise TransactionError(f"{word}: {names} is being fetched from its file — once more in a moment")

    def _afford(self, transaction: Transaction, cast: Sequence[Cast]) -> None:
        """Raises TransactionError where there is no time for two models of an instrument at once."""
        load = self._loop.load
        measured = {(each.name, each.info.digest): each.share for each in cast}
        for change in transaction.changes:
            slot = self._renderer.slots.get(change.instrument) if isinstance(change, Swap) else None
            if not isinstance(change, Swap) or slot is None or slot.asleep or slot.plays(change.digest):
                continue
            known = self._ready.get(change.instrument, {}).get(change.digest, 0.0)
            share = (measured.get((change.instrument, change.digest)) or known) * slot.keys.voices
            if load + share > MOST_LOAD:
                word = "swap" if change.stay is None else "audition"
                raise TransactionError(
                    f"{change.instrument}.{word}: both at once would take {load + share:.0%} of the time"
                    f" ({load:.0%} now, {share:.0%} for the other), at most {MOST_LOAD:.0%} — fewer sines,"
                    f" harmonics or noise bands, a larger --block, or {change.instrument}.stop() before"
                )

    def _commit(self, kind: str, text: str, by: str, outcome: Outcome, data: Any) -> None:
        self._record(kind, text, by, outcome, data)
        self._happened(kind, "", text)

    def _record(self, kind: str, text: str, by: str, outcome: Outcome, data: Any) -> None:
        when = {"sample": outcome.sample, "beat": outcome.beat}
        self._channel.send({"event": "commit", "kind": kind, "by": by, "text": text, **when, "data": data})

    def _happened(self, kind: str, where: str, text: str) -> None:
        for hear in self.on_event:
            hear(kind, where, text)
