"""Knob ranges: why a few settings of the controls stand for all of them.

`t60` puts z / gamma for z inside loops: their responses are multiplied by gamma^n, and every pole p becomes
gamma p. So a model that is stable at one gamma is stable at every smaller one, and the longest T60, whose
gamma is greatest, stands for the range. Rounding does not spoil this: coefficients within a relative d of
those at a smaller gamma are those of the greatest gamma, within the same d, scaled down; and the proof at the
greatest gamma is for all coefficients within d. Corners alone would prove nothing; proportional poles do.

`damping` puts (1 - p) / (1 - p / z), 0 <= p < 1, at the end of a loop's feedback. Its magnitude is at most 1
on and outside the circle, for every p. A loop's bound is a product that it enters as a factor, at each
frequency, and weights may stay: what is proved without it holds with it. Its rounding grows with p, so the
greatest p is judged as well.

`dry_wet` and `pre_delay` are outside every loop, and move no pole. `freeze` is judged at each of its ends.

Each setting is judged as if it stayed: how coefficients glide from one to the next is not part of the proof.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from compiler.certificate.rounding import Precision
from compiler.controls import ControlPlan

_STEPS = 6
_WHY = {
    "t60": "poles are proportional to gamma: the longest stands for all",
    "damping": "its gain is at most 1 at every setting",
    "freeze": "judged at both ends",
    "dry_wet": "outside every loop",
    "pre_delay": "outside every loop",
}


@dataclass(frozen=True)
class KnobRange:
    """What is certified of a control: `certified` (least, greatest) of its range, None for nothing of it."""

    name: str
    unit: str
    minimum: float
    maximum: float
    certified: tuple[float, float] | None
    why: str


def settings(plan: ControlPlan) -> list[dict[str, float]]:
    """The settings that stand for all: neutral first."""
    found = [plan.neutral()]
    for name in ("t60", "damping", "freeze"):
        if name in plan.names:
            found += [{**setting, name: plan[name].maximum} for setting in found]
    unique: list[dict[str, float]] = []
    for setting in found:
        if setting not in unique:
            unique.append(setting)
    return unique


def as_computed(precision: Precision) -> Precision:
    """`precision` for coefficients that a program computes from knobs: a product and an exponential more."""
    unit = precision.unit
    return replace(precision, gains=16.0 * unit, sections=2.0 * precision.sections, powers=2.0 * unit)


def ranges(plan: ControlPlan, is_good: Callable[[dict[str, float]], bool]) -> tuple[KnobRange, ...]:
    """How much of each control's range is certified, `is_good` saying so of a setting."""
    neutral = plan.neutral()
    held = is_good(neutral)
    found = []
    for control in plan.controls:
        whole = (control.minimum, control.maximum)
        certified: tuple[float, float] | None = whole if held else None
        moves_poles = control.name in ("t60", "damping", "freeze")
        if held and moves_poles and not is_good({**neutral, control.name: control.maximum}):
            greatest = _longest(plan, is_good) if control.name == "t60" else control.neutral
            certified = (control.minimum, greatest)
        found.append(KnobRange(control.name, control.unit, *whole, certified, _WHY[control.name]))
    return tuple(found)


def _longest(plan: ControlPlan, is_good: Callable[[dict[str, float]], bool]) -> float:
    """The longest T60 that was found to be good, between neutral, which is, and the maximum, which is not."""
    control = plan["t60"]
    good, bad = control.neutral, control.maximum
    for _ in range(_STEPS):
        middle = (good * bad) ** 0.5
        if is_good({**plan.neutral(), "t60": middle}):
            good = middle
        else:
            bad = middle
    digits = 10.0 ** (2 - math.floor(math.log10(good)))
    return max(control.neutral, math.floor(good * digits) / digits)
