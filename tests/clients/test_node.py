"""osc.js, by Colin Clark, in Node: messages, bundles, questions, failures, what subscribers are told."""

from collections.abc import Iterator

import pytest

from plaud_live import __version__
from tests.clients.conftest import Instrument
from tests.clients.programs import NodeClient, message, needs
from tests.processes import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def node(instrument: Instrument) -> Iterator[NodeClient]:
    needs("node", "npm")
    client = NodeClient(instrument.port)
    yield client
    client.close()


def test_numbers_of_both_kinds_set_parameters(node: NodeClient, instrument: Instrument) -> None:
    node.message("/plaud/inst/drone/z0", 0.25)
    node.message("/plaud/inst/drone/sines", 12)
    instrument.wait_value("/plaud/inst/drone/z0", 0.25)
    instrument.wait_value("/plaud/inst/drone/sines", 12.0)


def test_questions_and_failures_are_answered(node: NodeClient) -> None:
    node.message("/plaud/version")
    node.message("/plaud/ping", 7)
    node.message("/plaud/inst/drone/brigth", 0.5)
    node.message("/plaud/inst/drone/gain", "loud")
    assert node.wait_heard("/plaud/version.reply") == [__version__, 1]
    assert node.wait_heard("/plaud/pong") == [7]
    wait_for(lambda: sum(a == "/plaud/fail" for a, _ in node.heard()) == 2, "both failures are said")
    fails = [values for address, values in node.heard() if address == "/plaud/fail"]
    assert [(where, code) for where, code, _ in fails] == [
        ("/plaud/inst/drone/brigth", 404),
        ("/plaud/inst/drone/gain", 406),
    ]


def test_a_bundle_is_one_step_of_undo_or_nothing(node: NodeClient, instrument: Instrument) -> None:
    both = [message("/plaud/inst/drone/z1", 0.75), message("/plaud/inst/drone/z2", 0.875)]
    node.send({"timeTag": {"raw": [0, 1]}, "packets": both})
    instrument.wait_value("/plaud/inst/drone/z2", 0.875)
    instrument.wait_value("/plaud/inst/drone/z1", 0.75)
    wrong = [message("/plaud/inst/drone/z1", 0.125), message("/plaud/inst/drone/gain", 7.0)]
    node.send({"timeTag": {"raw": [0, 1]}, "packets": wrong})
    assert node.wait_heard("/plaud/fail")[:2] == ["/plaud/inst/drone/gain", 400]
    assert instrument.value("/plaud/inst/drone/z1") == 0.75
    node.message("/plaud/undo")
    instrument.wait_value("/plaud/inst/drone/z1", 0.5)
    instrument.wait_value("/plaud/inst/drone/z2", 0.5)


def test_a_bundle_ahead_of_its_time_waits_for_it(node: NodeClient, instrument: Instrument) -> None:
    before = instrument.value("/plaud/inst/drone/z3")
    node.send({"seconds": 4.0, "packets": [message("/plaud/inst/drone/z3", 0.9)]})
    node.message("/plaud/sync", 3)
    assert node.wait_heard("/plaud/synced") == [3]
    assert instrument.value("/plaud/inst/drone/z3") == before
    instrument.wait_value("/plaud/inst/drone/z3", 0.9)


def test_a_subscriber_is_told_of_what_others_move(node: NodeClient, instrument: Instrument) -> None:
    node.message("/plaud/notify", 1, "param")
    wait_for(lambda: any(a == "/plaud/inst/drone/z7" for a, _ in node.heard()), "all values are told")
    told = len(node.heard())
    instrument.send("/plaud/inst/drone/z4", 0.3125)
    wait_for(lambda: ("/plaud/inst/drone/z4", [0.3125]) in node.heard()[told:], "the change is told")
    node.message("/plaud/notify", 0)
