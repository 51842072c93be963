"""Compiles what the block back end writes, several classes at a time, and plays it."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

FLAGS = ("-std=c++11", "-O1", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-psabi", "-Werror")
BLOCKS = "64"


@dataclass(frozen=True)
class Host:
    """A program that plays its classes by number."""

    program: Path
    sample_rate: int = 48000

    def play(
        self, number: int, signal: ArrayLike, *settings: str, blocks: str = BLOCKS
    ) -> NDArray[np.float64]:
        """What class `number` makes of `signal` [samples, inputs]: [samples, outputs]."""
        given = np.ascontiguousarray(signal, dtype=np.float64)
        words = [str(self.program), str(number), str(self.sample_rate), blocks, *settings]
        done = subprocess.run(words, input=given.tobytes(), capture_output=True, check=True, timeout=60)
        return np.frombuffer(done.stdout).reshape(len(given), -1)

    def impulse_responses(
        self, number: int, inputs: int, samples: int, *settings: str, blocks: str = BLOCKS
    ) -> NDArray[np.float64]:
        """[outputs, inputs, samples]."""
        responses = []
        for channel in range(inputs):
            signal = np.zeros((samples, inputs))
            signal[0, channel] = 1.0
            responses.append(self.play(number, signal, *settings, blocks=blocks).T)
        return np.stack(responses, axis=1)


def compile_host(
    folder: Path,
    headers: Sequence[str],
    real: str = "double",
    flags: Sequence[str] = (),
    sample_rate: int = 48000,
) -> Host:
    """A host of the classes `plugin0`, `plugin1`, … of `headers`; FAUSTFLOAT is `real`."""
    names = []
    for number, header in enumerate(headers):
        names.append(f"plugin{number}")
        (folder / f"{names[-1]}.hpp").write_text(header, encoding="ascii")
    (folder / "all.hpp").write_text("".join(f'#include "{name}.hpp"\n' for name in names))
    defined = [
        f"-DFAUSTFLOAT={real}",
        f'-DHEADERS="{folder / "all.hpp"}"',
        "-DINSTANCES=" + ", ".join(f"new {name}()" for name in names),
    ]
    program = folder / "host"
    command = [
        "g++",
        *FLAGS,
        *flags,
        *defined,
        str(Path(__file__).with_name("block_host.cpp")),
        "-o",
        str(program),
    ]
    done = subprocess.run(command, timeout=300, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return Host(program, sample_rate)
