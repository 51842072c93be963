"""How long it takes from `verb.push()`, typed, to the plugin, and from `verb.load(…)` to the engine's sound.

A whole instrument plays; the watched plugin plays in pedalboard, in a process of its own, in real time. Lines
are typed into the prompt, and timed from there: until the files lie there, until the plugin has answered for
that generation, until the engine goes over to another reverb. The reverb is a dense network of 8 lines
with a filter in each (fdn.py), or `--reverb` NAME; it goes to one with other gains (a plugin takes values),
or to one with another delay (it compiles), and back. With `load`, a process of the lowest priority
multiplies matrices, as training does. `--stand-in`: no plugin, but a thread that answers at once.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from bench_plugin_reload import host, made
from fdn import SAMPLE_RATE, Network, build
from instrument import Instrument
from machine import describe

from compiler import flamo_to_json
from compiler.files import write_whole
from compiler.ir.json import from_json
from compiler.playable import write_playable
from plaud_live import settings
from plaud_live.engine.link import Client

Config = dict[str, Any]
GOALS_MS = {"recompiled": 300.0, "values": 60.0}
ENGINE_GOAL_MS = 40.0
PATIENCE_SECONDS = 20.0
QUIET_SECONDS = 0.7


def leaves(node: Config) -> Iterator[Config]:
    """The leaves of a configuration's tree."""
    inner = [*node.get("children", ()), *(node[key] for key in ("forward", "feedback") if key in node)]
    if not inner:
        yield node
    for child in inner:
        yield from leaves(child)


def reverbs(folder: Path, base: Config) -> dict[str, list[str]]:
    """Pairs of reverbs to go to and fro between, by what a plugin has to do then."""
    near, other = (json.loads(json.dumps(base)) for _ in range(2))
    gain = next(leaf for leaf in leaves(near["root"]) if leaf["type"] == "gain")
    gain["gains"] = (0.8 * np.array(gain["gains"])).tolist()
    delay = max((leaf for leaf in leaves(other["root"]) if leaf["type"] == "delay"), key=_lines)
    delay["samples"][0] += 2
    folder.mkdir()
    places = {name: folder / f"{name}.json" for name in ("near", "other", "base")}
    for (name, place), config in zip(places.items(), (near, other, base), strict=True):
        write_playable(place, from_json({**config, "name": name}))
    return {"values": [str(places["near"]), str(places["base"])],
            "recompiled": [str(places["other"]), str(places["base"])]}  # fmt: skip


def _lines(delay: Config) -> int:
    return len(delay["samples"])


@contextmanager
def load(is_on: bool) -> Iterator[None]:
    """A trainer's share of the machine, for as long as it is wanted."""
    code = "import os, numpy as np\nos.nice(19)\na = np.random.rand(300, 300)\nwhile True: a @ a"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    processes = [subprocess.Popen([sys.executable, "-c", code], env=environment)] if is_on else []
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def generation_in(path: Path) -> int:
    """What a file of the hand-over says; 0 for none."""
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return 0


@lru_cache(maxsize=16)
def _read(path: Path, changed: int) -> int:
    """Once for each time that the file changed: whoever waits for it takes no time from whoever writes it."""
    return int(json.loads(path.read_text())["generation"])


