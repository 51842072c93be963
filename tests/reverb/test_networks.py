"""Networks: delays without common factors, lossless matrices, filters that decay as asked and never gain."""

import math

import numpy as np
import pytest
from scipy import signal

from plaud_live.errors import SettingsError
from plaud_live.reverb.equaliser import CENTRES_HZ, Grid, design, levels_db, sections_of, spread
from plaud_live.reverb.networks import MATRICES, absorption, make, prime_delays
from plaud_live.reverb.nodes import levelled, model_of, network_of, response_of
from tests.compiler.hall import hall
from tests.reverb.acoustics import t60_by_octave

RATE = 48000.0
T60 = np.array([1.3, 1.25, 1.1, 1.0, 0.9, 0.8, 0.65, 0.5, 0.4])


def test_delays_have_no_common_factor() -> None:
    delays = prime_delays(16, 500, 4000).astype(int)
    assert len(set(delays)) == 16 and delays.min() > 450 and delays.max() < 4050
    assert all(math.gcd(a, b) == 1 for a in delays for b in delays if a != b)
    with pytest.raises(SettingsError):
        prime_delays(8, 2, 3)


@pytest.mark.parametrize(("lines", "matrix"), [(8, "orthogonal"), (16, "householder"), (8, "hadamard")])
def test_octaves_decay_as_asked(lines: int, matrix: str) -> None:
    network = make("room", T60, lines, matrix, shortest=0.01, longest=0.04)
    assert np.allclose(network.mixing @ network.mixing.T, np.eye(lines))
    found = t60_by_octave(response_of(network, 1.2), RATE)
    assert np.abs(found / T60[1:8] - 1.0).max() < 0.1  # low octaves have few modes


@pytest.mark.parametrize("seed", range(6))
def test_a_line_gains_less_than_one_at_every_frequency(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t60 = 10.0 ** rng.uniform(-1.3, 2.0, len(CENTRES_HZ))
    sections = absorption(rng.uniform(200.0, 6000.0, 5), t60, RATE)
    hertz, found = signal.freqz_sos(sections[0], 1 << 15, fs=RATE)
    assert hertz[0] == 0.0 and np.abs(found).max() < 1.0
    assert np.abs(np.array([np.roots(row[3:]) for row in sections[2]])).max() < 1.0


def test_levels_are_those_of_the_filter_and_follow_the_wish() -> None:
    wish = np.array([[-6.0, -3.0, -2.0, -2.5, -3.0, -5.0, -7.0, -10.0, -16.0]])
    hertz = Grid(RATE).frequencies
    sections = sections_of(design(spread(wish, np.array(CENTRES_HZ), hertz), RATE), RATE)[0]
    response = signal.freqz_sos(sections, hertz, fs=RATE)[1]
    assert np.allclose(20.0 * np.log10(np.abs(response)), levels_db(sections, hertz, RATE), atol=1e-9)
    at = levels_db(sections, np.array(CENTRES_HZ), RATE)
    assert np.abs(at - wish[0]).max() < 0.5


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1000.0, math.nan])
def test_a_t60_that_cannot_be_is_refused(seconds: float) -> None:
    with pytest.raises(SettingsError, match=r"t60 of .* s: wants "):
        make("room", np.append(T60[:-1], seconds))


@pytest.mark.parametrize(
    "options", [{"matrix": "random"}, {"lines": 1}, {"lines": 12, "matrix": "hadamard"}, {"taps": 0}]
)
def test_a_network_that_cannot_be_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        make("room", T60, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("matrix", MATRICES)
def test_what_is_written_down_is_read_again(matrix: str) -> None:
    network = make("room", T60, matrix=matrix, stages=2)
    found = network_of(model_of(network))
    assert found.matrix == matrix and len(found.scatter) == 2 and len(found.spread) == 1
    assert np.array_equal(response_of(found, 0.1), response_of(network, 0.1))


def test_its_level_is_that_of_the_input() -> None:
    found = response_of(levelled(make("room", T60)), 2.0)
    assert np.square(found).sum() / 2.0 == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize("config", [hall(), {}, {"schema_version": 1, "name": "x"}])
def test_what_is_no_such_reverb_is_refused_in_one_line(config: dict[str, object]) -> None:
    with pytest.raises(SettingsError) as caught:
        network_of(config, "room.json")
    assert str(caught.value).startswith("room.json: is ") and "\n" not in str(caught.value)
