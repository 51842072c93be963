"""What `plaud-live monitor` costs: its share of a core, what it sends to the terminal, what it asks.

It runs in pseudo terminals of several sizes and watches a drone of which every latent moves. Answers of the
engine are timed from outside, a round trip through its socket. Needs Linux's /proc.
"""

import argparse
import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from instrument import ROOT, Instrument
from machine import describe

from plaud_live.engine.link import Client
from plaud_live.monitor.client import FRAMES, SOCKET_NAME, STEP, STEP_BEHIND

GOAL = 0.10
SIZES = ((80, 24), (160, 50), (240, 67))
WARM_SECONDS = 5.0
ASKED = 100


class Watching:
    """The monitor in a terminal of its own, whose output is read and counted."""

    def __init__(self, run_dir: Path, columns: int, rows: int) -> None:
        self._terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environment = {**os.environ, "PLAUD_RUN_DIR": str(run_dir), "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plaud_live", "monitor"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        os.close(theirs)
        self.received = 0
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def seconds(self) -> float:
        """Processor time that it has used."""
        return processor_seconds(self.process.pid)

    def close(self) -> None:
        """Press q."""
        os.write(self._terminal, b"q")
        self.process.wait(30.0)
        self._reader.join()
        os.close(self._terminal)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the other end is closed
            while data := os.read(self._terminal, 1 << 16):
                self.received += len(data)


def processor_seconds(pid: int) -> float:
    """Processor time of a process, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(instrument: Instrument, size: tuple[int, int], seconds: float) -> tuple[float, float, float]:
    """Share of a core, that of the engine meanwhile, and kilobytes a second to the terminal."""
    watching = Watching(instrument.run_dir, *size)
    try:
        time.sleep(WARM_SECONDS)
        used, received, start = watching.seconds(), watching.received, time.monotonic()
        engine = share(instrument.instance["engine"], seconds)
        elapsed = time.monotonic() - start
        return (watching.seconds() - used) / elapsed, engine, (watching.received - received) / elapsed / 1000
    finally:
        watching.close()


def share(pid: int, seconds: float) -> float:
    """Of a core, that a process uses."""
    used, start = processor_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return (processor_seconds(pid) - used) / (time.monotonic() - start)


def round_trips(client: Client, do: str, follow: bool = False, **data: Any) -> tuple[float, float]:
    """Median and 90th percentile of an answer's time in ms, asked nine times a second as the monitor does.

    `follow`: go on after the last sample of each answer.
    """
    times = []
    for _ in range(ASKED):
        start = time.perf_counter()
        answer = client.request(do, **data)
        times.append(1000 * (time.perf_counter() - start))
        if follow and answer["samples"]:
            data["since"] = answer["samples"][-1] + 1
        time.sleep(0.11)
    return float(np.median(times)), float(np.percentile(times, 90))


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each size (%(default)g)")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: processor time is read through /proc")
        return 0
    print(describe("textual", "rich", "numpy"))
    with Instrument("--sink", "null") as instrument:
        instrument.type("drone.play()")
        for i in range(8):
            instrument.type(f"drone.z{i} = lfo({2**i / 4:g})")
        instrument.type("print('it plays')")
        instrument.wait(lambda: "it plays" in instrument.output, "the drone plays")
        time.sleep(WARM_SECONDS)
        alone = share(instrument.instance["engine"], args.seconds)
        print(f"{'terminal':>10} {'of a core':>10} {'engine':>9} {'kB/s out':>9}")
        print(f"{'none':>10} {'':>10} {100 * alone:8.1f}%")
        shares = []
        for size in SIZES:
            used, engine, sent = measure(instrument, size, args.seconds)
            shares.append(used)
            print(f"{size[0]:>6}x{size[1]:<3} {100 * used:9.1f}% {100 * engine:8.1f}% {sent:9.1f}")
        print(f"{'request':>24} {'median ms':>10} {'p90 ms':>8}")
        client = Client(instrument.run_dir / SOCKET_NAME)
        try:
            now = int(client.request("status")["position"])
            latents = {"do": "control_frames", "instrument": "drone", "most": FRAMES}
            for name, asked in (
                ("status", {"do": "status"}),
                ("latents since the last", {**latents, "since": now, "step": STEP, "follow": True}),
                ("latents, catching up", {**latents, "since": 0, "step": STEP_BEHIND}),
            ):
                median, late = round_trips(client, **asked)
                print(f"{name:>24} {median:10.2f} {late:8.2f}")
        finally:
            client.close()
    print(f"goal: at most {100 * GOAL:g}% of a core: {'met' if max(shares) <= GOAL else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
