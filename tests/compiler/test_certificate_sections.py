"""Poles and peaks of second-order sections, against roots, dense grids, and FAUST's form as it is rounded."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.backend.faust_filters import section as written
from compiler.certificate.rounding import DOUBLE, EXACT, SINGLE
from compiler.certificate.sections import gains_on, has_pole_outside, peak_gain, pole_margin

Array = NDArray[np.float64]
RATE = 48000.0
GRID = np.unique(np.concatenate([np.linspace(0.0, np.pi, 20001), np.geomspace(1e-6, np.pi, 20001)]))


def peak(hz: float, gain_db: float, q: float) -> list[float]:
    """A peaking filter, after Bristow-Johnson's cookbook."""
    amplitude, w = 10.0 ** (gain_db / 40.0), 2.0 * np.pi * hz / RATE
    alpha, c = np.sin(w) / (2.0 * q), -2.0 * np.cos(w)
    return [
        1.0 + alpha * amplitude,
        c,
        1.0 - alpha * amplitude,
        1.0 + alpha / amplitude,
        c,
        1.0 - alpha / amplitude,
    ]


def octaves(seed: int, spread_db: float) -> Array:
    """A ten-band graphic equalizer from 31.25 Hz."""
    gains = np.random.default_rng(seed).normal(-0.5, spread_db, 10)
    return np.array([peak(31.25 * 2.0**k, gain, 1.0) for k, gain in enumerate(gains)])


def random_cascade(seed: int) -> Array:
    """One to four sections, poles up to 0.9999, zeros anywhere."""
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(random.integers(1, 5)):
        r, angle = (
            1.0 - 10.0 ** random.uniform(-4.0, 0.0),
            random.uniform(0.0, np.pi) ** random.integers(1, 4),
        )
        zero, where = random.uniform(0.0, 1.5), random.uniform(0.0, np.pi)
        b = random.normal() * np.array([1.0, -2.0 * zero * np.cos(where), zero**2])
        a = random.uniform(0.5, 2.0) * np.array([1.0, -2.0 * r * np.cos(angle), r * r])
        rows.append([*(a[::-1] if random.random() < 0.2 else b), *a])
    return np.array(rows)


def magnitude(sections: Array, angles: Array) -> Array:
    w = np.exp(-1j * angles)[:, None]
    b, a = (part[:, 0] + w * (part[:, 1] + w * part[:, 2]) for part in (sections[:, :3], sections[:, 3:]))
    return np.abs(np.prod(b / a, axis=1))


def grid_with_poles(sections: Array) -> Array:
    """GRID, and points around each pole's angle."""
    close = [GRID]
    for row in sections:
        for pole in np.roots(row[3:]):
            width = max(1.0 - abs(pole), 1e-9)
            close.append(abs(np.angle(pole)) + width * np.linspace(-5.0, 5.0, 2001))
    angles = np.concatenate(close)
    return angles[(angles >= 0.0) & (angles <= np.pi)]


CASCADES = {
    **{f"random {seed}": random_cascade(seed) for seed in range(24)},
    **{f"octaves {seed}": octaves(seed, 2.0) for seed in range(3)},
    "octaves of little": octaves(9, 0.01),
    "narrow": np.array([peak(58.65, 12.0, 60.0)]),
    "one pole": np.array([[0.3, 0.0, 0.0, 1.0, -0.7, 0.0]]),
    "taps": np.array([[0.3, -0.9, 0.3, 1.0, 0.0, 0.0]]),
    "notch": np.array([[1.0, -2.0 * math.cos(0.3), 1.0, 1.0, -1.8 * math.cos(0.3), 0.81]]),
}


@pytest.mark.parametrize("name", CASCADES)
def test_the_peak_is_above_a_dense_grid_by_little(name: str) -> None:
    sections = CASCADES[name]
    highest = magnitude(sections, grid_with_poles(sections)).max()
    bound, _ = peak_gain(sections, EXACT)
    # Within 1e-3 of a pole's width a peak is flat to 1e-6; the search stops at as much.
    assert highest * (1.0 - 1e-12) <= bound <= highest * (1.0 + 2e-5)


@pytest.mark.parametrize("name", CASCADES)
def test_bounds_hold_on_every_band(name: str) -> None:
    sections, edges = CASCADES[name], np.concatenate([[0.0], np.geomspace(1e-9, 1.0, 100)])
    bounds = gains_on(sections, edges, EXACT)
    angles = grid_with_poles(sections)
    band = np.clip(np.searchsorted(edges, np.sin(angles / 2.0) ** 2, side="right") - 1, 0, 99)
    assert (magnitude(sections, angles) <= bounds[band] * (1.0 + 1e-9)).all()


