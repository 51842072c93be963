"""A desk with its renderer on a sample clock, and hands at controllers: bytes as a device would send them."""

import socket
from pathlib import Path
from typing import Any

import numpy as np

from plaud_live.control.conductor import Conductor
from plaud_live.control.transaction import Load, Transaction
from plaud_live.engine.capture import Capture
from plaud_live.engine.casting import load_cast
from plaud_live.engine.desk import Desk
from plaud_live.engine.link import Channel
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.engine.rendering import RenderLoop
from plaud_live.engine.ring import EngineEnd, Ring
from plaud_live.engine.tracks import Tracks
from plaud_live.signals.graph import Evaluation
from tests.models_for_tests import tiny_file

RATE = 44100
NANO = "nanoKONTROL2"


class HandsOn:
    """`wait` lets time pass, for the sound and for the hands alike; `turn` and `press` move controls."""

    def __init__(self, folder: Path) -> None:
        self.models = Models()
        ring = Ring.create(128, 3)
        ring.set_stream(RATE, 0.01)
        ours, theirs = socket.socketpair()
        self.supervisor = Channel(ours)
        self.renderer = Renderer(RATE)
        self.loop = RenderLoop(EngineEnd(ring), self.renderer, Capture(Tracks.create(), 0, RATE, 0))
        self.loop.next_sample = lambda: self.renderer.position  # type: ignore[method-assign]
        conductor = Conductor(RATE, self.models.load_info)
        self.desk = Desk(conductor, self.renderer, self.loop, ring, Channel(theirs), "a card", 77)
        self.desk.controls._clock = lambda: self.now
        self.now = 100.0
        self.sound = np.zeros((0, 2), dtype=np.float32)
        self.load("drone", str(tiny_file(folder)))

    def load(self, name: str, model: str) -> None:
        transaction = Transaction((Load(name, model),), f"{name} = load()")
        self.desk.submit(transaction, load_cast(self.models, self.desk.missing(transaction), RATE))

    def do(self, *changes: Any, text: str = "typed", **more: Any) -> None:
        self.desk.submit(Transaction(changes, text, **more))
        self.work()

    def work(self) -> None:
        if self.desk.controls.due <= self.now:
            self.desk.controls.work(self.now)

    def wait(self, seconds: float) -> None:
        """Render, and do what is due, in steps of some ten milliseconds."""
        for _ in range(max(1, round(seconds / 0.01))):
            out = np.zeros((round(0.01 * RATE), 2), dtype=np.float32)
            self.renderer.render(out)
            self.sound = np.concatenate([self.sound, out])
            self.now += 0.01
            self.desk.tidy()
            self.work()

    def send(self, *data: int, device: str = NANO) -> None:
        self.desk.midi.feed(device, bytes(data), self.now)
        self.work()

    def turn(
        self, cc: int, *values: int, channel: int = 1, device: str = NANO, seconds: float = 0.02
    ) -> None:
        """Controller messages, one every `seconds`."""
        for value in values:
            self.send(0xB0 + channel - 1, cc, value, device=device)
            self.wait(seconds)

    def sweep(self, cc: int, start: int, end: int, **more: Any) -> None:
        """Through all steps from one value to another."""
        step = 1 if end >= start else -1
        self.turn(cc, *range(start, end + step, step), **{"seconds": 0.01, **more})

    def value(self, parameter: str, instrument: str = "drone") -> float:
        """Where a parameter is now."""
        index = int(parameter[1:]) if parameter[0] == "z" else None
        source = self.desk.state.lookup((instrument, "z" if index is not None else parameter, index))
        now = Evaluation(np.array([self.desk.beat]), self.desk.state.lookup, inputs=self.desk.inputs)
        return float(now.value(source)[0])

    @property
    def shown(self) -> dict[str, Any]:
        return self.desk.controls.shown()

    def told(self) -> list[str]:
        """Lines that the performer was shown since the last call."""
        return [str(m["text"]) for m in self.supervisor.receive() if m.get("event") == "message"]

    def learn(self, *targets: dict[str, Any]) -> str:
        return str(self.desk.controls.request({"targets": list(targets)})["text"])
