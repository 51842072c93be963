"""The helper that all other tests trust is tested against arithmetic."""

import numpy as np
import pytest

from tests.signals import assert_close_db, error_db, impulse, level_db, noise, sine


def test_levels_are_those_of_the_textbook() -> None:
    assert level_db(sine(44100, 441.0)) == pytest.approx(-3.0103, abs=1e-4)  # 1 / sqrt(2)
    assert level_db(noise(200_000)) == pytest.approx(-4.7712, abs=0.03)  # 1 / sqrt(3), within the noise's own
    assert level_db(impulse(100)) == pytest.approx(-20.0)
    assert level_db(np.zeros(8)) == -np.inf


def test_a_tenth_of_a_percent_is_minus_60_db() -> None:
    tone = sine(4410, 441.0)
    assert error_db(1.001 * tone, tone) == pytest.approx(-60.0, abs=1e-6)
    assert_close_db(1.001 * tone, tone, -59.9)
    with pytest.raises(AssertionError, match=r"differs by -60\.0 dB"):
        assert_close_db(1.001 * tone, tone, -60.1)


def test_equal_sounds_are_close_and_nothing_else_slips_through() -> None:
    tone = sine(64, 1000.0)
    assert_close_db(tone, tone, -300.0)
    assert_close_db(np.zeros(4), np.zeros(4), -300.0)
    wrong = [(np.full(64, np.nan), tone), (tone, np.zeros(64)), (tone[:, None], tone)]
    for actual, expected in wrong:
        with pytest.raises(AssertionError):
            assert_close_db(actual, expected, -1.0)
