"""Which state an engine goes back to when one kills."""

from plaud_live.engine.endured import Endured


def test_nothing_was_played_for_long_enough() -> None:
    endured = Endured(2.0)
    endured.die(5.0)
    assert endured.state is None
    endured.play({"n": 1}, 10.0)
    endured.die(11.9)
    assert endured.state is None


def test_the_newest_that_was_played_for_long_enough_is_kept() -> None:
    endured = Endured(2.0)
    for second in range(10):
        endured.play({"n": second}, float(second))
    endured.die(9.5)
    assert endured.state == {"n": 7}


def test_one_that_stays_counts_however_soon_it_followed_another() -> None:
    endured = Endured(2.0)
    endured.play({"n": 1}, 0.0)
    endured.play({"n": 2}, 0.1)
    endured.die(600.0)
    assert endured.state == {"n": 2}


def test_those_that_die_soon_change_nothing() -> None:
    endured = Endured(2.0)
    endured.play({"n": 1}, 0.0)
    endured.play({"n": "kills"}, 5.0)
    endured.die(5.1)
    for second in (6.0, 7.0):
        endured.play({"n": "kills"}, second)
        endured.die(second + 0.5)
    assert endured.state == {"n": 1}


def test_an_empty_one_counts_as_any_other() -> None:
    endured = Endured(2.0)
    endured.play({"n": 1}, 0.0)
    endured.die(3.0)
    endured.play(None, 4.0)
    endured.die(7.0)
    assert endured.state is None
