"""What tied latents are worth, and cost: the same training with and without, on sound that neither had.

Two models are trained for equal steps or minutes on the development set (see recordings.py), one with latents
tied to loudness, brightness and noisiness, and measured side by side by what `plaud-live evaluate` does.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from machine import describe
from quality import Ruler
from recordings import SAMPLES, SETS, lay_out, read
from training_runs import prepare, reconstruct, train

from plaud_live.training.evaluation.models import SideBySide, evaluate_models
from plaud_live.training.evaluation.readings import NAMES
from plaud_live.training.evaluation.table import table

TIED = ("loudness", "brightness", "noisiness")
GOAL_R2, GOAL_SWEEP, GOAL_COST = 0.8, 0.9, 10.0


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--minutes", type=float, default=5.0, help="of training, each (%(default)g)")
    add("--steps", type=int, help="instead of minutes")
    add("--seed", type=int, default=1, help="of both (%(default)s)")
    add("--set", default="development", choices=SETS, help="of recordings (%(default)s)")
    add("--threads", type=int, default=2, help="of the processor (%(default)s)")
    add("--samples", type=Path, default=SAMPLES, help="where the recordings are (%(default)s)")
    add("--out", type=Path, help="keep models and pictures here")
    add("flags", nargs="*", metavar="-- FLAGS", help="for both, for `plaud-live train`")
    args = parser.parse_args()
    if not args.samples.is_dir():
        print(f"{args.samples}: not there — install Debian's package sonic-pi-samples, or give --samples")
        return 0
    torch.set_num_threads(args.threads)
    print(describe("torch"))
    with tempfile.TemporaryDirectory() as scratch:
        out = args.out or Path(scratch)
        laid = lay_out(args.set, out, args.samples)
        prepare(laid.train, out / "dataset")
        length = ["--steps", str(args.steps)] if args.steps else ["--minutes", str(args.minutes)]
        flags = [*length, "--seed", str(args.seed), "--threads", str(args.threads), *args.flags]
        tied = [word for z, name in enumerate(TIED) for word in ("--attribute", f"z{z}:{name}")]
        ruler = Ruler(np.concatenate(read(laid.test)))
        gated = {}
        for name, more in (("free", []), ("tied", tied)):
            run = train(out / "dataset", out, name, [*flags, *more])
            gated[name] = ruler(reconstruct(run.model, ruler.target)).gated_mean
            print(f"{name}: {run.steps} steps, {run.audio_rate:.1f} audio-s/s, gated mean {gated[name]:.3f}")
        side = evaluate_models([out / f"{name}.plaud" for name in gated], laid.test)
        print(table(side))
        judge(side, 100.0 * (gated["tied"] / gated["free"] - 1.0))
        if args.out:
            from plaud_live.training.evaluation.plots import write_plots

            write_plots(out / "plots", side)
    return 0


def judge(side: SideBySide, cost: float) -> None:
    """Print what was reached beside the goals."""
    space, met = side.models[1].space, cost <= GOAL_COST
    for name in TIED:
        a = NAMES.index(name)
        z = space.scores.latents[a]
        r2, rho = space.scores.r2[z, a], space.sweep.rho[z, a]
        met = met and r2 >= GOAL_R2 and rho >= GOAL_SWEEP
        print(f"{name:12} z{z}: R² {r2:.2f} (goal {GOAL_R2}), swept {rho:.2f} (goal {GOAL_SWEEP})")
    print(f"cost in reconstruction: {cost:+.1f} % (goal at most {GOAL_COST:g} %)")
    print("goals met" if met else "GOALS MISSED")


if __name__ == "__main__":
    sys.exit(main())
