"""Macro controls in block C++: sliders, and what follows them from block to block.

The meaning is that of `compiler.controls.ControlPlan.apply`. Once a block, what a slider stands for glides
towards it (20 ms), and only while it glides are coefficients computed; gains of delay lines and `dry_wet`
go evenly from one block's value to the next, so that no step is heard. A setting made before the first
sample holds from there. At neutral every coefficient is the trained one to the last bit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from compiler.backend.cpp_operations import Knobs, Operations
from compiler.backend.cpp_text import literal, number
from compiler.backend.faust_controls import GLIDE_SECONDS
from compiler.controls import (
    LARGEST_POLE,
    NEAR_NEUTRAL,
    Control,
    ControlPlan,
    DecayTable,
    dry_routing,
    outermost_loops,
)
from compiler.ir.nodes import Model, Sos, walk
from compiler.passes.naming import added

HIGHEST_RATE = 192000.0
"""Sample rate in Hz up to which the whole range of `pre_delay` is there; above, less of it."""
_NEAR = 1e-6
"""What glides is set to its aim when it is as near as this."""
_STEPS = {"t60": 0.001, "pre_delay": 0.1, "damping": 0.001, "dry_wet": 0.001}
_FIELDS = {
    "t60": "fT60",
    "pre_delay": "fPreDelay",
    "damping": "fDamping",
    "freeze": "fFreeze",
    "dry_wet": "fDryWet",
}


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


def with_controls(model: Model, plan: ControlPlan) -> tuple[Model, Knobs]:
    """`model` with the nodes that `damping` and `freeze` need, and what the knobs of `plan` change."""
    loops = outermost_loops(model.root)
    inside = [node for loop in loops for _, node in walk(loop)]
    scaled = frozenset(node.name for node in inside if plan.decay is not None)
    passing = frozenset(node.name for node in inside if isinstance(node, Sos) and "freeze" in plan.names)
    held: dict[str, tuple[float, ...]] = {}
    if "freeze" in plan.names:
        held = {added(name, "kept"): gains for name, gains in plan.makeups.items()}
        held[added(model.root.name, "mute")] = (-1.0,) * model.root.inputs
    kept = tuple(control for control in plan.controls if control.name in ("damping", "freeze"))
    setting = {control.name: 0.5 for control in kept if control.name == "damping"}
    changed = ControlPlan(kept, None, plan.makeups).apply(model, setting)
    new = [node for _, node in walk(changed.root) if isinstance(node, Sos)]
    damped = frozenset(node.name for node in new) - {node.name for _, node in walk(model.root)}
    return changed, Knobs(scaled, passing, damped, held)


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
    if operations.glides:
        _coefficients(made, steps, operations, plan)
    if "damping" in plan.names:
        _damping(made, steps, operations, plan.names)
    if "dry_wet" in plan.names:
        _dry_wet(made, steps, operations, inputs, outputs)
    if "pre_delay" in plan.names:
        _pre_delay(made, operations, plan["pre_delay"], inputs)
    if steps:
        made.functions += _function(
            "A glide from `now` by a share of what is left to `aim`; all of it if that is less than `near`.",
            "double toward(double now, double aim, double share, double near) const",
            ["return !fStarted || std::fabs(aim - now) < near ? aim : now + share * (aim - now);"],
        )
        share = f"n == kBlock ? fShare : 1 - std::exp(-n / ({GLIDE_SECONDS} * fSampleRate))"
        made.functions += _function(
            "Moves what glides on by a block of n samples.",
            "void glide(int n)",
            [f"const double share = {share};", *steps],
        )
        made.before.append("glide(n);")
    made.after.append("fStarted = true;")
    return made


def _coefficients(made: Interface, steps: list[str], operations: Operations, plan: ControlPlan) -> None:
    """t60 and freeze: what they change is computed while one of them glides."""
    steps.append("bool changes = !fStarted;")
    if "freeze" in plan.names:
        made.members += ["Real fFrozen, fFrozenNext;"]
        operations.arrivals.append("fFrozen = fFrozenNext;")
        steps += [
            f"fFrozenNext = Real(toward(fFrozen, fFreeze, share, {_NEAR}));",
            "changes = changes || fFrozenNext != fFrozen;",
        ]
    if plan.decay is not None:
        _decay(made, operations, plan.decay, plan["t60"])
        aim = "(1 - fFreeze) * fLogGammaAim" if "freeze" in plan.names else "fLogGammaAim"
        steps += [
            "if (!fStarted || fT60 != fT60Seen) {",
            "    fT60Seen = fT60;",
            "    fLogGammaAim = log_gamma(fT60);",
            "}",
            f"const double next = toward(fLogGamma, {aim}, share, {_NEAR / operations.longest!r});",
            "changes = changes || next != fLogGamma;",
            "fLogGamma = next;",
        ]
    steps += [
        "fGlides = changes && fStarted;",
        "if (changes) {",
        *("    " + line for line in operations.glides),
        "    fPerSample = Real(1) / Real(n);",
        "    if (!fStarted) arrive();",
        "}",
    ]
    made.members += ["bool fGlides;", "Real fPerSample;"]
    about = "Takes the gains that a block ended with for those of the next."
    made.functions += _function(about, "void arrive()", operations.arrivals)
    made.after.append("if (fGlides) arrive();")


def _decay(made: Interface, operations: Operations, table: DecayTable, control: Control) -> None:
    """ln(gamma) a sample, from the table, linear in 1 / T60."""
    sample_rate = operations.program.sample_rate
    rates = table.rates[table.sample_rates.index(sample_rate)]
    places = operations.tables.reals([1.0 / seconds for seconds in reversed(table.seconds)], "double")
    values = operations.tables.reals([rate / sample_rate for rate in reversed(rates)], "double")
    near = number(NEAR_NEUTRAL * control.neutral)
    made.members += ["FAUSTFLOAT fT60Seen;", "double fLogGamma, fLogGammaAim;"]
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


def _damping(made: Interface, steps: list[str], operations: Operations, names: Sequence[str]) -> None:
    """damping: the pole of the lowpass in each loop."""
    made.members += ["FAUSTFLOAT fDampingSeen;", "double fPole, fPoleAim;"]
    let_go = "(1 - fFreeze) * " if "freeze" in names else ""
    steps += [
        "if (!fStarted || fDamping != fDampingSeen) {",
        "    fDampingSeen = fDamping;",
        f"    fPoleAim = std::pow({LARGEST_POLE} * fDamping, 48000.0 / fSampleRate);",
        "}",
        f"const double pole = toward(fPole, {let_go}fPoleAim, share, {_NEAR});",
        "if (!fStarted || pole != fPole) {",
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
        f"fWetNext = toward(fWet, fDryWet, share, {_NEAR});",
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
    declared = {str(number_): "", "tooltip": control.text}
    if not control.is_switch:
        declared |= {"style": "knob", "unit": control.unit}
    if control.is_logarithmic:
        declared["scale"] = "log"
    lines = [
        f'ui_interface->declare(&{zone}, "{key}", {literal(value)});'
        for key, value in sorted(declared.items())
    ]
    if control.is_switch:
        return [*lines, f'ui_interface->addCheckButton("{control.name}", &{zone});']
    values = control.neutral, control.minimum, control.maximum, _STEPS[control.name]
    numbers = ", ".join(f"FAUSTFLOAT({number(value)})" for value in values)
    return [*lines, f'ui_interface->addHorizontalSlider("{control.name}", &{zone}, {numbers});']
