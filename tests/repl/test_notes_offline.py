"""Notes of a patch, without a device: rendered alike in all blocks, at their beats, at their pitch."""

from pathlib import Path

import numpy as np
import soundfile

from plaud_live.repl.offline import render_patch
from tests.engine.test_keys import cents, harmonic_file

RATE = 44100

MELODY = """
drone = load({path!r})
clock.bpm = 120; clock.quant = 0
drone.keys(voices=3, attack=.01, release=.1)
drone.note(["a3", "e4"], .8, beats=2)

@every(1)
def arp(n):
    drone.note(69 + 5*(n % 3), .6, beats=.5)
"""


def rendered(folder: Path, text: str, seconds: float, block: int = 128) -> np.ndarray:
    patch, out = folder / "patch.py", folder / f"{block}.wav"
    patch.write_text(text)
    render_patch(patch, seconds, out, block_size=block)
    sound, _ = soundfile.read(out)
    return sound[:, 0]


def test_a_patch_plays_notes_in_time_and_in_tune_in_any_blocks(tmp_path: Path) -> None:
    text = MELODY.format(path=str(harmonic_file(tmp_path)))
    sound = rendered(tmp_path, text, 4.0)
    np.testing.assert_array_equal(rendered(tmp_path, text, 4.0, 1000), sound)
    first = sound[RATE // 10 : RATE]
    for hz in (220.0, 329.63):
        assert abs(cents(first, hz)) < 5.0
    beats = sound[RATE * 2 :].reshape(-1, RATE // 4)  # half beats: a note, silence, a note
    loud = np.abs(beats[:, RATE // 20 : RATE // 8]).max(axis=1)
    quiet = np.abs(beats[:, -RATE // 20 :]).max(axis=1)
    assert (loud[0::2] > 0.01).all() and (quiet[1::2] < 1e-3).all()
    assert abs(cents(sound[2 * RATE + 2000 : 2 * RATE + RATE // 4], 440 * 2 ** (5 / 12))) < 10.0
