"""Launching: from what sounds to what is wanted, at a beat, without a jump."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from plaud_live.clock.tempo import next_multiple
from plaud_live.control.dry_run import try_signal
from plaud_live.control.history import thinned
from plaud_live.control.links import Parameters
from plaud_live.control.state import Source, State
from plaud_live.errors import SignalError
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Constant, Evaluation, Signal
from plaud_live.signals.space import Columns, Vector, set_column
from plaud_live.signals.transitions import To, Transition, arrival, begun_before, pending, target
from plaud_live.signals.traversal import rebuild, walk

GLIDE_SECONDS = 0.05
LATE_SECONDS = 0.03
MAX_PENDING = 3
MIDDLE = 0.5

Held = Mapping[tuple[str, str], float]
"""The value that a source which failed is held at, in its own unit, by instrument and parameter (`z0` …)."""


@dataclass(frozen=True)
class Launch:
    """A new state, the beat from which all of it differs from the old one, and a line for the performer.

    `first`: the beat from which some of it does; None: `beat`. `audition`: by itself all will be as before.
    """

    state: State
    beat: float
    message: str
    undoable: bool = True
    first: float | None = None
    audition: bool = False


@dataclass(frozen=True)
class Moment:
    """When and into what a transaction falls.

    `now` is the beat of now, `meant` the one that the transaction was meant for, if any; `reach` says how
    many beats back each source is still read. `tried`: a dry run of the same changes to the same state was
    good, so that they are not tried again.
    """

    now: float
    meant: float | None = None
    held: Held = field(default_factory=dict)
    reach: Parameters = field(default_factory=dict)
    tried: bool = False

    def check(self, state: State, label: str, size: int, signal: Signal, beat: float) -> None:
        """Try a signal as from `beat` on, unless it was tried. Raises SignalError."""
        if not self.tried:
            try_signal(state, label, size, signal, beat)

    @property
    def mark(self) -> float:
        """The beat that `now` means to who sent the transaction."""
        return self.now if self.meant is None else max(self.now, self.meant)

    def launch_beat(self, state: State, at: float | None = None) -> float:
        """The beat of a launch: the next multiple of `at`, or of the quant where `at` is None."""
        every = state.quant if at is None else at
        if self.meant is None:
            return next_multiple(self.now, every)
        beat = self.meant if at is None else next_multiple(self.meant, at)
        if beat >= self.now:
            return beat
        late = state.tempo.sample(self.now) - state.tempo.sample(beat)
        return self.now if late < LATE_SECONDS * state.tempo.sample_rate else next_multiple(self.now, every)


def glide(state: State, beat: float) -> float:
    """The beats of a change that is to be heard at once, but not to click."""
    return state.tempo.seconds_to_beats(GLIDE_SECONDS, beat)


def from_here(state: State, key: tuple[str, str], current: Signal, moment: Moment, beat: float) -> Signal:
    """What to leave from at `beat`; where launches pile up, it stands still from then on."""
    current = begun_before(current, beat)
    reach = moment.reach.get(key, 0.0)
    if reach > 0.0:
        return thinned(state, current, beat, reach)
    return _unpiled(state, current, moment, beat)


def _unpiled(state: State, current: Signal, moment: Moment, beat: float) -> Signal:
    """`current`, of which stands still from `beat` on what has too many launches one inside another.

    What fades is evaluated while it fades, however much it is: so this bounds what a block may take.
    """
    if pending(current, beat) < MAX_PENDING:
        return current
    if isinstance(current, Columns):
        parts = (_unpiled(state, each, moment, beat) for each in (current.base, *current.signals))
        base, *signals = parts
        return replace(current, base=base, signals=tuple(signals))
    still = standing(state, current, beat)
    return Transition(current, still, beat, 0.0) if beat > moment.now else still


def standing(state: State, current: Signal, beat: float) -> Signal:
    """The value of a source at a beat; the middle where it fails: a state of numbers can always be sent."""
    try:
        value = Evaluation(np.array([beat]), state.lookup).value(current)[0]
    except SignalError:
        return Constant(MIDDLE)
    value = np.where(np.isfinite(value), value, MIDDLE)
    return Constant(float(value)) if np.ndim(value) == 0 else Vector(tuple(np.asarray(value).tolist()))


def as_held(source: Signal, name: str, parameter: str, size: int, held: Held) -> Signal:
    """`source`, what is held of it at the value at which it is: the same object if nothing is.

    `parameter` is `z`, one latent of it as `z0`, or a source of one number; `size` counts the latents of `z`.
    """
    value = held.get((name, parameter))
    if value is not None:
        return Constant(value)
    if parameter == "z":
        for index in range(size):
            value = held.get((name, f"z{index}"))
            if value is not None:
                source = set_column(source, index, size, Constant(value))
    return source


def go(
    state: State,
    wanted: Mapping[tuple[str, str], Source],
    moment: Moment,
    beat: float,
    over: float | None = None,
) -> State:
    """From what sounds to given sources from `beat` on, in `over` beats (None: a glide).

    What goes there already, no later, is left alone. Freezing waits for the others to arrive.
    """
    beats = glide(state, beat) if over is None else over
    changes = {}
    for key, source in wanted.items():
        name, parameter = key
        part = state.parts[name]
        current = part.sources[parameter].signal
        heard = as_held(current, name, parameter, part.info.latent_size, moment.held)
        if heard is current and goes_to(current, source.signal, beat + beats):
            continue
        start, length = beat, beats
        if parameter == "freeze":
            thaws = isinstance(source.signal, Constant) and source.signal.number < 0.5
            start, length = (beat if thaws else beat + beats), 0.0
        before = from_here(state, key, heard, moment, start)
        launched = Transition(before, source.signal, start, length)
        if not fits(launched):
            launched = replace(launched, before=standing(state, heard, beat))
        changes[key] = replace(source, signal=launched)
    return state.with_sources(changes) if changes else state


def goes_to(current: Signal, wanted: Signal, beat: float) -> bool:
    """Whether `current` is at `wanted` by `beat` anyway, also where transitions within it began or ended."""
    if beat < arrival(current):
        return False
    goal = target(current)
    if to_data(wanted) == to_data(goal):
        return True
    if not any(isinstance(node, To) for node in walk(wanted)):
        return False
    if to_data(rebuild(wanted, _ended)) == to_data(goal):
        return True
    return to_data(rebuild(wanted, _not_begun)) == to_data(rebuild(goal, _not_begun))


def _ended(node: Signal) -> Signal | None:
    return rebuild(node.target, _ended) if isinstance(node, To) else None


def _not_begun(node: Signal) -> Signal | None:
    if not isinstance(node, Transition):
        return None
    return To(rebuild(node.after, _not_begun), node.beats, node.shape)


def fits(signal: Signal) -> bool:
    """Whether a signal is small enough to be sent."""
    try:
        for _ in walk(signal):
            continue
    except SignalError:
        return False
    return True
