"""What devices send is in the record, byte for byte, at the samples where keys are heard."""

from pathlib import Path
from typing import Any

import pytest

from plaud_live.control.keys import Keys
from plaud_live.engine.keys import keyboard
from plaud_live.engine.loader import Loader
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.midi_record import MOST_PENDING, MOST_ROWS, Arrivals, MidiRecord
from tests.engine.test_desk import RATE
from tests.engine.test_desk import Stage as DeskStage
from tests.engine.test_keys import harmonic_file


class Stage:
    """A sound card that plays sample 0 at time 0, and what is rendered ahead of it."""

    next_sample, latency_seconds = 0, 0.02

    @property
    def times(self) -> "Stage":
        return self

    def sample_at(self, seconds: float) -> int:
        return round(seconds * 1000)


class Recorder:
    """A supervisor that keeps what it is told."""

    def __init__(self) -> None:
        self.pending = 0
        self.told: list[dict[str, Any]] = []

    def send(self, message: dict[str, Any]) -> None:
        self.told.append(message)


class Rig:
    def __init__(self) -> None:
        self.stage, self.recorder = Stage(), Recorder()
        self.sent = self.recorder.told
        self.record = MidiRecord(Arrivals(self.stage, 1000, 16), lambda: 1020, self.recorder)
        self.hub = MidiHub(lambda name, value: None, clock=lambda: 5.0)
        self.hub.taps.append(self.record.hear)

    @property
    def rows(self) -> list[Any]:
        self.record.work(9.0)
        return [row for event in self.sent for row in event["data"]]


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_bytes_are_kept_a_constant_time_after_they_came(rig: Rig) -> None:
    rig.hub.feed("piano", bytes([0x90, 60, 100]), 1.0)
    rig.hub.feed("nano#2", bytes([0xB3, 21, 5]), 1.5)
    assert rig.record.due == 1.1
    assert rig.rows == [[1036, "piano", "903c64"], [1536, "nano#2", "b31505"]]
    (event,) = rig.sent
    assert (event["kind"], event["by"], event["sample"]) == ("midi", "midi", 1020)
    rig.sent.clear()
    assert rig.rows == [] and not rig.sent, "nothing is told twice"


def test_what_is_late_counts_from_what_can_still_be_changed_and_keeps_its_order(rig: Rig) -> None:
    rig.stage.next_sample = 3000
    rig.hub.feed("piano", bytes([0x90, 60, 100]), 1.0)
    rig.stage.next_sample = 2900  # an underrun has moved the samples
    rig.hub.feed("piano", bytes([0x80, 60, 0]), 1.001)
    assert rig.rows == [[3000, "piano", "903c64803c00"]]


def test_clocks_and_exclusive_messages_are_left_out_and_a_device_that_goes_is_told(rig: Rig) -> None:
    for data in ([0xF8], [0xFE], [0xF0, 1, 2, 0xF7]):
        rig.hub.feed("piano", bytes(data), 1.0)
    rig.hub.unplug("piano")
    assert rig.rows == [[5036, "piano", ""]]


def test_a_flood_goes_in_portions(rig: Rig) -> None:
    for i in range(MOST_ROWS + 1):
        rig.hub.feed("piano", bytes([0xB0, 1, i % 128]), 1.0 + 0.001 * i)
    assert len(rig.rows) == MOST_ROWS + 1
    assert [len(event["data"]) for event in rig.sent] == [MOST_ROWS, 1]
    assert [event["sample"] for event in rig.sent] == [1020, 1020], "as far as has been rendered"


def test_what_one_device_sends_at_one_sample_is_one_row(rig: Rig) -> None:
    for device, data in (("a", [0xB0, 1, 1]), ("a", [0xB0, 2, 2]), ("b", [0xB0, 1, 1]), ("a", [0xB0, 3, 3])):
        rig.hub.feed(device, bytes(data), 1.0)
    rig.hub.unplug("a")
    told = [["a", "b00101b00202"], ["b", "b00101"], ["a", "b00303"], ["a", ""]]
    assert [row[1:] for row in rig.rows] == told


def test_a_supervisor_that_takes_nothing_is_sent_no_more_and_that_is_said_once(rig: Rig) -> None:
    rig.recorder.pending = MOST_PENDING + 1
    for _ in range(2):
        rig.hub.feed("piano", bytes([0x90, 60, 100]), 1.0)
        rig.record.flush()
    (said,) = rig.sent
    assert said["event"] == "message" and "gaps" in said["text"]
    rig.recorder.pending = 0
    rig.sent.clear()
    rig.hub.feed("piano", bytes([0x80, 60, 0]), 2.0)
    assert rig.rows == [[2036, "piano", "803c00"]]


def test_a_key_is_recorded_at_the_sample_at_which_it_is_heard(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    stage.path = str(harmonic_file(tmp_path))
    stage.load(Keys("drone", attack=0.001, release=0.005))
    stage.play(128)
    when, recorder = Arrivals(stage.desk, RATE, 128), Recorder()
    record = MidiRecord(when, lambda: 0, recorder)
    stage.desk.midi.taps.append(record.hear)
    keyboard(stage.desk, stage.renderer, stage.loop, Loader(), stage.models, when)
    heard: list[int] = []
    tell = stage.renderer.key
    stage.renderer.key = lambda name, event: (heard.append(event.sample), tell(name, event))  # type: ignore[method-assign,func-returns-value]
    for i in range(20):
        stage.desk.midi.feed("piano", bytes([0x90, 60 + i, 100]))
        stage.play(128)
    record.flush()
    rows = [row for event in recorder.told for row in event["data"]]
    assert [row[0] for row in rows] == heard[1::2], "each comes after the bend of its channel"
    assert len(set(heard)) == 20
