"""From an OSC message to the first changed sample that is handed to the device, for a gain and for a latent.

A real engine in a process of its own; this process is its sink, by a clock or by the sound card, and sends
the messages at random moments. The instrument is one sine, so that the sample at which a gain steps or a
latent begins to move breaks x[n] = 2 cos(w) x[n-1] - x[n-2]. A latent waits for the next control frame.
"""

import argparse
import ctypes
import os
import random
import resource
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path

import numpy as np
from machine import describe

from plaud_live.control.osc import encode
from plaud_live.control.transaction import Load, Play, Set, Transaction
from plaud_live.engine.child import Child
from plaud_live.engine.link import Client, Message
from plaud_live.engine.ring import FloatArray, Ring, SinkEnd
from plaud_live.engine.sink import open_output
from plaud_live.engine.snapshot import Snapshot
from plaud_live.engine.tracks import Tracks
from plaud_live.filterbank import partial_bands
from plaud_live.model_file import LatentSpace, ModelConfig, PlaudModel, weight_shapes, write
from plaud_live.settings import PRESETS
from plaud_live.signals.graph import signal

RATE = 44100
GOALS_MS = {"gain": 15.0, "latent": 21.0}
"""At the 99th percentile, at 128 x 3 with real-time scheduling."""

START_SECONDS = 180.0
FIRST_TRIALS = 20
"""Left out: connections and caches are new."""

TOLERANCE = 2e-5
"""Of the sine's amplitude; a rounding to 24 bits breaks the recurrence by a thousandth of that."""

_PR_CAPBSET_DROP, _CAP_SYS_NICE = 24, 23


class WatchedEnd(SinkEnd):
    """A sink's end that keeps what it handed over, and when."""

    def __init__(self, ring: Ring) -> None:
        super().__init__(ring)
        self.handed: deque[tuple[float, FloatArray]] = deque(maxlen=2048)

    def play(self, out: FloatArray) -> None:
        super().play(out)
        self.handed.append((time.perf_counter(), out[:, 0].copy()))


class Instrument:
    """An engine that plays one sine, and the sink that this process is to it."""

    def __init__(self, folder: Path, block: int, blocks: int, sink: str | None) -> None:
        os.environ["PLAUD_RUN_DIR"] = str(folder)
        os.environ["PLAUD_HOME"] = str(folder)
        model, self.hz = one_sine(folder / "sine.plaud")
        self.ring = Ring.create(block, blocks)
        self.end = WatchedEnd(self.ring)
        snapshot = self.snapshot = Snapshot.create()
        tracks = Tracks.create()
        arguments = ["--ring", str(self.ring.fds), "--snapshot", str(snapshot.fd), "--osc-port", "0"]
        arguments += ["--tracks", str(tracks.fd)]
        fds = (*self.ring.fds.all, snapshot.fd, tracks.fd)
        self.engine = Child("plaud_live.engine.process", arguments, fds)
        self._wait("ready")
        self.output = open_output(self.ring, self.end, sink, None, RATE)
        self.output.start()
        order = {"do": "activate", "state": None, "model": str(model), "device": self.output.name}
        self.engine.send(order)
        active = self._wait("active")
        self.scheduling = str(active["scheduling"])
        self.port = int(active["osc_port"])
        self._going_on = True
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()
        client = Client(folder / "engine.sock", 30.0)
        still = [Set("sine", "smoothing", signal(1), 0.0, 0.0), Set("sine", "gain", signal(0.5), 0.0, 0.0)]
        changes = (Load("sine", str(model)), Play("sine", 0.0, 0.0), *still)
        client.request("submit", transaction=Transaction(changes, "bench").to_data())
        client.close()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def _wait(self, event: str) -> Message:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.engine.alive:
            for message in self.engine.channel.receive():
                if message["event"] == event:
                    return message
            time.sleep(0.01)
        raise RuntimeError(f"the engine does not say {event}: {self.engine.last_words()}")

    def _supervise(self) -> None:
        """Take what the engine tells its supervisor, all the time."""
        while self._going_on and not self.engine.channel.closed:
            select.select([self.engine.channel], [], [], 0.1)
            self.engine.channel.receive()

    def latency_ms(self, address: str, *values: float) -> float | None:
        """Send a message; milliseconds until its first changed sample. None where an underrun spoils it."""
        underruns = self.ring.get("underruns")
        self.end.handed.clear()
        time.sleep(0.02)  # some sound from before
        sent = time.perf_counter()
        self.socket.sendto(encode(address, *values), ("127.0.0.1", self.port))
        time.sleep(0.1)
        handed = list(self.end.handed)
        if self.ring.get("underruns") != underruns:
            return None
        at = first_break(np.concatenate([block for _, block in handed]), self.hz)
        return None if at is None else 1000.0 * (handed[at // self.ring.block][0] - sent)

    def close(self) -> None:
        """End the engine and the output."""
        self.engine.send({"do": "quit"})
        self._going_on = False
        self._supervisor.join()
        self.engine.end(5.0)
        self.output.close()


def one_sine(path: Path) -> tuple[Path, float]:
    """Write a model whose first latent is the loudness of one steady sine; returns its path and Hz."""
    config = ModelConfig(
        latent_size=2,
        encoder_size=1,
        decoder_size=2,
        sines=1,
        noise_bands=0,
        sine_low_hz=900.0,
        sine_high_hz=1100.0,
    )
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(config).items()}
    weights["decoder.input.0.weight"][0, 0] = 1.0
    weights["decoder.input.1.weight"][0, 0] = 1.0
    weights["decoder.output.0.weight"][0, 2] = 1.0  # past the recurrent layer
    weights["decoder.last.weight"][1, 0] = 1.0
    weights["decoder.last.bias"][1] = -1.5
    ones = (1.0, 1.0)
    space = LatentSpace((0.0, 0.0), ones, (0.5, 0.5), (0.1, 0.1), ones, ("", ""))
    write(PlaudModel("sine", config, space, weights), path)
    low, high = partial_bands(config)
    return path, float(np.sqrt(np.float64(low[0]) * high[0]))


def first_break(sound: FloatArray, hz: float) -> int | None:
    """The first sample at which a sine of `hz` is no longer the one that it began as."""
    x = sound.astype(np.float64)
    error = np.abs(x[2:] - 2.0 * np.cos(2.0 * np.pi * hz / RATE) * x[1:-1] + x[:-2])
    amplitude = np.sqrt(2.0 * np.mean(np.square(x[:256])))
    broken = np.flatnonzero(error > TOLERANCE * amplitude)
    return None if not len(broken) else int(broken[0]) + 2


def measure(instrument: Instrument, what: str, trials: int) -> list[float]:
    """Latencies in milliseconds; what was spoilt by an underrun is repeated."""
    dice = random.Random(1)
    found: list[float] = []
    address = f"/plaud/inst/sine/{'gain' if what == 'gain' else 'z0'}"
    count = 0
    while len(found) < trials + FIRST_TRIALS:
        count += 1
        if count > 2 * (trials + FIRST_TRIALS):
            raise RuntimeError(f"{what}: {len(found)} of {count} messages were heard without an underrun")
        time.sleep(0.03 * dice.random())
        high, low = (0.6, 0.5) if what == "gain" else (0.9, 0.1)
        latency = instrument.latency_ms(address, high if count % 2 else low, 0.0)
        if latency is not None:
            found.append(latency)
    return found[FIRST_TRIALS:]


def without_real_time() -> None:
    """Give up the permission for real-time scheduling, root's too, for this process and its children."""
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_SYS_NICE, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))


