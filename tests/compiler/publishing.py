"""A clock that tests move, models that are published, and what lies in the folder then."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from compiler.hot_reload import HotReload

Config = dict[str, Any]
INTERVAL = 0.25


class Clock:
    """Time that a test moves, and timers that fire by it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Alarm] = []

    def __call__(self) -> float:
        return self.now

    def timer(self, seconds: float, call: Callable[[], None]) -> "Alarm":
        self.timers.append(Alarm(self.now + seconds, call))
        return self.timers[-1]

    def wait(self, seconds: float) -> None:
        self.now += seconds
        due = [timer for timer in self.timers if timer.due <= self.now]
        self.timers = [timer for timer in self.timers if timer.due > self.now]
        for timer in due:
            if not timer.cancelled:
                timer.call()


class Alarm:
    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due, self.call, self.cancelled = due, call, False

    def cancel(self) -> None:
        self.cancelled = True


def reload_into(folder: Path, clock: Clock, **settings: Any) -> HotReload:
    return HotReload(
        folder / "live.dsp", interval_seconds=INTERVAL, clock=clock, timer=clock.timer, **settings
    )


def loop(gain: float = 0.7, samples: tuple[float, float] = (101.0, 233.0)) -> Config:
    """Two lines that feed each other through a rotation times `gain`."""
    matrix = gain * np.array([[0.6, 0.8], [-0.8, 0.6]])
    return {
        "schema_version": 1,
        "name": "hall",
        "sample_rate": 48000.0,
        "inputs": 2,
        "outputs": 2,
        "root": {
            "type": "recursion",
            "name": "loop",
            "forward": {"type": "delay", "name": "lines", "samples": list(samples)},
            "feedback": {"type": "gain", "name": "mixing", "gains": matrix.tolist()},
        },
    }


def undecided() -> Config:
    """A lossless loop feeds another: whether they share a resonance, which would grow, is not decided."""
    config = loop()
    first, second = loop(1.0)["root"], loop(1.0, (103.0, 307.0))["root"]
    config["root"] = {"type": "series", "name": "twice", "children": [first, {**second, "name": "again"}]}
    return config


def read(live: HotReload, ending: str) -> Any:
    return json.loads(live.path.with_name("live" + ending).read_text())


def everything(live: HotReload) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in live.path.parent.iterdir()}
