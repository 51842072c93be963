"""Macro controls in FAUST: sliders, what they compute once a block, and what glides sample by sample.

The meaning is that of `compiler.controls.ControlPlan.apply`. FAUST computes what depends on sliders and
constants only once a block (its slow expressions): the decay rate from the table, and its powers, one
exponential for each distinct delay. What would click is smoothed towards its value of the block by a
one-pole of 20 ms that starts at its first value: a setting made before the first sample holds from there,
and at neutral every coefficient is the trained one to the last bit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from compiler.controls import (
    LARGEST_POLE,
    NEAR_NEUTRAL,
    Control,
    ControlPlan,
    DecayTable,
    dry_routing,
)

GLIDE_SECONDS = 0.02
"""Time constant of smoothed coefficients, and length of the crossfade between two pre-delays."""
SHORT_POWER = 32
"""Coefficients of up to this power of gamma change too little from block to block to need smoothing."""

_HIGHEST_RATE = 192000.0
_STEPS = {"t60": 0.001, "pre_delay": 0.1, "damping": 0.001, "dry_wet": 0.001, "freeze": 1}

_SMOOTHING = f"""\
started = 1 : mem; // 0 in the first sample: smoothed values begin where they are going
glide = started * exp(-1 / ({GLIDE_SECONDS} * ma.SR));
smoothed(x) = glided ~ _ with {{ glided(y) = x + glide * (y - x); }};"""


@dataclass(frozen=True)
class FaustControls:
    """The FAUST text of the controls of `plan`.

    `sample_rate` is the model's; `follow_host_rate` says that its delays and filters follow the host.
    """

    plan: ControlPlan
    sample_rate: float
    follow_host_rate: bool = False

    def definitions(self) -> list[str]:
        """Lines that come before the model's; none for no controls."""
        if not self.plan.controls:
            return []
        lines = [_slider(number, control) for number, control in enumerate(self.plan.controls)]
        lines += [_SMOOTHING]
        names = self.plan.names
        if self.plan.decay is not None:
            lines += self._decay(self.plan.decay, self.plan["t60"])
        if "damping" in names:
            lines += [
                f"damping_pole = smoothed(pow({LARGEST_POLE} * damping, 48000.0 / ma.SR));",
                "damped = damped_by ~ _ with { damped_by(y, x) = x + damping_pole * (y - x); };",
            ]
        if "pre_delay" in names:
            lines += _pre_delay(self.plan["pre_delay"])
        if "dry_wet" in names:
            lines += ["wet = smoothed(dry_wet);"]
        return lines

    def coefficient(self, value: str, power: float | str) -> str:
        """A coefficient inside a loop, `value` times gamma^power.

        `power` in samples of the host: a number, or an expression of constants. Gives an expression at
        block rate, smoothed where the power is high or not known.
        """
        if self.plan.decay is None or power == 0:
            return value
        if isinstance(power, str):
            return f"smoothed({value} * gamma_to({power}))"
        scaled = f"{value} * gamma_to({power:g})"
        return f"({scaled})" if power <= SHORT_POWER else f"smoothed({scaled})"

    def loop_end(self, channels: int) -> str | None:
        """What comes at the end of the feedback of each outermost loop, on each of its channels."""
        return f"par(i, {channels}, damped)" if "damping" in self.plan.names else None

    def wrapped(self, model: str, inputs: int, outputs: int) -> str:
        """The process: `model`, an expression with `inputs` and `outputs`, between its controls."""
        if "pre_delay" in self.plan.names:
            model = f"par(i, {inputs}, pre_delayed) : {model}"
        if "dry_wet" not in self.plan.names:
            return model
        names = [f"x{index}" for index in range(inputs)]
        dry = ", ".join(_dry(row.tolist(), names) for row in dry_routing(outputs, inputs))
        return (
            f"si.bus({inputs}) <: ({model} : par(i, {outputs}, *(wet))), dry :> si.bus({outputs})\n"
            f"with {{ dry({', '.join(names)}) = {dry}; }}"
        )

    def _decay(self, table: DecayTable, control: Control) -> list[str]:
        """gamma_to(k): gamma^k, once a block; 1 to the last bit at neutral."""
        neutral = control.neutral
        rates = [_table(f"decay_rate_{number}", table, number) for number in range(len(table.sample_rates))]
        if self.follow_host_rate:
            seconds, sample_rate = "t60", "ma.SR"
        else:
            seconds, sample_rate = f"(t60 * ma.SR / {self.sample_rate!r})", repr(self.sample_rate)
        between = _between([f"decay_rate_{number}" for number in range(len(rates))], table.sample_rates)
        return [
            *rates,
            "segment(v, from, per_width, rise) = rise * max(0.0, min(1.0, (from - v) * per_width));",
            f"t60_is_set = abs(t60 - {neutral!r}) > {NEAR_NEUTRAL * neutral!r};",
            f"log_gamma = t60_is_set * ({between})(1.0 / {seconds}) / {sample_rate};",
            "gamma_to(k) = exp(k * log_gamma);",
        ]


