"""Whether the ring runs dry while the prompt's process is busy and a training runs at the lowest priority.

Runs of the same length: control runs in which nobody types, and loaded ones in which the prompt works through
busy loops, imports and garbage collections without a pause while a process at nice 19 takes training steps.
They take turns (control, loaded, loaded, control), so that a machine that changes treats both alike.
Underruns are counted by the sink, and so are blocks that came late to the sound card.

A virtual machine may be halted by its host: then nothing could play. A watcher with a higher priority than
the instrument's sleeps a millisecond at a time on each processor and reports when it woke late by more than a
block; underruns within WINDOW_SECONDS after that are counted as the machine's.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from instrument import ROOT, START_SECONDS, Instrument
from machine import describe

from plaud_live.engine import realtime
from plaud_live.engine.ring import Ring

BUSY = (
    "sum(i * i for i in range(1_500_000))",
    "import gc, json, decimal; [gc.collect() for _ in range(30)]; len([{} for _ in range(500_000)])",
    "import importlib; [importlib.reload(module) for module in (json, decimal) for _ in range(20)]; None",
)

TRAINING = """
import os
os.nice(19)
import torch
from plaud_live.model_file import ModelConfig
from plaud_live.models.plaud import PlaudNet
torch.set_num_threads(1)
torch.manual_seed(0)
net = PlaudNet(ModelConfig())
optimizer = torch.optim.Adam(net.parameters())
while True:
    audio = 0.1 * torch.randn(2, 1, 44032)
    loss = (net.training_pass(audio).audio - audio).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("step", flush=True)
"""


WATCHER = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(98))
except PermissionError:
    sys.exit("no real-time scheduling: halts of the machine are not seen")
while True:
    begun = time.monotonic()
    time.sleep(0.001)
    late = time.monotonic() - begun - 0.001
    if late > float(sys.argv[2]):
        print(time.monotonic(), late, flush=True)
"""
WINDOW_SECONDS = 0.05
"""After a halt of more than a block, so long."""

LEAST_HALT_SECONDS = 0.0003


class Watch:
    """Notes when the ring runs dry and when the machine itself halts, until `close`."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._dry: list[float] = []
        self._going_on = True
        self._block_seconds = ring.block / ring.sample_rate
        self._watchers = [
            subprocess.Popen(
                [sys.executable, "-c", WATCHER, str(cpu), str(LEAST_HALT_SECONDS)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for cpu in sorted(os.sched_getaffinity(0))
        ]
        self._thread = threading.Thread(target=self._watch_ring)
        self._thread.start()

    def close(self) -> tuple[int, int, float]:
        """Underruns that no halt explains, halts of a block or more, the longest of them in milliseconds.

        Short halts of one processor that add up to a block within what the ring holds count as one.
        """
        self._going_on = False
        self._thread.join()
        halts: list[tuple[float, float]] = []
        spans: list[tuple[float, float]] = []
        ring_seconds = self._ring.blocks * self._block_seconds
        for watcher in self._watchers:
            watcher.terminate()
            lines = watcher.communicate()[0].splitlines()
            seen = [(float(when), float(late)) for when, late in map(str.split, lines)]
            for when, late in seen:
                lost = sum(each for at, each in seen if when - ring_seconds <= at <= when)
                if lost >= self._block_seconds:
                    spans.append((when - late, when + WINDOW_SECONDS))
            halts += [each for each in seen if each[1] >= self._block_seconds]
        ours = [t for t in self._dry if not any(begin <= t < end for begin, end in spans)]
        return len(ours), len(halts), 1000 * max((late for _, late in halts), default=0.0)

    def _watch_ring(self) -> None:
        realtime.raise_priority(realtime.SINK_PRIORITY + 1)
        seen = self._ring.get("underruns")
        while self._going_on:
            time.sleep(0.002)
            underruns = self._ring.get("underruns")
            self._dry += [time.monotonic()] * (underruns - seen)
            seen = underruns


def run(seconds: float, loaded: bool, arguments: list[str]) -> dict[str, Any]:
    """Play for `seconds`. Returns the ring's counters within them, and how much work was done beside it."""
    training = None
    with Instrument(*arguments) as instrument:
        if loaded:
            training = subprocess.Popen(
                [sys.executable, "-c", TRAINING],
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
            assert training.stdout is not None
            training.stdout.readline()
        instrument.type("drone.play(); drone.z = [lfo(4), tri(7), .5, drift(9)] + [.5] * 4")
        time.sleep(3.0)
        ring = instrument.ring()
        before = {name: ring.get(name) for name in ("underruns", "missed", "xruns", "read")}
        watch = Watch(ring)
        end, entries = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            if not loaded:
                time.sleep(0.5)
                continue
            typed = f"print('entry', {entries})"
            instrument.type(BUSY[entries % len(BUSY)])
            instrument.type(typed)
            wanted = f"entry {entries}"
            instrument.wait(lambda text=wanted: text in instrument.output, "the prompt works", START_SECONDS)
            entries += 1
        result = {name: ring.get(name) - before[name] for name in before}
        result |= {"entries": entries, "device": instrument.instance["device"]}
        result["ours"], result["halts"], result["longest"] = watch.close()
        result["played"] = result.pop("read") / ring.sample_rate
    if training is not None:
        training.kill()
        training.wait()
    return result


def total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts of several runs added up; of halts, the longest."""
    summed = {name: sum(row[name] for row in rows) for name in rows[0] if name not in ("device", "longest")}
    return summed | {"device": rows[0]["device"], "longest": max(row["longest"] for row in rows)}


def turns(pairs: int, other: str) -> Iterator[str]:
    """Names of runs, `control` and `other`, which take turns in going first."""
    for pair in range(pairs):
        yield from ("control", other) if pair % 2 == 0 else (other, "control")


def report(results: dict[str, dict[str, Any]]) -> None:
    """Print a table of the control runs and the others, in this order, and whether the goal is met."""
    print(
        f"{'run':>10} {'played s':>9} {'underruns':>10} {'not by halts':>13} {'xruns':>6} {'entries':>8}"
        f" {'halts':>6} {'longest ms':>11}"
    )
    for name, row in results.items():
        print(
            f"{name:>10} {row['played']:9.1f} {row['underruns']:10d} {row['ours']:13d} {row['xruns']:6d}"
            f" {row['entries']:8d} {row['halts']:6d} {row['longest']:11.1f}"
        )
    control, other = results.values()
    for what, key in (("in all", "underruns"), ("other than by halts of the machine", "ours")):
        beyond = other[key] - control[key]
        verdict = "met" if beyond <= 0 else f"MISSED by {beyond}"
        print(f"goal: no underruns beyond the control runs', {what}: {verdict}")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="length of each run (%(default)g s)")
    parser.add_argument("--pairs", type=int, default=2, help="control and loaded runs (%(default)s of each)")
    parser.add_argument("--preset", default="live", help="low, live or safe (%(default)s)")
    parser.add_argument("--card", action="store_true", help="play to the sound card, not to a clock")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: the ring is read through /proc")
        return 0
    print(describe("numpy", "numba", "torch"))
    arguments = ["--preset", args.preset, *([] if args.card else ["--sink", "null"])]
    rows: dict[str, list[dict[str, Any]]] = {"control": [], "loaded": []}
    for name in turns(args.pairs, "loaded"):
        rows[name].append(run(args.seconds, name == "loaded", arguments))
    results = {name: total(several) for name, several in rows.items()}
    print(
        f"preset {args.preset}, {args.pairs} x {args.seconds:g} s each, device {results['loaded']['device']}"
    )
    report(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
