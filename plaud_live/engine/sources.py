"""What drives one instrument, evaluated for a block: constants once, the rest each time, failures held.

A source that raises, is not finite or takes too long freezes at its last good value until another signal
takes its place (hold last good); the others go on. The new one comes from that value, not from what failed.
"""

import math
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np

from plaud_live.control.parameters import LATENT_RANGE, LEVEL, PRESENCE, ModelInfo, parameters
from plaud_live.control.state import Source
from plaud_live.control.units import fader_to_gain, pan_to_gains, playable_to_raw
from plaud_live.engine import ramps
from plaud_live.engine.cost import CostGuard
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Constant, Evaluation, Signal
from plaud_live.signals.space import Columns, Vector
from plaud_live.signals.transitions import Transition, column, target
from plaud_live.synths.controls import CONTROL_NAMES

MAX_FRAMES = 1024
_GAINS = ("gain", "sine_gain", "harmonic_gain", "noise_gain")


class Follower:
    """One source of one number. `convert` turns what is asked for into what is computed with."""

    def __init__(
        self, convert: Callable[[Array], Array], default: float, guard: CostGuard | None = None
    ) -> None:
        self.held = ""  # why it is held, or nothing
        self.signal: Signal | None = None
        self._convert, self._guard = convert, guard
        self._asked = float(default)  # the last good value that was asked for
        self._still: Array | None = convert(np.array([default]))
        self._last = self._still
        self._playing: Signal | None = None  # `signal`, or what is left of it where its past has failed
        self._ramp: ramps.Ramps | None = None  # the same, where it only glides
        self._failed = ""  # why its past was given up

    @property
    def asked(self) -> float:
        """The last good value that was asked for, in the parameter's own unit."""
        return self._asked

    @property
    def still(self) -> Array | None:
        """The value [1] if it does not move, else None."""
        return self._still

    def take(self, signal: Signal) -> None:
        """Follow `signal` from now on. One that comes from a source that is held comes from its value."""
        if signal is self.signal:
            return
        self.signal, self._still, self._failed = signal, None, ""
        self._play(self._given_up(signal, -math.inf, self.held) if self.held else signal)
        self.held = self._failed
        if isinstance(signal, Constant):
            self._asked = signal.number
            self._still = self._last = self._convert(np.array([signal.number]))

    def go_on_from(self, other: "Follower") -> None:
        """Follow what another one follows, and hold what it holds."""
        self.held, self.signal, self._asked = other.held, other.signal, other._asked
        self._playing, self._ramp, self._failed = other._playing, other._ramp, other._failed
        self._last = self._convert(np.array([other._asked]))
        self._still = None if other._still is None else self._last

    def _play(self, signal: Signal) -> None:
        self._playing, self._ramp = signal, ramps.ramp(signal)

    def hold(self, reason: str, beat: float) -> None:
        """Stay at the last value; what is on its way or to come then comes from this value."""
        before = self._playing
        if before is not None:
            self._play(self._given_up(before, beat, reason))
        if self._playing is before:
            self.held = reason
            self._still = self._last = self._convert(np.array([self._asked]))

    def value(self, at: Evaluation) -> Array:
        """Converted values, [n], or [1] where it does not move."""
        if self._still is not None or self._playing is None:
            return self._last
        begun = perf_counter()
        asked, reason = self._ask(at, self._playing)
        if reason:
            asked = self._mend(at, asked, reason)
        if self._guard is not None:
            self._guard.spent(self, perf_counter() - begun)
        if self._failed and self._still is None:
            waiting = isinstance(self._playing, Transition) and at.high < self._playing.start
            self.held = self._failed if waiting else ""
        self._asked = float(asked[-1])
        value = self._convert(asked)
        self._last = value[-1:]
        return value

    def _mend(self, at: Evaluation, good: Array, reason: str) -> Array:
        """Values [n] where only the first, `good`, could be computed: without what fails, or held."""
        while reason and self._still is None:
            if len(good):
                self._asked = float(good[-1])
            self.hold(reason, float(at.beats[len(good)]))
            if self._still is None and self._playing is not None:
                more, reason = self._ask(at, self._playing)
                good = np.concatenate((good, more[len(good) :]))
        return np.concatenate((good, np.full(len(at.beats) - len(good), self._asked)))

    def _ask(self, at: Evaluation, signal: Signal) -> tuple[Array, str]:
        """What is asked for, [n]; or as much of it as is good, and why there is no more."""
        try:
            asked = at.value(signal) if self._ramp is None else self._ramp.at(at.beats)
            if asked.ndim == 2:
                if asked.shape[1] != 1:
                    raise SignalError(f"has {asked.shape[1]} dims, wants 1")
                asked = asked[:, 0]
        except Exception as error:  # whatever it is, the sound goes on and says why
            return np.empty(0), f"{error}" or type(error).__name__
        finite = np.isfinite(asked)
        return (asked, "") if finite.all() else (asked[: int(np.argmin(finite))], "not finite")

    def _given_up(self, signal: Signal, beat: float, reason: str) -> Signal:
        left = without_past(signal, Constant(self._asked), beat)
        if left is not signal:
            self._failed = reason
        return left


