"""The server over real sockets: OSCQuery, WebSocket clients, what they are told, and what is refused."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Coroutine
from typing import Any

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from plaud_live.control.osc import encode
from plaud_live.control.transaction import Load, Reverb, Set
from plaud_live.engine.access import Access
from plaud_live.signals.graph import Constant
from plaud_live.signals.oscillators import lfo
from plaud_live.web import gate, server
from plaud_live.web.client import MOST_NONSENSE
from tests.control.test_namespace import HALL
from tests.web.rig import PATIENCE, Rig, command, packet, serving

TOKEN = "abcdefghjk"


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def says(name: str, data: object = None) -> str:
    return json.dumps({"COMMAND": name, "DATA": data})


def test_a_browser_gets_the_page_and_a_client_the_tree() -> None:
    async def test() -> None:
        async with serving() as rig:
            status, page = await rig.get("/", Accept="text/html,*/*")
            assert status == 200 and "<!doctype html>" in page
            status, page = await rig.get("/plaud?HTML")
            assert status == 200 and "<!doctype html>" in page
            for name in server.FILES:
                assert f'"/surface/{name}"' in page or (await rig.get(f"/surface/{name}"))[0] == 200
            status, tree = await rig.get("/")
            assert status == 200 and tree["CONTENTS"]["plaud"]["CONTENTS"]["inst"]["CONTENTS"].keys() == {
                "drone"
            }
            status, info = await rig.get("/any/path?HOST_INFO")
            assert (info["OSC_PORT"], info["WS_PORT"]) == (rig.osc.getsockname()[1], rig.server.port)
            assert await rig.get("/plaud/inst/drone/z1?VALUE") == (200, {"VALUE": [0.2]})
            assert (await rig.get("/plaud/inst/drone?VALUE"))[0] == 204
            assert (await rig.get("/plaud/inst/drone/z1?NOISE"))[0] == 400
            assert (await rig.get("/plaud/inst/lead"))[0] == 404

    run(test())


@pytest.mark.parametrize(
    "path",
    [
        "/surface/../../../etc/passwd",
        "/surface/..%2f..%2fsettings.py",
        "/surface/index.html%00.js",
        "/surface/",
        "//etc/passwd",
        "/surface/%2e%2e/%2e%2e/client.py",
        "/plaud/inst/..",
        "/./static/surface.js",
    ],
)
def test_no_path_leads_to_a_file_that_is_not_the_page_s(path: str) -> None:
    async def test() -> None:
        async with serving() as rig:
            answer = await raw(rig, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            assert answer.split(b" ")[1] in (b"404", b"400")

    run(test())


def test_packets_go_to_the_engine_and_its_answers_come_back_from_one_port_a_client() -> None:
    async def test() -> None:
        async with serving() as rig, rig.talk() as one, rig.talk() as other:
            await one.send_bytes(encode("/plaud/inst/drone/z0", 0.25))
            message, sender = await rig.heard()
            assert (message.address, message.arguments) == ("/plaud/inst/drone/z0", (0.25,))
            await one.send_bytes(encode("/plaud/panic"))
            assert (await rig.heard())[1] == sender
            await other.send_bytes(encode("/plaud/ping", 7))
            _, second = await rig.heard()
            assert second != sender and second[0] == sender[0] == "127.0.0.1"
            stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            stranger.sendto(encode("/plaud/pong", 6), second)
            rig.osc.sendto(encode("/plaud/pong", 7), second)
            assert (await packet(other)).arguments == (7,)
            stranger.close()

    run(test())


def test_a_listener_hears_every_change_but_not_its_own_echo() -> None:
    async def test() -> None:
        async with serving() as rig, rig.talk() as line:
            await line.send_str(says("LISTEN", "/plaud/inst/drone/gain"))
            assert (await packet(line)).arguments == (0.75,)
            rig.player.set("gain", 0.25)
            rig.tell()
            assert (await packet(line)).arguments == (0.25,)
            await line.send_bytes(encode("/plaud/inst/drone/gain", 0.5))
            for value in (0.49, 0.5):  # what the engine makes of it, while it settles
                rig.player.set("gain", value)
                rig.tell()
            assert (await packet(line)).arguments == (0.5,)
            await line.send_str(says("IGNORE", "/plaud/inst/drone/gain"))
            await line.send_str(says("LISTEN", "/plaud/clock/quant"))
            assert (await packet(line)).address == "/plaud/clock/quant"
            rig.player.set("gain", 0.125)
            rig.tell()
            await line.send_str(says("LISTEN", "/plaud/clock/bpm"))
            assert (await packet(line)).address == "/plaud/clock/bpm"

    run(test())


def test_a_change_of_the_addresses_is_told_to_everybody() -> None:
    async def test() -> None:
        async with serving() as rig, rig.talk() as line:
            rig.player.do(Load("lead", "default"))
            rig.tell()
            assert await command(line, "PATH_CHANGED") == "/plaud/inst"
            assert (await rig.get("/plaud/inst/lead/z0?TYPE"))[1] == {"TYPE": "f"}

    run(test())


def test_a_surface_is_shown_what_there_is_and_where_it_is_now() -> None:
    async def test() -> None:
        async with serving() as rig, rig.talk() as line:
            await line.send_str(says("SURFACE"))
            assert await command(line, "HERE") is True
            layout = await command(line, "LAYOUT")
            (drone,) = layout["instruments"]
            assert [row["name"] for row in drone["parameters"]][:4] == ["z0", "z1", "z2", "gain"]
            assert drone["parameters"][1]["label"] == "bright"
            assert {anchor["name"] for anchor in drone["anchors"]} == {"bell", "rust"}
            now = await command(line, "NOW")
            shown = now["instruments"]["drone"]
            assert shown["values"][:4] == [0.1, 0.2, 0.3, 0.75]
            assert (now["beat"], now["bpm"], shown["playing"]) == (3.5, 92.0, False)
            rig.feed.take({"event": "disconnected"})
            assert await command(line, "HERE") is False
            rig.feed.take({"event": "message", "text": "the engine died and was replaced"})
            assert await command(line, "SAY") == "the engine died and was replaced"

    run(test())


def test_a_surface_is_shown_the_reverb_where_there_is_one() -> None:
    async def test() -> None:
        async with serving() as rig, rig.talk() as line:
            await line.send_str(says("SURFACE"))
            assert (await command(line, "LAYOUT"))["reverb"] is None
            rig.player.do(Reverb("hall", info=HALL))
            rig.player.do(Set("verb", "mix", Constant(0.25), 0.0), Set("verb", "t60", lfo(8), 0.0))
            rig.status["verb"] = {"mix": 0.25, "peak": 0.125, "held": ["damping"]}
            rig.tell()
            shown = (await command(line, "LAYOUT"))["reverb"]
            assert shown["model"] == "hall"
            assert [row["name"] for row in shown["parameters"]][:3] == ["mix", "t60", "pre_delay"]
            assert (await command(line, "DRIVERS"))["verb"] == {"t60": "lfo(8)"}
            now = (await command(line, "NOW"))["reverb"]
            assert (now["values"][0], now["peak"], now["held"]) == (0.25, 0.125, ["damping"])
            assert (await rig.get("/plaud/verb/mix?VALUE"))[1] == {"VALUE": [0.25]}

    run(test())


def test_pages_of_other_sites_get_no_line() -> None:
    async def test() -> None:
        async with serving() as rig:
            for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}):
                with pytest.raises(WSServerHandshakeError):
                    await rig.talk(**headers)
                assert (await rig.get("/plaud", **headers))[0] in (403, 421)
            async with rig.session.post(rig.url + "/plaud/panic", data=b"x") as answer:
                assert answer.status == 405
                assert "Access-Control-Allow-Origin" not in answer.headers

    run(test())


def test_beyond_this_machine_the_token_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client here is taken for one in the network: the address it has is on the list."""
    monkeypatch.setattr(gate, "is_loopback", lambda peer: False)

    async def test() -> None:
        async with serving(Access.parse("127.0.0.0/8", TOKEN)) as rig:
            assert (await rig.get("/surface/surface.js"))[0] == 200
            for path in ("/", "/plaud/inst/drone/z0?VALUE", "/?token=", "/?token=abcdefghjm"):
                assert (await rig.get(path, Accept="text/html"))[0] == 403
            assert (await rig.get(f"/?token={TOKEN}", Accept="text/html"))[0] == 200
            assert (await rig.get(f"/plaud/inst/drone/z0?VALUE&token={TOKEN}"))[1] == {"VALUE": [0.1]}
            for path in ("/", "/?token=abcdefghjm"):
                with pytest.raises(WSServerHandshakeError):
                    await rig.talk(path)
            async with rig.talk(f"/?token={TOKEN}") as line:
                await line.send_bytes(encode("/plaud/panic"))
                assert (await rig.heard())[0].address == "/plaud/panic"

    run(test())


