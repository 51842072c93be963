"""What the knob of t60 does to a runner at another sample rate, and to what is published while training."""

from pathlib import Path

import numpy as np
import pytest

from compiler.hot_reload import HotReload
from compiler.ir.json import to_json
from compiler.ir.nodes import Delay, Gain, Model, Recursion
from compiler.runtime import Runner


def comb(delay: float, gain: float) -> Model:
    loop = Recursion("loop", Delay("line", np.array([delay])), Gain("back", np.array([[gain]])))
    return Model("comb", 48000.0, loop)


@pytest.mark.parametrize("delay", [4.0, 40.0])
def test_a_long_t60_decays_where_delays_round_elsewhere(delay: float) -> None:
    """4 samples at 48 kHz are 4 at 44.1 kHz: a loop that is slower there, and must not be made to grow."""
    runner = Runner(comb(delay, 0.5), 44100.0, 441, ["t60"])
    runner.set_control("t60", 2.0, 0.0)
    x = np.zeros((441, 1), np.float32)
    x[0] = 1.0
    loudness = [float(np.abs(runner.process(0.0 * x if block else x)).max()) for block in range(200)]
    fall_db = 20.0 * np.log10(loudness[190] / loudness[0])
    assert fall_db == pytest.approx(-60.0 * 1.9 / 2.0, rel=0.03)


def test_a_decay_outside_of_the_knobs_range_leaves_the_text_alone(tmp_path: Path) -> None:
    """A T60 of 70 ms is below the range, which ends on a step below it while the model is trained."""
    live = HotReload(tmp_path / "live.dsp", controls=["t60"], interval_seconds=0.0, clock=lambda: 0.0)
    published = []
    for gain in (0.87, 0.875):
        update = live.update(to_json(comb(67.0, gain)))
        assert update.state == "published", update.reason
        published.append(update.recompiles)
    assert published == [True, False]
    slider = next(line for line in live.path.read_text().splitlines() if line.startswith("t60 = "))
    assert ", 0.063, 10.0, " in slider
