"""A siege of a web server: many messages over HTTP, WebSocket and bare TCP, as fast as they are taken."""

import asyncio
import contextlib
from dataclasses import dataclass
from random import Random

from aiohttp import (
    ClientConnectionError,
    ClientSession,
    ClientWebSocketResponse,
    WSMsgType,
    WSServerHandshakeError,
)

from tests.web import hostile

READ_SECONDS = 0.02
FRAMES_A_LINE = 20
MESSAGES_A_LINE = 60
"""So many, and the line is closed and another opened."""


@dataclass
class Sent:
    """What was sent so far, and how many of the server's answers said that it failed itself."""

    requests: int = 0
    texts: int = 0
    packets: int = 0
    frames: int = 0
    failures: int = 0

    @property
    def total(self) -> int:
        """All messages."""
        return self.requests + self.texts + self.packets + self.frames


async def besiege(port: int, messages: int, seed: int) -> Sent:
    """Send `messages` of all kinds, of each kind by a client of its own, at the same time."""
    sent = Sent()
    per_kind = messages // 3
    async with ClientSession() as session:
        await asyncio.gather(
            _requests(port, per_kind, Random(seed), sent),
            _lines(session, port, messages - 2 * per_kind, Random(seed + 1), sent),
            _frames(port, per_kind, Random(seed + 2), sent),
        )
    return sent


async def _requests(port: int, count: int, dice: Random, sent: Sent) -> None:
    while sent.requests < count:
        with contextlib.suppress(ConnectionError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(dice.randrange(1, 6)):
                writer.write(hostile.http_request(dice))
                sent.requests += 1
                await writer.drain()
            answer = await _read(reader)
            sent.failures += answer.count(b"HTTP/1.1 500 ")
            writer.close()


async def _lines(session: ClientSession, port: int, count: int, dice: Random, sent: Sent) -> None:
    while sent.texts + sent.packets < count:
        with contextlib.suppress(ClientConnectionError, ConnectionError, WSServerHandshakeError):
            async with session.ws_connect(f"http://127.0.0.1:{port}/") as line:
                reading = asyncio.create_task(_drink(line))
                for _ in range(MESSAGES_A_LINE):
                    if line.closed:
                        break
                    if dice.random() < 0.3:
                        await line.send_str(hostile.text(dice))
                        sent.texts += 1
                    else:
                        await line.send_bytes(hostile.packet(dice))
                        sent.packets += 1
                reading.cancel()


async def _drink(line: ClientWebSocketResponse) -> None:
    async for message in line:
        if message.type is WSMsgType.ERROR:
            return


async def _frames(port: int, count: int, dice: Random, sent: Sent) -> None:
    while sent.frames < count:
        with contextlib.suppress(ConnectionError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(hostile.handshake(port))
            await _read(reader)
            for _ in range(FRAMES_A_LINE):
                writer.write(hostile.frame(dice))
                sent.frames += 1
                await writer.drain()
            await _read(reader)
            writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(READ_SECONDS):
            return await reader.read(1 << 16)
    return b""
