"""Options of `plaud-live export`, and what it does."""

import argparse
from pathlib import Path

from plaud_live import settings
from plaud_live.errors import ExportError
from plaud_live.model_file import read


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("model", metavar="MODEL", help="name, .plaud file, or SESSION:INSTRUMENT for what that played last")
    add("folder", metavar="OUT_DIR", help="folder to write into")
    add("--name", default="", help="what it is called in Max and Pd (the model's name)")
    add(
        "--sample-rate",
        type=int,
        default=44100,
        metavar="HZ",
        help="the rate that Max or Pd runs at: 44100, 48000, 88200 or 96000 (%(default)s Hz)",
    )
    add(
        "--seconds",
        type=float,
        default=10.0,
        help="of sound that each method is checked with at each block size (%(default)g s)",
    )


def run(args: argparse.Namespace, path: Path | None = None) -> int:
    """Export the model at `path`, by default what MODEL names. Raises a PlaudError for bad input."""
    from plaud_live.deploy.export import export

    if not 0.1 <= args.seconds <= 600.0:
        raise ExportError(f"--seconds {args.seconds:g}: wants 0.1 to 600 s")
    model = read(path or settings.find_model(args.model))
    folder = Path(args.folder).expanduser()
    written = export(model, folder, args.name, args.sample_rate, args.seconds)
    for each in written:
        print(each)
    name = args.name or model.name
    print(f"{name}: open {name}-help.pd in Pd, or put max/{name} among Max's packages; all is in {folder}")
    return 0
