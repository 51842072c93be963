"""The table of addresses: against OSC.md's list, what answers them, and the parameter table."""

from dataclasses import fields

import pytest

from plaud_live.control.namespace import (
    BOTH,
    GUARDED,
    INSTRUMENTS,
    READ,
    WHOLE,
    addresses,
    nodes_of,
)
from plaud_live.control.osc import OscMessage
from plaud_live.control.osc_fields import Field, read
from plaud_live.control.osc_messages import changes_of
from plaud_live.control.parameters import ReverbInfo, parameters
from plaud_live.control.transaction import Load, Mark, Reverb, Scene, Set
from plaud_live.engine.osc_clients import ABOUT_THE_SENDER
from plaud_live.engine.osc_queries import QUERIES
from plaud_live.errors import OscError
from plaud_live.signals.live import Live
from tests.control.player import Player

PROMISED = (
    "status version ping sync notify list get hush panic undo redo clock/bpm clock/quant clock/beat"
    " inst/drone/play inst/drone/stop inst/drone/gain inst/drone/z0 inst/drone/z inst/drone/raw/z"
    " inst/drone/anchor inst/drone/blend inst/drone/mark inst/drone/swap inst/drone/back inst/drone/train"
    " scene/save scene/recall scene/morph map/learn log rec/start rec/stop rec/keep"
)
REVERB = "verb/mix verb/t60 verb/pre_delay verb/damping verb/freeze verb/gain verb/load verb/push"


HALL = ReverbInfo("hall", "/hall.json", "ab" * 32, 2.0, 0.1, 10.0)


@pytest.fixture
def player() -> Player:
    return Player()


@pytest.mark.parametrize("address", PROMISED.split())
def test_what_the_document_promises_is_there(player: Player, address: str) -> None:
    assert f"/plaud/{address}" in addresses(player.conductor.state)


@pytest.mark.parametrize("address", REVERB.split())
def test_the_reverb_is_there_where_there_is_one(player: Player, address: str) -> None:
    assert f"/plaud/{address}" not in addresses(player.conductor.state)
    with pytest.raises(OscError) as caught:
        changes_of(player.conductor.state, OscMessage(f"/plaud/{address}"))
    assert caught.value.code == 503
    player.do(Reverb("hall", info=HALL))
    assert f"/plaud/{address}" in addresses(player.conductor.state)


def test_what_wants_a_token_is_what_the_document_says() -> None:
    assert GUARDED | {a for a, node in WHOLE.items() if node.guarded} == {
        "train",
        "swap",
        "back",
        "/plaud/rec/start",
        "/plaud/rec/stop",
        "/plaud/rec/keep",
        "/plaud/quit",
    }


def test_every_address_is_carried_out_by_somebody(player: Player) -> None:
    """An address of the table is a question, about the sender, or makes changes of plausible arguments."""
    player.do(Reverb("hall", info=HALL))
    state = player.conductor.state
    for address, node in addresses(state).items():
        if address in QUERIES or address in ABOUT_THE_SENDER or address in ELSEWHERE:
            continue
        values = tuple(_plausible(each) for each in node.value_fields)
        assert changes_of(state, OscMessage(address, values)), address


ELSEWHERE = {
    "/plaud/panic",
    "/plaud/map/learn",
    "/plaud/inst/drone/note",
    "/plaud/inst/drone/train",
    "/plaud/verb/push",
}
"""Found before anything is read; hooked in by learning, by keys, and by the trainer."""


def _plausible(field: Field) -> float | str:
    if field.tag == "s":
        return "bell"
    return field.default if field.default is not None else (field.low or 0.0)


def test_every_parameter_has_its_row(player: Player) -> None:
    info = player.conductor.state.instruments["drone"].info
    nodes = nodes_of(info)
    for row in parameters(info).values():
        assert nodes[row.name].row is row and nodes[row.name].access == BOTH
        field = nodes[row.name].fields[0]
        assert (field.low, field.high) == (row.low, row.high)


def test_types_and_lines_are_as_clients_are_told(player: Player) -> None:
    known = addresses(player.conductor.state)
    assert known[INSTRUMENTS + "drone/gain"].tags == "f"
    assert known[INSTRUMENTS + "drone/z"].tags == "fff"
    assert known["/plaud/scene/morph"].tags == "ssf"
    assert known["/plaud/status"].access == READ and known["/plaud/status"].tags == ""
    line = known[INSTRUMENTS + "drone/gain"].line
    assert line == f"{INSTRUMENTS}drone/gain gain (fader) over? (beats) at? (beats)  " + (
        "0 is off, 0.75 is 0 dB, 1 is +6 dB"
    )


def test_raw_latents_have_their_raw_range(player: Player) -> None:
    raw = addresses(player.conductor.state)[INSTRUMENTS + "drone/raw/z"]
    assert [(each.low, each.high) for each in raw.fields] == [(-4.0, 4.0), (-2.0, 2.0), (-2.0, 6.0)]


def test_names_that_can_be_meant_now_are_choices(player: Player) -> None:
    player.do(Mark("drone", "home"), Scene("dark"))
    known = addresses(player.conductor.state)
    assert known[INSTRUMENTS + "drone/anchor"].fields[0].choices == ("bell", "rust", "home")
    assert known["/plaud/scene/recall"].fields[0].choices == ("dark",)


def test_what_the_piece_listens_to_is_there(player: Player) -> None:
    player.set("gain", Live("osc/td/x", 0))
    player.do(Set("drone", "z", Live("osc/tablet", 3)))
    known = addresses(player.conductor.state)
    assert known["/plaud/ctl/td/x"].tags == "f" and known["/plaud/ctl/tablet"].tags == "fff"


def test_the_table_is_made_anew_only_when_it_changes(player: Player) -> None:
    before = addresses(player.conductor.state)
    player.set("gain", 0.5)
    assert addresses(player.conductor.state) is before
    player.do(Load("other", "other"))
    assert addresses(player.conductor.state) is not before


@pytest.mark.parametrize(
    ("values", "least", "expected"),
    [
        ((1, 2.5), None, [1.0, 2.5, None]),
        ((True, False, 3), None, [1.0, 0.0, 3.0]),
        ((1,), 1, [1.0, None, None]),
    ],
)
def test_arguments_are_read_as_numbers(
    values: tuple[float, ...], least: int | None, expected: list[float | None]
) -> None:
    table = (Field("a"), Field("b"), Field("c", optional=True))
    assert read(table, OscMessage("/x", values), least) == expected


def test_fields_say_all_that_a_client_asks() -> None:
    assert {each.name for each in fields(Field)} >= {"tag", "unit", "low", "high", "default", "choices"}
