"""The process of the MIDI ports: started by the supervisor, so that what is wired in JACK outlives an engine.

It looks at the ports' queues every millisecond, passes on what came with its time to the engine that is
connected to `midi.sock`, and sends what that engine gives it, at the time that is asked for. When that engine
is gone, killed or not, the keys that it held are let go. Nothing in here, neither opening a port nor a driver
that hangs, can hold up the sound.

The supervisor says {"do": "look"} when the sound card has changed, as a JACK server may be there then; it is
told {"event": "message", "text": TEXT} where there is no MIDI.
"""

import argparse
import contextlib
import heapq
import itertools
import json
import os
import select
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from plaud_live.engine import realtime
from plaud_live.engine.link import Channel
from plaud_live.engine.midi_sounding import Sounding
from plaud_live.engine.midi_wire import BYTES, DEVICES, SEND, SOCKET_NAME, Wire
from plaud_live.errors import PlaudError, SessionError

if TYPE_CHECKING:
    from plaud_live.engine.midi_ports import Ports

POLL_SECONDS = 0.001
IDLE_AFTER_SECONDS, IDLE_SECONDS = 1.0, 0.002
"""Where nothing has come for a while, looking half as often saves a percent of a core."""

LOOK_SECONDS = 0.2
"""A look takes 0.1 ms. A device that is unplugged and plugged in between two looks would be taken
for one that was there all the time, and say nothing any more: USB takes longer."""

SERVER_SECONDS = 2.0
"""How often JACK is tried where nothing else is there: a try takes 20 ms."""

MAX_AHEAD_SECONDS = 60.0
MAX_DUE = 10_000
LOST = 3
"""Exit status: the JACK server is gone, and this process must be another to reach the next."""

RESET = b"\xff"
"""System reset: what a device would say for itself if it could, once nobody plays it any more."""

PRIORITY = realtime.ENGINE_PRIORITY - 5
"""Above the engine's control thread, which it serves; it does little."""


