"""Senders: how much each may send alone and with its host, in turns, and that none can hide the others."""

import pytest

from plaud_live.engine.limits import (
    FAR_PER_SECOND,
    HOST_PER_SECOND,
    MAX_FAR_PORTS,
    MAX_HOSTS,
    MAX_PORTS,
    NEAR_PER_SECOND,
    OWN_PER_SECOND,
    STRANGERS_PER_SECOND,
    Peers,
    reply_room,
)
from plaud_live.engine.turns import MAX_TURNS, MAX_WAITING_BYTES, TURN

NEAR, FAR = ("127.0.0.1", 5000), ("192.168.1.7", 5000)
PERFORMER = ("127.0.0.1", 5001)


def standing() -> Peers:
    """Senders whose packets take no time, whatever the machine does meanwhile."""
    return Peers(clock=lambda: 0.0)


def test_messages_a_second_depend_on_how_far_it_is() -> None:
    for address, rate in ((NEAR, NEAR_PER_SECOND), (FAR, FAR_PER_SECOND)):
        peer = standing().of(address, 0.0)
        assert sum(peer.spend(1, 0.0) for _ in range(rate + 50)) == rate
        assert sum(peer.spend(1, 0.5) for _ in range(rate)) == rate // 2
        assert not peer.spend(rate + 1, 100.0) and peer.spend(rate, 100.0)


def test_a_host_beyond_gains_nothing_by_other_ports() -> None:
    peers = standing()
    sent = sum(peers.of((FAR[0], port), 0.0).spend(1, 0.0) for port in range(1, 5001))
    assert sent == FAR_PER_SECOND
    assert peers.of(("192.168.1.8", 1), 0.0).spend(1, 0.0), "another host has its own"


@pytest.mark.parametrize("ports", [3, MAX_PORTS, 60_000])
def test_programs_of_this_machine_may_send_so_much_together(ports: int) -> None:
    """However many ports they send from, and wherever on this machine."""
    peers, sent = standing(), 0
    for n in range(70_000):
        sent += peers.of((f"127.0.0.{n % 2 + 1}", 1024 + n % ports), 0.0).spend(1, 0.0)
    assert sent == min(HOST_PER_SECOND, 2 * ports * NEAR_PER_SECOND)


def test_a_flood_from_ever_new_ports_leaves_a_performer_its_own() -> None:
    peers, heard = standing(), 0
    for millisecond in range(2000):
        now = millisecond / 1000
        for n in range(100):
            peers.of(("127.0.0.1", 10_000 + (100 * millisecond + n) % 50_000), now).spend(1, now)
        heard += peers.of(PERFORMER, now).spend(1, now)
    assert heard >= 2000 * OWN_PER_SECOND / 1000 - 5


def test_strangers_share_what_known_hosts_have_besides() -> None:
    """Anybody can forge an address, and then another."""
    peers = standing()
    tablet = peers.of(FAR, 0.0)
    tablet.host.known = True
    forged = sum(peers.of((f"10.0.{n % 256}.{n // 256}", n + 1), 0.0).spend(1, 0.0) for n in range(20_000))
    assert forged == STRANGERS_PER_SECOND
    assert peers.of(FAR, 0.0) is tablet, "it is not forgotten for them"
    assert sum(tablet.spend(1, 0.0) for _ in range(FAR_PER_SECOND + 50)) == FAR_PER_SECOND


def test_who_is_beyond_this_machine_is_not_trusted_before_it_shows_the_token() -> None:
    assert standing().of(NEAR, 0.0).trusted and not standing().of(FAR, 0.0).trusted


def test_senders_take_turns_and_each_keeps_its_order() -> None:
    peers = standing()
    flood, performer = peers.of(NEAR, 0.0), peers.of(PERFORMER, 0.0)
    for n in range(1000):
        peers.put(flood, b"%d" % n)
    for n in range(3):
        peers.put(performer, b"p%d" % n)
    taken = list(peers.take(TURN + 3))
    assert [packet for peer, packet in taken if peer is performer] == [b"p0", b"p1", b"p2"]
    assert [packet for peer, packet in taken if peer is flood] == [b"%d" % n for n in range(TURN)]
    assert sum(1 for _ in peers.take(10_000)) == 1000 - TURN and not peers.waiting


def test_a_host_beyond_has_one_turn_whatever_ports_it_sends_from() -> None:
    peers = standing()
    for port in range(1, 1001):
        peers.put(peers.of((FAR[0], port), 0.0), b"%d" % port)
    performer = peers.of(PERFORMER, 0.0)
    peers.put(performer, b"gain")
    taken = list(peers.take(1001))
    assert [peer for peer, _ in taken].index(performer) == TURN
    assert [packet for peer, packet in taken if peer is not performer] == [b"%d" % n for n in range(1, 1001)]


def test_what_waits_is_bounded_and_a_newcomer_is_heard_all_the_same() -> None:
    peers = standing()
    flood, performer = peers.of(NEAR, 0.0), peers.of(PERFORMER, 0.0)
    kept = sum(peers.put(flood, bytes(8192)) for _ in range(4000))
    assert kept * 8192 <= MAX_WAITING_BYTES + 2 * 8192
    assert peers.put(performer, b"gain")
    assert peers.forget_waiting(lambda packet: False) == kept + 1 and not peers.waiting
    assert peers.put(flood, b"again")


def test_who_sends_from_ever_new_addresses_does_not_fill_the_memory() -> None:
    peers = standing()
    known = peers.of(NEAR, 0.0)
    peers.put(known, b"gain")
    forged = ((f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 5000) for n in range(2 * MAX_TURNS))
    assert sum(peers.put(peers.of(each, 0.0), b"flood") for each in forged) == MAX_TURNS - 1
    assert len(peers) <= MAX_HOSTS
    assert peers.put(known, b"pan")
    assert [packet for peer, packet in peers.take(TURN) if peer is known] == [b"gain", b"pan"]
    assert peers.put(peers.of(("192.168.1.8", 1), 0.0), b"a turn is free")


@pytest.mark.parametrize(("host", "most"), [("127.0.0.1", MAX_PORTS), ("192.168.1.7", MAX_FAR_PORTS)])
def test_so_many_senders_of_a_host_are_known_and_the_oldest_is_forgotten(host: str, most: int) -> None:
    peers = standing()
    first = peers.of((host, 5000), 0.0)
    for n in range(most - 1):
        peers.of((host, 10_000 + n), 0.0)
    assert peers.of((host, 5000), 0.0) is first
    peers.of((host, 9999), 0.0)
    assert len(peers) == most and peers.of((host, 5000), 0.0) is first


def test_replies_are_at_most_half_a_kilobyte_or_four_times_the_question() -> None:
    assert (reply_room(20), reply_room(128), reply_room(1000)) == (512, 512, 4000)
