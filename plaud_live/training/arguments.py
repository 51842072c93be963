"""Command lines of prepare, train and evaluate. Imports nothing heavy before a command runs."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from plaud_live.errors import DatasetError, PlaudError, SettingsError
from plaud_live.model_file import read
from plaud_live.settings import find_model, home
from plaud_live.training.augmentation import augmentation_for
from plaud_live.training.configuration import (
    DEFAULT_PRESET,
    Tables,
    checked,
    make_options,
    merge,
    preset_names,
    read_configuration,
    read_preset,
    tables_of,
    to_toml,
)
from plaud_live.training.continual.inheritance import check_flags, inherited, without_ties
from plaud_live.training.flags import add_flags, given_flags
from plaud_live.training.losses import NOTICES
from plaud_live.training.options import HOWS, TrainOptions
from plaud_live.training.progress import Reporter, Status

if TYPE_CHECKING:
    from plaud_live.training.prepare import Outcome

_SKIPPED_SHOWN = 20
_DEFAULT_TRIM_DB = -60.0


def add_prepare_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `prepare`."""
    add = parser.add_argument
    add(
        "input",
        type=Path,
        metavar="INPUT_DIR",
        help="folder of WAV, FLAC, AIFF, OGG or MP3 files, and all below it",
    )
    add("output", type=Path, metavar="OUTPUT_DIR", help="folder of the dataset; a re-run adds what is new")
    add("--sample-rate", type=int, metavar="HZ", help="resample to this rate (44100 Hz)")
    add("--channels", type=int, metavar="N", help="keep so many channels: 2 makes models stereo (1)")
    add(
        "--dtype",
        choices=("float32", "int16"),
        help="how samples are kept; int16 takes half the disk (float32)",
    )
    add(
        "--trim-silence", type=float, nargs="?", const=_DEFAULT_TRIM_DB, metavar="DB",
        help=f"leave out stretches of half a second below this level (bare: {_DEFAULT_TRIM_DB:g} dB)",
    )  # fmt: skip
    add(
        "--licence",
        metavar="TEXT",
        help="licence of the recordings, noted in the dataset and in models made from it",
    )


def run_prepare(args: argparse.Namespace) -> int:
    """Prepare a folder of recordings and say what came of it."""
    from plaud_live.training.dataset import require_enough
    from plaud_live.training.prepare import prepare

    outcome = prepare(
        args.input,
        args.output,
        args.sample_rate,
        args.dtype,
        args.trim_silence,
        args.licence,
        True,
        args.channels,
    )
    print(describe_outcome(outcome, args.output))
    require_enough(outcome.manifest, args.output)
    print(f"train on it: plaud-live train --dataset-path {args.output} --model-name NAME")
    return 0


