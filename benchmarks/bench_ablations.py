"""What each choice is worth: a table of models trained for equal minutes, each with one thing changed.

Every row is `plaud-live train` with the flags that it names, on the development set and measured as in
bench_quality.py, but on validation alone: the last fifth of the training part of every recording, which is
neither trained on nor the test, so that defaults may be chosen by this table and the test stays unseen
(--share 0.4: little to train on, and more to judge by).
`±` is the standard error over seeds; a difference of less than two of them is no difference.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import torch
from machine import describe
from quality import Ruler
from recordings import RATE, SAMPLES, SETS, TRAINING_SHARE, lay_out, read
from training_runs import Run, prepare, reconstruct, train


@dataclass(frozen=True)
class Variant:
    """A row: what is changed, and by which flags."""

    name: str
    flags: tuple[str, ...] = ()


def augment(*kinds: str) -> tuple[str, ...]:
    """Flags of crops that are varied in these ways only, each KIND:CHANCE:RANGE."""
    return tuple(f"--augment={kind}" for kind in ("none", *kinds))


GROUPS: dict[str, tuple[Variant, ...]] = {
    "default": (Variant("default"),),
    "blocks": (
        Variant("no sines", ("--sines", "0")),
        Variant("no noise bands", ("--noise-bands", "0")),
        Variant("with 64 harmonics", ("--harmonics", "64")),
        Variant("half the sines", ("--sines", "48")),
        Variant("half the noise bands", ("--noise-bands", "192")),
        Variant("twice the noise bands", ("--noise-bands", "768")),
    ),
    "latents": (
        Variant("no smoothing", ("--smoothing", "1")),
        Variant("smoothing 8", ("--smoothing", "8")),
        Variant("no KL", ("--beta", "0")),
        Variant("five times the KL", ("--beta", "0.01")),
        Variant("no free bits", ("--free-bits", "0")),
        Variant("4 latents", ("--latent-size", "4")),
        Variant("16 latents", ("--latent-size", "16")),
    ),
    "attributes": (
        Variant("loudness tied", ("--attribute", "z0:loudness")),
        Variant(
            "three attributes tied",
            ("--attribute", "z0:loudness", "--attribute", "z1:brightness", "--attribute", "z2:noisiness"),
        ),
    ),
    "loss": (
        Variant("short windows only", ("--stft-windows", "240", "600")),
        Variant("no longest window", ("--stft-windows", "240", "600", "1200")),
        Variant("one window", ("--stft-windows", "1200")),
        Variant("no convergence term", ("--stft-convergence", "0")),
        Variant("A weighting", ("--stft-weighting", "a")),
        Variant("of the sound itself", ("--loss", "stft:1")),
        Variant("loudness loss too", ("--loss", "expected_stft:1", "--loss", "loudness:0.2")),
    ),
    "averaging": (
        Variant("no averaging", ("--averaging", "0")),
        Variant("averaged over longer", ("--averaging", "0.2")),
    ),
    "network": (
        Variant("GRU encoder", ("--encoder", "gru")),
        Variant("hop 128", ("--hop-size", "128")),
        Variant("hop 512", ("--hop-size", "512")),
        Variant("decoder 128", ("--decoder-size", "128")),
        Variant("decoder 256", ("--decoder-size", "256")),
        Variant("no delay", ("--delay", "0")),
    ),
    "examples": (Variant("crops of 1.5 s, 4 a step", ("--crop-seconds", "1.5", "--batch-size", "4")),),
    "augmentation": (
        Variant("none", augment()),
        Variant("pitch", augment("pitch:0.3:2")),
        Variant("gain", augment("gain:0.5:6")),
        Variant("mix", augment("mix:0.2:12")),
        Variant("pitch, gain", augment("pitch:0.3:2", "gain:0.5:6")),
        Variant("more often", augment("pitch:0.6:2", "gain:1:6")),
        Variant("farther", augment("pitch:0.3:4", "gain:0.5:12")),
    ),
}


def cut(recordings: Path, folder: Path, share: float) -> tuple[Path, Path]:
    """Cut each recording once more into what is trained on, the first `share` of it, and what validates."""
    train_on, validate_on = folder / "ablation-train", folder / "ablation-validation"
    for path in (train_on, validate_on):
        path.mkdir()
    for path in sorted(recordings.glob("*.wav")):
        sound, rate = soundfile.read(path, dtype="int16")
        at = round(share * len(sound))
        soundfile.write(train_on / path.name, sound[:at], rate, subtype="PCM_16")
        soundfile.write(validate_on / path.name, sound[at:], rate, subtype="PCM_16")
    return train_on, validate_on


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--minutes", type=float, default=1.0, help="of training, for each row and seed (%(default)g)")
    add("--seeds", type=int, nargs="+", default=[1], help="one run of each row for each (1)")
    add("--groups", nargs="+", default=list(GROUPS), choices=list(GROUPS), help="of rows (all)")
    add("--set", default="development", choices=SETS, help="of recordings (%(default)s)")
    add("--share", type=float, default=TRAINING_SHARE, help="of a recording that is trained on (%(default)g)")
    add("--threads", type=int, default=2, help="of the processor (%(default)s)")
    add("--samples", type=Path, default=SAMPLES, help="where the recordings are (%(default)s)")
    add("flags", nargs="*", metavar="-- FLAGS", help="for every `plaud-live train`, before a row's own")
    args = parser.parse_args()
    if not args.samples.is_dir():
        print(f"{args.samples}: not there — install Debian's package sonic-pi-samples, or give --samples")
        return 0
    torch.set_num_threads(args.threads)
    print(describe("torch", "auraloss"))
    print(f"{args.minutes:g} min, seeds {args.seeds}, {args.threads} threads", *args.flags)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        laid = lay_out(args.set, folder, args.samples)
        train_on, validate_on = cut(laid.train, folder, args.share)
        prepare(train_on, folder / "dataset")
        ruler = Ruler(np.concatenate(read(validate_on)))
        print(f"validation: {len(ruler.target) / RATE:.1f} s of set {args.set}, {len(ruler.loud)} chunks")
        print(
            f"{'':26}{'median':>8}{'±':>7}{'gated':>8}{'±':>7}{'against':>9}{'steps':>8}{'CPU s':>8}  flags"
        )
        reference = 0.0
        for group in dict.fromkeys(
            ["default", *args.groups]
        ):  # what all others are compared with comes first
            print(group)
            for variant in GROUPS[group]:
                gated = measure(variant, folder, ruler, args, reference)
                reference = gated if group == "default" else reference
    return 0


def measure(
    variant: Variant, folder: Path, ruler: Ruler, args: argparse.Namespace, reference: float
) -> float:
    """Train and print a row; return its gated mean. `reference` is the default's, 0 if this is it."""
    qualities, runs = [], list[Run]()
    for seed in args.seeds:
        flags = ["--minutes", str(args.minutes), "--seed", str(seed), "--threads", str(args.threads)]
        runs.append(train(folder / "dataset", folder, "ablation", [*flags, *args.flags, *variant.flags]))
        qualities.append(ruler(reconstruct(runs[-1].model, ruler.target)))
    median, median_error = _mean([q.median for q in qualities])
    gated, gated_error = _mean([q.gated_mean for q in qualities])
    against = f"{100.0 * (gated / reference - 1.0):+8.1f}%" if reference else f"{'':9}"
    print(
        f"  {variant.name:24}{median:8.3f}{median_error}{gated:8.3f}{gated_error}{against}"
        f"{np.mean([run.steps for run in runs]):8.0f}{np.mean([run.processor_seconds for run in runs]):8.0f}"
        f"  {' '.join(variant.flags)}",
        flush=True,
    )
    return gated


def _mean(values: list[float]) -> tuple[float, str]:
    """Mean, and standard error as text, blank where there is one value only."""
    if len(values) < 2:
        return values[0], f"{'':7}"
    return float(np.mean(values)), f"{np.std(values, ddof=1) / np.sqrt(len(values)):7.3f}"


if __name__ == "__main__":
    sys.exit(main())