class MidiProcess:
    """Ports on one side, an engine on the other."""

    def __init__(self, ports: "Ports", listener: socket.socket, channel: Channel | None) -> None:
        self._ports, self._listener, self._channel = ports, listener, channel
        self._engine: Wire | None = None
        self._due: list[tuple[float, int, int, bytes]] = []
        self._order = itertools.count()
        self._sounding = Sounding()
        self._lost_told = 0
        self._next_look = self._next_try = self._heard = 0.0
        self._poll_seconds = POLL_SECONDS
        self._readable: list[socket.socket | Wire | Channel] = []
        self._take_engine(None)

    def run(self) -> int:
        """Serve until the supervisor is gone. Returns the exit status."""
        while self._channel is None or not self._channel.closed:
            self._wait()
            now = time.monotonic()
            self._receive(now)
            self._send_due(now)
            if now >= self._next_look:
                self._next_look = now + LOOK_SECONDS
                if self._ports.lost:
                    return LOST
                self._look()
            if now >= self._next_try and not self._ports.systems:
                self._next_try = now + SERVER_SECONDS
                self._look_for_server()
        self._take_engine(None)
        return 0

    def _wait(self) -> None:
        """Until something comes from an engine or the supervisor, or it is time to look at the ports."""
        timeout = self._poll_seconds
        if self._due:
            timeout = min(timeout, max(0.0, self._due[0][0] - time.monotonic()))
        for ready in select.select(self._readable, [], [], timeout)[0]:
            if ready is self._listener:
                self._accept()
            elif ready is self._engine:
                self._hear_engine()
            else:
                self._hear_supervisor()

    def _take_engine(self, engine: Wire | None) -> None:
        """Serve this one, None for nobody. What the one before has on its way is dropped, its keys let go."""
        if self._engine is not None:
            self._engine.close()
            self._due.clear()
            for device, message in self._sounding.end():
                self._ports.send(device, message)
        self._engine = engine
        ends = (self._listener, engine, self._channel)
        self._readable = [end for end in ends if end is not None]

    def _accept(self) -> None:
        """An engine comes: the newest is the one that sounds."""
        with contextlib.suppress(OSError):
            accepted, _ = self._listener.accept()
            self._take_engine(Wire(accepted))
            self._tell_devices()

    def _hear_engine(self) -> None:
        if self._engine is None:
            return
        now = time.monotonic()
        for kind, device, at, message in self._engine.receive():
            if kind == SEND and len(self._due) < MAX_DUE and at < now + MAX_AHEAD_SECONDS:
                heapq.heappush(self._due, (at or now, next(self._order), device, message))
        if self._engine.ended:
            self._take_engine(None)

    def _hear_supervisor(self) -> None:
        if self._channel is not None:
            for message in self._channel.receive():
                if message.get("do") == "look":
                    self._look_for_server()

    def _receive(self, now: float) -> None:
        for number, at, message in self._ports.receive(now):
            self._heard = now
            if self._engine is not None:
                self._engine.put(BYTES, number, at, message)
        self._poll_seconds = POLL_SECONDS if now - self._heard < IDLE_AFTER_SECONDS else IDLE_SECONDS
        if self._engine is not None:
            self._engine.flush()

    def _send_due(self, now: float) -> None:
        while self._due and self._due[0][0] <= now:
            _, _, device, message = heapq.heappop(self._due)
            self._sounding.note(device, message)
            self._ports.send(device, message)

    def _look(self) -> None:
        changed = self._ports.look()
        if changed or (self._engine is not None and self._engine.lost.total() != self._lost_told):
            self._tell_devices()
        deserted = self._ports.deserted()
        if deserted and self._engine is not None:
            now = time.monotonic()
            self._receive(now)  # what the senders said before they went
            for number in deserted:
                self._engine.put(BYTES, number, now, RESET)
            self._engine.flush()

    def _look_for_server(self) -> None:
        with silence():
            found = self._ports.look_for_server()
        if found:
            self._ports.look()
            self._tell_devices()

    def _tell_devices(self) -> None:
        if self._engine is not None:
            lost = self._engine.lost
            self._lost_told = lost.total()
            told = [{**device.shown(), "lost": lost[n]} for n, device in enumerate(self._ports.devices)]
            self._engine.put(DEVICES, 0, 0.0, json.dumps(told).encode())
            self._engine.flush()


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Let libraries in C write nothing: JACK's writes six lines each time that there is no server."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def main(arguments: list[str] | None = None) -> int:
    """Open the ports and serve. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="plaud_live.engine.midi_process", description=__doc__)
    parser.add_argument("--channel", type=int)
    parser.add_argument("--socket", type=Path, default=Path(SOCKET_NAME))
    parser.add_argument("--list", action="store_true", help="print systems and devices as JSON, and end")
    args = parser.parse_args(arguments)
    channel = None if args.channel is None else Channel.from_fd(args.channel)
    try:
        ports = _open_ports()
    except PlaudError as error:
        if channel is not None:
            channel.send({"event": "message", "text": str(error)})
        if args.list:
            print(json.dumps({"error": str(error)}))
        return 0
    if args.list:
        ports.look()
        found = [device.shown() for device in ports.devices if device.stem not in ports.systems]
        print(json.dumps({"systems": ports.systems, "devices": found}))
        ports.close()
        return 0
    realtime.raise_priority(PRIORITY)
    args.socket.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(args.socket))
    args.socket.chmod(0o600)
    listener.listen(4)
    listener.setblocking(False)
    status = MidiProcess(ports, listener, channel).run()
    if status == LOST:
        os._exit(LOST)  # libjack waits for ever for threads of a server that is gone
    ports.close()
    args.socket.unlink(missing_ok=True)
    return status


def _open_ports() -> "Ports":
    """Raises SessionError in one line where there can be no MIDI."""
    try:
        from plaud_live.engine.midi_ports import Ports
    except ImportError as error:
        raise SessionError(
            f"no MIDI: {error} — apt install libasound2, or pip install python-rtmidi"
        ) from None
    with silence():
        return Ports(os.environ.get("PLAUD_MIDI_API", ""), os.environ.get("PLAUD_MIDI_CONNECT", ""))


if __name__ == "__main__":
    sys.exit(main())
