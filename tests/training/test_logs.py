"""TensorBoard is an extra: it may be missing, and its disk may be full."""

import errno
import sys
from pathlib import Path

import numpy as np
import pytest

from plaud_live.training.logs import TensorBoard


def test_scalars_and_audio_are_written_where_tensorboard_is_installed(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    board = TensorBoard(tmp_path)
    board.scalars(3, {"stft": 1.5})
    board.audio(3, "reconstruction", np.zeros(1000, dtype=np.float32), 44100)
    board.close()
    events = EventAccumulator(str(tmp_path)).Reload()
    assert [(e.step, e.value) for e in events.Scalars("stft")] == [(3, 1.5)]
    assert events.Audio("reconstruction")[0].sample_rate == 44100.0


def test_without_tensorboard_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    board = TensorBoard(tmp_path)
    board.scalars(1, {"stft": 1.0})
    board.close()
    assert not list(tmp_path.iterdir())


def test_a_full_disk_does_not_end_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = TensorBoard(tmp_path)

    class Full:
        def add_scalar(self, *args: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(board, "_writer", Full())
    board.scalars(1, {"stft": 1.0})
    board.scalars(2, {"stft": 1.0})
    board.close()
