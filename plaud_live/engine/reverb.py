"""The reverb in the mix: models that run one after the other, without a click where one follows another.

A model of the same structure is a matter of coefficients, which move. Another one takes over by spill-over:
the input fades from the old to the new, in a straight line, and the old one rings out. For what is in it,
and not for what comes, it stays as it was.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from compiler.runtime.runner import Runner, Successor
from plaud_live.control.parameters import ReverbInfo, parameters
from plaud_live.control.state import ReverbState, State
from plaud_live.control.units import fader_to_gain
from plaud_live.engine.capture import NO_STEM, Stem
from plaud_live.engine.cost import CostGuard
from plaud_live.engine.mix import GAIN, limits, mix_reverb
from plaud_live.engine.slot import CHUNK, Block
from plaud_live.engine.sources import Follower
from plaud_live.signals.graph import Array, Evaluation

FADE_SECONDS = 0.03
MOST_TAILS = 3
LONGEST_TAIL_SECONDS = 8.0
TAIL_ENDS = 10.0 ** (-90.0 / 20.0)
"""A tail that stayed below for a chunk is over."""

INSIDE = ("t60", "damping", "pre_delay", "freeze")
"""What acts within a model: it follows its signal from chunk to chunk."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Room:
    """A model that is ready to play: its runner, and where that plays another one, what it moves to."""

    info: ReverbInfo
    runner: Runner
    successor: Successor | None = None


class Tail:
    """A model that rings out: `gate` is what it still hears, `level` what is heard of it."""

    def __init__(self, runner: Runner, fade: float, gate: float, longest: int) -> None:
        """`fade`: a step of its ramps from sample to sample; it lasts `longest` samples at most."""
        self.runner, self.left = runner, longest
        self.gate, self._gate_step = gate, fade
        self.level, self.level_step = 1.0, 0.0
        self.peak = 0.0

    def leave(self) -> None:
        """Be heard no longer than a fade takes."""
        self.level_step = self._gate_step

    def add(self, x: Samples, heard: Samples, rung: Samples, wet: Samples) -> None:
        """Play on for as long as `x` [n, 2], and add it to `wet`; `heard` and `rung` are room for as much."""
        if self.gate > 0.0:
            self.gate = _faded(x, heard, self.gate, -self._gate_step)
        else:
            heard[:] = 0.0
        self.runner.process(heard, rung)
        self.level, peak = _added(rung, wet, self.level, self.level_step)
        self.peak, self.left = max(self.peak, peak), self.left - len(x)

    def turn(self) -> bool:
        """A chunk is over: whether it rings on."""
        if self.left <= 0:
            self.leave()
        rings = self.level > 0.0 and (self.gate > 0.0 or self.peak > TAIL_ENDS)
        self.peak = 0.0
        return rings


