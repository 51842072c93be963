"""The OSC port over real loopback sockets: replies and their codes, atomic bundles, floods, panic first."""

from collections.abc import Iterator
from typing import Any

import pytest

from plaud_live import __version__
from plaud_live.control.transaction import Set, Transaction
from plaud_live.engine.inputs import MAX_NAMES
from plaud_live.engine.limits import NEAR_PER_SECOND
from plaud_live.engine.osc_batch import STREAM_SECONDS
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.osc_sockets import READ_AT_ONCE
from plaud_live.signals.live import Live
from plaud_live.signals.transitions import target
from tests.engine.osc_peer import Desk, Peer, bundle, message, serve


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def peer(desk: Desk) -> Iterator[Peer]:
    server = OscServer(0, desk, clock=lambda: 0.0)
    client = Peer(server)
    yield client
    client.socket.close()
    server.close()


def test_plain_sets_are_carried_out_and_not_acknowledged(desk: Desk, peer: Peer) -> None:
    assert peer.ask(message("inst/drone/gain", 0.5), message("inst/drone/pan", 1)) == []
    assert (desk.going_to("gain"), desk.going_to("pan")) == (0.5, 1.0)
    assert [t.by for t in desk.submitted] == ["osc"]


def test_the_sound_comes_before_each_packet(desk: Desk, peer: Peer) -> None:
    peer.ask(*(message("ping", number) for number in range(5)))
    assert desk.gave_way >= 5


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (message("ping", 7), ("/plaud/pong", [7])),
        (message("version"), ("/plaud/version.reply", [__version__, 1])),
        (message("sync", 12), ("/plaud/synced", [12])),
        (message("status"), ("/plaud/status.reply", [0.25, 0.5, 12.5, 3, 2, 1, 48000.0, 44101.5, 0, ""])),
        (message("clock/beat"), ("/plaud/clock/beat.reply", [0.0, 92.0])),
        (message("list", "inst"), ("/plaud/list.reply", ["inst", "drone"])),
        (message("list", "anchors"), ("/plaud/list.reply", ["anchors", "bell"])),
        (message("list", "scenes"), ("/plaud/list.reply", ["scenes"])),
        (message("get", "/plaud/inst/drone/gain"), ("/plaud/get.reply", ["/plaud/inst/drone/gain", 0.75])),
        (message("get", "/plaud/inst/drone/z"), ("/plaud/get.reply", ["/plaud/inst/drone/z", 0.5, 0.5])),
        (message("get", "/plaud/inst/drone/z1"), ("/plaud/get.reply", ["/plaud/inst/drone/z1", 0.5])),
        (message("get", "/plaud/clock/bpm"), ("/plaud/get.reply", ["/plaud/clock/bpm", 92.0])),
        (message("inst/drone/mark", "home"), ("/plaud/done", ["/plaud/inst/drone/mark", "home"])),
    ],
)
def test_questions_are_answered(peer: Peer, question: bytes, reply: tuple[str, list[Any]]) -> None:
    assert peer.ask(question) == [reply]


