"""The picture of a run: its spectrogram is checked, the rest is for eyes."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.training.report import Example, spectrogram, write_report
from tests.signals import sine


def test_a_full_scale_sine_reads_0_db_at_its_frequency() -> None:
    rate = 44100
    bin_hz = rate / 2048
    spectrum = spectrogram(sine(rate, 100 * bin_hz, rate, 1.0))
    middle = spectrum[:, spectrum.shape[1] // 2]
    assert middle.argmax() == 100
    assert middle.max() == pytest.approx(0.0, abs=0.1)
    assert middle[300:].max() < -90.0


@pytest.mark.parametrize("records", [0, 1, 5])
def test_a_report_is_drawn_from_any_length_of_history(tmp_path: Path, records: int) -> None:
    history = [{"seconds": 10.0 * i, "stft": 3.0 / (i + 1), "train_kl": 5.0} for i in range(records)]
    sound = sine(44100, 440.0)
    write_report(tmp_path / "r.png", "t", history, Example(sound, 0.5 * sound, np.zeros((172, 8)), 44100))
    content = (tmp_path / "r.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = (int.from_bytes(content[i : i + 4], "big") for i in (16, 20))
    assert width > 800
    assert height > 600
