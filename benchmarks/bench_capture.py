"""What the tracks cost the render thread: a block with and without them, for 1 and 4 instruments.

python benchmarks/bench_capture.py [--seconds 4]
"""

import argparse
import time

import numpy as np
from machine import describe

from plaud_live.control.transaction import Load, Play, Transaction
from plaud_live.engine.capture import Capture
from plaud_live.engine.offline import OfflineEngine
from plaud_live.engine.tracks import Tracks

RATE = 44100


def engine(count: int, block: int) -> OfflineEngine:
    """An engine at which `count` instruments of the built-in model sound."""
    made = OfflineEngine(RATE, block)
    names = [f"drone{i}" for i in range(count)]
    changes = [each for name in names for each in (Load(name, "default"), Play(name, 0.0, 0.0))]
    made.request("submit", transaction=Transaction(tuple(changes), "bench").to_data())
    made.render(0.2)
    return made


def microseconds(made: OfflineEngine, block: int, seconds: float, capture: Capture | None) -> float:
    """The median time of a block."""
    made.renderer.capture = capture
    out, heard = np.zeros((block, 2), np.float32), np.zeros((block, 2), np.float32)
    times = []
    for _ in range(round(seconds * RATE / block)):
        begun = time.perf_counter()
        position = made.renderer.position
        made.renderer.render(out, heard)
        if capture is not None:
            capture.write(position, heard, out)
            capture.advance(position + block)
        times.append(time.perf_counter() - begun)
    return 1e6 * float(np.median(times))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of sound for each figure (4)")
    seconds = parser.parse_args().seconds
    print(describe("numpy", "numba"), end="\n\n")
    print("| instruments | block | µs without | µs with | µs more | of real time |")
    print("|---|---|---|---|---|---|")
    for count in (1, 4):
        for block in (64, 128, 256):
            made = engine(count, block)
            capture = Capture(Tracks.create(), made.renderer.position, RATE, 0)
            plain, kept = [], []
            for _ in range(5):  # in turns, so that what else the machine does meets both
                plain.append(microseconds(made, block, seconds / 5, None))
                kept.append(microseconds(made, block, seconds / 5, capture))
            without, with_them = float(np.median(plain)), float(np.median(kept))
            share = (with_them - without) * 1e-6 / (block / RATE)
            more = with_them - without
            print(f"| {count} | {block} | {without:.0f} | {with_them:.0f} | {more:.1f} | {share:.2%} |")


if __name__ == "__main__":
    main()
