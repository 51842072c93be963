"""Latents that are set one by one sound as the place that they make up, and nothing else is touched."""

import numpy as np
import pytest

from plaud_live.control.conductor import Conductor
from plaud_live.control.gathering import whole_places
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.control.transaction import Change, Load, Scene, Set, Transaction
from plaud_live.signals.evaluation import Evaluation
from plaud_live.signals.graph import Constant, signal
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Vector

INFO = ModelInfo(
    "m", "m.plaud", "d", "d", (-1.0, -2.0, -1.0), (1.0, 2.0, 3.0), (0.5, 0.5, 0.5), ("", "loud", ""),
    sines=12, harmonics=0, noise_bands=16, smoothing=2, max_smoothing=8, anchors={"bell": (0.0, 1.0, 0.0)},
)  # fmt: skip
SECOND = 44100


def conductor() -> Conductor:
    made = Conductor(SECOND, lambda _: INFO)
    made.submit(Transaction((Load("drone", "m"), Load("bass", "m"))), 0)
    return made


def to(parameter: str, value: float, instrument: str = "drone") -> Set:
    return Set(instrument, parameter, Constant(value), None, 0.0, f"{value:g}")


def place(state: State, beats: np.ndarray) -> np.ndarray:
    values = Evaluation(beats, state.lookup).value(state.lookup(("drone", "z", None)))
    return np.broadcast_to(values, (len(beats), 3))


def test_all_latents_are_one_place_and_sound_the_same() -> None:
    """A stream that turns around while it is on its way, with an alias and a parameter among the latents."""
    one_by_one, together = conductor(), conductor()
    beats = np.linspace(0.0, 3.0, 4001)
    for frame in range(12):
        x = abs(frame - 6) / 10
        changes = (to("z2", x), to("gain", 0.5 + x / 2), to("loud", 1 - x), to("z0", x / 2), to("z0", x))
        gathered_ones = whole_places(together.state, changes)
        assert [change.parameter for change in gathered_ones if isinstance(change, Set)] == ["z", "gain"]
        now = SECOND + frame * SECOND // 60
        one_by_one.submit(Transaction(changes), now)
        together.submit(Transaction(gathered_ones), now)
        np.testing.assert_array_equal(place(one_by_one.state, beats), place(together.state, beats))
    assert place(together.state, beats)[-1].tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    "changes",
    [
        (to("z0", 0.1), to("z1", 0.2)),
        (to("z0", 0.1), to("z1", 0.2), to("z2", 0.3, "bass")),
        (to("z0", 0.1), to("z1", 0.2), Set("drone", "z2", lfo(4), None, 0.0)),
        (to("z0", 0.1), to("z1", 0.2), Set("drone", "z2", Constant(0.5), 4.0, 0.0)),
        (to("z0", 0.1), to("z1", 0.2), Set("drone", "z2", Constant(0.5), None, None)),
        (to("z0", 0.1), to("z1", 0.2), to("z2", 0.3), Set("drone", "z", Vector((0.1, 0.2, 0.3)), None, 0.0)),
        (to("z0", 0.1), to("z1", 0.2), Scene("here"), to("z2", 0.3)),
        (to("z0", 0.1), to("z1", 0.2), to("nothing", 0.3), Set("nobody", "z2", signal(0.5), None, 0.0)),
        (),
    ],
)
def test_everything_else_stays_as_it_is(changes: tuple[Change, ...]) -> None:
    assert whole_places(conductor().state, changes) == changes


def test_each_instrument_has_a_place_of_its_own() -> None:
    changes = [to(f"z{i}", i / 4, name) for i in range(3) for name in ("drone", "bass")]
    drone, bass = whole_places(conductor().state, changes)
    assert isinstance(drone, Set) and isinstance(bass, Set)
    assert (drone.instrument, drone.parameter, drone.text) == ("drone", "z", "[0.00 0.25 0.50]")
    assert (bass.instrument, bass.parameter, bass.text) == ("bass", "z", "[0.00 0.25 0.50]")