def without_past(signal: Signal, last: Signal, beat: float) -> Signal:
    """`signal` from `beat` on, where what is to come, or on its way, comes from `last`."""
    match signal:
        case Transition(before=Constant()):
            return signal
        case Transition(after=after, start=start, beats=beats, shape=shape) if start + beats > beat:
            begin = max(start, beat)
            return Transition(last, after, begin, start + beats - begin, shape)
        case _:
            return signal


class Sources:
    """All sources of an instrument that plays the model `info`."""

    def __init__(self, info: ModelInfo, guard: CostGuard | None = None) -> None:
        self._low, self._high = np.array(info.low), np.array(info.high)
        self._place = Place(np.array(info.home), guard)
        self._controls = np.zeros((MAX_FRAMES, len(CONTROL_NAMES)))
        self._followers = {
            LEVEL: Follower(_limiter(0.0, 1.0), 0.0, guard),
            PRESENCE: Follower(_limiter(0.0, 1.0), 1.0, guard),
        }
        for row in parameters(info).values():
            if row.source == row.name and row.size == 1:
                convert = fader_to_gain if row.name in _GAINS else _limiter(row.low, row.high)
                self._followers[row.name] = Follower(convert, row.default, guard)
        self._columns = [
            (i, self._followers[name]) for i, name in enumerate(CONTROL_NAMES) if name in self._followers
        ]
        self._moving: list[tuple[int, Follower]] = []
        self._written: dict[int, Array] = {}  # what fills a column of the controls
        self._pan: Array | None = None
        self._sides = (np.ones(1), np.ones(1))

    def take(self, sources: Mapping[str, Source]) -> None:
        """Follow other sources; those that are the same objects as before go on undisturbed."""
        self._place.take(sources["z"].signal)
        for name, follower in self._followers.items():
            if name in sources:  # a model that is left may have parameters that the next has not
                follower.take(sources[name].signal)
        self._moving = []
        for i, follower in self._columns:
            still = follower.still
            if still is None:
                self._moving.append((i, follower))
                self._written.pop(i, None)
            elif self._written.get(i) is not still:
                self._controls[:, i] = still
                self._written[i] = still

    def go_on_from(self, other: "Sources") -> None:
        """Follow what drives another model of the same instrument, and hold what is held there."""
        self._place.go_on_from(other._place)
        for name, follower in self._followers.items():
            if name in other._followers:
                follower.go_on_from(other._followers[name])

    def name_of(self, source: object) -> str:
        """The parameter that a source is of, `z` for all latents; '' for none of these."""
        if source is self._place:
            return "z"
        all_of_them = {**self._followers, **self._place.latents()}
        return next((name for name, follower in all_of_them.items() if follower is source), "")

    def hold(self, parameter: str, reason: str, beat: float) -> None:
        """Let the source of a parameter, or of all latents, stay at its last value."""
        follower = {**self._followers, **self._place.latents()}.get(parameter)
        if parameter == "z":
            self._place.hold(reason, beat)
        elif follower is not None:
            follower.hold(reason, beat)

    def is_silent(self, low: float, high: float) -> bool:
        """Whether an envelope, of play and stop or of solo, is 0 at all beats from `low` to `high`."""
        envelopes = (self._followers[LEVEL].signal, self._followers[PRESENCE].signal)
        return any(signal is not None and is_silent(signal, low, high) for signal in envelopes)

    def frozen(self) -> bool:
        """Whether freeze is on, or may be."""
        still = self._followers["freeze"].still
        return still is None or bool(still[0] >= 0.5)

    @property
    def playable(self) -> Array:
        """The latents of the last frame in playable units, [d]."""
        return self._place.last

    def latents(self, at: Evaluation) -> Array:
        """Raw latents [f, d] at control frames."""
        return playable_to_raw(self._place.value(at), self._low, self._high)

    def controls(self, at: Evaluation) -> Array:
        """The voice's controls [f, 10] at control frames, a view that holds until the next call."""
        controls = self._controls[: len(at.beats)]
        for i, follower in self._moving:
            controls[:, i] = follower.value(at)
        return controls

    def amplitudes(self, at: Callable[[], Evaluation]) -> tuple[Array, Array, Array]:
        """Linear gain with its envelopes, left and right share, each [n], or [1] where it does not move.

        `at` gives the evaluation at samples; it is asked only if something moves.
        """
        pan = self._sampled("pan", at)
        if pan is not self._pan:
            self._pan, self._sides = pan, pan_to_gains(pan)
        envelope = self._sampled(LEVEL, at) * self._sampled(PRESENCE, at)
        return self._sampled("gain", at) * envelope, *self._sides

    def held(self) -> dict[str, str]:
        """Parameters that are held, and why."""
        found = {name: follower.held for name, follower in self._followers.items() if follower.held}
        return {**self._place.held, **found} if self._place.held else found

    def held_values(self) -> dict[str, float]:
        """Parameters that are held, and at what, in their own units."""
        followers = {**self._place.latents(), **self._followers}
        return {name: follower.asked for name, follower in followers.items() if follower.held}

    def _sampled(self, name: str, at: Callable[[], Evaluation]) -> Array:
        follower = self._followers[name]
        still = follower.still
        return follower.value(at()) if still is None else still


