"""A whole concert in JACK, rendered again from its record: the mix and every part the same to the bit.

It is played by real MIDI and OSC, with undo, errors, what goes wrong while it sounds, functions, a room that
is heard, scenes, takes, swaps, tempo, panic; in the end its engine is killed, and another one goes on.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from plaud_live.cli import main
from tests.e2e.concert import (
    REFUSED,
    Concert,
    differences,
    kept,
    missing_programs,
    programme,
    sound,
    starts,
)
from tests.processes import jack_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}"),
]

TRACKS = {"mix", "drone", "glint", "takes", "verb"}
LATER = ("drone.play(over=1)", "glint.play(over=1)", "drone.z0 = lfo(1)", 'glint.z1 = osc("td/x")')
"""What the engine plays that is to die."""

AFTER = ("$ osc ctl/td/x 0.9", "drone.z1 = .8", "undo()", "glint.z2 = lfo(1/2)", "$ beats 2")
GAP_SECONDS = 0.5
"""An engine tells ten times in that what it has done: what it did last it could not tell."""

SOAK_PACE, SOAK_SECONDS = 1.2, 120.0


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the session of a concert."""
    folder = tmp_path_factory.mktemp("concert")
    with jack_server() as jack:
        concert = Concert(folder, jack, 0.05)
        try:
            concert.enter('rec.start("all")')
            concert.play(*programme())
            concert.enter('keep(1000, "concert")')
            concert.play(*LATER, "$ kill engine", *AFTER)
            concert.enter('keep(1, "after")')
            concert.enter("rec.stop()")
        finally:
            concert.close()
    return concert.session


@pytest.fixture(scope="module")
def again(session: Path) -> Path:
    """Its mix, rendered again, with the parts beside it."""
    out = session.parent / "again.wav"
    assert main(["replay", str(session), "--out", str(out), "--stems"]) == 0
    return out


def test_every_part_is_heard_again_to_the_bit(session: Path, again: Path) -> None:
    assert set(kept(session, "concert").tracks) == TRACKS
    for name in ("concert", "take"):
        assert differences(kept(session, name), again) == {}
    told = (session / "events.jsonl").read_text()
    for statement in programme():
        if not statement.startswith(("$", REFUSED)):
            assert json.dumps(statement, ensure_ascii=False) in told


def test_an_engine_that_died_leaves_a_moment_at_most(session: Path, again: Path) -> None:
    first, second = starts(session)
    take = kept(session, "all")
    assert first <= take.start < second < take.stop
    for track, wrong in differences(take, again).items():
        assert second - GAP_SECONDS * 44100 <= wrong[0] and wrong[-1] < second, track
    after = kept(session, "after")
    assert after.start > second and differences(after, again) == {}


def test_a_part_of_it_is_that_part_of_the_whole(session: Path, again: Path, tmp_path: Path) -> None:
    """From before the engine died to after it."""
    start = starts(session)[1] / 44100
    times = ["--at", f"{start - 0.4:.2f}", "--until", f"{start + 0.4:.2f}"]
    assert main(["replay", str(session), "--out", str(tmp_path / "part.wav"), "--stems", *times]) == 0
    first = round(float(times[1]) * 44100)
    parts = {path.name: sound(path) for path in tmp_path.glob("part*.wav")}
    assert len(parts) == 4
    for name, part in parts.items():
        whole = sound(again.with_name(name.replace("part", "again")))
        assert 35000 < len(part) < 36000 and part.any()
        assert np.array_equal(part, whole[first : first + len(part)]), name


def test_a_record_that_ends_within_a_line_is_heard_as_far_as_it_goes(
    session: Path, again: Path, tmp_path: Path
) -> None:
    copy = copied(session, tmp_path)
    record = copy / "events.jsonl"
    lines = record.read_bytes().splitlines(keepends=True)
    taken = [i for i, line in enumerate(lines) if b'"kind": "taken"' in line]
    before, last = taken[len(taken) // 3 - 1 :][:2]
    record.write_bytes(b"".join(lines[: last + 1])[:-100])
    known = json.loads(lines[before])["sample"]
    out = tmp_path / "cut.wav"
    assert main(["replay", str(copy), "--out", str(out)]) == 0
    assert len(sound(out)) >= known > 44100
    assert np.array_equal(sound(out)[:known], sound(again)[:known])


def test_a_model_that_is_missing_is_named(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = copied(session, tmp_path)
    for path in copy.glob("models/*.plaud"):
        path.unlink()
    assert main(["replay", str(copy), "--out", str(tmp_path / "out.wav")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "default" in line and "models/" in line
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_two_minutes_are_heard_again_to_the_bit(tmp_path: Path) -> None:
    with jack_server() as jack:
        concert = Concert(tmp_path, jack, SOAK_PACE)
        try:
            concert.enter('rec.start("all")')
            concert.play(*programme())
            concert.enter("rec.stop()")
        finally:
            concert.close()
    again = tmp_path / "again.wav"
    assert main(["replay", str(concert.session), "--out", str(again), "--stems"]) == 0
    take = kept(concert.session, "all")
    assert set(take.tracks) == TRACKS and take.stop - take.start > SOAK_SECONDS * 44100
    assert differences(take, again) == {}


def copied(session: Path, folder: Path) -> Path:
    """The session's folder again, without what is large."""
    copy = folder / session.name
    shutil.copytree(session, copy, ignore=shutil.ignore_patterns("capture", "renders"))
    return copy
