"""MIDI clock: how steady it is when it is sent, how soon and how closely another one is followed.

Followed: synthetic clocks of 120 bpm with the jitter of USB, of JACK, of a busy sender, through the filter.
Sent: a whole instrument in a JACK server on its dummy driver, the ticks as JACK's own frames have them (JACK
hands MIDI over at the borders of its periods: 2.9 ms at 128 samples), and what outputs cost. Needs jackd and
jack_midi_dump (Debian: jackd2, jack-tools).
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from instrument import ROOT, Instrument
from machine import describe
from numpy.typing import NDArray

sys.path.insert(0, str(ROOT))
from plaud_live.control.clock_filter import TICKS_A_BEAT, ClockFilter
from tests.processes import jack_server

Array = NDArray[np.float64]

BPM = 120.0
RATE, PERIOD = 44100, 128
JITTERS: dict[str, Callable[[np.random.Generator, Array], Array]] = {
    "USB, frames of 1 ms": lambda random, ticks: np.ceil(ticks * 1000.0) / 1000.0,
    "JACK, periods of 2.9 ms": lambda random, ticks: np.ceil(ticks * RATE / PERIOD) * PERIOD / RATE,
    "busy sender, 3 ms": lambda random, ticks: ticks + np.abs(random.normal(0.0, 0.003, len(ticks))),
}
AROUND = 24
OUTPUTS = 40
HERTZ = 60


def followed() -> list[str]:
    """A line for each kind of jitter."""
    lines = []
    for name, jitter in JITTERS.items():
        random = np.random.default_rng(1)
        true = np.arange(60 * 48) * 60.0 / BPM / TICKS_A_BEAT
        came = np.maximum.accumulate(jitter(random, true))
        clock = ClockFilter()
        locked, errors, phases = float("nan"), [], []
        for tick, (at, exact) in enumerate(zip(came, true, strict=True)):
            clock.tick(float(at))
            if clock.locked and np.isnan(locked):
                locked = exact
            errors.append(clock.bpm / BPM - 1.0)
            phases.append((clock.ticks(float(exact)) - tick) * clock.period)
        settled = true > 5.0
        lines.append(
            f"{name:26} | {1000 * np.std(came - true):5.2f} ms in | locked {locked:4.2f} s"
            f" | at 2 s {100 * abs(errors[int(np.searchsorted(true, 2.0))]):5.3f} %"
            f" | tempo ± {100 * np.std(np.array(errors)[settled]):5.3f} %"
            f" | phase ± {1000 * np.std(np.array(phases)[settled]):4.2f} ms"
        )
    return lines


def sent(seconds: float) -> list[str]:
    """Ticks in JACK's frames, and the load of outputs."""
    os.environ["PLAUD_MIDI_API"] = "jack"
    with tempfile.TemporaryDirectory() as folder, jack_server(PERIOD):
        dump = None
        try:
            with Instrument() as instrument:
                for line in ('drone = load("default")', f"clock.bpm = {BPM:g}", "drone.play(over=0)"):
                    instrument.type(line)
                with (Path(folder) / "ticks").open("w") as out:
                    command = ["stdbuf", "-oL", "jack_midi_dump", "-a", "plaud-bench"]
                    dump = subprocess.Popen(command, stdout=out)
                wire("plaud-live-out:out", "plaud-bench:input")
                instrument.type('midi.out("jack").clock()')
                time.sleep(seconds)
                instrument.type('midi.out("jack").clock(None)')
                time.sleep(1.0)
                engine = int(instrument.instance["engine"])
                before = load_of(engine, 5.0)
                for i in range(OUTPUTS):
                    instrument.type(f'osc.out("127.0.0.1:9", "/c{i}", drone.z{i % 8} + lfo({i + 3}))')
                time.sleep(4.0)
                after = load_of(engine, 5.0)
            frames = ticks_in((Path(folder) / "ticks").read_text())
        finally:
            if dump is not None:
                dump.terminate()
                dump.wait(10.0)
    steps = np.arange(len(frames))
    slope, first = np.polyfit(steps, frames, 1)
    off = 1000.0 * (frames - first - slope * steps) / RATE
    near = [abs(off[i] - np.median(off[max(0, i - AROUND) : i + AROUND + 1])) for i in steps]
    half, most, worst = np.percentile(near, [50, 99, 100])
    return [
        f"sent: {len(frames)} ticks, {60.0 * RATE / slope / TICKS_A_BEAT:.3f} bpm,"
        f" {np.std(off):.2f} ms rms off a straight line",
        f"      off the second around them: half {half:.2f}, p99 {most:.2f}, most {worst:.2f} ms",
        f"      (a period of JACK is {1000.0 * PERIOD / RATE:.2f} ms; a late dummy driver has late frames)",
        f"{OUTPUTS} outputs at {HERTZ} a second: the engine takes {100 * (after - before):+.1f} % of a core"
        f" more ({100 * before:.1f} to {100 * after:.1f} %)",
    ]


def wire(source: str, target: str) -> None:
    """Connect two ports once they are there."""
    for _ in range(200):
        if subprocess.run(["jack_connect", source, target], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"{source} and {target} cannot be connected")


def load_of(pid: int, seconds: float) -> float:
    """Share of a core that a process takes."""
    begun, at = cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds(pid) - begun) / (time.monotonic() - at)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ticks_in(dump: str) -> Array:
    """JACK frames of the ticks in what jack_midi_dump printed."""
    return np.array([float(frame) for frame in re.findall(r"^\s*(\d+): f8", dump, re.MULTILINE)])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="how long ticks are recorded (default 20)"
    )
    arguments = parser.parse_args()
    print(describe("python-rtmidi"))
    print("\n".join(followed()))
    missing = [name for name in ("jackd", "jack_lsp", "jack_midi_dump", "stdbuf") if not shutil.which(name)]
    if missing or not Path("/proc").is_dir():
        print(f"sent: not measured, needs {', '.join(missing) or 'Linux'}")
        return 0
    soft = resource.getrlimit(resource.RLIMIT_RTPRIO)[0]
    print(f"real-time priority allowed up to {'any' if soft == resource.RLIM_INFINITY else soft}")
    print("\n".join(sent(arguments.seconds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
