"""Compiled feedback delay networks side by side: ADAC's FAUST, our FAUST and our block C++.

All are compiled with the same flags by the same compiler into the same driver, fed with noise in blocks, and
take turns: a figure is the median over rounds of the user CPU per sample. Compile time is faust's and the C++
compiler's. `read` is from the FLAMO model to JSON (ours also checks every module by its sound), `emit` from
there to FAUST, `certify` the certificate. `error` is how far the impulse responses are from ours in FAUST,
energy relative, in float; with t60, ADAC's starts at 2 s and ours as trained, so there is none.

ADAC (`adac` on the package index, 0.1.0) is no dependency: put it and FLAMO into an environment of its own,
`python3 -m venv V && V/bin/pip install adac==0.1.0 flamo==0.2.20`, and say `--adac V/bin/python`.
"""

import argparse
import importlib.util
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from fdn import MATRICES, SAMPLE_RATE, Network, build
from machine import describe

from compiler import certify, flamo_to_json, json_to_faust
from compiler.backend.cpp_block import model_to_cpp
from compiler.controls import plan_controls
from compiler.errors import ToolMissing
from compiler.ir.json import from_json
from compiler.pipeline import prepare
from compiler.toolchain.faust_cli import ARCHITECTURE, cpp_compiler, faust, version

FLAGS = "-O3 -march=native -ffast-math"
SIDES = ("adac", "faust", "block")
NOISE = 0.05
RESPONSE_SAMPLES = 8000
SECONDS_EACH = 0.08


@dataclass(frozen=True)
class Case:
    """A network, with or without the t60 control."""

    network: Network
    has_t60: bool

    @property
    def name(self) -> str:
        """As in the table."""
        return f"{self.network.matrix} {self.network.lines}"


@dataclass
class Side:
    """What one compiler made of a case: sizes in bytes, times in seconds."""

    text: str
    read: float = 0.0
    emit: float = 0.0
    certify: float = 0.0
    is_faust: bool = True
    program: Path = Path()
    compile: float = 0.0
    nanoseconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """User CPU in ns a sample."""
        return statistics.median(self.nanoseconds)


def cases(lines: Sequence[int], matrices: Sequence[str]) -> Iterator[Case]:
    """Gain-only and filtered, with the control off and on, each matrix, each size."""
    for is_filtered in (False, True):
        for has_t60 in (False, True):
            for matrix in matrices:
                for size in lines:
                    yield Case(Network(size, matrix, is_filtered), has_t60)


def from_adac(python: str, wanted: Sequence[Case]) -> list[Side]:
    """What ADAC makes of all, in one run of the Python that has it."""
    request = [
        [case.network.lines, case.network.matrix, case.network.is_filtered, case.has_t60] for case in wanted
    ]
    script = str(Path(__file__).with_name("adac_side.py"))
    done = subprocess.run(
        [python, script], input=json.dumps(request), stdout=subprocess.PIPE, text=True, check=True
    )
    return [Side(**answer) for answer in json.loads(done.stdout)]


def from_ours(case: Case) -> tuple[Side, Side]:
    """FAUST and block C++."""
    model = build(case.network)
    controls = ["t60"] if case.has_t60 else None
    times = [time.process_time()]

    def lap() -> float:
        times.append(time.process_time())
        return times[-1] - times[-2]

    config = flamo_to_json(model, SAMPLE_RATE, name=case.network.name)
    read = lap()
    text = json_to_faust(config, controls=controls)
    emit = lap()
    certify(config, controls=controls)
    certified = lap()
    prepared = prepare(from_json(config))
    header = model_to_cpp(prepared, plan_controls(prepared, controls))
    return Side(text, read, emit, certified), Side(header, emit=lap(), is_faust=False)