@pytest.mark.parametrize(
    ("asked", "address", "code"),
    [
        (message("inst/drone/gain", 2.0), "/plaud/inst/drone/gain", 400),
        (message("inst/drone/gain", "loud"), "/plaud/inst/drone/gain", 406),
        (message("inst/drone/gain", float("nan")), "/plaud/inst/drone/gain", 406),
        (message("inst/drone/nothing", 1.0), "/plaud/inst/drone/nothing", 404),
        (message("inst/nobody/gain", 1.0), "/plaud/inst/nobody/gain", 404),
        (message("nothing"), "/plaud/nothing", 404),
        (message("get", "/plaud/inst/drone/nothing"), "/plaud/get", 404),
        (message("list", "everything"), "/plaud/list", 404),
        (message("redo"), "/plaud/redo", 422),
        (message("undo"), "/plaud/undo", 422),
        (message("inst/drone/anchor", "nowhere"), "/plaud/inst/drone/anchor", 422),
        (b"/plaud/x\0\0\0\0,f\0\0", "/plaud/x", 400),
    ],
)
def test_failures_are_answered_with_address_and_code(
    desk: Desk, peer: Peer, asked: bytes, address: str, code: int
) -> None:
    before = desk.state
    ((reply, (where, number, text)),) = peer.ask(asked)
    assert (reply, where, number) == ("/plaud/fail", address, code)
    assert text and desk.state is before


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (message("ctl/td/x", 0.25), {"osc/td/x": (0.25,)}),
        (message("ctl/faders", 1, 0.5, True), {"osc/faders": (1.0, 0.5, 1.0)}),
        (bundle(("ctl/a", 0.1), ("ctl/b/c_d-e", 0.5)), {"osc/a": (0.1,), "osc/b/c_d-e": (0.5,)}),
    ],
)
def test_what_arrives_for_an_input_is_heard_and_not_acknowledged(
    desk: Desk, peer: Peer, sent: bytes, heard: dict[str, tuple[float, ...]]
) -> None:
    assert peer.ask(sent) == []
    assert {n: pytest.approx(v, abs=1e-7) for n, v in desk.inputs.latest().items()} == heard
    assert desk.submitted == []


@pytest.mark.parametrize(
    ("address", "arguments", "code"),
    [
        ("ctl/", (1.0,), 404),
        ("ctl/td/", (1.0,), 404),
        ("ctl/td+x", (1.0,), 404),
        ("ctl/*", (1.0,), 404),
        ("ctl/" + "a" * 65, (1.0,), 404),
        ("ctl/x", (), 400),
        ("ctl/x", (0.0,) * 65, 400),
        ("ctl/x", ("loud",), 406),
        ("ctl/x", (float("nan"),), 406),
        ("ctl/x", (float("inf"),), 406),
    ],
)
def test_what_cannot_be_an_input_fails(
    desk: Desk, peer: Peer, address: str, arguments: tuple[object, ...], code: int
) -> None:
    ((reply, values),) = peer.ask(message(address, *arguments))
    assert (reply, values[1]) == ("/plaud/fail", code)
    assert desk.inputs.latest() == {}


def test_a_bundle_with_a_mistake_moves_no_input(desk: Desk, peer: Peer) -> None:
    ((reply, _),) = peer.ask(bundle(("ctl/x", 0.1), ("inst/drone/gain", 7.0)))
    assert reply == "/plaud/fail"
    assert desk.inputs.latest() == {}


def test_get_reads_what_follows_an_input(desk: Desk, peer: Peer) -> None:
    desk.conductor.submit(Transaction((Set("drone", "gain", Live("osc/x", 0), 0.0, 0.0),)), 0)
    assert peer.ask(message("ctl/x", 0.25)) == []
    assert peer.ask(message("get", "/plaud/inst/drone/gain")) == [
        ("/plaud/get.reply", ["/plaud/inst/drone/gain", 0.25])
    ]


def test_a_flood_of_new_names_stays_bounded(desk: Desk, peer: Peer) -> None:
    for start in range(0, 2000, 100):
        peer.ask(*(message(f"ctl/{i}", 0.1) for i in range(start, start + 100)))
    assert len(desk.inputs.latest()) <= MAX_NAMES


def test_the_failing_one_of_several_is_named_and_the_others_are_done(desk: Desk, peer: Peer) -> None:
    replies = peer.ask(
        message("inst/drone/gain", 0.25),
        message("inst/drone/anchor", "nowhere"),
        message("inst/drone/pan", 0.25),
    )
    assert [(address, values[0]) for address, values in replies] == [
        ("/plaud/fail", "/plaud/inst/drone/anchor")
    ]
    assert (desk.going_to("gain"), desk.going_to("pan")) == (0.25, 0.25)


