"""The plugin, built once for all workers of a test run."""

import fcntl
import os
from pathlib import Path

import pytest

from tests.faust.plugin import BUILT, build_plugin, build_stress, require_tools


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, the same for each worker of pytest-xdist."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "watched-plugin"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `plaud-live.vst3`, `.lv2`, `.clap` and the compiler `plaud-live-faust`."""
    require_tools()
    if built := os.environ.get(BUILT):
        return Path(built)
    folder = _shared(tmp_path_factory)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build_plugin(folder / "build")
    return folder / "build"


@pytest.fixture(scope="session")
def stress(plugins: Path) -> Path:
    """The program that changes files at random while the core plays, watched by ThreadSanitizer."""
    program = plugins.parent / "stress"
    with open(plugins.parent / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.is_file():
            build_stress(program)
    return program


@pytest.fixture
def dsp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that plugins watch which are made from now on."""
    path = tmp_path / "live.dsp"
    monkeypatch.setenv("PLAUD_DSP", str(path))
    return path
