"""Who may import whom: the table of the design, held by reading the imports of every file.

All imports count: at the top, late inside a function, under TYPE_CHECKING, and by name through importlib.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("plaud_live", "compiler")

# Module or package → the modules and packages of ours that it may import, besides itself and `errors`.
# The longest name that fits a file counts. A part that is not listed is refused.
MAY_IMPORT: dict[str, set[str]] = {
    "plaud_live": set(),
    "plaud_live.__main__": {"plaud_live.cli"},
    "plaud_live.errors": set(),
    "plaud_live.settings": set(),
    "plaud_live.model_file": set(),
    "plaud_live.filterbank": {"plaud_live.model_file"},
    "plaud_live.info": {"plaud_live.model_file", "plaud_live.settings", "plaud_live.training.configuration"},
    "plaud_live.signals": set(),
    "plaud_live.clock": {"plaud_live.signals"},
    "plaud_live.control": {"plaud_live.signals", "plaud_live.clock", "plaud_live.settings"},
    "plaud_live.synths": {"plaud_live.model_file", "plaud_live.filterbank"},
    "plaud_live.engine": {
        "plaud_live.signals",
        "plaud_live.clock",
        "plaud_live.control",
        "plaud_live.synths",
        "plaud_live.model_file",
        "plaud_live.filterbank",
        "plaud_live.settings",
        "compiler.errors",
        "compiler.playable",
        "compiler.runtime",
    },
    "plaud_live.features": {"plaud_live.filterbank"},
    "plaud_live.models": {"plaud_live.features", "plaud_live.model_file", "plaud_live.filterbank"},
    "plaud_live.training": {
        "plaud_live.models",
        "plaud_live.features",
        "plaud_live.model_file",
        "plaud_live.settings",
    },
    "plaud_live.reverb": {"compiler", "plaud_live.settings", "plaud_live.training.progress"},
    # A process of its own, light: the compiler without torch, and the light end of the supervisor's channel.
    "plaud_live.reverb.publishing": {
        "compiler.errors",
        "compiler.hot_reload",
        "compiler.playable",
        "plaud_live.engine.link",
    },
    "plaud_live.deploy": {
        "plaud_live.models",
        "plaud_live.features",
        "plaud_live.model_file",
        "plaud_live.filterbank",
        "plaud_live.settings",
        "plaud_live.surfaces.pd_file",  # the formats of Pd and Max, no torch
        "plaud_live.surfaces.max_file",
    },
    "plaud_live.recording": {
        "plaud_live.clock",
        "plaud_live.signals",
        "plaud_live.control",
        "plaud_live.model_file",
        "plaud_live.settings",
        "plaud_live.engine.link",  # the light ends of the engine, as the prompt
        "plaud_live.engine.tracks",
    },
    "plaud_live.session": {
        "plaud_live.engine",
        "plaud_live.recording",
        "plaud_live.control",
        "plaud_live.clock",
        "plaud_live.signals",
        "plaud_live.settings",
    },
    "plaud_live.repl": {
        "plaud_live.session",
        "plaud_live.signals",
        "plaud_live.clock",
        "plaud_live.control",
        "plaud_live.recording",
        "plaud_live.settings",
        "plaud_live.engine.link",  # the light ends of the engine: sockets and shared memory, no Numba
        "plaud_live.engine.snapshot",
        "plaud_live.engine.instance",
    },
    # The offline twin of the prompt drives the engine's own renderer, in its own process.
    "plaud_live.repl.offline": {
        "plaud_live.signals",
        "plaud_live.clock",
        "plaud_live.control",
        "plaud_live.settings",
        "plaud_live.engine",
        "plaud_live.synths",
        "plaud_live.model_file",
    },
    # Replay drives the renderer from the record, as a command of its own.
    "plaud_live.recording.replay": {
        "plaud_live.recording",
        "plaud_live.control",
        "plaud_live.engine",
        "plaud_live.synths",
    },
    "plaud_live.recording.rendering": {"plaud_live.recording", "plaud_live.engine.tracks"},
    "plaud_live.recording.history": {"plaud_live.recording", "plaud_live.control", "plaud_live.engine"},
    "plaud_live.recording.resume": {"plaud_live.recording", "plaud_live.engine"},
    "plaud_live.recording.last_model": {"plaud_live.recording", "plaud_live.engine.store"},
    "plaud_live.recording.stems": {"plaud_live.recording", "plaud_live.engine"},
    "plaud_live.recording.export": {"plaud_live.recording", "plaud_live.clock", "plaud_live.control"},
    "plaud_live.recording.session_models": {
        "plaud_live.recording",
        "plaud_live.signals",
        "plaud_live.control",
        "plaud_live.engine",
        "plaud_live.synths",
    },
    # A program of its own on a second screen: of the engine it knows the socket only.
    "plaud_live.monitor": {"plaud_live.control", "plaud_live.settings", "plaud_live.engine.link"},
    # A program of its own for browsers: of the engine it knows the light ends, no Numba.
    "plaud_live.web": {
        "plaud_live.signals",
        "plaud_live.clock",
        "plaud_live.control",
        "plaud_live.settings",
        "plaud_live.engine.link",
        "plaud_live.engine.snapshot",
        "plaud_live.engine.access",
    },
    "plaud_live.surfaces": {"plaud_live.control", "plaud_live.settings"},  # files for other programs
    "plaud_live.link_bridge": {"plaud_live.control"},  # a process of its own, that talks OSC
    "plaud_live.cli": {"plaud_live", "compiler"},
    "compiler": set(),
}

# Third-party packages that only the listed parts may import.
ONLY_IN: dict[str, set[str]] = {
    package: {
        "plaud_live.models",
        "plaud_live.features",
        "plaud_live.training",
        "plaud_live.reverb",
        "plaud_live.deploy",
        "compiler.frontend",
        "compiler.verify",  # for the type of what it takes
    }
    for package in ("torch", "torchaudio", "auraloss", "lightning", "lightning_fabric", "flamo")
} | {
    "numba": {
        "plaud_live.synths",
        "plaud_live.engine",
        "plaud_live.models.band_spectra",
        "plaud_live.models.lobes",
        "plaud_live.models.sine_kernels",
        "plaud_live.training.losses.expected_distance",
        "compiler.runtime",
    },
    "transformers": {"plaud_live.training.clap"},
    "music2latent": {"plaud_live.training.losses.m2l"},
    "aisfx": {"plaud_live.training.embeddings"},
    "aalink": {"plaud_live.link_bridge"},
    "aiohttp": {"plaud_live.web"},
    "zeroconf": {"plaud_live.web"},
    "rich": {"plaud_live.monitor"},  # comes with textual
}

# Parts that may import these third-party packages and no others (the standard library is free).
NOTHING_ELSE: dict[str, set[str]] = {
    "plaud_live.errors": set(),
    "plaud_live.settings": set(),
    "plaud_live.signals": {"numpy"},
    "plaud_live.clock": {"numpy"},
    "plaud_live.engine.link": set(),
    "plaud_live.engine.snapshot": set(),
    "plaud_live.engine.tracks": {"numpy"},
    "plaud_live.recording": {"numpy"},
    "plaud_live.recording.rendering": {"tqdm"},
    "plaud_live.recording.midi_file": {"mido"},
    "plaud_live.training.arguments": set(),
    "compiler.errors": set(),
    "compiler.ir": {"numpy", "jsonschema"},
    "compiler.passes": {"numpy"},
    "compiler.controls": {"numpy"},
    "compiler.runtime": {"numpy", "numba"},
}

# Groups of third-party packages that at most two files may import. The front end of the compiler, which is
# there to read and write FLAMO, counts as one.
FENCES: tuple[set[str], ...] = (
    {"sounddevice"},
    {"rtmidi"},
    {"mido"},
    {"flamo"},
    {"prompt_toolkit"},
    {"textual"},
    {"lightning", "lightning_fabric"},
)
FILES_PER_FENCE = 2
ONE_PLACE = "compiler.frontend"


def within(module: str, part: str) -> bool:
    """Whether dotted `module` is `part` or lies in it."""
    return module == part or module.startswith(part + ".")


def owner(module: str, table: dict[str, set[str]]) -> str | None:
    """The longest key of `table` that `module` belongs to. The bare package owns only its own __init__."""
    keys = [key for key in table if within(module, key) and (key != "plaud_live" or module == key)]
    return max(keys, key=len, default=None)


@cache
def imports(module: str, source: str, is_package: bool = False) -> tuple[tuple[int, str], ...]:
    """Line and dotted name of everything that `source`, the text of `module`, imports.

    `from a import b` gives `a.b`, which a rule about `a` covers too, whether b is a module or a name in one.
    """
    return tuple(_imports(module, source, is_package))


def _imports(module: str, source: str, is_package: bool) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                steps = module.split(".")
                steps = steps[: len(steps) - node.level + is_package]
                base = ".".join([*steps, base] if base else steps)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0]
            if called in ("import_module", "__import__") and isinstance(name, ast.Constant):
                yield node.lineno, str(name.value)


def problems(module: str, source: str, is_package: bool = False) -> list[str]:
    """One line for every import in `source` that the tables do not allow `module`."""
    part = owner(module, MAY_IMPORT)
    if part is None:
        return [f"{module}: is in no part of the table"]
    allowed = MAY_IMPORT[part] | {part, "plaud_live.errors"}
    if part.startswith("plaud_live.repl"):
        allowed |= {"plaud_live.repl"}
    if part == "compiler":
        allowed = {"compiler"}
    found = []
    for line, name in imports(module, source, is_package):
        top = name.split(".")[0]
        where = f"{module}:{line}"
        if top in OURS:
            if name == "plaud_live.__version__" or any(within(name, each) for each in allowed):
                continue
            found.append(f"{where}: {part} may not import {name}")
        elif top not in sys.stdlib_module_names:
            if top in ONLY_IN and not any(within(module, each) for each in ONLY_IN[top]):
                found.append(f"{where}: {top} is only for {', '.join(sorted(ONLY_IN[top]))}")
            narrow = owner(module, NOTHING_ELSE)
            if narrow is not None and top not in NOTHING_ELSE[narrow]:
                found.append(f"{where}: {narrow} may not import {top}")
    return found


def fence_problems(files: dict[str, str]) -> list[str]:
    """One line for every fence that more than two of `files`, module name to source, reach through."""
    found = []
    for fence in FENCES:
        users = {
            ONE_PLACE if within(module, ONE_PLACE) else module
            for module, source in files.items()
            if any(name.split(".")[0] in fence for _, name in imports(module, source))
        }
        if len(users) > FILES_PER_FENCE:
            found.append(
                f"{' or '.join(sorted(fence))}: imported by {len(users)} files, {', '.join(sorted(users))}"
            )
    return found


def files_of(root: Path) -> dict[str, tuple[str, bool]]:
    """Module name to (source, whether it is a package) for every file of ours below `root`."""
    found = {}
    for package in OURS:
        for path in sorted((root / package).rglob("*.py")):
            steps = list(path.relative_to(root).with_suffix("").parts)
            is_package = steps[-1] == "__init__"
            found[".".join(steps[:-1] if is_package else steps)] = (path.read_text("utf-8"), is_package)
    return found


def test_every_file_imports_only_what_its_part_may() -> None:
    found = [
        line for module, (source, pack) in files_of(ROOT).items() for line in problems(module, source, pack)
    ]
    assert not found, "\n" + "\n".join(found)


def test_fenced_packages_are_imported_by_two_files_at_most() -> None:
    found = fence_problems({module: source for module, (source, _) in files_of(ROOT).items()})
    assert not found, "\n" + "\n".join(found)


def test_the_tables_name_parts_that_can_be_meant() -> None:
    """A misspelt name in a table would allow or forbid nothing, silently."""
    named = {name for table in (MAY_IMPORT, ONLY_IN) for names in table.values() for name in names}
    assert {name for name in named if owner(name, MAY_IMPORT) is None} == set()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("plaud_live.signals.nodes", "import plaud_live.clock"),
        ("plaud_live.signals.nodes", "from plaud_live import clock"),
        ("plaud_live.signals.nodes", "from ..clock import beats"),
        ("plaud_live.signals.nodes", "def late():\n    from plaud_live.clock.beats import Beats"),
        ("plaud_live.signals.nodes", "if TYPE_CHECKING:\n    from plaud_live.control import state"),
        ("plaud_live.signals.nodes", "importlib.import_module('plaud_live.engine')"),
        ("plaud_live.signals.nodes", "import scipy.signal"),
        ("plaud_live.engine.render", "import torch"),
        ("plaud_live.engine.render", "from torch.nn import functional"),
        ("plaud_live.engine.link", "import numba"),
        ("plaud_live.engine.render", "from plaud_live.repl import guard"),
        ("plaud_live.engine.render", "from compiler.frontend import read"),
        ("plaud_live.repl.prompt", "from plaud_live.engine import render"),
        ("plaud_live.repl.prompt", "from plaud_live.engine.render import Renderer"),
        ("plaud_live.synths.voice", "from plaud_live.models import synth"),
        ("plaud_live.session", "from plaud_live.training import train"),
        ("plaud_live.control.osc", "import numba"),
        ("plaud_live.monitor.page", "from plaud_live.engine.render import Renderer"),
        ("plaud_live.repl.toolbar", "import rich"),
        ("plaud_live.newcomer", "import os"),
        ("compiler.passes.fold", "from plaud_live.errors import PlaudError"),
        ("compiler.backend.text", "import torch"),
        ("compiler.runtime.block", "import scipy"),
    ],
)
def test_a_forbidden_import_is_reported(module: str, source: str) -> None:
    assert len(problems(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("plaud_live.signals.nodes", "import math\nimport numpy as np\nfrom ..errors import SignalError"),
        ("plaud_live.signals.nodes", "from . import graph\nfrom .graph import Signal"),
        ("plaud_live.engine.render", "import numba\nfrom plaud_live.filterbank import HOP"),
        ("plaud_live.engine.render", "from compiler.runtime import block\nimport soundfile"),
        ("plaud_live.repl.prompt", "from plaud_live.engine.link import Client"),
        ("plaud_live.repl.prompt", "from plaud_live.engine import snapshot"),
        ("plaud_live.repl.offline", "from plaud_live.engine.render import Renderer"),
        ("plaud_live.repl.offline", "from plaud_live.repl import guard"),
        ("plaud_live.models.net", "import torch\nfrom plaud_live import filterbank"),
        ("compiler.frontend.read", "import flamo\nfrom compiler.ir import graph"),
        ("plaud_live.cli", "def late():\n    from plaud_live.training import arguments"),
    ],
)
def test_an_allowed_import_is_not_reported(module: str, source: str) -> None:
    assert problems(module, source) == []


def test_relative_imports_of_a_package_start_at_the_package() -> None:
    assert problems("plaud_live.signals", "from .graph import Signal", is_package=True) == []
    assert len(problems("plaud_live.signals", "from ..clock import beats", is_package=True)) == 1


def test_a_third_file_through_a_fence_is_reported() -> None:
    files = {f"plaud_live.engine.{name}": "import sounddevice" for name in ("sink", "devices")}
    assert fence_problems(files) == []
    files["plaud_live.engine.capture"] = "def late():\n    import sounddevice as sd"
    assert len(fence_problems(files)) == 1
