"""What is found about each loop, and about each filter outside loops, of one network in one precision."""

import math
from dataclasses import dataclass

import numpy as np

from compiler.certificate.loops import cycle_delay, growth_db_per_minute, loop_gain
from compiler.certificate.network import Element, Network
from compiler.certificate.poles import grid, leading_eigenvalues, unstable_pole
from compiler.certificate.rounding import EXACT, Precision
from compiler.certificate.sections import has_pole_outside, pole_margin
from compiler.errors import DelayFreeLoop
from compiler.ir.nodes import Array

STABLE = "certified-stable"
MARGINAL = "marginally-stable"
INDETERMINATE = "indeterminate"
NOT_CERTIFIED = "not-certified"
UNSTABLE = "unstable"
VERDICTS = (STABLE, MARGINAL, INDETERMINATE, NOT_CERTIFIED, UNSTABLE)
"""From best to worst."""

LOSSLESS = 8.0 * 2.0**-24
"""A loop's gain this near 1 is 1: what training in single precision leaves of an orthogonal matrix."""
MOST_GROWTH = 6.0
"""Growth in dB per minute beyond which a loop is not called lossless, however near 1 its gain is."""


@dataclass(frozen=True)
class Finding:
    """What holds for the loop, or filter, at `path`, in the precision named."""

    path: str
    verdict: str
    reason: str
    precision: str
    gain: float | None = None
    """Upper bound of the gain around the loop; None for what is no loop."""
    growth_db_per_minute: float | None = None
    """Upper bound of a lossless loop's growth, by rounding of the written values."""
    frequency_hz: float | None = None
    """Where the gain is too high, or a pole was found."""


def worst(verdicts: list[str]) -> str:
    """The worst of some verdicts; certified-stable if there are none."""
    return max(verdicts, key=VERDICTS.index, default=STABLE)


def judge(network: Network, sample_rate: float, precision: Precision) -> list[Finding]:
    """Findings in signal order. Raises DelayFreeLoop for a cycle without a delay of a sample."""
    loops, others = network.loops()
    findings = [f for i in others for f in _judge_filter(network.elements[i], precision)]
    lossless: list[tuple[int, str]] = []
    for members in loops:
        finding = judge_loop(network.part(members).merged(), sample_rate, precision)
        if finding.verdict == MARGINAL:
            feeding = [path for first, path in lossless if _reaches(network, first, members[0])]
            if feeding:
                reason = f"lossless, and fed by {feeding[0]}, lossless too: a resonance that both have grows"
                finding = Finding(finding.path, INDETERMINATE, reason, precision.name, finding.gain)
            lossless.append((members[0], finding.path))
        findings.append(finding)
    return findings


def judge_loop(loop: Network, sample_rate: float, precision: Precision) -> Finding:
    """The finding for one loop, a strongly connected network."""
    path = loop.name()
    delay = cycle_delay(loop)
    if delay <= 0.0:
        raise DelayFreeLoop(path, "a cycle without a delay of at least one sample")
    what = f"{len(loop.elements)} {'line' if len(loop.elements) == 1 else 'lines'}"
    found = loop_gain(loop, precision)
    if found.bound < 1.0:
        how = "in each frequency band" if found.by_band else "at all frequencies, whatever the delays"
        reason = f"{what}, gain around the loop at most {_text(found.bound)} {how}"
        return Finding(path, STABLE, reason, precision.name, found.bound)
    exact = loop_gain(loop, EXACT).bound
    growth = growth_db_per_minute(found.bound, delay, sample_rate)
    if exact <= 1.0 + LOSSLESS and growth <= MOST_GROWTH:
        reason = f"{what}, lossless: rounding of values can make it grow by {growth:.2g} dB a minute at most"
        return Finding(path, MARGINAL, reason, precision.name, found.bound, growth)
    return _judge_loud(loop, path, sample_rate, precision, found.bound, exact, found.worst)


