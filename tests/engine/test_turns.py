"""Turns: by what work takes, not by packets; room for each; and that a port under siege comes back soon."""

from collections import Counter

import pytest

from plaud_live.engine.osc_server import WORK_SECONDS, OscServer
from plaud_live.engine.turns import (
    FEW_LINES,
    MAX_WAITING_BYTES,
    MOST_OWED_SECONDS,
    PACKET_BYTES,
    TURN_SECONDS,
    Line,
    Turns,
)
from tests.engine.osc_peer import Desk, Peer, bundle, message

LAUNCH_SECONDS = 0.002


class Time:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fill(turns: Turns[str], line: Line[str], name: str, size: int) -> int:
    """Put packets until there is no room; how many there was room for."""
    count = 0
    while turns.put(line, name, bytes(size)):
        count += 1
    return count


def test_who_asks_for_what_takes_long_has_its_turn_less_often() -> None:
    """The slow one's packets take twenty times as long: both are given the same time."""
    time = Time()
    turns: Turns[str] = Turns(time)
    costs = {"slow": 0.004, "quick": 0.0002}
    lines: dict[str, Line[str]] = {name: Line() for name in costs}
    for name, line in lines.items():
        fill(turns, line, name, 20)
    spent: Counter[str] = Counter()
    for name, _ in turns.take(10**6, 1.0):
        time.now += costs[name]
        spent[name] += round(1e6 * costs[name])
    assert sum(spent.values()) == pytest.approx(1e6, abs=1e4)
    assert spent["slow"] == pytest.approx(spent["quick"], rel=0.05)


def test_a_quick_one_waits_for_one_turn_of_each_of_the_others() -> None:
    time = Time()
    turns: Turns[str] = Turns(time)
    for n in range(8):
        fill(turns, Line(), f"siege {n}", 20)
    performer: Line[str] = Line()
    waits = []
    asked = time.now
    turns.put(performer, "performer", b"ping")
    for name, _ in turns.take(10**6, 2.0):
        if name == "performer":
            waits.append(time.now - asked)
            asked = time.now
            turns.put(performer, "performer", b"ping")
        else:
            time.now += 0.0003
    assert len(waits) > 100
    assert max(waits) <= 8 * (TURN_SECONDS + 0.0003)


def test_what_a_single_packet_took_too_long_is_owed_up_to_a_limit() -> None:
    time = Time()
    turns: Turns[str] = Turns(time)
    slow, other = Line[str](), Line[str]()
    turns.put(slow, "slow", b"")
    next(taken := turns.take(10))
    time.now += 10.0
    assert list(taken) == []
    assert slow.seconds == -MOST_OWED_SECONDS
    turns.put(slow, "slow", b"")
    turns.put(other, "other", b"")
    assert [name for name, _ in turns.take(10)] == ["other", "slow"], "it is not left out for ever"


def test_nothing_is_taken_once_the_time_is_over() -> None:
    time = Time()
    turns: Turns[str] = Turns(time)
    line: Line[str] = Line()
    fill(turns, line, "one", 20)
    for _ in turns.take(10**6, 0.003):
        time.now += 0.001
    assert time.now == pytest.approx(0.003)
    assert turns.waiting


def test_a_flood_has_its_part_of_the_room_and_all_of_it_is_bounded() -> None:
    turns: Turns[str] = Turns()
    flood, performer = Line[str](), Line[str]()
    count = fill(turns, flood, "flood", 50)
    assert count * (50 + PACKET_BYTES) == pytest.approx(MAX_WAITING_BYTES / FEW_LINES, rel=0.01)
    assert fill(turns, performer, "performer", 50) == pytest.approx(count, rel=0.01)
    lines = [flood, performer, *(Line[str]() for _ in range(30))]
    for line in lines[2:]:
        fill(turns, line, "another", 8000)
    assert sum(line.bytes for line in lines) < 4 * MAX_WAITING_BYTES
    forgotten = sum(map(len, lines))
    assert turns.forget(nothing) == forgotten and not turns.waiting
    assert fill(turns, flood, "flood", 50) == count, "there is room again"


def nothing(packet: bytes) -> bool:
    return False


def test_some_packets_outlive_what_is_forgotten_in_their_order() -> None:
    turns: Turns[str] = Turns()
    mixed, plain = Line[str](), Line[str]()
    for packet in (b"?1", b"gain", b"?2"):
        turns.put(mixed, "performer", packet)
    turns.put(plain, "flood", b"gain")
    assert turns.forget(lambda packet: packet.startswith(b"?")) == 2
    assert mixed.bytes == 2 * (2 + PACKET_BYTES) and plain.bytes == 0
    assert list(turns.take(10)) == [("performer", b"?1"), ("performer", b"?2")]
    assert not turns.waiting


def test_launches_do_not_hold_up_the_port() -> None:
    """Each launch takes 2 ms: of a hundred that wait some are done, then the caller has its turn again."""
    time, desk = Time(), Desk()
    server = OscServer(0, desk, clock=time)
    clients = [Peer(server) for _ in range(10)]
    carried_out = desk.submit

    def submit(transaction: object) -> object:
        time.now += LAUNCH_SECONDS
        return carried_out(transaction)  # type: ignore[arg-type]

    desk.submit = submit  # type: ignore[method-assign, assignment]
    for n in range(10):
        for number, client in enumerate(clients):
            later = bundle(("inst/drone/gain", 0.05 * number), timetag=1000.5)
            client.send(message("inst/drone/z0", 0.1 * n, 1.0), later)
    while server._port._sockets._selector.select(0):
        server.receive()
    rounds = 0
    while server.waiting or server.due <= time.now or len(server._timed):
        before = time.now
        server.work()
        assert time.now - before <= 3 * WORK_SECONDS + 6 * LAUNCH_SECONDS
        rounds += 1
        if not server.waiting and server.due > time.now and len(server._timed):
            time.now = max(time.now, server.due)
    assert rounds > 10
    assert len(desk.submitted) == 40
    assert desk.going_to("gain") == pytest.approx(0.45)
    for client in clients:
        client.socket.close()
    server.close()
