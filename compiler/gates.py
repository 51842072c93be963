"""What each verdict of the certificate may do.

| verdict             | published (into ears)      | exported                           |
|---------------------|----------------------------|------------------------------------|
| certified-stable    | yes                        | yes                                |
| marginally-stable   | yes, with a warning        | yes, with a warning                |
| indeterminate       | with force=True, a warning | with strict=False, a warning       |
| not-certified       | never                      | with strict=False, a warning       |
| unstable            | never                      | with strict=False, a warning       |
"""

from typing import Protocol

from compiler.errors import NotCertified

STABLE = "certified-stable"
MARGINAL = "marginally-stable"
INDETERMINATE = "indeterminate"


class Judged(Protocol):
    """What is asked of a certificate."""

    @property
    def name(self) -> str:
        """The model's."""

    @property
    def verdict(self) -> str:
        """One of the table's."""

    @property
    def reason(self) -> str:
        """`path: why`, or nothing."""


def may_publish(certificate: Judged, force: bool) -> str:
    """A warning, or nothing, for a model that may be heard. Raises NotCertified for one that may not."""
    is_open = certificate.verdict == INDETERMINATE
    return _pass(certificate, force and is_open, " - force=True publishes it all the same" if is_open else "")


def may_export(certificate: Judged, strict: bool) -> str:
    """A warning, or nothing, for a model that may be exported. Raises NotCertified for one that may not."""
    return _pass(certificate, not strict, " - strict=False writes it all the same")


def _pass(certificate: Judged, is_forced: bool, knob: str) -> str:
    if certificate.verdict == STABLE:
        return ""
    path, found, why = certificate.reason.partition(": ")
    path, said = (path, f"{certificate.verdict}: {why}") if found else (certificate.name, certificate.verdict)
    if certificate.verdict == MARGINAL or is_forced:
        return f"{path}: {said}"
    raise NotCertified(path, f"{said}{knob}")
