"""Progress as lines of JSON."""

import json
import os

import pytest

from plaud_live.errors import SettingsError
from plaud_live.training.progress import Reporter, Status


def test_every_line_is_an_object_and_a_reader_may_go() -> None:
    ours, theirs = os.pipe()
    reporter = Reporter(theirs)
    reporter.status(Status("training", 0.25, 10, 1.5, 30.0))
    reporter.event("trained", path="/tmp/é.plaud", text="a\nb")
    lines = os.read(ours, 4096).decode().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["progress", "trained"]
    assert json.loads(lines[0]) == {
        "event": "progress", "stage": "training", "done": 0.25, "step": 10, "loss": 1.5, "left_seconds": 30.0,
    }  # fmt: skip
    assert json.loads(lines[1])["text"] == "a\nb"
    os.close(ours)
    reporter.status(Status("training", 0.5))
    reporter.status(Status("training", 0.6))
    os.close(theirs)


@pytest.mark.parametrize("fd", [-1, 99999])
def test_a_descriptor_that_is_none_is_one_line(fd: int) -> None:
    with pytest.raises(SettingsError, match=f"--report-fd {fd}: Bad file descriptor"):
        Reporter(fd)
