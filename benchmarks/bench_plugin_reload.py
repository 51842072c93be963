"""How long a pushed reverb takes to the ear through the watched plugin, and what the plugin costs.

A host of its own, in real time, sends a sine through the plugin's VST3 in pedalboard, and keeps what comes
with the time of each block. A reverb of 8 lines is published by `compiler.HotReload` again and again: with
another delay, so that the plugin compiles, or with other values only. The new sound is there where the sine's
residual y[n] - 2 cos(w) y[n-1] + y[n-2] leaves what it was before the push; the network's shortest delay,
10 ms, is in it, and `plugin` is from the end of `update` on. With `load`, two niced processes multiply
matrices, as training does.

Then the processor time of a second of sound: interpreter, LLVM (`make LLVM=1`), and the static export.
"""

import argparse
import copy
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from fdn import SAMPLE_RATE, Network, build
from machine import describe

from compiler import HotReload, export_plugin, flamo_to_json
from plaud_live.engine.realtime import raise_priority

Config = dict[str, Any]
SOURCES = Path(__file__).resolve().parent.parent / "faust" / "plugin"
BLOCK = 128
STEP = 2.0 * np.pi * 440.0 / SAMPLE_RATE
KNOBS = ("t60", "damping", "freeze", "pre_delay", "dry_wet")
GOALS_MS = {"recompiled": 300.0, "values": 60.0}
QUIET_SECONDS = 1.2
"""Between pushes: what is left of a swap after it is far below the next one."""


