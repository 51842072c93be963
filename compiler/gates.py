"""What each verdict of the certificate may do.

| verdict             | published (into ears)      | exported                           |
|---------------------|----------------------------|------------------------------------|
| certified-stable    | yes                        | yes                                |
| marginally-stable   | yes, with a warning        | yes, with a warning                |
| indeterminate       | with force=True, a warning | with strict=False, a warning       |
| not-certified       | never                      | with strict=False, a warning       |
| unstable            | never                      | with strict=False, a warning       |
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from compiler.certificate import Certificate, KnobRange, certify
from compiler.certificate.judgement import INDETERMINATE, MARGINAL, STABLE, VERDICTS
from compiler.controls import HOST_RATES, ControlPlan, plan_controls, step_below
from compiler.errors import BadValue, NotCertified
from compiler.ir.nodes import Model
from compiler.passes.rate import at_rate
from compiler.pipeline import Prepared, prepare

Controls: TypeAlias = Sequence[str] | Mapping[str, tuple[float, float]] | None


@dataclass(frozen=True)
class Judgement:
    """A model as back ends take it, and what is known of its stability over the ranges of its knobs."""

    prepared: Prepared
    plan: ControlPlan
    certificate: Certificate
    narrowed: str = ""
    """Which knob was given a narrower range than usual, because more of it is not certified."""


def judged(model: Model, controls: Controls, follow_host_rate: bool = False) -> Judgement:
    """Prepare, plan and certify `model`; at all usual rates, the worst counting, if it follows the host's.

    Where `controls` names no ranges, and the usual ones are more than can be certified, `t60` ends where
    it still can.
    """
    found = _judged(model, controls, follow_host_rate)
    if isinstance(controls, Mapping) or found.certificate.verdict in (STABLE, MARGINAL):
        return found
    ranges = found.certificate.certified_ranges
    if "t60" not in ranges or ranges.keys() != set(found.plan.names):
        return found
    low, high = ranges["t60"]
    try:
        other = _judged(model, {**ranges, "t60": (low, step_below(high))}, follow_host_rate)
    except BadValue:
        return found  # nothing of another knob's range is certified
    if other.certificate.verdict not in (STABLE, MARGINAL):
        return found
    knob = other.plan["t60"]
    end = min(knob.maximum, max(knob.neutral, step_below(high)))
    return replace(other, narrowed=f"t60 ends at {end:g} s: longer ones are not certified")


def may_publish(judgement: Judgement, force: bool) -> str:
    """A warning, or nothing, for a model that may be heard. Raises NotCertified for one that may not."""
    is_open = judgement.certificate.verdict == INDETERMINATE
    return _pass(judgement, force and is_open, " - force=True publishes it all the same" if is_open else "")


def may_export(judgement: Judgement, strict: bool) -> str:
    """A warning, or nothing, for a model that may be exported. Raises NotCertified for one that may not."""
    return _pass(judgement, not strict, " - strict=False writes it all the same")


def _pass(judgement: Judgement, is_forced: bool, knob: str) -> str:
    certificate = judgement.certificate
    if certificate.verdict == STABLE:
        return judgement.narrowed
    path, found, why = certificate.reason.partition(": ")
    path, said = (path, f"{certificate.verdict}: {why}") if found else (certificate.name, certificate.verdict)
    if certificate.verdict == MARGINAL or is_forced:
        return "; ".join(part for part in (f"{path}: {said}", judgement.narrowed) if part)
    raise NotCertified(path, f"{said}{_narrower(certificate)}{knob}")


def _judged(model: Model, controls: Controls, follow_host_rate: bool) -> Judgement:
    prepared = prepare(model)
    plan = plan_controls(prepared, controls, HOST_RATES if follow_host_rate else ())
    certificate = certify(prepared, plan)
    further = [rate for rate in HOST_RATES if follow_host_rate and rate != prepared.sample_rate]
    knobs = certificate.knobs
    for rate in further:
        other = certify(replace(prepared, model=at_rate(prepared.model, rate)), plan)
        knobs = tuple(_in_both(*pair) for pair in zip(knobs, other.knobs, strict=True))
        if VERDICTS.index(other.verdict) > VERDICTS.index(certificate.verdict):
            told = (replace(each, reason=f"{each.reason}, at {rate:g} Hz") for each in other.findings)
            certificate = replace(other, findings=tuple(told))
    covered = tuple(sorted((prepared.sample_rate, *further)))
    return Judgement(prepared, plan, replace(certificate, knobs=knobs, sample_rates=covered))


def _in_both(one: KnobRange, other: KnobRange) -> KnobRange:
    """The knob with what is certified of it at two rates."""
    if one.certified is None or other.certified is None:
        return replace(one, certified=None)
    low, high = zip(one.certified, other.certified, strict=True)
    return replace(one, certified=(max(low), min(high)))


def _narrower(certificate: Certificate) -> str:
    """Which ranges of the knobs would pass, if narrower ones would."""
    found = [
        f"{knob.name}={knob.certified[0]:g}:{knob.certified[1]:g}"
        for knob in certificate.knobs
        if knob.certified is not None and knob.certified != (knob.minimum, knob.maximum)
    ]
    return f" - certified with {', '.join(found)}" if found else ""
