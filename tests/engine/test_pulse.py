"""The prompt's heartbeat, written and heard: what runs, silence, the end."""

import errno
import os
import threading
from collections.abc import Callable, Iterator

import pytest

from plaud_live.engine import pulse
from plaud_live.engine.prompt import how_it_died
from plaud_live.engine.pulse import MOST_SILENT_LOOKS, Pulse
from plaud_live.repl import heartbeat
from plaud_live.repl.heartbeat import Heartbeat


@pytest.fixture
def ear() -> Iterator[Pulse]:
    made = Pulse()
    yield made
    made.close()


def say(ear: Pulse, line: bytes) -> None:
    os.write(ear.fd, line)


def beat(
    ear: Pulse,
    monkeypatch: pytest.MonkeyPatch,
    running: Callable[[], str | None],
    loops: Callable[[], list[str]] = list,
) -> Heartbeat:
    """A heartbeat without its thread, that beats when told to."""
    monkeypatch.setenv(heartbeat.FD_NAME, str(ear.fd))
    monkeypatch.setattr(threading.Thread, "start", lambda self: None)
    return Heartbeat(running, loops)


def test_both_ends_mean_the_same_descriptor_and_time() -> None:
    assert heartbeat.FD_NAME == pulse.FD_NAME and heartbeat.BEAT_SECONDS == pulse.LOOK_SECONDS


def test_what_runs_and_which_loops_are_heard(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    made = beat(ear, monkeypatch, lambda: "while True:\n    pass", lambda: ["wander", "pulse"])
    made.beat()
    assert ear.hear()
    assert ear.circumstances() == " while it ran while True: …; its loops ended: wander, pulse"
    assert os.get_inheritable(ear.fd) is False


def test_nothing_that_runs_is_nothing_to_say(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    beat(ear, monkeypatch, lambda: None).beat()
    assert ear.hear() and ear.circumstances() == ""


def test_long_and_strange_texts_fit_a_line(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    made = beat(ear, monkeypatch, lambda: "\U0001f3b9\x1b[2J" * 1000, lambda: ["\U0001f3b9" * 99] * 99)
    writes: list[int] = []
    monkeypatch.setattr(os, "write", lambda fd, data, write=os.write: writes.append(write(fd, data)))
    made.beat()
    ear.hear()
    assert writes[0] <= 4096  # PIPE_BUF: never mixed with another thread's line
    assert ear.circumstances().isprintable() and len(ear.running) < 70


def test_silence_after_the_first_beat_is_a_hang(ear: Pulse) -> None:
    assert not any(ear.look() for _ in range(100))  # it starts
    say(ear, b"{}\n")
    looks = [ear.look() for _ in range(MOST_SILENT_LOOKS + 1)]
    assert looks == [False] * MOST_SILENT_LOOKS + [True]


def test_a_beat_now_and_then_is_no_hang(ear: Pulse) -> None:
    for _ in range(5):
        say(ear, b"{}\n")
        assert not any(ear.look() for _ in range(MOST_SILENT_LOOKS - 1))


def test_one_that_leaves_may_be_silent(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    made = beat(ear, monkeypatch, lambda: None)
    made.beat()
    made.close()
    made.beat()  # its thread, one last time
    assert not any(ear.look() for _ in range(100))


def test_one_that_closed_the_pipe_and_lives_on_hangs_unheard() -> None:
    ear = Pulse()
    say(ear, b"{}\n")
    os.close(ear.fd)
    assert [ear.look() for _ in range(MOST_SILENT_LOOKS + 1)] == [False] * MOST_SILENT_LOOKS + [True]
    ear.close()


def test_only_one_that_says_so_leaves(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    made = beat(ear, monkeypatch, lambda: None)
    made.beat()
    ear.hear()
    assert not ear.leaving
    made.close()
    ear.hear()
    assert ear.leaving


def test_no_memory_is_said(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    def running() -> str:
        raise MemoryError

    beat(ear, monkeypatch, running).beat()
    ear.hear()
    assert ear.out_of_memory
    say(ear, b'{"running": null, "loops": []}\n')
    ear.hear()
    assert not ear.out_of_memory  # it recovered


def test_whatever_goes_wrong_it_beats(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    def loops() -> list[str]:
        raise RuntimeError("dictionary changed size during iteration")

    beat(ear, monkeypatch, lambda: "x", loops).beat()
    assert ear.hear()


def test_nonsense_in_the_pipe_does_no_harm(ear: Pulse) -> None:
    say(ear, b'\xff\n[1]\n{"running": 7, "loops": "x"}\n{"run')
    say(ear, b'ning": "x", "loops": [1, "a"]}\n' + b"y" * 10000)
    assert ear.hear()
    assert ear.running == "x" and not ear.look()


def test_a_full_pipe_holds_nobody_up(ear: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    made = beat(ear, monkeypatch, lambda: "x" * 200)
    for _ in range(2000):
        made.beat()
    assert ear.hear()


def test_without_a_supervisor_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(heartbeat.FD_NAME, raising=False)
    made = Heartbeat(lambda: "x", list)
    made.beat()
    made.close()


@pytest.mark.parametrize(
    ("status", "out_of_memory", "text"),
    [
        (3, False, "died (exit status 3)"),
        (1, True, "ran out of memory"),
        (errno.ENOMEM, False, "ran out of memory"),
        (-9, False, "died (SIGKILL: the machine may have run out of memory)"),
        (-11, False, "died (SIGSEGV)"),
        (-40, False, "died (signal 40)"),
    ],
)
def test_a_death_in_a_few_words(status: int, out_of_memory: bool, text: str) -> None:
    assert how_it_died(status, out_of_memory) == text


def test_one_that_ends_for_want_of_memory_says_what_took_it(
    ear: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = beat(ear, monkeypatch, lambda: None)
    made.beat()
    made.out_of_memory("x = [0]*10**8")
    ear.hear()
    assert ear.out_of_memory and ear.circumstances() == " while it ran x = [0]*10**8"
