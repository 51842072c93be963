"""FAUST text, compiled by the `faust` command and a C++ compiler into a program that is run and measured."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from compiler.errors import BuildError, ToolMissing
from compiler.ir.nodes import Array

ARCHITECTURE = Path(__file__).with_name("probe.cpp")
OPTIMISATION = ("-O3",)
SECONDS = 600.0
"""How long a tool may take."""

Place = tuple[str, int]


@dataclass(frozen=True)
class Program:
    """A compiled text in a folder of its own, which goes with `close` or at the end of a `with`."""

    path: Path
    inputs: int
    outputs: int

    def impulse_responses(
        self, samples: int, sample_rate: float, controls: Mapping[str, float] | None = None
    ) -> Array:
        """[outputs, inputs, samples], `controls` being set before; names as `controls()` has them."""
        moves = [f"{name}={value!r}" for name, value in (controls or {}).items()]
        raw = self._run("impulses", sample_rate, samples, moves)
        shaped = np.frombuffer(raw).reshape(self.inputs, self.outputs, samples)
        return np.ascontiguousarray(shaped.transpose(1, 0, 2))

    def process(
        self, inputs: ArrayLike, sample_rate: float, moves: Mapping[Place, float] | None = None
    ) -> Array:
        """[outputs, samples] for `inputs` [inputs, samples]; `moves`: values by (control, sample)."""
        given = np.ascontiguousarray(inputs, dtype=np.float64)
        words = [f"{name}@{sample}={value!r}" for (name, sample), value in (moves or {}).items()]
        raw = self._run("process", sample_rate, given.shape[1], words, given.tobytes())
        return np.frombuffer(raw).reshape(self.outputs, given.shape[1]).copy()

    def controls(self, sample_rate: float = 48000.0) -> dict[str, tuple[float, float, float]]:
        """Initial value, minimum and maximum of each control, by its groups and label joined by `/`."""
        lines = self._run("controls", sample_rate, 0, []).decode().splitlines()
        parsed = [line.rsplit(" ", 3) for line in lines]
        return {name: (float(a), float(b), float(c)) for name, a, b, c in parsed}

    def nanoseconds(
        self, sample_rate: float = 48000.0, samples: int = 480000, block: int = 64, runs: int = 5
    ) -> float:
        """User CPU time per sample: the median of `runs` of `samples`, after one that is not counted."""
        lines = self._run("time", sample_rate, samples, [str(block), str(runs)]).decode().split()
        return statistics.median(float(line) for line in lines) / samples * 1e9

    def close(self) -> None:
        """Remove the program."""
        shutil.rmtree(self.path.parent, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(
        self, mode: str, sample_rate: float, samples: int, words: Sequence[str], given: bytes = b""
    ) -> bytes:
        command = [str(self.path), mode, str(round(sample_rate)), str(samples), *words]
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)
        if done.returncode != 0:
            raise BuildError(
                "", f"the compiled program failed in {mode}: {_first_line(done.stderr.decode())}"
            )
        return done.stdout


def build(
    text: str, double: bool = True, options: Sequence[str] = (), flags: Sequence[str] = OPTIMISATION
) -> Program:
    """Compile FAUST `text` with `options` for faust and `flags` for the C++ compiler.

    Raises ToolMissing, naming what to install, and BuildError with the tool's first complaint.
    """
    folder = Path(tempfile.mkdtemp(prefix="faust_"))
    try:
        (folder / "model.dsp").write_text(text, encoding="ascii")
        to_cpp(folder / "model.dsp", folder / "model.cpp", double, [*options, "-a", str(ARCHITECTURE)])
        kind = "double" if double else "float"
        command = [cpp_compiler(), "-std=c++17", *flags, f"-DPROBE_FLOAT={kind}", "model.cpp", "-o", "model"]
        _call(command, folder)
        inputs, outputs = _channels((folder / "model.cpp").read_text())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Program(folder / "model", inputs, outputs)


def to_cpp(source: Path, target: Path, double: bool = True, options: Sequence[str] = ()) -> None:
    """Translate the FAUST file `source` to C++. Raises ToolMissing and BuildError."""
    command = [faust(), *(["-double"] if double else []), *options, "-t", str(round(SECONDS))]
    _call([*command, str(source), "-o", str(target)], source.parent)


def impulse_responses(
    dsp_text: str, samples: int, inputs: int, outputs: int, sample_rate: float, double: bool = True
) -> Array:
    """Impulse responses [outputs, inputs, samples] of FAUST text. Raises ToolMissing and BuildError."""
    with build(dsp_text, double) as program:
        if (program.inputs, program.outputs) != (inputs, outputs):
            raise BuildError(
                "", f"{program.inputs} inputs and {program.outputs} outputs: {inputs} and {outputs} wanted"
            )
        return program.impulse_responses(samples, sample_rate)


def faust() -> str:
    """Path of the `faust` command. Raises ToolMissing."""
    return _find(("faust",), "apt-get install faust, brew install faust, or https://faust.grame.fr")


def cpp_compiler() -> str:
    """Path of the C++ compiler: $CXX, else g++ or clang++. Raises ToolMissing."""
    chosen = os.environ.get("CXX", "")
    return _find(
        (chosen,) if chosen else ("g++", "clang++", "c++"), "apt-get install g++, or xcode-select --install"
    )


def version() -> str:
    """Version of the `faust` command. Raises ToolMissing."""
    done = subprocess.run(
        [faust(), "--version"], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    found = re.search(r"\d+\.\d+\.\d+", done.stdout)
    return found.group() if found else "unknown"


def _find(names: Sequence[str], how: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise ToolMissing("", f"no {' or '.join(names)} here: {how}")


def _call(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise BuildError("", f"{Path(command[0]).name}: took more than {SECONDS:g} s") from None
    if done.returncode != 0:
        raise BuildError("", f"{Path(command[0]).name}: {_first_line(done.stderr or done.stdout)}")


def _first_line(complaint: str) -> str:
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[0] if lines else "no message")


def _channels(cpp: str) -> tuple[int, int]:
    found = [re.search(rf"int getNum{kind}\(\) *\{{\s*return (\d+);", cpp) for kind in ("Inputs", "Outputs")]
    if found[0] is None or found[1] is None:
        raise BuildError("", "faust: the number of channels is missing in its C++")
    return int(found[0].group(1)), int(found[1].group(1))
