"""The conductor: owns the state, applies transactions to it, and undoes them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.apply import apply
from plaud_live.control.keys import PlayNote, Spare, spared
from plaud_live.control.launching import Held, Launch, Moment, glide, go
from plaud_live.control.links import reach
from plaud_live.control.maps import Rest
from plaud_live.control.parameters import LEVEL, ModelInfo, ReverbInfo
from plaud_live.control.state import InstrumentState, Source, State
from plaud_live.control.swapping import auditioned, cross, without_ended
from plaud_live.control.transaction import LOOP, Change, Follow, Hush, Offer, Reverb, Transaction
from plaud_live.errors import TransactionError
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.transitions import settle, target

UNDO_STEPS = 200
MERGE_SECONDS = 1.0
TRIES = 4
KEPT = ("quant", "scenes", "maps", "knobs", "outputs", "clocks", "leader", "keys", "heard")
"""What of a state undo puts back as it was, at once."""


@dataclass(frozen=True)
class Outcome:
    """What a transaction did: the beat at which it launches, and one line for the performer ('' for none).

    `sample` is the engine sample that was now.
    """

    beat: float
    message: str = ""
    sample: int = 0


@dataclass(frozen=True)
class _Step:
    """What a state was before a change: models with those that were left before, sources, tempo, anchors,

    and what is kept of it by name."""

    models: Mapping[str, tuple[ModelInfo, tuple[ModelInfo, ...]]]
    sources: Mapping[tuple[str, str], Source]
    bpm: float
    anchors: Mapping[str, Mapping[str, tuple[float, ...]]]
    kept: Mapping[str, Any]
    text: str
    reverb: ReverbInfo | None = None
    audition: bool = False
    """After it all will be as before by itself: it can be undone for as long as it goes on."""

    def settled(self, changes: Mapping[tuple[str, str], tuple[Signal, Source]]) -> "_Step":
        """The step, with the settled source where it has the one before: what is unchanged stays so."""
        same = {
            key: after
            for key, (before, after) in changes.items()
            if key in self.sources and self.sources[key].signal is before
        }
        return replace(self, sources={**self.sources, **same}) if same else self


class Conductor:
    """Holds the one state. Not thread-safe: the control thread alone calls it.

    `load_info` reads what control needs of a model and raises a PlaudError if it cannot.
    `sample_rate` in Hz. Times are engine samples. On any error nothing has changed.
    `held` gives the values at which the engine holds sources that fail: what replaces one leaves from there.
    `soonest` gives the first sample that a state still reaches which is handed over at this moment.
    """

    def __init__(self, sample_rate: int, load_info: Callable[[str], ModelInfo]) -> None:
        self.state = State(TempoMap(sample_rate))
        self.held: Callable[[], Held] = dict
        self.soonest: Callable[[], int] = int
        self._load_info = load_info
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._merge = ("", 0)

    @property
    def undo_depth(self) -> int:
        """How many steps can be undone."""
        return len(self._undo)

    def submit(self, transaction: Transaction, now_sample: int) -> Outcome:
        """Apply a transaction. Raises a PlaudError and changes nothing if any part of it is refused."""
        before = self.state
        launch, now_sample = self._in_time(
            lambda now: apply(before, transaction, now, self._load_info, self.held()), now_sample
        )
        if launch.state is before:
            return Outcome(launch.beat, launch.message, now_sample)
        if all(_is_no_step(change) for change in transaction.changes):
            for change in transaction.changes:
                if isinstance(change, Spare):
                    self._spare(change)
            if launch.state.tempo is not before.tempo:
                self._leave_tempo(launch.state.tempo.bpm)
            self._commit(launch.state)
        else:
            merge_key, merge_sample = self._merge
            merged = bool(transaction.merge) and transaction.merge == merge_key and bool(self._undo)
            by_loop = transaction.by == LOOP  # it is nobody's step: all in a row are one, and redo stays
            recent = by_loop or now_sample - merge_sample < MERGE_SECONDS * before.tempo.sample_rate
            if launch.undoable and not (merged and recent):
                self._push(before, transaction.text, launch.audition)
            if not by_loop:
                self._redo.clear()
            self._merge = (transaction.merge, now_sample)
            self._commit(launch.state)
        return Outcome(launch.beat, launch.message, now_sample)

    def undo(self, now_sample: int) -> Outcome:
        """Go back one step, launched like anything else. Raises TransactionError where there is none."""
        while self._undo and self._undo[-1].audition and not self._hears(now_sample):
            self._undo.pop()
        return self._travel(self._undo, self._redo, now_sample, "undo")

    def redo(self, now_sample: int) -> Outcome:
        """Go forward one step that was undone. Raises TransactionError where there is none."""
        return self._travel(self._redo, self._undo, now_sample, "redo")

    def panic(self, now_sample: int) -> Outcome:
        """Silence: every instrument's envelope is at 0 from now on, without a fade; undo brings it back.

        Notes end for good: who was to end them may be gone.
        """
        silent = Source(Constant(0.0), "panic")
        sounding = [n for n, i in self.state.instruments.items() if not _is_off(i.sources[LEVEL].signal)]
        if sounding:  # else pressed twice: one undo is to be enough
            self._push(self.state, "panic")
            self._redo.clear()
            state = self.state.with_sources({(name, LEVEL): silent for name in sounding})
            self._commit(state.changed(notes=()))
        beat = self.state.tempo.beat(now_sample)
        if heard := {n: i for n, i in self.state.instruments.items() if auditioned(i, beat)}:
            ended = {name: replace(each, passages=()) for name, each in heard.items()}
            self._commit(self.state.changed(instruments={**self.state.instruments, **ended}))
        self._merge = ("", 0)
        return Outcome(self.state.tempo.beat(now_sample), "panic: silent", now_sample)

    def hush(self, now_sample: int, over: float | None = None) -> Outcome:
        """Fade everything out over `over` beats."""
        return self.submit(Transaction((Hush(over),), text="hush"), now_sample)

    def settle(self, now_sample: int) -> bool:
        """Drop transitions that have ended, for late readers too; the sound stays as it is.

        True if the state is another one.
        """
        beat = self.state.tempo.beat(now_sample)
        read_back = reach(self.state)
        changes: dict[tuple[str, str], tuple[Signal, Source]] = {}
        for key, source in self.state.sources():
            settled = settle(source.signal, beat - read_back.get(key, 0.0))
            if settled is not source.signal:
                changes[key] = source.signal, Source(settled, source.text)
        before = self.state
        if changes:
            self.state = self.state.with_sources({key: after for key, (_, after) in changes.items()})
            for steps in (self._undo, self._redo):
                steps[:] = [step.settled(changes) for step in steps]
        instruments = {name: without_ended(each, beat) for name, each in self.state.instruments.items()}
        if any(each is not self.state.instruments[name] for name, each in instruments.items()):
            self.state = self.state.changed(instruments=instruments)
        return self.state is not before

    def coming(self, word: str, now_sample: int) -> Mapping[str, ModelInfo]:
        """The models that `undo` or `redo` would bring back, by instrument."""
        steps = self._redo if word == "redo" else self._undo
        if not self._hears(now_sample):
            steps = [step for step in steps if not step.audition]
        return {
            name: info
            for name, (info, _) in (steps[-1].models.items() if steps else ())
            if name in self.state.instruments and self.state.instruments[name].info.digest != info.digest
        }

    def rewritten(self, was: Collection[str], info: ModelInfo) -> bool:
        """A model file was written anew, the same voice: whoever plays or played it knows it as `info` now.

        `was` are digests that it had. True if the state is another one.
        """

        def now(known: ModelInfo) -> ModelInfo:
            same = known.path == info.path and known.digest in was
            return replace(info, lineage=known.lineage) if same else known

        instruments = {name: _with_models(each, now) for name, each in self.state.instruments.items()}
        for steps in (self._undo, self._redo):
            for i, step in enumerate(steps):
                models = {n: (now(one), tuple(map(now, past))) for n, (one, past) in step.models.items()}
                steps[i] = replace(step, models=models)
        if all(each is self.state.instruments[name] for name, each in instruments.items()):
            return False
        self.state = self.state.changed(instruments=instruments, revision=self.state.revision + 1)
        return True

    def to_data(self) -> dict[str, Any]:
        """The state as JSON."""
        return self.state.to_data()

    def restore(self, data: Mapping[str, Any]) -> None:
        """Take over a state that another conductor gave out; what could be undone is forgotten."""
        self.state = State.from_data(data)
        self._undo.clear()
        self._redo.clear()

    def _push(self, state: State, text: str, audition: bool = False) -> None:
        self._undo.append(_snapshot(state, text, audition))
        del self._undo[:-UNDO_STEPS]

    def _hears(self, now_sample: int) -> bool:
        """Whether an audition goes on."""
        beat = self.state.tempo.beat(now_sample)
        return any(auditioned(each, beat) for each in self.state.instruments.values())

    def _leave_tempo(self, bpm: float) -> None:
        """Undo and redo keep to a clock outside, once there is one."""
        for steps in (self._undo, self._redo):
            steps[:] = [replace(step, bpm=bpm) for step in steps]

    def _spare(self, change: Spare) -> None:
        """Undo and redo bring no voices back for which there was no time."""
        for steps in (self._undo, self._redo):
            steps[:] = [
                replace(step, kept={**step.kept, "keys": spared(step.kept["keys"], change)}) for step in steps
            ]

    def _commit(self, state: State) -> None:
        self.state = state.changed(revision=self.state.revision + 1)

    def _travel(self, take: list[_Step], give: list[_Step], now_sample: int, word: str) -> Outcome:
        if not take:
            raise TransactionError(f"nothing to {word}")
        step = take.pop()
        current = _snapshot(self.state, step.text)
        launch, now_sample = self._in_time(
            lambda now: _launch_step(self.state, step, now, self.held()), now_sample
        )
        if not step.audition:
            give.append(current)
        self._merge = ("", 0)
        self._commit(launch.state)
        return Outcome(launch.beat, f"{word}: {step.text}" if step.text else word, now_sample)

    def _in_time(self, make: Callable[[int], Launch], now: int) -> tuple[Launch, int]:
        """A launch that is computed before its first beat is rendered, and the sample that was now for it.

        Computing takes longer than a block at times, and a launch that has begun already would jump.
        """
        launch = make(now)
        for again in range(TRIES - 1):
            soonest = self.soonest()
            first = launch.beat if launch.first is None else launch.first
            changes = launch.undoable and launch.state is not self.state
            if not changes or self.state.tempo.sample(first) > soonest - 1:
                break
            now = soonest + again * max(0, soonest - now)  # the second time, it may take as long again
            launch = make(now)
        return launch, now


def _snapshot(state: State, text: str, audition: bool = False) -> _Step:
    kept = {name: getattr(state, name) for name in KEPT}
    models = {name: (each.info, each.past) for name, each in state.instruments.items()}
    reverb = None if state.reverb is None else state.reverb.info
    return _Step(models, dict(state.sources()), state.tempo.bpm, state.anchors, kept, text, reverb, audition)


def _is_no_step(change: Change) -> bool:
    """Whether a change is nobody's step: there is nothing to undo."""
    fitting = isinstance(change, Reverb) and change.on_the_way
    return fitting or isinstance(change, Follow | Rest | PlayNote | Spare | Offer)


