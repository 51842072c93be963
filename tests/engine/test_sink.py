"""The sink as a process: clock, file and sound card (JACK's dummy); engines that die; cards that vanish."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.engine import devices
from plaud_live.engine.ring import EngineEnd, Ring
from plaud_live.engine.sink import Pacer
from plaud_live.errors import DeviceError
from tests.processes import PATIENCE, JackServer, SinkProcess, jack_server, start_sine_engine, wait_for

pytestmark = pytest.mark.realtime

BLOCK = 128
SLOPE = 0.5 * (2 * np.pi / 100) ** 2
"""Largest second difference of the engines' sine, amplitude 0.5, period 100 samples."""


@pytest.fixture
def ring() -> Iterator[Ring]:
    ring = Ring.create(BLOCK, 3)
    yield ring
    ring.close()


@pytest.fixture
def jack() -> Iterator[JackServer]:
    with jack_server(BLOCK) as server:
        yield server


def test_pacer_does_not_drift() -> None:
    pacer, now = Pacer(0.003, 2), 0.0
    lateness = np.random.default_rng(1).uniform(0, 0.0025, 10_000)
    for late in lateness:
        now += pacer.wait_seconds(now) + late
    assert now == pytest.approx(10_000 * 0.003, abs=0.003)
    assert pacer.skips == 0


def test_pacer_never_bursts_and_leaves_out_what_is_too_late() -> None:
    pacer, now = Pacer(0.003, 2), 0.0
    now += pacer.wait_seconds(now)
    now += 0.005  # late by less than the slack: caught up, at twice the pace
    waits = []
    for _ in range(10):
        waits.append(pacer.wait_seconds(now))
        now += waits[-1]
    assert min(waits) == pytest.approx(0.0015)
    assert now == pytest.approx(11 * 0.003)
    assert pacer.skips == 0
    now += 1.0  # the machine was away
    assert [pacer.wait_seconds(now), pacer.wait_seconds(now)] == pytest.approx([0.0015, 0.003])
    assert pacer.skips == 1


def test_clock_takes_blocks_from_an_engine(ring: Ring) -> None:
    sink, engine = SinkProcess(ring, "--sink", "null"), start_sine_engine(ring)
    opened = sink.wait_said("opened")
    assert opened["sample_rate"] == 44100
    assert "no sound card" in opened["device"]
    assert ring.get("alive_ns") == 0  # nothing is taken before it is told to
    sink.play()
    assert ring.sample_rate == 44100
    wait_for(lambda: ring.get("read") > 100 * BLOCK, "blocks are taken")
    assert sink.end() == 0
    engine.kill()
    engine.wait(PATIENCE)