def test_a_bundle_is_atomic_and_one_step(desk: Desk, peer: Peer) -> None:
    before = desk.state
    bad = bundle(("inst/drone/gain", 0.1), ("inst/drone/pan", 9.0), ("inst/drone/z0", 0.1))
    assert [values[0] for _, values in peer.ask(bad)] == ["/plaud/inst/drone/pan"]
    assert desk.state is before
    assert peer.ask(bundle(("inst/drone/gain", 0.1), ("inst/drone/z0", 0.2), ("ping", 3))) == [
        ("/plaud/pong", [3])
    ]
    assert desk.going_to("gain") == pytest.approx(0.1) and len(desk.submitted) == 1
    desk.conductor.undo(0)
    assert desk.going_to("gain") == 0.75
    assert desk.conductor.undo_depth == 0


def test_sets_of_one_sender_within_a_second_are_one_step_of_undo(desk: Desk, peer: Peer) -> None:
    for step in range(30):
        desk.now = step * 441
        peer.ask(message("inst/drone/gain", step / 100))
    assert desk.conductor.undo_depth == 1
    assert peer.ask(message("undo"))[0][0] == "/plaud/done"
    assert desk.going_to("gain") == 0.75


def test_of_a_flood_the_last_of_each_parameter_counts_and_it_is_one_transaction(
    desk: Desk, peer: Peer
) -> None:
    """Of what is read at once: what comes later is another."""
    count = READ_AT_ONCE
    peer.send(*(message(f"inst/drone/{('gain', 'pan')[n % 2]}", n / count) for n in range(count)))
    serve(peer.server)
    changes = [(c.parameter, c.signal.number) for t in desk.submitted for c in t.changes]  # type: ignore[union-attr]
    assert changes == [("gain", pytest.approx(1 - 2 / count)), ("pan", pytest.approx(1 - 1 / count))]


def test_a_stream_of_one_sender_is_launched_every_few_milliseconds_and_nobody_else_waits(desk: Desk) -> None:
    time = [1.0]
    server = OscServer(0, desk, clock=lambda: time[0])
    stream, other = Peer(server), Peer(server)
    for n in range(100):
        time[0] = 1.0 + n / 1000
        stream.ask(message("inst/drone/gain", n / 100))
    assert len(desk.submitted) == pytest.approx(25, abs=2)
    before = len(desk.submitted)
    other.ask(message("inst/drone/pan", 0.25))
    assert len(desk.submitted) == before + 1 and desk.going_to("pan") == 0.25
    assert server.due <= time[0] + STREAM_SECONDS
    time[0] = server.due
    server.work()
    assert desk.going_to("gain") == pytest.approx(0.99) and server.due == float("inf")


def test_what_is_not_plain_does_not_wait_and_takes_along_what_came_before_it(desk: Desk) -> None:
    server = OscServer(0, desk, clock=lambda: 1.0)
    peer = Peer(server)
    peer.ask(message("inst/drone/gain", 0.25))
    peer.ask(message("inst/drone/gain", 0.5))
    assert desk.going_to("gain") == 0.25
    peer.ask(message("inst/drone/pan", 0.25, 0.0))
    assert (desk.going_to("gain"), desk.going_to("pan")) == (0.5, 0.25)
    peer.ask(message("inst/drone/gain", 0.75))
    assert peer.ask(message("sync", 1)) == [("/plaud/synced", [1])] and desk.going_to("gain") == 0.75


def test_what_is_timed_keeps_its_order(desk: Desk, peer: Peer) -> None:
    peer.ask(
        message("inst/drone/gain", 0.1), message("inst/drone/gain", 0.2, 4.0), message("inst/drone/gain", 0.3)
    )
    changes = [(c.signal.number, c.over) for c in desk.submitted[0].changes]  # type: ignore[union-attr]
    assert changes == [(pytest.approx(0.1), None), (pytest.approx(0.2), 4.0), (pytest.approx(0.3), None)]


