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
from dataclasses import replace

from compiler.certificate import Certificate, certify
from compiler.certificate.judgement import INDETERMINATE, MARGINAL, STABLE, VERDICTS
from compiler.controls import HOST_RATES, ControlPlan, plan_controls
from compiler.errors import NotCertified
from compiler.ir.nodes import Model
from compiler.passes.rate import at_rate
from compiler.pipeline import Prepared, prepare


def judged(
    model: Model,
    controls: Sequence[str] | Mapping[str, tuple[float, float]] | None,
    follow_host_rate: bool,
) -> tuple[Prepared, ControlPlan, Certificate]:
    """`model` as back ends take it, and its certificate: that of the worst rate if it follows the host's."""
    prepared = prepare(model)
    plan = plan_controls(prepared, controls, HOST_RATES if follow_host_rate else ())
    certificate = certify(prepared, plan)
    for rate in HOST_RATES if follow_host_rate else ():
        other = certify(at_rate(prepared.model, rate), controls)
        if VERDICTS.index(other.verdict) > VERDICTS.index(certificate.verdict):
            told = (replace(each, reason=f"{each.reason}, at {rate:g} Hz") for each in other.findings)
            certificate = replace(other, findings=tuple(told))
    return prepared, plan, certificate


def may_publish(certificate: Certificate, force: bool) -> str:
    """A warning, or nothing, for a model that may be heard. Raises NotCertified for one that may not."""
    is_open = certificate.verdict == INDETERMINATE
    return _pass(certificate, force and is_open, " - force=True publishes it all the same" if is_open else "")


def may_export(certificate: Certificate, strict: bool) -> str:
    """A warning, or nothing, for a model that may be exported. Raises NotCertified for one that may not."""
    return _pass(certificate, not strict, " - strict=False writes it all the same")


def _pass(certificate: Certificate, is_forced: bool, knob: str) -> str:
    if certificate.verdict == STABLE:
        return ""
    path, found, why = certificate.reason.partition(": ")
    path, said = (path, f"{certificate.verdict}: {why}") if found else (certificate.name, certificate.verdict)
    if certificate.verdict == MARGINAL or is_forced:
        return f"{path}: {said}"
    raise NotCertified(path, f"{said}{knob}")
