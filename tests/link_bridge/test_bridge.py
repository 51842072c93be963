"""The process: what it says without an instrument or without aalink, and, with aalink, that it steers."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.osc import OscMessage, encode, parse
from plaud_live.errors import SessionError
from plaud_live.link_bridge import __main__ as bridge
from plaud_live.link_bridge.engine_clock import EngineClock

pytestmark = pytest.mark.realtime

ROOT = Path(__file__).resolve().parents[2]
RATE = 44100


class FakeEngine:
    """Answers what the bridge asks, from a tempo map on the monotonic clock."""

    def __init__(self, bpm: float) -> None:
        self.tempo = TempoMap(RATE).changed(bpm, 0.0)
        self.began = time.monotonic()
        self.asked = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def beat(self) -> float:
        return self.tempo.beat((time.monotonic() - self.began) * RATE)

    def _serve(self) -> None:
        while True:
            packet, peer = self._socket.recvfrom(8192)
            message = parse(packet)
            assert isinstance(message, OscMessage)
            self.asked += 1
            match message.address:
                case "/plaud/clock/beat":
                    reply = encode("/plaud/clock/beat.reply", self.beat, self.tempo.bpm_at(self.beat))
                case "/plaud/status":
                    reply = encode("/plaud/status.reply", 0.1, 0.2, 12.5, 0, 0, 1, 44100.0, 44100.0, 0, "")
                case "/plaud/clock/follow":
                    self.tempo = self.tempo.changed(float(message.arguments[0]), self.beat)  # type: ignore[arg-type]
                    continue
                case _:
                    return
            self._socket.sendto(reply, peer)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(encode("/end"), ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    engine = FakeEngine(120.0)
    yield engine
    engine.close()


def test_the_clock_of_the_engine_is_read_over_osc(engine: FakeEngine) -> None:
    async def read() -> None:
        clock = EngineClock(engine.port)
        read = await clock.read()
        assert read.bpm == 120.0
        assert read.beat_at(time.monotonic()) == pytest.approx(engine.beat, abs=0.01)
        assert await clock.latency_seconds() == pytest.approx(0.0125)
        clock.follow(90.0)
        assert (await clock.read()).bpm == 90.0
        clock.close()

    asyncio.run(read())


def test_without_an_instrument_it_says_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(SessionError, match=f"no instrument answers on OSC port {port}"):
            asyncio.run(EngineClock(port).read())


def test_without_aalink_it_says_what_to_install() -> None:
    """In a process where aalink cannot be imported, as after a default installation."""
    code = (
        "import sys; sys.modules['aalink'] = None\n"
        "from plaud_live.link_bridge.__main__ import main\n"
        "sys.exit(main(['--port', '9']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("plaud-live: Ableton Link needs aalink")
    assert done.stderr.endswith("pip install 'plaud-live[link]'\n")
    assert done.stderr.count("\n") == 1


def test_a_bar_has_beats() -> None:
    with pytest.raises(SessionError, match="--quantum 0: wants more than 0 beats"):
        asyncio.run(bridge.follow_session(9, 0.0, print))


if find_spec("aalink"):  # an extra that no other brings along: these tests are there where it is

    def test_alone_in_a_session_link_takes_the_tempo_and_beat_of_the_engine(
        engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_link, made, said = bridge._load_aalink(), [], []

        def remember(bpm: float) -> object:
            made.append(make_link(bpm))
            return made[-1]

        monkeypatch.setattr(bridge, "_load_aalink", lambda: remember)
        monkeypatch.setattr(bridge, "STEP_SECONDS", 0.02)

        async def play() -> None:
            running = asyncio.create_task(bridge.follow_session(engine.port, 4.0, said.append))
            async with asyncio.timeout(30.0):
                while len(said) < 2:
                    await asyncio.sleep(0.01)
                engine.tempo = engine.tempo.changed(97.0, engine.beat)
                link = made[0]
                while abs(link.tempo - 97.0) > 0.01 or abs(_apart(link.beat, engine.beat - 0.0202)) > 0.03:
                    await asyncio.sleep(0.01)
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

        asyncio.run(play())
        assert said[0] == "Link: 120.0 bpm, bars of 4 beats"
        assert "0 others" in said[1]


def _apart(beat: float, other: float) -> float:
    return (beat - other + 2.0) % 4.0 - 2.0
