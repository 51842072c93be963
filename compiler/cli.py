"""The compiler from a shell: `python -m compiler model.json -o out.dsp`, and commands that look at a model.

Bad input ends with exit code 2 and one line, `path: reason`; nothing is written then.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from compiler.controls import CONTROLS
from compiler.errors import CompilerError, ConfigError
from compiler.export.project import FORMATS
from compiler.ir.json import from_json

Config = dict[str, Any]
DEFAULT = "compile"
LONGEST_READ = 1 << 30
"""Bytes of a configuration; more is no reverb."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, 1 (checked, and found wanting) or 2 (bad input)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] not in (*COMMANDS, "-h", "--help"):
        words.insert(0, DEFAULT)
    options = _parser().parse_args(words)
    try:
        return COMMANDS[options.command](options)
    except CompilerError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0


def read_config(path: str) -> Config:
    """The model's configuration in the file at `path`.

    Raises ConfigError, with `path`, for a file that holds none; what `from_json` raises for a malformed one.
    """
    try:
        with Path(path).open("rb") as file:
            text = file.read(LONGEST_READ + 1)
    except OSError as error:
        raise ConfigError(path, _plain(error)) from None
    if len(text) > LONGEST_READ:
        raise ConfigError(path, f"more than {LONGEST_READ >> 20} MiB: no model is that large")
    try:
        config = json.loads(text)
    except UnicodeDecodeError:
        raise ConfigError(path, "is not text: must be JSON in UTF-8") from None
    except json.JSONDecodeError as error:
        raise ConfigError(
            path, f"line {error.lineno}, column {error.colno}: is not JSON, {error.msg.lower()}"
        ) from None
    except RecursionError:
        raise ConfigError(path, "nested too deeply to be read") from None
    except ValueError:
        raise ConfigError(path, "has a whole number of too many digits") from None
    if not isinstance(config, dict):
        raise ConfigError(path, "must hold a JSON object")
    from_json(config)
    return config


def compile_(options: argparse.Namespace) -> int:
    """Write FAUST or C++, and the certificate beside it."""
    from compiler.files import write_whole
    from compiler.gates import judged, may_export

    config, controls = read_config(options.model), _controls(options)
    if options.output != "-":
        _refuse_place(Path(options.output), Path(options.model))
    if options.lang == "cpp-block" and options.follow_host_rate:
        raise ConfigError(
            "--follow-host-rate", "needs --lang faust: cpp-block is for the model's sample rate"
        )
    judgement = judged(from_json(config), controls, options.follow_host_rate)
    warning = may_export(judgement, not options.no_strict)
    prepared, plan, certificate = judgement.prepared, judgement.plan, judgement.certificate
    if options.lang == "cpp-block":
        from compiler.backend.cpp_block import model_to_cpp

        text = model_to_cpp(prepared, plan)
    else:
        from compiler.backend.faust import model_to_faust

        text = model_to_faust(prepared, plan, follow_host_rate=options.follow_host_rate)
    if options.output == "-":
        sys.stdout.write(text)
    else:
        out = Path(options.output)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            write_whole(
                out.with_name(out.stem + ".cert.json"), json.dumps(certificate.to_json(), indent=1) + "\n"
            )
            write_whole(out, text)
        except OSError as error:
            raise ConfigError(options.output, f"cannot be written: {_plain(error)}") from None
        print(f"{out}: {certificate.verdict}")
    if warning:
        print(f"warning: {warning}", file=sys.stderr)
    return 0


def certify_(options: argparse.Namespace) -> int:
    """Print the certificate; exit code 1 unless it is certified or marginally stable."""
    from compiler.certificate import certify
    from compiler.certificate.judgement import MARGINAL, STABLE

    certificate = certify(read_config(options.model), _controls(options))
    if options.json:
        print(json.dumps(certificate.to_json(), indent=1))
    else:
        print(certificate.verdict)
        for path, reason in certificate.reasons.items():
            print(f"  {path}: {reason}")
        for knob in certificate.knobs:
            held = "nothing" if knob.certified is None else f"{knob.certified[0]:g} to {knob.certified[1]:g}"
            whole = f"{knob.minimum:g} to {knob.maximum:g} {knob.unit}".rstrip()
            print(f"  {knob.name}: certified for {held} of {whole}: {knob.why}")
        print(f"  holds at {', '.join(f'{rate:g}' for rate in certificate.sample_rates)} Hz")
    return 0 if certificate.verdict in (STABLE, MARGINAL) else 1


def inspect_(options: argparse.Namespace) -> int:
    """Print the model as a tree."""
    from compiler.certificate import certify
    from compiler.outline import describe

    config = read_config(options.model)
    model = from_json(config)
    certificate = certify(config, _controls(options))
    print(describe(model, certificate))
    return 0


def verify_(options: argparse.Namespace) -> int:
    """Compile, and compare with FLAMO; exit code 1 if they differ by more than the tolerance."""
    config = read_config(options.model)

    from compiler.frontend.rebuild import json_to_flamo
    from compiler.verify import verify

    report = verify(json_to_flamo(config), float(config["sample_rate"]), config["name"])
    print(report)
    return 0 if report.passed else 1


def report_(options: argparse.Namespace) -> int:
    """Draw the pictures of the report."""
    config, controls = read_config(options.model), _controls(options)

    from compiler.report import write_report

    for path in write_report(config, options.output, controls=controls):
        print(path)
    return 0


