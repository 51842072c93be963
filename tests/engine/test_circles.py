"""Links in a circle, by what the renderer makes of them."""

import numpy as np
import pytest

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import Source, State
from plaud_live.control.transaction import Play
from plaud_live.control.units import fader_to_gain
from plaud_live.engine.slot import LastValues
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Address, Evaluation, Signal
from plaud_live.signals.space import Reference
from tests.engine.stage import RATE, Stage, Tone


def test_links_in_a_circle_read_the_block_before(info: ModelInfo) -> None:
    stage = Stage({"a": info, "b": info}, {"a": Tone(), "b": Tone()})
    stage.submit(Play("a", 0.0, 0.0), Play("b", 0.0, 0.0))
    circle = {
        ("a", "gain"): Source(Reference("b", "gain", None) * 0.5),
        ("b", "gain"): Source(Reference("a", "gain", None) * 0.5 + 0.3),
    }
    stage.renderer.take(stage.conductor.state.with_sources(circle))
    stage.play(RATE)
    assert stage.renderer.held() == {}
    gain = fader_to_gain(0.2) + fader_to_gain(0.4)  # where a = b/2 and b = a/2 + 0.3 meet
    assert np.abs(stage.play(RATE)).max() == pytest.approx(0.25 * np.sqrt(0.5) * float(gain), rel=1e-2)


@pytest.mark.parametrize("then", ["another circle", "a failure"])
def test_what_a_circle_left_behind_never_stops_the_renderer(then: str) -> None:
    """Looking at an address that was in a circle once may find another circle, or nothing."""
    gain, pan, freeze = (("drone", name, None) for name in ("gain", "pan", "freeze"))
    last = LastValues()
    assert last.get(gain) is None
    last[gain] = np.asarray(0.3)
    sources = {gain: Reference(*pan), pan: Reference(*freeze), freeze: Reference(*pan)}
    if then == "a failure":
        sources = {gain: Reference("nobody", "gain", None)}

    def lookup(address: Address) -> Signal:
        if address not in sources:
            raise SignalError("it is not there any more")
        return sources[address]

    last.keep(Evaluation(np.array([0.0]), lookup, last))
    assert float(last[gain]) == (0.5 if then == "another circle" else 0.3)


def test_circles_that_are_gone_cost_nothing(info: ModelInfo) -> None:
    stage = Stage({"drone": info}, {"drone": Tone()})
    stage.submit(Play("drone", 0.0, 0.0))
    quiet = stage.conductor.state
    circle = {
        ("drone", a): Source(Reference("drone", b, None)) for a, b in (("gain", "pan"), ("pan", "gain"))
    }
    stage.renderer.take(quiet.with_sources(circle))
    stage.play(1024)
    looked: list[Address] = []

    class Watched(State):
        def lookup(self, address: Address) -> Signal:
            looked.append(address)
            return super().lookup(address)

    stage.renderer.take(Watched(quiet.tempo, quiet.instruments))
    stage.play(1024)
    assert looked == []
