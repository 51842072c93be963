"""A whole performance: JACK without hardware, a real terminal, OSC from another program, and what was heard.

The capture is held against the same state rendered offline, and against physics: silence before, sound after,
the spectrum follows the latents, nothing clicks.
"""

import itertools
import json
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from plaud_live import model_file, settings
from plaud_live.control.transaction import Change, Load, Play, Quant, Set, Transaction
from plaud_live.engine.offline import OfflineEngine
from plaud_live.signals.graph import Constant
from plaud_live.signals.space import Anchor
from tests.e2e.stage import Tape, Terminal, instrument, missing_programs, ports
from tests.processes import JackServer, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]

FIRST, SECOND = (anchor.name for anchor in model_file.read(settings.built_in_model()).anchors[:2])


def spectrum_db(samples: np.ndarray, rate: int) -> np.ndarray:
    """Power in 24 bands from 60 Hz to 12 kHz, in dB, without its own level.

    The median over time: a block that a busy machine lost on the way to the tape is in few windows.
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, 4096)[::1024] * np.hanning(4096)
    power = np.median(np.abs(np.fft.rfft(frames)) ** 2, axis=0)
    edges = np.geomspace(60.0, 12000.0, 25) * 4096 / rate
    bands = [power[int(a) : max(int(a) + 1, int(b))].mean() for a, b in itertools.pairwise(edges)]
    level = 10 * np.log10(np.array(bands) + 1e-12)
    return level - level.mean()


def distance_db(a: np.ndarray, b: np.ndarray) -> float:
    """Mean difference of two spectra, in dB."""
    return float(np.abs(a - b).mean())


def roughness(samples: np.ndarray) -> float:
    """The largest second difference: what a click raises above the sound's own."""
    return float(np.abs(np.diff(samples, 2)).max())


def leave(terminal: Terminal) -> None:
    """Leave as a performer does."""
    terminal.type("exit()")
    terminal.wait("leave?")
    terminal.type("y")


LAUNCHES = ("play", "second", "z0 0.0", "z0 1.0", "hush")
MOST_PERFORMANCES = 3


def test_a_performance_is_heard_as_it_was_played(tmp_path: Path) -> None:
    """A click of ours is there each time; a block that a busy machine loses on the way to the tape is not."""
    rough = set(LAUNCHES)
    for number in range(MOST_PERFORMANCES):
        home = tmp_path / str(number)
        home.mkdir()
        tape = perform(home)
        wanted = expected_places(tape.rate)
        check_places(tape, wanted)
        own = max(roughness(part) for part in wanted.values())
        around = {name: tape.part(tape.marks[name] - 0.3, tape.marks[name] + 1.2) for name in LAUNCHES}
        rough &= {name for name, part in around.items() if roughness(part) > 1.5 * own}
        assert not leftovers(home)
        if not rough:
            return
    pytest.fail(f"clicks at {', '.join(sorted(rough))}")


def perform(home: Path) -> Tape:
    """Play at the prompt and over OSC, and leave; the tape of it, with the time of each launch."""
    jack = JackServer()
    try:
        with instrument(home, jack, []) as terminal:
            terminal.wait("help()")
            tape = Tape(jack, home / "heard.wav", 23.0)
            tape.run(1.5)
            port = str(json.loads((home / "run" / "instance.json").read_text())["osc_port"])
            terminal.type("clock.quant = 0")
            terminal.type(f"drone.z = A.{FIRST}")
            tape.run(1.0)
            tape.mark("play")
            terminal.type("drone.play(over=1)")
            tape.run(4.0)
            tape.mark("second")
            terminal.type(f"drone.z = A.{SECOND}")
            tape.run(4.0)
            for value in ("0.0", "1.0"):
                tape.mark(f"z0 {value}")
                subprocess.run(["oscsend", "127.0.0.1", port, "/plaud/inst/drone/z0", "f", value], check=True)
                tape.run(3.0)
            tape.mark("hush")
            terminal.type("hush(1)")
            tape.run(2.5)
            tape.mark("silent")
            tape.run(1.0)
            screen = terminal.screen()
            terminal.type("who()")
            terminal.wait("z0")
            leave(terminal)
            tape.finish()
    finally:
        jack.close()
    assert "rror" not in screen, screen
    return tape


