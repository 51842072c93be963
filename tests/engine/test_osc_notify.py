"""What clients are told: topics, rates, leases, and nothing of what they do themselves while they do it."""

from collections.abc import Iterator
from typing import Any

import pytest

from plaud_live.control.namespace import TOPICS
from plaud_live.control.parameters import parameters
from plaud_live.control.transaction import Set, Tempo, Transaction
from plaud_live.engine.leases import LEASE_SECONDS, MAX_LEASES, OWN_SECONDS
from plaud_live.engine.osc_server import OscServer
from plaud_live.signals.graph import Constant, signal
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo
from tests.engine.osc_peer import INFO, Desk, Peer, bundle, message

RATE = 44100
TABLE = [name for name, row in parameters(INFO).items() if row.size == 1]


class Room:
    """A server in the time of its desk."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.server = OscServer(0, self.desk, clock=lambda: self.desk.now / RATE)
        self.clients = [Peer(self.server) for _ in range(3)]

    def wait(self, seconds: float) -> None:
        """Let time pass, and what is due be done."""
        end = self.desk.now + round(seconds * RATE)
        while self.desk.now < end:
            self.desk.now = min(end, self.desk.now + 100)
            for chore in (self.server, self.server.teller):
                if chore.due <= self.desk.now / RATE:
                    chore.work(self.desk.now / RATE)

    def subscribe(self, client: Peer, *arguments: object) -> list[tuple[str, list[Any]]]:
        return client.ask(message("notify", 1, *arguments))

    def do(self, *changes: Any) -> None:
        """As the prompt does."""
        self.desk.submit(Transaction(changes))


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    for client in made.clients:
        client.socket.close()
    made.server.close()


def values(heard: list[tuple[str, list[Any]]], address: str) -> list[float]:
    return [arguments[0] for where, arguments in heard if where == f"/plaud/{address}"]


def test_it_is_granted_and_ended(room: Room) -> None:
    client, *_ = room.clients
    assert room.subscribe(client, "param") == [("/plaud/done", ["/plaud/notify", 1, 60])]
    room.wait(0.1)
    assert client.heard()
    assert client.ask(message("notify", 0)) == [("/plaud/done", ["/plaud/notify", 0])]
    room.do(Set("drone", "gain", Constant(0.25), 0.0, 0.0))
    room.wait(0.2)
    assert client.heard() == []


def test_all_parameters_are_told_at_first_and_then_what_changes(room: Room) -> None:
    client, *_ = room.clients
    room.subscribe(client, "param")
    room.wait(0.06)
    first = dict(client.heard())
    assert set(first) == {f"/plaud/inst/drone/{name}" for name in TABLE} | {
        "/plaud/clock/bpm",
        "/plaud/clock/quant",
    }
    assert first["/plaud/inst/drone/gain"] == [0.75] and first["/plaud/clock/bpm"] == [92.0]
    room.wait(1.0)
    assert client.heard() == []
    room.do(Set("drone", "gain", Constant(0.25), 0.0, 0.0), Tempo(120.0, 0.0))
    room.wait(0.2)
    assert sorted(client.heard()) == [("/plaud/clock/bpm", [120.0]), ("/plaud/inst/drone/gain", [0.25])]


def test_an_alias_is_told_with_its_latent(room: Room) -> None:
    client, *_ = room.clients
    room.subscribe(client, "param")
    room.wait(0.06)
    client.heard()
    room.do(Set("drone", "bright", Constant(0.25), 0.0, 0.0))
    room.wait(0.1)
    assert dict(client.heard()) == {"/plaud/inst/drone/z0": [0.25], "/plaud/inst/drone/bright": [0.25]}


def test_a_moving_parameter_is_told_at_the_rate_that_was_asked_for(room: Room) -> None:
    slow, fast, _ = room.clients
    room.do(Set("drone", "z1", lfo(4), 0.0, 0.0))
    room.subscribe(slow, "param", slow.socket.getsockname()[1], 5.0)
    room.subscribe(fast, "param", fast.socket.getsockname()[1], 50.0)
    room.wait(2.0)
    assert len(values(slow.heard(), "inst/drone/z1")) == pytest.approx(10, abs=1)
    assert len(values(fast.heard(), "inst/drone/z1")) == pytest.approx(100, abs=2)


def test_a_fade_ends_exactly_where_it_goes(room: Room) -> None:
    client, *_ = room.clients
    room.subscribe(client, "param")
    room.wait(0.1)
    client.heard()
    room.do(Set("drone", "pan", Constant(0.123), 1.0, 0.0))
    room.wait(2.0)
    told = values(client.heard(), "inst/drone/pan")
    assert len(told) > 5 and told[-1] == pytest.approx(0.123, abs=1e-7)
    room.wait(1.0)
    assert client.heard() == []


def test_who_moves_a_parameter_is_told_of_it_once_it_has_left_it_alone_the_others_at_once(room: Room) -> None:
    mover, other, _ = room.clients
    for client in (mover, other):
        room.subscribe(client, "param")
    room.wait(0.1)
    mover.heard(), other.heard()
    for n in range(20):
        mover.ask(message("inst/drone/gain", n / 40))
        room.wait(0.05)
    assert values(mover.heard(), "inst/drone/gain") == []
    assert len(values(other.heard(), "inst/drone/gain")) > 10
    room.wait(OWN_SECONDS + 0.05)
    assert values(mover.heard(), "inst/drone/gain") == [pytest.approx(19 / 40)]


def test_what_others_do_to_a_parameter_that_one_has_moved_is_told(room: Room) -> None:
    mover, other, _ = room.clients
    room.subscribe(mover, "param")
    room.wait(0.1)
    mover.heard()
    mover.ask(message("inst/drone/gain", 0.5, 0.0))
    room.wait(0.3)
    mover.heard()
    other.ask(message("inst/drone/gain", 0.25, 0.0))
    room.wait(0.1)
    assert values(mover.heard(), "inst/drone/gain") == [0.25]


def test_a_lease_lasts_a_minute_and_any_packet_renews_it(room: Room) -> None:
    kept, lost, _ = room.clients
    for client in (kept, lost):
        room.subscribe(client, "param")
    room.wait(LEASE_SECONDS - 1.0)
    kept.ask(message("ping", 1))
    room.wait(2.0)
    kept.heard(), lost.heard()
    room.do(Set("drone", "gain", Constant(0.25), 0.0, 0.0))
    room.wait(0.2)
    assert values(kept.heard(), "inst/drone/gain") == [0.25] and lost.heard() == []
    room.wait(LEASE_SECONDS)
    assert room.server.teller.due == float("inf")


def test_replies_and_topics_go_to_the_port_that_was_registered(room: Room) -> None:
    asker, listener, _ = room.clients
    room.subscribe(asker, "param", listener.socket.getsockname()[1])
    room.wait(0.1)
    assert asker.heard() == []
    heard = listener.heard()
    assert heard[0] == ("/plaud/done", ["/plaud/notify", 1, 60]) and values(heard, "inst/drone/gain") == [
        0.75
    ]
    assert asker.ask(message("ping", 3)) == [] and listener.heard() == [("/plaud/pong", [3])]


def test_a_registered_client_may_have_a_long_answer(room: Room) -> None:
    client, *_ = room.clients
    many = {f"a_rather_long_anchor_{n}": (0.0, 0.0) for n in range(60)}
    room.desk.conductor.state = room.desk.state.changed(anchors={"d": many})
    assert client.ask(message("list", "anchors"))[0][0] == "/plaud/fail"
    room.subscribe(client, "event")
    ((address, names),) = client.ask(message("list", "anchors"))
    assert address == "/plaud/list.reply" and len(names) == 61


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("192.168.1.9:9000",), 403),
        (("param 10.0.0.7",), 403),
        (("loudness",), 404),
        (("param", 0), 400),
        (("param", 70000), 400),
        (("param", 9000, 1000.0), 400),
        ((7,), 406),
    ],
)
def test_a_third_host_and_what_makes_no_sense_are_refused(
    room: Room, arguments: tuple[object, ...], code: int
) -> None:
    client, *_ = room.clients
    ((address, said),) = room.subscribe(client, *arguments)
    assert (address, said[0], said[1]) == ("/plaud/fail", "/plaud/notify", code)
    room.wait(0.2)
    assert client.heard() == []


def test_the_instrument_does_not_tell_itself(room: Room) -> None:
    client, *_ = room.clients
    ((address, said),) = room.subscribe(client, "param", room.server.port)
    assert (address, said[1]) == ("/plaud/fail", 403)


def test_so_many_clients_are_told_and_one_more_takes_the_place_of_who_was_silent_longest(room: Room) -> None:
    clients = [Peer(room.server) for _ in range(MAX_LEASES + 1)]
    for client in clients[:-1]:
        room.subscribe(client, "event")
        room.wait(0.01)
    clients[0].ask(message("ping", 1))
    assert room.subscribe(clients[-1], "event")[0][0] == "/plaud/done"
    ((address, said),) = clients[1].heard()
    assert (address, said[:2]) == ("/plaud/fail", ["/plaud/notify", 409])
    addresses = {client.socket.getsockname() for client in clients}
    assert {lease.target for lease in room.server._leases} == addresses - {clients[1].socket.getsockname()}
    for client in clients:
        client.socket.close()


def test_beats_are_told_as_they_are_heard(room: Room) -> None:
    client, *_ = room.clients
    room.subscribe(client, "beat", client.socket.getsockname()[1], 1.0)
    room.wait(3 * 60 / 92)
    beats = values(client.heard(), "clock/beat.reply")
    assert [beat for beat in beats if beat == int(beat)] == [0.0, 1.0, 2.0, 3.0]
    assert beats == sorted(beats)


def test_meters_latents_and_xruns(room: Room) -> None:
    client, *_ = room.clients
    room.subscribe(client, "meter,latent xrun")
    room.wait(0.06)
    heard = dict(client.heard())
    assert heard["/plaud/meter"] == [0.5, 0.25] and heard["/plaud/meter/drone"] == [0.25, 0.125]
    assert heard["/plaud/latent/drone"] == [0.5, 0.5]
    assert "/plaud/xrun" not in heard
    status = room.desk.status()
    room.desk.status = lambda: {**status, "xruns": 4}  # type: ignore[method-assign]
    room.wait(0.2)
    assert [v for where, v in client.heard() if where == "/plaud/xrun"] == [[4, 2]]


def test_events_and_errors(room: Room) -> None:
    events, errors, _ = room.clients
    room.subscribe(events, "event")
    room.subscribe(errors, "error")
    room.server.teller.happened("submit", "", "drone.gain = .5")
    room.server.teller.happened("held", "/plaud/inst/drone/z0", "not finite")
    room.wait(0.1)
    ((address, said),) = events.heard()
    assert (address, said[:2]) == ("/plaud/event", ["submit", "drone.gain = .5"])
    assert errors.heard() == [("/plaud/fail", ["/plaud/inst/drone/z0", 422, "not finite"])]


def test_without_names_all_topics_are_meant(room: Room) -> None:
    client, *_ = room.clients
    room.subscribe(client)
    (lease,) = room.server._leases
    assert lease.topics == frozenset(TOPICS)


def test_a_source_that_fails_is_left_out_and_the_others_are_told(room: Room) -> None:
    client, *_ = room.clients
    room.do(Set("drone", "gain", Live("osc/x", 0), 0.0, 0.0))
    room.do(Set("drone", "pan", signal(1.0) / Live("osc/y", 0), 0.0, 0.0))
    room.subscribe(client, "param")
    client.ask(message("ctl/y", 0.0), bundle(("ctl/x", 0.25)))
    room.wait(0.1)
    heard = client.heard()
    assert values(heard, "inst/drone/gain")[-1] == 0.25 and values(heard, "inst/drone/pan") == []
