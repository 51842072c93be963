"""Command line of `plaud-live reverb`. Imports nothing heavy before a command runs."""

import argparse
from collections.abc import Callable
from pathlib import Path

from plaud_live.errors import SettingsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words after `plaud-live reverb`, each with its options."""
    words = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    for name, (text, add_options, run) in WORDS.items():
        inner = words.add_parser(name, help=text, description=text.capitalize() + ".")
        add_options(inner)
        inner.set_defaults(run_word=run)


def run(args: argparse.Namespace) -> int:
    """Run what was asked for. Raises SettingsError for bad input."""
    from compiler.errors import CompilerError

    try:
        found: int = args.run_word(args)
        return found
    except CompilerError as error:
        raise SettingsError(f"reverb {args.word}: {error}") from None


def add_make_options(parser: argparse.ArgumentParser) -> None:
    """Options of `make`."""
    add = parser.add_argument
    add("names", nargs="+", metavar="NAME", help="default")
    add("--out", type=Path, default=Path(), metavar="DIR", help="folder of NAME.json (here)")


def run_make(args: argparse.Namespace) -> int:
    """Make reverbs by their recipes."""
    from plaud_live.reverb.making import make_reverb

    for name in args.names:
        print(make_reverb(name, args.out.expanduser()))
    return 0


Word = tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]
WORDS: dict[str, Word] = {
    "make": ("make reverbs that come with the instrument", add_make_options, run_make),
}
