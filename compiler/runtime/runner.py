"""Plays a model block by block in Python, at any sample rate, with its macro controls.

`process` belongs to one thread (the render thread); `update` and `set_control` may be called by another: they
work out new coefficients there and hand them over in one assignment. The next block starts to move to them,
in a straight line: a section stays stable in between (stable (a1, a2) are a triangle, which is convex), and
so does a loop around a matrix of norm 1 (a norm is convex).
"""

import reprlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compiler.control_arguments import checked_controls
from compiler.controls import ControlPlan, dry_routing, plan_controls, pre_delay_samples
from compiler.errors import ArityError, BadValue, StructureChanged
from compiler.ir.json import from_json
from compiler.ir.nodes import Array, Model, checked_rate
from compiler.passes.rate import at_rate
from compiler.pipeline import prepare
from compiler.runtime import outside
from compiler.runtime import play as player
from compiler.runtime.coefficients import Coefficients
from compiler.runtime.compile import bind
from compiler.runtime.table import assemble

RAMP_SECONDS = 0.05
LONGEST_RAMP_SECONDS = 1e4
LONGEST_BLOCK = 1 << 20
SHORTEST_STEP, LONGEST_STEP = 4, 64
"""Samples that play with the same coefficients while these move: more where there are many of them."""
_PADDING = 8
"""Samples between channels: places a power of two apart would share the same few lines of the cache."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class State:
    """What lasts from block to block: samples so far, and all lines and filters. Fits runners of one kind."""

    position: int
    memory: Array


@dataclass(frozen=True, eq=False)
class Successor:
    """The coefficients of a model that a runner can move to, with its controls."""

    plan: ControlPlan
    coefficients: Coefficients


class Runner:
    """A model that runs: `process` blocks, take and set `state`, move `update` and controls.

    `config` is the JSON of a model, or the model; `sample_rate` in Hz (None: the model's own; another: delays
    scale and filters are made again); `block_size` the longest block in samples. `controls` are macro
    controls by name, or by name with a range; or `plan` has them as they were fitted to this very model.
    Coefficients and controls move over `ramp_seconds`. All machine code is there when the constructor
    returns. Raises what reading and `prepare` raise.
    """

    def __init__(
        self,
        config: Mapping[str, Any] | Model,
        sample_rate: float | None = None,
        block_size: int = 128,
        controls: Sequence[str] | Mapping[str, tuple[float, float]] | None = None,
        ramp_seconds: float = RAMP_SECONDS,
        plan: ControlPlan | None = None,
    ) -> None:
        model = _model(config)
        self._name = model.name
        self.sample_rate = checked_rate(model.name, model.sample_rate if sample_rate is None else sample_rate)
        self.block_size = block_size = _checked_block(model.name, block_size)
        self._ramp = self._ramp_samples(ramp_seconds)
        self._controls = checked_controls(controls)
        self._values: dict[str, float] = {}
        self.plan, self._coefficients = self._load(model, plan)
        root = self._coefficients.model.root
        self.inputs, self.outputs = root.inputs, root.outputs
        program = self._coefficients.program({})
        self._structure = table = assemble(program)
        self._numbers, self._start, self._goal = (table.numbers.copy() for _ in range(3))
        self._incoming: deque[tuple[Array, int]] = deque(maxlen=1)
        self._clock = np.zeros(5, np.int64)
        ring = self._ring_shape()
        self._memory = np.zeros(program.state_size + ring[0] * ring[1])
        self._delays = np.zeros(4, np.int64)
        self._levels = np.ones(2)
        mixes = "dry_wet" in self.plan.names
        self._fixed = (
            program.inputs.first,
            program.outputs.first,
            table.code,
            self._numbers,
            self._start,
            self._goal,
            self._clock,
            np.zeros((table.depth + 1, 4), np.int64),
            self._memory[: program.state_size],
            np.zeros((program.channels, block_size + _PADDING)),
            np.zeros(table.work),
            np.zeros((self.inputs, block_size)),
            self._memory[program.state_size :].reshape(ring),
            self._delays,
            dry_routing(self.outputs, self.inputs) if mixes else np.zeros((0, self.inputs)),
            self._levels,
            max(1, self._ramp),
            min(LONGEST_STEP, max(SHORTEST_STEP, table.numbers.size // 256)),
        )
        self._x = np.zeros((block_size, self.inputs), np.float32)
        self._out = np.zeros((block_size, self.outputs), np.float32)
        self._play = bind(player.play, self._x, self._out, *self._fixed)
        self.process(self._x, self._out)
        self.reset()

    def process(self, x: Samples, out: Samples | None = None) -> Samples:
        """The next samples: `x` [samples, inputs], at most `block_size` of them, gives [samples, outputs].

        Written into `out` if there is one; then nothing is allocated. Arrays are float32; others, and those
        that have gaps, cost a copy. Raises ArityError for another shape, BadValue for what holds no real
        numbers, and for an `out` that cannot be written or holds whole numbers.
        """
        if not isinstance(x, np.ndarray):
            x = self._array(x)
        n = len(x) if x.ndim else 0
        if out is None:
            out = np.empty((n, self.outputs), np.float32)
        elif not isinstance(out, np.ndarray) or not out.flags.writeable or out.dtype.kind != "f":
            raise BadValue(self._name, "out must be an array of floats that can be written")
        if x.shape != (n, self.inputs) or out.shape != (n, self.outputs) or n > self.block_size:
            raise ArityError(
                self._name,
                f"takes [samples, {self.inputs}], gives [samples, {self.outputs}], at most "
                f"{self.block_size} samples; got {x.shape} and {out.shape}",
            )
        if self._incoming:
            self._depart()
        given, heard = x, out
        if x.dtype != np.float32 or not x.flags.c_contiguous:
            if x.dtype.kind not in "fiu":
                raise BadValue(self._name, f"the input holds {x.dtype}: must be real numbers")
            given = self._x[:n]
            given[:] = x
        if out.dtype != np.float32 or not out.flags.c_contiguous:
            heard = self._out[:n]
        self._play(given, heard, *self._fixed)
        if heard is not out:
            out[:] = heard
        return out

    @property
    def state(self) -> State:
        """A copy of what lasts. To be taken between blocks, as is `set_state`."""
        memory = self._memory.copy()
        memory.flags.writeable = False
        return State(int(self._clock[player.POSITION]), memory)

    def set_state(self, state: State) -> None:
        """Go on from `state`, of this runner or one like it. Raises ArityError for one of another size."""
        if state.memory.shape != self._memory.shape:
            raise ArityError(
                self._name,
                f"a state of {state.memory.size} values: must have {self._memory.size}",
            )
        self._clock[player.POSITION] = state.position
        self._memory[:] = state.memory

    def reset(self) -> None:
        """Silence: as built, but for coefficients and controls, which arrive where they are going."""
        self._memory[:] = 0.0
        self._clock[:] = 0
        if self._incoming:
            self._depart()
        self._numbers[:] = self._goal
        self._clock[player.LENGTH] = 0
        self._levels[outside.WET] = self._levels[outside.SET]
        self._delays[:] = self._delays[outside.WANTED]

    @property
    def resets(self) -> int:
        """How often the state was cleared because something in it, or the output, was not finite."""
        return int(self._clock[player.RESETS])

    @property
    def bad_inputs(self) -> int:
        """How many input samples were not finite, and taken as 0."""
        return int(self._clock[player.BAD_INPUTS])

    @property
    def values(self) -> dict[str, float]:
        """Where the controls stand."""
        return self.plan.setting(self._values)

    def update(
        self,
        config: Mapping[str, Any] | Model,
        ramp_seconds: float | None = None,
        plan: ControlPlan | None = None,
    ) -> None:
        """Move to the coefficients of another model of the same structure.

        Same means: the same tree with the same sizes, integer delays, matrix forms and places of zeros.
        `plan`: its controls, as they were fitted to it. Raises StructureChanged otherwise, BadValue for a bad
        ramp, and what reading and `prepare` raise; all stays as it was then.
        Controls that were set stay set; others go to the neutral of the new model.
        """
        self.adopt(self.prepared(config, plan), ramp_seconds)

    def prepared(self, config: Mapping[str, Any] | Model, plan: ControlPlan | None = None) -> "Successor":
        """What `adopt` takes, worked out without touching what plays, in any thread.

        Raises StructureChanged for another structure, and what reading and `prepare` raise.
        """
        found, coefficients = self._load(_model(config), plan)
        if not coefficients.table({}).has_structure_of(self._structure):
            raise StructureChanged(self._name, "sizes, delays or matrix forms changed: build a new runner")
        return Successor(found, coefficients)

    def adopt(self, successor: "Successor", ramp_seconds: float | None = None) -> None:
        """Move to what `prepared` has worked out. Raises BadValue for a bad ramp, or a control out of it."""
        ramp = self._ramp if ramp_seconds is None else self._ramp_samples(ramp_seconds)
        successor.plan.setting(self._values)
        numbers = successor.coefficients.numbers(self._values)
        self.plan, self._coefficients = successor.plan, successor.coefficients
        self._incoming.append((numbers, ramp))

    def set_control(self, name: str, value: float, ramp_seconds: float | None = None) -> None:
        """Move a control. Raises UnknownControl; BadValue for a value outside its range, or a bad ramp."""
        if not isinstance(value, Real):
            raise BadValue(name, f"{reprlib.repr(value)}: must be a number")
        self.plan.setting({name: value})
        ramp = self._ramp if ramp_seconds is None else self._ramp_samples(ramp_seconds)
        values = {**self._values, name: float(value)}
        if name == "pre_delay":
            self._delays[outside.WANTED] = pre_delay_samples(value, self.sample_rate)
        elif name == "dry_wet":
            self._levels[outside.SET] = value
        else:
            self._incoming.append((self._coefficients.numbers(values), ramp))
        self._values = values

    def _load(self, model: Model, plan: ControlPlan | None) -> tuple[ControlPlan, Coefficients]:
        """The controls of a model, and its coefficients at this rate."""
        given = prepare(model)
        here = given if self.sample_rate == model.sample_rate else prepare(at_rate(model, self.sample_rate))
        if plan is None:
            plan = plan_controls(given, self._controls, (self.sample_rate,))
        return plan, Coefficients(here.model, plan, self.block_size)

    def _ramp_samples(self, seconds: float) -> int:
        """A ramp in samples, 0 for none. Raises BadValue."""
        is_number = isinstance(seconds, Real) and not isinstance(seconds, bool)
        if not is_number or not 0.0 <= seconds <= LONGEST_RAMP_SECONDS:
            limits = f"0 to {LONGEST_RAMP_SECONDS:.0f}"
            raise BadValue(self._name, f"a ramp of {reprlib.repr(seconds)}: must be seconds from {limits}")
        return max(1, round(float(seconds) * self.sample_rate)) if seconds else 0

    def _array(self, x: Any) -> Samples:
        try:
            return np.asarray(x)
        except (TypeError, ValueError):
            raise BadValue(self._name, "the input must be an array [samples, channels] of numbers") from None

    def _depart(self) -> None:
        """Start on the way to the coefficients that were handed over, from wherever the old way has led."""
        self._start[:] = self._numbers
        self._goal[:], length = self._incoming.popleft()
        self._clock[player.DONE], self._clock[player.LENGTH] = 0, length
        if length == 0:
            self._numbers[:] = self._goal

    def _ring_shape(self) -> tuple[int, int]:
        """Channels and size of the ring of the pre-delay; without one, size 0."""
        if "pre_delay" not in self.plan.names:
            return self.inputs, 0
        longest = pre_delay_samples(self.plan["pre_delay"].maximum, self.sample_rate)
        return self.inputs, 1 << longest.bit_length()


def _model(config: Mapping[str, Any] | Model) -> Model:
    return config if isinstance(config, Model) else from_json(config)


def _checked_block(name: str, samples: Any) -> int:
    is_whole = isinstance(samples, Integral) and not isinstance(samples, bool)
    if not is_whole or not 1 <= samples <= LONGEST_BLOCK:
        limits = f"from 1 to {LONGEST_BLOCK}"
        raise BadValue(name, f"blocks of {reprlib.repr(samples)} samples: must be a whole number {limits}")
    return int(samples)
