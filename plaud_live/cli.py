"""The `plaud-live` command: one small parser and one thin handler for each subcommand.

Nothing heavy is imported before a handler runs, and only the command asked for gets its options.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from plaud_live import __version__
from plaud_live.errors import PlaudError

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130
EXTRAS = {
    "torch": "train",
    "lightning_fabric": "train",
    "auraloss": "train",
    "matplotlib": "train",
    "transformers": "clap",
    "huggingface_hub": "clap",
    "music2latent": "m2l",
    "flamo": "reverb",
    "scipy": "reverb",
    "textual": "monitor",
    "aiohttp": "web",
}
"""Packages that the base install leaves out, and the extra that brings each."""


@dataclass(frozen=True)
class Command:
    """A subcommand: its line in --help, the function that adds its options, the function that runs it."""

    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def add_play_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `play`; PlayOptions checks their values."""
    from plaud_live.settings import DEFAULT_MODEL, OSC_PORT, PRESETS, WEB_PORT, PlayOptions

    presets = ", ".join(f"{name} {size} samples × {count}" for name, (size, count) in PRESETS.items())
    add = parser.add_argument
    add("model", nargs="?", default=DEFAULT_MODEL, metavar="MODEL", help="name or .plaud file (%(default)s)")
    add("--device", metavar="NAME", help="sound card, by name or number (the system's default)")
    add("--list-devices", action="store_true", help="list the sound cards and exit")
    add("--preset", default=PlayOptions.preset, choices=PRESETS, help=f"{presets} (%(default)s)")
    add("--block", type=int, metavar="SAMPLES", help="block size (the preset's)")
    add("--blocks", type=int, metavar="N", help="blocks rendered ahead (the preset's)")
    add("--sample-rate", type=int, metavar="HZ", help="sample rate (the sound card's)")
    phones = "outputs of the headphones: this one and the next, from 3 on (none)"
    add("--phones", type=int, default=PlayOptions.phones, metavar="OUTPUT", help=phones)
    add("--patch", metavar="FILE", help="run this script first")
    add("--plain", action="store_true", help="a prompt without toolbar, for simple terminals")
    add("--osc-port", type=int, default=OSC_PORT, metavar="PORT", help="UDP (%(default)s)")
    lan = "let others in: private networks, or only these, as 192.168.1.20,10.0.0.0/8 (this machine alone)"
    add("--lan", nargs="?", const="", metavar="ADDRESSES", help=lan)
    add("--session", metavar="NAME", help="go on with the last session of this name, or begin one")
    add("--new", action="store_true", help="begin a new session, though there is one of this name")
    add(
        "--web",
        nargs="?",
        type=int,
        const=WEB_PORT,
        metavar="PORT",
        help="the surface for browsers (%(const)s)",
    )
    add("--sink", metavar="FILE.wav|null", help="write the sound to a file, or discard it, instead of a card")


def run_play(args: argparse.Namespace) -> int:
    """Open the instrument and stay until it is closed."""
    if args.list_devices:
        from plaud_live.engine.devices import list_devices

        print(list_devices())
        return 0
    from plaud_live.session import play
    from plaud_live.settings import PlayOptions

    return play(
        PlayOptions(
            model=args.model,
            device=args.device,
            preset=args.preset,
            block_size=args.block,
            blocks=args.blocks,
            sample_rate=args.sample_rate,
            patch=args.patch,
            plain=args.plain,
            osc_port=args.osc_port,
            session=args.session,
            new=args.new,
            sink=args.sink,
            lan=args.lan,
            web=args.web,
            phones=args.phones,
        )
    )