def describe_outcome(outcome: "Outcome", dataset: Path) -> str:
    """What a run of `prepare` did, in a few lines."""
    manifest = outcome.manifest
    settings = manifest.settings
    minutes, seconds = divmod(manifest.seconds, 60.0)
    channels = "mono" if settings.channels == 1 else f"{settings.channels} channels"
    lines = [
        f"{dataset}: {len(manifest.recordings)} recordings, {minutes:.0f} min {seconds:.1f} s, "
        f"{channels}, {settings.sample_rate} Hz, {settings.dtype}"
        + (f", silence below {settings.trim_db:g} dB left out" if settings.trim_db is not None else ""),
        f"  added {len(outcome.added)}, changed {len(outcome.changed)}, skipped {len(outcome.skipped)}",
    ]
    if outcome.downmixed:
        lines.append(f"  {outcome.downmixed} with other numbers of channels: their mean is kept")
    if manifest.recordings:
        lines.append(f"  levels are kept; the highest peak is {max(r.peak for r in manifest.recordings):.3f}")
    lines += [f"  skipped {name}: {reason}" for name, reason in outcome.skipped[:_SKIPPED_SHOWN]]
    if len(outcome.skipped) > _SKIPPED_SHOWN:
        lines.append(f"  and {len(outcome.skipped) - _SKIPPED_SHOWN} more, listed in manifest.json")
    if outcome.gone:
        lines.append(
            f"  {len(outcome.gone)} gone from the folder, kept in the dataset: {', '.join(outcome.gone[:5])}"
        )
    if outcome.others:
        lines.append(f"  {outcome.others} files of other kinds passed over")
    return "\n".join(lines)


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `train`."""
    add = parser.add_argument
    add(
        "--dataset-path",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="prepared dataset, or folders of recordings, or recordings",
    )
    add("--model-name", metavar="NAME", help="the model becomes OUT/NAME.plaud")
    add("--out", type=Path, metavar="DIR", help="folder of models (PLAUD_HOME/models)")
    add(
        "--preset", metavar="NAME", help=f"what to start from: {', '.join(preset_names())} ({DEFAULT_PRESET})"
    )
    add("--config", type=Path, metavar="FILE", help="settings in TOML, or a model's own; flags win over them")
    add("--dump-config", action="store_true", help="print all settings as TOML, and do nothing")
    add(
        "--from", dest="parent", metavar="MODEL",
        help="train a child of this model on new sound: its ranges, names and anchors stay, and their sound",
    )  # fmt: skip
    add(
        "--how", choices=HOWS,
        help="continual: old sound is rehearsed, and the child held to what its parent plays; fresh: trained "
        "anew on both, then aligned; naive and replay: what continual is compared with (continual)",
    )  # fmt: skip
    add(
        "--remember", type=Path, metavar="DIR",
        help="recordings that a parent without memory was trained on, to be remembered now",
    )  # fmt: skip
    add(
        "--positions", type=Path, metavar="FILE",
        help='more places that a child holds as its parent\'s anchors, in JSON: {"home": [raw latents]}',
    )  # fmt: skip
    add("--report-fd", type=int, metavar="FD", help="write progress there, as lines of JSON")
    add_flags(parser)
    again = parser.add_mutually_exclusive_group()
    again.add_argument(
        "--resume", action="store_true", help="insist on going on; a run goes on by itself if it can"
    )
    again.add_argument(
        "--fresh", action="store_true", help="start over, replacing an earlier run of this name"
    )


def configuration(args: argparse.Namespace) -> Tables:
    """The tables that a command line asks for: preset or parent, file, flags. Raises SettingsError."""
    flags = checked(given_flags(args), "plaud-live train")
    if args.parent is not None:
        return _of_child(args, flags)
    only = (("--how", args.how), ("--remember", args.remember), ("--positions", args.positions))
    for option, value in only:
        if value is not None:
            raise SettingsError(f"{option} {value}: wants the model that is trained on, --from MODEL")
    base, file = read_configuration(args.config.expanduser()) if args.config else ("", {})
    if args.preset and base and args.preset != base:
        raise SettingsError(
            f"--preset {args.preset}: {args.config} builds on preset {base!r}; give one of them"
        )
    return merge(read_preset(args.preset or base or DEFAULT_PRESET), file, flags)


def _of_child(args: argparse.Namespace, flags: Tables) -> Tables:
    """The tables of a child: its parent's, and what may be said besides."""
    for option, value in (("--preset", args.preset), ("--config", args.config)):
        if value is not None:
            raise SettingsError(f"{option} {value}: a child has its parent's configuration — leave it out")
    path = find_model(args.parent)
    parent = inherited(path, args.how or TrainOptions.how)
    check_flags(parent, flags, path.stem)
    return merge(parent, without_ties(flags))


def train_options(args: argparse.Namespace) -> TrainOptions:
    """The options that a command line asks for; raises SettingsError or ModelFileError if they cannot be."""
    if missing := [
        o for o, v in (("--dataset-path", args.dataset_path), ("--model-name", args.model_name)) if v is None
    ]:
        raise SettingsError(f"train wants {' and '.join(missing)} — see plaud-live train --help")
    out = (args.out or home() / "models").expanduser()
    parent = find_model(args.parent) if args.parent is not None else None
    if parent is not None and parent == (out / f"{args.model_name}.plaud").resolve():
        raise SettingsError(
            f"--model-name {args.model_name}: is the parent's — a child wants a name of its own"
        )
    return make_options(
        configuration(args),
        dataset=args.dataset_path[0].expanduser(),
        name=args.model_name,
        out=out,
        fresh=args.fresh,
        resume=args.resume,
        parent=parent,
        how=args.how or TrainOptions.how,
        remember=args.remember.expanduser() if args.remember is not None else None,
        positions=args.positions.expanduser() if args.positions is not None else None,
    )


