"""MIDI keys in the control thread: bytes to notes that are heard, and voices as there is time for them."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.conductor import Outcome
from plaud_live.control.keys import EndKeys, Keys
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.control.transaction import Transaction
from plaud_live.engine.casting import cost
from plaud_live.engine.keys import TOO_LONG_SECONDS, TOO_MUCH_LOAD, Keyboard, keyboard
from plaud_live.engine.loader import Loader
from plaud_live.engine.midi_hub import MidiHub
from plaud_live.engine.midi_record import Arrivals
from plaud_live.engine.models import Models
from plaud_live.synths.voice import Voice
from tests.engine.test_desk import Stage as DeskStage
from tests.engine.test_keys import RATE, Stage, cents, clicks_db, harmonic_file

ON, OFF, CONTROL, BEND = 0x90, 0x80, 0xB0, 0xE0


class Rig:
    """A stage, a MIDI device that is played by bytes, and a keyboard between them."""

    def __init__(self, folder: Path, **keys: Any) -> None:
        self.stage = Stage(folder, **keys)
        self.models, self.said, self.load = Models(), [], 0.1
        self.said: list[str] = []
        self.hub = MidiHub(lambda name, value: None)
        self.waiting: list[Callable[[], None]] = []
        self.ahead = 10
        self.keyboard = Keyboard(
            self,
            self.stage.renderer,
            self,
            self.make,
            lambda seconds: self.stage.now + self.ahead,
            lambda: self.load,
        )
        self.hub.listeners.append(self.keyboard.hear)

    @property
    def state(self) -> State:
        return self.stage.conductor.state

    def submit(self, transaction: Transaction) -> Outcome:
        self.stage.submit(*transaction.changes)
        return Outcome(0.0)

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


def say(rig: Rig, channel: int, parameter: int, value: int) -> None:
    """A registered parameter: 0 is the range of bends, 6 the members of an MPE zone."""
    for control, each in ((101, 0), (100, parameter), (6, value)):
        rig.play(CONTROL + channel - 1, control, each)


def bend(rig: Rig, channel: int, share: float) -> None:
    raw = 8192 + round(share * (8191 if share > 0 else 8192))
    rig.play(BEND + channel - 1, raw & 127, raw >> 7)


def sounds(rig: Rig, pitch: float) -> bool:
    """Whether a pitch in semitones sounds, within two cents."""
    rig.stage.play(RATE // 8)
    return abs(cents(rig.stage.play(RATE // 2), 440 * 2 ** ((pitch - 69) / 12))) < 2.0


@pytest.mark.parametrize(("master", "member", "other"), [(1, 3, 15), (16, 14, 5)])
def test_the_bend_of_a_zone_is_added_to_that_of_each_note(
    rig: Rig, master: int, member: int, other: int
) -> None:
    """MPE 1.0 from its bytes: 2 semitones of the master and 48 of its members, until RPN 0 says otherwise."""
    another = master + (4 if master == 1 else -4)
    say(rig, master, 6, 7)
    bend(rig, member, 0.125)
    rig.play(ON + member - 1, 50, 127)
    assert sounds(rig, 56)
    bend(rig, master, 1.0)
    assert sounds(rig, 58)
    say(rig, master, 0, 12)
    assert sounds(rig, 68)
    say(rig, another, 0, 24)  # any member speaks for all
    bend(rig, master, -0.5)
    assert sounds(rig, 47)
    bend(rig, other, 1.0)  # of no zone, or of the other
    assert sounds(rig, 47)
    rig.play(OFF + member - 1, 50, 0)
    rig.play(ON + another - 1, 55, 127)  # the next note comes bent by its zone
    assert sounds(rig, 49)
    say(rig, master, 6, 7)
    assert sounds(rig, 55)


def test_channels_that_no_device_has_made_a_zone_of_bend_alone(rig: Rig) -> None:
    rig.play(ON + 2, 50, 127)
    bend(rig, 1, 1.0)
    assert sounds(rig, 50)
    bend(rig, 3, 1.0)
    assert sounds(rig, 52)
    say(rig, 1, 6, 15)
    say(rig, 1, 6, 0)  # MPE is off again
    bend(rig, 1, 1.0)
    bend(rig, 3, 0.5)
    assert sounds(rig, 51)


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


def test_a_key_ends_though_its_channel_is_no_longer_meant(rig: Rig) -> None:
    rig.play(ON, 60, 100)
    assert rig.level() > 0.01
    rig.stage.submit(Keys("drone", ch=2))
    rig.play(OFF, 60, 0)
    assert rig.level() < 1e-3


def test_a_key_ends_though_an_underrun_has_moved_the_samples_between_down_and_up(rig: Rig) -> None:
    rig.ahead = 400
    rig.play(ON, 60, 100)
    rig.ahead = 100
    rig.play(OFF, 60, 0)
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


def test_voices_go_when_there_is_no_time_for_them_any_more(rig: Rig) -> None:
    rig.stage.submit(Keys("drone", voices=4, attack=0.01, release=0.2))
    rig.follow()
    rig.stage.play(128)
    rig.keyboard._shares["drone"] = 0.1
    chord = (50, 52, 53, 51)
    for number in chord:
        rig.play(ON, number, 127)
    before = rig.stage.play(RATE // 2)
    rig.load = TOO_MUCH_LOAD + 0.1
    for now in np.arange(0.0, TOO_LONG_SECONDS, 0.25):
        rig.keyboard.work(float(now))
        assert rig.voices == 4, "a bad moment is none"
    rig.load = TOO_MUCH_LOAD - 0.01
    rig.keyboard.work(TOO_LONG_SECONDS)
    rig.load = TOO_MUCH_LOAD + 0.05  # three voices more than may be
    for now in (2.0, 2.0 + TOO_LONG_SECONDS):
        rig.keyboard.work(now)
    assert rig.keyboard.due == pytest.approx(2.25 + TOO_LONG_SECONDS)
    assert rig.said == [
        "drone.keys: 1 of 4 voices go on: 85% of the time was taken — drone.keys(…) again asks for them"
    ]
    after = rig.stage.play(RATE)
    assert rig.voices == 1 and len(rig.stage.renderer.slots["drone"].keys._hands) == 1
    assert clicks_db(np.concatenate([before, after])) < -70.0
    assert abs(cents(after[RATE // 2 :], 440 * 2 ** ((chord[0] - 69) / 12))) < 1.0
    rig.load = 0.1
    rig.follow()
    rig.keyboard.work(10.0)
    rig.stage.play(128)
    assert rig.voices == 1, "they do not come back by themselves"
    rig.stage.conductor.undo(rig.stage.now)
    rig.follow()
    assert not rig.state.keys or rig.state.keys["drone"].voices == 1
    rig.stage.submit(Keys("drone", voices=4, attack=0.01, release=0.2))
    rig.follow()
    rig.stage.play(128)
    assert rig.voices == 4, "but when they are asked for"


def test_only_as_many_go_as_have_to(rig: Rig) -> None:
    rig.stage.submit(Keys("drone", voices=4))
    rig.follow()
    rig.stage.play(128)
    rig.keyboard._shares["drone"] = 0.15
    rig.load = 0.88
    for number in (57, 61, 64):
        rig.play(ON, number, 100)
    rig.stage.play(RATE // 4)
    rig.play(OFF, 61, 0)
    rig.stage.play(RATE // 4)
    for now in (0.0, TOO_LONG_SECONDS):
        rig.keyboard.work(now)
    assert "2 of 4 voices go on: 88%" in rig.said[0]
    rig.stage.play(RATE)
    assert rig.voices == 2
    out = rig.stage.play(RATE)
    for number in (57, 64):
        assert abs(cents(out, 440 * 2 ** ((number - 69) / 12))) < 1.0, "voices that nobody plays go first"


def test_the_cost_of_a_voice_is_a_share_of_real_time(rig: Rig) -> None:
    info = rig.stage.renderer.slots["drone"].info
    assert 0.0 < cost(rig.make(info, "a"), info) < 1.0


def test_notes_are_as_far_apart_as_their_keys_wherever_blocks_begin(tmp_path: Path) -> None:
    """At a real desk: bytes come at times of the machine's clock, and are heard a constant time later."""
    stage = DeskStage(tmp_path)
    stage.path = str(harmonic_file(tmp_path))
    stage.load(Keys("drone", attack=0.001, release=0.005))
    stage.play(128)
    when = Arrivals(stage.desk, RATE, 128)
    keyboard(stage.desk, stage.renderer, stage.loop, Loader(), stage.models, when)
    seconds = time.monotonic()
    apart = np.array([0.0, 0.0503, 0.1111, 0.2])
    latency = stage.desk.latency_seconds + 128 / RATE
    for after in apart:
        stage.desk.midi.feed("piano", bytes([ON, 69, 127]), seconds + after)
        stage.desk.midi.feed("piano", bytes([OFF, 69, 0]), seconds + after + 0.01)
    sound = np.abs(stage.play(round((0.3 + latency) * RATE))[:, 0])
    before = np.lib.stride_tricks.sliding_window_view(np.pad(sound, (500, 0)), 500)[:-1].max(axis=1)
    begins = np.flatnonzero((sound > 3e-4) & (before < 3e-4))
    wanted = stage.desk.times.sample_at(seconds) + (stage.desk.latency_seconds + 128 / RATE) * RATE
    np.testing.assert_allclose(begins + 128 - stage.renderer.limiter.latency, wanted + apart * RATE, atol=40)
