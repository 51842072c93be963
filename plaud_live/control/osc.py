"""Open Sound Control 1.0 (Wright, 2002): packets to messages, and messages to packets.

Pure bytes, no sockets, and no library: what is received must be refused where it is malformed, must never
sleep on a timetag, and both ways must take microseconds. What is sent has only i, f and s.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from plaud_live.errors import OscError

MAX_PACKET_BYTES = 8192
MAX_DEPTH = 4
IMMEDIATE = 1
BUNDLE = b"#bundle\0"
_SECONDS_1900_TO_1970 = 2_208_988_800
_INT32 = range(-(2**31), 2**31)
_MOST = 3.4028235e38
"""What a 32-bit float holds: what is larger can neither be sent back nor be meant."""

MOST_KEPT_TAGS = 64
"""How to read more than so many arguments is not kept: it takes 24 bytes for each."""

_INT, _FLOAT = struct.Struct(">i"), struct.Struct(">f")
_FIXED = {"i": "i", "f": "f", "h": "q", "d": "d"}
_CONSTANTS = {"T": True, "F": False, "N": None, "I": None}  # I: an impulse, as surfaces send for a button

Argument = int | float | str | bool | bytes | None


@dataclass(frozen=True, slots=True)
class OscMessage:
    """An address and its arguments. Numbers are finite, and no larger than a 32-bit float can be."""

    address: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class OscBundle:
    """What belongs together, with the NTP time at which it is meant (IMMEDIATE: now)."""

    timetag: int
    elements: tuple["OscMessage | OscBundle", ...]

    def messages(self) -> Iterator[OscMessage]:
        """All messages in order, those of nested bundles in their place."""
        for element in self.elements:
            if isinstance(element, OscMessage):
                yield element
            else:
                yield from element.messages()

    def moments(self) -> dict[int, list[OscMessage]]:
        """Messages by the timetag of the innermost bundle; one without a time has that around it."""
        found: dict[int, list[OscMessage]] = {}
        self._sort_into(found, self.timetag)
        return found

    def _sort_into(self, found: dict[int, list[OscMessage]], timetag: int) -> None:
        timetag = timetag if self.timetag == IMMEDIATE else self.timetag
        for element in self.elements:
            if isinstance(element, OscMessage):
                found.setdefault(timetag, []).append(element)
            else:
                element._sort_into(found, timetag)


class MalformedMessageError(OscError):
    """A message whose address could be read, but not its arguments."""

    def __init__(self, message: str, address: str, code: int = 400) -> None:
        super().__init__(message, code)
        self.address = address


def parse(packet: bytes) -> OscMessage | OscBundle:
    """Read one datagram. Raises OscError, or MalformedMessageError where an address could be read."""
    if len(packet) > MAX_PACKET_BYTES:
        raise OscError(f"packet of {len(packet)} bytes, wants at most {MAX_PACKET_BYTES}")
    return _parse(packet, 1)


def _parse(packet: bytes, depth: int) -> OscMessage | OscBundle:
    if not packet or len(packet) % 4:
        raise OscError(f"packet of {len(packet)} bytes, wants a multiple of 4")
    if packet.startswith(BUNDLE):
        return _parse_bundle(packet, depth)
    return _parse_message(packet)


def _parse_bundle(packet: bytes, depth: int) -> OscBundle:
    if depth > MAX_DEPTH:
        raise OscError(f"bundles nested more than {MAX_DEPTH} deep")
    if len(packet) < 16:
        raise OscError("bundle ends within its timetag")
    timetag = int.from_bytes(packet[8:16], "big")
    elements = []
    at = 16
    while at < len(packet):
        size = int.from_bytes(packet[at : at + 4], "big")
        at += 4
        if size > len(packet) - at:
            raise OscError(f"bundle element of {size} bytes, {len(packet) - at} are there")
        elements.append(_parse(packet[at : at + size], depth + 1))
        at += size
    return OscBundle(timetag, tuple(elements))


def _parse_message(packet: bytes) -> OscMessage:
    end = packet.find(b"\0")
    if packet[0] != 0x2F or end < 0:
        raise OscError("neither a message (an address starts with /) nor a bundle")
    try:
        address = packet[:end].decode("ascii")
    except UnicodeDecodeError:
        raise OscError("the address is not ASCII") from None
    if not address.isprintable() or " " in address or "#" in address:
        raise OscError("the address holds a space, # or a control character")
    at = (end + 4) & ~3
    if at == len(packet):  # some senders leave out the comma of a message without arguments
        return OscMessage(address)
    end = packet.find(b"\0", at)
    if packet[at] != 0x2C or end < 0:
        raise MalformedMessageError("type tags start with a comma and end with a zero", address)
    tags = packet[at + 1 : end]
    at = (end + 4) & ~3
    layout = _layout(tags) if len(tags) <= MOST_KEPT_TAGS else _made_layout(tags)
    if layout is not None:
        if len(packet) - at != layout.size:
            raise MalformedMessageError(
                f"{len(tags)} numbers take {layout.size} bytes, {len(packet) - at} are there", address
            )
        arguments: tuple[Argument, ...] = layout.unpack_from(packet, at)
    else:
        arguments = tuple(_mixed_arguments(packet, at, tags, address))
    for value in arguments:
        if isinstance(value, float) and not -_MOST <= value <= _MOST:  # NaN too
            raise MalformedMessageError(f"{value} is not a number to play", address, 406)
    return OscMessage(address, arguments)


@lru_cache(maxsize=256)
def _layout(tags: bytes) -> struct.Struct | None:
    """The same, kept."""
    return _made_layout(tags)


def _made_layout(tags: bytes) -> struct.Struct | None:
    """How arguments lie in a packet, where they are all numbers."""
    text = tags.decode("latin-1")
    if any(tag not in _FIXED for tag in text):
        return None
    return struct.Struct(">" + "".join(_FIXED[tag] for tag in text))


def _mixed_arguments(packet: bytes, at: int, tags: bytes, address: str) -> Iterator[Argument]:
    """Arguments among which are strings, blobs and constants, read one after the other."""
    for tag in tags.decode("latin-1"):
        if tag in _CONSTANTS:
            yield _CONSTANTS[tag]
        elif tag in _FIXED:
            size = 8 if tag in "hd" else 4
            if len(packet) - at < size:
                raise MalformedMessageError(f"ends within an argument of type {tag}", address)
            yield struct.unpack_from(">" + _FIXED[tag], packet, at)[0]
            at += size
        elif tag == "s":
            end = packet.find(b"\0", at)
            if end < 0:
                raise MalformedMessageError("ends within a string", address)
            try:
                yield packet[at:end].decode("utf-8")
            except UnicodeDecodeError:
                raise MalformedMessageError("a string is not UTF-8", address) from None
            at = (end + 4) & ~3
        elif tag == "b":
            size = int.from_bytes(packet[at : at + 4], "big")
            if len(packet) - at < 4 or size > len(packet) - at - 4:
                raise MalformedMessageError("ends within a blob", address)
            yield packet[at + 4 : at + 4 + size]
            at = (at + 4 + size + 3) & ~3
        else:
            raise MalformedMessageError(f"type {tag!r}: wants i f d h s T F N I or b", address, 406)
    if at != len(packet):
        raise MalformedMessageError(f"{len(packet) - at} bytes after the last argument", address)


def encode(address: str, *arguments: int | float | str) -> bytes:
    """A packet with one message.

    Whole numbers beyond 32 bits go as floats, what these cannot hold as the largest,
    what UTF-8 has not as `?`.
    """
    tags, values = ",", b""
    for value in arguments:
        if isinstance(value, str):
            tags += "s"
            values += _text(value.encode(errors="replace"))
        elif isinstance(value, int) and value in _INT32:
            tags += "i"
            values += _INT.pack(value)
        else:
            tags += "f"
            values += _FLOAT.pack(max(-_MOST, min(_MOST, float(value))))
    return _text(address.encode(errors="replace")) + _text(tags.encode()) + values


def _text(text: bytes) -> bytes:
    """With the zeros that end it and fill it up to a multiple of 4; it ends at the first zero."""
    text = text.partition(b"\0")[0]
    return text + bytes(4 - len(text) % 4)


def bundle(packets: Sequence[bytes], timetag: int = IMMEDIATE) -> bytes:
    """A bundle of messages, or of bundles, meant for an NTP time."""
    sized = (len(each).to_bytes(4, "big") + each for each in packets)
    return b"".join((BUNDLE, timetag.to_bytes(8, "big"), *sized))


def to_unix_seconds(timetag: int) -> float:
    """Wall clock time of an NTP timetag, in seconds since 1970."""
    return timetag / 2.0**32 - _SECONDS_1900_TO_1970


def to_timetag(unix_seconds: float) -> int:
    """NTP timetag of a wall clock time in seconds since 1970."""
    return round((unix_seconds + _SECONDS_1900_TO_1970) * 2.0**32)