def share_processor() -> None:
    """Let torch's threads sleep soon while they wait for each other; call before torch is imported.

    By default they spin for milliseconds. Beside other work on the same cores that makes training slower, and
    it would take time from an instrument that plays. Asleep at once, they are slow to wake: a step of the
    default model on two cores took 123 ms spinning, 328 asleep, 169 after a short spin; beside two busy loops
    448, 376 and 304.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # libgomp
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # turns of the loop: some microseconds
    os.environ.setdefault("KMP_BLOCKTIME", "0")  # libomp, libiomp


def run_train(args: argparse.Namespace) -> int:
    """Train a model; recordings are prepared first."""
    if args.dump_config:
        tables = tables_of(make_options(configuration(args), Path(), "model", Path()))
        print(to_toml(tables), end="")
        return 0
    reporter = Reporter(args.report_fd) if args.report_fd is not None else None
    try:
        return _train(args, reporter)
    except PlaudError as error:
        if reporter is not None:
            reporter.event("failed", text=str(error))
        raise


def _train(args: argparse.Namespace, reporter: Reporter | None) -> int:
    share_processor()
    options = replace(train_options(args), progress=reporter is None)
    for notice in (NOTICES[name] for name, _ in options.losses if name in NOTICES):
        print(notice)
    if reporter is not None:
        reporter.status(Status("preparing"))
    options = prepared(options, [path.expanduser() for path in args.dataset_path])
    for notice in notices_of(options) if _is_first_process() else ():
        print(notice)
        if reporter is not None:
            reporter.event("message", text=notice)
    from plaud_live.training.trainer import train

    finished = train(options, report=reporter.status if reporter is not None else None)
    if finished is None:
        return 0
    print(finished.evaluation.table())
    print(f"model   {finished.path}\nreport  {finished.report}")
    print("anchors " + " ".join(anchor.name for anchor in finished.model.anchors))
    if finished.summary:
        print(finished.summary)
    if finished.interrupted:
        print("stopped and saved; the same command goes on")
    else:
        print(f"play it: plaud-live play {options.name}")
    if reporter is not None:
        reporter.event(
            "trained",
            path=str(finished.path),
            name=options.name,
            digest=finished.model.digest,
            report=str(finished.report),
            text=finished.summary,
            stopped=finished.interrupted,
        )
    return 0


def notices_of(options: TrainOptions) -> list[str]:
    """What whoever trains on a prepared dataset is told before."""
    if options.parent is None:
        from plaud_live.training.manifest import read_manifest

        seconds = read_manifest(options.dataset).seconds
        if options.augmentation is not None or not augmentation_for(seconds).active:
            return []
        return [f"{seconds:.0f} s of sound: crops of so little are varied (--augment none: as they are)"]
    if options.remember is not None or options.how == "naive":
        return []
    from plaud_live.training.continual.memory import find_memory

    if find_memory(options.parent, read(options.parent)) is not None:
        return []
    return [
        f"{options.parent.stem} has no memory of its old material: its anchors and ranges alone are held — "
        "give the old recordings with --remember FOLDER"
    ]


def prepared(options: TrainOptions, sources: Sequence[Path] = ()) -> TrainOptions:
    """`options` with prepared datasets: recordings are prepared into the run's folder.

    `sources` are all that the dataset is made of, if it is not the options' alone.
    """
    dataset = _prepared(options, sources or (options.dataset,), "dataset")
    remember = options.remember
    if remember is not None:
        remember = _prepared(options, (remember,), "remembered")
    return replace(options, dataset=dataset, remember=remember)


def _is_first_process() -> bool:
    """Whether this is the only process of a run, or the first of several, before Fabric is open."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) == 0


def _prepared(options: TrainOptions, sources: Sequence[Path], name: str) -> Path:
    """The one of `sources` that is prepared, else the dataset `name` in the run's folder, made of them all.

    Of several processes the first prepares, and the others read what it made: they meet when Fabric opens.
    """
    from plaud_live.training.manifest import MANIFEST

    if len(sources) == 1 and (sources[0] / MANIFEST).exists():
        return sources[0]
    target = options.folder / name
    if _is_first_process():
        from plaud_live.training.prepare import prepare
        from plaud_live.training.trainer import open_folder

        open_folder(replace(options, fresh=False, resume=False))
        for source in sources:
            print(f"{source} is not prepared; preparing it into {target}")
            outcome = prepare(
                source,
                target,
                options.sample_rate,
                progress=options.progress,
                channels=options.channels,
            )
            print(describe_outcome(outcome, target))
    return target


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `evaluate`."""
    add, share = parser.add_argument, TrainOptions.held_out
    add("models", nargs="+", metavar="MODEL", help="names or .plaud files, measured side by side")
    add("--data", type=Path, required=True, metavar="DIR", help="folder of recordings, or a prepared dataset")
    add(
        "--held-out", type=float, nargs="?", const=share, metavar="0..1",
        help=f"only what a training run on the dataset with this share leaves out (bare: {share:g})",
    )  # fmt: skip
    add("--windows", type=int, default=64, metavar="N", help="two-second windows at most (%(default)s)")
    add("--plots", type=Path, metavar="DIR", help="draw an atlas of each model, and spectrograms, here")
    add("--json", action="store_true", help="print the figures as JSON")


def run_evaluate(args: argparse.Namespace) -> int:
    """Measure models side by side: reconstruction beside noise and silence, and what latents mean."""
    paths = [find_model(name) for name in args.models]
    if args.windows < 1:
        raise DatasetError(f"--windows {args.windows}: wants at least 1")
    if args.held_out is not None and not 0.01 <= args.held_out <= 0.5:
        raise DatasetError(f"--held-out {args.held_out:g}: a share of the audio, wants 0.01 to 0.5")
    from plaud_live.training.evaluation.models import evaluate_models
    from plaud_live.training.evaluation.table import as_data, table

    side = evaluate_models(paths, args.data.expanduser(), args.windows, args.held_out)
    print(json.dumps(as_data(side), indent=2) if args.json else table(side))
    if args.plots is not None:
        from plaud_live.training.evaluation.plots import write_plots

        for path in write_plots(args.plots.expanduser(), side):
            print(path, file=sys.stderr)
    return 0
