"""The patches: small pieces of music that sound, move and never click, the same for every block size."""

import ast
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.repl.offline import render_patch
from tests.signals import level_db

ROOT = Path(__file__).resolve().parents[1]
PATCHES = sorted((ROOT / "patches").glob("*.py"))
RATE = 44100
CEILING = 10 ** (-0.3 / 20)  # of the limiter
SECONDS = 8.0

each_patch = pytest.mark.parametrize("patch", PATCHES, ids=lambda p: p.stem)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("patches")


@cache
def rendered(folder: Path, patch: Path, seconds: float = SECONDS, block_size: int = 128) -> np.ndarray:
    """What a patch sounds like, float64 [samples, 2]."""
    out = folder / f"{patch.stem}_{seconds:g}_{block_size}.wav"
    render_patch(patch, seconds, out, block_size=block_size)
    sound, rate = soundfile.read(out)
    assert rate == RATE
    return sound


def movement_db(sound: np.ndarray) -> float:
    """How much the spectrum in thirds of an octave changes from one half second to the next, mean in dB."""
    size = RATE // 2
    mono = sound.mean(axis=1)
    parts = mono[: len(mono) // size * size].reshape(-1, size) * np.hanning(size)
    power = np.abs(np.fft.rfft(parts, axis=1)) ** 2
    edges = np.round(50 * 2 ** (np.arange(25) / 3) * size / RATE).astype(int)
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    return float(np.abs(np.diff(10 * np.log10(bands + 1e-6), axis=0)).mean())


def click(sound: np.ndarray, window: int = 512) -> float:
    """The largest second difference against those around it: 22 for a lone step, 4 to 5 for noise."""
    bend = np.abs(np.diff(sound, 2, axis=0)).max(axis=1)
    parts = bend[: len(bend) // (window // 2) * (window // 2)].reshape(-1, window // 2)
    energy = (parts**2).sum(axis=1)
    around = np.sqrt((energy[:-1] + energy[1:]) / window)
    peak = np.maximum(parts[:-1].max(axis=1), parts[1:].max(axis=1))
    return float(np.where(peak > 1e-3, peak / (around + 1e-9), 0.0).max())


def test_there_are_ten_in_an_order_that_teaches() -> None:
    assert [patch.stem[:3] for patch in PATCHES] == [f"{n:02}_" for n in range(1, 12)]


@each_patch
def test_a_patch_is_short_and_says_what_it_shows(patch: Path) -> None:
    text = patch.read_text(encoding="utf-8")
    assert 10 <= len(text.splitlines()) <= 40
    assert max(len(line) for line in text.splitlines()) <= 110
    doc = ast.get_docstring(ast.parse(text)) or ""
    title = patch.stem[3:].capitalize()
    assert doc.startswith(f"{title}: ")
    assert f"| `{patch.name}` |" in (ROOT / "patches" / "README.md").read_text(encoding="utf-8")


@each_patch
def test_a_patch_fades_in_sounds_and_keeps_below_the_limiter(patch: Path, folder: Path) -> None:
    sound = rendered(folder, patch)
    assert level_db(sound[:441]) < -60.0
    assert level_db(sound[3 * RATE :]) > -40.0
    assert np.abs(sound).max() < 0.98 * CEILING


@each_patch
def test_a_patch_moves(patch: Path, folder: Path) -> None:
    still = folder / "still.py"
    still.write_text('drone = load("default"); drone.z = A.choir; drone.play()')
    assert movement_db(rendered(folder, patch)[2 * RATE :]) > 1.5 * movement_db(
        rendered(folder, still)[2 * RATE :]
    )


@each_patch
def test_a_patch_does_not_click(patch: Path, folder: Path) -> None:
    sound = rendered(folder, patch)
    assert click(sound) < 10.0
    bends = np.abs(np.diff(sound[2 * RATE :], 2, axis=0, append=sound[-2:])).reshape(-1, RATE // 2, 2)
    smoothest = int(bends.mean(axis=(1, 2)).argmin())  # where little else bends, a step must be found
    stepped = sound.copy()
    stepped[2 * RATE + smoothest * RATE // 2 + RATE // 4 :] += 0.1
    assert click(stepped) > 10.0


@each_patch
def test_a_patch_is_the_same_for_every_block_size(patch: Path, folder: Path) -> None:
    seconds = 5.0
    other = rendered(folder, patch, seconds, 480)
    np.testing.assert_array_equal(other, rendered(folder, patch)[: len(other)])


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [20.0, pytest.param(180.0, marks=pytest.mark.soak)])
@each_patch
def test_a_patch_goes_on_well(patch: Path, seconds: float, folder: Path) -> None:
    sound = rendered(folder, patch, seconds)
    assert np.abs(sound).max() < CEILING
    assert click(sound) < 10.0
    assert min(level_db(part) for part in sound[4 * RATE :].reshape(-1, 2 * RATE, 2)) > -50.0