def add_render_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `render`."""
    add = parser.add_argument
    add("patch", metavar="PATCH", help="script to play, as patches/01_hello.py")
    add("--seconds", type=float, default=20.0, metavar="S", help="length of the file (%(default)g s)")
    add("--out", required=True, metavar="FILE.wav", help="file to write")
    add("--sample-rate", type=int, default=44100, metavar="HZ", help="sample rate (%(default)s Hz)")
    add("--block", type=int, default=128, metavar="SAMPLES", help="block size, inaudible (%(default)s)")


def run_render(args: argparse.Namespace) -> int:
    """Play a patch into a file, faster than real time."""
    from plaud_live.repl.offline import render_patch

    render_patch(args.patch, args.seconds, args.out, sample_rate=args.sample_rate, block_size=args.block)
    return 0


def add_sessions_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `sessions`, owned by recording."""
    from plaud_live.recording import arguments

    arguments.add_sessions_arguments(parser)


def run_sessions(args: argparse.Namespace) -> int:
    """List what was played, or export one of it."""
    from plaud_live.recording import arguments

    return arguments.run_sessions(args)


def add_replay_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `replay`, owned by recording."""
    from plaud_live.recording import arguments

    arguments.add_replay_arguments(parser)


def run_replay(args: argparse.Namespace) -> int:
    """Render a session again from its record."""
    from plaud_live.recording import arguments

    return arguments.run_replay(args)


def add_prepare_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `prepare`, owned by training."""
    from plaud_live.training import arguments

    arguments.add_prepare_arguments(parser)


def run_prepare(args: argparse.Namespace) -> int:
    """Turn a folder of recordings into a dataset."""
    from plaud_live.training import arguments

    return arguments.run_prepare(args)


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `train`, owned by training."""
    from plaud_live.training import arguments

    arguments.add_train_arguments(parser)


def run_train(args: argparse.Namespace) -> int:
    """Train a model on a dataset."""
    from plaud_live.training import arguments

    return arguments.run_train(args)


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `evaluate`, owned by training."""
    from plaud_live.training import arguments

    arguments.add_evaluate_arguments(parser)


def run_evaluate(args: argparse.Namespace) -> int:
    """Measure a model on a dataset."""
    from plaud_live.training import arguments

    return arguments.run_evaluate(args)


def add_reverb_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `reverb`, owned by plaud_live.reverb."""
    from plaud_live.reverb import arguments

    arguments.add_arguments(parser)


def run_reverb(args: argparse.Namespace) -> int:
    """Fit, match, draw, export or make a reverb."""
    from plaud_live.reverb import arguments

    return arguments.run(args)


def add_info_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `info`, owned by plaud_live.info."""
    from plaud_live import info

    info.add_arguments(parser)


def run_info(args: argparse.Namespace) -> int:
    """Say what a model is, or list the models that have a name."""
    from plaud_live import info

    return info.run(args)


def add_doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `doctor`."""
    parser.add_argument("--device", metavar="NAME", help="sound card to look at (the system's default)")


def run_doctor(args: argparse.Namespace) -> int:
    """Say what this machine can do, what is missing, and how to get it."""
    from plaud_live.engine.doctor import doctor

    return doctor(args.device)


def add_surfaces_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `surfaces`, owned by plaud_live.surfaces."""
    from plaud_live.surfaces import arguments

    arguments.add_arguments(parser)


def run_surfaces(args: argparse.Namespace) -> int:
    """Write OSC surfaces of other programs for a model."""
    from plaud_live.engine.models import Models
    from plaud_live.surfaces import arguments

    return arguments.run(args, Models().load_info(args.model))


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `export`, owned by plaud_live.deploy."""
    from plaud_live.deploy import arguments

    arguments.add_arguments(parser)


def run_export(args: argparse.Namespace) -> int:
    """Write a model for Max and Pd, of a file or of what a session played last."""
    from plaud_live.deploy import arguments

    session, colon, instrument = args.model.rpartition(":")
    if not colon or os.path.isfile(args.model):
        return arguments.run(args)
    from plaud_live.recording.last_model import last_model

    return arguments.run(args, last_model(session, instrument))


def add_no_arguments(parser: argparse.ArgumentParser) -> None:
    """For a command without options."""


def run_panic(args: argparse.Namespace) -> int:
    """Silence the running instrument."""
    from plaud_live.session import panic

    return panic()


def add_monitor_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `monitor`."""
    views = ("all", "map", "latents")
    parser.add_argument("--view", default="all", choices=views, help="what to begin with (%(default)s)")


