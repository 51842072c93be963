"""Levels in decibels."""

import math

import pytest

from plaud_live.monitor import meters
from plaud_live.monitor.meters import PeakHold, bar, decibels, meter
from plaud_live.monitor.rows import fit, plain


def test_decibels_of_full_scale() -> None:
    assert decibels(1.0) == 0.0
    assert decibels(0.1) == pytest.approx(-20.0)
    assert decibels(0.0) == -math.inf


def test_a_peak_is_held_and_then_falls() -> None:
    hold = PeakHold()
    assert hold.update(-6.0, 0.0) == -6.0
    assert hold.update(-20.0, meters.HOLD_SECONDS - 0.1) == -6.0
    later = hold.update(-40.0, meters.HOLD_SECONDS + 1.0)
    assert later == pytest.approx(-6.0 - meters.FALL_DB_PER_SECOND)
    assert hold.update(-3.0, meters.HOLD_SECONDS + 1.1) == -3.0


def test_falling_does_not_depend_on_how_often_one_looks() -> None:
    seldom, often = PeakHold(), PeakHold()
    for each in (seldom, often):
        each.update(0.0, 0.0)
    for i in range(1, 401):
        often.update(-80.0, i / 100)
    assert often.level_db == pytest.approx(seldom.update(-80.0, 4.0))


@pytest.mark.parametrize("width", [4, 10, 57, 117])
@pytest.mark.parametrize("level", [-90.0, -54.0, -30.1, -6.0, 0.0, 2.9, 12.0, -math.inf])
def test_a_bar_is_as_wide_as_it_should_be(width: int, level: float) -> None:
    assert len(plain(bar(level, level, level, width))) == width
    assert len(plain(bar(level - 9.0, level, level + 3.0, width))) == width


def test_the_bar_says_rms_peak_and_hold_without_colour() -> None:
    width = 57  # a cell for each decibel from -54 to +3
    text = plain(bar(-34.0, -24.0, -14.0, width))
    assert text[:20] == "█" * 20
    assert text[20:30].strip(" ") in ("░" * 10, "░" * 9)
    assert text[40] == "┃"
    assert text[54] == "┊"  # 0 dB


def test_a_line_has_name_and_numbers() -> None:
    text = plain(fit(meter("drone", -12.34, -7.0, -6.0, 80, True), 80))
    assert text.startswith("▸drone ")
    assert text.endswith("rms  -12.3 peak   -6.0 dB")
    assert "off" in plain(meter("quiet", -math.inf, -math.inf, -math.inf, 80, False))
