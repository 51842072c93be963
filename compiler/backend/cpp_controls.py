"""Macro controls in block C++: sliders, and what follows them from block to block.

The meaning is that of `compiler.controls.ControlPlan.apply`. Once a block, what a slider stands for glides
towards it (20 ms), and only while it glides are coefficients computed; gains of delay lines and `dry_wet`
go evenly from one block's value to the next, so that no step is heard. A setting made before the first
sample holds from there. At neutral every coefficient is the trained one to the last bit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from compiler.backend.cpp_operations import Operations
from compiler.backend.cpp_text import literal, number
from compiler.backend.faust_controls import GLIDE_SECONDS
from compiler.controls import (
    LARGEST_POLE,
    NEAR_NEUTRAL,
    Control,
    ControlPlan,
    DecayTable,
    dry_routing,
    in_loops,
)
from compiler.errors import UnknownControl
from compiler.ir.nodes import Model, Recursion, walk

HIGHEST_RATE = 192000.0
"""Sample rate in Hz up to which the whole range of `pre_delay` is there; above, less of it."""
_NEAR = 1e-6
"""What glides is set to its aim when it is as near as this."""
_STEPS = {"t60": 0.001, "pre_delay": 0.1, "damping": 0.001, "dry_wet": 0.001}
_FIELDS = {"t60": "fT60", "pre_delay": "fPreDelay", "damping": "fDamping", "dry_wet": "fDryWet"}


@dataclass(frozen=True)
class ControlledModel:
    """`model` with the lowpass that `damping` needs, and the names of the nodes that knobs change.

    `scaled`: those whose coefficients `t60` multiplies by powers of gamma; `damped`: the lowpass.
    """

    model: Model
    scaled: frozenset[str]
    damped: frozenset[str]


@dataclass
class Interface:
    """Parts of the class that belong to its controls, as lines; `@class@` stands for its name."""

    members: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    clears: list[str] = field(default_factory=list)
    resets: list[str] = field(default_factory=list)
    sliders: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    """In `compute`, between reading a block and its operations."""
    after: list[str] = field(default_factory=list)
    """In `compute`, behind the operations of a block."""


def with_controls(model: Model, plan: ControlPlan) -> ControlledModel:
    """What is scheduled for `plan`. Raises UnknownControl for a control that only FAUST has."""
    for name in plan.names:
        if name not in _FIELDS:
            raise UnknownControl("", f"{name}: block C++ does not have it, FAUST does")
    loops: list[Recursion] = []

    def keep(loop: Recursion) -> Recursion:
        loops.append(loop)
        return loop

    in_loops(model.root, keep)
    inside = {node.name for loop in loops for _, node in walk(loop)}
    scaled = frozenset(inside if plan.decay is not None else ())
    if "damping" not in plan.names:
        return ControlledModel(model, scaled, frozenset())
    damped = ControlPlan((plan["damping"],)).apply(model, {"damping": 0.5})
    return ControlledModel(damped, scaled, frozenset(_names(damped) - _names(model)))


def interface(
    plan: ControlPlan, operations: Operations, inputs: tuple[int, int], outputs: tuple[int, int]
) -> Interface:
    """The controls of `plan`; `inputs` and `outputs` are the first row and the number of rows of each."""
    made = Interface()
    if not plan.controls:
        return made
    for number_, control in enumerate(plan.controls):
        zone = _FIELDS[control.name]
        made.members.append(f"FAUSTFLOAT {zone};")
        made.resets.append(f"{zone} = FAUSTFLOAT({number(control.neutral)});")
        made.sliders.extend(_slider(number_, control, zone))
    made.members += ["bool fStarted;", "double fShare;"]
    made.clears.append("fStarted = false;")
    operations.constants.append(
        f"fShare = 1 - std::exp(-{operations.program.block} / ({GLIDE_SECONDS} * fSampleRate));"
    )
    steps: list[str] = []
    if plan.decay is not None:
        _decay(made, steps, operations, plan.decay, plan["t60"], operations.program.sample_rate)
    if "damping" in plan.names:
        _damping(made, steps, operations)
    if "dry_wet" in plan.names:
        _dry_wet(made, steps, operations, inputs, outputs)
    if "pre_delay" in plan.names:
        _pre_delay(made, operations, plan["pre_delay"], inputs)
    if steps:
        share = f"n == kBlock ? fShare : 1 - std::exp(-n / ({GLIDE_SECONDS} * fSampleRate))"
        made.functions += _function(
            "Moves what glides on by a block of n samples.",
            "void glide(int n)",
            [f"const double share = {share};", *steps],
        )
        made.before.append("glide(n);")
    made.after.append("fStarted = true;")
    return made


def _decay(
    made: Interface,
    steps: list[str],
    operations: Operations,
    table: DecayTable,
    control: Control,
    sample_rate: float,
) -> None:
    """t60: ln(gamma) a sample, from the table, linear in 1 / T60."""
    rates = table.rates[table.sample_rates.index(sample_rate)]
    places = operations.tables.reals([1.0 / seconds for seconds in reversed(table.seconds)], "double")
    values = operations.tables.reals([rate / sample_rate for rate in reversed(rates)], "double")
    longest = operations.longest
    near = number(NEAR_NEUTRAL * control.neutral)
    made.functions += _function(
        "ln(gamma) for the total T60 in seconds at the rate of the host.",
        "double log_gamma(double seconds) const",
        [
            f"if (std::fabs(seconds - {number(control.neutral)}) <= {near}) return 0;",
            f"const double place = {number(sample_rate)} / (seconds * fSampleRate);",
            "int i = 0;",
            f"while (i < {len(rates) - 2} && place > {places}[i + 1]) ++i;",
            f"const double share = (place - {places}[i]) / ({places}[i + 1] - {places}[i]);",
            f"return {values}[i] + std::min(1.0, std::max(0.0, share)) * ({values}[i + 1] - {values}[i]);",
        ],
    )
    made.members += [
        "FAUSTFLOAT fT60Seen;",
        "double fLogGamma, fLogGammaAim;",
        "bool fGlides;",
        "Real fPerSample;",
    ]
    steps += [
        "fGlides = false;",
        "if (!fStarted || fT60 != fT60Seen) {",
        "    fT60Seen = fT60;",
        "    fLogGammaAim = log_gamma(fT60);",
        "}",
        "if (!fStarted || fLogGamma != fLogGammaAim) {",
        "    double next = fLogGammaAim;",
        f"    if (fStarted && std::fabs(fLogGammaAim - fLogGamma) * {longest} > {_NEAR})",
        "        next = fLogGamma + share * (fLogGammaAim - fLogGamma);",
        *("    " + line for line in operations.glides),
        "    fLogGamma = next;",
        "    fGlides = fStarted;",
        "    fPerSample = Real(1) / Real(n);",
        "    if (!fStarted) arrive();",
        "}",
    ]
    about = "Takes the gains that a block ended with for those of the next."
    made.functions += _function(about, "void arrive()", operations.arrivals)
    made.after.append("if (fGlides) arrive();")


def _damping(made: Interface, steps: list[str], operations: Operations) -> None:
    """damping: the pole of the lowpass in each loop."""
    made.members += ["FAUSTFLOAT fDampingSeen;", "double fPole, fPoleAim;"]
    steps += [
        "if (!fStarted || fDamping != fDampingSeen) {",
        "    fDampingSeen = fDamping;",
        f"    fPoleAim = std::pow({LARGEST_POLE} * fDamping, 48000.0 / fSampleRate);",
        "}",
        "if (!fStarted || fPole != fPoleAim) {",
        f"    const bool is_near = !fStarted || std::fabs(fPoleAim - fPole) < {_NEAR};",
        "    const double pole = is_near ? fPoleAim : fPole + share * (fPoleAim - fPole);",
        *("    " + line for line in operations.dampings),
        "    fPole = pole;",
        "}",
    ]


def _dry_wet(
    made: Interface,
    steps: list[str],
    operations: Operations,
    inputs: tuple[int, int],
    outputs: tuple[int, int],
) -> None:
    """dry_wet: the inputs, routed to the outputs, kept aside and mixed in."""
    (input_row, _), (output_row, count) = inputs, outputs
    routing = operations.tables.reals(dry_routing(outputs[1], inputs[1]).T)
    made.members += ["double fWet, fWetNext;", f"Real fDry[{count} * kStride];"]
    steps += [
        f"const bool is_near = !fStarted || std::fabs(fDryWet - fWet) < {_NEAR};",
        "fWetNext = is_near ? double(fDryWet) : fWet + share * (fDryWet - fWet);",
        "if (!fStarted) fWet = fWetNext;",
    ]
    made.before += [
        f"for (int o = 0; o < {count}; ++o)",
        "    for (int t = 0; t < n; ++t) {",
        "        Real sum = 0;",
        f"        for (int i = 0; i < {inputs[1]}; ++i)",
        f"            sum += {routing}[i * {count} + o] * row({input_row} + i)[t];",
        "        fDry[o * kStride + t] = sum;",
        "    }",
    ]
    made.after += [
        "if (fWet != 1 || fWetNext != 1) {",
        "    const Real wet = Real(fWet), step = Real((fWetNext - fWet) / n);",
        f"    for (int o = 0; o < {count}; ++o)",
        "        for (int t = 0; t < n; ++t) {",
        "            const Real now = wet + step * Real(t + 1);",
        f"            Real* const sample = row({output_row} + o) + t;",
        "            *sample = now * *sample + (1 - now) * fDry[o * kStride + t];",
        "        }",
        "    fWet = fWetNext;",
        "}",
    ]


def _pre_delay(made: Interface, operations: Operations, control: Control, inputs: tuple[int, int]) -> None:
    """pre_delay: two taps, and a crossfade between them; a new one begins when the last has ended."""
    row, count = inputs
    longest = math.ceil(control.maximum * 1e-3 * HIGHEST_RATE)
    operations.rings("fPast", [longest + operations.program.block] * count)
    made.members += ["int fFrom, fTo;", "double fPlace;"]
    made.before += [
        f"const int wanted = std::min({longest}, int(fPreDelay * 0.001 * fSampleRate + 0.5));",
        "if (!fStarted) {",
        "    fFrom = fTo = wanted;",
        "    fPlace = 1;",
        "} else if (fPlace >= 1 && wanted != fTo) {",
        "    fFrom = fTo;",
        "    fTo = wanted;",
        "    fPlace = 0;",
        "}",
        f"K::write(fPast, row({row}), {count}, n);",
        f"for (int i = 0; i < {count}; ++i) K::read(fPast[i], fTo + n, row({row} + i), n);",
        "if (fPlace < 1) {",
        f"    const double rise = 1 / ({GLIDE_SECONDS} * fSampleRate);",
        "    Real past[kStride];",
        f"    for (int i = 0; i < {count}; ++i) {{",
        "        K::read(fPast[i], fFrom + n, past, n);",
        "        for (int t = 0; t < n; ++t) {",
        "            const Real place = Real(std::min(1.0, fPlace + rise * (t + 1)));",
        f"            Real* const sample = row({row} + i) + t;",
        "            *sample = past[t] + place * (*sample - past[t]);",
        "        }",
        "    }",
        "    fPlace += rise * n;",
        "}",
    ]


def _function(about: str, head: str, body: Sequence[str]) -> list[str]:
    lines = ["using namespace @class@_tables;", *body]
    return ["", f"// {about}", f"{head} {{", *("    " + line for line in lines), "}"]


def _slider(number_: int, control: Control, zone: str) -> list[str]:
    declared = {str(number_): "", "style": "knob", "tooltip": control.text, "unit": control.unit}
    if control.is_logarithmic:
        declared["scale"] = "log"
    lines = [
        f'ui_interface->declare(&{zone}, "{key}", {literal(value)});'
        for key, value in sorted(declared.items())
    ]
    values = control.neutral, control.minimum, control.maximum, _STEPS[control.name]
    numbers = ", ".join(f"FAUSTFLOAT({number(value)})" for value in values)
    return [*lines, f'ui_interface->addHorizontalSlider("{control.name}", &{zone}, {numbers});']


def _names(model: Model) -> set[str]:
    return {node.name for _, node in walk(model.root)}
