"""Senders: how much each may send, in turns, and that none can fill the memory or hide the others."""

from plaud_live.engine.limits import (
    FAR_PER_SECOND,
    MAX_PEERS,
    MAX_TURNS,
    MAX_WAITING_BYTES,
    NEAR_PER_SECOND,
    TURN,
    Peer,
    Peers,
    reply_room,
)

NEAR, FAR = ("127.0.0.1", 5000), ("192.168.1.7", 5000)


def test_messages_a_second_depend_on_how_far_it_is() -> None:
    for address, rate in ((NEAR, NEAR_PER_SECOND), (FAR, FAR_PER_SECOND)):
        peer = Peers().of(address, 0.0)
        assert sum(peer.spend(1, 0.0) for _ in range(rate + 50)) == rate
        assert sum(peer.spend(1, 0.5) for _ in range(rate)) == rate // 2
        assert not peer.spend(rate + 1, 100.0) and peer.spend(rate, 100.0)


def test_who_is_beyond_this_machine_is_not_trusted_before_it_shows_the_token() -> None:
    assert Peers().of(NEAR, 0.0).trusted and not Peers().of(FAR, 0.0).trusted


def test_senders_take_turns_and_each_keeps_its_order() -> None:
    peers = Peers()
    flood, performer = peers.of(NEAR, 0.0), peers.of(("127.0.0.1", 5001), 0.0)
    for n in range(1000):
        peers.put(flood, b"%d" % n)
    for n in range(3):
        peers.put(performer, b"p%d" % n)
    taken = list(peers.take(TURN + 3))
    assert [packet for peer, packet in taken if peer is performer] == [b"p0", b"p1", b"p2"]
    assert [packet for peer, packet in taken if peer is flood] == [b"%d" % n for n in range(TURN)]
    assert sum(1 for _ in peers.take(10_000)) == 1000 - TURN and not peers.waiting


def test_what_waits_is_bounded_and_a_newcomer_is_heard_all_the_same() -> None:
    peers = Peers()
    flood, performer = peers.of(NEAR, 0.0), peers.of(("127.0.0.1", 5001), 0.0)
    kept = sum(peers.put(flood, bytes(8192)) for _ in range(4000))
    assert kept * 8192 <= MAX_WAITING_BYTES + 2 * 8192
    assert peers.put(performer, b"gain")
    assert peers.forget_waiting() == kept + 1 and not peers.waiting
    assert peers.put(flood, b"again")


def test_who_sends_from_ever_new_ports_does_not_fill_the_memory() -> None:
    peers = Peers()
    known = peers.of(NEAR, 0.0)
    peers.put(known, b"gain")
    ports = range(10_000, 10_000 + 2 * MAX_TURNS)
    assert sum(peers.put(peers.of(("192.168.1.7", port), 0.0), b"flood") for port in ports) == MAX_TURNS - 1
    assert peers.put(known, b"pan")
    assert [packet for peer, packet in peers.take(TURN) if peer is known] == [b"gain", b"pan"]
    assert peers.put(peers.of(("192.168.1.8", 1), 0.0), b"a turn is free")


def test_so_many_senders_are_known_and_the_oldest_is_forgotten() -> None:
    peers = Peers()
    first: Peer = peers.of(NEAR, 0.0)
    for n in range(MAX_PEERS - 1):
        peers.of(("127.0.0.1", 10_000 + n), 0.0)
    assert peers.of(NEAR, 0.0) is first
    peers.of(("127.0.0.1", 9999), 0.0)
    assert len(peers) == MAX_PEERS and peers.of(NEAR, 0.0) is first


def test_replies_are_at_most_half_a_kilobyte_or_four_times_the_question() -> None:
    assert (reply_room(20), reply_room(128), reply_room(1000)) == (512, 512, 4000)
