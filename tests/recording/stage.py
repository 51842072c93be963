"""Tracks that a test writes, as an engine does, and a writer that works when the test says so."""

import json
import socket
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from plaud_live.engine.capture import Capture, Voicing
from plaud_live.engine.link import Channel, Message
from plaud_live.engine.tracks import GRID, Tracks
from plaud_live.recording.writer import Writer
from tests.signals import noise

RATE = 8000
LENGTH = 64 * GRID
SPAN = 1 << 15
VOICING = Voicing("abc", 256, 2, 3)


def heard(start: int, stop: int, seed: int = 1) -> np.ndarray:
    """What a track has at samples [start, stop), known without having played what was before."""
    block = noise(2 * GRID, seed).reshape(GRID, 2).astype(np.float32)
    n = np.arange(start, stop)
    return (block[n % GRID] * (1.0 + 0.001 * (n // GRID % 997))[:, None]).astype(np.float32)


class Stage:
    """An engine, and a session folder. `play` goes on; instruments are `names` with seeds."""

    def __init__(self, folder: Path, seconds: float = 600.0) -> None:
        self.folder, self.seconds = folder, seconds
        self.tracks = Tracks.create(LENGTH)
        self.capture = Capture(self.tracks, 0, RATE, 0)
        self.position = 0
        self.said: list[Message] = []
        self.names: dict[str, int] = {}
        self._orders = 0
        self.start_writer()

    def start_writer(self) -> None:
        """Another one, where the one before was killed."""
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        self.writer = Writer(self.tracks, self.folder, Channel(theirs), self.seconds, SPAN)

    def play(self, samples: int, work: bool = True) -> None:
        """Go on for so many samples, in blocks of GRID."""
        for _ in range(samples // GRID):
            at, end = self.position, self.position + GRID
            self.capture.begin(at, GRID)
            for name, seed in self.names.items():
                stem = self.capture.stem(name, VOICING)
                if stem is not None:
                    stem.sound[:] = heard(at, end, seed)
                    frames = np.arange(at, end, 256)[:, None] + np.array([0.1, 0.2, 0.3])
                    stem.write_frames(at, 256, frames[:, :2], frames[:, 2:])
            self.capture.end()
            self.capture.write(at, heard(at, end, 1), heard(at, end, 2))
            self.position = end
            self.capture.advance(end)
            if work and end % (8 * GRID) == 0:
                self.work()
        if work:
            self.work()

    def work(self) -> None:
        """Let the writer work, until it has nothing to do."""
        self.writer.work()
        while self.writer.busy:
            self.writer.work()

    def order(self, do: str, **more: Any) -> str:
        """Give an order; returns its id."""
        self._orders += 1
        order = {"id": f"o{self._orders}", "do": do, **more}
        self.writer.obey(order)
        return str(order["id"])

    def keep(self, start: int, stop: int, name: str = "home", **more: Any) -> str:
        """Order a take of samples [start, stop)."""
        return self.order("keep", kind="keep", name=name, start=start, stop=stop, **form(), **more)

    def record(self, name: str = "long", **more: Any) -> str:
        """Begin to record from here on."""
        given = {**form(), **more}
        return self.order("start", kind="rec", name=name, start=self.position, stop=None, **given)

    def answer(self, order_id: str) -> Message:
        """What came of an order."""
        self.said += self.channel.receive()
        found = [message for message in self.said if message.get("id") == order_id]
        assert len(found) == 1, f"{order_id}: {self.said}"
        return found[0]

    def lines(self) -> list[str]:
        """What the performer was told."""
        self.said += self.channel.receive()
        return [message["text"] for message in self.said if message["event"] == "message"]

    def wav(self, name: str) -> np.ndarray:
        """The sound of a take's file."""
        sound, rate = soundfile.read(self.folder / "takes" / name, dtype="float32")
        assert rate == RATE
        return np.asarray(sound)

    def sidecar(self, name: str) -> list[dict[str, Any]]:
        """The lines of a take's sidecar."""
        return [json.loads(line) for line in (self.folder / "takes" / name).read_text().splitlines()]

    @property
    def files(self) -> list[str]:
        """What lies in the folder of takes."""
        return sorted(path.name for path in (self.folder / "takes").iterdir() if path.is_file())


def form() -> dict[str, Any]:
    """What every order of a take has."""
    return {"sample_rate": RATE, "bits": 32, "beats": 4.0, "by": "prompt", "state": {"tempo": 92}}
