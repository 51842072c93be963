"""Verdicts: the loops that must be certified, those that must not, and what a certificate says."""

import json
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.certificate import Certificate, certify
from compiler.certificate.judgement import INDETERMINATE, MARGINAL, NOT_CERTIFIED, STABLE, UNSTABLE, VERDICTS
from compiler.errors import ConfigError, DelayFreeLoop
from compiler.ir.json import to_json
from compiler.ir.nodes import Delay, Fir, Gain, Node, Parallel, Recursion, Series, Sos
from compiler.passes.forms import sylvester
from tests.compiler.certificates import fdn, model, orthogonal, radius
from tests.compiler.test_certificate_matrices import paraunitary
from tests.compiler.test_certificate_sections import octaves, peak

Array = NDArray[np.float64]
RANDOM = np.random.default_rng(12)
DELAYS = np.array([809, 877, 937, 1049, 1151, 1249, 1373, 1499])
UNSTABLE_SECTION = [[1.0, 0.0, 0.0, 1.0, -2.1, 1.05]]


def hidden(gain: float) -> Array:
    """D^-1 (gain Q) D of spectral norm 7."""
    matrix = gain * orthogonal(8, RANDOM)
    spread = 0.0
    while np.linalg.norm(matrix / np.exp(spread * EXPONENTS)[:, None] * np.exp(spread * EXPONENTS), 2) < 7.0:
        spread += 0.01
    return matrix / np.exp(spread * EXPONENTS)[:, None] * np.exp(spread * EXPONENTS)


EXPONENTS = np.random.default_rng(1).standard_normal(8)


def householder(size: int) -> Array:
    vector = RANDOM.standard_normal(size)
    return np.eye(size) - 2.0 * np.outer(vector, vector) / (vector @ vector)


def comb(gain: float, delay: int, *more: Node) -> Recursion:
    return fdn([[gain]], [delay], *more)


def resonant_comb(delay: int) -> Recursion:
    """A comb of 0.9 with a peak of +12 dB, Q 60, at 58.65 Hz in its loop."""
    return comb(0.9, delay, Sos("resonance", np.array([[peak(58.65, 12.0, 60.0)]])))


def absorbing(size: int) -> Recursion:
    """An orthogonal network with ten-band equalizers in its lines, none louder than 1."""
    sections = np.array([octaves(seed, 0.4) for seed in range(size)])
    gains = Gain("gains", np.full(size, 0.85))
    delays = RANDOM.integers(500, 3000, size)
    return fdn(orthogonal(size, RANDOM), delays, Sos("absorption", sections), gains)


def allpass(name: str, delay: int, gain: float) -> Node:
    """Schroeder's: -g + (1 - g^2) z^-m / (1 - g z^-m)."""
    loop = Recursion(f"{name}_loop", Delay("d", np.array([float(delay)])), Gain("g", np.array([gain])))
    through = Series("through", (Gain("b", np.array([1.0 - gain**2])), loop))
    return Parallel(name, (Gain("a", np.array([-gain])), through))


def nested_allpasses(gain: float) -> Recursion:
    forward = Series(
        "forward", (Delay("d", np.array([1000.0])), allpass("one", 113, 0.6), allpass("two", 37, 0.5))
    )
    return Recursion("loop", forward, Gain("gain", np.array([gain])))


def scattering(gain: float) -> Recursion:
    return Recursion(
        "loop", Delay("d", DELAYS[:4].astype(float)), Fir("scatter", gain * paraunitary(4, RANDOM))
    )


def late(sections: Array) -> Sos:
    return Sos("filters", sections)


CERTIFIED = {
    "hidden contraction": fdn(hidden(0.98), DELAYS),
    "triangular": fdn([[0.9, 1.0], [0.0, 0.9]], [3, 5]),
    "triangular, equal delays": fdn([[0.9, 1e6], [0.0, 0.9]], [5, 5]),
    "comb of 0.9999": comb(0.9999, 1000),
    "absorption": absorbing(8),
    "one poles": fdn(orthogonal(8, RANDOM), DELAYS, late(np.array([[[0.5, 0, 0, 1, -0.49, 0]]] * 8))),
    "nested allpasses": nested_allpasses(0.99),
    "paraunitary": scattering(0.98),
    "full delays": Recursion(
        "loop",
        Delay("d", RANDOM.integers(9, 99, (5, 5)).astype(float), 0.19 * np.ones((5, 5))),
        Gain("g", np.ones(5)),
    ),
    "fractional delays": fdn(0.99 * orthogonal(3, RANDOM), [100.3, 230.5, 400.8]),
    "no loop": Series("all", (Gain("g", np.ones((2, 1))), late(np.array([octaves(0, 6.0)] * 2)))),
    "loud in one band, soft in another": fdn(
        0.5 * orthogonal(2, RANDOM),
        [100, 130],
        late(np.array([[peak(1000.0, 9.0, 1.0)], [peak(1000.0, 9.0, 1.0)]])),
        Gain("m", orthogonal(2, RANDOM)),
        Sos("cut", np.array([[peak(1000.0, -9.0, 1.0)], [peak(1000.0, -9.0, 1.0)]])),
    ),
}
LOSSLESS = {
    "hadamard": fdn(sylvester(8) / math.sqrt(8.0), DELAYS),
    "householder": fdn(householder(8), DELAYS),
    "orthogonal": fdn(orthogonal(8, RANDOM), DELAYS),
    "trained in float32": fdn(orthogonal(8, RANDOM).astype(np.float32), DELAYS),
    "hidden orthogonal": fdn(hidden(1.0), DELAYS),
    "permutation": fdn(np.eye(8)[RANDOM.permutation(8)], DELAYS),
    "comb": comb(1.0, 1000),
    "rotation": fdn([[0.6, -0.8], [0.8, 0.6]], [700, 901]),
    "nested allpasses": nested_allpasses(1.0),
    "paraunitary": scattering(1.0),
    "allpass filters": fdn(
        orthogonal(2, RANDOM), [700, 901], late(np.array([[[0.5, -1.2, 1, 1, -1.2, 0.5]]] * 2))
    ),
    "fractional delays": fdn(orthogonal(3, RANDOM), [1000.3, 1230.5, 1400.8]),
    "lowpass of gain 1": comb(1.0, 900, late(np.array([[[0.2, 0, 0, 1, -0.8, 0]]]))),
}


