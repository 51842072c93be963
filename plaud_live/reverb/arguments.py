"""Command line of `plaud-live reverb`. Imports nothing heavy before a command runs."""

import argparse
from collections.abc import Callable
from pathlib import Path

from plaud_live.errors import SettingsError, suggestion

FORMATS = ("vst3", "lv2", "clap", "juce")
RECIPE_NAMES = ("default", "small_room", "hall", "impossible")

STEPS = 200
MATCH_SECONDS = 90.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words after `plaud-live reverb`, each with its options."""
    words = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    for name, (text, add_options, run_word) in WORDS.items():
        inner = words.add_parser(name, help=text, description=text.capitalize() + ".")
        add_options(inner)
        inner.set_defaults(run_word=run_word)


def run(args: argparse.Namespace) -> int:
    """Run what was asked for. Raises SettingsError for bad input."""
    from compiler.errors import CompilerError

    try:
        found: int = args.run_word(args)
        return found
    except CompilerError as error:
        raise SettingsError(f"reverb {args.word}: {error}") from None


def add_fit_options(parser: argparse.ArgumentParser) -> None:
    """Options of `fit`."""
    add = parser.add_argument
    add("--from", dest="start", default="default", metavar="FILE", help="reverb to begin with (%(default)s)")
    add(
        "--t60", action="append", metavar="[HZ:]SECONDS",
        help="decay time, of all frequencies or near one; can be given several times",
    )  # fmt: skip
    add("--colorless", action="store_true", help="train it to have no colour of its own")
    add("--steps", type=int, default=STEPS, metavar="N", help="steps of --colorless (%(default)s)")
    _add_worker_options(parser)


def add_match_options(parser: argparse.ArgumentParser) -> None:
    """Options of `match`."""
    add = parser.add_argument
    add("recording", type=Path, metavar="WAV", help="impulse response, or a clap recorded in a room")
    add("--from", dest="start", metavar="FILE", help="reverb that plays meanwhile; it is only checked")
    add(
        "--seconds", type=float, default=MATCH_SECONDS, metavar="S",
        help="time that it may take at most (%(default)g s)",
    )  # fmt: skip
    _add_worker_options(parser)


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Options of `report`."""
    add = parser.add_argument
    add("model", metavar="MODEL", help="reverb: a file, or the name of one that comes with the instrument")
    add("--target", type=Path, metavar="WAV", help="recorded room to draw beside it")
    add("--out", type=Path, metavar="FILE.png", help="picture to write (MODEL.png, here)")


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """Options of `export`."""
    add = parser.add_argument
    add("model", metavar="MODEL", help="reverb: a file, or the name of one that comes with the instrument")
    add("out", type=Path, metavar="OUT_DIR", help="folder of the plugins")
    add("--format", action="append", choices=FORMATS, help="several times for several (vst3, lv2 and clap)")
    add("--name", metavar="NAME", help="what hosts call it (the file's name)")


def add_make_options(parser: argparse.ArgumentParser) -> None:
    """Options of `make`."""
    add = parser.add_argument
    add("names", nargs="+", metavar="NAME", help=", ".join(RECIPE_NAMES))
    add("--out", type=Path, default=Path(), metavar="DIR", help="folder of the files (here)")
    add("--faust", action="store_true", help="write NAME.dsp and NAME.cert.json, not NAME.json")


def run_fit(args: argparse.Namespace) -> int:
    """Fit a reverb."""
    _share_processor()
    from plaud_live.reverb import commands

    return commands.run_fit(args)


def run_match(args: argparse.Namespace) -> int:
    """Match a reverb to a room."""
    _share_processor()
    from plaud_live.reverb import commands

    return commands.run_match(args)


def run_report(args: argparse.Namespace) -> int:
    """Draw a reverb."""
    from plaud_live.reverb import commands

    return commands.run_report(args)


def run_export(args: argparse.Namespace) -> int:
    """Build plugins of a reverb."""
    from plaud_live.reverb import commands

    return commands.run_export(args)


def run_make(args: argparse.Namespace) -> int:
    """Make reverbs by their recipes."""
    for name in args.names:
        if name not in RECIPE_NAMES:
            near = suggestion(name, RECIPE_NAMES)
            known = ", ".join(RECIPE_NAMES)
            raise SettingsError(f"reverb make {name}: no such recipe{near} — there are {known}")
    from plaud_live.reverb.making import make_faust, make_reverb

    make = make_faust if args.faust else make_reverb
    for name in args.names:
        print(make(name, args.out.expanduser()))
    return 0


def _add_worker_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--out", type=Path, default=Path(), metavar="DIR", help="folder of NAME.json (here)")
    add("--name", required=True, metavar="NAME", help="what it will be called")
    add("--report-fd", type=int, metavar="FD", help="write progress there, as lines of JSON")


def _share_processor() -> None:
    """One thread: an instrument plays on the same machine."""
    import os

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")


Word = tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]
WORDS: dict[str, Word] = {
    "fit": ("give a reverb another decay, or a smoother sound", add_fit_options, run_fit),
    "match": ("match a reverb to a recorded room", add_match_options, run_match),
    "report": ("draw a reverb, alone or beside a room", add_report_options, run_report),
    "export": ("build plugins of a reverb", add_export_options, run_export),
    "make": ("make the reverbs that come with the instrument", add_make_options, run_make),
}
