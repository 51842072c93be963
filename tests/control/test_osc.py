"""OSC bytes, with python-osc as the other hand."""

import random
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message import OscMessage as TheirMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from plaud_live.control.osc import (
    IMMEDIATE,
    MAX_DEPTH,
    MAX_PACKET_BYTES,
    MalformedMessageError,
    OscBundle,
    OscMessage,
    _layout,
    encode,
    parse,
    to_timetag,
    to_unix_seconds,
)
from plaud_live.errors import OscError

CASES = [
    [],
    [("f", 0.25)],
    [("i", -7), ("f", 1.5), ("i", 2**31 - 1)],
    [("s", "bell"), ("f", 4.0)],
    [("s", ""), ("s", "abc"), ("s", "abcd"), ("s", "höhe")],
    [("h", -(2**62)), ("d", 0.1)],
    [("T", True), ("F", False), ("N", None), ("f", 2.0)],
    [("b", b"\x00\x01\x02"), ("i", 3), ("b", b"abcd")],
    [("f", 0.5)] * 40,
]


def build(address: str, arguments: list[tuple[str, object]]) -> bytes:
    builder = OscMessageBuilder(address)
    for kind, value in arguments:
        builder.add_arg(value, kind)
    return builder.build().dgram


def bundled(elements: list[bytes], timetag: int = IMMEDIATE) -> bytes:
    body = b"".join(struct.pack(">I", len(each)) + each for each in elements)
    return b"#bundle\0" + struct.pack(">Q", timetag) + body


@pytest.mark.parametrize("arguments", CASES)
def test_messages_read_as_python_osc_reads_them(arguments: list[tuple[str, object]]) -> None:
    packet = build("/plaud/inst/drone/z0", arguments)
    mine = parse(packet)
    theirs = TheirMessage(packet)
    assert isinstance(mine, OscMessage)
    assert mine.address == theirs.address == "/plaud/inst/drone/z0"
    assert list(mine.arguments) == theirs.params


@pytest.mark.parametrize("arguments", [(), (1, 2.5, "x"), (2**31 - 1, -(2**31), "ä", "")])
def test_what_we_send_reads_back(arguments: tuple[int | float | str, ...]) -> None:
    packet = encode("/plaud/done", *arguments)
    assert parse(packet) == OscMessage("/plaud/done", arguments)
    assert TheirMessage(packet).params == list(arguments)


@given(
    st.text("abz/é*?", max_size=9),
    st.lists(st.integers(-(2**40), 2**40) | st.floats(-1e38, 1e38) | st.text("ab ü\U0001f3b9", max_size=9)),
)
def test_what_we_send_is_what_python_osc_would(address: str, arguments: list[int | float | str]) -> None:
    builder = OscMessageBuilder("/" + address)
    for value in arguments:
        small = isinstance(value, int) and -(2**31) <= value < 2**31
        builder.add_arg(value if small or isinstance(value, str) else float(value))
    assert encode("/" + address, *arguments) == builder.build().dgram


def test_how_to_read_long_lists_is_not_kept() -> None:
    """Hundreds of lists of a thousand numbers, each with other types, are read and forgotten."""
    before = _layout.cache_info().currsize
    for n in range(300):
        tags = "".join("if"[(n >> bit) & 1] for bit in range(9)) * 100
        packet = b"/x\0\0," + tags.encode() + bytes(4 - (len(tags) + 1) % 4) + bytes(4 * len(tags))
        assert parse(packet) == OscMessage("/x", (0.0,) * 900)
    assert _layout.cache_info().currsize == before


def test_numbers_that_no_32_bit_float_holds_are_sent_as_the_largest() -> None:
    parsed = parse(encode("/x", 1e300, -1e39, 2**200))
    assert isinstance(parsed, OscMessage)
    assert parsed.arguments == tuple(
        sign * struct.unpack(">f", b"\x7f\x7f\xff\xff")[0] for sign in (1, -1, 1)
    )


def test_only_i_f_s_are_sent() -> None:
    assert parse(encode("/x", True, 2**40)) == OscMessage("/x", (1, float(2**40)))


def test_text_that_cannot_be_sent_as_it_is_is_sent_all_the_same() -> None:
    assert parse(encode("/x", "a\ud800b")) == OscMessage("/x", ("a?b",))


def test_bundles_nest_and_keep_their_order() -> None:
    outer = OscBundleBuilder(1000.5)
    inner = OscBundleBuilder(0)
    inner.add_content(OscMessageBuilder("/b").build())
    outer.add_content(OscMessageBuilder("/a").build())
    outer.add_content(inner.build())
    outer.add_content(OscMessageBuilder("/c").build())
    bundle = parse(outer.build().dgram)
    assert isinstance(bundle, OscBundle)
    assert to_unix_seconds(bundle.timetag) == pytest.approx(1000.5, abs=1e-6)
    assert [each.address for each in bundle.messages()] == ["/a", "/b", "/c"]


