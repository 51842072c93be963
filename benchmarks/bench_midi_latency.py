"""From a MIDI message to the first changed sample, through JACK; and ten controllers at once, none lost.

A controller's message changes a gain, or a latent, which waits for its frame. A note-on is timed to the first
sample of its sound: a note is heard a constant time after its key, a block later than what is rendered then.

A JACK server on its dummy driver, the process of the MIDI ports and a real engine; this process is the
engine's sink (by JACK too, or by a clock) and the controllers. JACK hands MIDI on in its next period, so that
of the time one period is JACK's. The instrument is one sine: the sample at which it changes is seen.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import rtmidi
from bench_osc_latency import FIRST_TRIALS, RATE, Instrument, first_break
from instrument import ROOT
from machine import describe

sys.path.insert(0, str(ROOT))
from plaud_live.control.keys import EndKeys, Keys
from plaud_live.control.transaction import Change, Set, Transaction
from plaud_live.engine.link import Client
from plaud_live.engine.ring import FloatArray
from plaud_live.settings import PRESETS
from plaud_live.signals.live import Live
from tests.processes import JackServer, wait_for

CONTROLLERS = 10
PERIOD_MESSAGES = 3
"""Of a controller in a JACK period: 1034 a second, what a MIDI cable can carry."""

GAIN, LATENT = 7, 1
BEFORE_SECONDS, LEAST = 0.02, 1e-6
"""Of sound from before, to tell the change by; and the least level that is a sound."""

ON, OFF, CONTROLLER = 0x90, 0x80, 0xB0
KEYS = Keys("sine", steps=1, attack=0.001, release=0.005)
"""The one place that a key leads to is where the sine is: it opens the sound, and no more."""


class Stage:
    """An instrument whose gain and first latent follow controllers, and one that is wired to it."""

    def __init__(self, folder: Path, preset: str, card: bool) -> None:
        block, blocks = PRESETS[preset]
        path = folder / "midi.sock"
        command = [sys.executable, "-m", "plaud_live.engine.midi_process", "--socket", str(path)]
        environment = {**os.environ, "PLAUD_MIDI_API": "jack", "PLAUD_MIDI_CONNECT": "controller"}
        self.ports = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        self.instrument = Instrument(folder, block, blocks, None if card else "null")
        self.client = Client(folder / "engine.sock", 30.0)
        read = [
            Set("sine", "gain", 0.5 + 0.1 * Live(f"midi/cc{GAIN}", 0), 0.0, 0.0),
            Set("sine", "z0", Live(f"midi/cc{LATENT}", 0), 0.0, 0.0),
        ]
        self.submit(*read)
        self.hand = output("hand")
        wire = ["jack_connect", "hand:MIDI 1", "plaud-live:in"]
        wait_for(lambda: not subprocess.run(wire, capture_output=True, check=False).returncode, "it is wired")

    def latency_ms(self, message: list[int], changed: Callable[[FloatArray], int | None]) -> float | None:
        """Send a message; milliseconds to its first changed sample. None where an underrun spoils it."""
        instrument = self.instrument
        underruns = instrument.ring.get("underruns")
        instrument.end.handed.clear()
        time.sleep(BEFORE_SECONDS)
        sent = time.perf_counter()
        self.hand.send_message(message)
        time.sleep(0.1)
        handed = list(instrument.end.handed)
        if instrument.ring.get("underruns") != underruns:
            return None
        at = changed(np.concatenate([block for _, block in handed]))
        return None if at is None else 1000.0 * (handed[at // instrument.ring.block][0] - sent)

    def moved_ms(self, control: int, value: int) -> float | None:
        """Send a controller; milliseconds to its first changed sample."""
        hz = self.instrument.hz
        return self.latency_ms([CONTROLLER, control, value], lambda sound: first_break(sound, hz))

    def struck_ms(self, key: int) -> float | None:
        """Press a key for a tenth of a second; milliseconds to the first sample of its sound."""
        found = self.latency_ms([ON, key, 127], first_sound)
        self.hand.send_message([OFF, key, 0])
        time.sleep(0.1)  # until it is silent again
        return found

    def submit(self, *changes: Change) -> None:
        """Launch changes."""
        self.client.request("submit", transaction=Transaction(changes, "bench").to_data())

    def heard(self) -> dict[str, int]:
        """How many messages the engine has had from each device that is there."""
        devices = self.client.request("midi", what="devices")["devices"]
        return {entry["stem"]: entry["heard"] for entry in devices if entry["connected"]}

    def close(self) -> None:
        """End all."""
        self.hand.delete()
        self.client.close()
        self.instrument.close()
        self.ports.terminate()
        self.ports.wait(10.0)


def output(name: str) -> rtmidi.MidiOut:
    """A controller: another program's MIDI output in JACK."""
    made = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name=name)
    made.open_virtual_port("MIDI 1")
    return made


def first_sound(sound: FloatArray) -> int | None:
    """The first sample that is louder than what was left of the note before."""
    before = np.abs(sound[: round(BEFORE_SECONDS / 2 * RATE)]).max()
    heard = np.flatnonzero(np.abs(sound) > 10.0 * before + LEAST)
    return int(heard[0]) if len(heard) else None