@pytest.mark.parametrize("name", CERTIFIED)
def test_certified(name: str) -> None:
    certificate = certify(model(CERTIFIED[name]))
    assert certificate.verdict == STABLE, certificate.reason
    assert all(f.gain is None or f.gain < 1.0 for f in certificate.findings)


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_loops_are_marginal_with_their_growth(name: str) -> None:
    certificate = certify(model(LOSSLESS[name]))
    assert certificate.verdict == certificate.double == MARGINAL, certificate.reason
    double, single = certificate.findings
    assert double.growth_db_per_minute is not None and single.growth_db_per_minute is not None
    # Gains of float32, as FLAMO trains them, are not quite orthogonal: that is growth in any precision.
    assert double.growth_db_per_minute < (0.02 if name == "trained in float32" else 1e-4)
    assert double.growth_db_per_minute <= single.growth_db_per_minute < 2.0
    assert "dB a minute" in double.reason


def test_the_norm_alone_would_not_do() -> None:
    assert np.linalg.norm(hidden(0.98), 2) >= 7.0


@pytest.mark.parametrize("delay", [100, 400, 752, 818, 1000, 1024])
def test_a_resonance_between_grid_points_is_not_certified(delay: int) -> None:
    """And where its loop grows, by the roots of its polynomial, it is found out."""
    certificate = certify(model(resonant_comb(delay)))
    b, a = np.split(np.array(peak(58.65, 12.0, 60.0)), 2)
    largest = np.abs(np.roots(np.pad(a, (0, delay)) - 0.9 * np.pad(b, (delay, 0)))).max()
    assert certificate.verdict == (UNSTABLE if largest > 1.0 else NOT_CERTIFIED), certificate.reason
    assert certificate.findings[0].frequency_hz == pytest.approx(58.65, rel=0.05)


@pytest.mark.parametrize(
    ("name", "loop"),
    {
        "comb of 1.00009": comb(1.00009, 1000),
        "comb of -1.00009": comb(-1.00009, 1000),
        "louder than orthogonal": fdn(1.001 * orthogonal(8, RANDOM), DELAYS),
        "equal delays": fdn(1.01 * np.diag([0.9, 1.0]) + np.array([[0.0, 0.5], [0.0, 0.0]]), [200, 200]),
        "a loop, then an unstable filter": Series(
            "all", (comb(0.9, 100), late(np.array([UNSTABLE_SECTION])))
        ),
        "an unstable filter, then a loop": Series(
            "all", (late(np.array([UNSTABLE_SECTION])), comb(0.9, 100))
        ),
        "a filter louder at 1 kHz": comb(0.9, 480, late(np.array([[peak(1000.0, 3.0, 2.0)]]))),
    }.items(),
)
def test_unstable(name: str, loop: Node) -> None:
    certificate = certify(model(loop))
    assert certificate.verdict == UNSTABLE, certificate.reason
    if name in ("equal delays",):
        assert radius(loop) > 1.0


def test_an_unstable_filter_within_a_loop_is_never_certified() -> None:
    loop = comb(0.01, 100, late(np.array([UNSTABLE_SECTION])))
    assert certify(model(loop)).verdict in (NOT_CERTIFIED, UNSTABLE)


def test_poles_on_the_circle_are_not_certified() -> None:
    integrator = Sos("integrator", np.array([[[1.0, 0.0, 0.0, 1.0, -1.0, 0.0]]]))
    assert certify(model(integrator)).verdict == NOT_CERTIFIED