def _with_models(instrument: InstrumentState, now: Callable[[ModelInfo], ModelInfo]) -> InstrumentState:
    """The instrument with other knowledge of its models: the same object where that has not changed."""
    passages = tuple(replace(each, before=now(each.before)) for each in instrument.passages)
    changed = replace(
        instrument,
        info=now(instrument.info),
        passages=passages,
        past=tuple(map(now, instrument.past)),
    )
    return instrument if changed == instrument else changed


def _is_off(level: Signal) -> bool:
    return isinstance(level, Constant) and level.number <= 0.0


def _launch_step(state: State, step: _Step, now_sample: int, held: Held) -> Launch:
    moment = Moment(state.tempo.beat(now_sample), None, held, reach(state))
    beat = moment.launch_beat(state)
    crossed = state
    for name, (info, past) in step.models.items():
        if name in state.instruments:
            if step.audition or state.instruments[name].info.digest != info.digest:
                crossed = cross(crossed, name, info, beat, glide(state, beat), moment.now)
            instrument = replace(crossed.instruments[name], past=past)
            crossed = crossed.changed(instruments={**crossed.instruments, name: instrument})
    wanted = {
        key: Source(target(step.sources[key].signal), step.sources[key].text)
        for key, source in crossed.sources()
        if key in step.sources and source.signal is not step.sources[key].signal
    }
    launched = go(crossed, wanted, moment, beat)
    if step.reverb is not None and launched.reverb is not None and step.reverb != launched.reverb.info:
        reverb = replace(launched.reverb, info=step.reverb, start=beat)
        launched = launched.changed(reverb=reverb)
    tempo = state.tempo if step.bpm == state.tempo.bpm else state.tempo.changed(step.bpm, beat)
    anchors = dict(step.anchors)
    for each in state.instruments.values():  # also of those that were loaded since
        anchors[each.info.lineage] = {**each.info.anchors, **anchors.get(each.info.lineage, {})}
    notes = tuple(note for note in state.notes if note.instrument in step.kept["keys"])
    changed = launched.changed(tempo=tempo, anchors=anchors, notes=notes, **step.kept)
    return Launch(changed, beat, "")
