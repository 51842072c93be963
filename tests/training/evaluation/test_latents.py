"""Measures of latent spaces, on spaces where the answer is known."""

import numpy as np
import pytest

from plaud_live.training.evaluation.latents import correlation, mutual_information, ranks, score

ROWS = 6000
RNG = np.random.default_rng(1)
ATTRIBUTES = RNG.uniform(-1.0, 1.0, (ROWS, 2))
NOISE = RNG.standard_normal((ROWS, 3))
ALL = np.ones(ATTRIBUTES.shape, dtype=bool)


def test_a_latent_that_is_an_attribute_measures_one() -> None:
    scores = score(np.hstack([ATTRIBUTES[:, ::-1], NOISE[:, :1]]), ATTRIBUTES, ALL)
    assert scores.latents == (1, 0)
    assert scores.interpretability == pytest.approx(1.0)
    assert scores.scc == pytest.approx(1.0)
    assert scores.sap == pytest.approx(1.0, abs=0.01)  # the second best correlates by chance
    assert scores.modularity == pytest.approx(2.0 / 3.0, abs=0.02)  # the third latent knows nothing: 0


def test_latents_that_mix_two_attributes_lose_half_of_it_and_all_modularity() -> None:
    turned = ATTRIBUTES @ np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2.0)
    scores = score(turned, ATTRIBUTES, ALL)
    assert scores.interpretability == pytest.approx(0.5, abs=0.03)
    assert scores.sap == pytest.approx(0.0, abs=0.05)
    assert scores.modularity == pytest.approx(0.0, abs=0.1)


def test_noise_measures_nothing() -> None:
    scores = score(NOISE, ATTRIBUTES, ALL)
    assert scores.interpretability < 0.005
    assert scores.sap < 0.005
    assert scores.scc < 0.06  # what may be chance counts as 0


def test_two_latents_of_one_attribute_are_modular_but_not_separated() -> None:
    scores = score(np.repeat(ATTRIBUTES, 2, axis=1), ATTRIBUTES, ALL)
    assert scores.interpretability == pytest.approx(1.0)
    assert scores.sap == 0.0
    assert scores.modularity == pytest.approx(1.0, abs=0.01)


def test_a_bent_latent_keeps_its_order_and_loses_its_line() -> None:
    scores = score(np.exp(4.0 * ATTRIBUTES), ATTRIBUTES, ALL)
    assert scores.scc == pytest.approx(1.0)
    # variance of a uniform variable that a line through exp(4x) explains, by integration
    mean, square, cross = np.sinh(4.0) / 4.0, np.sinh(8.0) / 8.0, np.cosh(4.0) / 4.0 - np.sinh(4.0) / 16.0
    assert scores.interpretability == pytest.approx(3.0 * cross**2 / (square - mean**2), abs=0.03)


def test_what_is_not_known_is_left_out() -> None:
    spoilt, known = ATTRIBUTES.copy(), ALL.copy()
    known[::3, 0] = False
    spoilt[::3, 0] = 1e6
    assert score(ATTRIBUTES, spoilt, known).r2[0, 0] == pytest.approx(1.0)
    known[100:, 1] = False  # hardly ever known: no figure, and no part of the means
    scores = score(ATTRIBUTES, spoilt, known)
    assert np.isnan(scores.r2[:, 1]).all()
    assert scores.interpretability == pytest.approx(1.0)
    assert np.isnan(scores.modularity)


def test_a_tied_latent_stands_for_its_attribute_even_if_another_knows_more() -> None:
    scores = score(np.hstack([NOISE[:, :1], ATTRIBUTES]), ATTRIBUTES, ALL, tied=[0, None])
    assert scores.latents == (0, 2)
    assert scores.interpretability == pytest.approx(0.5, abs=0.01)


def test_one_latent_alone_has_measures_too() -> None:
    scores = score(ATTRIBUTES[:, :1], ATTRIBUTES, ALL)
    assert scores.sap == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.9])
def test_mutual_information_of_normal_variables(rho: float) -> None:
    x, noise = np.random.default_rng(2).standard_normal((2, 40000))
    y = rho * x + np.sqrt(1.0 - rho**2) * noise
    assert mutual_information(x, y) == pytest.approx(-0.5 * np.log(1.0 - rho**2), rel=0.1, abs=0.005)


def test_independent_variables_share_no_information_and_constants_none() -> None:
    assert mutual_information(NOISE[:, 0], NOISE[:, 1]) < 0.01
    assert mutual_information(np.ones(500), NOISE[:500, 0]) == 0.0
    assert correlation(np.ones(500), NOISE[:500, 0]) == 0.0


def test_ranks_with_ties_are_scipys() -> None:
    stats = pytest.importorskip("scipy.stats")
    values = np.round(NOISE[:300, 0], 1)
    np.testing.assert_array_equal(ranks(values), stats.rankdata(values) - 1.0)
    assert correlation(ranks(values), ranks(NOISE[:300, 1])) == pytest.approx(
        stats.spearmanr(values, NOISE[:300, 1]).statistic
    )
