"""What each verdict may do, and that a program which follows the host is judged at every rate."""

import numpy as np
import pytest

from compiler.certificate import Certificate, Finding, KnobRange
from compiler.controls import ControlPlan
from compiler.errors import NotCertified
from compiler.gates import Judgement, judged, may_export, may_publish
from compiler.ir.nodes import Delay, Gain, Model, Recursion
from compiler.pipeline import prepare


def judgement_of(verdict: str, findings: tuple[Finding, ...], knobs: tuple[KnobRange, ...] = ()) -> Judgement:
    certificate = Certificate("hall", 48000.0, verdict, "certified-stable", findings, knobs)
    return Judgement(prepare(picky()), ControlPlan(), certificate)


def because(verdict: str) -> tuple[Finding, ...]:
    return (Finding("hall/loop", verdict, "because", "double"),)


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
    asked = judgement_of(verdict, because(verdict))
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
    with pytest.raises(NotCertified, match=r"^hall: unstable - strict=False writes it all the same$"):
        may_export(judgement_of("unstable", ()), strict=True)


def test_the_range_of_a_knob_that_would_pass_is_named():
    knob = KnobRange("t60", "s", 0.1, 10.0, (0.1, 2.69), "why")
    asked = judgement_of("indeterminate", because("indeterminate"), (knob,))
    with pytest.raises(NotCertified, match=r"because - certified with t60=0.1:2.69 - strict=False"):
        may_export(asked, strict=True)


def picky() -> Model:
    """1 / (1 - 0.9 z^-4 + 0.6 z^-8): poles at 0.94; with 7 for 8, as 44.1 kHz would have it, at 1.08."""
    lines = Delay("lines", np.array([[4.0, 8.0]]), np.array([[0.9, -0.6]]))
    return Model("hall", 48000.0, Recursion("loop", lines, Gain("split", np.ones((2, 1)))))


def test_a_program_that_keeps_its_rate_is_judged_at_it_alone():
    certificate = judged(picky(), None).certificate
    assert certificate.sample_rate == 48000.0
    assert certificate.verdict != "unstable"


def test_a_program_that_follows_the_host_is_judged_at_its_worst_rate():
    certificate = judged(picky(), None, follow_host_rate=True).certificate
    assert certificate.sample_rate == 44100.0
    assert certificate.verdict == "unstable"
    assert certificate.reason.endswith(", at 44100 Hz")


def uneven() -> Model:
    """Six lines of different decay: their proof holds for a t60 up to some seconds only."""
    random = np.random.default_rng(0)
    matrix, _ = np.linalg.qr(random.normal(size=(6, 6)))
    lines = Delay("lines", random.integers(200, 900, 6).astype(float), random.uniform(0.2, 0.7, 6))
    return Model("hall", 48000.0, Recursion("loop", lines, Gain("mixing", matrix)))


def test_a_knob_that_cannot_be_certified_to_its_end_ends_where_it_can():
    judgement = judged(uneven(), ["t60", "dry_wet"])
    knob = judgement.plan["t60"]
    assert judgement.certificate.verdict == "certified-stable"
    assert knob.neutral < knob.maximum < 10.0
    assert judgement.narrowed == f"t60 ends at {knob.maximum:g} s: longer ones are not certified"
    assert may_publish(judgement, force=False) == judgement.narrowed
    assert judgement.plan["dry_wet"].maximum == 1.0


def test_a_range_that_was_asked_for_is_not_narrowed():
    judgement = judged(uneven(), {"t60": (0.1, 10.0)})
    assert judgement.plan["t60"].maximum == 10.0
    with pytest.raises(NotCertified, match=r"with t60 10 s.* - certified with t60=0.1:\d"):
        may_publish(judgement, force=False)
