"""MIDI keys in the control thread: bytes to notes that are heard, and voices as there is time for them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.keys import EndKeys, Keys
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.engine.keys import Keyboard, cost
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.models import Models
from plaud_live.synths.voice import Voice
from tests.engine.test_keys import RATE, Stage, cents

ON, OFF, CONTROL, BEND = 0x90, 0x80, 0xB0, 0xE0


class Rig:
    """A stage, a MIDI device that is played by bytes, and a keyboard between them."""

    def __init__(self, folder: Path, **keys: Any) -> None:
        self.stage = Stage(folder, **keys)
        self.models, self.said, self.load = Models(), [], 0.1
        self.said: list[str] = []
        self.hub = MidiHub(lambda name, value: None)
        self.waiting: list[Callable[[], None]] = []
        self.keyboard = Keyboard(
            self, self.stage.renderer, self, self.make, lambda seconds: self.stage.now + 10, lambda: self.load
        )
        self.hub.listeners.append(self.keyboard.hear)

    @property
    def state(self) -> State:
        return self.stage.conductor.state

    def tell(self, line: str) -> None:
        self.said.append(line)

    def make(self, info: ModelInfo, name: str) -> Voice:
        return self.models.make_voice(info, RATE, name)

    def do(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Any], None]) -> None:
        self.waiting.append(lambda: done(work()))

    def follow(self) -> None:
        """Do all that is waiting to be done, as the loader would."""
        self.keyboard.follow()
        while self.waiting:
            self.waiting.pop(0)()

    def play(self, *data: int, device: str = "piano") -> None:
        self.hub.feed(device, bytes(data), 0.0)

    def level(self, seconds: float = 0.3) -> float:
        self.stage.play(round(0.3 * RATE))
        return float(np.abs(self.stage.play(round(seconds * RATE))).max())

    @property
    def voices(self) -> int:
        return self.stage.renderer.slots["drone"].keys.voices


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_a_key_sounds_while_it_is_down_and_a_pedal_holds_it(rig: Rig) -> None:
    rig.play(ON, 69, 100)
    rig.stage.play(RATE // 4)
    assert abs(cents(rig.stage.play(RATE // 2), 440.0)) < 1.0
    rig.play(CONTROL, 64, 127)
    rig.play(OFF, 69, 0)
    assert rig.level() > 0.01
    rig.play(CONTROL, 64, 0)
    assert rig.level() < 1e-3


def test_the_wheel_bends_by_its_range_and_by_the_one_that_a_device_asks_for(rig: Rig) -> None:
    rig.play(ON, 57, 100)
    rig.play(BEND, 0x7F, 0x7F)
    rig.stage.play(RATE // 4)
    assert abs(cents(rig.stage.play(RATE // 2), 220.0 * 2 ** (2 / 12))) < 2.0
    rig.play(CONTROL, 101, 0)
    rig.play(CONTROL, 100, 0)
    rig.play(CONTROL, 6, 12)
    rig.play(CONTROL, 38, 0)
    rig.hub.work(1e9)
    rig.play(BEND, 0, 0)
    rig.stage.play(RATE // 4)
    assert abs(cents(rig.stage.play(RATE // 2), 110.0)) < 2.0


def test_only_the_channel_and_the_device_that_are_meant_are_heard(tmp_path: Path) -> None:
    rig = Rig(tmp_path, ch=2, device="pia")
    rig.play(ON, 60, 100)
    rig.play(ON + 1, 62, 100, device="organ")
    assert rig.level() < 1e-3
    rig.play(ON + 1, 64, 100)
    assert rig.level() > 0.01


def test_an_unplugged_device_lets_its_keys_go(rig: Rig) -> None:
    rig.play(ON, 60, 100)
    assert rig.level() > 0.01
    rig.hub.unplug("piano")
    assert rig.level() < 1e-3


def test_voices_are_seated_as_long_as_there_is_time_for_them(rig: Rig) -> None:
    rig.stage.submit(Keys("drone", voices=4))
    rig.follow()
    rig.stage.play(128)
    assert rig.voices == 4 and not rig.said
    rig.stage.submit(EndKeys("drone"))
    rig.follow()
    rig.stage.play(RATE)
    assert rig.voices == 1


def test_where_there_is_no_time_fewer_play_and_that_is_said(rig: Rig) -> None:
    rig.load = 0.6
    rig.stage.submit(Keys("drone", voices=3))
    rig.follow()
    rig.stage.play(128)
    assert rig.voices == 1
    assert rig.said[0].startswith("drone.keys: one voice plays alone: each takes ")
    assert "60% is taken — fewer sines" in rig.said[0]
    rig.follow()
    assert len(rig.said) == 1
    for number in (57, 64):
        rig.play(ON, number, 100)
    rig.stage.play(RATE // 4)
    assert abs(cents(rig.stage.play(RATE // 2), 440 * 2 ** (-5 / 12))) < 1.0


def test_the_cost_of_a_voice_is_a_share_of_real_time(rig: Rig) -> None:
    info = rig.stage.renderer.slots["drone"].info
    assert 0.0 < cost(rig.make(info, "a"), info) < 1.0
