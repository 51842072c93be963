"""What a swap costs and what is heard of it: processor time of a block, its longest, steps and levels.

The built-in model goes to a child (its decoder a little off) and back, and to another built-in model, beside
a control run that stays. `--picture FILE.png` draws the way there and back.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from machine import describe

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from plaud_live import settings  # noqa: E402
from plaud_live.control.transaction import Load, Play, Quant, Set, Swap, Tempo, Transaction  # noqa: E402
from plaud_live.engine import render  # noqa: E402
from plaud_live.engine.offline import OfflineEngine  # noqa: E402
from plaud_live.signals.oscillators import lfo  # noqa: E402
from tests.models_for_tests import child_file  # noqa: E402

RATE, BLOCK = 44100, 128
BEAT = RATE // 2
STEADY, OVER = 4, 8
"""Beats before the swap, and of it."""

CHANGE = 0.1
"""How far the child's weights are off, as a share of their spread."""


@dataclass(frozen=True)
class Run:
    """Samples [n] of one side, and microseconds of each block."""

    sound: npt.NDArray[np.float32]
    costs: npt.NDArray[np.float64]

    def blocks(self, first: float, last: float) -> npt.NDArray[np.float64]:
        """The costs from one beat to another."""
        return self.costs[round(first * BEAT / BLOCK) : round(last * BEAT / BLOCK)]

    def span(self, first: float, last: float) -> npt.NDArray[np.float32]:
        """The sound from one beat to another."""
        return self.sound[round(first * BEAT) : round(last * BEAT)]


def performed(parent: Path, other: Path | None) -> Run:
    """From `parent` to `other` and back, each from a beat on that is known; or there all the time."""
    engine = OfflineEngine(RATE, BLOCK)

    def do(*changes: object) -> None:
        engine.request("submit", transaction=Transaction(tuple(changes), "bench").to_data())  # type: ignore[arg-type]

    do(Tempo(120.0, at=0.0), Quant(0.0), Load("drone", str(parent)), Play("drone", 0.0))
    do(*(Set("drone", f"z{i}", lfo(3 + 2 * i).range(0.4, 0.6)) for i in range(3)))
    parts, costs = [], []

    def play(beats: float) -> None:
        for _ in range(round(beats * BEAT / BLOCK)):
            begun = time.thread_time()
            block = engine.render(BLOCK / RATE)
            costs.append(1e6 * (time.thread_time() - begun))
            parts.append(block[:, 0])

    play(STEADY - 1)
    if other is not None:
        do(Swap("drone", str(other), over=OVER, at=STEADY))
    play(OVER + STEADY)
    if other is not None:
        do(Swap("drone", back=True, over=OVER, at=STEADY))
    play(OVER + STEADY + 1)
    return Run(np.concatenate(parts), np.array(costs))


def dip_db(run: Run, ends: Sequence[Run], first: float) -> float:
    """How far the level falls, at most, below that of the softer of two runs that stay at either end."""
    beats = np.arange(first, first + OVER - 1, 0.5)
    return max(min(_db(end.span(b, b + 2)) for end in ends) - _db(run.span(b, b + 2)) for b in beats)


def step(run: Run, first: float) -> float:
    """The largest step from sample to sample while it crosses."""
    return float(np.abs(np.diff(run.span(first, first + OVER))).max())


def _db(sound: npt.NDArray[np.float32]) -> float:
    return float(10.0 * np.log10(np.mean(np.square(sound)) + 1e-20))


def draw(run: Run, path: Path) -> None:
    """Waveform, spectrogram and largest steps of the way there and back."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, (wave, spectrum, steps) = plt.subplots(3, 1, figsize=(14, 9), sharex=True)
    beats = np.arange(len(run.sound)) / BEAT
    wave.plot(beats, run.sound, linewidth=0.2)
    spectrum.specgram(run.sound, NFFT=2048, noverlap=1536, Fs=RATE, xextent=(0, beats[-1]), vmin=-150)
    spectrum.set_ylim(0, 12000)
    size = 512
    diffs = np.abs(np.diff(run.sound))
    count = len(diffs) // size
    steps.plot(np.arange(count) * size / BEAT, diffs[: count * size].reshape(-1, size).max(axis=1))
    for axes, name in ((wave, "sample"), (spectrum, "Hz"), (steps, "largest step")):
        axes.set_ylabel(name)
        for beat in (STEADY, STEADY + OVER, 2 * STEADY + OVER, 2 * STEADY + 2 * OVER):
            axes.axvline(beat, color="red", linewidth=0.6)
    steps.set_xlabel("beats; red: where crossfades begin and end")
    figure.tight_layout()
    figure.savefig(path, dpi=80)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args(arguments)
    print(describe())
    real_time = 1e6 * BLOCK / RATE
    render.warm()
    print(f"a block of {BLOCK} lasts {real_time:.0f} µs, a crossfade {OVER} beats of half a second\n")
    built_in = settings.built_in_models()
    with tempfile.TemporaryDirectory() as folder:
        parent = Path(folder) / "parent.plaud"
        parent.write_bytes(built_in["default"].read_bytes())
        child, voice = child_file(parent, "child", CHANGE), built_in["voice"]
        stays = {path: performed(path, None) for path in (parent, child, voice)}
        runs = {path: performed(parent, path) for path in (child, voice)}
        if options.picture:
            draw(runs[child], options.picture)
    names = {parent: "stays", child: "to a child and back", voice: "to `voice` and back"}
    starts = (STEADY, 2 * STEADY + OVER)
    print("| | alone µs | both µs | of real time | longest there, back µs | step | if it stays | dip dB |")
    print("|---|---|---|---|---|---|---|---|")
    for path, run in {parent: stays[parent], **runs}.items():
        ends = (stays[parent], stays[path])
        alone = statistics.median(run.blocks(1, STEADY - 1))
        both = statistics.median(run.blocks(STEADY + 1, STEADY + OVER))
        longest = ", ".join(f"{max(run.blocks(beat - 1, beat + 1)):.0f}" for beat in starts)
        crossing = max(step(run, first) for first in starts)
        steady = max(step(end, first) for end in ends for first in starts)
        dip = max(dip_db(run, ends, first) for first in starts)
        print(
            f"| {names[path]} | {alone:.0f} | {both:.0f} | {both / real_time:.1%} | {longest}"
            f" | {crossing:.4f} | {steady:.4f} | {dip:.1f} |"
        )


if __name__ == "__main__":
    main()
