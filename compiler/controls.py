"""Macro controls: what each knob does to a model, as pure functions of its position.

- `t60`, 0.1 to 10 s, neutral as trained: sets the total decay time; what is inside loops is taken at
  z / gamma.
- `damping`, 0 to 1, neutral 0: a one-pole lowpass, of gain 1 at most, closes each outermost loop.
- `freeze`, 0 or 1, neutral 0: loops keep their energy, the input is muted (compiler/freeze.py).
- `pre_delay`, 0 to 500 ms, neutral 0: delays what enters the model.
- `dry_wet`, 0 to 1, neutral 1: crossfades, linearly, from the input to the model.

`plan_controls` fits them to a model, `ControlPlan.apply` gives the model that a setting stands for: the
reference for every back end, and what the certificate is about. All are neutral by default, and then the
model is unchanged to the last bit.

T60 is defined in compiler/decay.py. The response of a loop at z / gamma is its response times gamma^n, so
one response tells gamma for every T60. What is outside of loops stays: a long filter there bounds T60 from
below, and so do delays of which a T60 spans few turns. A model that decays can be made to last longer than it
was trained to (gamma > 1) as far as its slowest part still decays: T60 grows without bound before that point,
so every T60 has a gamma for which the model is stable. A model that never decays has its neutral at the top
of the range, an octave above the longest T60 that was asked for, and there it is as trained.

How far that is differs with the sample rate, since whole delays are rounded anew at each: it is measured at
each rate that a plan is made for. At any other rate gamma is 1 at most: no longer than trained.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from compiler.control_arguments import checked_controls
from compiler.decay import Decays, decays_of_model
from compiler.errors import BadValue, UnknownControl
from compiler.freeze import frozen, makeup
from compiler.ir.nodes import (
    Array,
    Delay,
    Gain,
    Model,
    Node,
    Parallel,
    Recursion,
    Series,
    Sos,
    walk,
)
from compiler.passes.naming import added
from compiler.passes.rate import at_rate
from compiler.passes.scale import scaled

if TYPE_CHECKING:
    from compiler.pipeline import Prepared


@dataclass(frozen=True)
class Control:
    """A knob: `neutral` is where it changes nothing, and its default."""

    name: str
    unit: str
    minimum: float
    maximum: float
    neutral: float
    is_logarithmic: bool = False
    is_switch: bool = False
    text: str = ""


CONTROLS = {
    control.name: control
    for control in (
        Control("t60", "s", 0.1, 10.0, math.nan, is_logarithmic=True, text="total decay time to -60 dB"),
        Control("damping", "", 0.0, 1.0, 0.0, text="how much faster high frequencies decay"),
        Control("freeze", "", 0.0, 1.0, 0.0, is_switch=True, text="1 holds what sounds and mutes the input"),
        Control("pre_delay", "ms", 0.0, 500.0, 0.0, text="delay of the reverb"),
        Control("dry_wet", "", 0.0, 1.0, 1.0, text="0 is the input, 1 is the reverb"),
    )
}
"""Every control that there is, in the order in which they are shown. The neutral `t60` is the model's own."""

HOST_RATES = (44100.0, 48000.0, 96000.0)
"""Sample rates in Hz at which text that follows the host's is judged, and can last longer than trained."""
SILENT = 1e-30
"""Gain of the input while frozen: -600 dB."""
LARGEST_POLE = 0.9
"""The pole of `damping` at 1, at 48 kHz; at other rates its frequency stays."""
NEAR_NEUTRAL = 1e-4
"""A `t60` this near its neutral, relative, is neutral: hosts give a knob's value back with rounding."""

_IN_LOOPS = ("t60", "damping", "freeze")
_KNOTS = 24
_STEPS = (1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0, 10.0)
"""Ends of a `t60` that depend on the model, times powers of ten: while it is trained its slider stays."""
_SHORTEST_LOOK = 1.0
"""Seconds of a T60 that a response is measured for at least: it should span some turns of its loops."""
_HEARD = 0.65
"""How much of the longest T60 a response must show for the curve to be read to -35 dB, and some more."""


