"""The web's process: `python -m plaud_live.web`, started by the supervisor, or by hand beside what plays.

To the supervisor, at the other end of the channel: {"event": "serving", "url": URL, "port": N}, {"event":
"message", "text": TEXT}. It ends when the channel is closed. Token and networks are in the environment
(see `engine.access`), where no other user can read them.
"""

import argparse
import asyncio
import contextlib
import ctypes
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence

from plaud_live.engine.access import LOOPBACK, Access
from plaud_live.engine.link import Channel
from plaud_live.engine.snapshot import Snapshot
from plaud_live.errors import PlaudError
from plaud_live.settings import WEB_PORT, run_dir
from plaud_live.web.advertise import advertising
from plaud_live.web.feed import Feed
from plaud_live.web.gate import TOKEN
from plaud_live.web.server import Server

SOCKET_NAME = "engine.sock"
NICE = 10
"""The sound goes first, on any machine."""

ENGINE_SECONDS = 2.0
"""How long the address is kept back until there is something to show."""

_M_ARENA_MAX = -8


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C, or until the supervisor is gone. Exit status 2 with one line where it cannot."""
    parser = argparse.ArgumentParser(prog="python -m plaud_live.web", description=__doc__)
    parser.add_argument("--port", type=int, default=WEB_PORT, help="TCP port (%(default)s)")
    parser.add_argument("--channel", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--snapshot", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    os.nice(NICE)
    _share_one_heap()
    channel = None if options.channel is None else Channel.from_fd(options.channel)
    snapshot = None if options.snapshot is None else Snapshot(options.snapshot)
    try:
        feed = Feed(run_dir() / SOCKET_NAME, snapshot)
        asyncio.run(serve(options.port, Access.from_environment(), feed, channel))
    except PlaudError as error:
        print(f"plaud-live: {error}", file=sys.stderr, flush=True)
        return 2
    return 0


async def serve(port: int, access: Access, feed: Feed, channel: Channel | None) -> None:
    """Serve until it is time to go. Raises SessionError where there is no port."""
    loop = asyncio.get_running_loop()
    leave = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, leave.set)
    server = Server(feed, access)
    await server.start(port)
    feed.start(loop)
    with contextlib.suppress(TimeoutError):  # who opens the link at once finds what plays
        await asyncio.wait_for(feed.arrived.wait(), ENGINE_SECONDS)
    gc.freeze()  # what is left of connections is then found soon, not once it is a quarter of everything
    url = address(server.port, access)
    if channel is not None:
        loop.add_reader(channel.fileno(), _hear, channel, channel.fileno(), leave)
        channel.send({"event": "serving", "url": url, "port": server.port})
    else:
        print(url, flush=True)
    try:
        async with advertising(own_address() if access.lan else None, server.port) as problem:
            if problem and channel is not None:
                channel.send({"event": "message", "text": problem})
            await leave.wait()
    finally:
        await server.close()
        feed.close()


def address(port: int, access: Access) -> str:
    """Where a browser finds the surface: with the token where others may come."""
    if not access.lan:
        return f"http://{LOOPBACK}:{port}/"
    return f"http://{own_address()}:{port}/?{TOKEN}={access.token}"


def own_address() -> str:
    """This machine's address in its network: the one that a packet to elsewhere would leave from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, contextlib.suppress(OSError):
        sock.connect(("192.0.2.1", 9))  # for documentation (RFC 5737); UDP sends nothing to connect
        return str(sock.getsockname()[0])
    return LOOPBACK


def _share_one_heap() -> None:
    """Keep glibc from giving each thread a heap of its own: what one leaves behind the others can use."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _hear(channel: Channel, fd: int, leave: asyncio.Event) -> None:
    channel.receive()
    if channel.closed:
        asyncio.get_running_loop().remove_reader(fd)
        leave.set()


if __name__ == "__main__":
    sys.exit(main())