class Place:
    """The source of all latents, [d] in playable units. One latent that fails is held alone."""

    def __init__(self, home: Array, guard: CostGuard | None = None) -> None:
        self.held: dict[str, str] = {}  # latents that are held, and why
        self.last = home
        self._guard = guard
        self._signal: Signal | None = None
        self._ramps: ramps.Ramps | None = None  # of all latents, where they only glide
        self._still: Array | None = home[None, :]
        self._apart: list[Follower] = []  # one a latent, once something has failed

    def go_on_from(self, other: "Place") -> None:
        """Be where another one is, follow what it follows, and hold what it holds."""
        self.last, self.held = other.last, dict(other.held)
        self._signal, self._ramps, self._still = other._signal, other._ramps, other._still
        self._apart = [Follower(_limit, 0.0, self._guard) for _ in other._apart]
        for mine, theirs in zip(self._apart, other._apart, strict=True):
            mine.go_on_from(theirs)

    def take(self, signal: Signal) -> None:
        """Follow `signal`, a number or a vector, from now on."""
        if signal is self._signal:
            return
        self._signal, self._still, self._apart, self.held = signal, None, [], {}
        self._ramps = ramps.ramps(signal, len(self.last))
        if isinstance(signal, Vector | Constant):
            value = signal.values if isinstance(signal, Vector) else (signal.number,)
            self.last = _limit(np.broadcast_to(np.asarray(value, dtype=np.float64), self.last.shape))
            self._still = self.last[None, :]

    def value(self, at: Evaluation) -> Array:
        """Playable latents [f, d]."""
        frames = len(at.beats)
        if self._still is not None or self._signal is None:
            return np.broadcast_to(self.last, (frames, len(self.last)))
        begun = perf_counter()
        value = None if self._apart else self._whole(at, self._signal)
        if value is None:
            value = self._latent_by_latent(at, self._signal)
        elif self._guard is not None:
            self._guard.spent(self, perf_counter() - begun)
        self.last = value[-1].copy()
        return value

    def latents(self) -> dict[str, Follower]:
        """What drives each latent, as `z0` …, where they have been taken apart."""
        return {f"z{i}": follower for i, follower in enumerate(self._apart)}

    def hold(self, reason: str, beat: float) -> None:
        """Stay at the last value; where latents have sources of their own, find out first which is it."""
        if self._signal is None or self._apart:
            return
        self._take_apart(self._signal)
        if not isinstance(target(self._signal), Columns):
            for follower in self._apart:
                follower.hold(reason, beat)

    def _whole(self, at: Evaluation, signal: Signal) -> Array | None:
        """All latents at once; None if something is wrong with any of them."""
        try:
            value = at.value(signal) if self._ramps is None else self._ramps.at(at.beats)
            value = np.broadcast_to(
                value[:, None] if value.ndim == 1 else value, (len(at.beats), len(self.last))
            )
        except Exception:  # taken apart next, where each latent says what is wrong with it
            return None
        return _limit(value) if np.isfinite(value).all() else None

    def _latent_by_latent(self, at: Evaluation, signal: Signal) -> Array:
        if not self._apart:
            self._take_apart(signal)
        value = np.empty((len(at.beats), len(self.last)))
        for i, follower in enumerate(self._apart):
            value[:, i] = follower.value(at)
        self.held = {f"z{i}": f.held for i, f in enumerate(self._apart) if f.held}
        return value

    def _take_apart(self, signal: Signal) -> None:
        self._apart = [Follower(_limit, float(each), self._guard) for each in self.last]
        for i, follower in enumerate(self._apart):
            follower.take(column(signal, i))


def is_silent(level: Signal, low: float, high: float) -> bool:
    """Whether an envelope is 0 at all beats from `low` to `high`, as far as its form shows."""
    match level:
        case Constant():
            return level.number <= 0.0
        case Transition() if high < level.start:
            return is_silent(level.before, low, high)
        case Transition() if low >= level.start + level.beats:
            return is_silent(level.after, low, high)
        case _:
            return False


def _limiter(low: float, high: float) -> Callable[[Array], Array]:
    return lambda values: np.minimum(np.maximum(values, low), high)


_limit = _limiter(*LATENT_RANGE)