@dataclass(frozen=True)
class DecayTable:
    """ln(gamma) sample_rate, in 1/s, for each T60 in `seconds` (ascending) at each of `sample_rates`.

    Between knots it is linear in 1 / T60, as it is for a model that decays at one rate.
    """

    seconds: tuple[float, ...]
    sample_rates: tuple[float, ...]
    rates: tuple[tuple[float, ...], ...]
    own: float
    """T60 as trained; inf for a model that does not decay."""

    def rate(self, seconds: float, sample_rate: float) -> float:
        """ln(gamma) sample_rate for a T60 in seconds.

        Between tabulated sample rates it is linear in the rate, and 0 at most: what lasts longer than trained
        was measured for none of them, and might grow.
        """
        places = 1.0 / np.array(self.seconds[::-1])
        each = [np.interp(1.0 / seconds, places, rates[::-1]) for rates in self.rates]
        rate = float(np.interp(sample_rate, self.sample_rates, each))
        return rate if sample_rate in self.sample_rates else min(0.0, rate)


@dataclass(frozen=True)
class ControlPlan:
    """The controls of one model; empty for none."""

    controls: tuple[Control, ...] = ()
    decay: DecayTable | None = None
    makeups: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """For `freeze`: what the frozen loop, by name, adds of each line at the end of its feedback."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the controls, as shown."""
        return tuple(control.name for control in self.controls)

    def __getitem__(self, name: str) -> Control:
        for control in self.controls:
            if control.name == name:
                return control
        raise UnknownControl("", f"no control {name}: this model has {', '.join(self.names) or 'none'}")

    def neutral(self) -> dict[str, float]:
        """The setting that changes nothing."""
        return {control.name: control.neutral for control in self.controls}

    def setting(self, values: Mapping[str, float]) -> dict[str, float]:
        """`values`, and the neutral for what is not among them. Raises UnknownControl, BadValue."""
        for name, value in values.items():
            control = self[name]
            if not control.minimum <= value <= control.maximum:
                raise BadValue(name, f"{value:g}: must be from {_range_text(control)}")
        return {**self.neutral(), **values}

    def gamma(self, values: Mapping[str, float], sample_rate: float) -> float:
        """What `t60` (and `freeze`, which keeps loops as trained) makes of a sample's delay inside loops."""
        setting = self.setting(values)
        if self.decay is None or is_neutral(self["t60"], setting["t60"]):
            return 1.0
        rate = self.decay.rate(setting["t60"], sample_rate)
        return math.exp((1.0 - setting.get("freeze", 0.0)) * rate / sample_rate)

    def apply(self, model: Model, values: Mapping[str, float]) -> Model:
        """`model` as it is with the controls at `values`; at another sample rate too.

        The tree has the same shape for every setting. Raises UnknownControl, BadValue.
        """
        setting = self.setting(values)
        root, name = model.root, model.root.name
        amount = setting.get("freeze", 0.0)
        if "t60" in setting:
            gamma = self.gamma(values, model.sample_rate)
            root = root if gamma == 1.0 else in_loops(root, lambda loop: scaled(loop, gamma))
        if "freeze" in setting:
            root = in_loops(root, lambda loop: frozen(loop, np.array(self.makeups[loop.name]), amount))
            root = Series(added(name, "held"), (Gain(added(name, "mute"), _muted(root.inputs, amount)), root))
        if "damping" in setting:
            pole = (1.0 - amount) * damping_pole(setting["damping"], model.sample_rate)
            root = in_loops(root, lambda loop: _damped(loop, pole))
        if "pre_delay" in setting:
            samples = pre_delay_samples(setting["pre_delay"], model.sample_rate)
            delay = Delay(added(name, "pre_delay"), np.full(root.inputs, float(samples)))
            root = Series(added(name, "delayed"), (delay, root))
        if "dry_wet" in setting:
            wet = setting["dry_wet"]
            dry = Gain(added(name, "dry"), (1.0 - wet) * dry_routing(root.outputs, root.inputs))
            level = Gain(added(name, "level"), np.full(root.outputs, wet))
            root = Parallel(added(name, "mix"), (Series(added(name, "wet"), (root, level)), dry))
        return replace(model, root=root)


