"""What the network may do: nothing without `--lan`, little without the token, never a path."""

import random
import select
import socket
import struct
from collections.abc import Iterator

import pytest

from plaud_live.control.osc import MAX_DEPTH, MAX_PACKET_BYTES, encode
from plaud_live.engine.access import Access, own_address
from plaud_live.engine.limits import FAR_PER_SECOND, REPLY_BYTES, REPLY_FACTOR
from plaud_live.engine.osc_server import OscServer
from tests.engine.osc_peer import Desk, Peer, message, serve

TOKEN = "abcdefgh12"
OURS = own_address()
needs_network = pytest.mark.skipif(OURS.startswith("127."), reason="this machine has no network")


class Far(Peer):
    """A client that is not on loopback."""

    def __init__(self, server: OscServer) -> None:
        super().__init__(server)
        self.socket.close()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((OURS, 0))

    def send(self, *packets: bytes) -> None:
        for packet in packets:
            self.socket.sendto(packet, (OURS, self.server.port))


class House:
    """A server with an allow-list, and a far client."""

    def __init__(self, lan: str | None) -> None:
        self.desk = Desk()
        self.time = 0.0
        self.server = OscServer(0, self.desk, Access.parse(lan, TOKEN), lambda: self.time)
        self.near = Peer(self.server)

    def close(self) -> None:
        self.near.socket.close()
        self.server.close()


@pytest.fixture
def listed() -> Iterator[House]:
    house = House(f"{OURS}/32")
    yield house
    house.close()


@needs_network
def test_without_lan_nobody_else_is_heard() -> None:
    house = House(None)
    far = Far(house.server)
    far.send(message("panic"))
    serve(house.server)
    assert house.desk.panics == 0 and house.server.counts.packets == 0
    assert house.near.ask(message("ping", 1)) == [("/plaud/pong", [1])]
    far.socket.close()
    house.close()


@needs_network
def test_who_is_not_on_the_list_is_counted_and_never_answered() -> None:
    house = House("203.0.113.7")
    far = Far(house.server)
    assert far.ask(message("ping", 1), message("panic"), message("nonsense")) == []
    assert (house.server.counts.refused, house.desk.panics) == (3, 0)
    far.socket.close()
    house.close()


@needs_network
def test_who_is_on_the_list_plays_and_may_always_silence(listed: House) -> None:
    far = Far(listed.server)
    assert far.ask(message("ping", 1), message("inst/drone/gain", 0.25)) == [("/plaud/pong", [1])]
    far.ask(message("panic"))
    assert listed.desk.going_to("gain") == 0.25 and listed.desk.panics == 1
    far.socket.close()


@needs_network
@pytest.mark.parametrize(
    "asked",
    [
        message("quit"),
        message("inst/drone/train", "take", 4.0),
        message("inst/drone/swap"),
        message("inst/drone/back"),
        message("rec/start"),
        message("rec/keep", 64.0),
    ],
)
def test_what_is_guarded_wants_the_token(listed: House, asked: bytes) -> None:
    far = Far(listed.server)
    ((address, said),) = far.ask(asked)
    assert (address, said[1]) == ("/plaud/fail", 403) and "token" in said[2] and not listed.desk.left
    for wrong in ("", "abcdefgh11", TOKEN.upper()):
        ((address, said),) = far.ask(message("auth", wrong))
        assert (address, said[0], said[1]) == ("/plaud/fail", "/plaud/auth", 403)
    assert far.ask(message("auth", TOKEN)) == [("/plaud/done", ["/plaud/auth"])]
    ((address, said),) = far.ask(asked)
    assert address == "/plaud/done" if listed.desk.left else said[1] == 503
    other = Far(listed.server)
    assert other.ask(asked)[0][1][1] == 403, "another client has to show it too"
    for client in (far, other):
        client.socket.close()


@needs_network
def test_a_guarded_message_spoils_its_bundle(listed: House) -> None:
    far = Far(listed.server)
    gain, leave = encode("/plaud/inst/drone/gain", 0.25), encode("/plaud/quit")
    body = b"".join(struct.pack(">I", len(each)) + each for each in (gain, leave))
    ((_, said),) = far.ask(b"#bundle\0" + struct.pack(">Q", 1) + body)
    assert said[1] == 403 and listed.desk.going_to("gain") == 0.75
    far.socket.close()