class Reverb:
    """Belongs to the render thread. `trouble`: blocks in which something of it was not finite, or failed."""

    def __init__(self, sample_rate: int, guard: CostGuard | None = None) -> None:
        self.sample_rate = sample_rate
        self.trouble = 0
        self.reason = ""
        self.info: ReverbInfo | None = None
        """The model that plays."""
        self.peak = 0.0
        self._guard = guard
        self._state: ReverbState | None = None
        self._runner: Runner | None = None
        self._rooms: dict[str, Room] = {}
        self._tails: list[Tail] = []
        self._followers: dict[str, Follower] = {}
        self._set: dict[str, float] = {}
        self._gate = 1.0
        self._fade = 1.0 / (FADE_SECONDS * sample_rate)
        self._sides = np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
        """How much there is of the dry sound, and of what the model makes of it: see `mix`."""
        self._glide, self._bend = limits(sample_rate)
        self._asleep = True
        self._resets = 0
        self._glides = False
        self._heard, self._rung, self._wet = (np.zeros((CHUNK, 2), np.float32) for _ in range(3))

    @property
    def held(self) -> dict[str, str]:
        """Parameters that are held, and why."""
        return {name: follower.held for name, follower in self._followers.items() if follower.held}

    @property
    def held_values(self) -> dict[str, float]:
        """Parameters that are held, and at what."""
        return {name: follower.asked for name, follower in self._followers.items() if follower.held}

    @property
    def mix(self) -> float:
        """How much of it is heard."""
        follower = self._followers.get("mix")
        return 0.0 if follower is None else follower.asked

    @property
    def sounds(self) -> bool:
        """Whether it may be heard in the next block."""
        return not self._asleep and (self._runner is not None or bool(self._rooms))

    def name_of(self, source: object) -> str:
        """The parameter that a source is of; '' for none."""
        return next((name for name, each in self._followers.items() if each is source), "")

    def hold(self, parameter: str, reason: str, beat: float) -> None:
        """Let the source of a parameter stay at its last value."""
        if parameter in self._followers:
            self._followers[parameter].hold(reason, beat)

    def install(self, room: Room) -> None:
        """Be able to go over to a model, once the state says so."""
        self._rooms[room.info.digest] = room

    def take(self, state: State) -> None:
        """Follow the sources of a new state, and go to its model when its time has come."""
        reverb = self._state = state.reverb
        if reverb is None:
            return
        for name in [digest for digest in self._rooms if digest != reverb.info.digest]:
            del self._rooms[name]
        if not self._followers:
            self._followers = _followers(reverb.info, self._guard)
        leaves = self.info is not None and self.info.digest != reverb.info.digest
        for name, source in reverb.sources.items():
            if source.text or not leaves:  # the default of a model counts once that plays
                self._followers[name].take(source.signal)
        still = self._followers["mix"].still
        if self._asleep and (still is None or still[0] > 0.0):
            self._asleep = self._glides = False
            self._set.clear()

    def cut(self) -> None:
        """Nothing of it is heard at this moment: what comes next begins from silence."""
        self._tails.clear()
        self._gate = 1.0
        if self._runner is not None:
            self._runner.reset()

    def add(self, block: Block, out: Samples, stem: Stem | None = None) -> None:
        """Put the reverb into the mix `out` [n, 2], of one chunk; what that changes goes to its track."""
        reverb = self._state
        if reverb is None:
            return
        if block.position % CHUNK == 0:
            self._turn()
        first = block.count
        if reverb.info.digest in self._rooms:
            begins = int(np.ceil(block.tempo.sample(reverb.start))) - block.position
            first = min(max(0, begins), block.count)
        try:
            if first > 0:
                self._play(block, 0, first, out, stem)
            if first < block.count:
                self._go_over(reverb)
                self._play(block, first, block.count, out, stem)
        except Exception as error:  # it must not take the instruments with it: they are heard dry
            self._fail(f"{type(error).__name__}: {error}")

    def _turn(self) -> None:
        """A chunk begins: tails end, and what nobody hears falls asleep."""
        self._tails = [tail for tail in self._tails if tail.turn()]
        mix, freeze = (self._followers[name].still for name in ("mix", "freeze"))
        unheard = mix is not None and mix[0] <= 0.0 and freeze is not None and freeze[0] < 0.5
        dry = self._asleep or self._runner is None or bool((self._sides[:, GAIN] == (1.0, 0.0)).all())
        silent = unheard and dry
        if silent and not self._asleep:
            self.cut()
        self._asleep = silent
        if silent:
            self.peak = 0.0

    def _go_over(self, reverb: ReverbState) -> None:
        """Play another model from this sample on, within its own ranges."""
        room = self._rooms.pop(reverb.info.digest)
        self.info, before = room.info, self._followers
        self._followers = _followers(room.info, self._guard)
        for name, follower in self._followers.items():
            follower.go_on_from(before[name])
            follower.take(reverb.sources[name].signal)
        goes_on = room.runner is self._runner
        if not goes_on:
            self._spill(room.runner)
        if room.successor is not None:
            for name, value in room.runner.values.items():
                control = room.successor.plan[name]
                room.runner.set_control(name, min(max(value, control.minimum), control.maximum))
            room.runner.adopt(room.successor, None if goes_on else 0.0)
        self._set.clear()
        self._glides = goes_on

    def _spill(self, runner: Runner) -> None:
        """Let this one hear the input from now on, and the one that heard it ring out."""
        if self._runner is not None and not self._asleep:
            for tail in self._tails[: max(0, len(self._tails) + 1 - MOST_TAILS)]:
                tail.leave()
            longest = round(LONGEST_TAIL_SECONDS * self.sample_rate)
            self._tails.append(Tail(self._runner, self._fade, self._gate, longest))
            self._gate = 0.0
        self._runner, self._resets = runner, runner.resets

    def _play(self, block: Block, first: int, stop: int, out: Samples, stem: Stem | None) -> None:
        """Samples `first` to `stop` of a block."""
        runner = self._runner
        if runner is None or self._asleep or first >= stop:
            return
        if (block.position + first) % CHUNK == 0 or not self._set:
            self._move(block, first, runner)
        x, heard, wet = out[first:stop], self._heard[: stop - first], self._wet[: stop - first]
        if self._gate < 1.0:
            self._gate = _faded(x, heard, self._gate, self._fade)
            runner.process(heard, wet)
        else:
            runner.process(x, wet)
        for tail in self._tails:
            tail.add(x, heard, self._rung[: stop - first], wet)
        if runner.resets != self._resets:
            self._resets = runner.resets
            self._fail("not finite")
        mix, gain, send = (self._sampled(name, block, first, stop) for name in ("mix", "gain", "send"))
        track = NO_STEM if stem is None else stem.sound[first:stop]
        dry, level = 1.0 - mix * (1.0 - send), mix * gain
        peak = mix_reverb(x, wet, dry, level, self._sides, self._glide, self._bend, track)
        self.peak = max(peak, 0.99 * self.peak)

    def _sampled(self, name: str, block: Block, first: int, stop: int) -> Array:
        """Values of a parameter at samples, [n], or [1] where it does not move."""
        follower = self._followers[name]
        still = follower.still
        return follower.value(block.samples())[first:stop] if still is None else still

    def _move(self, block: Block, first: int, runner: Runner) -> None:
        """Have what acts within the model follow its sources, until the next chunk."""
        at: Evaluation | None = None
        for name in INSIDE:
            follower = self._followers[name]
            still = follower.still
            if still is None:
                at = at or block.at(first)
                still = follower.value(at)
            value = float(still[-1])
            if name in runner.plan.names and self._set.get(name) != value:
                ramp = CHUNK / self.sample_rate if self._glides else 0.0
                control = runner.plan[name]
                runner.set_control(name, min(max(value, control.minimum), control.maximum), ramp)
            self._set[name] = value
        self._glides = True

    def _fail(self, reason: str) -> None:
        self.trouble += 1
        self.reason = reason


