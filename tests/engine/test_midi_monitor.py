"""The monitor: to whom it shows what, and how often."""

import socket
from collections.abc import Iterator

import pytest

from plaud_live.engine.link import Channel
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.midi_monitor import NEVER, MidiMonitor


class Prompt:
    """A peer and its prompt."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.peer, self._prompt = Channel(ours), Channel(theirs)

    def lines(self) -> list[str]:
        return [str(message["text"]) for message in self._prompt.receive()]

    def close(self) -> None:
        self.peer.close()
        self._prompt.close()


@pytest.fixture
def prompt() -> Iterator[Prompt]:
    made = Prompt()
    yield made
    made.close()


@pytest.fixture
def hub() -> MidiHub:
    return MidiHub(lambda name, value: None)


def test_it_listens_only_while_somebody_looks(hub: MidiHub, prompt: Prompt) -> None:
    monitor = MidiMonitor(hub)
    assert (monitor.due, hub.listeners) == (NEVER, [])
    assert monitor.show(prompt.peer, None)
    assert monitor.due < NEVER
    assert len(hub.listeners) == 1
    assert not monitor.show(prompt.peer, None)
    assert (monitor.due, hub.listeners) == (NEVER, [])


def test_a_control_that_moves_is_one_line_with_its_last_value(hub: MidiHub, prompt: Prompt) -> None:
    monitor = MidiMonitor(hub)
    monitor.show(prompt.peer, True)
    for value in range(20):
        hub.feed("nano", bytes((0xB0, 21, value)))
    hub.feed("nano", bytes((0x91, 60, 100, 0xE0, 0, 0)))
    for now in range(4):
        monitor.work(float(now))
    assert prompt.lines() == [
        "nano: cc 21 ch 1 = 19  ×20",
        "nano: note C4 (60) ch 2 vel 100",
        "nano: bend ch 1 = -8192",
    ]


def test_halves_of_a_larger_message_are_not_shown(hub: MidiHub, prompt: Prompt) -> None:
    monitor = MidiMonitor(hub)
    monitor.show(prompt.peer, True)
    for data in ((99, 9), (98, 82), (6, 64)):
        hub.feed("nano", bytes((0xB0, *data)))
    for now in range(6):
        monitor.work(float(now))
    shown = [line for line in prompt.lines() if "nrpn" in line]
    assert shown == ["nano: nrpn 1234 ch 1 = 64"]


def test_a_clock_does_not_hide_the_others(hub: MidiHub, prompt: Prompt) -> None:
    monitor = MidiMonitor(hub)
    monitor.show(prompt.peer, True)
    for control in range(30):
        hub.feed("nano", bytes((0xF8, 0xB0, 64 + control, 1)))
    lines = []
    for now in range(30):
        monitor.work(float(now))
        lines += prompt.lines()
    assert sum("clock" in line for line in lines) <= 1
    assert lines[-1] == "nano: cc 93 ch 1 = 1"


def test_a_prompt_that_has_gone_is_forgotten(hub: MidiHub, prompt: Prompt) -> None:
    monitor = MidiMonitor(hub)
    monitor.show(prompt.peer, True)
    prompt.peer.close()
    monitor.work(1.0)
    assert hub.listeners == []