@needs_network
def test_far_clients_may_send_less_from_however_many_ports(listed: House) -> None:
    clients = [Far(listed.server) for _ in range(10)]
    for n in range(FAR_PER_SECOND // 100 + 2):
        clients[n % 10].send(*[message("inst/drone/gain", 0.5)] * 100)
        serve(listed.server)
    assert listed.server.counts.dropped == 200
    for client in clients:
        client.socket.close()


@needs_network
def test_far_clients_may_send_less(listed: House) -> None:
    far = Far(listed.server)
    for _ in range(FAR_PER_SECOND // 100 + 2):
        far.send(*[message("inst/drone/gain", 0.5)] * 100)
        serve(listed.server)
    assert listed.server.counts.dropped == 200
    assert listed.near.ask(message("ping", 1)) == [("/plaud/pong", [1])]
    far.socket.close()


@needs_network
def test_topics_go_to_the_host_that_asks_and_to_no_other(listed: House) -> None:
    far = Far(listed.server)
    ((_, said),) = far.ask(message("notify", 1, "param 127.0.0.1:9000"))
    assert said[1] == 403
    ((address, numbers),) = far.ask(message("notify", 1, "param"))
    assert address == "/plaud/ping"
    assert far.ask(message("pong", *map(float, numbers)))[0][0] == "/plaud/done"  # as Pd answers
    assert [lease.target[0] for lease in listed.server._leases] == [OURS]
    far.socket.close()


def test_here_no_token_is_wanted(listed: House) -> None:
    ((_, said),) = listed.near.ask(message("inst/drone/train", "take", 4.0))
    assert said[1] == 503
    assert listed.near.ask(message("quit")) == [("/plaud/done", ["/plaud/quit"])] and listed.desk.left


PATHS = ("../../etc/passwd", "/etc/passwd", "a/b", "..", "~", "C:\\x", "a\0b", "a\nb", "x" * 65, "", "ünï")


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize(
    "address", ["inst/drone/mark", "inst/drone/anchor", "scene/save", "scene/recall", "inst/drone/blend"]
)
def test_names_are_never_paths(listed: House, address: str, name: str) -> None:
    more = (name, 0.5) if address.endswith("blend") else ()
    packet = encode(f"/plaud/{address}", name.replace("\0", "\1"), *more)
    before = listed.desk.state
    ((reply, said),) = listed.near.ask(packet)
    assert (reply, said[1]) == ("/plaud/fail", 400) and listed.desk.state is before


@pytest.mark.parametrize(
    "address",
    ["ctl/../x", "ctl//x", "ctl/" + "a/" * 9 + "a", "inst/../../x/gain", "inst//gain", "ctl/a.b/%2e"],
)
def test_addresses_are_never_paths(listed: House, address: str) -> None:
    ((reply, said),) = listed.near.ask(encode(f"/plaud/{address}", 0.5))
    assert (reply, said[1]) == ("/plaud/fail", 404)
    assert listed.desk.inputs.latest() == {}


def test_what_is_too_large_or_too_deep_is_left_out(listed: House) -> None:
    ping = encode("/plaud/ping", 1)

    def nested(depth: int) -> bytes:
        packet = ping
        for _ in range(depth):
            packet = b"#bundle\0" + struct.pack(">QI", 1, len(packet)) + packet
        return packet

    assert listed.near.ask(nested(MAX_DEPTH)) == [("/plaud/pong", [1])]
    assert listed.near.ask(nested(MAX_DEPTH + 1), nested(100), b"/a\0\0" * (MAX_PACKET_BYTES // 4 + 1)) == []
    assert listed.server.counts.malformed == 3


def test_the_log_takes_so_many_remarks_and_no_more(listed: House) -> None:
    for n in range(20):
        listed.near.ask(*(message("log", f"{n} {i}") for i in range(100)))
    written = len(listed.desk.remarks)
    assert 0 < written < 100 and listed.server.counts.unlogged == 2000 - written
    assert [line for line in listed.desk.told if "too much into the log" in line] == listed.desk.told[:1]
    listed.time = 1.0
    assert listed.near.ask(message("log", "later")) == [] and listed.desk.remarks[-1] == "osc: later"
    others = [Peer(listed.server) for _ in range(50)]
    replies = [other.ask(*[message("log", "from another port")] * 10) for other in others]
    assert len(listed.desk.remarks) <= written + 15, "another port of this host has no other log"
    assert replies[-1][0][1][1] == 409
    for other in others:
        other.socket.close()


def test_a_line_of_the_log_is_plain_text(listed: House) -> None:
    assert listed.near.ask(message("log", "so \x1b[2Jgood\nso far" + "!" * 500)) == []
    (line,) = listed.desk.remarks
    assert line.startswith("osc: so [2Jgoodso far!") and len(line) <= 205


def test_no_answer_is_much_longer_than_its_question(listed: House) -> None:
    """Whatever is asked, by somebody who may have lied about who it is."""
    dice = random.Random(5)
    words = ["status", "version", "list", "get", "ping", "undo", "inst/drone/gain", "notify", "x" * 200]
    for n in range(600):
        values = [dice.choice(["anchors", "/plaud/inst/drone/z", 1, 0.5, "y" * 300])] * dice.randrange(3)
        packet = encode(f"/plaud/{dice.choice(words)}", *values)
        client = Peer(listed.server)
        client.send(packet)
        serve(listed.server)
        while select.select([client.socket], [], [], 0)[0]:
            assert len(client.socket.recv(65536)) <= max(REPLY_BYTES, REPLY_FACTOR * len(packet))
        client.socket.close()
        listed.time = float(n)
