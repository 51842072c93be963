"""Pictures: one of each kind, real images; none of what a model does not have."""

from pathlib import Path

import numpy as np
import pytest

from compiler import report
from compiler.errors import UnknownControl
from compiler.ir.json import to_json
from compiler.ir.nodes import Fir, Gain, Model, Series
from compiler.pipeline import prepare
from tests.compiler.rooms import RATE, ROOMS


def is_drawn(path: Path) -> bool:
    """Whether a PNG file is a picture of some size, with more than its background in it."""
    from matplotlib.image import imread

    pixels = imread(path)
    return pixels.shape[0] > 300 and pixels.shape[1] > 600 and float(np.std(pixels[..., :3])) > 0.02


def subject(model: Model) -> report.Subject:
    prepared = prepare(model)
    return report.Subject(to_json(model), prepared, report.knob_of(prepared, (0.3, 2.0)))


@pytest.mark.parametrize("draw", [report.decay, report.loop_gain])
@pytest.mark.parametrize("name", ["lossless", "coloured"])
def test_pictures_are_drawn(draw: report.Picture, name: str, tmp_path: Path) -> None:
    figure = draw(subject(ROOMS[name]))
    assert figure is not None
    figure.savefig(tmp_path / "picture.png")
    assert is_drawn(tmp_path / "picture.png")
    assert all(axes.get_title() and axes.get_ylabel() for axes in figure.axes)


def test_the_knob_is_measured_within_its_tolerance() -> None:
    figure = report.t60_knob(subject(ROOMS["coloured"]))
    assert figure is not None
    errors = figure.axes[1]
    drawn = [line for line in errors.lines if "kHz" in str(line.get_label())]
    assert [line.get_label() for line in drawn] == ["44.1 kHz", "48 kHz", "96 kHz"]
    for line in drawn:
        seconds, percent = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        assert np.abs(percent[seconds >= 0.3]).max() < 100.0 * report.TOLERANCE


def test_a_model_without_loops_has_no_pictures_of_loops() -> None:
    chain = Series("chain", (Fir("taps", np.array([[1.0, 0.5]])), Gain("gain", np.array([0.5]))))
    without = subject(Model("filter", RATE, chain))
    assert [draw(without) for draw in (report.decay, report.t60_knob, report.loop_gain)] == [None] * 3


def test_unknown_controls_are_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(UnknownControl, match="no control decay"):
        report.write_report(to_json(ROOMS["lossless"]), tmp_path / "out", ["decay"])
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_whole_report_has_every_picture(tmp_path: Path) -> None:
    written = report.write_report(to_json(ROOMS["coloured"]), tmp_path / "out")
    assert [path.stem for path in written] == ["equivalence", "decay", "t60_knob", "loop_gain"]
    assert all(is_drawn(path) for path in written)
