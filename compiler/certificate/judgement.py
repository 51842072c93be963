"""What is found about each loop, and about each filter outside loops, of one network in one precision."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from compiler.certificate.element import Element
from compiler.certificate.loops import LoopGain, cycle_delay, growth_db_per_minute, loop_gain
from compiler.certificate.network import Network
from compiler.certificate.poles import candidates, grid, is_pole, leading_eigenvalues
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
_TRIED = 3
MOST_GROWTH = 6.0
"""Growth in dB per minute beyond which a loop is not called lossless, however near 1 its gain is."""


@dataclass(frozen=True)
class Finding:
    """What holds for the loop, or filter, at `path`, in the precision named."""

    path: str
    verdict: str
    reason: str
    precision: str = ""
    gain: float | None = None
    """Upper bound of the gain around the loop; None for what is no loop."""
    growth_db_per_minute: float | None = None
    """Upper bound of a lossless loop's growth, by rounding of the written values."""
    frequency_hz: float | None = None
    """Where the gain is too high, or a pole was found."""


def worst(verdicts: list[str]) -> str:
    """The worst of some verdicts; certified-stable if there are none."""
    return max(verdicts, key=VERDICTS.index, default=STABLE)


def judge(network: Network, sample_rate: float, precisions: Sequence[Precision]) -> list[Finding]:
    """Findings for each precision, loops in signal order. `precisions` from the best to the worst.

    Raises DelayFreeLoop for a cycle without a delay of a sample.
    """
    loops, others = network.loops()
    found = [_judge_filter(network.elements[i], precision) for i in others for precision in precisions]
    findings = [finding for finding in found if finding is not None]
    lossless: list[tuple[int, Finding]] = []
    for members in loops:
        for finding in judge_loop(network.part(members).merged(), sample_rate, precisions):
            if finding.verdict == MARGINAL:
                before = [f.path for i, f in lossless if i != members[0] and _reaches(network, i, members[0])]
                lossless.append((members[0], finding))
                if before:
                    reason = f"lossless, and fed by {before[0]}, lossless too: what resonates in both grows"
                    finding = replace(finding, verdict=INDETERMINATE, reason=reason)
            findings.append(finding)
    return findings


def judge_loop(loop: Network, sample_rate: float, precisions: Sequence[Precision]) -> list[Finding]:
    """The findings for one loop, a strongly connected network."""
    delay = cycle_delay(loop)
    if delay <= 0.0:
        raise DelayFreeLoop(loop.name(), "a cycle without a delay of at least one sample")
    findings, ideal, evidence = [], loop_gain(loop, EXACT), None
    for precision in precisions:
        found = loop_gain(loop, precision, ideal)
        finding = _judge_gain(loop, found, ideal, growth_db_per_minute(found.bound, delay, sample_rate))
        if finding is None:
            evidence = evidence or _Evidence.of(loop, sample_rate, found.worst)
            finding = _judge_loud(loop, evidence, precision, found, ideal)
        findings.append(replace(finding, precision=precision.name))
    return findings


def _judge_gain(loop: Network, found: LoopGain, ideal: LoopGain, growth: float) -> Finding | None:
    """The finding that the bound of a loop's gain allows; None if it allows none."""
    what = _what(loop)
    if found.bound < 1.0:
        gain = found.bound ** loop.girth()
        how = "in each frequency band" if found.by_band else "at all frequencies, whatever the delays"
        reason = f"{what}, gain around the loop at most {_text(gain)} {how}"
        return Finding(loop.name(), STABLE, reason, gain=gain)
    if ideal.bound <= 1.0 + LOSSLESS and growth <= MOST_GROWTH:
        reason = f"{what}, lossless: rounding of values can make it grow by {growth:.2g} dB a minute at most"
        return Finding(loop.name(), MARGINAL, reason, gain=found.bound, growth_db_per_minute=growth)
    return None


