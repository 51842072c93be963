"""Options of `plaud-live surfaces`, and what it does."""

import argparse
from pathlib import Path

from plaud_live.control.parameters import ModelInfo
from plaud_live.errors import SettingsError
from plaud_live.settings import DEFAULT_MODEL, OSC_PORT

PROGRAMS = ("pd", "max", "open-stage-control", "touchosc", "touchdesigner")
MOST_BEATS = 1000.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("model", metavar="MODEL", help=f"name or .plaud file, as {DEFAULT_MODEL}")
    add("folder", metavar="OUT_DIR", help="folder to write into")
    add("--name", default="drone", help="what the instrument is called at the prompt (%(default)s)")
    add("--host", default="127.0.0.1", help="where it plays (this machine, %(default)s)")
    add("--port", type=int, default=OSC_PORT, help="its OSC port, UDP (%(default)s)")
    add("--reply-port", type=int, help="where Max, TouchOSC and TouchDesigner listen (one above --port)")
    add(
        "--over",
        type=float,
        default=4.0,
        metavar="BEATS",
        help="time to get to an anchor (%(default)g beats)",
    )
    add("--only", nargs="+", choices=PROGRAMS, default=PROGRAMS, metavar="PROGRAM", help=", ".join(PROGRAMS))


def run(args: argparse.Namespace, info: ModelInfo) -> int:
    """Write the surfaces for the model `info`. Raises a PlaudError for bad input."""
    from plaud_live.surfaces.layout import layout
    from plaud_live.surfaces.write import write_surfaces

    reply_port = args.port + 1 if args.reply_port is None else args.reply_port
    for option, port in (("--port", args.port), ("--reply-port", reply_port)):
        if not 1 <= port <= 65535:
            raise SettingsError(f"{option} {port}: wants 1 to 65535")
    if not 0.0 <= args.over <= MOST_BEATS:
        raise SettingsError(f"--over {args.over:g}: wants 0 to {MOST_BEATS:g} beats")
    shown = layout(info, args.name, args.over, args.host, args.port, reply_port)
    for path in write_surfaces(shown, Path(args.folder), args.only):
        print(path)
    return 0
