"""The watched plugin's LV2 in jalv, under JACK: a sine goes through it while files change."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.hot_reload import HotReload
from tests.faust.plugin import BROKEN, CLICK, REVERBS, break_file, has_tools, push, residual
from tests.processes import PATIENCE, JackServer, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.skipif(not has_tools("jalv", "jackd", "jack_rec"), reason="needs jalv, jackd and jack_rec"),
]

RATE = 48000
STEP = 2.0 * np.pi / 200  # of the left output of jack_simple_client
AMPLITUDE = 0.2
CONTROLS = ["pre_delay", "dry_wet"]
SESSION = """
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
<> a <http://lv2plug.in/ns/ext/presets#Preset> ;
    lv2:appliesTo <urn:plaud-live:watched> ;
    <http://lv2plug.in/ns/ext/state#state> [
        <urn:plaud-live:watched#dsp> "{path}"^^<http://lv2plug.in/ns/ext/atom#Path>
    ] .
"""


class Jalv:
    """The plugin in jalv, between the sine of jack_simple_client and whoever wires itself to it."""

    def __init__(self, plugins: Path, jack: JackServer, *options: str) -> None:
        path = {"LV2_PATH": f"{plugins}:/usr/lib/lv2"}
        self._jalv = subprocess.Popen(
            ["jalv", "-x", "-n", "plugin", *options, "urn:plaud-live:watched"],
            env={**jack.environment, **path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        command = ["jack_simple_client", "sine"]
        self._sine = subprocess.Popen(command, env=jack.environment, stdout=subprocess.DEVNULL)
        for side in (1, 2):
            wires = ["jack_connect", "sine:output1", f"plugin:lv2_audio_in_{side}"]
            self.until(lambda wires=wires: _succeeds(wires, jack), "the sine goes into the plugin")

    def until(self, condition: Callable[[], object], what: str) -> None:
        wait_for(condition, what)

    def type(self, line: str) -> None:
        """Type at its prompt."""
        assert self._jalv.stdin is not None
        self._jalv.stdin.write(line + "\n")
        self._jalv.stdin.flush()

    def end(self, last: str) -> str:
        """Type a last line, and give back all that it printed."""
        said, _ = self._jalv.communicate(last + "\n", timeout=PATIENCE)
        return said

    def close(self) -> None:
        for process in (self._sine, self._jalv):
            process.kill()
            process.communicate()


def _succeeds(command: list[str], jack: JackServer) -> bool:
    """Ports are there for a while before they can be wired."""
    return subprocess.run(command, env=jack.environment, capture_output=True, check=False).returncode == 0


class Tape:
    """Records ports for as long as is needed."""

    def __init__(self, jack: JackServer, path: Path, outputs: list[str]) -> None:
        self._path = path
        self._channels = len(outputs)
        self._command = ["jack_rec", "-f", str(path), "-d", "120", "-b", "24", "-B", "524288", *outputs]
        self._jack = jack
        self._start()
        for _ in range(3):  # JACK throws out a client that is late by too much: once more, then
            if self._runs():
                break
            self._recorder.kill()
            self._recorder.wait()
            self._start()

    def _start(self) -> None:
        with self._path.with_suffix(".txt").open("wb") as said:
            self._recorder = subprocess.Popen(
                self._command, env=self._jack.environment, stdout=said, stderr=said
            )

    def _runs(self) -> bool:
        """Whether anything comes onto it, in a while."""
        begun, ends = self.frames, time.monotonic() + 5.0
        while self.frames <= begun + RATE // 10 and time.monotonic() < ends:
            time.sleep(0.02)
        return self.frames > begun + RATE // 10

    @property
    def frames(self) -> int:
        """How much is on it; the header has no part of a frame."""
        return self._path.stat().st_size // (3 * self._channels) if self._path.exists() else 0

    def run(self, seconds: float) -> None:
        """Let it run on."""
        until = self.frames + int(seconds * RATE)
        wait_for(lambda: self.frames >= until, lambda: f"{seconds:g} s of tape: {self}")

    def __str__(self) -> str:
        code, said = self._recorder.poll(), self._path.with_suffix(".txt").read_text()
        return f"{self.frames} frames, {'runs' if code is None else f'ended with {code}'}: {said}"

    def close(self) -> None:
        """End it with all that plays: JACK stands still for a while where a client is killed."""
        self._recorder.kill()
        self._recorder.wait()

    def since(self, began: int) -> NDArray[np.float64]:
        """What is on it from a frame on, [ports, samples], as full scale is 1."""
        data = self._path.read_bytes()
        data = data[data.index(b"data") + 8 :]
        whole = data[: len(data) // (3 * self._channels) * 3 * self._channels]
        bytes_ = np.frombuffer(whole, np.uint8).reshape(-1, self._channels, 3).astype(np.int32)
        samples = (bytes_ << np.array([8, 16, 24], np.int32)).sum(axis=-1, dtype=np.int32)
        return samples.T[:, began:] / 2.0**31


@pytest.fixture
def jack() -> Iterator[JackServer]:
    server = JackServer(block=256, sample_rate=RATE, patient=True)
    yield server
    server.close()


@pytest.fixture
def jalv(plugins, dsp, jack) -> Iterator[Jalv]:
    with HotReload(dsp, RATE, CONTROLS) as live:
        live.update(REVERBS["hall"])
    host = Jalv(plugins, jack)
    yield host
    host.close()


@pytest.fixture
def tape(jack, jalv, tmp_path) -> Iterator[Tape]:
    """What goes into the plugin and comes out of it."""
    outputs = [f"plugin:lv2_audio_out_{side}" for side in (1, 2)]
    tape = Tape(jack, tmp_path / "tape.wav", ["sine:output1", *outputs])
    yield tape
    tape.close()


def recorded(tape: Tape, jalv: Jalv, dsp: Path) -> NDArray[np.float64]:
    """What goes into the plugin and comes out of it, [3, samples], while files change."""
    tape.run(0.5)
    began = tape.frames
    with HotReload(dsp, RATE, controls=CONTROLS, interval_seconds=0.0) as live:
        for config, (reason, content) in zip(reversed(REVERBS.values()), BROKEN.items(), strict=True):
            push(jalv, live, config)
            tape.run(0.1)
            answer = break_file(jalv, live, content)
            assert (answer.state, reason in answer.error) == ("error", True), answer
    tape.run(0.3)
    return tape.since(began)


def test_nothing_is_heard_of_reverbs_and_broken_files_that_come(jalv, tape, dsp):
    jalv.type("pre_delay = 20")
    jalv.type("dry_wet = 0.75")
    for _ in range(3):
        sound = recorded(tape, jalv, dsp)
        if np.abs(residual(sound[:1], STEP)).max() < 1e-5:
            break  # else JACK itself has lost some of the sine, on a machine that is too busy
    knobs = jalv.end("controls").rsplit("> ", 2)[-2]
    sound = sound[1:]
    assert sound.shape[1] > RATE
    assert np.abs(residual(sound, STEP)).max() < CLICK * AMPLITUDE
    blocks = np.abs(sound[:, : sound.shape[1] // 256 * 256]).reshape(2, -1, 256).max(axis=2)
    assert blocks.min() > 0.01 * AMPLITUDE  # no dropout: it sounds on in every block
    assert "pre_delay = 20.0" in knobs
    assert "dry_wet = 0.75" in knobs


def test_a_session_names_its_file(plugins, dsp, jack, tmp_path):
    mine = tmp_path / "mine.dsp"
    mine.write_text("process = *(0.5), *(0.5);")
    session = tmp_path / "session"
    session.mkdir()
    (session / "state.ttl").write_text(SESSION.format(path=mine))
    host = Jalv(plugins, jack, "-l", str(session))
    try:
        status = mine.with_name("mine.dsp.status.json")
        host.until(lambda: status.is_file() and '"ok"' in status.read_text(), "it is read")
    finally:
        host.close()
