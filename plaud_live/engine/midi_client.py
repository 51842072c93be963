"""The engine's end of the wire to the process of the MIDI ports, found again whenever that is another."""

import contextlib
import json
import selectors
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plaud_live.engine.midi_wire import BYTES, DEVICES, SEND, Wire

Devices = list[dict[str, Any]]


class MidiClient:
    """Connects to `path` when told to; the selector then calls `receive` when something has come.

    `on_devices` gets all devices whenever one comes or goes, none once the wire is lost; `on_bytes` gets the
    number of a device among them, whole messages, and when they came.
    """

    def __init__(
        self,
        path: Path,
        selector: selectors.BaseSelector,
        on_devices: Callable[[Devices], None],
        on_bytes: Callable[[int, bytes, float], None],
    ) -> None:
        self._path, self._selector = path, selector
        self._on_devices, self._on_bytes = on_devices, on_bytes
        self._wire: Wire | None = None

    @property
    def connected(self) -> bool:
        """Whether there is a wire."""
        return self._wire is not None

    def lost(self, device: int) -> int:
        """How many messages for a device the other side did not take in time."""
        return 0 if self._wire is None else self._wire.lost[device]

    def connect(self) -> None:
        """Try once, without waiting; nothing happens where nobody listens."""
        if self._wire is not None:
            return
        sock = socket.socket(socket.AF_UNIX)
        sock.setblocking(False)
        try:
            sock.connect(str(self._path))
        except OSError:
            sock.close()
            return
        self._wire = Wire(sock)
        self._selector.register(self._wire, selectors.EVENT_READ, self.receive)

    def receive(self) -> None:
        """Take what has come."""
        wire = self._wire
        if wire is None:
            return
        for kind, device, time, payload in wire.receive():
            if kind == BYTES:
                self._on_bytes(device, payload, time)
            elif kind == DEVICES:
                with contextlib.suppress(ValueError):
                    self._on_devices(json.loads(payload))
        if wire.ended:
            self.close()
            self._on_devices([])

    def send(self, device: int, message: bytes, at: float | None) -> None:
        """Send whole messages to a device by its number, at a time, or now."""
        if self._wire is not None:
            self._wire.put(SEND, device, at or 0.0, message)
            self._wire.flush()

    def flush(self) -> None:
        """Send what the other side did not take before."""
        if self._wire is not None:
            self._wire.flush()

    def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            self._selector.unregister(self._wire)
            self._wire.close()
            self._wire = None
