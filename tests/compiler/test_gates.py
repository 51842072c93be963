"""What each verdict may do, and that a program which follows the host is judged at every rate."""

import numpy as np
import pytest

from compiler.certificate import Certificate, Finding
from compiler.errors import NotCertified
from compiler.gates import judged, may_export, may_publish
from compiler.ir.nodes import Delay, Gain, Model, Recursion


def certificate_of(verdict: str) -> Certificate:
    finding = Finding("hall/loop", verdict, "because", "double")
    return Certificate("hall", 48000.0, verdict, "certified-stable", (finding,))


ALLOWED = {
    # verdict: published, published with force, exported, exported without strict
    "certified-stable": (True, True, True, True),
    "marginally-stable": (True, True, True, True),
    "indeterminate": (False, True, False, True),
    "not-certified": (False, False, False, True),
    "unstable": (False, False, False, True),
}


@pytest.mark.parametrize("verdict", ALLOWED)
def test_a_verdict_opens_the_gates_that_the_design_says(verdict):
    asked = certificate_of(verdict)
    attempts = (
        lambda: may_publish(asked, force=False),
        lambda: may_publish(asked, force=True),
        lambda: may_export(asked, strict=True),
        lambda: may_export(asked, strict=False),
    )
    for attempt, is_allowed in zip(attempts, ALLOWED[verdict], strict=True):
        if is_allowed:
            warning = attempt()
            assert warning == ("" if verdict == "certified-stable" else f"hall/loop: {verdict}: because")
        else:
            with pytest.raises(NotCertified, match=f"^hall/loop: {verdict}: because"):
                attempt()


def test_a_verdict_without_a_reason_is_told_with_the_models_name():
    bare = Certificate("hall", 48000.0, "unstable", "unstable")
    with pytest.raises(NotCertified, match=r"^hall: unstable - strict=False writes it all the same$"):
        may_export(bare, strict=True)


def picky() -> Model:
    """1 / (1 - 0.9 z^-4 + 0.6 z^-8): poles at 0.94; with 7 for 8, as 44.1 kHz would have it, at 1.08."""
    lines = Delay("lines", np.array([[4.0, 8.0]]), np.array([[0.9, -0.6]]))
    return Model("hall", 48000.0, Recursion("loop", lines, Gain("split", np.ones((2, 1)))))


def test_a_program_that_keeps_its_rate_is_judged_at_it_alone():
    _, _, certificate = judged(picky(), None, follow_host_rate=False)
    assert certificate.sample_rate == 48000.0
    assert certificate.verdict != "unstable"


def test_a_program_that_follows_the_host_is_judged_at_its_worst_rate():
    _, _, certificate = judged(picky(), None, follow_host_rate=True)
    assert certificate.sample_rate == 44100.0
    assert certificate.verdict == "unstable"
    assert certificate.reason.endswith(", at 44100 Hz")
