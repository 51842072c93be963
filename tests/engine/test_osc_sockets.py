"""The sockets of the OSC port: who floods loses its own alone, and nobody else can listen on the port."""

import select
import socket
from collections.abc import Iterator

import pytest

from plaud_live.engine import osc_sockets
from plaud_live.engine.access import own_address
from plaud_live.engine.osc_port import GOES_ON
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.osc_sockets import MOST_OF_HOST, MOST_OWN, Sockets
from tests.engine.osc_peer import Desk, Peer, message, serve

HOST = "127.0.0.1"


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sockets]:
    """With buffers that hold a few packets."""
    monkeypatch.setattr(osc_sockets, "RECEIVE_BUFFER_BYTES", 4096)
    made = Sockets(0, HOST)
    yield made
    made.close()


@pytest.fixture
def clients() -> Iterator[list[socket.socket]]:
    made = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    for each in made:
        each.bind((HOST, 0))
    yield made
    for each in made:
        each.close()


def all_of(sockets: Sockets) -> dict[int, list[bytes]]:
    """What has come, by the sender's port."""
    found: dict[int, list[bytes]] = {}
    while select.select([sockets], [], [], 0)[0]:
        for packets in sockets.receive().values():
            for packet, (_, port) in packets:
                found.setdefault(port, []).append(packet)
    return found


def test_a_flood_fills_only_the_buffer_of_who_floods(sockets: Sockets, clients: list[socket.socket]) -> None:
    flood, performer, newcomer = clients
    for each in (flood, performer):
        assert sockets.welcome(each.getsockname()) == []
    for n in range(2000):
        flood.sendto(b"%d" % n, (HOST, sockets.port))
        if n % 500 == 0:
            performer.sendto(b"p%d" % n, (HOST, sockets.port))
            newcomer.sendto(b"n%d" % n, (HOST, sockets.port))
    came = all_of(sockets)
    assert came[performer.getsockname()[1]] == [b"p0", b"p500", b"p1000", b"p1500"]
    assert came[newcomer.getsockname()[1]] == [b"n0", b"n500", b"n1000", b"n1500"]
    assert 0 < len(came[flood.getsockname()[1]]) < 2000


def test_nobody_else_can_listen_there(sockets: Sockets, clients: list[socket.socket]) -> None:
    sockets.welcome(clients[0].getsockname())
    for option in (None, socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            if option is not None:
                other.setsockopt(socket.SOL_SOCKET, option, 1)
            with pytest.raises(OSError, match="in use"):
                other.bind((HOST, sockets.port))


def test_what_came_before_a_sender_had_its_own_comes_first(
    sockets: Sockets, clients: list[socket.socket]
) -> None:
    sender = clients[0]
    for n in range(6):
        sender.sendto(b"%d" % n, (HOST, sockets.port))
        if n == 2:
            sockets.welcome(sender.getsockname())
    assert all_of(sockets) == {sender.getsockname()[1]: [b"0", b"1", b"2", b"3", b"4", b"5"]}


def test_so_many_have_their_own_and_what_makes_room_is_not_lost(sockets: Sockets) -> None:
    made = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(MOST_OWN + 1)]
    for n, each in enumerate(made):
        each.bind((HOST, 0))
        left = sockets.welcome(each.getsockname())
        each.sendto(b"%d" % n, (HOST, sockets.port))
        assert left == ([(b"0", made[0].getsockname())] if n == MOST_OWN else [])
    made[0].sendto(b"again", (HOST, sockets.port))
    came = all_of(sockets)
    assert len(came) == MOST_OWN + 1 and came[made[0].getsockname()[1]] == [b"again"]
    for each in made:
        each.close()


@pytest.mark.skipif(own_address().startswith("127."), reason="this machine has no network")
def test_a_host_beyond_takes_nobody_elses_sockets() -> None:
    """Whatever ports it sends from: it has a few, of which the oldest makes room."""
    everywhere, near = Sockets(0, "0.0.0.0"), (HOST, 40_000)
    everywhere.welcome(near)
    for port in range(20_000, 20_000 + 2 * MOST_OWN):
        everywhere.welcome((own_address(), port))
    newest = {(own_address(), 20_000 + 2 * MOST_OWN - n) for n in range(1, MOST_OF_HOST + 1)}
    assert set(everywhere._own) == {near, *newest}
    everywhere.close()


def test_an_answer_that_nobody_wants_does_not_stop_the_port(sockets: Sockets) -> None:
    gone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    gone.bind((HOST, 0))
    address = gone.getsockname()
    sockets.welcome(address)
    gone.sendto(b"last words", (HOST, sockets.port))
    gone.close()
    assert sockets.send(b"answer", address)
    assert all_of(sockets) == {address[1]: [b"last words"]}


def test_what_comes_elsewhere_while_panic_is_heard_is_for_afterwards() -> None:
    desk = Desk()
    server = OscServer(0, desk, clock=lambda: 0.0)
    hand, other = Peer(server), Peer(server)
    desk.on_panic = lambda: other.send(message("inst/drone/gain", 0.5))
    hand.send(message("panic"))
    serve(server)
    assert desk.panics == 1 and desk.going_to("gain") == 0.5
    for peer in (hand, other):
        peer.socket.close()
    server.close()


def test_panic_on_one_socket_forgets_no_question_on_another() -> None:
    """Two programs of one performer: which of the two packets was first, nobody knows."""
    desk = Desk()
    server = OscServer(0, desk, clock=lambda: 0.0)
    hand, asking = Peer(server), Peer(server)
    hand.ask(*(message("ping", n) for n in range(GOES_ON)))
    asking.send(message("inst/drone/play"), message("sync", 7), message("undo"))
    hand.send(message("ping", 8), message("inst/drone/play"), message("panic"))
    serve(server)
    assert desk.panics == 1 and desk.going_to("level") == 0.0
    assert asking.heard() == [("/plaud/synced", [7])]
    assert hand.heard() == [("/plaud/pong", [8])]
    assert server.counts.dropped == 3
    for peer in (hand, asking):
        peer.socket.close()
    server.close()


def test_panic_on_one_socket_forgets_what_waits_on_the_others() -> None:
    desk = Desk()
    server = OscServer(0, desk, clock=lambda: 0.0)
    flood, performer = Peer(server), Peer(server)
    for peer in (flood, performer):
        peer.ask(*(message("ping", n) for n in range(GOES_ON)))
    flood.send(*(message("inst/drone/play") for _ in range(100)))
    performer.send(message("inst/drone/play"), message("panic"), message("inst/drone/gain", 0.5))
    serve(server)
    assert desk.panics == 1 and desk.going_to("gain") == 0.5 and desk.going_to("level") == 0.0
    for peer in (flood, performer):
        peer.socket.close()
    server.close()
