"""Knob ranges: what is certified of them holds at settings inside, by the eigenvalues of state space."""

import math

import numpy as np
import pytest

from compiler.certificate import certify
from compiler.certificate.judgement import MARGINAL, STABLE
from compiler.controls import plan_controls
from compiler.ir.nodes import Gain, Model, Sos
from compiler.passes.forms import sylvester
from compiler.pipeline import prepare
from tests.compiler.certificates import RATE, fdn, model, orthogonal, radius

RANDOM = np.random.default_rng(31)
LOWPASS = np.array([[[0.45, 0.0, 0.0, 1.0, -0.5, 0.0]]] * 3)


def small(gain: float = 0.9) -> Model:
    """Three short lines with lowpass filters: its state space is small."""
    return model(fdn(gain * orthogonal(3, RANDOM), [31, 43, 59], Sos("lowpass", LOWPASS)))


def test_the_whole_range_of_every_knob_is_certified() -> None:
    controls = {"t60": (0.01, 0.5), "damping": (0.0, 1.0), "dry_wet": (0.0, 1.0), "pre_delay": (0.0, 100.0)}
    drawn = small()
    certificate = certify(drawn, controls)
    assert certificate.verdict == STABLE, certificate.reason
    plan = plan_controls(prepare(drawn), controls)
    for knob in certificate.knobs:
        assert knob.certified == (plan[knob.name].minimum, plan[knob.name].maximum)
    for t60 in np.geomspace(plan["t60"].minimum, plan["t60"].maximum, 5):
        for damping in (0.0, 0.4, 1.0):
            applied = plan.apply(prepare(drawn).model, {"t60": float(t60), "damping": damping})
            assert radius(applied.root) < 1.0


def test_poles_follow_gamma() -> None:
    """What the argument for `t60` rests on."""
    drawn = prepare(small())
    plan = plan_controls(drawn, {"t60": (0.01, 0.5)})
    for t60 in (0.02, 0.1, 0.5):
        gamma = plan.gamma({"t60": t60}, RATE)
        scaled = plan.apply(drawn.model, {"t60": t60})
        assert radius(scaled.root) == pytest.approx(gamma * radius(drawn.model.root), rel=1e-9)


def test_a_lossless_model_is_marginal_with_t60() -> None:
    """Its neutral is as trained: lossless. Rounding of what the slider computes counts."""
    drawn = model(fdn(sylvester(4) / 2.0, [809, 877, 937, 1049]))
    plain, with_knob = certify(drawn), certify(drawn, ["t60"])
    assert plain.verdict == with_knob.verdict == MARGINAL
    growths = [
        next(f.growth_db_per_minute or 0.0 for f in c.findings if f.precision == "single")
        for c in (plain, with_knob)
    ]
    assert growths[1] > growths[0] > 0.0
    knob = with_knob.knobs[0]
    assert knob.certified == (knob.minimum, knob.maximum)


def test_a_range_that_goes_too_far_is_certified_as_far_as_it_can_be() -> None:
    """Lines that decay at very different rates, made to last 10 s: some modes would grow by then."""
    random = np.random.default_rng(2)
    gains = Gain("gains", random.uniform(0.1, 1.0, 6))
    drawn = model(fdn(orthogonal(6, random), random.integers(20, 60, 6), gains))
    certificate = certify(drawn, {"t60": (0.01, 10.0)})
    neutral = plan_controls(prepare(drawn), {"t60": (0.01, 10.0)})["t60"].neutral
    (knob,) = certificate.knobs
    assert certificate.verdict not in (STABLE, MARGINAL)
    assert knob.certified is not None and neutral <= knob.certified[1] < 10.0
    assert certify(drawn, certificate.certified_ranges).verdict == STABLE
    assert "with t60 10 s" in certificate.reason


def test_freeze_is_certified_with_low_filters_in_the_loop() -> None:
    """Frozen, they pass everything, in single precision too."""
    from tests.compiler.test_certificate_sections import octaves

    sections = np.array([octaves(seed, 0.2) for seed in range(4)])
    drawn = model(fdn(0.9 * orthogonal(4, RANDOM), [809, 877, 937, 1049], Sos("absorption", sections)))
    certificate = certify(drawn, ["freeze"])
    assert certificate.verdict in (STABLE, MARGINAL), certificate.reason
    assert certificate.knobs[0].certified == (0.0, 1.0)


def test_damping_may_not_hide_what_grows_without_it() -> None:
    certificate = certify(model(fdn([[1.001]], [100])), ["damping"])
    assert certificate.verdict == "unstable"
    assert certificate.knobs[0].certified is None


def test_a_long_t60_at_a_low_frequency_stays_in_single_precision() -> None:
    """Sections at z / gamma keep their form: 31 Hz at 48 kHz is no worse for it."""
    from tests.compiler.test_certificate_sections import octaves

    sections = np.array([octaves(seed, 0.3) for seed in range(4)])
    drawn = model(fdn(0.9 * orthogonal(4, RANDOM), [809, 877, 937, 1049], Sos("absorption", sections)))
    certificate = certify(drawn, {"t60": (0.1, 3.0)})
    assert certificate.single == certificate.double == STABLE, certificate.reason
    gains = {f.precision: f.gain for f in certificate.findings}
    assert math.isclose(gains["single"], gains["double"], rel_tol=1e-3)