def test_file_holds_the_engines_sine_and_ends_in_a_fade(ring: Ring, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    sink = SinkProcess(ring, "--sink", str(path), "--sample-rate", "48000")
    engine = start_sine_engine(ring)
    sink.play()
    wait_for(lambda: ring.get("read") > 100 * BLOCK, "blocks are taken")
    assert sink.end() == 0
    engine.kill()
    engine.wait(PATIENCE)
    sound, sample_rate = soundfile.read(path)
    assert sample_rate == 48000
    heard = np.flatnonzero(np.abs(sound[:, 0]) > 0)
    sound = sound[heard[0] - 1 : heard[-1] + 3]  # the sine's first sample is 0
    if ring.get("underruns") == 0:
        steps = np.arange(BLOCK, 90 * BLOCK)
        np.testing.assert_allclose(sound[steps, 0], 0.5 * np.sin(2 * np.pi * steps / 100), atol=1e-6)
    assert np.abs(np.diff(sound, 2, axis=0)).max() < 1.5 * SLOPE


def test_killed_engine_and_its_successor_do_not_click(ring: Ring, tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    sink, engine = SinkProcess(ring, "--sink", str(path)), start_sine_engine(ring)
    sink.play()
    wait_for(lambda: ring.get("read") > 50 * BLOCK, "blocks are taken")
    engine.kill()
    engine.wait(PATIENCE)
    wait_for(lambda: ring.get("written") - ring.get("read") < BLOCK, "the ring runs dry")
    underruns, missed = ring.get("underruns"), ring.get("missed")
    assert underruns >= 1
    wait_for(lambda: ring.get("missed") > missed + 20 * BLOCK, "silence goes on")
    engine = start_sine_engine(ring)
    played = ring.get("read")
    wait_for(lambda: ring.get("read") > played + 50 * BLOCK, "sound is back")
    engine.kill()
    engine.wait(PATIENCE)
    assert sink.end() == 0
    sound, _ = soundfile.read(path)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=1e-3)
    # the sine's own curvature, and what a raised cosine over 129 samples adds to it
    fade = np.pi / 129
    allowed = SLOPE + 2 * (0.5 * 2 * np.pi / 100) * fade / 2 + 0.5 * fade**2 / 2
    assert np.abs(np.diff(sound, 2, axis=0)).max() <= allowed


@pytest.mark.parametrize("signum", [signal.SIGTERM, None])
def test_told_by_signal_or_left_alone_it_finishes_its_file(
    ring: Ring, tmp_path: Path, signum: int | None
) -> None:
    sink = SinkProcess(ring, "--sink", str(tmp_path / "out.wav"))
    sink.play()
    wait_for(lambda: ring.get("missed") > 10 * BLOCK, "the clock runs")
    if signum:
        os.kill(sink.process.pid, signum)
    else:
        sink.channel.close()
    assert sink.process.wait(PATIENCE) == 0
    assert len(soundfile.read(tmp_path / "out.wav")[0]) >= 10 * BLOCK


def test_file_that_cannot_be_written_is_one_line(ring: Ring, tmp_path: Path) -> None:
    sink = SinkProcess(ring, "--sink", str(tmp_path / "missing" / "out.wav"))
    assert "cannot be written" in sink.wait_said("failed")["text"]
    assert sink.process.wait(PATIENCE) == 3


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_said_once_and_the_clock_goes_on(ring: Ring, tmp_path: Path) -> None:
    path = tmp_path / "full.wav"
    path.symlink_to("/dev/full")
    sink = SinkProcess(ring, "--sink", str(path))
    first = sink.channel
    wait_for(lambda: sink.said.extend(first.receive()) or sink.said, "an answer")  # type: ignore[func-returns-value]
    if sink.said[0]["event"] == "opened":
        sink.channel.send({"do": "play"})
        assert "no longer written" in sink.wait_said("message")["text"]
        missed = ring.get("missed")
        wait_for(lambda: ring.get("missed") > missed + 10 * BLOCK, "the clock goes on")
        assert sink.end() == 0
    else:
        assert "cannot be written" in sink.said[0]["text"]
        assert sink.process.wait(PATIENCE) == 3


def test_sound_card_plays_and_records(ring: Ring, jack: JackServer) -> None:
    sink, engine = SinkProcess(ring), start_sine_engine(ring)
    assert "system" in sink.wait_said("opened")["device"]
    sink.play()
    assert ring.sample_rate == 44100
    assert 0 < ring.latency_seconds < 1
    wait_for(lambda: ring.get("read") > 100 * BLOCK, "the card asks for blocks")
    assert ring.get("input_written") > 0
    assert sink.end() == 0
    engine.kill()
    engine.wait(PATIENCE)


def test_sound_card_by_part_of_its_name_or_number(ring: Ring, jack: JackServer) -> None:
    for name in ("SYST", "0"):
        sink = SinkProcess(ring, "--device", name)
        assert "system" in sink.wait_said("opened")["device"]
        assert sink.end() == 0


def test_sound_card_that_does_not_exist_lists_what_there_is(ring: Ring, jack: JackServer) -> None:
    sink = SinkProcess(ring, "--device", "thunder")
    text = sink.wait_said("failed")["text"]
    assert text.startswith("--device thunder: no such sound card — have 0 system (JACK")
    assert "\n" not in text
    assert sink.process.wait(PATIENCE) == 3


def test_sample_rate_that_the_card_refuses_names_its_own(ring: Ring, jack: JackServer) -> None:
    sink = SinkProcess(ring, "--sample-rate", "96000")
    text = sink.wait_said("failed")["text"]
    assert "its own rate is 44100 Hz" in text
    assert sink.process.wait(PATIENCE) == 3


def test_sound_card_that_vanishes_is_reported(ring: Ring, jack: JackServer) -> None:
    sink = SinkProcess(ring)
    sink.play()
    wait_for(lambda: ring.get("missed") > 10 * BLOCK, "the card asks for blocks")
    jack.kill()
    assert "system" in sink.wait_said("lost")["text"]
    assert sink.process.wait(PATIENCE) == 3


def test_input_is_looped_back_to_the_engine(ring: Ring, jack: JackServer) -> None:
    """What one client of the server plays, a second one records."""
    player = Ring.create(BLOCK, 3)
    sink, other = SinkProcess(ring), SinkProcess(player)
    engine = start_sine_engine(player)
    sink.play()
    other.play()
    jack.connect_players_to_recorders()
    end = EngineEnd(ring)
    block = np.zeros((BLOCK, 2), np.float32)
    peak = 0.0

    def heard() -> bool:
        nonlocal peak
        while end.read_input(block):
            peak = max(peak, float(np.abs(block).max()))
        return peak > 0.49

    wait_for(heard, "the other client's sine arrives")
    assert peak < 0.51
    assert sink.end() == other.end() == 0
    engine.kill()
    engine.wait(PATIENCE)
    player.close()


def test_without_portaudio_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    with pytest.raises(DeviceError, match="apt install libportaudio2"):
        devices.find(None)
