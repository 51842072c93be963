"""What each verdict may do, and that a program which follows the host is judged at every rate."""

from dataclasses import replace

import numpy as np
import pytest

import compiler.gates
from compiler.certificate import Certificate, Finding, KnobRange, certify
from compiler.controls import HOST_RATES, ControlPlan, plan_controls
from compiler.errors import NotCertified
from compiler.gates import Judgement, judged, may_export, may_publish
from compiler.ir.nodes import Delay, Gain, Model, Recursion, Series, Sos
from compiler.passes.rate import at_rate
from compiler.pipeline import prepare
from tests.compiler.certificates import radius
from tests.compiler.networks import CONTROLS, fdn


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


def comb(delay: int, is_filtered: bool = False) -> Model:
    """One line at -6 dB a turn, of which few samples are many when they are rounded."""
    line = Delay("line", np.array([float(delay)]))
    lowpass = Sos("lowpass", np.array([[[0.9, 0.0, 0.0, 1.0, -0.1, 0.0]]]))
    forward = Series("forward", (line, lowpass)) if is_filtered else line
    return Model("hall", 48000.0, Recursion("loop", forward, Gain("back", np.array([[0.5]]))))


@pytest.mark.parametrize(("delay", "is_filtered"), [(3, False), (4, False), (3, True), (101, True)])
def test_what_is_certified_with_t60_grows_at_no_rate(delay, is_filtered):
    judgement = judged(comb(delay, is_filtered), ["t60"], follow_host_rate=True)
    covered = judgement.certificate.sample_rates
    longest = {"t60": judgement.plan["t60"].maximum}
    assert judgement.certificate.verdict == "certified-stable"
    assert covered == (44100.0, 48000.0, 96000.0)
    for rate in (22050.0, 32000.0, 44100.0, 48000.0, 88200.0, 96000.0, 176400.0, 192000.0):
        there = at_rate(judgement.prepared.model, rate)
        applied = radius(judgement.plan.apply(there, longest).root)
        assert applied < 1.0
        assert (applied > radius(there.root)) == (rate in covered)


def test_what_freezes_can_be_judged_at_all_rates():
    judgement = judged(fdn(lines=2), CONTROLS, follow_host_rate=True)
    assert judgement.certificate.sample_rates == (44100.0, 48000.0, 96000.0)
    assert judgement.certificate.verdict == "certified-stable"


def test_the_plan_that_is_emitted_is_the_one_that_is_judged(monkeypatch):
    def planned(*arguments):
        plan = plan_controls(*arguments)
        louder = tuple(rate + 2.0e4 for rate in plan.decay.rates[0])
        rates = (louder, *plan.decay.rates[1:])
        return replace(plan, decay=replace(plan.decay, rates=rates))

    monkeypatch.setattr(compiler.gates, "plan_controls", planned)
    certificate = judged(comb(4), {"t60": (0.1, 10.0)}, follow_host_rate=True).certificate
    assert certificate.verdict == "unstable"
    assert certificate.sample_rate == 44100.0


def test_a_knob_is_certified_as_far_as_it_is_at_every_rate():
    model = uneven()
    whole = {"t60": (0.1, 10.0)}
    together = judged(model, whole, follow_host_rate=True)
    apart = [certify(at_rate(together.prepared.model, rate), together.plan) for rate in HOST_RATES]
    ends = [certificate.certified_ranges["t60"][1] for certificate in apart]
    assert together.certificate.certified_ranges["t60"][1] == min(ends) < max(ends)


def test_a_certificate_for_one_rate_names_it():
    assert judged(comb(101), ["t60"]).certificate.sample_rates == (48000.0,)


def test_a_model_that_is_certified_as_trained_only_ends_on_a_step_all_the_same():
    judgement = judged(uneven(), {"t60": (0.01, 0.05)})
    knob = judgement.plan["t60"]
    assert judgement.certificate.verdict == "certified-stable"
    assert 0.05 < knob.neutral < knob.maximum
    assert judgement.plan.gamma({"t60": knob.maximum}, 48000.0) == 1.0


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
