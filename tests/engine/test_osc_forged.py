"""Packets whose sender's address is forged: they take no leases, and nobody is sent more than was asked."""

import ipaddress
from collections.abc import Iterator

import pytest

from plaud_live.control.osc import OscMessage, bundle, encode, parse, to_timetag
from plaud_live.engine.access import Access
from plaud_live.engine.leases import ASKED_SECONDS, LEASE_SECONDS, MAX_LEASES, MAX_OF_HOST
from plaud_live.engine.limits import Address
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.remarks import MOST
from plaud_live.engine.timed import MAX_OF_ONE, MAX_TIMED
from tests.engine.osc_peer import Desk

TOKEN = "abcdefgh12"
TABLET: Address = ("192.168.1.7", 9000)
NOTIFY = encode("/plaud/notify", 1, "param meter latent")


class House:
    """A server that is open to a network, and what it sends to whom."""

    def __init__(self) -> None:
        self.desk, self.time = Desk(), 100.0
        self.server = OscServer(0, self.desk, Access.parse("", TOKEN), lambda: self.time)
        self.sent: dict[Address, list[bytes]] = {}
        self.server._port._sockets.send = self._send  # type: ignore[method-assign]

    def _send(self, packet: bytes, target: Address) -> bool:
        self.sent.setdefault(target, []).append(packet)
        return True

    def hear(self, address: Address, *packets: bytes) -> list[OscMessage]:
        """Packets arrive as if they were from there; what was sent there since."""
        self.sent.pop(address, None)
        for packet in packets:
            self.server._port._put(packet, address, self.time)
        while self.server.waiting:
            self.server.work()
        return self.heard(address)

    def heard(self, address: Address) -> list[OscMessage]:
        return [
            each for packet in self.sent.pop(address, []) if isinstance(each := parse(packet), OscMessage)
        ]

    def begin(self, address: Address) -> OscMessage:
        """Ask to be told, and answer as who has really asked."""
        (ping,) = self.hear(address, NOTIFY)
        assert ping.address == "/plaud/ping"
        (done,) = self.hear(address, encode("/plaud/pong", *map(int, ping.arguments)))
        return done

    @property
    def told(self) -> set[Address]:
        return {lease.target for lease in self.server._leases}


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.server.close()


def test_who_answers_the_ping_is_told(house: House) -> None:
    assert house.begin(TABLET).arguments == ("/plaud/notify", 1, int(LEASE_SECONDS))
    assert house.told == {TABLET}
    (again,) = house.hear(TABLET, NOTIFY)
    assert again.address == "/plaud/done", "what is renewed is not asked again"


def test_who_shows_the_token_is_told_at_once(house: House) -> None:
    auth, done = house.hear(TABLET, encode("/plaud/auth", TOKEN), NOTIFY)
    assert (auth.address, done.address) == ("/plaud/done", "/plaud/done") and house.told == {TABLET}


def test_the_ping_goes_to_the_port_that_is_to_be_told(house: House) -> None:
    elsewhere = (TABLET[0], 9101)
    house.hear(TABLET, encode("/plaud/notify", 1, "param", elsewhere[1]))
    (ping,) = house.heard(elsewhere)
    house.hear(TABLET, encode("/plaud/pong", *map(int, ping.arguments)))
    assert house.told == {elsewhere}


def test_forged_senders_get_no_lease_and_hear_less_than_they_sent(house: House) -> None:
    house.begin(TABLET)
    forged = [(str(ipaddress.IPv4Address("10.0.0.1") + n), 9000) for n in range(500)]
    for address in forged:
        heard = house.hear(address, NOTIFY, encode("/plaud/pong", 7), encode("/plaud/pong"))
        assert [each.address for each in heard] == ["/plaud/ping"]
    house.time += 1.0
    house.server.teller.work(house.time)
    assert house.told == {TABLET} and house.sent.keys() <= {TABLET}


def test_a_number_counts_once_for_a_moment_and_for_who_was_sent_it(house: House) -> None:
    other = ("192.168.1.8", 9000)
    (ping,) = house.hear(TABLET, NOTIFY)
    pong = encode("/plaud/pong", *map(int, ping.arguments))
    assert house.hear(other, pong) == [] and house.hear((TABLET[0], 1), pong) == []
    house.time += ASKED_SECONDS
    assert house.hear(TABLET, pong) == [] and house.told == set()
    house.begin(TABLET)
    house.hear(TABLET, encode("/plaud/notify", 0))
    assert house.hear(TABLET, pong) == [] and house.told == set()


def test_a_forged_sender_moves_nobodys_lease(house: House) -> None:
    house.begin(TABLET)
    house.hear(TABLET, encode("/plaud/notify", 1, "beat", 7))
    assert house.told == {TABLET}


def test_a_host_has_few_leases_and_keeps_the_newest(house: House) -> None:
    ports = [(TABLET[0], 9000 + n) for n in range(MAX_OF_HOST + 2)]
    for address in ports:
        house.begin(address)
        house.time += 1.0
    assert house.told == set(ports[2:])
    other = ("192.168.1.8", 9000)
    house.begin(other)
    assert house.told == {*ports[2:], other}


def test_many_hosts_leave_the_programs_of_this_machine_their_leases(house: House) -> None:
    near = [("127.0.0.1", 9000 + n) for n in range(MAX_LEASES)]
    for address in near:
        house.hear(address, NOTIFY)
    for n in range(2 * MAX_LEASES):
        house.begin((f"10.0.1.{n}", 9000))
        house.time += 0.1
    assert house.told >= set(near) and len(house.told) == 2 * MAX_LEASES


def later(*packets: bytes) -> bytes:
    """A bundle meant for 30 s from now, where wall clocks are 1000 s ahead."""
    return bundle(packets, to_timetag(1130.0))


def test_forged_senders_leave_room_for_what_others_send_ahead(house: House) -> None:
    house.begin(TABLET)
    for n in range(2 * MAX_TIMED):
        house.hear((f"10.{n >> 8}.{n & 255}.1", 1 + n % 60_000), later(encode("/plaud/inst/drone/gain", 0.5)))
        house.time += 1e-3
    waiting = len(house.server._timed)
    assert 0 < waiting <= MAX_OF_ONE
    assert house.hear(TABLET, later(encode("/plaud/inst/drone/pan", 0.5))) == []
    assert house.hear(("127.0.0.1", 9000), later(encode("/plaud/inst/drone/pan", 0.5))) == []
    assert len(house.server._timed) == waiting + 2


def test_forged_senders_do_not_fill_the_log_nor_the_screen(house: House) -> None:
    late = encode("/plaud/inst/drone/gain", 0.5)
    bundle = b"#bundle\0" + (5 << 32).to_bytes(8, "big") + len(late).to_bytes(4, "big") + late
    for n in range(300):
        address = (str(ipaddress.IPv4Address("10.0.0.1") + n), 9000)
        house.hear(address, *[encode("/plaud/log", "forged" * 30)] * 60, bundle)
        house.time += 0.05
    assert len(house.desk.remarks) <= MOST and len(house.desk.told) <= 16
    assert house.hear(("127.0.0.1", 9000), encode("/plaud/log", "mine")) == []
    assert house.desk.remarks[-1] == "osc: mine"
