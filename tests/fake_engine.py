"""A small engine for tests of the supervisor: speaks its protocol, sounds as a sine, hangs when told to.

Its state is what `submit` brought last, under "data"; {"data": "poison"} kills every engine that is given it.
"""

import argparse
import os
import selectors
import sys
import threading
import time
from pathlib import Path

import numpy as np

from plaud_live.engine.link import Channel, Request, Server
from plaud_live.engine.realtime import raise_priority
from plaud_live.engine.ring import EngineEnd, Ring, RingFds


class FakeEngine:
    """Renders in a thread, listens in the main one."""

    def __init__(self) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("--channel", type=int)
        parser.add_argument("--ring", type=RingFds.parse)
        parser.add_argument("--snapshot", type=int)
        parser.add_argument("--tracks", type=int)
        parser.add_argument("--osc-port", type=int)
        parser.add_argument("--awaited", action="store_true")
        self.args = parser.parse_args()
        self.ring = Ring(self.args.ring)
        self.channel = Channel.from_fd(self.args.channel)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.channel, selectors.EVENT_READ)
        self.server: Server | None = None
        self.state: dict[str, object] | None = None
        self.fading = threading.Event()
        self.hanging = threading.Event()

    def render(self) -> None:
        raise_priority()
        end = EngineEnd(self.ring)
        steps, level = np.arange(self.ring.block), 0.5
        while True:
            end.wait(0.05)
            while end.room and not self.hanging.is_set():
                if self.fading.is_set():
                    end.finish()
                    return
                wave = level * np.sin(2 * np.pi * (end.position + steps) / 100)
                end.write(np.stack([wave, wave], axis=1).astype(np.float32))

    def run(self) -> int:
        self.channel.send({"event": "ready"})
        while True:
            for key, events in self.selector.select():
                if key.data is self.server and self.server is not None:
                    for request in self.server.handle(key, events):
                        self.answer(request)
                else:
                    for message in self.channel.receive():
                        if message["do"] == "quit":
                            self.fading.set()
                            self.thread.join()
                            return 0
                        self.obey(message)
                    if self.channel.closed:
                        os._exit(0)

    def obey(self, message: dict[str, object]) -> None:
        if message["do"] == "activate":
            self.state = message["state"]  # type: ignore[assignment]
            if self.state and self.state.get("data") == "poison":
                print("poisoned", file=sys.stderr, flush=True)
                os._exit(7)
            self.server = Server(Path(os.environ["PLAUD_RUN_DIR"]) / "engine.sock", self.selector)
            self.thread = threading.Thread(target=self.render, daemon=True)
            self.thread.start()
            self.channel.send({"event": "active", "osc_port": self.args.osc_port})
        elif message["do"] == "prepare":
            self.channel.send({"event": "ready"})
        elif message["do"] == "tell" and self.server is not None:
            self.server.broadcast("message", text=message["text"])

    def answer(self, request: Request) -> None:
        if request.do == "submit":
            self.state = request.data
            self.channel.send({"event": "state", "state": self.state})
            self.channel.send({"event": "commit", "kind": "submit", "by": "prompt", "sample": 1, "beat": 0.5})
        elif request.do == "hang":
            self.hanging.set()
        elif request.do == "sleep":
            time.sleep(60)
        request.answer(state=self.state, pid=os.getpid())


if __name__ == "__main__":
    sys.exit(FakeEngine().run())
