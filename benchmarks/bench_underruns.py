"""Whether the ring runs dry while the prompt's process is busy and a training runs at the lowest priority.

Two runs of the same length: a control run in which nobody types, and one in which the prompt works through
busy loops, imports and garbage collections without a pause while a process at nice 19 takes training steps.
Underruns are counted by the sink, and so are blocks that came late to the sound card.
"""

import argparse
import os
import subprocess
import sys
import time
from typing import Any

from instrument import ROOT, START_SECONDS, Instrument
from machine import describe

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
        result["played"] = result.pop("read") / ring.sample_rate
    if training is not None:
        training.kill()
        training.wait()
    return result


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="length of each run (%(default)g s)")
    parser.add_argument("--preset", default="live", help="low, live or safe (%(default)s)")
    parser.add_argument("--card", action="store_true", help="play to the sound card, not to a clock")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: the ring is read through /proc")
        return 0
    print(describe("numpy", "numba", "torch"))
    arguments = ["--preset", args.preset, *([] if args.card else ["--sink", "null"])]
    results = {name: run(args.seconds, name == "loaded", arguments) for name in ("control", "loaded")}
    print(f"preset {args.preset}, {args.seconds:g} s each, device {results['loaded']['device']}")
    print(f"{'run':>10} {'played s':>10} {'underruns':>10} {'missed':>8} {'xruns':>7} {'entries':>8}")
    for name, row in results.items():
        print(
            f"{name:>10} {row['played']:10.1f} {row['underruns']:10d} {row['missed']:8d} {row['xruns']:7d}"
            f" {row['entries']:8d}"
        )
    beyond = results["loaded"]["underruns"] - results["control"]["underruns"]
    print(f"goal: no underruns beyond the control run: {'met' if beyond <= 0 else f'MISSED by {beyond}'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
