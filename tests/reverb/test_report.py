"""Pictures of reverbs: drawn whole or not at all."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.errors import SettingsError
from plaud_live.reverb.networks import make
from plaud_live.reverb.nodes import levelled, model_of
from plaud_live.reverb.recording import prepared
from plaud_live.reverb.report import draw_report
from tests.reverb.rooms import coupled

ROOM = levelled(make("room", np.full(9, 0.3), 4, shortest=0.005, longest=0.02, taps=8))


def test_a_picture_beside_a_room(tmp_path: Path) -> None:
    from matplotlib.image import imread

    recording = prepared(coupled(np.full(7, 0.2), np.full(7, 0.4), 0.3, 0.7), "room")
    alone = draw_report(model_of(ROOM), tmp_path / "alone.png", compiles=False)
    beside = draw_report(model_of(ROOM), tmp_path / "beside.png", recording, compiles=False)
    one, other = imread(alone), imread(beside)
    assert one.shape == other.shape and one.shape[1] > 1200
    assert np.abs(one - other).mean() > 0.002  # the room's curves
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone.png", "beside.png"]


def test_a_picture_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"cannot be written"):
        draw_report(model_of(ROOM), tmp_path / "file" / "room.png", compiles=False)
