"""The parser and the reading of messages against hostile packets: an answer or an OscError, nothing else.

`benchmarks/fuzz_osc.py` throws a million, here and at an instrument that plays.
"""

from itertools import islice

import pytest

from plaud_live.control.namespace import addresses
from plaud_live.control.osc import MAX_DEPTH, OscBundle, OscMessage, encode, parse
from plaud_live.control.osc_messages import changes_of
from plaud_live.errors import OscError
from tests.control.hostile_osc import packets
from tests.control.player import Player

COUNT = 20_000


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