def run_monitor(args: argparse.Namespace) -> int:
    """Show the running instrument on a screen of its own."""
    from plaud_live.monitor.app import run
    from plaud_live.monitor.client import SOCKET_NAME
    from plaud_live.settings import run_dir

    return run(run_dir() / SOCKET_NAME, args.view)


def add_eval_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `eval`, owned by plaud_live.repl."""
    from plaud_live.repl import eval_command

    eval_command.add_arguments(parser)


def run_eval(args: argparse.Namespace) -> int:
    """Run code at the prompt that plays."""
    from plaud_live.repl import eval_command

    return eval_command.run(args)


COMMANDS: dict[str, Command] = {
    "play": Command("open the prompt and the sound (the default command)", add_play_arguments, run_play),
    "render": Command("play a patch into a file, faster than real time", add_render_arguments, run_render),
    "sessions": Command("list what was played, or export it", add_sessions_arguments, run_sessions),
    "replay": Command("render a session again, to the bit", add_replay_arguments, run_replay),
    "prepare": Command("turn a folder of recordings into a dataset", add_prepare_arguments, run_prepare),
    "train": Command("train a model on a dataset", add_train_arguments, run_train),
    "evaluate": Command("measure a model on a dataset", add_evaluate_arguments, run_evaluate),
    "export": Command(
        "write a model for Max and Pd (nn~), and patches for it", add_export_arguments, run_export
    ),
    "reverb": Command(
        "fit a reverb, match one to a room, draw it, export it", add_reverb_arguments, run_reverb
    ),
    "info": Command("say what a model is", add_info_arguments, run_info),
    "doctor": Command("say what this machine can do, and what to install", add_doctor_arguments, run_doctor),
    "eval": Command("run code at the prompt that plays, as an editor does", add_eval_arguments, run_eval),
    "monitor": Command(
        "show meters, latents and entries on a second screen", add_monitor_arguments, run_monitor
    ),
    "surfaces": Command(
        "write OSC surfaces for Pd, Max, TouchDesigner and tablets", add_surfaces_arguments, run_surfaces
    ),
    "panic": Command("silence the running instrument, from any terminal", add_no_arguments, run_panic),
}


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaint is one line, without the usage text."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where help is, and exit."""
        self.exit(EXIT_BAD_INPUT, f"plaud-live: {message} — see {self.prog} --help\n")


def build_parser(chosen: str) -> argparse.ArgumentParser:
    """The whole parser; only the subcommand `chosen` gets its options, so that only its part is imported."""
    parser = OneLineParser(prog="plaud-live", description="Play neural synthesizers by typing.")
    parser.add_argument("--version", action="version", version=f"plaud-live {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.help, description=command.help.capitalize() + ".")
        if name == chosen:
            command.add_arguments(subparser)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run `plaud-live` with `argv`, the words after its name; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "play")
    try:
        args = build_parser(words[0]).parse_args(words)
        code = COMMANDS[args.command].run(args)
        sys.stdout.flush()
        return code
    except PlaudError as error:
        message = str(error)
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in EXTRAS:
            raise
        extra = EXTRAS[package]
        message = f"{words[0]} needs {package}, which is not installed — pip install 'plaud-live[{extra}]'"
    except BrokenPipeError:  # `plaud-live info | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INTERRUPTED
    except OSError as error:
        if error.filename is None or error.strerror is None:
            raise
        message = f"{error.filename}: {error.strerror}"
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    print(f"plaud-live: {message}", file=sys.stderr)
    return EXIT_BAD_INPUT