def export_(options: argparse.Namespace) -> int:
    """Write a plugin, and build it."""
    from compiler.export.plugin import export_plugin

    exported = export_plugin(
        read_config(options.model),
        options.output,
        options.name,
        _controls(options),
        tuple(options.format or FORMATS),
        strict=not options.no_strict,
        build=not options.no_build,
        follow_host_rate=options.follow_host_rate,
        lang=options.lang,
    )
    for warning in exported.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    for path in exported.plugins.values() or (exported.folder,):
        print(path)
    return 0


def modules_(options: argparse.Namespace) -> int:
    """Print the table of supported modules, or renew it in a file."""
    from compiler.modules_table import table, update

    if options.update is None:
        print(table())
    else:
        update(Path(options.update))
    return 0


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    DEFAULT: compile_,
    "certify": certify_,
    "inspect": inspect_,
    "verify": verify_,
    "report": report_,
    "export": export_,
    "modules": modules_,
}


class _Parser(argparse.ArgumentParser):
    """Complains in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} - see --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m compiler",
        usage="python -m compiler MODEL.json -o OUT.dsp [--control t60 …] | COMMAND …",
        description="FLAMO reverbs to FAUST, C++ and plugins. Without a command: compile.",
        epilog="COMMAND --help lists its options.",
    )
    commands = parser.add_subparsers(
        prog="python -m compiler", dest="command", required=True, metavar="COMMAND", parser_class=_Parser
    )

    def command(name: str, help_: str, *, takes_model: bool = True) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")
        if takes_model:
            one.add_argument("model", metavar="MODEL.json", help="what compiler.flamo_to_json gave")
        return one

    one = command(DEFAULT, "write FAUST (or C++) and, beside it, the certificate")
    one.add_argument("-o", "--output", required=True, metavar="OUT.dsp", help="file to write; - for stdout")
    _add_controls(one)
    _add_making(one)

    one = command("certify", "say whether the model is stable, with reasons")
    one.add_argument("--json", action="store_true", help="the whole certificate as JSON")
    _add_controls(one)

    one = command("inspect", "show the model as a tree: sizes, matrix forms, loops and their verdicts")
    _add_controls(one)

    command("verify", "compile the model and compare it with FLAMO, every input with every output")

    one = command("report", "draw equivalence, decay, the t60 knob and loop gains as PNG files")
    one.add_argument("-o", "--output", default="report", metavar="DIR", help="folder (default: %(default)s)")
    _add_controls(one)

    one = command("export", "build VST3, LV2 and CLAP plugins, or write a JUCE project")
    one.add_argument(
        "-o", "--output", default=".", metavar="DIR", help="where to put the plugin's folder (default: here)"
    )
    one.add_argument("--name", help="the plugin's name and identity (default: the model's)")
    one.add_argument(
        "--format",
        action="append",
        choices=(*FORMATS, "juce"),
        help="one of them; may be repeated (default: all but juce)",
    )
    one.add_argument("--no-build", action="store_true", help="write the project, for `make` to build later")
    _add_controls(one)
    _add_making(one)

    one = command("modules", "list the FLAMO modules that can be compiled", takes_model=False)
    one.add_argument(
        "--update", metavar="README.md", help="write the table into this file, between its marks"
    )
    return parser


def _add_controls(parser: argparse.ArgumentParser) -> None:
    knobs = ", ".join(
        f"{knob.name} ({knob.minimum:g} to {knob.maximum:g}{f' {knob.unit}' if knob.unit else ''})"
        for knob in CONTROLS.values()
    )
    parser.add_argument(
        "--control",
        action="append",
        default=[],
        metavar="NAME[=MIN:MAX]",
        help=f"a knob, maybe with its range; may be repeated; of: {knobs}. By default none, and a knob"
        " changes nothing until it is moved",
    )


def _add_making(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang",
        choices=("faust", "cpp-block"),
        default="faust",
        help="cpp-block: C++ that works in blocks of 64 samples (default: %(default)s)",
    )
    parser.add_argument(
        "--follow-host-rate",
        action="store_true",
        help="scale delays and filters to the host's sample rate (default: keep the model's samples)",
    )
    parser.add_argument(
        "--no-strict", action="store_true", help="write also what is not certified, with a warning"
    )


def _controls(options: argparse.Namespace) -> dict[str, tuple[float, float]] | list[str]:
    """`--control` words as the compiler takes them. Raises ConfigError for a range that is none."""
    words = dict(word.partition("=")[::2] for word in options.control)
    if not any(words.values()):
        return list(words)
    found: dict[str, tuple[float, float]] = {}
    for name, limits in words.items():
        if not limits:
            whole = CONTROLS.get(name, CONTROLS["t60"])  # another name is refused later, with a list
            found[name] = whole.minimum, whole.maximum
            continue
        low, _, high = limits.partition(":")
        try:
            found[name] = float(low), float(high)
        except ValueError:
            raise ConfigError(
                f"--control {name}={limits}", "the range must be MIN:MAX, two numbers"
            ) from None
    return found


def _refuse_place(out: Path, model: Path) -> None:
    """Raises ConfigError for the model itself, and for a directory: before anything is written."""
    if out.resolve() == model.resolve():
        raise ConfigError(str(out), "is the model that is read: give another name")
    if not out.name or out.is_dir():
        raise ConfigError(str(out), "cannot be written: is a directory")


def _plain(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
