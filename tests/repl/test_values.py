"""What may be assigned, as signals."""

import numpy as np
import pytest

from plaud_live.errors import SignalError
from plaud_live.repl.values import to_signal
from plaud_live.signals.graph import Evaluation
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.patterns import Pattern
from plaud_live.signals.space import Columns, Vector


def test_a_string_is_a_pattern() -> None:
    assert isinstance(to_signal("0 .5 [1 .2]*2", "drone.z0"), Pattern)


def test_a_list_is_a_place_or_a_mover_for_each_latent() -> None:
    assert isinstance(to_signal([0.1, 0.2], "drone.z"), Vector)
    node = to_signal([0.1, lfo(4), "0 1"], "drone.z")
    assert isinstance(node, Columns)
    assert Evaluation(np.array([0.0, 2.0])).value(node).tolist() == [[0.1, 0.0, 0.0], [0.1, 1.0, 1.0]]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("0 [1", r"drone.z: pattern '0 \[1' at 5: the end, wants \]"),
        ([0.1, "0 <"], "drone.z: pattern '0 <' at 4"),
        ([], "a list of 0"),
        (lfo, "lfo is a function — call it"),
        (None, "wants a number"),
        (float("nan"), "finite"),
    ],
)
def test_mistakes_name_the_parameter(value: object, says: str) -> None:
    with pytest.raises(SignalError, match=says):
        to_signal(value, "drone.z")
