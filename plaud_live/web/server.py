"""The HTTP server: OSCQuery, the surface's page, and WebSocket clients. Everything is bounded and looked up.

No path of a request ever becomes the path of a file: the page's files are read when the server starts.
"""

import asyncio
import contextlib
import json
import logging
import socket
import time
from collections.abc import Mapping
from importlib import resources
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from plaud_live.control.namespace import Node, addresses
from plaud_live.control.state import State
from plaud_live.engine.access import Access
from plaud_live.errors import SessionError
from plaud_live.web import surface
from plaud_live.web.client import HEARTBEAT_SECONDS, Client, text
from plaud_live.web.feed import Feed
from plaud_live.web.gate import TOKEN, Gate
from plaud_live.web.oscquery import HOST_INFO, HTML, Refused, Tree, changed_path, host_info
from plaud_live.web.values import Values

PORTS_TRIED = 100
FRAME_SECONDS = 0.05
"""As often as the engine shows something new of itself."""

MOST_CLIENTS = 32
MOST_CONNECTIONS = 128
MAX_MESSAGE_BYTES = 8192
MAX_LINE_BYTES = 4096
SWEEP_SECONDS = 0.5
IDLE_SECONDS = 15.0
"""A connection that has asked for nothing whole for so long is closed."""

PAGE = "index.html"
FILES = {
    "surface.js": "text/javascript",
    "fader.js": "text/javascript",
    "pad.js": "text/javascript",
    "space.js": "text/javascript",
    "line.js": "text/javascript",
    "osc.js": "text/javascript",
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
    "app.webmanifest": "application/manifest+json",
}
_QUIET = logging.getLogger(f"{__name__}.requests")
_QUIET.setLevel(logging.CRITICAL)  # what is no HTTP is answered: strangers shall not fill the log

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Vary": "Accept",
}