def check_places(tape: Tape, wanted: dict[str, np.ndarray]) -> None:
    """Silence before and after, and at each place the sound of that place."""
    silence_before = tape.part(0.2, tape.marks["play"] - 0.1)
    assert np.abs(silence_before).max() == 0.0
    assert np.abs(tape.part(tape.marks["silent"], tape.marks["silent"] + 1.0)).max() < 1e-6
    steady = {
        "first": tape.part(tape.marks["play"] + 2.0, tape.marks["second"] - 0.1),
        "second": tape.part(tape.marks["second"] + 1.2, tape.marks["z0 0.0"] - 0.1),
        "low": tape.part(tape.marks["z0 0.0"] + 1.2, tape.marks["z0 1.0"] - 0.1),
        "high": tape.part(tape.marks["z0 1.0"] + 1.2, tape.marks["hush"] - 0.1),
    }
    expected = {name: spectrum_db(part, tape.rate) for name, part in wanted.items()}
    assert distance_db(expected["low"], expected["high"]) > 6.0
    assert distance_db(expected["first"], expected["second"]) > 6.0
    for name, part in steady.items():
        assert np.sqrt(np.mean(part**2)) > 1e-3, name
        heard = spectrum_db(part, tape.rate)
        assert distance_db(heard, expected[name]) < 4.0, name
        for other, place in expected.items():
            if distance_db(place, expected[name]) > 6.0:
                assert distance_db(heard, place) > distance_db(heard, expected[name]), (name, other)


def expected_places(rate: int) -> dict[str, np.ndarray]:
    """The same four places, rendered offline."""
    engine = OfflineEngine(sample_rate=rate, block_size=128)

    def submit(*changes: Change) -> None:
        engine.request("submit", transaction=Transaction(changes).to_data())

    submit(Load("drone", "default"), Quant(0.0))
    submit(Play("drone"), Set("drone", "z", Anchor(FIRST)))
    places = {}
    for name, change in {
        "first": None,
        "second": Set("drone", "z", Anchor(SECOND)),
        "low": Set("drone", "z0", Constant(0.0)),
        "high": Set("drone", "z0", Constant(1.0)),
    }.items():
        if change is not None:
            submit(change)
        engine.render(0.5)
        places[name] = engine.render(2.0)[:, 0].astype(np.float64)
    return places


def leftovers(home: Path) -> list[str]:
    """Processes that still carry this test's home on their command line or in their environment."""
    time.sleep(1.0)
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(home).encode() in environment and "plaud_live" in command:
            found.append(command)
    return found


def test_a_device_that_vanishes_comes_back_and_the_instrument_plays_on(tmp_path: Path) -> None:
    jack = JackServer()
    try:
        with instrument(tmp_path, jack, ["--plain"]) as terminal:
            terminal.wait("help()")
            terminal.type("drone.play()")
            jack.kill()
            terminal.wait("going on without", 30.0)
            terminal.type("drone.gain = .5")
            terminal.type("status()")
            time.sleep(1.0)
            jack.start()
            wait_for(lambda: ports(jack), "the instrument is on the sound card again", 60.0)
            tape = Tape(jack, tmp_path / "again.wav", 2.0)
            tape.finish()
            assert np.abs(tape.samples).max() > 1e-3
            leave(terminal)
    finally:
        jack.close()


def test_a_second_instance_is_refused_in_one_line(tmp_path: Path) -> None:
    with instrument(tmp_path, None, ["--sink", "null"]) as terminal:
        terminal.wait("help()")
        with instrument(tmp_path, None, ["--sink", "null"]) as second:
            second.wait("already", 20.0)
            assert "Traceback" not in second.screen()
        terminal.type("drone.play()")
        terminal.type("status()")
        assert "Traceback" not in terminal.screen()
