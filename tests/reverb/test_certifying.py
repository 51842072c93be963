"""What a fitting writes plays at once, within what is certified; what may not be heard is not written."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compiler.certificate import certify
from compiler.errors import NotCertified
from compiler.gates import judged
from compiler.playable import KNOBS, read_playable
from compiler.runtime import Runner
from plaud_live.reverb.certifying import write_finished, write_quickly
from plaud_live.reverb.networks import Network, make
from plaud_live.reverb.nodes import levelled, model_of

T60 = np.array([0.7, 0.68, 0.6, 0.52, 0.5, 0.45, 0.4, 0.3, 0.25])
NETWORK = levelled(make("room", T60, 4, shortest=0.006, longest=0.02, taps=8))


def test_what_is_written_quickly_holds_over_the_ranges_of_its_knobs(tmp_path: Path) -> None:
    """The whole judgement of the same knobs agrees, and t60 never makes it last longer than it was fitted."""
    digest = write_quickly(tmp_path / "room.json", NETWORK)
    found = read_playable(tmp_path / "room.json")
    assert found.digest == digest and found.plan.names == KNOBS
    ranges = {control.name: (control.minimum, control.maximum) for control in found.plan.controls}
    whole = judged(model_of(NETWORK), ranges, follow_host_rate=True).certificate
    assert found.certificate.verdict == whole.verdict
    assert set(found.certificate.certified_ranges) == set(whole.certified_ranges) == set(KNOBS)
    assert found.plan.decay is not None
    assert max(rate for rates in found.plan.decay.rates for rate in rates) <= 0.0
    Runner(found.model, 44100, 64, plan=found.plan).set_control("t60", ranges["t60"][1])


def test_what_is_finished_has_a_longer_t60_that_is_certified(tmp_path: Path) -> None:
    write_finished(tmp_path / "room.json", NETWORK)
    found = read_playable(tmp_path / "room.json")
    assert found.plan["t60"].maximum > 1.5 * found.plan["t60"].neutral
    assert certify(found.model, KNOBS).certified_ranges["t60"][1] >= found.plan["t60"].maximum
    assert any(node.source is not None for node in found.model.root.children)  # type: ignore[union-attr]


LOUD = NETWORK.absorption * np.array([2.0, 2.0, 2.0, 1.0, 1.0, 1.0]) ** (np.arange(9) == 0)[:, None]


@pytest.mark.parametrize(
    "network",
    [
        replace(NETWORK, absorption=LOUD),
        replace(NETWORK, mixing=2.0 * NETWORK.mixing),
        replace(NETWORK, mixing=NETWORK.mixing @ np.diag([1.0, 1.0, 1.0, 3.0])),
    ],
)
def test_what_may_not_be_heard_is_not_written(tmp_path: Path, network: Network) -> None:
    with pytest.raises(NotCertified):
        write_quickly(tmp_path / "room.json", network)
    assert not list(tmp_path.iterdir())
