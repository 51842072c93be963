"""Quality for time: what training reaches in so many minutes, on sound that it never had.

For each set of recordings (see recordings.py) a model is trained with `plaud-live train` on the first 80 % of
every recording, and compared with the rest (see quality.py), beside sounds that are no model's (see
baselines.py), all in this run. Nothing is chosen on the test: the model file that the command leaves is
measured once. Minutes are the command's own `--minutes`; `wall` is from its start to its end. Words after
`--` go to `plaud-live train`: bench_quality.py --minutes 5 --seeds 1 2 3 -- --preset rich
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from baselines import BASELINES
from machine import describe
from pictures import draw_passages
from quality import Quality, Ruler
from recordings import SAMPLES, SETS, Laid, lay_out, read
from training_runs import prepare, reconstruct, train

EARLIER = (
    ("reference, 84 steps, 19 minutes", 6.44),
    ("prototype, 5 minutes", 1.99),
    ("prototype, 22 minutes", 1.48),
)
"""Medians on the development set that were measured before there was this benchmark, on such a machine."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--minutes", type=float, nargs="+", default=[5.0], help="of training (5)")
    add("--seeds", type=int, nargs="+", default=[1], help="one run each (1)")
    add("--sets", nargs="+", default=["development"], choices=SETS, help="of recordings (development)")
    add("--threads", type=int, default=2, help="of the processor (%(default)s)")
    add("--samples", type=Path, default=SAMPLES, help="where the recordings are (%(default)s)")
    add(
        "--out",
        type=Path,
        help="keep models, pictures and figures here; what is there by the same flags is not trained again",
    )
    add("flags", nargs="*", metavar="-- FLAGS", help="for `plaud-live train`")
    return parser.parse_args()


def main() -> int:
    """Print the table."""
    args = arguments()
    if not args.samples.is_dir():
        print(f"{args.samples}: not there — install Debian's package sonic-pi-samples, or give --samples")
        return 0
    torch.set_num_threads(args.threads)
    print(describe("torch", "auraloss", "soxr"))
    print("plaud-live train", *args.flags, "--threads", args.threads)
    with tempfile.TemporaryDirectory() as scratch:
        out = args.out or Path(scratch)
        for which in args.sets:
            laid = lay_out(which, out / which, args.samples)
            measure_set(laid, out / which, args)
    return 0


def measure_set(laid: Laid, out: Path, args: argparse.Namespace) -> None:
    """Train and measure on one set, and print its lines as they are known."""
    spans = read(laid.test)
    whole = [np.concatenate(parts) for parts in zip(read(laid.train), spans, strict=True)]
    ruler = Ruler(np.concatenate(spans))
    print(
        f"\nset {laid.name}: {len(spans)} recordings, {laid.train_seconds:.1f} s to train on, "
        f"{laid.test_seconds:.1f} s of test, {len(ruler.loud)} chunks, {ruler.loud.sum()} of them loud\n"
        f"{'multi-resolution STFT at 22.05 kHz':36}{'median':>8}{'gated':>8}{'steps':>8}"
        f"{'audio-s/s':>11}{'wall s':>8}{'MB':>7}"
    )
    for name, make in BASELINES.items():
        show(name, ruler(np.concatenate(make(spans, whole))))
    if laid.name == "development":
        for name, median in EARLIER:
            print(f"{name + ' (earlier)':36}{median:8.3f}")
    prepare(laid.train, out / "dataset")
    for minutes in args.minutes:
        qualities = [run_one(laid, out, ruler, minutes, seed, args) for seed in args.seeds]
        if len(qualities) > 1:
            print(
                f"{f'plaud-live, {minutes:g} min, mean':36}{np.mean([q.median for q in qualities]):8.3f}"
                f"{np.mean([q.gated_mean for q in qualities]):8.3f}"
            )


def run_one(
    laid: Laid, out: Path, ruler: Ruler, minutes: float, seed: int, args: argparse.Namespace
) -> Quality:
    """One model: trained unless OUT has it from before, measured, drawn and printed."""
    name = f"minutes{minutes:g}-seed{seed}".replace(".", "_")
    figures = out / f"{name}.json"
    label = f"plaud-live, {minutes:g} min, seed {seed}"
    flags = ["--minutes", str(minutes), "--seed", str(seed), "--threads", str(args.threads), *args.flags]
    if figures.exists() and (kept := json.loads(figures.read_text()))["flags"] == flags:
        quality = Quality(np.array(kept["distances"]), ruler.loud)
        show(label, quality, kept["steps"], kept["audio_rate"], kept["wall_seconds"], kept["memory"])
        return quality
    run = train(out / "dataset", out, name, flags)
    made = reconstruct(run.model, ruler.target)[: len(ruler.target)]
    quality = ruler(made)
    show(label, quality, run.steps, run.audio_rate, run.wall_seconds, run.memory)
    draw_passages(out / f"{name}.png", f"{laid.name}: {label}", ruler.target, made)
    kept = {
        "distances": quality.distances.tolist(), "steps": run.steps, "audio_rate": run.audio_rate,
        "wall_seconds": run.wall_seconds, "processor_seconds": run.processor_seconds, "memory": run.memory,
        "flags": flags,
    }  # fmt: skip
    figures.write_text(json.dumps(kept, indent=1))
    return quality


def show(
    name: str, quality: Quality, steps: int = 0, rate: float = 0.0, wall: float = 0.0, memory: int = 0
) -> None:
    """Print one line; the cost only of what was trained."""
    cost = f"{steps:8}{rate:11.1f}{wall:8.0f}{memory / 1e6:7.0f}" if steps else ""
    print(f"{name:36}{quality.median:8.3f}{quality.gated_mean:8.3f}{cost}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