def test_a_peak_between_the_points_of_any_grid_is_found() -> None:
    bound, s = peak_gain(np.array([peak(58.65, 12.0, 60.0)]), DOUBLE)
    assert 20.0 * math.log10(bound) == pytest.approx(12.0, abs=1e-4)
    assert 2.0 * math.asin(math.sqrt(s)) * RATE / (2.0 * math.pi) == pytest.approx(58.65, abs=0.01)


def test_an_allpass_and_a_lowpass_of_gain_one_have_peak_one() -> None:
    allpass, lowpass = [0.5, -1.2, 1.0, 1.0, -1.2, 0.5], [0.2, 0.0, 0.0, 1.0, -0.8, 0.0]
    assert abs(peak_gain(np.array([allpass, lowpass]), EXACT)[0] - 1.0) < 1e-13


def test_a_section_that_passes_everything_does_so_as_rounded() -> None:
    row = np.array(peak(31.25, 6.0, 1.0))
    row[:3] = row[3:]
    assert peak_gain(np.tile(row, (10, 1)), SINGLE)[0] < 1.0 + 1e-13


@pytest.mark.parametrize("seed", range(40))
def test_jury_agrees_with_roots(seed: int) -> None:
    random = np.random.default_rng(seed)
    a = random.uniform(0.5, 2.0) * random.choice([-1.0, 1.0]) * np.poly(random.uniform(-1.3, 1.3, 2))
    if seed % 2:
        r, angle = random.uniform(0.8, 1.2), random.uniform(0.0, np.pi)
        a = np.array([1.0, -2.0 * r * np.cos(angle), r * r])
    row = np.array([[1.0, 0.0, 0.0, *a]])
    inside = np.abs(np.roots(a)).max() < 1.0
    assert (pole_margin(row, DOUBLE) > 0.0) == inside
    assert has_pole_outside(row, DOUBLE) == (not inside)


def test_signs_at_the_edge_are_exact() -> None:
    """a2 = 1 - 2^-53 is inside, 1 on the circle, 1 + 2^-52 outside."""
    for a2, margin in ((1.0 - 2.0**-53, 1.0), (1.0, 0.0), (1.0 + 2.0**-52, -1.0)):
        row = np.array([[1.0, 0.0, 0.0, 1.0, 0.5, a2]])
        assert np.sign(pole_margin(row, EXACT)) == margin
        assert has_pole_outside(row, EXACT) == (margin < 0.0)


def test_an_unstable_section_has_no_peak() -> None:
    assert peak_gain(np.array([[1.0, 0.0, 0.0, 1.0, -2.1, 1.05]]), DOUBLE)[0] == math.inf


def sounding(row: Array, angles: Array) -> Array:
    """|H| of a section in the form that FAUST gets, its values rounded to float32."""
    found = written(row.tolist())
    values = [float(np.float32(value)) for value in found.values]
    side = -1.0 if found.helper.endswith("_high") else 1.0
    w = side * np.exp(-1j * angles)
    kind = found.helper.removesuffix("_high")
    if kind == "taps":
        return np.abs(values[0] + w * (side * values[1] + w * values[2]))
    if kind == "one_pole":
        b, c, p = values
        return np.abs(b + c * p * w / (1.0 - (1.0 - p) * w))
    assert kind == "section"
    b, c1, c2, d, q = values
    # v1 = v1' + d (x - v1' - q v2'), v2 = v2' + v1, ' being w: A = (1 - w)^2 + d w (1 - w) + d q w.
    a = (1.0 - w) ** 2 + d * w * (1.0 - w) + d * q * w
    return np.abs(b + w * (c1 * d * (1.0 - w) + c2 * d) / a)


@pytest.mark.parametrize("name", [name for name in CASCADES if not name.startswith("random")])
def test_the_peak_in_single_precision_covers_what_is_written(name: str) -> None:
    sections = CASCADES[name]
    angles = grid_with_poles(sections)
    rounded = np.prod([sounding(row, angles) for row in sections], axis=0).max()
    bound, _ = peak_gain(sections, SINGLE)
    assert rounded <= bound * (1.0 + 1e-12)
    assert bound <= peak_gain(sections, EXACT)[0] * (1.0 + 2e-4)


def test_rounding_in_faust_s_form_is_covered_section_by_section() -> None:
    random = np.random.default_rng(4)
    for _ in range(60):
        q, hz = 10.0 ** random.uniform(-0.5, 1.5), 10.0 ** random.uniform(1.3, 4.3)
        row = np.array(peak(hz, random.normal(0.0, 8.0), q))
        angles = grid_with_poles(row[None])
        assert sounding(row, angles).max() <= peak_gain(row[None], SINGLE)[0] * (1.0 + 1e-12)