def plan_controls(
    prepared: "Prepared",
    controls: Sequence[str] | Mapping[str, tuple[float, float]] | None,
    sample_rates: Sequence[float] = (),
) -> ControlPlan:
    """Fit `controls` (names, or names with ranges; None for none) to a model.

    `t60` is tabulated at the model's rate and at `sample_rates`. A range given for it grows to hold the
    neutral, to the next step: where that is above what was asked for, the model lasts as trained at most.
    Raises UnknownControl for a name that does not exist or that this model cannot have, with the reason;
    BadValue for an impossible range; ConfigError for what is no list of names.
    """
    named = checked_controls(controls)
    ranges = dict(named) if isinstance(named, Mapping) else dict.fromkeys(named or ())
    for name in ranges:
        if name not in CONTROLS:
            raise UnknownControl("", f"no control {name}: there are {', '.join(CONTROLS)}")
    model = prepared.model
    has_loop = any(isinstance(node, Recursion) for _, node in walk(model.root))
    planned, table = [], None
    makeups: dict[str, tuple[float, ...]] = {}
    for name, known in CONTROLS.items():
        if name not in ranges:
            continue
        if name in _IN_LOOPS and not has_loop:
            raise UnknownControl("", f"{name}: a model without a feedback loop cannot have it")
        if name == "freeze":
            makeups = {loop.name: tuple(makeup(loop).tolist()) for loop in outermost_loops(model.root)}
        control = _with_range(known, ranges[name])
        if name == "t60":
            control, table = _plan_t60(model, control, sample_rates)
        planned.append(control)
    return ControlPlan(tuple(planned), table, makeups)


def is_neutral(control: Control, value: float) -> bool:
    """Whether a knob stands where it changes nothing."""
    return abs(value - control.neutral) <= NEAR_NEUTRAL * abs(control.neutral)


def step_below(seconds: float) -> float:
    """The greatest step for the end of a `t60` that is not above `seconds`."""
    decade = 10.0 ** math.floor(math.log10(seconds))
    return max(step for step in _steps(decade) if step <= seconds * (1.0 + 1e-9))


def step_above(seconds: float) -> float:
    """The least step for the end of a `t60` that is not below `seconds`."""
    decade = 10.0 ** math.floor(math.log10(seconds))
    return min(step for step in _steps(decade) if step >= seconds * (1.0 - 1e-9))


def damping_pole(damping: float, sample_rate: float) -> float:
    """Pole of (1 - p) / (1 - p / z) for a position 0..1; 0 at 0."""
    return float((LARGEST_POLE * damping) ** (48000.0 / sample_rate))


def pre_delay_samples(milliseconds: float, sample_rate: float) -> int:
    """Whole samples of a delay in ms."""
    return math.floor(milliseconds * 1e-3 * sample_rate + 0.5)


def dry_routing(outputs: int, inputs: int) -> Array:
    """Matrix [outputs, inputs] from the inputs to the dry outputs.

    As many or more outputs: output o hears input o modulo inputs. Fewer: output o hears the mean of the
    inputs i with i modulo outputs = o.
    """
    routing = np.zeros((outputs, inputs))
    for index in range(max(outputs, inputs)):
        routing[index % outputs, index % inputs] = 1.0
    return routing / routing.sum(axis=1, keepdims=True)


def in_loops(node: Node, change: Callable[[Recursion], Node]) -> Node:
    """`node` with each outermost loop changed."""
    match node:
        case Recursion():
            return change(node)
        case Series() | Parallel():
            return replace(node, children=tuple(in_loops(child, change) for child in node.children))
        case _:
            return node


def outermost_loops(node: Node) -> list[Recursion]:
    """Loops that are in no other loop."""
    found: list[Recursion] = []

    def keep(loop: Recursion) -> Recursion:
        found.append(loop)
        return loop

    in_loops(node, keep)
    return found