def latencies(trial: Callable[[int], float | None], trials: int) -> tuple[FloatArray, int]:
    """Milliseconds, and how many trials an underrun or a lost message spoilt."""
    dice = random.Random(1)
    found: list[float] = []
    count = 0
    while len(found) < trials + FIRST_TRIALS and count < 2 * (trials + FIRST_TRIALS):
        count += 1
        time.sleep(0.03 * dice.random())
        latency = trial(count)
        if latency is not None:
            found.append(latency)
    return np.array(found[FIRST_TRIALS:]), count - len(found)


class Controllers:
    """A process with so many controllers, each of which sends what a cable can carry."""

    def __init__(self, count: int) -> None:
        command = [sys.executable, __file__, "--controllers", str(count)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(self, seconds: float) -> int:
        """Send for so long. Returns how many messages."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait(10.0)


def controllers(count: int) -> int:
    """Be that process."""
    devices = [output(f"controller{i}") for i in range(count)]
    period = 128 / 44100
    for line in sys.stdin:
        sent, due = 0, time.monotonic()
        ends = due + float(line)
        while due < ends:
            for number, device in enumerate(devices):
                for i in range(PERIOD_MESSAGES):
                    device.send_message([0xB0 | number, (7 * number + i) % 120, sent & 127])
                    sent += 1
            due += period
            time.sleep(max(0.0, due - time.monotonic()))
        print(sent, flush=True)
    return 0


def flood(stage: Stage, seconds: float, controllers: Controllers | None) -> tuple[int, int, float, int]:
    """Messages sent, messages heard, load of the engine's render thread, underruns in the meantime."""
    before, underruns = sum(stage.heard().values()), stage.instrument.ring.get("underruns")
    if controllers is None:
        time.sleep(seconds)
        sent = 0
    else:
        sent = controllers.send(seconds)
    load = float(stage.client.request("status")["cpu_avg"])
    time.sleep(1.0)
    heard = sum(stage.heard().values()) - before
    return sent, heard, load, stage.instrument.ring.get("underruns") - underruns


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=300, help="messages a row (%(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="of ten controllers at once (%(default)s)"
    )
    parser.add_argument("--preset", default="live", choices=list(PRESETS), help="(%(default)s)")
    parser.add_argument("--clock", action="store_true", help="the sink is a clock, not JACK")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--controllers", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.controllers is not None:
        return controllers(args.controllers)
    if args.worker:
        worker(args)
        return 0
    print(describe("python-rtmidi", "numpy", "numba"))
    jack = JackServer(PRESETS[args.preset][0], patient=True)
    try:
        command = [sys.executable, __file__, "--worker", *sys.argv[1:]]
        return subprocess.run(command, env=jack.environment, check=False).returncode
    finally:
        jack.close()


def worker(args: argparse.Namespace) -> None:
    """Measure at the JACK server that the environment names, which outlives this process."""
    with tempfile.TemporaryDirectory(prefix="plaud-bench-") as folder:
        stage = Stage(Path(folder), args.preset, not args.clock)
        try:
            report(stage, args.trials, args.seconds)
        finally:
            stage.close()


def report(stage: Stage, trials: int, seconds: float) -> None:
    """Both tables."""
    ring = stage.instrument.ring
    print(
        f"milliseconds from sending to hand-over, {ring.block} x {ring.blocks}, {stage.instrument.scheduling}"
    )
    print(f"{'what':>8} {'p50':>8} {'p99':>8} {'max':>8} {'trials':>7} {'spoilt':>7}")
    rows: dict[str, Callable[[int], float | None]] = {
        "gain": lambda count: stage.moved_ms(GAIN, 120 if count % 2 else 8),
        "latent": lambda count: stage.moved_ms(LATENT, 120 if count % 2 else 8),
        "note": lambda count: stage.struck_ms(48 + count % 24),
    }
    for what, trial in rows.items():
        stage.submit(KEYS if what == "note" else EndKeys("sine"))
        time.sleep(0.5)  # the drone gives way
        times, spoilt = latencies(trial, trials)
        p50, p99 = np.percentile(times, [50, 99])
        print(f"{what:>8} {p50:8.1f} {p99:8.1f} {times.max():8.1f} {len(times):7d} {spoilt:7d}", flush=True)
    stage.submit(EndKeys("sine"))
    many = Controllers(CONTROLLERS)
    try:
        wait_for(
            lambda: sum(stem.startswith("controller") for stem in stage.heard()) == CONTROLLERS,
            "all are found",
        )
        print(f"{'controllers':>12} {'sent':>8} {'lost':>6} {'render':>7} {'underruns':>10} in {seconds:g} s")
        for count in (0, CONTROLLERS, 0, CONTROLLERS):
            sent, heard, load, underruns = flood(stage, seconds, many if count else None)
            print(f"{count:>12} {sent:8d} {sent - heard:6d} {100 * load:6.1f}% {underruns:10d}", flush=True)
    finally:
        many.close()


if __name__ == "__main__":
    sys.exit(main())
