"""OSC packets as a careless, a broken and a hostile program would send them, the same for the same seed.

All that anybody may send, but what ends the session by design: a whole `/plaud/quit`, from this machine or
with the token. `packets(…, ends=True)` has that too, for senders to whom it is refused.
"""

import math
import random
import struct
from collections.abc import Iterator, Mapping

from plaud_live.control.namespace import CONTROLS, Node
from plaud_live.control.osc import OscMessage, bundle, encode, parse
from plaud_live.control.osc_fields import Field
from plaud_live.errors import OscError

QUIT = "/plaud/quit"
LIKE_QUIT = (
    QUIT,
    f"{QUIT}/",
    f"{QUIT}2",
    "/plaud/Quit",
    "/plaud//quit",
    "/plaud/q*",
    "/plaud/{quit,x}",
    "/quit",
)
WORDS = ("bell", "home", "dark", "a" * 64, "a" * 65, "../x", "", "\x1b[2J", "höhe", "beat param", "z?", "1")
NUMBERS = (0.0, 1.0, -1.0, 0.5, 1.5, -0.5, 92.0, 1e6, -1e30, 3.4e38, 1e-45)
WHOLE = (0, 1, -1, 2**31 - 1, -(2**31), 9100, 65535)
EVERY_FLOAT = (*NUMBERS, -0.0, math.inf, -math.inf, math.nan, 3.4028235e38, -3.4028235e38, 1.17e-38, -1e-45)
EVERY_DOUBLE = (*EVERY_FLOAT, 3.41e38, -1e39, 1.7976931348623157e308, 5e-324, -2.2e-308, 2.0**53 + 2)
EVERY_LONG = (*WHOLE, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63))
EVERY_TIMETAG = (0, 1, 2, 2**32 - 1, 2**32, 2**63, 2**64 - 2, 2**64 - 1)
TAGS = b"ifdhsTFNIb[]rcmtS,\x00\xff"
MOST_BYTES = 9000


def packets(seed: int, nodes: Mapping[str, Node], wall: float = 0.0, ends: bool = False) -> Iterator[bytes]:
    """Without end: about a third are valid. Timetags are around the wall clock time `wall`."""
    dice = random.Random(seed)
    known = list(nodes.values())
    kinds = (_valid, _bundle, _wrong, _edges, _like_quit, _mutated, _mutated, _pattern, _random, _nested)
    while True:
        packet = dice.choice(kinds)(dice, known, wall)
        if ends or not ends_session(packet):
            yield packet


def ends_session(packet: bytes) -> bool:
    """Whether a packet asks for the session's end, as a whole and in earnest."""
    if QUIT.encode() not in packet:
        return False
    try:
        parsed = parse(packet)
    except OscError:
        return False
    messages = [parsed] if isinstance(parsed, OscMessage) else parsed.messages()
    return any(each.address == QUIT and each.arguments in ((), (None,)) for each in messages)


def _valid(dice: random.Random, known: list[Node], wall: float) -> bytes:
    node = dice.choice(known)
    if dice.random() < 0.1:
        return encode(f"{CONTROLS}{dice.choice(('x', 'td/x', 'a/b/c'))}", *_some(dice, 4))
    count = dice.randint(len(node.value_fields), len(node.fields))
    return encode(node.address, *(_fitting(dice, each) for each in node.fields[:count]))


def _fitting(dice: random.Random, field: Field) -> float | str:
    if field.tag == "s":
        return dice.choice(field.choices or WORDS)
    low, high = (0.0 if end is None else end for end in (field.low, field.high))
    return dice.uniform(low, min(high, low + 100.0))


def _wrong(dice: random.Random, known: list[Node], wall: float) -> bytes:
    """An address that is there with arguments that are not, or the other way round."""
    address = dice.choice(known).address
    if dice.random() < 0.3:
        address = address[: dice.randrange(len(address))] + dice.choice(("", "x", "//", "%2e", "/../x"))
    return encode(address or "/", *_some(dice, 6))


def _some(dice: random.Random, most: int) -> list[float | int | str]:
    every = (*WORDS, *NUMBERS, *WHOLE)
    return [dice.choice(every) for _ in range(dice.randint(0, most))]


