"""One WebSocket client: OSC packets both ways, OSCQuery's commands, and what the surface is shown.

Commands are JSON objects of COMMAND and DATA. From a client: LISTEN and IGNORE an address, SURFACE (be shown
all). To a client: PATH_CHANGED; to a surface also LAYOUT, DRIVERS, NOW (see `surface`), HERE (whether an
engine answers) and SAY (a line that the performer is shown).
"""

import asyncio
import json
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import WSMsgType, web

from plaud_live.control.namespace import Node
from plaud_live.control.osc import OscBundle, encode, parse
from plaud_live.errors import OscError
from plaud_live.web.outbox import Outbox
from plaud_live.web.relay import Relay
from plaud_live.web.values import Value, Values

MESSAGES_PER_SECOND = 2000
"""Of one client, as of any beyond this machine; what is above it is dropped and counted."""

MOST_LISTENED = 1024
MOST_NONSENSE = 100
"""After so many messages that mean nothing the line is closed."""

OWN_SECONDS = 0.1
"""A client is not told of what it set itself so short a time ago: then of the settled value."""

HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 10.0
"""A browser that takes nothing for so long is gone."""


class Client:
    """`run` serves it until it leaves. `surface`: it is shown everything. `nodes`: the addresses of now."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        port: Callable[[], int | None],
        nodes: Callable[[], Mapping[str, Node]],
        on_surface: Callable[["Client"], None],
    ) -> None:
        self.surface = False
        self.dropped = 0
        self.outbox = Outbox()
        self._socket, self._nodes, self._on_surface = socket, nodes, on_surface
        self._relay = Relay(port, self.outbox.put)
        self._listened: dict[str, tuple[Value, ...] | None] = {}
        self._own: dict[str, float] = {}
        self._nonsense = 0
        self._allowance, self._seen = float(MESSAGES_PER_SECOND), time.monotonic()

    async def run(self) -> None:
        """Take what comes and send what waits, until one of both ends."""
        await self._relay.open()
        writer = asyncio.create_task(self._write())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.BINARY:
                    self._take_packet(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._take_command(message.data)
                if self._nonsense > MOST_NONSENSE or writer.done():
                    break
        finally:
            writer.cancel()
            self._relay.close()
            await self._socket.close()

    def command(self, name: str, data: Any) -> None:
        """Send a command, in order."""
        self.outbox.put(text(name, data))

    def watch(self, values: Values) -> None:
        """Send the values of listened addresses that are others than before."""
        moment, nodes = time.monotonic(), self._nodes()
        for address, before in self._listened.items():
            if moment - self._own.get(address, -math.inf) < OWN_SECONDS:
                continue
            node = nodes.get(address)
            value = None if node is None else values.of(node)
            if value is not None and value != before:
                self._listened[address] = value
                self.outbox.put(encode(address, *value))

    def forget(self, nodes: Mapping[str, Node]) -> None:
        """Listen no more to addresses that are not among these."""
        for address in [each for each in self._listened if each not in nodes]:
            del self._listened[address]

    async def _write(self) -> None:
        while True:
            for message in await self.outbox.get():
                async with asyncio.timeout(SEND_SECONDS):
                    if isinstance(message, bytes):
                        await self._socket.send_bytes(message)
                    else:
                        await self._socket.send_str(message)

    def _take_packet(self, packet: bytes) -> None:
        if not self._may_pass():
            return
        if self._listened:
            self._note_own(packet)
        self._relay.send(packet)

    def _may_pass(self) -> bool:
        moment = time.monotonic()
        earned = (moment - self._seen) * MESSAGES_PER_SECOND
        self._allowance = min(float(MESSAGES_PER_SECOND), self._allowance + earned)
        self._seen = moment
        if self._allowance < 1.0:
            self.dropped += 1
            return False
        self._allowance -= 1.0
        return True

    def _note_own(self, packet: bytes) -> None:
        try:
            parsed = parse(packet)
        except OscError:
            return  # the engine answers it
        messages = parsed.messages() if isinstance(parsed, OscBundle) else (parsed,)
        moment = time.monotonic()
        for message in messages:
            if message.address in self._listened:
                self._own[message.address] = moment

    def _take_command(self, line: str) -> None:
        if not self._may_pass():
            return
        try:
            said = json.loads(line)
            name, data = said["COMMAND"], said.get("DATA")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._nonsense += 1
            return
        match name, data:
            case "LISTEN", str() if data in self._nodes() and len(self._listened) < MOST_LISTENED:
                self._listened.setdefault(data, None)
            case "IGNORE", str():
                self._listened.pop(data, None)
                self._own.pop(data, None)
            case "SURFACE", _:
                self.surface = True
                self._on_surface(self)
            case _:
                self._nonsense += 1


def text(name: str, data: Any) -> str:
    """A command as it is sent."""
    return json.dumps({"COMMAND": name, "DATA": data}, separators=(",", ":"), allow_nan=False)