def compile_side(side: Side, name: str, folder: Path, flags: Sequence[str]) -> None:
    """Make the program, and count the user CPU of its compilers."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    source = folder / f"{name}.cpp"
    if side.is_faust:
        (folder / f"{name}.dsp").write_text(side.text)
        command = [faust(), "-a", str(ARCHITECTURE), str(folder / f"{name}.dsp"), "-o", str(source)]
        subprocess.run(command, check=True, capture_output=True)
    else:
        driver = ARCHITECTURE.read_text().replace("<<includeIntrinsic>>", "")
        source.write_text(driver.replace("<<includeclass>>", side.text))
    side.program = folder / name
    command = [
        cpp_compiler(),
        "-std=c++17",
        "-DPROBE_FLOAT=float",
        *flags,
        str(source),
        "-o",
        str(side.program),
    ]
    subprocess.run(command, check=True, capture_output=True)
    side.compile = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def run_once(side: Side, samples: int, block: int) -> float:
    """User CPU in ns a sample, once, after a run that is not counted."""
    words = [str(side.program), "time", str(SAMPLE_RATE), str(samples), str(block), "1"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return float(done.stdout) / samples * 1e9


def samples_for(side: Side, block: int) -> int:
    """How many samples take SECONDS_EACH; user CPU may be counted in ticks of 10 ms."""
    samples = 100 * block
    while (taken := run_once(side, samples, block) * samples * 1e-9) < 0.5 * SECONDS_EACH:
        samples *= 4 if taken < 0.1 * SECONDS_EACH else 2
    return max(1, round(samples * SECONDS_EACH / taken / block)) * block


def measure(sides: Sequence[Side], rounds: int, block: int) -> None:
    """Let `sides` take turns."""
    counts = [samples_for(side, block) for side in sides]
    for _ in range(rounds):
        for side, samples in zip(sides, counts, strict=True):
            side.nanoseconds.append(run_once(side, samples, block))


def response(side: Side) -> np.ndarray:
    """Impulse responses, flattened."""
    words = [str(side.program), "impulses", str(SAMPLE_RATE), str(RESPONSE_SAMPLES)]
    return np.frombuffer(subprocess.run(words, check=True, capture_output=True).stdout)


def error_db(found: np.ndarray, wanted: np.ndarray) -> float:
    """Energy of the difference, relative."""
    return float(10.0 * np.log10(((found - wanted) ** 2).sum() / (wanted**2).sum() + 1e-30))


COLUMNS = (
    ("ns a sample", ("ADAC", "FAUST", "block"), 8),
    ("times ADAC", ("FAUST", "block"), 6),
    ("error, dB", ("ADAC", "block"), 6),
    ("text, kB", ("ADAC", "FAUST", "block"), 6),
    ("compile, s", ("ADAC", "FAUST", "block"), 6),
    ("read, ms", ("ADAC", "ours"), 6),
    ("emit, ms", ("ADAC", "FAUST", "block"), 6),
    ("certify, ms", ("ADAC", "ours"), 6),
)


def head() -> str:
    """The first two lines of a table."""
    titles = " |".join(f"{title:^{width * len(names)}}" for title, names, width in COLUMNS)
    names = " |".join("".join(f"{name:>{width}}" for name in names) for _, names, width in COLUMNS)
    return f"{'':19}|{titles}\n{'network':15}t60 |{names}"


def row(case: Case, adac: Side | None, ours: Side, block: Side) -> str:
    """A line of the table."""
    sides = (adac, ours, block)
    wanted = response(ours)
    heard = (None if case.has_t60 else adac, block)
    values = (
        [side and f"{side.median:.1f}" for side in sides],
        [adac and f"{adac.median / side.median:.1f}" for side in (ours, block)],
        [side and f"{error_db(response(side), wanted):.0f}" for side in heard],
        [side and f"{len(side.text) / 1e3:.0f}" for side in sides],
        [side and f"{side.compile:.1f}" for side in sides],
        [side and f"{1e3 * side.read:.0f}" for side in (adac, ours)],
        [side and f"{1e3 * side.emit:.0f}" for side in sides],
        [side and f"{1e3 * side.certify:.0f}" for side in (adac, ours)],
    )
    groups = [
        "".join(f"{value or '-':>{width}}" for value in group)
        for group, (_, _, width) in zip(values, COLUMNS, strict=True)
    ]
    return f"{case.name:15}{'on' if case.has_t60 else 'off':4}|" + " |".join(groups)


def goals(results: Sequence[tuple[Case, Side, Side, Side]]) -> Iterator[str]:
    """What was to be shown, and whether it was: the worst case of each."""

    def line(goal: str, at_least: float, ratios: dict[str, float]) -> str:
        if not ratios:
            return f"no figures  {goal}"
        worst = min(ratios, key=lambda name: ratios[name])
        verdict = "met       " if ratios[worst] >= at_least else "NOT met   "
        return f"{verdict}  {goal}: worst {ratios[worst]:.2f} times, {worst}"

    faust_times, block_times, structured, gain_only = {}, {}, {}, {}
    for case, adac, ours, block in results:
        name = f"{case.name}{' filtered' * case.network.is_filtered}{' t60' * case.has_t60}"
        faust_times[name] = adac.median / ours.median
        block_times[name] = adac.median / block.median
        if case.has_t60 and case.network.matrix != "dense" and case.network.lines >= 32:
            structured[name] = faust_times[name]
        if not case.network.is_filtered and case.network.lines >= 16:
            gain_only[name] = block_times[name]
    yield line(f"FAUST never slower than ADAC's, noise {NOISE:.0%}", 1.0 - NOISE, faust_times)
    yield line("FAUST at least 2 times faster, structured, N >= 32, t60 on", 2.0, structured)
    yield line("block C++ at least 4 times faster, N >= 16, gain-only", 4.0, gain_only)
    yield line(f"block C++ never slower than ADAC's, noise {NOISE:.0%}", 1.0 - NOISE, block_times)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--adac", metavar="PYTHON", help="a Python with ADAC and FLAMO (this one, if it has ADAC)"
    )
    parser.add_argument(
        "--lines", type=int, nargs="+", default=[8, 16, 32, 64], help="delay lines (8 16 32 64)"
    )
    parser.add_argument("--matrices", choices=MATRICES, nargs="+", default=MATRICES, help="(all)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program (%(default)s)")
    parser.add_argument("--block", type=int, default=256, help="samples that the host asks for (%(default)s)")
    parser.add_argument("--flags", default=FLAGS, help="for the C++ compiler (%(default)s)")
    args = parser.parse_args()
    try:
        faust(), cpp_compiler()
    except ToolMissing as error:
        print(f"bench_compiler: {error}")
        return 0
    python = args.adac or (sys.executable if importlib.util.find_spec("adac") else None)

    wanted = list(cases(args.lines, args.matrices))
    compiler = subprocess.run([cpp_compiler(), "--version"], capture_output=True, text=True, check=True)
    print(describe("flamo"))
    print(
        f"faust {version()}, {compiler.stdout.splitlines()[0]}, {args.flags}; blocks of {args.block} samples"
    )
    if python is None:
        print("no ADAC: see --help for how to install it beside; our side alone")
    theirs: Sequence[Side | None] = from_adac(python, wanted) if python else [None] * len(wanted)
    folder = Path(tempfile.mkdtemp(prefix="bench_compiler_"))
    try:
        results = _run(wanted, theirs, args, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if python:
        print()
        print("\n".join(goals(results)))
    return 0


def _run(wanted: Sequence[Case], theirs: Sequence[Side | None], args: Any, folder: Path) -> list[Any]:
    """Compile and measure; print the table row by row."""
    results = []
    for number, (case, adac) in enumerate(zip(wanted, theirs, strict=True)):
        ours, block = from_ours(case)
        sides = [(kind, side) for kind, side in zip(SIDES, (adac, ours, block), strict=True) if side]
        for kind, side in sides:
            compile_side(side, f"{kind}{number}", folder, args.flags.split())
        results.append((case, adac, ours, block))
    is_filtered = None
    for case, adac, ours, block in results:
        if case.network.is_filtered != is_filtered:
            is_filtered = case.network.is_filtered
            print(f"\n{'filtered' if is_filtered else 'gain-only'}\n{head()}")
        measure([side for side in (adac, ours, block) if side], args.rounds, args.block)
        print(row(case, adac, ours, block), flush=True)
    return results


if __name__ == "__main__":
    sys.exit(main())
