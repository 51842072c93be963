"""The watched plugin's CLAP in a small host: what it declares, how it sounds, what a session keeps."""

import ctypes as c
import os
import signal
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler import json_to_faust
from compiler.hot_reload import HotReload
from tests.compiler.faust_player import play
from tests.compiler.hall import RATE, SAMPLES, hall
from tests.compiler.plugin_hosts import ClapHost, P
from tests.faust.plugin import compilers
from tests.processes import wait_for

pytestmark = pytest.mark.slow

_MOVE = c.CFUNCTYPE(c.c_int64, P, P, c.c_uint64)


class _Stream(c.Structure):
    _fields_ = [("context", P), ("move", _MOVE)]


class _State(c.Structure):
    _fields_ = [("save", c.CFUNCTYPE(c.c_bool, P, P)), ("load", c.CFUNCTYPE(c.c_bool, P, P))]


class Host(ClapHost):
    """One that keeps sessions."""

    def save(self) -> bytes:
        """What a session keeps of the plugin."""
        kept = bytearray()

        def write(_: int, data: int, size: int) -> int:
            kept.extend(c.string_at(data, size))
            return size

        stream = _Stream(None, _MOVE(write))
        assert self._state().save(self._address, c.addressof(stream))
        return bytes(kept)

    def load(self, kept: bytes) -> None:
        """Bring a session back."""
        left = bytearray(kept)

        def read(_: int, data: int, size: int) -> int:
            part = bytes(left[:size])
            c.memmove(data, part, len(part))
            del left[:size]
            return len(part)

        stream = _Stream(None, _MOVE(read))
        assert self._state().load(self._address, c.addressof(stream))

    def _state(self) -> _State:
        return _State.from_address(self._extension(b"clap.state"))


def impulse(channel: int) -> NDArray[np.float32]:
    audio = np.zeros((2, SAMPLES), np.float32)
    audio[channel, 0] = 1.0
    return audio


def error(host: ClapHost, text: str) -> float:
    """Largest difference from the compiled FAUST, of its largest sample."""
    expected = [play(text, impulse(channel).astype(np.float64), RATE) for channel in range(2)]
    heard = [host.process(impulse(channel), 2) for channel in range(2)]
    return max(np.abs(y - x).max() / np.abs(x).max() for x, y in zip(expected, heard, strict=True))


def test_it_says_what_it_is(plugins, dsp):
    with Host(plugins / "plaud-live.clap", RATE) as host:
        assert (host.descriptor.id, host.descriptor.name) == (b"live.plaud.watched", b"plaud-live")
        assert host.features == ["audio-effect", "reverb", "stereo"]
        assert (host.channels(is_input=True), host.channels(is_input=False)) == ([2], [2])
        names = list(host.parameters())
        assert names[:7] == ["t60", "damping", "freeze", "pre_delay", "dry_wet", "file", "knob 1"]
        assert len(names) == 32


def test_without_a_file_the_input_passes(plugins, dsp):
    with Host(plugins / "plaud-live.clap", RATE) as host:
        assert np.array_equal(host.process(impulse(0), 2), impulse(0))


def test_the_first_sample_sounds_as_the_compiled_faust(plugins, dsp):
    HotReload(dsp, RATE).update(hall())
    with Host(plugins / "plaud-live.clap", RATE) as host:
        assert error(host, dsp.read_text()) < 1e-6


def test_a_knob_means_what_it_says(plugins, dsp):
    HotReload(dsp, RATE, controls=["t60", "pre_delay"]).update(hall())
    with Host(plugins / "plaud-live.clap", RATE) as host:
        as_trained = host.process(impulse(0), 2)
        host.process(np.zeros((2, SAMPLES), np.float32), 2, {"t60": 1.0, "pre_delay": 10.0})
        moved = host.process(impulse(0), 2)
        expected = play(
            dsp.read_text(), impulse(0).astype(np.float64), RATE, [(0, {"t60": 1.0, "pre_delay": 10.0})]
        )
        assert (
            np.abs(moved - expected).max() < 1e-4 * np.abs(expected).max()
        )  # the last of 20 ms of smoothing
        host.process(np.zeros((2, 16 * SAMPLES), np.float32), 2, {"t60": 0.0, "pre_delay": 0.0})
        assert np.abs(host.process(impulse(0), 2) - as_trained).max() < 1e-6


@pytest.mark.parametrize("rate", [44100, 64000, 96000])
def test_decay_times_are_those_of_the_rate_of_the_host(plugins, dsp, rate):
    """The table of `t60` was written for three rates, of which the plugin takes its own."""
    HotReload(dsp, RATE, controls=["t60"], follow_host_rate=True).update(hall())
    text = json_to_faust(hall(), controls=["t60"], follow_host_rate=True)
    with Host(plugins / "plaud-live.clap", rate) as host:
        host.process(np.zeros((2, 4 * SAMPLES), np.float32), 2, {"t60": 0.6})
        heard = host.process(impulse(0), 2)
    expected = play(text, impulse(0).astype(np.float64), rate, [(0, {"t60": 0.6})])
    assert np.abs(heard - expected).max() < 1e-4 * np.abs(expected).max()
    late = [np.sum(np.square(sound[:, SAMPLES // 2 :])) for sound in (heard, expected)]
    assert late[0] == pytest.approx(late[1], rel=1e-3)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_compiler_that_waits_may_be_killed_and_ends_with_the_host(plugins, dsp):
    live = HotReload(dsp, RATE, interval_seconds=0.0)
    live.update(hall())
    with Host(plugins / "plaud-live.clap", RATE) as host:
        wait_for(lambda: "S" in compilers().values(), "one waits for the next text")
        (waiting,) = compilers()
        os.kill(waiting, signal.SIGKILL)
        other = hall()
        other["root"]["children"][1]["forward"]["samples"][0] += 2.0
        live.update(other)
        wait_for(lambda: (status := live.status()) and status.generation == 2, "the next is compiled")
        assert live.status().state == "ok"
        wait_for(lambda: list(compilers().values()) == ["S"], "another waits")
        host.process(np.zeros((2, 64), np.float32), 2)
    assert not compilers()


def test_a_session_keeps_knobs_and_the_file(plugins, dsp, tmp_path):
    mine = tmp_path / "mine.dsp"
    HotReload(dsp, RATE).update(hall())
    HotReload(mine, RATE).update(hall(0.4))
    with Host(plugins / "plaud-live.clap", RATE) as host:
        host.process(impulse(0), 2, {"pre_delay": 30.0, "file": 1.0})
        kept = host.save()
    assert b"dsp\0\0" in kept  # none of its own
    with Host(plugins / "plaud-live.clap", RATE) as host:
        host.load(kept.replace(b"dsp\0\0", b"dsp\0" + str(mine).encode() + b"\0"))
        assert host.value("pre_delay") == pytest.approx(30.0)
        assert str(mine).encode() in host.save()
        for _ in range(10000):  # it is compiled meanwhile
            host.process(np.zeros((2, 256), np.float32), 2)
            if mine.with_name("mine.dsp.status.json").is_file():
                break
        host.process(np.zeros((2, 4 * SAMPLES), np.float32), 2)
        assert error(host, mine.read_text()) < 1e-6
