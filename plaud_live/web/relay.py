"""A WebSocket client's own way to the OSC port: one UDP socket for each, so that it is a peer like any other.

Leases, limits, replies and timetags are the engine's: nothing of them is done again here.
"""

import asyncio
from collections.abc import Callable
from typing import Any

HOST = "127.0.0.1"


class Relay(asyncio.DatagramProtocol):
    """`on_packet` gets what the engine sends; nobody else's packets are taken."""

    def __init__(self, port: Callable[[], int | None], on_packet: Callable[[bytes], None]) -> None:
        self._port, self._on_packet = port, on_packet
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Get a port. Raises OSError if there is none."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))

    def connection_made(self, transport: Any) -> None:
        """From asyncio; `open` has it too."""

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """From asyncio: a reply, or what was subscribed to."""
        if addr == (HOST, self._port()):
            self._on_packet(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens: the engine is being replaced, and clients see that it is away."""

    def send(self, packet: bytes) -> bool:
        """Pass a packet on; False where there is nobody to take it."""
        port = self._port()
        if port is None or self._transport is None or self._transport.is_closing():
            return False
        self._transport.sendto(packet, (HOST, port))
        return True

    def close(self) -> None:
        """Give the port back."""
        if self._transport is not None:
            self._transport.close()
