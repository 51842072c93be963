"""What OSCQuery answers, by its proposal: each attribute and refusal, every address of the namespace."""

import json

import pytest

from plaud_live.control.namespace import addresses
from plaud_live.control.osc import OscMessage
from plaud_live.control.osc_messages import changes_of
from plaud_live.control.transaction import Load, Mark, Scene, Set
from plaud_live.signals.graph import Constant
from plaud_live.web.oscquery import OPTIONAL, Entry, Refused, Tree, changed_path, host_info
from plaud_live.web.values import Values
from tests.control.player import Player


@pytest.fixture
def player() -> Player:
    made = Player()
    made.do(Scene("dark"))
    return made


def ask(player: Player, path: str, *attributes: str, **status: object) -> Entry:
    state = player.conductor.state
    answer = Tree(addresses(state)).answer(path, attributes, Values(state, status).of)
    return dict(json.loads(json.dumps(answer, allow_nan=False)))


def leaves(entry: Entry) -> list[Entry]:
    found = [entry] if "TYPE" in entry else []
    return found + [leaf for below in entry.get("CONTENTS", {}).values() for leaf in leaves(below)]


def refused(player: Player, path: str, *attributes: str) -> int:
    with pytest.raises(Refused) as caught:
        ask(player, path, *attributes)
    return caught.value.status


def test_the_whole_tree_holds_every_address_once(player: Player) -> None:
    shown = [leaf["FULL_PATH"] for leaf in leaves(ask(player, "/"))]
    assert sorted(shown) == sorted(addresses(player.conductor.state))


def test_a_parameter_says_all_that_a_client_needs_to_draw_it(player: Player) -> None:
    shown = ask(player, "/plaud/inst/drone/bright", instruments={"drone": {"z": [0.1, 0.2, 0.3]}})
    assert shown == {
        "FULL_PATH": "/plaud/inst/drone/bright",
        "ACCESS": 3,
        "DESCRIPTION": "latent 1, tied to bright",
        "TYPE": "f",
        "RANGE": [{"MIN": -0.5, "MAX": 1.5}],
        "CLIPMODE": ["none"],
        "UNIT": ["0..1"],
        "VALUE": [0.2],
        "TAGS": ["latent"],
    }


def test_values_follow_what_drives_them(player: Player) -> None:
    player.set("gain", 0.25)
    assert ask(player, "/plaud/inst/drone/gain", "VALUE", beat=100.0) == {"VALUE": [0.25]}
    assert ask(player, "/plaud/clock/bpm", "VALUE") == {"VALUE": [92.0]}
    assert ask(player, "/plaud/inst/drone/raw/z", "VALUE", instruments={"drone": {"z": [0.0, 1.0, 0.5]}}) == {
        "VALUE": pytest.approx([-2.0, 1.0, 2.0])
    }


def test_every_value_fits_its_type_and_range(player: Player) -> None:
    for leaf in leaves(ask(player, "/", instruments={"drone": {"z": [0.1, 0.2, 0.3]}})):
        assert set(leaf) <= {"FULL_PATH", "TYPE", *OPTIONAL}, leaf
        sizes = {len(leaf[key]) for key in ("VALUE", "RANGE", "UNIT", "CLIPMODE") if key in leaf}
        assert sizes <= {len(leaf["TYPE"])}, leaf
        for value, limits in zip(leaf.get("VALUE", ()), leaf.get("RANGE", ()), strict=False):
            assert limits.get("MIN", value) <= value <= limits.get("MAX", value), leaf


def test_what_is_advertised_is_accepted(player: Player) -> None:
    """A client that sends the least value of each range is understood, whatever the address."""
    state = player.conductor.state
    made = {"f": 0.0, "i": 1, "s": "dark"}
    for leaf in leaves(ask(player, "/plaud/inst")):
        limits = leaf.get("RANGE") or [{}] * len(leaf["TYPE"])
        values = [
            limit.get("VALS", [None])[0] or limit.get("MIN", made.get(tag))
            for tag, limit in zip(leaf["TYPE"], limits, strict=True)
            if tag != "N"
        ]
        if leaf["FULL_PATH"].rpartition("/")[2] in ("note", "train"):
            continue
        changes_of(state, OscMessage(leaf["FULL_PATH"], tuple(values)))


@pytest.mark.parametrize(
    ("path", "attributes", "status"),
    [
        ("/plaud/nothing", (), 404),
        ("/plaud/inst/drone/z3", ("VALUE",), 404),
        ("/plaud/inst/../../etc/passwd", (), 404),
        ("/plaud/inst/drone", ("VALUE",), 204),
        ("/plaud/panic", ("VALUE",), 204),
        ("/plaud/inst/drone/z0", ("OVERLOADS",), 204),
        ("/plaud/inst/drone/z0", ("GABBAGABBAHEY",), 400),
        ("/plaud/inst/drone/z0", ("VALUE", "value"), 400),
    ],
)
def test_refusals_have_the_status_that_the_proposal_gives_them(
    player: Player, path: str, attributes: tuple[str, ...], status: int
) -> None:
    assert refused(player, path, *attributes) == status


def test_attributes_are_told_alone_and_together(player: Player) -> None:
    assert ask(player, "/plaud/inst/drone/pan", "TYPE") == {"TYPE": "f"}
    assert ask(player, "/plaud/inst/drone/pan/", "RANGE", "ACCESS") == {
        "RANGE": [{"MIN": 0.0, "MAX": 1.0}],
        "ACCESS": 3,
    }
    assert ask(player, "/plaud/inst", "TYPE") == {}
    assert set(ask(player, "/plaud/inst", "CONTENTS")["CONTENTS"]) == {"drone"}


def test_names_that_make_sense_are_offered(player: Player) -> None:
    player.do(Mark("drone", "home"))
    offered = ask(player, "/plaud/inst/drone/anchor", "RANGE")["RANGE"][0]["VALS"]
    assert {"bell", "rust", "home"} <= set(offered)
    assert ask(player, "/plaud/scene/recall", "RANGE")["RANGE"] == [{"VALS": ["dark"]}]


def test_what_wants_no_argument_is_a_button_and_panic_is_critical(player: Player) -> None:
    shown = ask(player, "/plaud/panic")
    assert (shown["TYPE"], shown["ACCESS"], shown["CRITICAL"]) == ("N", 2, True)
    assert "VALUE" not in shown


def test_host_info_says_where_osc_is_and_what_is_kept() -> None:
    info = host_info(9180, 9100)
    assert (info["OSC_PORT"], info["OSC_TRANSPORT"], info["WS_PORT"]) == (9100, "UDP", 9180)
    assert all(info["EXTENSIONS"][each] for each in ("LISTEN", "PATH_CHANGED", "VALUE", "RANGE", "ACCESS"))
    assert "OSC_PORT" not in host_info(9180, None)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (Load("lead", "default"), "/plaud/inst"),
        (Mark("drone", "home"), "/plaud/inst/drone"),
        (Scene("open"), "/plaud/scene"),
        (Set("drone", "gain", Constant(0.3)), None),
    ],
)
def test_a_change_of_the_tree_is_told_as_the_lowest_path_that_holds_it(
    player: Player, change: object, path: str | None
) -> None:
    before = addresses(player.conductor.state)
    player.do(change)
    after = addresses(player.conductor.state)
    assert changed_path(before, after) == path
    assert changed_path(after, before) == path
