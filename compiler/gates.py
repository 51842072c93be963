"""What each verdict of the certificate may do.

| verdict             | published (into ears)      | exported                           |
|---------------------|----------------------------|------------------------------------|
| certified-stable    | yes                        | yes                                |
| marginally-stable   | yes, with a warning        | yes, with a warning                |
| indeterminate       | with force=True, a warning | with strict=False, a warning       |
| not-certified       | never                      | with strict=False, a warning       |
| unstable            | never                      | with strict=False, a warning       |
"""

from compiler.errors import NotCertified

STABLE = "certified-stable"
MARGINAL = "marginally-stable"
INDETERMINATE = "indeterminate"
VERDICTS = (STABLE, MARGINAL, INDETERMINATE, "not-certified", "unstable")


def may_publish(name: str, verdict: str, reason: str, force: bool) -> str | None:
    """None, or a warning, for a model that may be heard. Raises NotCertified for one that may not."""
    return _pass(
        name, verdict, reason, forced=force and verdict == INDETERMINATE, knob=_publish_knob(verdict)
    )


def may_export(name: str, verdict: str, reason: str, strict: bool) -> str | None:
    """None, or a warning, for a model that may be exported. Raises NotCertified for one that may not."""
    return _pass(name, verdict, reason, forced=not strict, knob=" - strict=False writes it all the same")


def _publish_knob(verdict: str) -> str:
    return " - force=True publishes it all the same" if verdict == INDETERMINATE else ""


def _pass(name: str, verdict: str, reason: str, forced: bool, knob: str) -> str | None:
    if verdict == STABLE:
        return None
    said = f"{verdict}: {reason}" if reason else verdict
    if verdict == MARGINAL or (forced and verdict in VERDICTS):
        return f"{name}: {said}"
    raise NotCertified(name, f"{said}{knob}")
