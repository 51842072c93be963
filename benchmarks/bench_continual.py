"""Continual learning: what a model learns of new sound, and what it forgets of the old.

For each pair of old and new recordings a parent is trained on the old, and children of it on the new, for the
same time: naive (its weights are where training begins), replay (some old sound among the new), continual
(that, held to what the parent plays and hears), fresh (anew, on what is remembered, then aligned). Beside
them stands a model that is trained from scratch on both, for as long as a child. Columns: the distance from
the last fifth of the new recordings and of the old, which nobody was trained on, before and after: median /
gated mean over chunks of two seconds (see quality.py), of which there are few; how far the sound at the
parent's anchors is from what it was, log-mel in dB, mean over anchors, of the spectrum of a second, and frame
by frame (partials that drift in phase beat at other times); the worst of them; how far the encoding of the
old recordings has moved, in playable units. Medians over seeds.

The three pairs were not used to choose anything in continual training; `tuning` was. The old material is 21
to 53 s long, so that of the longest the parent remembers a part. Words after `--` go to the children's
`plaud-live train`.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import torch
from machine import describe
from quality import Ruler
from recordings import SAMPLES, Laid, cut, read
from training_runs import prepare, reconstruct, train

from plaud_live.model_file import PlaudModel
from plaud_live.model_file import read as read_model
from plaud_live.models.files import from_model
from plaud_live.training.continual.drift import anchor_drift, latent_drift

SCRATCH = "scratch"
HOWS = ("naive", "replay", "continual", "fresh")
# fmt: off
PAIRS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "tuning": (
        ("bass_thick_c", "bass_trance_c", "bass_voxy_c", "guit_e_fifths", "guit_e_slide", "guit_em9",
         "guit_harmonics"),
        ("loop_3d_printer", "loop_compus", "loop_drone_g_97", "loop_weirdo"),
    ),
    "ambient-beats": (
        ("ambi_dark_woosh", "ambi_drone", "ambi_glass_hum", "ambi_glass_rub", "ambi_haunted_hum",
         "ambi_lunar_land", "ambi_piano", "ambi_sauna", "misc_cineboom", "vinyl_hiss"),
        ("loop_amen_full", "loop_garzul", "loop_mika", "loop_safari", "loop_tabla"),
    ),
    "drums-bells": (
        ("bd_boom", "drum_cymbal_hard", "drum_cymbal_open", "drum_roll", "drum_splash_hard",
         "drum_splash_soft", "drum_tom_lo_hard", "loop_amen", "loop_breakbeat", "loop_electric",
         "loop_mehackit1", "loop_mehackit2", "loop_perc1", "loop_perc2"),
        ("perc_bell", "perc_bell2", "perc_door", "perc_impact1", "perc_till"),
    ),
    "tablas-robots": (
        ("tabla_ghe2", "tabla_ghe3", "tabla_ghe5", "tabla_ghe6", "tabla_ghe7", "tabla_na_o", "tabla_tas1",
         "tabla_tas2", "tabla_tas3", "tabla_tun1", "tabla_tun2", "tabla_tun3"),
        ("mehackit_phone1", "mehackit_phone2", "mehackit_phone3", "mehackit_phone4", "mehackit_robot2",
         "mehackit_robot3", "mehackit_robot4", "mehackit_robot5", "mehackit_robot6", "vinyl_backspin",
         "vinyl_rewind"),
    ),
}
# fmt: on
"""Old and new recordings of each pair."""

HELD_OUT_PAIRS = tuple(PAIRS)[1:]


@dataclass(frozen=True)
class Row:
    """Distances from new and old test sound before (the parent's) and after, median and gated mean, and how
    far what was has moved."""

    new: float
    new_gated: float
    before: float
    before_gated: float
    old: float
    old_gated: float
    anchor_db: float = np.nan
    frames_db: float = np.nan
    worst_db: float = np.nan
    latents: float = np.nan


@dataclass(frozen=True)
class Pair:
    """A pair as it lies on the disk."""

    name: str
    folder: Path
    old: Laid
    new: Laid


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--minutes", type=float, default=1.0, help="of training of a child, and from scratch (%(default)g)")
    add("--parent-minutes", type=float, default=2.0, help="of training of a parent (%(default)g)")
    add("--steps", type=int, help="of each training, instead of minutes: to see that it works")
    add("--seeds", type=int, nargs="+", default=[1], help="one run each (1)")
    add("--pairs", nargs="+", default=HELD_OUT_PAIRS, choices=PAIRS, help="(the three that are held out)")
    add("--hows", nargs="+", default=(SCRATCH, *HOWS[:3]), choices=(SCRATCH, *HOWS), help="rows (no fresh)")
    add("--threads", type=int, default=2, help="of the processor (%(default)s)")
    add("--samples", type=Path, default=SAMPLES, help="where the recordings are (%(default)s)")
    add("--out", type=Path, help="keep models here; those that are there are not trained again")
    add("flags", nargs="*", metavar="-- FLAGS", help="for the children's `plaud-live train`")
    return parser.parse_args()


def main() -> int:
    """Print the tables."""
    args = arguments()
    if not args.samples.is_dir():
        print(f"{args.samples}: not there — install Debian's package sonic-pi-samples, or give --samples")
        return 0
    torch.set_num_threads(args.threads)
    print(describe("torch", "auraloss", "soxr"))
    length = f"{args.steps} steps" if args.steps else f"{args.minutes:g} min"
    print(f"{length} a child, medians of {len(args.seeds)} seeds, --threads {args.threads}", *args.flags)
    with tempfile.TemporaryDirectory() as scratch:
        for name in args.pairs:
            measure_pair(lay_out(name, (args.out or Path(scratch)) / name, args.samples), args)
    return 0


def lay_out(name: str, folder: Path, samples: Path) -> Pair:
    """Cut the recordings of a pair, and prepare old, new, and both."""
    old, new = PAIRS[name]
    laid = [cut(names, part, folder / part, samples) for part, names in (("old", old), ("new", new))]
    for sources, target in ((laid[:1], "old"), (laid[1:], "new"), (laid, "both")):
        for each in sources:
            prepare(each.train, folder / f"{target}.dataset")
    return Pair(name, folder, laid[0], laid[1])


def measure_pair(pair: Pair, args: argparse.Namespace) -> None:
    """Train and measure all of a pair, and print its table."""
    columns = f"{'new':>15}{'old before':>15}{'old after':>15}{'anchors dB':>12}{'by frame':>10}{'worst':>7}"
    print(f"\n{pair.name}: old {pair.old.train_seconds:.0f} s, new {pair.new.train_seconds:.0f} s")
    print(f"{'':12}{columns}{'latents':>9}", flush=True)
    rulers = [Ruler(np.concatenate(read(laid.test))) for laid in (pair.new, pair.old)]
    rows: dict[str, list[Row]] = {how: [] for how in args.hows}
    for seed in args.seeds:
        parent = trained(pair, "parent", "old", seed, args.parent_minutes, args)
        before = distances(parent, rulers)
        for how in args.hows:
            rows[how].append(measure(pair, how, seed, parent, before, rulers, args))
    for how, found in rows.items():
        show(how, Row(*np.median(np.array([astuple(row) for row in found]), axis=0)))
        if how == "continual" and len(found) > 1:
            each = [
                f"{row.old / row.before - 1:+.1%} / {row.old_gated / row.before_gated - 1:+.1%}"
                for row in found
            ]
            print(f"{'':12}old sound, seed by seed: {', '.join(each)}", flush=True)


def show(how: str, row: Row) -> None:
    """Print a line of a table."""
    pairs = ((row.new, row.new_gated), (row.before, row.before_gated), (row.old, row.old_gated))
    distances = "".join(f"{f'{median:.3f} / {gated:.3f}':>15}" for median, gated in pairs)
    drift = f"{row.anchor_db:12.2f}{row.frames_db:10.2f}{row.worst_db:7.2f}{row.latents:9.3f}"
    print(f"{how:12}{distances}{drift}", flush=True)


def measure(
    pair: Pair, how: str, seed: int, parent: PlaudModel, before: tuple[float, ...],
    rulers: Sequence[Ruler], args: argparse.Namespace,
) -> Row:  # fmt: skip
    """One child, or one from scratch."""
    if how == SCRATCH:
        found = distances(trained(pair, SCRATCH, "both", seed, args.minutes, args), rulers)
        return Row(*found[:2], np.nan, np.nan, *found[2:])
    child = trained(pair, how, "new", seed, args.minutes, args, parent)
    found = distances(child, rulers)
    nets = from_model(parent), from_model(child)
    places = {anchor.name: anchor.raw for anchor in child.anchors}
    drifts = anchor_drift(*nets, {a.name: (a.raw, places[a.name]) for a in parent.anchors})
    widths = np.array(parent.latents.high) - np.array(parent.latents.low)
    sound = np.concatenate(read(pair.old.test))
    moved = latent_drift(*nets, sound[None, None], widths)
    anchors, frames = np.mean([(drift.db, drift.frames_db) for drift in drifts], axis=0)
    worst = max(drift.db for drift in drifts)
    drift = float(anchors), float(frames), worst, float(moved.mean())
    return Row(*found[:2], *before[2:], *found[2:], *drift)


def distances(model: PlaudModel, rulers: Sequence[Ruler]) -> tuple[float, ...]:
    """Median and gated mean on new, then on old test sound."""
    found = [ruler(reconstruct(model, ruler.target)[: len(ruler.target)]) for ruler in rulers]
    return tuple(value for each in found for value in (each.median, each.gated_mean))


def trained(
    pair: Pair, how: str, dataset: str, seed: int, minutes: float, args: argparse.Namespace,
    parent: PlaudModel | None = None,
) -> PlaudModel:  # fmt: skip
    """A model of this pair, trained unless it is there."""
    name = f"{how}-seed{seed}"
    path = pair.folder / f"{name}.plaud"
    if args.out is None or not path.exists():
        end = ["--steps", str(args.steps)] if args.steps else ["--minutes", str(minutes)]
        flags = [*end, "--seed", str(seed), "--threads", str(args.threads)]
        if parent is not None:
            flags += ["--from", str(pair.folder / f"{parent.name}.plaud"), "--how", how, *args.flags]
        train(pair.folder / f"{dataset}.dataset", pair.folder, name, flags)
    return read_model(path)


if __name__ == "__main__":
    sys.exit(main())
