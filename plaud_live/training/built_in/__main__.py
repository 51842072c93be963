"""Train the built-in models again: all of them, or those named.

The material is recordings of Debian's package sonic-pi-samples that its copyright file names as CC0, checked
each time against that file, and voices that are made here. The same steps with one thread give the same
weights: nothing depends on the clock, and the last state counts, not the best on what is held out.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from plaud_live.errors import PlaudError, SettingsError
from plaud_live.settings import built_in_model, home
from plaud_live.training.arguments import share_processor
from plaud_live.training.built_in.recordings import (
    COPYRIGHT,
    LICENCE,
    SAMPLES,
    free_recordings,
    write_strokes,
)
from plaud_live.training.built_in.score import write_song
from plaud_live.training.built_in.table import MODELS, BuiltIn
from plaud_live.training.options import TrainOptions

NEVER = 1e9
"""Seconds between two looks at what is held out."""


def lay_out(model: BuiltIn, folder: Path, samples: Path, copyright_file: Path) -> None:
    """Put all that `model` is made of into `folder`. Raises DatasetError if a recording is not to be had."""
    for name, source in free_recordings(model.recordings, samples, copyright_file).items():
        if name in model.strokes:
            write_strokes(source, folder / f"{name}.wav", model.strokes[name])
        else:
            (folder / f"{name}.flac").symlink_to(source)
    for name in model.songs:
        write_song(name, folder / f"{name}.wav")


def options_of(name: str, dataset: Path, args: argparse.Namespace) -> TrainOptions:
    """How the model `name` is trained."""
    model = MODELS[name]
    return TrainOptions(
        dataset=dataset,
        name=name,
        out=args.work,
        config=model.config,
        steps=args.steps or model.steps,
        minutes=args.minutes,
        validate_every_seconds=NEVER,
        threads=args.threads,
        fresh=args.fresh,
        losses=model.losses,
        attributes=model.attributes,
        augmentation=model.augmentation,
    )


def make(name: str, args: argparse.Namespace) -> Path:
    """Prepare, train, and put the model `name` where the package ships it."""
    from plaud_live.training.lesson import Naming
    from plaud_live.training.prepare import prepare
    from plaud_live.training.trainer import train

    model = MODELS[name]
    dataset = args.work / f"{name}.training" / "dataset"
    with tempfile.TemporaryDirectory() as folder:
        lay_out(model, Path(folder), args.samples, args.copyright)
        prepare(Path(folder), dataset, licence=LICENCE)
    anchors = model.anchors
    first = next(file for file, anchor in anchors.items() if anchor == model.first)
    naming = Naming(anchors, limit=len(anchors), first=first, seconds=model.anchor_seconds)
    finished = train(options_of(name, dataset, args), naming)
    if finished is None:
        raise PlaudError("a built-in model is trained in one process")
    print(finished.evaluation.table())
    print(f"report  {finished.report}")
    if finished.interrupted:
        raise PlaudError("stopped and saved; the same command goes on, the built-in model is as it was")
    target = Path(args.target) / f"{name}.plaud"
    if finished.path.resolve() != target.resolve():
        shutil.copyfile(finished.path, target)
    return target


def main(words: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="plaud_live.training.built_in",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"models to make (all: {' '.join(MODELS)})")
    add("--steps", type=int, metavar="N", help="train so many steps instead of the model's own number")
    add("--minutes", type=float, metavar="MIN", help="or this long, if that is over sooner")
    add("--threads", type=int, default=1, metavar="N", help="processor threads (%(default)s)")
    add("--samples", type=Path, default=SAMPLES, metavar="DIR", help="folder of the recordings (%(default)s)")
    add("--copyright", type=Path, default=COPYRIGHT, metavar="FILE", help="its copyright file (%(default)s)")
    add(
        "--work",
        type=Path,
        default=home() / "models",
        metavar="DIR",
        help="checkpoints and reports (%(default)s)",
    )
    add(
        "--target",
        type=Path,
        default=built_in_model().parent,
        metavar="DIR",
        help="folder of the models to replace (%(default)s)",
    )
    add("--fresh", action="store_true", help="start over instead of going on")
    args = parser.parse_args(words)
    share_processor()
    try:
        for name in args.names or MODELS:
            if name not in MODELS:
                raise SettingsError(f"no built-in model {name!r} — have {', '.join(MODELS)}")
            print(f"model   {make(name, args)}")
    except PlaudError as error:
        print(f"built-in: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