def _slider(number: int, control: Control) -> str:
    unit = f"[unit:{control.unit}]" if control.unit else ""
    scale = "[scale:log]" if control.is_logarithmic else ""
    label = f"[{number}]{control.name}{unit}{scale}[style:knob][tooltip:{control.text}]"
    values = f"{control.neutral!r}, {control.minimum!r}, {control.maximum!r}, {_STEPS[control.name]!r}"
    return f'{control.name} = hslider("{label}", {values});'


def _table(name: str, table: DecayTable, number: int) -> str:
    """Linear pieces over v = 1 / T60, as DecayTable.rate: the first value and a rise for each piece."""
    places, rates = [1.0 / seconds for seconds in table.seconds], table.rates[number]
    pieces = "".join(
        f"\n  + segment(v, {start!r}, {1.0 / (start - end)!r}, {to - at!r})"
        for start, end, at, to in zip(places, places[1:], rates, rates[1:], strict=False)
    )
    return f"{name}(v) = {rates[0]!r}{pieces};"


def _between(names: Sequence[str], sample_rates: Sequence[float]) -> str:
    """The function among `names` for the host's rate; between two of them linear in the rate."""
    if len(names) == 1:
        return names[0]
    pieces = f"{names[0]}(v)"
    for index, (low, high) in enumerate(pairwise(sample_rates)):
        place = f"max(0.0, min(1.0, (ma.SR - {low!r}) / {high - low!r}))"
        pieces += f" + ({names[index + 1]}(v) - {names[index]}(v)) * {place}"
    return f"\\(v).({pieces})"


def _pre_delay(control: Control) -> list[str]:
    longest = math.ceil(control.maximum * 1e-3 * _HIGHEST_RATE)
    return [
        "// Two taps, and a crossfade from one to the other; a new one begins when the last has ended.",
        "pre_delayed(x) = fade ~ (_, _, _) : crossfaded with {",
        "  fade(from, to, place) = select2(started, wanted, select2(begins, from, to)),",
        "    select2(started, wanted, select2(begins, to, wanted)),",
        "    select2(started, 1.0, select2(begins, min(1.0, place + rise), 0.0))",
        "  with { begins = (place >= 1.0) & (wanted != to); };",
        "  wanted = int(pre_delay * 0.001 * ma.SR + 0.5);",
        f"  rise = 1.0 / ({GLIDE_SECONDS} * ma.SR);",
        f"  tap(samples) = de.delay({longest}, int(samples), x);",
        "  crossfaded(from, to, place) = tap(from) * (1.0 - place) + tap(to) * place;",
        "};",
    ]


def _dry(row: Sequence[float], names: Sequence[str]) -> str:
    heard = [name for name, gain in zip(names, row, strict=True) if gain > 0.0]
    total = " + ".join(heard)
    return f"(1.0 - wet) * {max(row)!r} * ({total})" if len(heard) > 1 else f"(1.0 - wet) * {total}"