async def raw(rig: Rig, request: bytes) -> bytes:
    """What comes back for bytes, until the server hangs up or is silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.server.port)
    writer.write(request)
    answer = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(0.5):
            while chunk := await reader.read(4096):
                answer += chunk
    writer.close()
    return answer


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"H%d: x\r\n" % i for i in range(1000)) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 100_000,
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0" * 5000,
        b"GET / HTTP/9.9\r\n\r\n",
    ],
)
def test_what_is_too_large_or_no_http_is_refused_and_forgotten(request_bytes: bytes) -> None:
    async def test() -> None:
        async with serving() as rig:
            await raw(rig, request_bytes)
            assert (await rig.get("/plaud/inst/drone/z0?TYPE"))[0] == 200

    run(test())


@pytest.mark.parametrize(
    "bad",
    [
        b"x" * 9000,
        "x" * 9000,
        *["{", "[]", "7", '{"COMMAND": 1}', '{"COMMAND": "LISTEN", "DATA": [1]}', "[" * 4000],
    ],
)
def test_messages_that_mean_nothing_change_nothing_and_too_many_end_the_line(bad: str | bytes) -> None:
    async def test() -> None:
        async with serving() as rig, rig.talk() as line:
            for _ in range(MOST_NONSENSE + 2 if isinstance(bad, str) else 1):
                with contextlib.suppress(ConnectionError):
                    await (line.send_bytes(bad) if isinstance(bad, bytes) else line.send_str(bad))
            async with asyncio.timeout(PATIENCE):
                closed = [message.type async for message in line]
            assert line.closed and set(closed) <= {WSMsgType.TEXT}
            assert (await rig.get("/plaud/inst/drone/z0?TYPE"))[0] == 200

    run(test())


def test_a_client_that_sends_too_much_loses_it_alone() -> None:
    async def test() -> None:
        async with serving() as rig, rig.talk() as flood, rig.talk() as calm:
            addresses: list[str] = []

            async def listen() -> None:
                while "/plaud/ping" not in addresses:
                    addresses.append((await rig.heard())[0].address)

            listening = asyncio.create_task(listen())
            for i in range(6000):
                await flood.send_bytes(encode("/plaud/ctl/x", float(i)))
                if i % 50 == 0:
                    await asyncio.sleep(0)
            await calm.send_bytes(encode("/plaud/ping", 1))
            await listening
            assert addresses.count("/plaud/ctl/x") < 5000

    run(test())


def test_there_are_only_so_many_clients_and_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CLIENTS", 2)
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 6)

    async def test() -> None:
        async with serving() as rig, rig.talk(), rig.talk() as second:
            with pytest.raises(WSServerHandshakeError):
                await rig.talk()
            idle = [await asyncio.open_connection("127.0.0.1", rig.server.port) for _ in range(12)]
            for reader, writer in idle[6:]:
                assert await reader.read() == b""
                writer.close()
            await second.send_str(says("SURFACE"))
            assert await command(second, "NOW")
            for _, writer in idle:
                writer.close()

    run(test())


def test_a_connection_that_never_asks_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.2)

    async def test() -> None:
        async with serving() as rig, rig.talk() as line:
            reader, writer = await asyncio.open_connection("127.0.0.1", rig.server.port)
            writer.write(b"GET / HTTP/1.1\r\nHost: ")
            async with asyncio.timeout(PATIENCE):
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
            writer.close()
            await line.send_str(says("SURFACE"))
            assert await command(line, "NOW")  # who talks is left alone

    run(test())