def test_one_lossless_loop_may_not_feed_another() -> None:
    """Both of 1 / (1 - z^-m) have a pole at z = 1: a double pole, whose response grows."""
    certificate = certify(model(Series("all", (comb(1.0, 100), comb(1.0, 50)))))
    assert certificate.verdict == INDETERMINATE
    side_by_side = Parallel("all", (comb(1.0, 100), comb(1.0, 50)))
    assert certify(model(side_by_side)).verdict == MARGINAL


def test_a_band_that_grows_is_seen_beside_one_that_keeps_more_energy() -> None:
    """Lossless but at 5 kHz, where one line is 20 % louder than 1 and the other much softer."""
    filters = np.array([[peak(5000.0, 1.6, 2.0)], [peak(5000.0, -10.0, 2.0)]])
    rotation = np.array([[np.cos(0.1), -np.sin(0.1)], [np.sin(0.1), np.cos(0.1)]])
    assert certify(model(fdn(rotation, [190, 230], late(filters)))).verdict in (NOT_CERTIFIED, UNSTABLE)


@pytest.mark.parametrize("angle", [0.0, 0.01])
def test_the_band_of_most_energy_may_not_stand_for_all(angle: float) -> None:
    """One line is 5 % louder than 1 at high frequencies; at low ones both keep everything."""
    lowpass, shelf = [0.01, 0.0, 0.0, 1.0, -0.99, 0.0], [1.03, -0.23, 0.0, 1.0, -0.2, 0.0]
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    lines = Series(
        "lines", (Delay("delays", np.array([60.0, 67.0])), Sos("tone", np.array([[shelf], [lowpass]])))
    )
    loop = Recursion("loop", lines, Gain("mixing", rotation))
    assert radius(loop) > 1.0
    assert certify(model(loop)).verdict in (INDETERMINATE, NOT_CERTIFIED, UNSTABLE)


def test_one_lossless_line_may_not_feed_another_of_the_same_loop() -> None:
    """A triangular matrix with ones in its diagonal: a double pole, as in series."""
    lines, mixing = Delay("lines", np.array([3.0, 3.0])), Gain("mixing", np.array([[1.0, 1.0], [0.0, 1.0]]))
    certificate = certify(model(Recursion("loop", lines, mixing)))
    assert certificate.verdict == INDETERMINATE
    assert "fed by" in certificate.reason
    apart = Gain("mixing", np.eye(2))
    assert certify(model(Recursion("loop", lines, apart))).verdict == MARGINAL


def test_what_no_bound_tells_is_indeterminate() -> None:
    """Stable at these delays, not at all: the eigenvalues of a matrix do not tell what delays do."""
    matrix = np.random.default_rng(1).standard_normal((6, 6))
    loop = fdn(0.9 * matrix / np.abs(np.linalg.eigvals(matrix)).max(), [5] * 6)
    assert radius(loop) < 1.0
    assert certify(model(loop)).verdict in (INDETERMINATE, NOT_CERTIFIED)


def test_single_precision_may_be_worse() -> None:
    """A pole nearer to the circle than float32 can tell, once gain 1 is past."""
    certificate = certify(model(comb(1.0 - 1e-9, 1000)))
    assert (certificate.double, certificate.single, certificate.verdict) == (STABLE, MARGINAL, MARGINAL)


def test_a_loop_without_delay_is_refused_by_path() -> None:
    with pytest.raises(DelayFreeLoop, match="loop"):
        certify(model(Series("all", (Recursion("loop", Gain("a", np.ones(1)), Gain("b", np.ones(1))),))))


def test_reasons_name_loops_by_path() -> None:
    inner = fdn(0.5 * orthogonal(2, RANDOM), [30, 40])
    outer = Recursion(
        "outer", Series("forward", (inner, Delay("d", np.full(2, 90.0)))), Gain("g", np.full(2, 0.3))
    )
    certificate = certify(model(Series("reverb", (outer, comb_of_two()))))
    assert list(certificate.reasons) == ["reverb/outer", "reverb/loop"]
    assert certificate.reasons["reverb/loop"].startswith(
        "2 lines, gain around the loop at most 0.8 (-1.94 dB)"
    )


def comb_of_two() -> Recursion:
    return fdn(0.8 * orthogonal(2, RANDOM), [100, 130])


def test_json_and_back() -> None:
    grown = comb(3.0, 9, late(np.array([UNSTABLE_SECTION])))
    for root in (CERTIFIED["fractional delays"], LOSSLESS["hadamard"], comb(1.1, 9), grown):
        certificate = certify(model(root))
        config = json.loads(json.dumps(certificate.to_json(), allow_nan=False))
        assert Certificate.from_json(config) == certificate
        assert config["verdict"] in VERDICTS
        assert certify(to_json(model(root))) == certificate


def test_fractional_delays_are_told_with_their_error() -> None:
    told = certify(model(CERTIFIED["fractional delays"])).fractional
    assert len(told) == 3
    assert all("Thiran" in line and "dB" in line for line in told)


@pytest.mark.parametrize("config", [{}, {"schema_version": 1}, {"schema_version": 2}])
def test_what_is_no_certificate_is_refused(config: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        Certificate.from_json(config)