def _muted(inputs: int, amount: float) -> Array:
    """Input gains. Never quite 0: which gains are 0 is part of a tree's shape, which settings leave alone."""
    return np.full(inputs, max(1.0 - amount, SILENT))


def _damped(loop: Recursion, pole: float) -> Recursion:
    section = [1.0 - pole, 0.0, 0.0, 1.0, -pole, 0.0]
    lowpass = Sos(added(loop.name, "damping"), np.tile(section, (loop.inputs, 1, 1)))
    return replace(loop, feedback=Series(added(loop.name, "damped"), (loop.feedback, lowpass)))


def _with_range(control: Control, given: tuple[float, float] | None) -> Control:
    if given is None:
        return control
    minimum, maximum = (float(end) for end in given)
    lowest, highest = (1e-3, 1e3) if control.name == "t60" else (control.minimum, control.maximum)
    if not lowest <= minimum < maximum <= highest:
        raise BadValue(
            control.name,
            f"a range from {minimum:g} to {maximum:g}: must ascend within {lowest:g} to {highest:g}",
        )
    if control.is_switch and (minimum, maximum) != (0.0, 1.0):
        raise BadValue(control.name, f"a range from {minimum:g} to {maximum:g}: is on or off, 0 or 1")
    if control.neutral < minimum or control.neutral > maximum:
        raise BadValue(
            control.name,
            f"a range from {minimum:g} to {maximum:g}: must hold {control.neutral:g}, which changes nothing",
        )
    return replace(control, minimum=minimum, maximum=maximum)


def _plan_t60(model: Model, control: Control, sample_rates: Sequence[float]) -> tuple[Control, DecayTable]:
    rates = sorted({model.sample_rate, *(float(rate) for rate in sample_rates)})
    models = {rate: model if rate == model.sample_rate else at_rate(model, rate) for rate in rates}
    longest = _HEARD * max(control.maximum, _SHORTEST_LOOK)
    decays = {rate: decays_of_model(models[rate], longest) for rate in rates}
    if any(math.isinf(decay.limit) for decay in decays.values()):
        what = "the response ends by itself, or in a few ms: it has no decay to set"
        raise UnknownControl(model.name, f"t60: {what}")
    own = decays[model.sample_rate].t60()
    neutral = 2.0 * control.maximum if math.isinf(own) else max(1e-3, round(own, 3))
    is_beyond = neutral > control.maximum
    minimum = control.minimum if neutral >= control.minimum else step_below(neutral)
    maximum = (neutral if math.isinf(own) else step_above(neutral)) if is_beyond else control.maximum
    control = replace(control, neutral=neutral, minimum=minimum, maximum=maximum)
    seconds = _rounded(np.geomspace(minimum, maximum, _KNOTS))
    tables = [_rates(decays[rate], seconds) for rate in rates]
    if is_beyond:
        tables = [tuple(min(0.0, each) for each in table) for table in tables]
    return control, DecayTable(tuple(seconds), tuple(rates), tuple(tables), own)


def _rates(decay: Decays, seconds: Sequence[float]) -> tuple[float, ...]:
    """Rates for T60s that ascend. The slowest part, which decays at `limit` less the rate, bounds them.

    Half as much again is left for what decays in steps, or like n gamma^n; T60s so short that they span a
    few steps only cannot be met.
    """
    bounds = [decay.limit - 1.5 * math.log(1000.0) / each for each in seconds]
    rates = [max(decay.rate_for(each), bound) for each, bound in zip(seconds, bounds, strict=True)]
    return tuple(_rounded(np.maximum.accumulate(rates)))


def _steps(decade: float) -> list[float]:
    """The steps of a decade with both of its ends."""
    return _rounded(decade * np.array(_STEPS))


def _rounded(values: Array) -> list[float]:
    """To nine digits: a table that can be read."""
    return [float(f"{value:.9g}") for value in values]


def _range_text(control: Control) -> str:
    return f"{control.minimum:g} to {control.maximum:g} {control.unit}".rstrip()
