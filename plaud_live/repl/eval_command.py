"""`plaud-live eval`: code for the prompt that plays, from a shell or an editor."""

import argparse
import json
import os
import sys
from pathlib import Path

from plaud_live.errors import SettingsError
from plaud_live.repl.editor_client import SOCKET_NAME, send
from plaud_live.settings import run_dir

EXIT_REFUSED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("code", nargs="*", default=["-"], metavar="CODE", help="code, a file of it, or - for standard input")
    add("--json", action="store_true", help="print the prompt's whole answer: ok, shown, beat")


def run(args: argparse.Namespace) -> int:
    """Run code at the prompt that plays. Returns 0 when it was accepted, 1 when it was refused."""
    answer = send(_code(" ".join(args.code)), run_dir() / SOCKET_NAME)
    accepted = bool(answer.get("ok"))
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    elif shown := answer.get("shown"):
        print(shown, file=sys.stdout if accepted else sys.stderr)
    return 0 if accepted else EXIT_REFUSED


def _code(given: str) -> str:
    """The code that `eval` was given: the words themselves, a file's text, or the standard input's."""
    if given != "-" and not os.path.isfile(given):
        if given.endswith(".py"):
            raise SettingsError(f"eval {given}: no such file")
        return given
    name = "standard input" if given == "-" else given
    data = sys.stdin.buffer.read() if given == "-" else Path(given).read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise SettingsError(f"eval: {name} is not a text") from None