def test_timetags_survive_the_way_there_and_back() -> None:
    now = time.time()
    assert to_unix_seconds(to_timetag(now)) == pytest.approx(now, abs=1e-6)


def test_four_bundles_deep_is_read_and_five_is_refused() -> None:
    packet = build("/a", [])
    for _ in range(MAX_DEPTH):
        packet = bundled([packet])
    assert isinstance(parse(packet), OscBundle)
    with pytest.raises(OscError, match="deep"):
        parse(bundled([packet]))


def test_a_message_without_type_tags_has_no_arguments() -> None:
    assert parse(b"/plaud/panic\0\0\0\0") == OscMessage("/plaud/panic")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("kind", ["f", "d"])
def test_what_is_not_a_number_is_refused(value: float, kind: str) -> None:
    with pytest.raises(MalformedMessageError) as caught:
        parse(build("/plaud/inst/drone/gain", [(kind, value)]))
    assert caught.value.code == 406
    assert caught.value.address == "/plaud/inst/drone/gain"


def test_what_no_32_bit_float_holds_is_refused_as_it_could_not_be_answered() -> None:
    largest = 3.4028234663852886e38
    assert parse(build("/x", [("d", -largest), ("f", largest)])).arguments == (-largest, largest)
    assert parse(encode("/x", largest)) == OscMessage("/x", (largest,))
    for value in (3.41e38, 1e300, -1.7e308):
        with pytest.raises(MalformedMessageError, match="not a number to play") as caught:
            parse(build("/plaud/ping", [("d", value)]))
        assert caught.value.code == 406


@pytest.mark.parametrize(
    ("packet", "says"),
    [
        (b"", "multiple of 4"),
        (b"/abc", "neither"),
        (b"abc\0", "neither"),
        (b"/abc\0\0\0", "multiple of 4"),
        (b"/\xff\0\0", "ASCII"),
        (b"/a b\0\0\0\0", "space"),
        (b"#bundle\0", "timetag"),
        (bundled([])[:-4], "timetag"),
        (bundled([b"/a\0\0"])[:-4], "element"),
        (bundled([b"\0\0\0\0"]), "neither"),
        (b"/" + b"a" * MAX_PACKET_BYTES + b"\0\0\0", "at most"),
    ],
)
def test_malformed_packets_say_what_is_wrong(packet: bytes, says: str) -> None:
    with pytest.raises(OscError, match=says):
        parse(packet)


@pytest.mark.parametrize(
    ("tail", "says", "code"),
    [
        (b",f\0\0", "take 4 bytes", 400),
        (b",f\0\0" + b"\0" * 8, "take 4 bytes", 400),
        (b"abcd", "comma", 400),
        (b",abc", "comma", 400),
        (b",s\0\0abcd", "within a string", 400),
        (b",s\0\0\xff\0\0\0", "UTF-8", 400),
        (b",sf\0abc\0", "within an argument", 400),
        (b",b\0\0\0\0\0\x09abcd", "within a blob", 400),
        (b",b\0\0", "within a blob", 400),
        (b",T\0\0\0\0\0\0", "after the last", 400),
        (b",m\0\0\0\0\0\0", "type 'm'", 406),
    ],
)
def test_malformed_arguments_name_their_address(tail: bytes, says: str, code: int) -> None:
    with pytest.raises(MalformedMessageError, match=says) as caught:
        parse(b"/a\0\0" + tail)
    assert (caught.value.address, caught.value.code) == ("/a", code)


def test_nothing_but_osc_errors_comes_from_20000_damaged_packets() -> None:
    """Seeded: random bytes, and good packets with bytes changed, cut out, doubled or truncated."""
    dice = random.Random(20)
    good = [build("/plaud/inst/drone/z0", each) for each in CASES]
    good += [bundled(good[:3]), bundled([bundled(good[3:5]), good[0]], to_timetag(5.0))]
    read = refused = 0
    for _ in range(20_000):
        packet = bytearray(dice.choice(good))
        match dice.randrange(5):
            case 0:
                packet = bytearray(dice.randbytes(dice.randrange(64)))
            case 1:
                for _ in range(dice.randrange(1, 6)):
                    packet[dice.randrange(len(packet))] = dice.randrange(256)
            case 2:
                at = dice.randrange(len(packet)) & ~3
                del packet[at : at + 4 * dice.randrange(1, 4)]
            case 3:
                at = dice.randrange(len(packet)) & ~3
                packet[at:at] = packet[at : at + 4 * dice.randrange(1, 4)]
            case _:
                del packet[dice.randrange(len(packet)) :]
        try:
            parse(bytes(packet))
            read += 1
        except OscError:
            refused += 1
    assert read > 1000 and refused > 1000
