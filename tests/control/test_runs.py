"""Runs of loops as they are recorded: what a prompt may send, and nothing else."""

from typing import Any

import pytest

from plaud_live.control.runs import MAX_NAME, Ran
from plaud_live.errors import SessionError

RUN = Ran("wander", 3, 24.0, 41_000, (41_300, 41_900), 32.0)


def test_a_run_is_what_it_was_after_a_journey() -> None:
    assert Ran.from_data(RUN.to_data()) == RUN and RUN.text == "wander(3)"
    last = Ran("wander", 4, 32.0, cut=True)
    assert Ran.from_data(last.to_data()) == last


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 3},
        {"n": 1.5},
        {"n": True},
        {"began": None},
        {"launched": 7},
        {"launched": [1, "2"]},
        {"beat": None},
        {"beat": float("nan")},
        {"next": "soon"},
    ],
)
def test_what_is_no_run_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SessionError, match="ran: "):
        Ran.from_data({**RUN.to_data(), **wrong})


def test_a_long_name_is_cut() -> None:
    assert Ran.from_data({**RUN.to_data(), "name": "x" * 1000}).name == "x" * MAX_NAME
