"""How long a pushed reverb takes to the ear through the watched plugin, and what the plugin costs.

A host of its own, in real time, sends a sine through the plugin's VST3 in pedalboard, and keeps what comes
with the time of each block. A reverb of 8 lines is published by `compiler.HotReload` again and again: with
another delay, so that the plugin compiles, or with other values only. The new sound is there where the sine's
residual y[n] - 2 cos(w) y[n-1] + y[n-2] rises; the network's shortest delay, 10 ms, is in it, and `plugin` is
from the end of `update` on. `verb` publishes what was judged before, with all knobs and for any sample rate,
as `verb.push` does; `bare` judges in `update`, has no knobs, and is for 48 kHz. With `load`, two niced
processes multiply matrices, as training does.

Then the processor time of a second of sound: interpreter, LLVM (`make LLVM=1`), and the static export.
"""

import argparse
import copy
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from fdn import SAMPLE_RATE, Network, build
from machine import describe

from compiler import HotReload, export_plugin, flamo_to_json
from compiler.ir.json import from_json
from compiler.playable import KNOBS, write_playable
from plaud_live.engine.realtime import raise_priority

Config = dict[str, Any]
SOURCES = Path(__file__).resolve().parent.parent / "faust" / "plugin"
BLOCK = 128
STEP = 2.0 * np.pi * 440.0 / SAMPLE_RATE
AMPLITUDE = 0.25
HEARD = 2e-5
"""Residual of the sine's amplitude: a tenth of a swap's, ten times what is left of one before the next."""
GOALS_MS = {"recompiled": 300.0, "values": 60.0}
QUIET_SECONDS = 1.5
"""Between pushes."""


