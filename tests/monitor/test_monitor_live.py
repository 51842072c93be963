"""The program in a real terminal, at the real instrument, whose engine is killed under its eyes."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from plaud_live.monitor.page import NOTHING
from tests.e2e.stage import Terminal
from tests.playing import Playing
from tests.processes import wait_for

pytestmark = pytest.mark.slow

START_SECONDS = 240.0
"""On a machine that never ran it, Numba compiles every kernel."""


@pytest.fixture
def playing(tmp_path: Path) -> Iterator[Playing]:
    """A drone that moves; a standby is warm."""
    if shutil.which("tmux") is None:
        pytest.skip("needs tmux: apt install tmux")
    started = Playing(
        tmp_path,
        engine="plaud_live.engine.process",
        prompt="plaud_live.repl.main",
        plain=True,
        osc_port=0,
        block_size=256,
    )
    wait_for(lambda: started.instance.get("prompt"), "the prompt opens", START_SECONDS)
    started.type("drone.play()")
    wait_for(lambda: started.instance.get("standby"), "a standby is warm", START_SECONDS)
    yield started
    started.close()


def test_it_sees_what_is_played_and_outlives_the_engine(playing: Playing) -> None:
    environment = {**os.environ, "PLAUD_RUN_DIR": str(playing.run_dir), "TERM": "screen-256color"}
    terminal = Terminal([sys.executable, "-m", "plaud_live", "monitor"], environment)
    try:
        terminal.wait("▸drone")
        terminal.wait("latents of drone")
        playing.type("drone.z = to(A.bell, 2)")
        terminal.wait("drone.z = to(A.bell, 2)")
        terminal.wait("near bell")
        terminal.key("m")
        wait_for(lambda: "latents of" not in terminal.screen(), "the map alone")
        terminal.key("m")
        terminal.wait("latents of drone")

        now = playing.instance
        os.kill(now["engine"], signal.SIGKILL)
        playing.wait_changed("engine", now["engine"])
        terminal.wait("was replaced")
        playing.type("drone.z0 = .25")
        terminal.wait("drone.z0 = .25")
        terminal.wait("z0 bright  0.25")

        playing.process.send_signal(signal.SIGTERM)
        playing.process.wait(START_SECONDS)
        terminal.wait(NOTHING)
        terminal.key("q")
        wait_for(lambda: NOTHING not in terminal.screen(), "it leaves")
    finally:
        terminal.close()
