"""The headphones hear another model while the house hears its own, to the bit as if nobody listened."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.transaction import Hush, Set, Swap
from plaud_live.engine.devices import Device
from plaud_live.engine.models import Models
from plaud_live.engine.ring import EngineEnd, Ring, SinkEnd
from plaud_live.engine.sink import CardOutput, lay_out
from plaud_live.engine.slot import Slot
from plaud_live.errors import DeviceError, SettingsError
from plaud_live.settings import PlayOptions
from plaud_live.signals.graph import signal
from tests.engine.test_swap import BEAT, RATE, Stage, step
from tests.models_for_tests import child_file
from tests.signals import level_db


class Listener(Stage):
    """A stage with headphones."""

    def listen(self, path: Path, until: float) -> None:
        models = Models()
        info = models.load_info(str(path))
        voice = models.make_voice(info, RATE, "drone")
        renderer = self.engine.renderer
        renderer.phones.listen(Slot("drone", info, voice, RATE, None, renderer.inputs), until)

    def both(self, beats: float, block: int = 128) -> tuple[np.ndarray, np.ndarray]:
        """House and headphones, one side each [n]."""
        house, phones = (np.zeros((round(beats * BEAT), 2), np.float32) for _ in range(2))
        for at in range(0, len(house), block):
            piece = slice(at, at + block)
            self.engine.renderer.render(house[piece], None, phones[piece])
        return house[:, 0], phones[:, 0]


@pytest.fixture
def stage(tmp_path: Path) -> Listener:
    return Listener(tmp_path)


def test_they_hear_it_for_its_beats_and_the_house_as_if_nobody_did(stage: Listener, tmp_path: Path) -> None:
    control, rust = Stage(tmp_path), Stage(tmp_path)
    path = child_file(stage.parent, "rust", change=0.1)
    rust.swap(path, over=0.0)
    own, other = control.beats(12), rust.beats(12)
    before, none = stage.both(4)
    stage.listen(path, 8.0)
    house, phones = stage.both(8)
    assert not none.any()
    np.testing.assert_array_equal(np.concatenate([before, house]), own)
    inside = slice(BEAT, 3 * BEAT)
    spectra = [
        np.abs(np.fft.rfft(each * np.hanning(2 * BEAT)))
        for each in (phones[inside], other[5 * BEAT : 7 * BEAT], own[5 * BEAT : 7 * BEAT])
    ]
    assert np.linalg.norm(spectra[0] - spectra[1]) < 0.5 * np.linalg.norm(spectra[0] - spectra[2])
    assert step(phones) <= 1.1 * step(other), "no click where it begins and ends"
    assert not phones[round(4.2 * BEAT) :].any()
    assert stage.engine.renderer.phones.heard is None


def test_what_drives_it_drives_them_too(stage: Listener) -> None:
    path = child_file(stage.parent, "twin", change=0.0)
    stage.both(2)
    stage.listen(path, 100.0)
    _, loud = stage.both(2)
    stage.do(Set("drone", "gain", signal(0.3), 0.0))
    stage.both(1)
    house, soft = stage.both(2)
    assert level_db(loud[BEAT:]) > level_db(soft) + 6.0
    assert abs(level_db(soft) - level_db(house)) < 1.0


@pytest.mark.parametrize("how", ["end", "hush", "panic"])
def test_it_ends_in_all_ways_without_a_click(stage: Listener, how: str) -> None:
    path = child_file(stage.parent, "rust", change=0.1)
    stage.listen(path, 100.0)
    _, first = stage.both(3)
    if how == "end":
        stage.engine.renderer.phones.end()
    elif how == "hush":
        stage.do(Hush(1.0))
    else:
        stage.engine.request("panic")
    _, rest = stage.both(3)
    assert step(np.concatenate([first, rest])) <= 1.1 * step(first)
    assert level_db(first) > -50.0 and level_db(rest[2 * BEAT :]) < -100.0


def test_blocks_of_any_size_sound_the_same(tmp_path: Path) -> None:
    def heard(block: int) -> np.ndarray:
        stage = Listener(tmp_path)
        stage.both(1.3, block)
        stage.listen(child_file(stage.parent, "rust", change=0.1), 4.0)
        return np.stack(stage.both(4, block))

    expected = heard(128)
    going = slice(BEAT, round(2.6 * BEAT))  # it begins and ends with a block
    assert expected[1, going].any()
    for block in (64, 1000):
        np.testing.assert_array_equal(heard(block)[:, going], expected[:, going])


def test_the_ring_takes_them_along_with_the_same_fades() -> None:
    ring = Ring.create(64, 3)
    engine, sink = EngineEnd(ring), SinkEnd(ring)
    ones = np.ones((64, 2), np.float32)
    for _ in range(3):
        engine.write(ones, 2.0 * ones)
    played: list[Any] = []
    for _ in range(5):
        out, phones = np.full((64, 2), 9.0, np.float32), np.full((64, 2), 9.0, np.float32)
        sink.play(out, phones)
        played.append((out, phones))
    for out, phones in played:
        np.testing.assert_array_equal(phones, 2.0 * out)
    assert played[0][0][0, 0] < 0.1 < 1.0 == played[1][0][5, 0] and not played[4][0].any()
    engine.write(ones)
    assert not ring.phones[:64].any(), "without headphones nothing is left there"


def test_a_card_has_them_at_its_outputs_and_one_with_two_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = np.full((8, 6), 9.0, np.float32)
    lay_out(np.ones((8, 2), np.float32), np.full((8, 2), 2.0, np.float32), 5, out)
    np.testing.assert_array_equal(out[0], [1, 1, 0, 0, 2, 2])
    small = Device(0, "small", "ALSA", 2, 0, 44100.0)
    monkeypatch.setattr("plaud_live.engine.devices.find", lambda name: small)
    ring = Ring.create(64, 3)
    with pytest.raises(DeviceError, match="sound card small has 2 outputs: --phones 3 wants 4"):
        CardOutput(ring, SinkEnd(ring), None, None, 3)
    for output in (1, 2, 64, -1):
        with pytest.raises(SettingsError, match=f"--phones {output}: wants an output from 3 on"):
            PlayOptions(phones=output)


def test_a_swap_meanwhile_changes_what_the_house_hears_alone(stage: Listener) -> None:
    rust, moss = (child_file(stage.parent, name, 0.1, seed) for seed, name in enumerate(("rust", "moss")))
    stage.listen(rust, 100.0)
    stage.both(2)
    stage.do(Swap("drone", str(moss), over=1.0))
    house, phones = stage.both(4)
    assert stage.slot.info.name == "moss" and level_db(phones) > -50.0 and level_db(house) > -50.0
    assert stage.engine.renderer.phones.heard.slot.info.name == "rust"
