"""A take's latents in a loop, in the real instrument: past an engine that dies, and in a replay."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from plaud_live.control.trajectories import TrajectoryFiles
from plaud_live.control.transaction import Load, Play, Set
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.trajectories import Trajectory, frames, look_in
from tests.models_for_tests import tiny_file
from tests.recording.test_replay_live import Session, kept, replayed
from tests.recording.test_replay_live import session as session

pytestmark = pytest.mark.slow


def test_a_loop_survives_an_engine_and_sounds_again_in_a_replay(session: Session, tmp_path: Path) -> None:
    session.do(Load("drone", str(tiny_file(tmp_path, "tiny"))), Play("drone", 0.0, 0.0))
    session.do(Set("drone", "z0", lfo(1.5)))
    session.beats(4)
    take = session.client.request("keep", beats=3.0, name="way")["take"]
    told = session.client.request("trajectory", number=take["number"], instrument="drone")
    folder = next(iter(session.playing.home.glob("sessions/*/events.jsonl"))).parent
    look_in(TrajectoryFiles(folder).read)
    loop = Trajectory(frames(told["digest"]), "takes.way.z.loop()", told["beat"], told["beats"], "loop")
    session.do(Set("drone", "z", loop, text="takes.way.z.loop()"))
    session.beats(2)
    engine = session.playing.instance["engine"]
    os.kill(engine, signal.SIGKILL)
    session.playing.wait_changed("engine", engine)
    session.client.close()
    session.client = session.playing.client()
    session.beats(3)
    assert session.client.request("status")["instruments"]["drone"]["held"] == []
    session.client.request("keep", beats=64.0, name="all")
    folder = session.end()
    assert told["digest"] in (folder / "events.jsonl").read_text()
    assert max(map(len, (folder / "events.jsonl").read_text().splitlines())) < 30_000, (
        "frames are in no launch"
    )
    sound, start = kept(folder, 2)
    again = replayed(folder, tmp_path / "again.wav")
    dead = np.flatnonzero(~np.all(again[start : start + len(sound)] == sound, axis=1))
    assert len(sound) > 3 * 44_100 and np.abs(sound).max() > 0.01
    assert len(dead) == 0
