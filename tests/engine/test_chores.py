"""Chores: each at its time, and none held up by another that fails."""

import math

import pytest

from plaud_live.engine.chores import RETRY_SECONDS, Chores


class Every:
    """Done every `seconds`; notes when."""

    def __init__(self, seconds: float, fails: bool = False) -> None:
        self.due, self.done, self._seconds, self._fails = 0.0, [], seconds, fails  # type: ignore[var-annotated]

    def work(self, now: float) -> None:
        self.done.append(now)
        if self._fails:
            raise ValueError("no good")
        self.due += self._seconds


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_is_done_when_it_is_due() -> None:
    clock = Time()
    chores = Chores(clock)
    assert chores.due == math.inf
    often, seldom = Every(0.5), Every(2.0)
    chores.add(often)
    chores.add(seldom)
    while clock.now < 4.0:
        chores.work()
        clock.now = chores.due
    assert often.done == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
    assert seldom.done == [0.0, 2.0]
    chores.remove(often)
    assert chores.due == 4.0


def test_what_fails_is_logged_and_waits_and_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Time()
    chores = Chores(clock)
    bad, good = Every(0.1, fails=True), Every(0.1)
    chores.add(bad)
    chores.add(good)
    for step in range(10):
        clock.now = 0.1 * step
        chores.work()
    assert len(bad.done) == 1
    assert len(good.done) == 10
    assert "no good" in capsys.readouterr().err
    clock.now = RETRY_SECONDS
    chores.work()
    assert len(bad.done) == 2
