"""Speed of training, by preset: steps and seconds of audio a second, memory, and where the time goes.

Speed is of `plaud-live train`, a process of its own, on the development set (see recordings.py): seconds are
by the clock, and count validation and checkpoints. Memory is the most that the process held. Where the time
goes is a run of its own whose steps run under Python's profiler: parts of the forward pass, then the whole
backward pass, that goes through every part again. (bench_presets.py says what presets cost to play.)
"""

import argparse
import cProfile
import pstats
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from machine import describe
from recordings import SAMPLES, lay_out
from training_runs import Run, prepare, train

from plaud_live.training.arguments import share_processor
from plaud_live.training.configuration import make_options, preset_names, read_preset

REFERENCE_RATE = 2.0 / 6.4
"""Seconds of audio a second: the reference took 6.4 s for a step of 2 s of audio, alone on such a machine."""
GOAL_TIMES = 60.0

# What is shown of a profile: a name, and the functions, as (end of the file's name, function), that are it.
PARTS = {
    "crops and augmentation": [("training/augmentation.py", "augmented")],
    "encoder": [("models/encoder.py", "forward")],
    "decoder": [("models/decoder.py", "forward")],
    "sines": [("models/sinusoidal.py", "get_controls"), ("models/sinusoidal.py", "get_signal")],
    "harmonics": [("models/harmonic.py", "get_controls"), ("models/harmonic.py", "get_signal")],
    "noise bands": [("models/noise_bands.py", "get_controls"), ("models/noise_bands.py", "get_signal")],
    "losses": [("training/losses/weighted.py", "forward")],
    "backward pass": [("~", "run_backward")],
    "regularisers": [("regularisers/regulariser.py", "forward")],
    "optimiser": [("torch/optim/optimizer.py", "wrapper")],
}


@dataclass(frozen=True)
class Profiled:
    """Seconds by part, and in the loop as a whole."""

    parts: dict[str, float]
    whole: float


def profile(preset: str, dataset: Path, out: Path, minutes: float, threads: int) -> Profiled:
    """Train in this process under the profiler."""
    from plaud_live.training import trainer

    options = make_options(
        read_preset(preset), dataset, f"profile-{preset}", out,
        minutes=minutes, threads=threads, accelerator="cpu", progress=False,
    )  # fmt: skip
    profiler, step = cProfile.Profile(), trainer._Run._step
    with mock.patch.object(trainer._Run, "_step", lambda run, done: profiler.runcall(step, run, done)):
        finished = trainer.train(options)
    rows = pstats.Stats(profiler).stats  # type: ignore[attr-defined]

    def seconds(file: str, function: str) -> float:
        return sum(
            row[3]
            for (path, _, name), row in rows.items()
            if path.endswith(file) and (name == function or f"'{function}'" in name)
        )

    parts = {name: sum(seconds(*of) for of in functions) for name, functions in PARTS.items()}
    steps, whole = seconds("training/trainer.py", "_step"), 60.0 * finished.model.training["minutes"]
    parts["rest of a step"] = steps - sum(parts.values())
    parts["validation, checkpoints"] = whole - steps
    return Profiled(parts, whole)


def show(preset: str, run: Run) -> None:
    """Print the line of a preset."""
    weights = sum(array.size for array in run.model.weights.values())
    seconds, audio = 60.0 * float(run.model.training["minutes"]), float(run.model.training["audio_seconds"])
    print(
        f"{preset:10}{weights / 1e6:9.2f}{run.steps / seconds:9.2f}{run.audio_rate:11.1f}"
        f"{run.audio_rate / REFERENCE_RATE:12.0f}{1e3 * run.processor_seconds / audio:13.0f}"
        f"{run.memory / 1e6:8.0f}",
        flush=True,
    )


def main() -> int:
    """Print the tables."""
    share_processor()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--minutes", type=float, default=1.0, help="of training, twice for each preset (%(default)g)")
    add("--threads", type=int, default=2, help="of the processor (%(default)s)")
    add("--presets", nargs="+", default=preset_names(), choices=preset_names(), help="(all)")
    add("--samples", type=Path, default=SAMPLES, help="where the recordings are (%(default)s)")
    args = parser.parse_args()
    if not args.samples.is_dir():
        print(f"{args.samples}: not there — install Debian's package sonic-pi-samples, or give --samples")
        return 0
    print(describe("torch"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(lay_out("development", folder, args.samples).train, folder / "dataset")
        print(
            f"{args.threads} threads, {args.minutes:g} min each\n"
            f"{'preset':10}{'M weights':>9}{'steps/s':>9}{'audio-s/s':>11}{'× reference':>12}"
            f"{'CPU ms/aud-s':>13}{'MB':>8}"
        )
        flags = ["--minutes", str(args.minutes), "--threads", str(args.threads), "--accelerator", "cpu"]
        rates = {}
        for preset in args.presets:
            run = train(folder / "dataset", folder, preset, ["--preset", preset, *flags])
            rates[preset] = run.audio_rate
            show(preset, run)
        slowest = min(rates.values()) / REFERENCE_RATE
        print(
            f"goal: {GOAL_TIMES:g} times the reference's {REFERENCE_RATE:.2f} audio-s/s; least: {slowest:.0f}"
        )
        profiles = {
            preset: profile(preset, folder / "dataset", folder, args.minutes, args.threads)
            for preset in args.presets
        }
        print(f"\n{'where the time goes, %':28}" + "".join(f"{preset:>10}" for preset in profiles))
        for part in next(iter(profiles.values())).parts:
            shares = [100.0 * p.parts[part] / p.whole for p in profiles.values()]
            print(f"{part:28}" + "".join(f"{share:10.1f}" for share in shares))
    return 0


if __name__ == "__main__":
    sys.exit(main())
