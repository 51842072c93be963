"""The real instrument, its processes killed one after the other: what played plays on, without a click.

All are killed in one and the same performance but the supervisor, which takes everything with it.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.playing import Playing
from tests.processes import wait_for

pytestmark = pytest.mark.slow

START_SECONDS = 240.0
"""On a machine that never ran it, Numba compiles every kernel."""


def start(folder: Path) -> Playing:
    """A drone that moves, written to heard.wav; a standby is warm."""
    started = Playing(
        folder,
        engine="plaud_live.engine.process",
        prompt="plaud_live.repl.main",
        sink=str(folder / "heard.wav"),
        osc_port=0,
        block_size=256,
    )
    wait_for(lambda: started.instance.get("prompt"), "the prompt opens", START_SECONDS)
    started.type("drone.play()")
    started.type("drone.z0 = lfo(4)")
    started.type("print('moving')")
    wait_for(lambda: "moving" in started.output, "the drone moves")
    wait_for(lambda: started.instance.get("standby"), "a standby is warm", START_SECONDS)
    return started


@pytest.fixture(scope="module")
def performance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """One that goes on from test to test."""
    started = start(tmp_path_factory.mktemp("performance"))
    yield started
    started.close()


def heard(playing: Playing) -> float:
    """Peak of the drone now."""
    client = playing.client()
    status = client.request("status")
    client.close()
    return float(status["instruments"]["drone"]["peak"])


def deaths(playing: Playing) -> list[int]:
    """How many engines and prompts have died, as the session's record says."""
    kinds = [event["kind"] for event in playing.events]
    return [kinds.count("engine died"), kinds.count("prompt died")]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("sum(range(10**12))", "the prompt hung while it ran sum(range(10**12))"),
        ("import ctypes; ctypes.string_at(0)", "the prompt died (SIGSEGV) while it ran import ctypes"),
    ],
)
def test_a_prompt_that_falls_silent_in_c_is_reopened_and_says_why(
    performance: Playing, entry: str, why: str
) -> None:
    playing, now = performance, performance.instance
    shown = len(playing.output)
    wait_for(lambda: heard(playing) > 1e-3, "the drone sounds")
    playing.type(entry)
    playing.wait_changed("prompt", now["prompt"])
    playing.type("print('I am', 'back')")
    wait_for(lambda: "I am back" in playing.output[shown:], "it answers again")
    assert why in playing.output[shown:] and playing.instance["engine"] == now["engine"]
    assert heard(playing) > 1e-3


def test_everything_is_killed_once_and_the_drone_plays_on(performance: Playing) -> None:
    playing, now = performance, performance.instance
    before, shown = deaths(playing), len(playing.output)
    wait_for(lambda: heard(playing) > 1e-3, "the drone sounds")
    os.kill(now["engine"], signal.SIGKILL)
    playing.wait_changed("engine", now["engine"])
    wait_for(lambda: heard(playing) > 1e-3, "the drone sounds from another engine")

    os.kill(now["prompt"], signal.SIGKILL)
    playing.wait_changed("prompt", now["prompt"])
    playing.type("who()")
    wait_for(lambda: "lfo(4)" in playing.output[shown:], "the new prompt knows what moves")
    assert "the prompt is open again; drone as before" in playing.output[shown:]
    assert heard(playing) > 1e-3

    playing.type("exit()")
    assert playing.process.stdin is not None
    playing.process.stdin.close()
    playing.process.stdin = None
    assert playing.wait_ended() == 0
    assert deaths(playing) == [count + 1 for count in before]

    sound, _ = soundfile.read(playing.home.parent / "heard.wav")
    played = np.flatnonzero(np.abs(sound[:, 0]) > 1e-3)
    sound = sound[played[0] - 1000 : played[-1] + 1000, 0]
    bend = np.abs(np.diff(sound, 2))
    silent = np.abs(sound[1:-1]) < 1e-6
    edges = np.convolve(silent, np.ones(600), "same") > 0  # within 300 samples of silence: fades and restarts
    assert edges.any()
    assert bend[edges].max() <= bend[~edges].max()


def test_killed_supervisor_takes_everything_with_it(tmp_path: Path) -> None:
    playing = start(tmp_path)
    try:
        playing.process.kill()
        playing.wait_ended()
    finally:
        playing.close()
