"""A server under hostile packets from several senders: it goes on, answers little, and keeps nothing."""

import gc
import select
import tracemalloc
from itertools import islice

import pytest

from plaud_live.control.namespace import addresses
from plaud_live.engine.limits import REPLY_BYTES, REPLY_FACTOR
from plaud_live.engine.osc_server import OscServer
from tests.control.hostile_osc import packets
from tests.engine.osc_peer import Desk, Peer, message, serve
from tests.engine.test_osc_forged import House

COUNT = 2000
SENDERS = 4
MOST_KEPT = 1 << 20
"""Bytes, after what fills once (scenes, anchors, inputs, undo steps) is full."""


def test_a_siege_from_beyond_this_machine() -> None:
    """Nobody there has the token: what would end the session is sent, too."""
    house = House()
    for n, packet in enumerate(islice(packets(7, addresses(house.desk.state), 1000.0, ends=True), COUNT)):
        address = (f"192.168.1.{n % SENDERS}", 9000)
        house.server._port._put(packet, address, house.time)
        while house.server.waiting:
            house.server.work()
        answers = house.sent.pop(address, [])
        assert all(len(each) <= max(REPLY_BYTES, REPLY_FACTOR * len(packet)) for each in answers)
        house.time += 0.01
        house.desk.now += 441
    assert not house.desk.left and house.told == set()
    (pong,) = house.hear(("127.0.0.1", 9000), message("ping", 7))
    assert pong.arguments == (7,)
    house.server.close()


@pytest.mark.slow
def test_a_siege(monkeypatch: object) -> None:
    desk = Desk()
    server = OscServer(0, desk, clock=lambda: desk.now / 44100)
    clients = [Peer(server) for _ in range(SENDERS)]
    performer = Peer(server)

    def besiege(seed: int) -> None:
        for n, packet in enumerate(islice(packets(seed, addresses(desk.state), 1000.0), COUNT)):
            client = clients[n % SENDERS]
            client.send(packet)
            serve(server)
            desk.now += 8
            if server.due <= desk.now / 44100:
                server.work()
            while select.select([client.socket], [], [], 0)[0]:
                reply = client.socket.recv(65536)
                registered = server._leases.target(client.socket.getsockname()) is not None
                assert registered or len(reply) <= max(REPLY_BYTES, REPLY_FACTOR * len(packet))
        while server.due < float("inf"):  # what was to come comes
            desk.now = round(server.due * 44100) + 1
            server.work()
        desk.submitted.clear(), desk.told.clear(), desk.remarks.clear()
        desk.conductor.settle(desk.now)
        gc.collect()

    besiege(1)
    tracemalloc.start()
    besiege(2)
    before, _ = tracemalloc.get_traced_memory()
    besiege(3)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < MOST_KEPT
    assert performer.ask(message("ping", 7)) == [("/plaud/pong", [7])]
    for client in (*clients, performer):
        client.socket.close()
    server.close()
