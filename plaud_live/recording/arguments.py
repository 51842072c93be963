"""Options of `plaud-live sessions` and `replay`, and what they do."""

import argparse
import math
import sys
from pathlib import Path


def add_sessions_arguments(parser: argparse.ArgumentParser) -> None:
    """Without a word: list them."""
    words = parser.add_subparsers(dest="word", metavar="export")
    text = "write stems, MIDI and markers of a session"
    export = words.add_parser("export", help=text, description=f"{text.replace('write', 'Write')}.")
    _add_session(export, "DIR", "folder to make (renders/export of the session, or the next one free)")


def run_sessions(args: argparse.Namespace) -> int:
    """List what was played, or export one of it."""
    if args.word == "export":
        return _export(args)
    from plaud_live.recording.listing import summaries
    from plaud_live.settings import home

    found = [each.line for each in summaries()]
    print("\n".join(found) or f"no session in {home() / 'sessions'} yet")
    return 0


def add_replay_arguments(parser: argparse.ArgumentParser) -> None:
    """What is rendered, from when to when, and into which file."""
    _add_session(parser, "FILE.wav", "file to write (renders/replay.wav in the session's folder)")
    stems = "write what each instrument adds to the mix as well"
    parser.add_argument("--stems", action="store_true", help=stems)


def run_replay(args: argparse.Namespace) -> int:
    """Render a session again from its record."""
    from plaud_live.recording.rendering import render_session
    from plaud_live.recording.sessions import find_session

    session = find_session(args.session)
    out = Path(args.out) if args.out else session / "renders" / "replay.wav"
    if args.out is None:
        out.parent.mkdir(exist_ok=True)
    render_session(session, out, args.at, args.until, args.stems)
    print(out)
    return 0


def seconds_of(text: str) -> float:
    """A time as 90, 1:30 or 1:02:03.5, in seconds. Raises ArgumentTypeError."""
    parts = text.split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        numbers = [-1.0]
    if not 1 <= len(parts) <= 3 or not all(math.isfinite(each) and each >= 0.0 for each in numbers):
        raise argparse.ArgumentTypeError(f"{text}: wants seconds, minutes:seconds or hours:minutes:seconds")
    return sum(each * 60.0**i for i, each in enumerate(reversed(numbers)))


def _add_session(parser: argparse.ArgumentParser, what: str, out: str) -> None:
    add = parser.add_argument
    add("session", metavar="SESSION", help="folder, or the name that the session was given: the newest of it")
    add("--out", metavar=what, help=out)
    add("--at", type=seconds_of, default=0.0, metavar="TIME", help="begin there: seconds, or 17:00 (0)")
    add("--until", type=seconds_of, metavar="TIME", help="end there (the end of the session)")


def _export(args: argparse.Namespace) -> int:
    """Write a session as sound files, notes and markers that any audio program opens."""
    from plaud_live.recording.export import export_session
    from plaud_live.recording.sessions import find_session

    session, out = find_session(args.session), Path(args.out).expanduser() if args.out else None
    folder, missing = export_session(session, out, args.at, args.until)
    for line in missing:
        print(line, file=sys.stderr)
    print(folder)
    return 0
