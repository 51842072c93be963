"""The engine's clock, read over OSC."""

import asyncio
import socket
import time
from dataclasses import dataclass

from plaud_live.control.osc import OscMessage, encode, parse
from plaud_live.errors import OscError, SessionError

ASKS = 4
WAIT_SECONDS = 0.5


@dataclass(frozen=True)
class EngineTime:
    """The beat that is rendered at `seconds` of the monotonic clock, and the tempo there."""

    seconds: float
    beat: float
    bpm: float

    def beat_at(self, seconds: float) -> float:
        """The beat rendered at another time near by."""
        return self.beat + (seconds - self.seconds) * self.bpm / 60.0


class EngineClock:
    """Asks the engine that listens on a UDP port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect(("127.0.0.1", port))

    async def read(self) -> EngineTime:
        """Beat and tempo: of a few answers the one that came soonest. Raises SessionError without any."""
        found: list[tuple[float, EngineTime]] = []
        for _ in range(ASKS):
            asked = time.monotonic()
            beat, bpm = (float(value) for value in (await self._ask("/plaud/clock/beat"))[:2])
            took = time.monotonic() - asked
            found.append((took, EngineTime(asked + 0.5 * took, beat, bpm)))
        return min(found, key=lambda each: each[0])[1]

    async def latency_seconds(self) -> float:
        """From rendering to hearing. Raises SessionError."""
        return 0.001 * float((await self._ask("/plaud/status"))[2])

    def follow(self, bpm: float) -> None:
        """Give the engine a tempo, from now on."""
        try:
            self._socket.send(encode("/plaud/clock/follow", float(bpm)))
        except OSError as error:
            raise self._away() from error

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    async def _ask(self, address: str) -> tuple[float, ...]:
        loop = asyncio.get_running_loop()
        try:
            self._socket.send(encode(address))
            async with asyncio.timeout(WAIT_SECONDS):
                while True:
                    answer = parse(await loop.sock_recv(self._socket, 8192))
                    if isinstance(answer, OscMessage) and answer.address == f"{address}.reply":
                        return tuple(v if isinstance(v, int | float) else 0.0 for v in answer.arguments)
        except (OSError, TimeoutError, OscError) as error:
            raise self._away() from error

    def _away(self) -> SessionError:
        return SessionError(f"no instrument answers on OSC port {self.port}: start it, or give --port")
