"""Processes are killed while the instrument records, trains and swaps: all comes back, nothing is lost."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.kills import Kill, Killing, Outcome, table
from tests.e2e.session_files import differing, takes_of

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")

FEW = (
    ("writer", "recording"),
    ("engine", "recording"),
    ("prompt", "recording"),
    ("engine", "swapping"),
    ("engine", "keeping"),
    ("trainer", "training"),
    ("all", "recording"),
    ("writer", "keeping"),
)
MANY = {
    ("engine", "recording"): 25,
    ("engine", "swapping"): 20,
    ("engine", "training"): 15,
    ("engine", "keeping"): 15,
    ("engine", "offering"): 5,
    ("prompt", "recording"): 15,
    ("prompt", "swapping"): 10,
    ("prompt", "training"): 10,
    ("trainer", "training"): 25,
    ("writer", "recording"): 20,
    ("writer", "training"): 5,
    ("writer", "swapping"): 5,
    ("writer", "keeping"): 10,
    ("all", "recording"): 12,
    ("all", "swapping"): 4,
    ("all", "training"): 4,
}
SESSIONS = 5
"""So many sessions the kills of a soak are spread over."""


def run(folder: Path, kills: list[Kill], seed: int, patient: bool = True) -> tuple[list[Outcome], list[str]]:
    """Kill, one after the other, and compare what was kept with the session rendered again.

    What came of the kills, and a line for whatever was wrong.
    """
    killing = Killing(folder, random.Random(seed), patient)
    try:
        for kill in kills:
            print(killing.kill(kill), flush=True)
        session = killing.end()
    finally:
        killing.close()
    wrong = [f"{each}" for each in killing.outcomes if each.wrong]
    out = folder / "again.wav"
    command = [sys.executable, "-m", "plaud_live", "replay", str(session), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wrong += [done.stderr] if done.returncode else differing(session, out, killing.deaths)
    for path, info in takes_of(session):
        if info["gaps"]:
            wrong.append(f"{path.name}: gaps {info['gaps']}")
    return killing.outcomes, wrong


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whatever_is_killed_comes_back_and_nothing_is_lost(tmp_path: Path) -> None:
    outcomes, wrong = run(tmp_path, [Kill(*each) for each in FEW], 1)
    print(table(outcomes))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.soak
@pytest.mark.timeout(3 * 3600)
def test_two_hundred_kills(tmp_path: Path) -> None:
    kills = [Kill(*each) for each, count in MANY.items() for _ in range(count)]
    random.Random(11).shuffle(kills)
    outcomes: list[Outcome] = []
    wrong: list[str] = []
    for number in range(SESSIONS):
        folder = tmp_path / str(number)
        folder.mkdir()
        came, off = run(folder, kills[number::SESSIONS], number, patient=number > 0)
        outcomes, wrong = outcomes + came, wrong + off
        print(table(outcomes), *wrong, sep="\n", flush=True)
    assert wrong == [], "\n".join(wrong)
