"""The web server in this process, with a conductor for an engine: real HTTP, WebSocket and UDP around it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from plaud_live.control.osc import OscMessage, parse
from plaud_live.engine.access import Access
from plaud_live.web.feed import Feed
from plaud_live.web.server import Server
from tests.control.player import Player

PATIENCE = 10.0
STATUS = {"beat": 3.5, "bpm": 92.0, "instruments": {"drone": {"z": [0.1, 0.2, 0.3], "peak": 0.5, "rms": 0.1}}}


@dataclass
class Rig:
    """A served instrument. `url` has no slash at its end; `osc` is where the engine would hear."""

    player: Player
    feed: Feed
    server: Server
    session: ClientSession
    osc: socket.socket
    status: dict[str, Any] = field(default_factory=lambda: json.loads(json.dumps(STATUS)))

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.server.port}"

    def tell(self) -> None:
        """As the engine does after a change, and twenty times a second."""
        state = json.loads(json.dumps(self.player.conductor.state.to_data()))
        self.feed.take({"event": "state", "state": state})
        self.feed.take({"event": "status", "status": self.status})

    async def heard(self) -> tuple[OscMessage, Any]:
        """The next packet that the engine gets, and who sent it."""
        async with asyncio.timeout(PATIENCE):
            packet, sender = await asyncio.get_running_loop().sock_recvfrom(self.osc, 65536)
        parsed = parse(packet)
        assert isinstance(parsed, OscMessage)
        return parsed, sender

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON (or text) of a page."""
        async with self.session.get(self.url + path, headers=headers, allow_redirects=False) as answer:
            body = await answer.text()
            return answer.status, json.loads(body) if answer.content_type == "application/json" else body

    def talk(self, path: str = "/", **headers: str) -> Any:
        """A WebSocket, to be entered."""
        return self.session.ws_connect(self.url + path, headers=headers)


@contextlib.asynccontextmanager
async def serving(access: Access | None = None) -> AsyncIterator[Rig]:
    """A server for `drone`, a model of three latents."""
    osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    osc.bind(("127.0.0.1", 0))
    osc.setblocking(False)
    feed = Feed(Path("/nowhere"))
    server = Server(feed, access or Access.parse(None))
    await server.start(0)
    player = Player()
    try:
        async with ClientSession() as session:
            rig = Rig(player, feed, server, session, osc)
            state = json.loads(json.dumps(player.conductor.state.to_data()))
            feed.take({"event": "hello", "state": state, "osc_port": osc.getsockname()[1]})
            rig.tell()
            await rig.get("/")
            yield rig
    finally:
        await server.close()
        osc.close()


async def command(line: ClientWebSocketResponse, name: str) -> Any:
    """DATA of the next command of this name; others and packets are passed over."""
    async with asyncio.timeout(PATIENCE):
        async for message in line:
            if message.type is WSMsgType.TEXT and (said := json.loads(message.data))["COMMAND"] == name:
                return said["DATA"]
    raise AssertionError(f"{name}: the line was closed")


async def packet(line: ClientWebSocketResponse) -> OscMessage:
    """The next packet; commands are passed over."""
    async with asyncio.timeout(PATIENCE):
        async for message in line:
            if message.type is WSMsgType.BINARY:
                parsed = parse(message.data)
                assert isinstance(parsed, OscMessage)
                return parsed
    raise AssertionError("the line was closed")