def _followers(info: ReverbInfo, guard: CostGuard | None) -> dict[str, Follower]:
    """One for each parameter of a model."""
    made = {}
    for row in parameters(info).values():
        low, high = row.low, row.high

        def limited(values: Array, low: float = low, high: float = high) -> Array:
            return np.minimum(np.maximum(values, low), high)

        def switched(values: Array) -> Array:
            return (values >= 0.5).astype(np.float64)

        convert = fader_to_gain if row.name == "gain" else switched if row.name == "freeze" else limited
        made[row.name] = Follower(convert, row.default, guard)
    return made


@njit(cache=True, error_model="numpy")
def _faded(x: Samples, heard: Samples, gain: float, step: float) -> float:
    """Write `x` [n, 2], on a ramp from `gain` that stops at 0 and 1, to `heard`; returns where it ended."""
    for n in range(len(x)):
        gain = min(1.0, max(0.0, gain + step))
        heard[n, 0], heard[n, 1] = x[n, 0] * gain, x[n, 1] * gain
    return gain


@njit(cache=True, error_model="numpy")
def _added(x: Samples, wet: Samples, level: float, step: float) -> tuple[float, float]:
    """Add `x` [n, 2] to `wet`, on a ramp down from `level`; returns where it ended, and the peak of `x`."""
    peak = 0.0
    for n in range(len(x)):
        level = max(0.0, level - step)
        for c in range(2):
            value = x[n, c] * level
            peak = max(peak, abs(value))
            wet[n, c] += value
    return level, peak


def warm() -> None:
    """Compile the kernels, or load them from the disk."""
    block, one = np.zeros((8, 2), np.float32), np.ones(1)
    _faded(block, block, 1.0, 0.1)
    _added(block, block, 1.0, 0.1)
    mix_reverb(block, block, one, one, np.zeros((2, 3)), 0.5, 0.5, block)
    mix_reverb(block, block, one, np.ones(8), np.zeros((2, 3)), 0.5, 0.5, NO_STEM)
