"""A real browser without a window: Chromium, driven over its DevTools protocol. No package but aiohttp."""

import asyncio
import base64
import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

NAMES = ("chromium", "chromium-browser", "google-chrome")
START_SECONDS = 60.0
WAIT_SECONDS = 20.0
MOST_BYTES = 1 << 26
PHONE, LYING, TABLET = (390, 844), (844, 390), (1280, 800)
"""Sizes of screens: a phone upright, on its side, a tablet or a laptop."""


def find_browser() -> str | None:
    """Where the browser is, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """One page; its own errors are collected."""

    def __init__(self, line: ClientWebSocketResponse) -> None:
        self.errors: list[str] = []
        self._line = line
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One method of the protocol, and its answer. Raises RuntimeError where that is an error."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(WAIT_SECONDS):
            said = await answer
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error']}")
        result: dict[str, Any] = said["result"]
        return result

    async def open(self, url: str, size: tuple[int, int] = TABLET, dense: float = 1.0) -> None:
        """Go to a page on a touch screen of this size, and wait until it is connected."""
        for domain in ("Page", "Runtime", "Log"):
            await self.ask(f"{domain}.enable")
        width, height = size
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=dense,
            mobile=size in (PHONE, LYING),
        )
        await self.ask("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=10)
        await self.ask("Page.navigate", url=url)
        await self.wait("document.body?.dataset.state === 'connected' && document.querySelector('.fader')")

    async def run(self, script: str) -> Any:
        """The value of an expression in the page. Raises RuntimeError where that throws."""
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def wait(self, script: str, seconds: float = WAIT_SECONDS) -> Any:
        """Wait until an expression is true in the page; its value."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            with contextlib.suppress(RuntimeError):  # the page may be on its way
                if value := await self.run(f"Boolean({script})"):
                    return value
            if loop.time() > deadline:
                raise TimeoutError(f"not within {seconds:g} s: {script}; errors {self.errors}")
            await asyncio.sleep(0.03)

    async def touch(self, kind: str, points: Sequence[tuple[float, float]]) -> None:
        """touchStart, touchMove or touchEnd: where all fingers are that touch, by their order."""
        fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        await self.ask("Input.dispatchTouchEvent", type=kind, touchPoints=fingers)

    async def tap(self, selector: str) -> None:
        """A finger on the middle of an element, and off again."""
        where = await self.middle(selector)
        await self.touch("touchStart", [where])
        await self.touch("touchEnd", [])

    async def middle(self, selector: str) -> tuple[float, float]:
        """The middle of the first element of this kind. Raises RuntimeError where there is none."""
        x, y = await self.run(
            f"(r => [r.x + r.width / 2, r.y + r.height / 2])"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
        return float(x), float(y)

    async def picture(self, path: Path) -> None:
        """Save what is to be seen as PNG."""
        answer = await self.ask("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(answer["data"]))

    async def close(self) -> None:
        """Stop listening."""
        self._reader.cancel()
        await self._line.close()

    async def _read(self) -> None:
        async for message in self._line:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            if "id" in said:
                self._answers.pop(said["id"]).set_result(said)
            elif said["method"] == "Runtime.exceptionThrown":
                self.errors.append(json.dumps(said["params"]["exceptionDetails"])[:600])
            elif said["method"] == "Log.entryAdded" and said["params"]["entry"]["level"] == "error":
                self.errors.append(said["params"]["entry"]["text"])


@contextlib.asynccontextmanager
async def browser() -> AsyncIterator[Callable[[], Awaitable[Page]]]:
    """Start the browser; what is given opens pages. Raises RuntimeError where there is none."""
    found = find_browser()
    if found is None:
        raise RuntimeError("needs chromium: apt install chromium")
    with tempfile.TemporaryDirectory(prefix="plaud-chrome-", ignore_cleanup_errors=True) as folder:
        options = [
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
            "--no-first-run",
        ]
        options += ["--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--hide-scrollbars"]
        options += ["--disable-background-networking", "--disable-component-update", "--mute-audio"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        process = subprocess.Popen(
            [found, *options, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            port = await _port(Path(folder) / "DevToolsActivePort", process)
            async with ClientSession() as session:
                pages: list[Page] = []

                async def open_page() -> Page:
                    async with session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as answer:
                        url = (await answer.json())["webSocketDebuggerUrl"]
                    pages.append(Page(await session.ws_connect(url, max_msg_size=MOST_BYTES)))
                    return pages[-1]

                try:
                    yield open_page
                finally:
                    for page in pages:
                        await page.close()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


async def _port(path: Path, process: "subprocess.Popen[bytes]") -> int:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while not (path.exists() and path.read_text().strip()):
        if process.poll() is not None or asyncio.get_running_loop().time() > deadline:
            raise RuntimeError(f"the browser does not start (exit status {process.poll()})")
        await asyncio.sleep(0.05)
    return int(path.read_text().splitlines()[0])
