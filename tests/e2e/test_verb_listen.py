"""A clap into the microphone, and the reverb becomes the room that answered."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.e2e.rehearsal import NEEDED, Feed, Rehearsal, rehearsal
from tests.processes import JackServer
from tests.signals import noise

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}"),
]

RATE = 44100
T60 = 0.7
FIT_SECONDS = 120.0


def clap(folder: Path) -> Path:
    """Two seconds of nearly nothing, a clap in a room whose sound decays by 60 dB in T60, and its end."""
    t = np.arange(3 * RATE) / RATE
    room = 0.7 * noise(len(t), 1) * 10.0 ** (-3.0 * t / T60)
    sound = np.concatenate([np.zeros(2 * RATE), room]) + 1e-4 * noise(5 * RATE, 2)
    path = folder / "clap.wav"
    soundfile.write(path, sound, RATE, subtype="PCM_24")
    return path


def heard(played: Rehearsal) -> list[dict[str, object]]:
    """The reverbs that were gone over to."""
    changes = [change for event in played.events("submit") for change in event["data"]["changes"]]
    return [change["info"] for change in changes if change["do"] == "reverb"]


def test_the_reverb_learns_the_room_of_a_clap(tmp_path: Path) -> None:
    jack = JackServer(patient=True)
    try:
        with rehearsal(tmp_path, jack) as played:
            played.enter("verb.mix = .3")
            before = len(heard(played))
            feed = Feed(jack, clap(tmp_path))
            played.enter("verb.listen(5)")
            feed.close()
            played.wait(lambda: len(heard(played)) > before, "a first state is heard", FIT_SECONDS)
            played.enter("verb.fit.stop()")
            made = played.wait_event("fitted", FIT_SECONDS)["data"]
            assert heard(played)[-1]["t60"] == pytest.approx(T60, rel=0.1)
            assert Path(made["path"]).is_file() and made["name"] == "default_2"
            played.leave()
    finally:
        jack.close()
