"""`play --lan` and the word `web()`: the surface from another address, with and without the token."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from plaud_live.control.osc import encode
from plaud_live.engine.link import Client
from plaud_live.web.__main__ import own_address
from tests.playing import Playing
from tests.processes import wait_for

pytestmark = pytest.mark.slow

START_SECONDS = 240.0
TOKEN = "abcdefghjk"


@pytest.fixture
def playing(tmp_path: Path) -> Iterator[Playing]:
    started = Playing(
        tmp_path,
        engine="plaud_live.engine.process",
        prompt="plaud_live.repl.main",
        environment={"PLAUD_TOKEN": TOKEN},
        plain=True,
        osc_port=0,
        lan=own_address(),
    )
    wait_for(lambda: started.instance.get("prompt"), "the prompt opens", START_SECONDS)
    client = Client(started.run_dir / "engine.sock", START_SECONDS)
    wait_for(
        lambda: "drone" in client.request("hello")["state"]["instruments"], "drone is there", START_SECONDS
    )
    client.close()
    yield started
    started.close()


def test_web_opens_it_and_who_comes_from_the_network_needs_the_token(playing: Playing) -> None:
    assert "web" not in playing.instance  # nobody has asked
    playing.type("web()")
    wait_for(lambda: playing.instance.get("web"), "the web server opens")
    url = playing.instance["web"]
    where = urlsplit(url)
    base = f"{where.scheme}://{where.netloc}"
    assert where.query == f"token={TOKEN}"
    wait_for(lambda: url in playing.output, "the word shows the whole link at once")
    assert TOKEN not in str(playing.events)
    assert f"web: {base}/" not in playing.output
    playing.type("web()")
    wait_for(lambda: playing.output.count(url) == 2, "it shows it again")

    async def test() -> None:
        foreign = own_address() != "127.0.0.1"
        async with ClientSession() as session:
            async with session.get(url, headers={"Accept": "text/html"}) as answer:
                assert answer.status == 200 and "<!doctype html>" in await answer.text()
            for path in ("/", "/plaud/inst/drone/z0?VALUE", "/?token=wrongwrong"):
                async with session.get(base + path) as answer:
                    assert answer.status == (403 if foreign else 200)
            async with session.get(f"http://127.0.0.1:{where.port}/plaud/inst/drone/z0?TYPE") as answer:
                assert await answer.json() == {"TYPE": "f"}  # this machine needs none
            if foreign:
                with pytest.raises(WSServerHandshakeError):
                    await session.ws_connect(base)
            async with session.ws_connect(url) as line:
                await line.send_bytes(encode("/plaud/inst/drone/z0", 0.125))
                async with asyncio.timeout(20.0):
                    while True:
                        async with session.get(f"{base}/plaud/inst/drone/z0?VALUE&{where.query}") as answer:
                            if (await answer.json())["VALUE"] == [0.125]:
                                return
                        await asyncio.sleep(0.05)

    asyncio.run(test())
