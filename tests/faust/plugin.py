"""Building the watched plugin; reverbs and broken files for it; what a swap may do to a sine."""

import contextlib
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.errors import ToolMissing
from compiler.export import project
from compiler.hot_reload import HotReload, PluginStatus
from compiler.ir.json import to_json
from compiler.ir.nodes import Gain, Model, Series
from compiler.toolchain.faust_cli import cpp_compiler
from tests.compiler.hall import hall
from tests.compiler.publishing import loop
from tests.compiler.rooms import room

Config = dict[str, Any]
SOURCES = Path(__file__).resolve().parents[2] / "faust" / "plugin"
BUILT = "PLAUD_TEST_PLUGINS"
"""In the environment: the folder where the plugin is built already."""

RATE = 48000
CLICK = 1e-3
"""Largest residual at a swap, of the sine's amplitude; a fade of 30 ms at 48 kHz begins with 1/1440."""


def require_tools() -> None:
    """Skip where the plugin cannot be built."""
    try:
        project.require_tools()
    except ToolMissing as error:
        pytest.skip(str(error))
    if not Path("/usr/include/faust/dsp/libfaust.h").is_file():
        pytest.skip("needs libfaust's headers: apt install faust")


def compilers() -> dict[int, str]:
    """The compilers that plugins of this process have started, by process id: R compiles, S waits.

    libfaust compiles in a thread of its own.
    """
    found = {}
    gone = FileNotFoundError, ProcessLookupError  # a thread or a process that ended meanwhile
    for listed in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        with contextlib.suppress(*gone):
            for number in listed.read_text().split():
                if Path(f"/proc/{number}/comm").read_text().startswith("plaud-live"):
                    threads = Path(f"/proc/{number}/task").glob("*/stat")
                    states = [thread.read_text().rpartition(") ")[2][0] for thread in threads]
                    found[int(number)] = "R" if "R" in states else "".join(sorted(set(states)))
    return found


def build_plugin(folder: Path) -> None:
    """`make` into `folder`."""
    command = [
        "make",
        "--no-print-directory",
        f"-j{os.cpu_count()}",
        f"TARGET={folder}",
        f"CXX={cpp_compiler()}",
    ]
    _run([*command, f"DPF_PATH={project.dpf_path()}"])


def build_stress(program: Path) -> None:
    """The core, without DPF, with a thread that plays and files that change."""
    makefile = (SOURCES / "Makefile").read_text()
    sources = re.search(r"^FILES_DSP := plugin.cpp (.*)$", makefile, re.MULTILINE)
    assert sources is not None
    library = "-lfaustmachine" if list(Path("/usr/lib").glob("*/libfaustmachine.so")) else "-lfaust"
    options = ["-std=gnu++17", "-g", "-O1", "-fsanitize=thread", "-I."]
    stress = str(Path(__file__).with_name("stress.cpp"))
    _run([cpp_compiler(), *options, stress, *sources[1].split(), "-o", str(program), library, "-lpthread"])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _scaled(model: Model, name: str, gain: float) -> Config:
    """`model` at the level of music, under another name."""
    inner = model.root
    assert isinstance(inner, Series)
    level = Gain("level", np.full(model.root.outputs, gain))
    return to_json(Model(name, model.sample_rate, Series("reverb", (*inner.children, level))))


REVERBS: dict[str, Config] = {
    "hall": hall(),
    "the same, but quieter": hall(0.5),
    "eight lines": _scaled(room(1.5, 0.6, inputs=2, outputs=2, lines=8), "eight", 0.02),
    "mono": _scaled(room(0.8, 0.8, inputs=1, outputs=1, lines=6), "mono", 0.02),
    "two lines": loop(0.4),
}
"""By what is special about them. The second has the structure of the first."""

BROKEN: dict[str, bytes] = {
    "is empty": b"",
    "syntax error": b"process = ;",
    "undefined symbol": b"process = _, _ : no_such_thing;",
    "is no text": b"process = _, _;\0" + bytes(range(256)),
    "no number": b'process = _, _ : par(i, 2, *(log(min(-1, ba.time - 1)))); ba = library("basics.lib");',
}
"""By a part of what the plugin says of them."""


class Host(Protocol):
    """Plays on while it waits."""

    def until(self, condition: Callable[[], object], what: str) -> None: ...


def push(host: Host, live: HotReload, config: Config) -> PluginStatus:
    """Publish `config` in another thread while `host` plays, until the plugin has answered."""
    last = live.last
    pushing = threading.Thread(target=live.update, args=(config,))
    pushing.start()
    host.until(lambda: not pushing.is_alive() and live.last is not last, "it is published")
    update = live.last
    assert update is not None
    assert update.state == "published", update
    host.until(lambda: _generation(live) == update.generation, f"the plugin has taken {update}")
    status = live.status()
    assert status is not None
    assert status.state == "ok", status
    return status


def break_file(host: Host, live: HotReload, content: bytes | None) -> PluginStatus:
    """Put `content` (None: nothing) in the place of the file while `host` plays, until that is answered."""
    if content is None:
        live.path.unlink()
    else:
        temporary = live.path.with_suffix(".new")
        temporary.write_bytes(content)
        temporary.replace(live.path)

    def answer() -> PluginStatus | None:
        status = live.status()
        return status if status and status.state != "ok" else None

    host.until(answer, f"the plugin says what is wrong with {content!r:.40}")
    status = answer()
    assert status is not None
    return status


def _generation(live: HotReload) -> int:
    status = live.status()
    return status.generation if status else 0


def residual(sound: NDArray[Any], step: float) -> NDArray[np.float64]:
    """y[n] - 2 cos(w) y[n-1] + y[n-2], [channels, samples - 2]: 0 for a sine of w = `step` in radians."""
    y = sound.astype(np.float64)
    return y[:, 2:] - 2.0 * np.cos(step) * y[:, 1:-1] + y[:, :-2]


def has_tools(*names: str) -> bool:
    """Whether commands are installed."""
    return all(shutil.which(name) for name in names)