def made(folder: Path, *options: str) -> Path:
    """The VST3, built into `folder`."""
    subprocess.run(
        ["make", "-s", f"-j{os.cpu_count()}", f"TARGET={folder}", "FORMATS=vst3", *options],
        cwd=SOURCES, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return folder / "plaud-live.vst3"


def versions(config: Config, kind: str) -> tuple[Config, Config]:
    """The reverb, and another: in structure and output gains, or in output gains alone."""
    other = copy.deepcopy(config)
    for leaf in leaves(other["root"]):
        if kind == "recompiled" and leaf["type"] == "delay":
            leaf["samples"][0] += 1
        if leaf["name"].endswith("fan_out"):
            leaf["gains"] = (0.5 * np.array(leaf["gains"])).tolist()
    return config, other


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
        wave = AMPLITUDE * np.sin(STEP * (at + np.arange(BLOCK))).astype(np.float32)
        blocks.append(loaded.process(np.stack([wave, wave]), SAMPLE_RATE, buffer_size=BLOCK, reset=False))
        times.append(time.monotonic())
        time.sleep(max(0.0, began + (at + BLOCK) / SAMPLE_RATE - time.monotonic()))
    np.savez(out, times=np.array(times), sound=np.stack(blocks))


def measured(
    plugin: Path, config: Config, kind: str, way: str, pushes: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Milliseconds from the call of `update` and from its end to the new sound, and the worst residual."""
    calls = []
    with tempfile.TemporaryDirectory() as folder:
        dsp, out = Path(folder) / "live.dsp", Path(folder) / "sound.npz"
        reverbs: list[Any] = list(versions(config, kind))
        if way == "verb":
            reverbs = [write_playable(Path(folder) / "kept.json", from_json(each)) for each in reverbs]
            live = HotReload(dsp, controls=KNOBS, follow_host_rate=True, interval_seconds=0.0)
        else:
            live = HotReload(dsp, interval_seconds=0.0)
        live.update(reverbs[0])
        context = multiprocessing.get_context("spawn")
        end = context.Event()
        process = context.Process(target=host, args=(plugin, dsp, out, end), daemon=True)
        process.start()
        while (status := live.status()) is None or status.state != "ok":
            time.sleep(0.05)
        for push in range(1, pushes + 1):
            time.sleep(QUIET_SECONDS)
            called = time.monotonic()
            update = live.update(reverbs[push % 2])
            calls.append((called, time.monotonic()))
            if update.state != "published":
                raise SystemExit(f"not published: {update}")
            time.sleep(calls[-1][1] - called)  # for as long as it took, HotReload would only keep the next
            while (status := live.status()) is None or status.generation != update.generation:
                time.sleep(0.05)
        time.sleep(QUIET_SECONDS)
        end.set()
        process.join()
        with np.load(out) as kept:
            times, sound = kept["times"], kept["sound"]
    channel = sound[:, 0].reshape(-1).astype(np.float64)
    wrong = np.abs(channel[2:] - 2.0 * np.cos(STEP) * channel[1:-1] + channel[:-2]) / AMPLITUDE
    worst = np.maximum.reduceat(wrong, np.arange(0, len(wrong), BLOCK))[: len(times)]
    found = []
    for called, returned in calls:
        heard = times[(times > called) & (worst > HEARD)]
        if len(heard) and worst[(times > called - 0.1) & (times < called)].max() < HEARD:
            found.append((heard[0] - called, heard[0] - returned))
    if 2 * len(found) < pushes:
        raise SystemExit("the machine is too busy for a host in real time")
    start = np.searchsorted(times, calls[0][0])
    each = 1e3 * np.array(found)
    return each[:, 0], each[:, 1], float(worst[start:].max())


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


def percent(file: Path, seconds: int = 6) -> float:
    """Processor time of a plugin in pedalboard, percent of its sound's."""
    import pedalboard

    plugin = pedalboard.load_plugin(str(file))
    noise = np.random.default_rng(1).uniform(-0.1, 0.1, (2, SAMPLE_RATE)).astype(np.float32)
    plugin.process(noise, SAMPLE_RATE, buffer_size=BLOCK)
    spent = []
    for _ in range(3):
        began = resource.getrusage(resource.RUSAGE_THREAD)
        for _ in range(seconds):
            plugin.process(noise, SAMPLE_RATE, buffer_size=BLOCK, reset=False)
        ended = resource.getrusage(resource.RUSAGE_THREAD)
        spent.append(ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime)
    return 100.0 * min(spent) / seconds


def costs(folder: Path, builds: dict[str, Path]) -> None:
    """Print what a second of sound costs by each backend, and what the builds weigh."""
    print(f"\n{'network':>10} {'way':>8} {'backend':>14} {'% of a core':>12} {'compile ms':>11}")
    for lines in (8, 16):
        config = flamo_to_json(build(Network(lines, "dense", True)), SAMPLE_RATE, f"lines_{lines}")
        verb = write_playable(folder / "kept.json", from_json(config))
        for way in ("verb", "bare"):
            plugins = dict(builds)
            static = {"controls": KNOBS, "follow_host_rate": True} if way == "verb" else {}
            exported = export_plugin(config, folder, f"static_{lines}_{way}", formats=["vst3"], **static)
            plugins["static export"] = exported.plugins["vst3"]
            for name, plugin in plugins.items():
                dsp = folder / f"{lines}_{way}_{name}.dsp"
                live = HotReload(dsp, None, "reverb", *((KNOBS, True) if way == "verb" else ()))
                live.update(verb if way == "verb" else config)
                os.environ["PLAUD_DSP"] = str(dsp)
                cost = percent(plugin)
                status = live.status()
                taken = f"{status.compile_ms:.0f}" if status else ""
                print(f"{f'dense {lines}':>10} {way:>8} {name:>14} {cost:>12.2f} {taken:>11}", flush=True)
    for name, plugin in builds.items():
        size = sum(file.stat().st_size for file in plugin.rglob("*") if file.is_file())
        print(f"{name}: VST3 of {size / 1e3:.0f} kB with its compiler, latency 0 samples")


def times(builds: dict[str, Path], pushes: int) -> None:
    """Print how long pushes take to the ear."""
    config = flamo_to_json(build(Network(8, "dense", True)), SAMPLE_RATE, "lines_8")
    print(f"\n{pushes} pushes each; ms from the call of update to the new sound, and from its end")
    heads = ("backend", "kind", "way", "load", "median", "p95", "plugin", "p95", "click", "goal")
    print(" ".join(f"{head:>11}" for head in heads))
    for name, plugin in builds.items():
        for kind, goal in GOALS_MS.items():
            for way in ("verb", "bare"):
                for is_loaded in (False, True):
                    with load(is_loaded):
                        total, own, click = measured(plugin, config, kind, way, pushes)
                    verdict = "met" if np.median(total) < goal else "missed"
                    figures = [f"{f(each):.0f}" for each in (total, own) for f in (np.median, _p95)]
                    row = (name, kind, way, "yes" if is_loaded else "no", *figures)
                    row = (*row, f"{click:.1e}", f"{goal:.0f} {verdict}")
                    print(" ".join(f"{cell:>11}" for cell in row), flush=True)


def _p95(values: np.ndarray) -> float:
    return float(np.percentile(values, 95))


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=20, help="of each kind, 0 for none (%(default)s)")
    parser.add_argument("--llvm", action="store_true", help="time the backend LLVM too")
    parser.add_argument("--no-costs", action="store_true", help="only the times")
    args = parser.parse_args()
    print(describe("pedalboard", "numpy"))
    folder = Path(tempfile.mkdtemp(prefix="plaud-live-bench-"))
    builds = {"interpreter": made(folder / "interpreter"), "llvm": made(folder / "llvm", "LLVM=1")}
    if args.pushes:
        times(builds if args.llvm else {"interpreter": builds["interpreter"]}, args.pushes)
    if not args.no_costs:
        costs(folder, builds)
    shutil.rmtree(folder, ignore_errors=True)  # plugins still answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
