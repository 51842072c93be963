"""An audition on headphones in the real instrument, whose sound goes into a file of four channels."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.control.transaction import Hush, Load, Play, Set, Swap
from plaud_live.errors import ParameterError, TransactionError
from plaud_live.signals.oscillators import lfo
from tests.models_for_tests import child_file, tiny_file
from tests.recording.test_replay_live import Session, kept, replayed

pytestmark = pytest.mark.slow


def shown(session: Session) -> dict[str, str]:
    return dict(session.client.request("status")["phones"])


def test_they_hear_a_candidate_and_the_house_does_not(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    session = Session(tmp_path, sink=str(out), phones=3)
    try:
        parent = tiny_file(tmp_path, "parent", harmonics=6)
        child = str(child_file(parent, "child", change=0.1))
        session.do(Load("drone", str(parent)), Play("drone", 0.0, 0.0), Set("drone", "z0", lfo(3)))
        session.beats(1)
        asked = {"instrument": "drone", "model": child, "beats": 64.0}
        with pytest.raises(ParameterError, match="the headphones are on 3 — see --phones"):
            session.client.request("phones", **asked, channel=5)
        with pytest.raises(TransactionError, match="training has left no candidate yet"):
            session.client.request("phones", **{**asked, "model": ""})
        said = session.client.request("phones", **asked)["text"]
        assert said == "drone: child on outputs 3 and 4 for 64 beats"
        session.beats(2)
        assert shown(session) == {"drone": "child"}
        session.do(Swap("drone", back=True))  # of the house there is nothing to go back from
        session.beats(1)
        assert shown(session) == {}
        for answer in (said, "drone: the headphones are silent again"):
            assert session.client.request("phones", **asked)["text"] == answer
            session.beats(1)
        session.client.request("phones", **asked)
        session.beats(1)
        session.do(Hush(0.5))
        session.beats(2)
        assert shown(session) == {}
        session.client.request("keep", beats=64.0, name="all")
        folder = session.end()
    finally:
        session.playing.close()
    sound, start = kept(folder, 1)
    written, _ = soundfile.read(out, dtype="float32")
    assert written.shape[1] == 4
    house, phones = written[:, :2], written[:, 2:]
    assert np.abs(phones).max() > 0.01 and np.abs(house).max() > 0.01
    heard = np.flatnonzero(phones.any(axis=1))
    assert heard[0] > 10_000 and not phones[: heard[0]].any()
    again = replayed(folder, tmp_path / "again.wav")
    assert np.array_equal(again[start : start + len(sound)], sound), "nothing of it is in the mix"