def _edges(dice: random.Random, known: list[Node], wall: float) -> bytes:
    """An address that is there, with arguments of every type at the ends of what they hold."""
    address = dice.choice((dice.choice(known).address, f"{CONTROLS}x"))
    tags = "".join(dice.choice("ffddiihTFNItsb") for _ in range(dice.choice((1, 1, 1, 2, 3, 8))))
    body = b"".join(_argument(dice, tag) for tag in tags)
    return _padded(address.encode()) + _padded(b"," + tags.encode()) + body


def _argument(dice: random.Random, tag: str) -> bytes:
    match tag:
        case "f":
            return struct.pack(">f", dice.choice(EVERY_FLOAT))
        case "d":
            return struct.pack(">d", dice.choice(EVERY_DOUBLE))
        case "i":
            return struct.pack(">i", dice.choice(WHOLE))
        case "h":
            return struct.pack(">q", dice.choice(EVERY_LONG))
        case "t":
            return struct.pack(">Q", dice.choice(EVERY_TIMETAG))
        case "s":
            return _padded(dice.choice(WORDS).encode())
        case "b":
            blob = dice.randbytes(dice.choice((0, 1, 4, 100)))
            return struct.pack(">I", len(blob)) + blob + bytes(-len(blob) % 4)
    return b""


def _padded(text: bytes) -> bytes:
    return text + bytes(4 - len(text) % 4)


def _like_quit(dice: random.Random, known: list[Node], wall: float) -> bytes:
    """What looks like the end of the session: with arguments that it has not, under other names."""
    packet = encode(dice.choice(LIKE_QUIT), *_some(dice, 2))
    if dice.random() < 0.7:
        return packet
    return bundle([packet, _valid(dice, known, wall)], _timetag(dice, wall))


def _pattern(dice: random.Random, known: list[Node], wall: float) -> bytes:
    """A pattern, often a hard or a broken one."""
    address = list(dice.choice(known).address)
    for _ in range(dice.randint(1, 6)):
        address[dice.randrange(1, len(address))] = dice.choice(
            ("*", "?", "[!a-z]", "{a,b}", "[", "}", "*a*a*")
        )
    return encode("".join(address)[:400], *_some(dice, 3))


def _bundle(dice: random.Random, known: list[Node], wall: float) -> bytes:
    """Messages together: for now, for a moment, for nonsense."""
    makers = (_valid, _valid, _valid, _wrong)
    inner = [dice.choice(makers)(dice, known, wall) for _ in range(dice.randint(0, 12))]
    return bundle(inner, _timetag(dice, wall))


def _timetag(dice: random.Random, wall: float) -> int:
    near = wall + dice.choice((0.0, 0.05, 0.3, 2.0, -0.5, -5.0, 70.0)) * dice.random()
    heard = round((near + 2_208_988_800) * 2**32)
    return dice.choice((1, 1, heard, heard, dice.choice(EVERY_TIMETAG), dice.getrandbits(64)))


def _nested(dice: random.Random, known: list[Node], wall: float) -> bytes:
    packet = _valid(dice, known, wall)
    for _ in range(dice.choice((1, 2, 4, 5, 30, 400))):
        packet = bundle([packet], _timetag(dice, wall))
        if len(packet) > MOST_BYTES:
            break
    return packet


def _mutated(dice: random.Random, known: list[Node], wall: float) -> bytes:
    """A packet with bits turned, pieces cut, doubled or replaced, or lengths and type tags that lie."""
    packet = bytearray(dice.choice((_valid, _bundle, _wrong))(dice, known, wall))
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(packet)) if packet else 0
        match dice.randrange(6):
            case 0 if packet:
                packet[at] ^= 1 << dice.randrange(8)
            case 1:
                del packet[at : at + dice.randint(1, 16)]
            case 2:
                packet[at:at] = packet[at : at + dice.randint(1, 200)]
            case 3:
                packet[at:at] = dice.randbytes(dice.randint(1, 8))
            case 4 if packet:
                packet[at] = dice.choice(TAGS)
            case 5:
                packet[at : at + 4] = struct.pack(">I", dice.choice((0, 1, 8192, 2**31, 2**32 - 1, at)))
    return bytes(packet[:MOST_BYTES])


def _random(dice: random.Random, known: list[Node], wall: float) -> bytes:
    begin = dice.choice((b"", b"/", b"#bundle\0", b"/plaud/inst/drone/gain\0\0,", b"/plaud/x\0\0\0\0,"))
    return begin + dice.randbytes(dice.choice((0, 1, 3, 4, 8, 60, 500, 8192)))