def _judge_loud(
    loop: Network,
    path: str,
    sample_rate: float,
    precision: Precision,
    bound: float,
    exact: float,
    worst_angle: float | None,
) -> Finding:
    """The finding for a loop whose bound is not below 1: unstable if a pole is shown, else what is known."""
    name, hz = precision.name, sample_rate / (2.0 * math.pi)
    angles = grid(loop) if worst_angle is None else np.union1d(grid(loop), _near(worst_angle))
    leading = leading_eigenvalues(loop, angles)
    magnitude = np.abs(leading)
    if magnitude.max() > 1.0:
        pole = unstable_pole(loop, angles, leading, precision)
        if pole is not None:
            rise = 20.0 * math.log10(abs(pole)) * sample_rate
            at = abs(math.atan2(pole.imag, pole.real)) * hz
            reason = f"a pole outside the circle: grows by {rise:.3g} dB a second at {at:.5g} Hz"
            return Finding(path, UNSTABLE, reason, name, bound, frequency_hz=at)
    weak = [e.paths[0] for e in loop.elements if not _is_stable(e, precision)]
    if weak:
        shown = [e.paths[0] for e in loop.elements if has_pole_outside(e.sections.reshape(-1, 6), precision)]
        if shown:
            reason = f"{shown[0]} is unstable by itself: stable only if the loop around it makes it so"
            return Finding(path, NOT_CERTIFIED, reason, name)
        return Finding(path, INDETERMINATE, f"{weak[0]} has poles too near the circle to tell", name)
    if magnitude.max() > 1.0 + 1e-9:
        k = int(magnitude.argmax())
        at = float(angles[k]) * hz
        gain = _text(float(magnitude[k]))
        reason = f"gain around the loop {gain} at {at:.5g} Hz: stable by luck of phases, if at all"
        return Finding(path, NOT_CERTIFIED, reason, name, bound, frequency_hz=at)
    if exact < 1.0:
        reason = (
            f"gain around the loop at most {_text(exact)}, but {_text(bound)} as rounded in {name} precision"
        )
        return Finding(path, INDETERMINATE, reason, name, bound)
    where = "" if worst_angle is None else f" near {worst_angle * hz:.5g} Hz"
    reason = f"no bound below 1 of the gain around the loop was found: {_text(bound)} at best{where}"
    return Finding(path, INDETERMINATE, reason, name, bound)


def _judge_filter(element: Element, precision: Precision) -> list[Finding]:
    """What is wrong with a filter outside loops: nothing, most often."""
    sections, path = element.sections.reshape(-1, 6), element.paths[0]
    if has_pole_outside(sections, precision):
        return [Finding(path, UNSTABLE, "a filter with a pole outside the circle", precision.name)]
    if _is_stable(element, precision):
        return []
    if pole_margin(sections, EXACT) <= 0.0:
        return [Finding(path, NOT_CERTIFIED, "a filter with a pole on the circle", precision.name)]
    reason = f"a filter with poles nearer to the circle than its rounding in {precision.name} precision"
    return [Finding(path, INDETERMINATE, reason, precision.name)]


def _is_stable(element: Element, precision: Precision) -> bool:
    return pole_margin(element.sections.reshape(-1, 6), precision) > 0.0


def _reaches(network: Network, first: int, last: int) -> bool:
    """Whether signals get from one element to another."""
    links, seen = network.links(), {first}
    waiting = [first]
    while waiting:
        for target in np.flatnonzero(links[:, waiting.pop()]).tolist():
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return last in seen


def _near(angle: float) -> Array:
    """Points close around an angular frequency."""
    return angle * np.exp(np.linspace(-0.05, 0.05, 201))


def _text(gain: float) -> str:
    return f"{gain:.6g} ({20.0 * math.log10(gain):+.3g} dB)" if 0.0 < gain < math.inf else f"{gain:g}"
