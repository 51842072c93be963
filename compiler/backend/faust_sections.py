"""FAUST definitions of the sections that `faust_filters` writes: fixed, at the host's rate, at z / gamma.

What a section keeps for the next sample is already times gamma: scaled where it is read, FAUST would have
more multiplications of it. And it is `ringed`: what FAUST keeps for a sample or two it copies from cell to
cell at the end of each sample, and g++ keeps it once more, which takes three stores instead of one. With
g++ 12 a loop of 32 lines with a section each and a `t60` takes 88 ns a sample instead of 110.
"""

_SECTION = """\
// Second-order section as two integrators: its poles by how far they are from z = {one}.
{name}(b, c1, c2, d, q{g}) = turn ~ (ringed, ringed) : !, !, _ with {{
    turn(v1, v2, x) = {once}v, {second}, b*x {sign} (c1*v1 + c2*v2) with {{ v = {first}; }};
}};"""

_ONE_POLE = """\
// First-order section as an integrator: its pole by how far it is from z = {one}.
{name}(b, c, p{g}) = turn ~ ringed : !, _ with {{
    turn(v, x) = {first}, b*x {sign} c*v;
}};"""

_DIRECT = """\
// Second-order section in direct form.
{name}(b0, b1, b2, a1, a2{g}) = turn ~ (ringed, ringed) : !, !, _ with {{
    turn(v1, v2, x) = {once}v, {once}v1, b0*v + b1*v1 + b2*v2 with {{ v = x - a1*v1 - a2*v2; }};
}};"""

_TAPS = """\
{name}(b0, b1, b2{g}, x) = b0*x + {once}b1*x' + {twice}b2*x'';"""

_HOSTED_SECTION = """\
// The bilinear transform at the host's rate of c0 + c1 s + c2 s^2 over d0 + d1 s + d2 s^2.
hosted_{name}(c0, c1, c2, d0, d1, d2{g}) = {name}(b, c1 / d1 - b, late, d, 2 * d0 / (d1 * r){g}) with {{
    r = {ratio};
    scale = d0 + d1 * r + d2 * r * r;
    b = (c0 + c1 * r + c2 * r * r) / scale;
    d = 2 * d1 * r / scale;
    late = 2 * (c0 - b * d0) / (d1 * r);
}};"""

_HOSTED_ONE_POLE = """\
// The bilinear transform at the host's rate of c0 + c1 s over d0 + d1 s.
hosted_{name}(c0, c1, d0, d1{g}) = {name}(b, c0 / d0 - b, 2 * d0 / scale{g}) with {{
    r = {ratio};
    scale = d0 + d1 * r;
    b = (c0 + c1 * r) / scale;
}};"""

_HOSTED_DIRECT = """\
// The bilinear transform at the host's rate of c0 + c1 s + c2 s^2 over d0 + d1 s + d2 s^2.
hosted_{name}(c0, c1, c2, d0, d1, d2{g}) = {name}(b0, b1, b2, a1, a2{g}) with {{
    r = host_ratio;
    b0 = (c0 + c1 * r + c2 * r * r) / scale;
    b1 = 2 * (c0 - c2 * r * r) / scale;
    b2 = (c0 - c1 * r + c2 * r * r) / scale;
    a1 = 2 * (d0 - d2 * r * r) / scale;
    a2 = (d0 - d1 * r + d2 * r * r) / scale;
    scale = d0 + d1 * r + d2 * r * r;
}};"""


def _definitions() -> dict[str, str]:
    found: dict[str, str] = {}
    for suffix, g, once in (("", "", ""), ("_at", ", g", "g*")):
        common = {"g": g, "once": once}
        low = {**common, "one": "1", "sign": "+", "ratio": "host_ratio"}
        high = {**common, "one": "-1", "sign": "-", "ratio": "1 / host_ratio"}
        for side, words in (("", low), ("_high", high)):
            first = "v1 + d*(x - (v1 + q*v2))" if not side else "d*(x + (v1 + q*v2)) - v1"
            second = _product(once, "v2 + v" if not side else "v - v2")
            name = f"section{side}{suffix}"
            found[name] = _SECTION.format(name=name, first=first, second=second, **words)
            found[f"hosted_{name}"] = _HOSTED_SECTION.format(name=name, **words)
            first = _product(once, "v + p*(x - v)" if not side else "p*(x + v) - v")
            name = f"one_pole{side}{suffix}"
            found[name] = _ONE_POLE.format(name=name, first=first, **words)
            found[f"hosted_{name}"] = _HOSTED_ONE_POLE.format(name=name, **words)
        name = f"direct_section{suffix}"
        found[name] = _DIRECT.format(name=name, **common)
        found[f"hosted_{name}"] = _HOSTED_DIRECT.format(name=name, **common)
        name = f"taps{suffix}"
        found[name] = _TAPS.format(name=name, g=g, once=once, twice=2 * once)
    return found


def _product(factor: str, total: str) -> str:
    return f"{factor}({total})" if factor else total


SECTIONS = _definitions()
"""Definitions by name. `g, _ : ..._at(coefficients)` is at z / g.

FAUST tries at each call whether what a function is given is a number: so g, which may be long, is a signal.
"""
