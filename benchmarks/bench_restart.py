"""How long the sound is away when the engine is killed with -9 while a warmed standby waits.

Each time: from the kill to the last sample that sounds (the ring plays out and is faded), and to the first
sample after the silence, which is faded in. Read from the ring's counters four times a millisecond. Needs
Linux's /proc.
"""

import argparse
import os
import signal
import sys
import time

import numpy as np
from instrument import Instrument
from machine import describe

from plaud_live.engine import realtime
from plaud_live.engine.ring import Ring

GOAL_MS = 100.0
SETTLE_SECONDS = 2.0
"""From sound to the next kill: time for another standby to warm up is waited for besides."""


def measure(instrument: Instrument, ring: Ring) -> tuple[float, float]:
    """Kill the engine once. Returns milliseconds from the kill to silence and to sound: 0 if it went on."""
    instrument.wait(lambda: instrument.instance.get("standby"), "a standby is warm")
    time.sleep(SETTLE_SECONDS)
    missed, written = ring.get("missed"), ring.get("written")
    os.kill(instrument.instance["engine"], signal.SIGKILL)
    start = time.monotonic()
    while ring.get("missed") == missed:
        if ring.get("read") > written + 2 * ring.capacity:
            return 0.0, 0.0  # the next engine was there before the ring had run dry
        instrument.check()
        time.sleep(0.00025)
    silent = time.monotonic()
    read = ring.get("read")
    while ring.get("read") == read:
        instrument.check()
        time.sleep(0.00025)
    return 1000 * (silent - start), 1000 * (time.monotonic() - start)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="how often (%(default)s)")
    parser.add_argument("--preset", default="live", help="low, live or safe (%(default)s)")
    parser.add_argument("--card", action="store_true", help="play to the sound card, not to a clock")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: the ring is read through /proc")
        return 0
    print(describe("numpy", "numba"))
    sink = [] if args.card else ["--sink", "null"]
    with Instrument("--preset", args.preset, *sink) as instrument:
        instrument.type("drone.play(); print('it plays')")
        instrument.wait(lambda: "it plays" in instrument.output, "the drone plays")
        ring = instrument.ring()
        realtime.raise_priority(realtime.SUPERVISOR_PRIORITY - 1)  # to measure the sound, not ourselves
        times = np.array([measure(instrument, ring) for _ in range(args.kills)])
        print(
            f"device {instrument.instance['device']}, block {ring.block} x {ring.blocks}, {args.kills} kills"
        )
    print(f"{'from the kill to':>18} {'median ms':>10} {'p90 ms':>8} {'max ms':>8}")
    for name, column in zip(("silence", "sound"), times.T, strict=True):
        print(f"{name:>18} {np.median(column):10.1f} {np.percentile(column, 90):8.1f} {column.max():8.1f}")
    print(f"goal: sound within {GOAL_MS:g} ms: {'met' if times[:, 1].max() <= GOAL_MS else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
