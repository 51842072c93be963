"""The parser and the reading of messages against hostile packets: an answer or an OscError, nothing else.

`benchmarks/fuzz_osc.py` throws a million, here and at an instrument that plays.
"""

import math
import struct
from itertools import islice

import pytest

from plaud_live.control.namespace import addresses
from plaud_live.control.osc import MAX_DEPTH, OscBundle, OscMessage, encode, parse
from plaud_live.control.osc_messages import changes_of
from plaud_live.errors import OscError
from tests.control.hostile_osc import EVERY_TIMETAG, QUIT, ends_session, packets
from tests.control.player import Player

COUNT = 20_000
EDGES = {
    "f": (math.inf, -math.inf, math.nan, 3.4028235e38, 1e-45),
    "d": (math.inf, math.nan, 5e-324, 1.7976931348623157e308, -1e39),
    "i": (0, 2**31 - 1, -(2**31)),
    "h": (2**31, 2**63 - 1, -(2**63)),
}


def depth(parsed: OscBundle | OscMessage) -> int:
    return 0 if isinstance(parsed, OscMessage) else 1 + max(map(depth, parsed.elements), default=0)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_packet_is_read_or_refused(seed: int) -> None:
    state = Player().conductor.state
    read = refused = changes = 0
    for packet in islice(packets(seed, addresses(state), 1000.0), COUNT):
        try:
            parsed = parse(packet)
        except OscError:
            refused += 1
            continue
        read += 1
        assert depth(parsed) <= MAX_DEPTH
        messages = [parsed] if isinstance(parsed, OscMessage) else list(parsed.messages())
        if isinstance(parsed, OscBundle):
            assert sorted(map(id, messages)) == sorted(id(m) for ms in parsed.moments().values() for m in ms)
        for message in messages:
            assert message.address.isascii() and message.address.startswith("/")
            for value in message.arguments:
                assert not isinstance(value, float) or value - value == 0.0
            try:
                changes += len(changes_of(state, message))
            except OscError as error:
                assert error.code in (400, 404, 406, 503)
                encode("/plaud/fail", message.address[:100], error.code, str(error)[:200])
    assert min(read, refused, changes) > COUNT // 20


def test_the_ends_of_what_numbers_hold_are_among_them_and_what_looks_like_the_end() -> None:
    made = list(islice(packets(3, addresses(Player().conductor.state), 1000.0), COUNT))
    together = b"".join(made)
    kinds = {"i": "i", "h": "q"}
    for tag, values in EDGES.items():
        for value in values:
            assert struct.pack(">" + kinds.get(tag, tag), value) in together, (tag, value)
    bundles = {tag for tag in EVERY_TIMETAG if b"#bundle\0" + struct.pack(">Q", tag) in together}
    assert bundles == set(EVERY_TIMETAG)
    assert sum(QUIT.encode() in packet for packet in made) > COUNT // 100
    assert not any(map(ends_session, made))
    refused = islice(packets(3, addresses(Player().conductor.state), 1000.0, ends=True), COUNT)
    assert sum(map(ends_session, refused)) > COUNT // 200


@pytest.mark.parametrize("packet", [encode(QUIT), b"/plaud/quit\0,N\0\0", b"/plaud/quit\0,I\0\0"])
def test_what_ends_the_session_is_known(packet: bytes) -> None:
    assert ends_session(packet) and not ends_session(packet + b"\0\0\0\0")
    assert not ends_session(encode(QUIT, 1)) and not ends_session(encode(f"{QUIT}2"))
