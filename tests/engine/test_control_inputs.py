"""The control thread's side of the live inputs: read at once there, played from the next block on."""

import numpy as np
import pytest

from plaud_live.engine.control_inputs import ControlInputs
from plaud_live.engine.inbox import Write
from plaud_live.engine.inputs import Inputs
from plaud_live.errors import SignalError

BEATS = np.array([1.0, 2.0, 3.0])


@pytest.fixture
def engine() -> Inputs:
    return Inputs()


class Control(ControlInputs):
    """One whose render thread is the test."""

    def __init__(self, engine: Inputs) -> None:
        self.left: list[Write] = []
        super().__init__(engine, self.left.append)

    def deliver(self) -> list[Write]:
        left, self.left[:] = list(self.left), []
        for each in left:
            each.into(self._engine)
        return left


@pytest.fixture
def control(engine: Inputs) -> Control:
    return Control(engine)


def test_what_is_written_is_read_at_once_here_and_after_delivery_there(
    control: Control, engine: Inputs
) -> None:
    control.write("osc/x", 2.0, 0.75)
    assert control.read("osc/x", BEATS).tolist() == [0.5, 0.75, 0.75]
    assert control.last("osc/x") == (0.75,) and control.latest() == {"osc/x": (0.75,)}
    assert engine.read("osc/x", BEATS).tolist() == [0.5, 0.5, 0.5]
    assert control.deliver() == [Write("osc/x", 2.0, 0.75)]
    assert engine.read("osc/x", BEATS).tolist() == [0.5, 0.75, 0.75]
    assert control.deliver() == []


def test_a_value_that_is_there_already_is_not_delivered_again(control: Control) -> None:
    assert control.write("osc/x", 1.0, 0.75) and control.write("osc/x", 2.0, 0.25)
    assert not control.write("osc/x", 3.0, 0.25)
    assert [each.start for each in control.deliver()] == [1.0, 2.0]


def test_samples_of_a_function_are_delivered_with_their_grid(control: Control, engine: Inputs) -> None:
    control.write_grid("fn/a", 2, 0.5, np.array([0.0, 1.0, 0.0, 1.0, 0.0]))
    assert engine.read("fn/a", BEATS).tolist() == [0.5, 0.5, 0.5]
    control.deliver()
    assert engine.read("fn/a", np.array([1.0, 1.25, 1.5, 2.0])).tolist() == [0.0, 0.5, 1.0, 0.0]


def test_what_the_render_thread_hears_itself_is_read_where_it_is(control: Control, engine: Inputs) -> None:
    engine.write("mic/loud", 1.0, 0.25)
    control.write("osc/x", 1.0, 0.75)
    assert control.last("mic/loud") == (0.25,)
    assert control.latest() == {"mic/loud": (0.25,), "osc/x": (0.75,)}
    assert control.read("mic/loud", BEATS).tolist() == [0.25] * 3


def test_a_function_that_starves_in_the_renderer_is_said_to_starve(control: Control, engine: Inputs) -> None:
    control.write_grid("fn/a", 0, 1.0, np.zeros(2))
    control.deliver()
    assert not control.starving()
    engine.read("fn/a", BEATS)
    assert control.starving() == {"fn/a"}
    control.write_grid("fn/a", 2, 1.0, np.zeros(9))
    control.deliver()
    assert not control.starving()


def test_what_is_refused_is_never_delivered(control: Control) -> None:
    with pytest.raises(SignalError, match="finite"):
        control.write("osc/x", 1.0, float("nan"))
    with pytest.raises(SignalError, match="not finite"):
        control.write_grid("fn/a", 0, 1.0, np.array([0.0, np.inf]))
    assert control.deliver() == []


def test_a_new_engine_recalls_on_both_sides(control: Control, engine: Inputs) -> None:
    control.recall({"osc/x": [0.75]})
    assert control.last("osc/x") == engine.last("osc/x") == (0.75,)
    assert control.deliver() == []
