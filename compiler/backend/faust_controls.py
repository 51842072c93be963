"""Macro controls in FAUST: sliders, what they compute once a block, and what glides sample by sample.

The meaning is that of `compiler.controls.ControlPlan.apply`. FAUST computes what depends on sliders and
constants only once a block (its slow expressions): the decay rate from the table, and its powers, one
exponential for each distinct delay. What would click is smoothed towards its value of the block by a
one-pole of 20 ms that starts at its first value: a setting made before the first sample holds from there,
and at neutral every coefficient is the trained one to the last bit. High powers of gamma share a few
smoothed scalars (compiler/backend/faust_glide.py) in loops of many lines without filters; with filters,
g++ 12 makes no faster program of that. So they do not at the host's rate, where powers are not known, nor in
texts whose coefficients are controls, which may be moved to another table of `t60`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from compiler.backend.faust_coefficients import Coefficients
from compiler.backend.faust_glide import Glide, glide_of
from compiler.backend.faust_text import SIDE_BY_SIDE, number
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
TABLE = "controls/t60"
"""Path of the coefficients of the table of `t60`."""
TABLE_RATE = "controls/t60_at"
"""Path of the sample rate that they are for, where a host takes those of its own."""
SHORT_POWER = 32
"""Coefficients of up to this power of gamma change too little from block to block to need smoothing."""

_HIGHEST_RATE = 192000.0
_STEPS = {"t60": 0.001, "pre_delay": 0.1, "damping": 0.001, "dry_wet": 0.001}

_SMOOTHING = f"""\
started = 1 : mem; // 0 in the first sample: smoothed values begin where they are going
glide = started * exp(-1 / ({GLIDE_SECONDS} * ma.SR));
smoothed = glided ~ ringed with {{ glided(y, x) = x + glide * (y - x); }};"""


@dataclass(frozen=True)
class FaustControls:
    """The FAUST text of the controls of `plan`.

    `sample_rate` is the model's; `follow_host_rate` says that its delays and filters follow the host.
    """

    plan: ControlPlan
    sample_rate: float
    follow_host_rate: bool = False
    glide: Glide | None = None
    """How high powers of gamma glide together; None for each by itself."""

    def definitions(self, coefficients: Coefficients) -> list[str]:
        """Lines that come before the model's; none for no controls.

        What changes with the model's coefficients while the text stays, the table of `t60`, is written by
        `coefficients`. So is what may change without need of new text: the neutral `t60`, which keeps the
        place that it has in the text.
        """
        if not self.plan.controls:
            return []
        lines = [
            _slider(place, control, coefficients.written) for place, control in enumerate(self.plan.controls)
        ]
        lines += [_SMOOTHING]
        names = self.plan.names
        let_go = "(1 - freeze) * " if "freeze" in names else ""
        if self.plan.decay is not None:
            lines += self._decay(self.plan.decay, self.plan["t60"], let_go, coefficients)
        if "freeze" in names:
            lines += [
                "frozen = smoothed(freeze);",
                "kept(gain) = *(1.0 + frozen * gain);",
                "held(n, filters) = bus(n) <: heard, kept_as_it_is :> bus(n) with {",
                "    heard = filters : par(i, n, *(1.0 - frozen));",
                "    kept_as_it_is = par(i, n, *(frozen));",
                "};",
            ]
        if "damping" in names:
            lines += [
                f"damping_pole = smoothed({let_go}pow({LARGEST_POLE} * damping, 48000.0 / ma.SR));",
                "damped = damped_by ~ _ with { damped_by(y, x) = x + damping_pole * (y - x); };",
            ]
        if "pre_delay" in names:
            lines += _pre_delay(self.plan["pre_delay"])
        if "dry_wet" in names:
            lines += ["wet = smoothed(smoothed(dry_wet));"]
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
        if self.glide and power in self.glide.weights:
            gliding = f"gliding({', '.join([f'{power:g}', *map(number, self.glide.weights[power])])})"
            return gliding if value == "1.0" else f"({value} * {gliding})"
        scaled = f"{value} * gamma_to({power:g})"
        return f"({scaled})" if power <= SHORT_POWER else f"smoothed({scaled})"

    def gliding_rows(self, powers: Sequence[float | str]) -> tuple[int, list[str]] | None:
        """gamma^k for each of `powers`, as rows, and of how many signals `lefts`. None for one by one."""
        if self.glide is None or len(powers) < SIDE_BY_SIDE:
            return None
        size = len(self.glide.basis)
        rows = []
        for power in powers:
            if isinstance(power, str) or power not in self.glide.weights:
                return None
            terms = [f"entry({weight!r})*x{at + 1}" for at, weight in enumerate(self.glide.weights[power])]
            rows.append(f"(gamma_to({power:g}), {', '.join(terms)} : row({size + 1}))")
        return size, rows

    def loop_end(self, name: str, channels: int, coefficient: Callable[[str, float], str]) -> str | None:
        """What comes at the end of the feedback of the outermost loop `name`, on each of its channels."""
        ends = []
        if "freeze" in self.plan.names:
            gains = [coefficient(f"{name}:kept", gain) for gain in self.plan.makeups[name]]
            ends.append(f"({', '.join(f'kept({gain})' for gain in gains)})")
        if "damping" in self.plan.names:
            ends.append(f"par(i, {channels}, damped)")
        return " : ".join(ends) or None

    def held(self, filters: str, channels: int) -> str:
        """What stands for `filters`, one for each line, in a loop: `freeze` passes them by."""
        return f"held({channels}, {filters})" if "freeze" in self.plan.names else filters

    def wrapped(self, model: str, inputs: int, outputs: int) -> str:
        """The process: `model`, an expression with `inputs` and `outputs`, between its controls."""
        if "freeze" in self.plan.names:
            model = f"par(i, {inputs}, *(1.0 - frozen)) : {model}"
        if "pre_delay" in self.plan.names:
            model = f"par(i, {inputs}, pre_delayed) : {model}"
        if "dry_wet" not in self.plan.names:
            return model
        names = [f"x{index}" for index in range(inputs)]
        dry = ", ".join(_dry(row.tolist(), names) for row in dry_routing(outputs, inputs))
        return (
            f"bus({inputs}) <: ({model} : par(i, {outputs}, *(wet))), dry :> bus({outputs})\n"
            f"with {{ dry({', '.join(names)}) = {dry}; }}"
        )

    def _decay(
        self,
        table: DecayTable,
        control: Control,
        let_go: str,
        coefficients: Coefficients,
    ) -> list[str]:
        """gamma_to(k): gamma^k, once a block; 1 to the last bit at neutral.

        The table is that of DecayTable.rate: over v = 1 / T60 the first value, and a slope for each piece.
        """
        sample_rates, tables = table.sample_rates, table.rates
        if not self.follow_host_rate and self.sample_rate in sample_rates:
            at = sample_rates.index(self.sample_rate)
            sample_rates, tables = (self.sample_rate,), (tables[at],)

        is_entered = coefficients.live and len(sample_rates) > 1

        def of_rates(values: Sequence[float]) -> str:
            if is_entered:
                return coefficients.of_rates(TABLE, values, sample_rates, self.sample_rate)
            texts = [coefficients.coefficient(TABLE, value) for value in values]
            return texts[0] if len(texts) == 1 else f"of_rates({', '.join(texts)})"

        places = [float(f"{1.0 / seconds:.9g}") for seconds in table.seconds]
        widths = -np.diff(places)
        slopes = (np.diff(np.array(tables), axis=1) / widths).T.round(9).tolist()
        neutral = coefficients.written(control.neutral)
        lines = [
            *([] if is_entered else _of_rates(sample_rates)),
            "piece(v, start, width, slope) = slope * max(0.0, min(width, start - v));",
            "// ln(gamma) in 1/s for v = 1 / T60.",
            f"decay_rate(v) = {of_rates([rates[0] for rates in tables])}"
            + "".join(
                f"\n    + piece(v, {start!r}, {width:.9g}, {of_rates(slope)})"
                for start, width, slope in zip(places[:-1], widths, slopes, strict=True)
            )
            + ";",
            f"t60_is_set = abs(t60 - {neutral}) > {NEAR_NEUTRAL} * {neutral};",
        ]
        if self.follow_host_rate:
            known = " | ".join(f"(ma.SR == {number(rate)})" for rate in sample_rates)
            if is_entered:
                own = coefficients.of_rates(TABLE_RATE, sample_rates, sample_rates, self.sample_rate)
                known = f"({known}) & (ma.SR == {own})"
            lines += [
                "// At other rates than these no longer than trained.",
                f"rate_is_known = {known};",
                "rate_set = select2(rate_is_known, min(0.0, rate_wanted), rate_wanted)",
                "with { rate_wanted = decay_rate(1.0 / t60); };",
                f"log_gamma = {let_go}t60_is_set * rate_set / ma.SR;",
            ]
        else:
            own_rate = number(self.sample_rate)
            lines += [
                f"log_gamma = {let_go}t60_is_set * decay_rate({own_rate} / (t60 * ma.SR)) / {own_rate};",
            ]
        return [*lines, "gamma_to(k) = exp(k * log_gamma);", *self._gliding()]

    def _gliding(self) -> list[str]:
        """gliding(k, weights): gamma^k, smoothed."""
        if self.glide is None:
            return []
        names = range(1, len(self.glide.basis) + 1)
        return [
            "// gamma^k on its way, by what is left of the ways of a few of its powers.",
            "left_of(k) = left ~ _ with {",
            "    left(y) = glided * (abs(glided) > 1e-9) // ends: at rest gamma^k is exact, in float too",
            "    with { glided = glide * (y + (gamma_to(k)' - gamma_to(k))); };",
            "};",
            *(f"left_{at} = left_of({power:g});" for at, power in zip(names, self.glide.basis, strict=True)),
            f"lefts = {', '.join(f'left_{at}' for at in names)};",
            f"gliding(k, {', '.join(f'w{at}' for at in names)}) = gamma_to(k) + "
            + " + ".join(f"w{at} * left_{at}" for at in names)
            + ";",
        ]


def shared_glide(plan: ControlPlan, sample_rate: float, powers: Sequence[float]) -> Glide | None:
    """How `powers` of gamma glide together, over the whole range of the plan's `t60` at the model's rate."""
    if plan.decay is None or sample_rate not in plan.decay.sample_rates:
        return None
    rates = plan.decay.rates[plan.decay.sample_rates.index(sample_rate)]
    high = [power for power in powers if power > SHORT_POWER]
    return glide_of(high, max(0.0, *rates) / sample_rate, min(0.0, *rates) / sample_rate)


def _slider(place: int, control: Control, written: Callable[[float], str]) -> str:
    unit = f"[unit:{control.unit}]" if control.unit else ""
    if control.is_switch:
        return f'{control.name} = checkbox("[{place}]{control.name}[tooltip:{control.text}]");'
    scale = "[scale:log]" if control.is_logarithmic else ""
    label = f"[{place}]{control.name}{unit}{scale}[style:knob][tooltip:{control.text}]"
    ends = f"{number(control.minimum)}, {number(control.maximum)}"
    return f'{control.name} = hslider("{label}", {written(control.neutral)}, {ends}, {_STEPS[control.name]});'


def _of_rates(sample_rates: Sequence[float]) -> list[str]:
    """The function that takes a value for each of `sample_rates`, and gives that for the host's, linearly."""
    if len(sample_rates) == 1:
        return []
    names = [f"at_{index}" for index in range(len(sample_rates))]
    body = names[0]
    for before, after, (low, high) in zip(names, names[1:], pairwise(sample_rates), strict=False):
        place = f"max(0.0, min(1.0, (ma.SR - {number(low)}) / {number(high - low)}))"
        body += f" + ({after} - {before}) * {place}"
    rates = ", ".join(f"{rate:g}" for rate in sample_rates)
    return [f"// Values at {rates} Hz.", f"of_rates({', '.join(names)}) = {body};"]


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
        f"  tap(samples) = x @ max(0, min({longest}, int(samples)));",
        "  crossfaded(from, to, place) = tap(from) * (1.0 - heard) + tap(to) * heard",
        "  with { heard = place * place * (3.0 - 2.0 * place); };",
        "};",
    ]


def _dry(row: Sequence[float], names: Sequence[str]) -> str:
    heard = [name for name, gain in zip(names, row, strict=True) if gain > 0.0]
    total = " + ".join(heard)
    return f"(1.0 - wet) * {max(row)!r} * ({total})" if len(heard) > 1 else f"(1.0 - wet) * {total}"