def made(folder: Path, *options: str) -> Path:
    """The VST3, built into `folder`."""
    subprocess.run(
        ["make", "-s", f"-j{os.cpu_count()}", f"TARGET={folder}", "FORMATS=vst3", *options],
        cwd=SOURCES, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return folder / "plaud-live.vst3"


def versions(config: Config, kind: str) -> Iterator[Config]:
    """The reverb again and again, each time another: in structure, or in its output gains."""
    number = 0
    while True:
        number += 1
        version = copy.deepcopy(config)
        for leaf in leaves(version["root"]):
            if kind == "recompiled" and leaf["type"] == "delay":
                leaf["samples"][0] += number
            if leaf["name"].endswith("fan_out"):
                leaf["gains"] = (np.array(leaf["gains"]) * (0.5 if number % 2 else 1.0)).tolist()
        yield version


def leaves(node: Config) -> Iterator[Config]:
    """The leaves of a configuration's tree."""
    inner = [*node.get("children", ()), *(node[key] for key in ("forward", "feedback") if key in node)]
    if not inner:
        yield node
    for child in inner:
        yield from leaves(child)


def host(plugin: Path, dsp: Path, out: Path, end: Any) -> None:
    """Play in real time until `end` is set; then write the times of blocks and their sound."""
    import pedalboard

    os.environ["PLAUD_DSP"] = str(dsp)
    loaded = pedalboard.load_plugin(str(plugin))
    raise_priority()
    times, blocks = [], []
    began = time.monotonic()
    while not end.is_set():
        at = len(blocks) * BLOCK
        wave = 0.25 * np.sin(STEP * (at + np.arange(BLOCK))).astype(np.float32)
        blocks.append(loaded.process(np.stack([wave, wave]), SAMPLE_RATE, buffer_size=BLOCK, reset=False))
        times.append(time.monotonic())
        time.sleep(max(0.0, began + (at + BLOCK) / SAMPLE_RATE - time.monotonic()))
    np.savez(out, times=np.array(times), sound=np.stack(blocks))


def measured(
    plugin: Path, config: Config, kind: str, knobs: Sequence[str], pushes: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Milliseconds from the call of `update` and from its end to the new sound, and the worst residual."""
    calls = []
    with tempfile.TemporaryDirectory() as folder:
        dsp, out = Path(folder) / "live.dsp", Path(folder) / "sound.npz"
        live = HotReload(dsp, SAMPLE_RATE, controls=list(knobs) or None, interval_seconds=0.0)
        source = versions(config, kind)
        live.update(next(source))
        context = multiprocessing.get_context("spawn")
        end = context.Event()
        process = context.Process(target=host, args=(plugin, dsp, out, end), daemon=True)
        process.start()
        while (status := live.status()) is None or status.state != "ok":
            time.sleep(0.05)
        for _ in range(pushes):
            time.sleep(QUIET_SECONDS)
            called = time.monotonic()
            update = live.update(next(source))
            calls.append((called, time.monotonic()))
            if update.state != "published":
                raise SystemExit(f"not published: {update}")
            time.sleep(calls[-1][1] - called)  # for as long as it took, HotReload would only keep the next
        time.sleep(QUIET_SECONDS)
        end.set()
        process.join()
        with np.load(out) as kept:
            times, sound = kept["times"], kept["sound"]
    channel = sound[:, 0].reshape(-1).astype(np.float64)
    wrong = np.abs(channel[2:] - 2.0 * np.cos(STEP) * channel[1:-1] + channel[:-2])
    worst = np.maximum.reduceat(wrong, np.arange(0, len(wrong), BLOCK))[: len(times)]
    found = []
    for called, returned in calls:
        before = worst[(times > called - 0.1) & (times < called)].max()
        heard = times[(times > called) & (worst > 4.0 * before)]
        found.append((heard[0] - called, heard[0] - returned))
    start = np.searchsorted(times, calls[0][0])
    each = 1e3 * np.array(found)
    return each[:, 0], each[:, 1], float(worst[start:].max() / 0.25)


@contextmanager
def load(is_on: bool) -> Iterator[None]:
    """Niced processes that compute for as long as they are wanted."""
    code = "import os, numpy as np\nos.nice(10)\na = np.random.rand(300, 300)\nwhile True: a @ a"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    count = 2 if is_on else 0
    processes = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def percent(make: Callable[[], Any], seconds: float = 20.0) -> float:
    """Processor time of a plugin in pedalboard, percent of its sound's."""
    plugin = make()
    noise = np.random.default_rng(1).uniform(-0.1, 0.1, (2, SAMPLE_RATE)).astype(np.float32)
    plugin.process(noise, SAMPLE_RATE, buffer_size=BLOCK)
    times = []
    for _ in range(3):
        began = resource.getrusage(resource.RUSAGE_THREAD)
        for _ in range(int(seconds / 3)):
            plugin.process(noise, SAMPLE_RATE, buffer_size=BLOCK, reset=False)
        ended = resource.getrusage(resource.RUSAGE_THREAD)
        times.append(ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime)
    return 100.0 * min(times) / int(seconds / 3)


def costs(folder: Path, builds: dict[str, Path]) -> None:
    """Print what a second of sound costs by each backend, and what the builds weigh."""
    import pedalboard

    print(f"\n{'network':>18} {'knobs':>6} {'backend':>14} {'% of a core':>12} {'compile ms':>11}")
    for lines in (8, 16):
        config = flamo_to_json(build(Network(lines, "dense", True)), SAMPLE_RATE, f"lines_{lines}")
        for knobs in ((), KNOBS):
            for name, plugin in builds.items():
                dsp = folder / f"{name}{lines}{len(knobs)}.dsp"
                live = HotReload(dsp, SAMPLE_RATE, controls=list(knobs) or None)
                live.update(config)
                os.environ["PLAUD_DSP"] = str(dsp)
                cost = percent(lambda plugin=plugin: pedalboard.load_plugin(str(plugin)))
                status = live.status()
                taken = status.compile_ms if status else float("nan")
                print(f"{f'dense {lines}':>18} {len(knobs):>6} {name:>14} {cost:>12.2f} {taken:>11.0f}")
            exported = export_plugin(
                config, folder, f"static{lines}{len(knobs)}", list(knobs) or None, ["vst3"]
            )
            cost = percent(lambda file=exported.plugins["vst3"]: pedalboard.load_plugin(str(file)))
            print(f"{f'dense {lines}':>18} {len(knobs):>6} {'static export':>14} {cost:>12.2f} {'':>11}")
    for name, plugin in builds.items():
        size = sum(file.stat().st_size for file in plugin.rglob("*") if file.is_file())
        print(f"{name}: VST3 of {size / 1e3:.0f} kB with its compiler, latency 0 samples")


def _p95(values: np.ndarray) -> float:
    return float(np.percentile(values, 95))


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=20, help="of each kind (%(default)s)")
    parser.add_argument("--skip-llvm", action="store_true", help="do not build with LLVM")
    parser.add_argument("--skip-costs", action="store_true", help="only the times")
    args = parser.parse_args()
    print(describe("pedalboard", "numpy"))
    folder = Path(tempfile.mkdtemp(prefix="plaud-live-bench-"))
    builds = {"interpreter": made(folder / "interpreter")}
    if not args.skip_llvm:
        builds["llvm"] = made(folder / "llvm", "LLVM=1")
    config = flamo_to_json(build(Network(8, "dense", True)), SAMPLE_RATE, "lines_8")
    print(f"\n{args.pushes} pushes each; ms from the call of update to the new sound, and from its end")
    heads = ("backend", "kind", "knobs", "load", "median", "p95", "plugin", "p95", "click", "goal")
    print(" ".join(f"{head:>11}" for head in heads))
    for name, plugin in builds.items():
        for kind, goal in GOALS_MS.items():
            for knobs in ((), KNOBS):
                for is_loaded in (False, True):
                    with load(is_loaded):
                        total, own, click = measured(plugin, config, kind, knobs, args.pushes)
                    verdict = "met" if np.median(total) < goal else "missed"
                    times = [f(each) for each in (total, own) for f in (np.median, _p95)]
                    row = (name, kind, len(knobs), "yes" if is_loaded else "no", *(f"{t:.0f}" for t in times))
                    print(
                        " ".join(f"{cell:>11}" for cell in (*row, f"{click:.1e}", f"{goal:.0f} {verdict}")),
                        flush=True,
                    )
    if not args.skip_costs:
        costs(folder, builds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