def test_panic_overtakes_what_waits_and_what_came_before_it_is_forgotten(desk: Desk, peer: Peer) -> None:
    waiting = READ_AT_ONCE - 2
    plays = [message("inst/drone/play")] * waiting
    peer.send(*plays, message("panic"), message("inst/drone/gain", 0.5))
    peer.server.receive()
    assert desk.panics == 1
    peer.server.work()
    assert target(desk.state.lookup(("drone", "level", None))).number == 0.0  # type: ignore[attr-defined]
    assert desk.going_to("gain") == 0.5
    assert peer.server.counts.dropped == waiting


def test_panic_at_the_end_of_a_long_queue_is_the_end_of_it(desk: Desk, peer: Peer) -> None:
    plays = [message("inst/drone/play")] * (READ_AT_ONCE + 100)
    assert peer.ask(*plays, message("panic"), message("inst/drone/gain", 0.5), message("ping", 1)) == [
        ("/plaud/pong", [1])
    ]
    assert desk.panics == 1
    assert (desk.going_to("level"), desk.going_to("gain")) == (0.0, 0.5)


def test_panic_in_a_bundle_and_as_a_mere_word(desk: Desk, peer: Peer) -> None:
    peer.ask(bundle(("inst/drone/play",), ("panic",)))
    assert desk.panics == 1
    peer.ask(message("get", "/plaud/panic"), bundle(("get", "/plaud/panic")))
    assert desk.panics == 1


def test_too_many_messages_a_second_are_dropped_and_counted(desk: Desk) -> None:
    time = [0.0]
    server = OscServer(0, desk, clock=lambda: time[0])
    client, other = Peer(server), Peer(server)
    for _ in range(NEAR_PER_SECOND // 100 + 3):
        client.send(*[message("inst/drone/gain", 0.5)] * 100)
        serve(server)
    assert server.counts.dropped == 300
    assert other.ask(message("ping", 1)) == [("/plaud/pong", [1])]
    assert client.ask(message("ping", 2)) == []
    time[0] = 0.01
    assert client.ask(message("ping", 3)) == [("/plaud/pong", [3])]


def test_malformed_packets_are_counted_and_the_next_one_is_heard(peer: Peer) -> None:
    assert peer.ask(b"", b"junk", b"\xff" * 64, b"#bundle\0", b"/a" * 5000) == []
    assert peer.server.counts.malformed == 5
    assert peer.ask(message("ping", 1)) == [("/plaud/pong", [1])]


def test_a_long_reply_to_a_short_question_is_refused(desk: Desk, peer: Peer) -> None:
    many = {f"a_rather_long_anchor_{n}": (0.0, 0.0) for n in range(60)}
    desk.conductor.state = desk.state.changed(anchors={"d": many})
    ((address, values),) = peer.ask(message("list", "anchors"))
    assert (address, values[0], values[1]) == ("/plaud/fail", "/plaud/list", 403)


def test_answers_are_not_answered(peer: Peer) -> None:
    """Two instruments that talk to each other must not do so for ever."""
    assert peer.ask(message("fail", "/x", 404, "no"), message("pong", 1), message("status.reply")) == []


def test_a_port_in_use_gives_the_next(desk: Desk) -> None:
    first = OscServer(0, desk)
    second = OscServer(first.port, desk)
    assert first.port < second.port <= first.port + 100
    first.close()
    second.close()


def test_values_are_read_at_the_beat_of_now(desk: Desk, peer: Peer) -> None:
    peer.ask(message("inst/drone/gain", 0.25, 2.0))
    desk.now = round(desk.state.tempo.sample(1.0))
    ((_, (_, value)),) = peer.ask(message("get", "/plaud/inst/drone/gain"))
    assert value == pytest.approx(0.5, abs=1e-3)  # half way from 0.75
