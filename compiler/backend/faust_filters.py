"""Second-order sections in FAUST, in a form that is good in single precision.

A section (b0 + b1 / z + b2 / z^2) / (1 + a1 / z + a2 / z^2) in direct form loses low poles in the rounding of
its coefficients: a1 is near -2, a2 near 1, and only 1 + a1 + a2, about the square of the frequency, matters.
Here the section is written in p = 1 + a1 + a2 and d = 1 - a2, computed exactly, as two integrators:

    v1 = v1' + d (x - v1' - q v2'),  v2 = v2' + v1,  y = b x + c1 v1' + c2 v2'

with ' one sample ago, q = p / d, b = b0, c1 = (b0 a2 - b2) / d, c2 = (B(1) - b0 p) / d: V1 = d (1 - 1/z) / A,
V2 = d / A (cf. the delta operator of Middleton and Goodwin, 1986). It takes as many multiplications as the
direct form. Poles in the left half plane are mirrored: z -> -z, where all delayed values change sign.
A peak of 31 Hz at 48 kHz is right to -143 dB in float32, to -67 dB in direct form.

FAUST adds up constants before they meet a signal: v1' - d v1' would become (1 - d) v1', rounded. It does not
open a product, so d stands before the parentheses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from compiler.backend.faust_coefficients import Coefficients
from compiler.backend.faust_text import Text, outputs_of, parameters, side_by_side, total
from compiler.errors import UnsupportedModule
from compiler.ir.nodes import Array, Sos

_LARGEST = 1e15
"""A section whose coefficients are larger than this in the form of integrators is written in direct form."""


@dataclass(frozen=True)
class Section:
    """A section as `helper(values)`. `values` are its coefficients, or for a host's rate what makes them."""

    helper: str
    values: tuple[float, ...]


def sos(text: Text, coefficients: Coefficients, node: Sos, follow_host_rate: bool = False) -> str:
    """FAUST expression of `node`.

    Raises UnsupportedModule where it follows the host's rate and a loop has its sample of delay from it.
    """
    powers = coefficients.powers(node)
    if follow_host_rate and powers.any():
        raise UnsupportedModule(node.name, "follow_host_rate: the only delay of a loop is in these sections")
    count = node.sections.shape[-2]
    comment = f"{node.name}: filters of {count} second-order section{'s' if count > 1 else ''}"

    def cascade(sections: Array, power: float) -> list[str]:
        steps = [_step(coefficients, node.name, row, follow_host_rate) for row in sections]
        late = coefficients.powered("1.0", power)
        return steps if late == "1.0" else [*steps, f"*({late})"]

    if node.sections.ndim == 3:
        chains = [cascade(node.sections[at], powers[at]) for at in range(len(node.sections))]
        boxes = [" : ".join(chain) for chain in chains]
        return text.define(node.name, side_by_side([_boxed(box) for box in boxes]), comment=comment)
    rows = []
    for output in range(node.outputs):
        terms = []
        for source in range(node.inputs):
            if (node.sections[output, source, :, :3] != 0.0).any(axis=-1).all():
                chain = cascade(node.sections[output, source], powers[output, source])
                terms.append(f"({' : '.join([f'x{source + 1}', *chain])})")
        rows.append(total(terms))
    return text.define(node.name, outputs_of(rows), parameters(node.inputs), comment)


def section(row: Sequence[float]) -> Section:
    """The section b0 b1 b2 a0 a1 a2 in the form that suits it, at the model's rate."""
    b0, b1, b2, a0, a1, a2 = (Fraction(float(value)) for value in row)
    b0, b1, b2, a1, a2 = b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0
    direct = Section("direct_section", _floats(b0, b1, b2, a1, a2))
    if a1 == a2 == 0:
        return Section("taps", _floats(b0, b1, b2))
    side, name = (1, "") if a1 <= 0 else (-1, "_high")
    at_side, near = b0 + side * b1 + b2, 1 + side * a1 + a2
    if a2 == b2 == 0:
        if near == 0:
            return direct
        found = Section(f"one_pole{name}", _floats(b0, at_side / near - b0, near))
    else:
        d = 1 - a2
        if d == 0:
            return direct
        c1, c2 = (b0 * a2 - b2) / d, (at_side - b0 * near) / d
        found = Section(f"section{name}", _floats(b0, c1, c2, d, near / d))
    return found if max(map(abs, found.values)) < _LARGEST else direct


def hosted_section(row: Sequence[float]) -> Section:
    """The section as the bilinear transform of c0 + c1 s + c2 s^2 over d0 + d1 s + d2 s^2, for any rate."""
    b0, b1, b2, a0, a1, a2 = (Fraction(float(value)) for value in row)
    if a1 == a2 == b1 == b2 == 0:
        return Section("taps", _floats(b0 / a0, Fraction(0), Fraction(0)))
    side, name = (1, "") if a1 / a0 <= 0 else (-1, "_high")
    first_order = a2 == b2 == 0
    if first_order and a0 + side * a1 != 0:
        kind = f"hosted_one_pole{name}"
        c, d = [b0 + side * b1, b0 - side * b1], [a0 + side * a1, a0 - side * a1]
    else:
        kind = f"hosted_section{name}"
        if a0 == a2 or first_order:
            side, kind = 1, "hosted_direct_section"
        c = [b0 + side * b1 + b2, 2 * (b0 - b2), b0 - side * b1 + b2]
        d = [a0 + side * a1 + a2, 2 * (a0 - a2), a0 - side * a1 + a2]
    return Section(kind, _floats(*(value / a0 for value in [*c, *d])))


def _step(coefficients: Coefficients, path: str, row: Array, follow_host_rate: bool) -> str:
    found = hosted_section(row.tolist()) if follow_host_rate else section(row.tolist())
    values = [coefficients.coefficient(path, value) for value in found.values]
    if coefficients.has_gamma:
        gamma = coefficients.powered("1.0", 1.0)
        return f"({gamma}, _ : {found.helper}_at({', '.join(values)}))"
    return f"{found.helper}({', '.join(values)})"


def _floats(*values: Fraction) -> tuple[float, ...]:
    return tuple(float(value) if abs(value) < 10**300 else np.inf for value in values)


def _boxed(box: str) -> str:
    return f"({box})" if " : " in box else box
