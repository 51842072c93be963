"""From Enter at the real prompt to the first changed sample that the device is handed, at `clock.quant = 0`.

A real engine and a real prompt, each in a process of its own; this process is their sink, by a clock or by
the sound card, and presses the keys on the prompt's terminal at random moments. The instrument is one sine,
as in bench_osc_latency.py, so that the sample at which a gain steps breaks its recurrence.

`committed` is when the engine tells its supervisor of the launch: the time that terminal, prompt, worker, dry
run, socket and the engine's own check take; from there to `handed` it is the ring's. The same line sent to
the editor's socket has no terminal in it.
"""

import argparse
import os
import pty
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from bench_osc_latency import Instrument, first_break
from machine import describe

from plaud_live.engine.child import environment
from plaud_live.settings import PRESETS

START_SECONDS = 60.0
FIRST_TRIALS = 20
"""Left out: caches are new."""

PAUSE_SECONDS = 0.25
"""Between two launches: longer than one takes to be heard, and the screen to be still again."""


class Prompt:
    """The prompt on a terminal of its own, of 80 x 24. What it draws is read and kept by a thread."""

    def __init__(self, run_dir: Path, snapshot_fd: int) -> None:
        self.keys, theirs = pty.openpty()
        os.set_inheritable(theirs, True)
        variables = {"PLAUD_RUN_DIR": str(run_dir), "PLAUD_SNAPSHOT_FD": str(snapshot_fd), "TERM": "xterm"}
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "plaud_live.repl.main"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            pass_fds=[snapshot_fd],
            env=environment(**variables, COLUMNS="80", LINES="24"),
            start_new_session=True,
        )
        os.close(theirs)
        self.drawn = b""
        threading.Thread(target=self._read, daemon=True).start()

    def wait(self, text: bytes) -> None:
        """Return once `text` has been drawn. Raises RuntimeError when it is not."""
        deadline = time.monotonic() + START_SECONDS
        while text not in self.drawn:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"the prompt does not show {text!r}: {self.drawn[-500:]!r}")
            time.sleep(0.01)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.keys, text.encode())

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10.0)
        os.close(self.keys)

    def _read(self) -> None:
        while True:
            try:
                drawn = os.read(self.keys, 1 << 16)
            except OSError:
                return
            if b"\x1b[6n" in drawn:  # a terminal says where its cursor is
                self.type("\x1b[1;1R")
            self.drawn = (self.drawn + drawn)[-1 << 16 :]


class Commits:
    """When the engine told of its launches: the supervisor's end of its channel, read by a thread."""

    def __init__(self, instrument: Instrument) -> None:
        self._channel = instrument.engine.channel
        self.times: list[float] = []
        self._going_on = True
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._going_on = False
        self._thread.join()

    def _read(self) -> None:
        while self._going_on:
            for message in self._channel.receive():
                if message["event"] == "commit" and message["kind"] == "submit":
                    self.times.append(time.perf_counter())
            time.sleep(0.0003)


def by_keys(prompt: Prompt, line: str) -> float:
    """Type a line, let the screen come to rest, press Enter; returns when that was."""
    prompt.type(line)
    time.sleep(PAUSE_SECONDS)
    pressed = time.perf_counter()
    prompt.type("\r")
    return pressed


def by_socket(path: Path, line: str) -> float:
    """Send a line as an editor does; returns when it was sent."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.connect(str(path))
        time.sleep(PAUSE_SECONDS)
        sent = time.perf_counter()
        sock.sendall(line.encode())
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            continue
    return sent


def measure(
    instrument: Instrument, prompt: Prompt, run_dir: Path, way: str, trials: int
) -> list[tuple[float, float]]:
    """Milliseconds from Enter to the commit and to the hand-over; what an underrun spoils is repeated."""
    dice = random.Random(1)
    commits = Commits(instrument)
    found: list[tuple[float, float]] = []
    try:
        for count in range(2 * (trials + FIRST_TRIALS)):
            if len(found) == trials + FIRST_TRIALS:
                break
            underruns = instrument.ring.get("underruns")
            commits.times.clear()
            line = f"sine(gain={0.6 if count % 2 else 0.5}, over=0)"
            time.sleep(0.05 * dice.random())
            if way == "keys":
                begun = by_keys(prompt, line)
            else:
                begun = by_socket(run_dir / "prompt.sock", line)
            time.sleep(PAUSE_SECONDS)
            handed = [(at, block) for at, block in list(instrument.end.handed) if at > begun - 0.02]
            at = first_break(np.concatenate([block for _, block in handed]), instrument.hz)
            if at is None or not commits.times or instrument.ring.get("underruns") != underruns:
                continue
            heard = handed[at // instrument.ring.block][0]
            found.append((1000.0 * (commits.times[0] - begun), 1000.0 * (heard - begun)))
    finally:
        commits.close()
    if len(found) < trials + FIRST_TRIALS:
        raise RuntimeError(f"{way}: only {len(found)} launches were heard without an underrun")
    return found[FIRST_TRIALS:]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200, help="launches a row (%(default)s)")
    parser.add_argument("--preset", default="live", choices=list(PRESETS), help="(%(default)s)")
    parser.add_argument("--card", action="store_true", help="play to the sound card, not to a clock")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: this process hands the engine's snapshot to the prompt")
        return 0
    print(describe("numpy", "numba", "prompt_toolkit"))
    block, blocks = PRESETS[args.preset]
    output = "card" if args.card else "clock"
    print(f"milliseconds from Enter, {args.trials} launches a row at {block} x {blocks}, {output}")
    print(f"{'entered by':>16} {'to':>10} {'p50':>8} {'p90':>8} {'p99':>8} {'max':>8}")
    with tempfile.TemporaryDirectory(prefix="plaud-bench-") as folder:
        run_dir = Path(folder)
        instrument = Instrument(run_dir, block, blocks, None if args.card else "null")
        prompt = Prompt(run_dir, instrument.snapshot.fd)
        try:
            prompt.wait(b"here is sine")
            time.sleep(2.0)
            by_keys(prompt, "clock.quant = 0")
            time.sleep(1.0)
            for way in ("keys", "socket"):
                times = np.array(measure(instrument, prompt, run_dir, way, args.trials))
                for column, what in enumerate(("committed", "handed")):
                    figures = [*np.percentile(times[:, column], [50, 90, 99]), times[:, column].max()]
                    print(f"{way:>16} {what:>10}", *(f"{each:8.1f}" for each in figures), flush=True)
        finally:
            prompt.close()
            instrument.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
