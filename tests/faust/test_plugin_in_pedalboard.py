"""The watched plugin's VST3 in pedalboard, in a process of its own: if it crashes, other tests go on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faust.plugin import BUILT

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent


@pytest.mark.timeout(600)
@pytest.mark.parametrize("cases", ["pedalboard_cases.py", "published_cases.py"])
def test_in_a_host(plugins: Path, cases: str) -> None:
    pytest.importorskip("pedalboard")
    words = ["-q", "-m", "not soak", "-p", "no:xdist", "-p", "no:cacheprovider", str(FOLDER / cases)]
    command = [sys.executable, "-m", "pytest", *words]
    done = subprocess.run(
        command, env={**os.environ, BUILT: str(plugins)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