class Server:
    """Serves what `feed` knows to whoever `access` lets in."""

    def __init__(self, feed: Feed, access: Access) -> None:
        self.port = 0
        self.refused = 0
        self._feed, self._host, self._gate = feed, access.host, Gate(access)
        self._clients: set[Client] = set()
        self._files = {f"/surface/{name}": (kind, _read(name)) for name, kind in FILES.items()}
        self._page = _read(PAGE)
        self._state = feed.state
        self._tree = Tree(addresses(self._state))
        self._texts = _texts(self._state)
        self._served: dict[RequestHandler, float] = {}
        self._http: web.Server | None = None
        self._listener: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        feed.on_here = lambda: self._tell("HERE", feed.here)
        feed.on_message = lambda line: self._tell("SAY", line)

    async def start(self, port: int) -> None:
        """Listen on `port`, or on the next that is free. Raises SessionError if there is none."""
        sock = _bind(self._host, port)
        self.port = int(sock.getsockname()[1])
        self._http = web.Server(
            self._serve,
            access_log=None,
            logger=_QUIET,
            keepalive_timeout=IDLE_SECONDS,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=64,
            lingering_time=0.0,
        )
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._connect, sock=sock)
        self._tasks = [asyncio.create_task(self._show()), asyncio.create_task(self._sweep())]

    async def close(self) -> None:
        """Hang up on everybody and give the port back."""
        for task in self._tasks:
            task.cancel()
        if self._listener is not None:
            self._listener.close()
        if self._http is not None:
            await self._http.shutdown(1.0)

    def _connect(self) -> asyncio.Protocol:
        """A protocol for a connection that was accepted; one that hangs up where there are too many."""
        if self._http is None or len(self._http.connections) >= MOST_CONNECTIONS:
            self.refused += 1
            return _Busy()
        handler = self._http()
        self._served[handler] = time.monotonic()
        return handler

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request. While it is served, its connection is not idle."""
        self._served.pop(request.protocol, None)
        try:
            return await self._answer(request)
        finally:
            self._served[request.protocol] = time.monotonic()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path, query = request.path, request.query
        free = path in self._files
        peer = request.remote or ""
        refusal = self._gate.refuse(request.method, request.headers, peer, query.get(TOKEN, ""), free)
        if refusal is not None:
            self.refused += 1
            return _plain(refusal.status, refusal.text)
        if free:
            kind, body = self._files[path]
            return web.Response(body=body, content_type=kind, charset="utf-8", headers=HEADERS)
        attributes = [key for key in query if key != TOKEN]
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._talk(request)
        if attributes == [HTML] or (
            path == "/" and not attributes and "text/html" in request.headers.get("Accept", "")
        ):
            return web.Response(body=self._page, content_type="text/html", charset="utf-8", headers=HEADERS)
        return self._query(path, attributes)

    def _query(self, path: str, attributes: list[str]) -> web.Response:
        """What OSCQuery answers."""
        if HOST_INFO in attributes:
            return _json(host_info(self.port, self._feed.osc_port))
        try:
            return _json(self._look().answer(unquote(path), attributes, self._values().of))
        except Refused as refused:
            return _plain(refused.status, str(refused))

    async def _talk(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve a WebSocket until its client leaves."""
        if len(self._clients) >= MOST_CLIENTS:
            self.refused += 1
            return _plain(503, f"{MOST_CLIENTS} clients are here already")
        wanted = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_MESSAGE_BYTES, compress=False, timeout=1.0
        )
        if not wanted.can_prepare(request):
            return _plain(400, "that is no WebSocket handshake")
        await wanted.prepare(request)
        client = Client(wanted, lambda: self._feed.osc_port, lambda: self._look().nodes, self._greet)
        self._clients.add(client)
        try:
            await client.run()
        finally:
            self._clients.discard(client)
        return wanted

    def _greet(self, client: Client) -> None:
        """Show a surface what there is."""
        self._look()
        client.command("HERE", self._feed.here)
        for kind, shown in self._texts.items():
            client.outbox.show(kind, shown)

    def _look(self) -> Tree:
        """The addresses of now. Where the state is another one, everybody is told what that changes."""
        state = self._feed.state
        if state is not self._state:
            self._state = state
            self._look_at_addresses(self._tree.nodes, addresses(state))
            before, self._texts = self._texts, _texts(state)
            for kind, shown in self._texts.items():
                if shown != before[kind]:
                    for client in self._surfaces():
                        client.outbox.show(kind, shown)
        return self._tree

    def _look_at_addresses(self, before: Mapping[str, Node], after: Mapping[str, Node]) -> None:
        if after is before:
            return
        self._tree = Tree(after)
        if (path := changed_path(before, after)) is not None:
            for client in self._clients:
                client.command("PATH_CHANGED", path)
                client.forget(after)

    async def _show(self) -> None:
        """Show everybody what is now, as long as there is anybody."""
        while True:
            await asyncio.sleep(FRAME_SECONDS)
            if not self._clients or not self._feed.here:
                continue
            self._look()
            values = self._values()
            if surfaces := self._surfaces():
                frame = text("NOW", surface.now(values))
                for client in surfaces:
                    client.outbox.show("NOW", frame)
            for client in self._clients:
                client.watch(values)

    def _surfaces(self) -> list[Client]:
        return [client for client in self._clients if client.surface]

    def _values(self) -> Values:
        return Values(self._feed.state, self._feed.status)

    def _tell(self, name: str, data: Any) -> None:
        for client in self._surfaces():
            client.command(name, data)

    async def _sweep(self) -> None:
        """Close connections that were opened and then left alone; forget those that are gone."""
        while self._http is not None:
            await asyncio.sleep(SWEEP_SECONDS)
            old, there = time.monotonic() - IDLE_SECONDS, self._http.connections
            self._served = {each: self._served[each] for each in there if each in self._served}
            for handler in [each for each, since in self._served.items() if since < old]:
                del self._served[handler]
                handler.force_close()
                if handler.transport is not None:
                    handler.transport.abort()


class _Busy(asyncio.Protocol):
    """Hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From asyncio."""
        transport.close()


def _read(name: str) -> bytes:
    return (resources.files("plaud_live.web") / "static" / name).read_bytes()


def _texts(state: State) -> dict[str, str]:
    """What surfaces are shown of a state, as it is sent."""
    return {
        "LAYOUT": text("LAYOUT", surface.layout(state)),
        "DRIVERS": text("DRIVERS", surface.drivers(state)),
    }


def _json(data: Any) -> web.Response:
    body = json.dumps(data, separators=(",", ":")).encode()
    return web.Response(body=body, content_type="application/json", headers=HEADERS)


def _plain(status: int, line: str) -> web.Response:
    body = None if status == 204 else f"{line}\n"
    return web.Response(status=status, text=body, headers=HEADERS)


def _bind(host: str, port: int) -> socket.socket:
    for wanted in range(port, min(65535, port + PORTS_TRIED) + 1) if port else (0,):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            sock.bind((host, wanted))
            return sock
        sock.close()
    raise SessionError(
        f"web port {port} and {PORTS_TRIED} after it are all in use — choose another: --web PORT"
    )