@dataclass(frozen=True, eq=False)
class _Evidence:
    """What can be said of a loop whose bound is not below 1, without rounding."""

    sample_rate: float
    loudest: float
    """Largest spectral radius of W that was found on the circle."""
    angle: float
    """Where, in radians a sample."""
    candidates: tuple[complex, ...]
    worst: float | None

    @classmethod
    def of(cls, loop: Network, sample_rate: float, worst: float | None) -> "_Evidence":
        peaks = [e.peak_angle() for e in loop.elements] if worst is None else [worst]
        angles = np.unique(np.concatenate([grid(loop), *(_near(angle) for angle in set(peaks))]))
        leading = leading_eigenvalues(loop, angles)
        k = int(np.abs(leading).argmax())
        found = tuple(islice(candidates(loop, angles, leading), _TRIED))
        return cls(sample_rate, float(np.abs(leading[k])), float(angles[k]), found, worst)

    def hz(self, angle: float) -> float:
        return abs(angle) * self.sample_rate / (2.0 * math.pi)


def _judge_loud(
    loop: Network, evidence: _Evidence, precision: Precision, found: LoopGain, ideal: LoopGain
) -> Finding:
    """The finding for a loop whose bound is not below 1: unstable if a pole is shown, else what is known."""
    path, bound = loop.name(), found.bound
    known = bound if math.isfinite(bound) else None
    for p in evidence.candidates:
        if is_pole(loop, p, precision):
            rise = 20.0 / math.log(10.0) * p.real * evidence.sample_rate
            at = evidence.hz(math.remainder(p.imag, 2.0 * math.pi))
            reason = f"a pole outside the circle: grows by {rise:.3g} dB a second at {at:.5g} Hz"
            return Finding(path, UNSTABLE, reason, gain=known, frequency_hz=at)
    for element in loop.elements:
        sections = element.sections.reshape(-1, 6)
        if has_pole_outside(sections, precision):
            reason = (
                f"{element.paths[-1]} is unstable by itself: stable only if the loop around it makes it so"
            )
            return Finding(path, NOT_CERTIFIED, reason)
        if pole_margin(sections, precision) <= 0.0:
            return Finding(path, INDETERMINATE, f"{element.paths[-1]} has poles too near the circle to tell")
    if evidence.loudest > 1.0 + 1e-9:
        at = evidence.hz(evidence.angle)
        gain = _text(evidence.loudest)
        reason = f"gain around the loop {gain} at {at:.5g} Hz: stable by luck of phases, if at all"
        return Finding(path, NOT_CERTIFIED, reason, gain=bound, frequency_hz=at)
    if ideal.bound < 1.0:
        reason = f"gain around the loop at most {_text(ideal.bound)}, but {_text(bound)} as rounded"
        return Finding(path, INDETERMINATE, f"{reason} in {precision.name} precision", gain=bound)
    where = "" if evidence.worst is None else f" near {evidence.hz(evidence.worst):.5g} Hz"
    reason = f"no bound below 1 of the gain around the loop was found: {_text(bound)} at best{where}"
    return Finding(path, INDETERMINATE, reason, gain=bound)


def _judge_filter(element: Element, precision: Precision) -> Finding | None:
    """What is wrong with a filter outside loops; None, most often."""
    sections, path = element.sections.reshape(-1, 6), element.paths[0]
    if has_pole_outside(sections, precision):
        return Finding(path, UNSTABLE, "a filter with a pole outside the circle", precision.name)
    if pole_margin(sections, precision) > 0.0:
        return None
    if pole_margin(sections, EXACT) <= 0.0:
        return Finding(path, NOT_CERTIFIED, "a filter with a pole on the circle", precision.name)
    reason = f"a filter with poles nearer to the circle than its rounding in {precision.name} precision"
    return Finding(path, INDETERMINATE, reason, precision.name)


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


def _what(loop: Network) -> str:
    """How large a loop is."""
    blocks = sum(e.inputs * e.outputs > 1 for e in loop.elements)
    lines = len(loop.elements) - blocks
    said = [f"{lines} line{'s' if lines > 1 else ''}"] if lines else []
    said += [f"{blocks} matri{'ces' if blocks > 1 else 'x'} of filters"] if blocks else []
    return " and ".join(said)


def _text(gain: float) -> str:
    return f"{gain:.6g} ({20.0 * math.log10(gain):+.3g} dB)" if 0.0 < gain < math.inf else f"{gain:g}"