def until(condition: Callable[[], object], what: str) -> float:
    """The moment at which it holds. Raises RuntimeError."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not in {PATIENCE_SECONDS:g} s")
        time.sleep(0.001)
    return time.monotonic()


@contextmanager
def plugin_in_host(plugin: Path | None, dsp: Path) -> Iterator[None]:
    """The plugin in pedalboard, or what answers in its place."""
    if plugin is None:
        end = threading.Event()
        thread = threading.Thread(target=stand_in, args=(dsp, end))
        thread.start()
        yield
        end.set()
        thread.join()
        return
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    process = context.Process(target=host, args=(plugin, dsp, dsp.with_name("sound.npz"), over))
    process.start()
    try:
        yield
    finally:
        over.set()
        process.join()


def stand_in(dsp: Path, end: threading.Event) -> None:
    """Answers for every generation, as soon as it lies there."""
    seen = 0
    while not end.wait(0.001):
        generation = generation_in(dsp.with_suffix(".params.json"))
        if generation != seen and dsp.is_file():
            seen = generation
            told = {"schema_version": 1, "state": "ok", "generation": generation, "backend": "none"}
            write_whole(dsp.with_name(f"{dsp.name}.status.json"), json.dumps({**told, "compile_ms": 0.0}))


def measured(instrument: Instrument, client: Client, dsp: Path, pair: list[str], pushes: int) -> np.ndarray:
    """Milliseconds [pushes, 3]: load to the engine, push to the files, push to the plugin's answer."""
    found = []
    for number in range(pushes):
        path = pair[number % 2]
        time.sleep(QUIET_SECONDS)
        typed = time.monotonic()
        instrument.type(f'verb.load("{path}", at=0)')
        name = Path(path).stem
        heard = until(lambda name=name: client.request("status")["verb"]["name"] == name, f"{name} plays")
        time.sleep(QUIET_SECONDS)
        params, status = dsp.with_suffix(".params.json"), dsp.with_name(f"{dsp.name}.status.json")
        next_one = generation_in(params) + 1
        pushed = time.monotonic()
        instrument.type("verb.push()")
        lies = until(lambda at=params, number=next_one: generation_in(at) >= number, "the files lie there")
        told = until(lambda at=status, number=next_one: generation_in(at) >= number, "the plugin answers")
        found.append((heard - typed, lies - pushed, told - pushed))
    return 1e3 * np.array(found)


def show(kind: str, is_loaded: bool, what: str, values: np.ndarray, goal: float | None) -> None:
    """A line of the table."""
    median = float(np.median(values))
    verdict = "" if goal is None else f"{goal:g} {'met' if median < goal else 'MISSED'}"
    print(f"{kind:>11} {'yes' if is_loaded else 'no':>5} {what:>26} {median:>8.0f}"
          f" {np.percentile(values, 95):>8.0f}  {verdict}", flush=True)  # fmt: skip


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pushes", type=int, default=20, help="of each kind (%(default)s)")
    parser.add_argument("--plugin", type=Path, help="the VST3, built before (it is built)")
    parser.add_argument("--reverb", metavar="NAME", help="instead of the network of 8 lines")
    parser.add_argument("--stand-in", action="store_true", help="without the plugin")
    args = parser.parse_args()
    print(describe("numpy"))
    folder = Path(tempfile.mkdtemp(prefix="plaud-live-bench-"))
    plugin = None if args.stand_in else args.plugin or made(folder / "plugin")
    dsp = folder / "live.dsp"
    os.environ["PLAUD_DSP"] = str(dsp)
    if args.reverb is None:
        config = flamo_to_json(build(Network(8, "dense", True)), SAMPLE_RATE, "lines_8")
    else:
        config = json.loads(settings.find_reverb(args.reverb).read_text())
    pairs = reverbs(folder / "reverbs", config)
    print(f"\n{args.pushes} of each; ms from the typed line on")
    print(f"{'kind':>11} {'load':>5} {'until':>26} {'median':>8} {'p95':>8}  goal")
    with Instrument("--sink", "null") as instrument, plugin_in_host(plugin, dsp):
        client = Client(instrument.run_dir / "engine.sock")
        instrument.type('drone = load("default"); drone.play(); verb.mix = .4')
        until(lambda: client.request("status")["verb"]["name"], "the reverb plays")
        instrument.type("verb.push()")
        until(lambda: generation_in(dsp.with_suffix(".params.json")), "the first is pushed")
        time.sleep(8.0)
        for is_loaded in (False, True):
            for kind, pair in pairs.items():
                with load(is_loaded):
                    heard, lies, told = measured(instrument, client, dsp, pair, args.pushes).T
                show(kind, is_loaded, "verb.load: engine", heard, ENGINE_GOAL_MS)
                show(kind, is_loaded, "verb.push: files lie there", lies, None)
                show(kind, is_loaded, "verb.push: plugin answers", told, GOALS_MS[kind])
        client.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
