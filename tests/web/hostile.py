"""Random and mutated requests, frames and messages, equal for equal seeds: to fuzz the web server with."""

import json
import os
import struct
from collections.abc import Iterator
from random import Random

from plaud_live.control.osc import encode

PATHS = ("/", "/plaud", "/plaud/inst/drone/z0", "/plaud/inst/drone/z", "/plaud/status", "/surface/surface.js")
QUERIES = ("", "?VALUE", "?RANGE&TYPE", "?HOST_INFO", "?HTML", "?token=x", "?%00", "?" + "A=1&" * 200)
HEADERS = (
    "Host: 127.0.0.1",
    "Host: evil.example",
    "Origin: http://evil.example",
    "Accept: text/html",
    "Content-Length: 10",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    "Connection: keep-alive",
    "Connection: close",
    "Expect: 100-continue",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Version: 8",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Key: x",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    "Sec-Fetch-Site: cross-site",
    "Cookie: " + "a=b; " * 100,
)
COMMANDS = ("LISTEN", "IGNORE", "SURFACE", "PATH_CHANGED", "NOW", "", "\u0000")
ADDRESSES = (
    "/plaud/inst/drone/z0",
    "/plaud/inst/drone/gain",
    "/plaud/inst/drone/z",
    "/plaud/inst/*/z[0-3]",
    "/plaud/ctl/fuzz",
    "/plaud/status",
    "/plaud/get",
    "/plaud/list",
    "/plaud/notify",
    "/plaud/scene/recall",
    "/plaud/nothing",
)
"""None of these ends the session or the sound: it is to be listened to all the while."""


def http_request(dice: Random) -> bytes:
    """A request, or what is none."""
    method = dice.choice(("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "TRACE", "get", ""))
    path = dice.choice(PATHS) + dice.choice(("", "", "/", "/..", "/%2e%2e/", "x" * dice.randrange(300)))
    version = dice.choice(("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2", ""))
    lines = [f"{method} {path}{dice.choice(QUERIES)} {version}", "Host: 127.0.0.1"]
    lines += dice.sample(HEADERS, dice.randrange(6))
    body = dice.choice((b"", b"", dice.randbytes(10), dice.randbytes(3000)))
    return mutated(dice, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def text(dice: Random) -> str:
    """What a client might say in JSON, or not."""
    data = dice.choice((dice.choice(ADDRESSES), None, 1e308, [], {"a": [{}] * 5}, "x" * dice.randrange(4000)))
    line = json.dumps({"COMMAND": dice.choice(COMMANDS), "DATA": data})
    return mutated(dice, line.encode()).decode("utf-8", "replace")


def packet(dice: Random) -> bytes:
    """An OSC packet, often not quite."""
    values = [dice.choice((0.5, -1e30, 3, "bell", "x" * 50, 1e-40)) for _ in range(dice.randrange(4))]
    made = encode(dice.choice(ADDRESSES), *values)
    if dice.random() < 0.3:
        tag = dice.choice((1, 0, dice.getrandbits(64)))
        made = b"#bundle\0" + struct.pack(">QI", tag, len(made)) + made
    return mutated(dice, made)


def frame(dice: Random) -> bytes:
    """A WebSocket frame as no client library would write it: any flags, any opcode, any length."""
    payload = dice.choice((packet(dice), text(dice).encode(), dice.randbytes(dice.randrange(200))))
    length = dice.choice((len(payload), len(payload), dice.randrange(128), 126, 127)) & 127
    mask = dice.randbytes(4)
    head = bytes((dice.choice((0x82, 0x81, 0x80, 0x02, 0x01, 0x88, 0x89, 0xF2, dice.randrange(256))),))
    size = {126: struct.pack(">H", min(65535, len(payload))), 127: struct.pack(">Q", dice.getrandbits(64))}
    masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return (
        head + bytes((length | dice.choice((0x80, 0x80, 0x80, 0)),)) + size.get(length, b"") + mask + masked
    )


def mutated(dice: Random, data: bytes) -> bytes:
    """As it is, in a third of all cases; else with some bytes changed, lost, doubled or added."""
    made = bytearray(data)
    for _ in range(dice.choice((0, 1, 1, 2, 8)) if made else 0):
        at = dice.randrange(len(made))
        match dice.randrange(5):
            case 0:
                made[at] = dice.randrange(256)
            case 1:
                del made[at : at + dice.randrange(1, 9)]
            case 2:
                made[at:at] = made[at : at + dice.randrange(1, 40)]
            case 3:
                made[at:at] = dice.randbytes(dice.randrange(1, 9))
            case _:
                made[at] ^= 1 << dice.randrange(8)
        if not made:
            break
    return bytes(made)


def handshake(port: int) -> bytes:
    """The beginning of a WebSocket."""
    lines = (
        "GET / HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def resident_bytes(pid: int) -> int:
    """Memory of a process, on Linux."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def seeds(seed: int) -> Iterator[Random]:
    """Dice, one after the other."""
    while True:
        yield Random(seed)
        seed += 1