def worker(preset: str, trials: int, card: bool) -> None:
    """Measure with the permissions that this process has, and print the rows."""
    block, blocks = PRESETS[preset]
    with tempfile.TemporaryDirectory(prefix="plaud-bench-") as folder:
        instrument = Instrument(Path(folder), block, blocks, None if card else "null")
        time.sleep(2.0)  # the engine makes the model quick to load
        try:
            for what, goal in GOALS_MS.items():
                times = np.array(measure(instrument, what, trials))
                p50, p99 = np.percentile(times, [50, 99])
                real_time = "FIFO" in instrument.scheduling
                judged = preset == "live" and real_time
                verdict = f"{goal:g} ms: {'met' if p99 <= goal else 'MISSED'}" if judged else "-"
                underruns = instrument.ring.get("underruns")
                print(
                    f"{block:>5} x {blocks} {'real time' if real_time else 'normal':>10} {what:>7}"
                    f" {p50:8.1f} {p99:8.1f} {times.max():8.1f} {underruns:9d}  {verdict}",
                    flush=True,
                )
        finally:
            instrument.close()


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=300, help="messages a row (%(default)s)")
    parser.add_argument("--preset", nargs="*", default=["live"], choices=list(PRESETS), help="(live)")
    parser.add_argument("--card", action="store_true", help="play to the sound card, not to a clock")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        worker(args.preset[0], args.trials, args.card)
        return 0
    print(describe("numpy", "numba"))
    output = "card" if args.card else "clock"
    print(f"milliseconds from sendto to hand-over, {args.trials} messages a row, {output}")
    columns = (
        ("block", 9),
        ("scheduling", 10),
        ("what", 7),
        ("p50", 8),
        ("p99", 8),
        ("max", 8),
        ("underruns", 9),
    )
    print(*(f"{name:>{width}}" for name, width in columns), " goal p99")
    for preset in args.preset:
        for give_up in (None, without_real_time) if sys.platform == "linux" else (None,):
            command = [sys.executable, __file__, "--worker", "--preset", preset, "--trials", str(args.trials)]
            subprocess.run([*command, *(["--card"] if args.card else [])], preexec_fn=give_up, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
