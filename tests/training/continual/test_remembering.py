"""What is remembered of a material: rare sounds, and where there is room for all of it, all of it."""

from pathlib import Path

import numpy as np
import pytest

from plaud_live.model_file import read
from plaud_live.models.files import from_model
from plaud_live.training.continual.remembering import PASSAGES, remember
from plaud_live.training.dataset import Dataset, open_dataset
from plaud_live.training.encoding import encode_recordings
from plaud_live.training.prepare import prepare
from tests.signals import noise, sine
from tests.training.conftest import RATE
from tests.training.continual.conftest import Family, write_sounds


def material(folder: Path, sounds: dict[str, np.ndarray]) -> Dataset:
    prepare(write_sounds(folder / "recordings", sounds), folder / "dataset", RATE)
    return open_dataset(folder / "dataset")


@pytest.mark.parametrize("seconds", [[1.37, 1.02, 2.9, 1.6, 4.3], [0.6, 1.0, 8.99]])
def test_where_there_is_room_nothing_that_was_trained_on_is_forgotten(
    family: Family, tmp_path: Path, seconds: list[float]
) -> None:
    """Ends too: a last piece that is shorter than a passage is part of one."""
    sounds = {f"n{i}": noise(round(s * RATE), i, 0.3) for i, s in enumerate(seconds)}
    dataset, model = material(tmp_path, sounds), family.model
    memory = remember(dataset, encode_recordings(from_model(model), dataset), model.latents, ())
    assert len(memory.passages) < PASSAGES
    heard = {r.source: np.zeros(r.samples, bool) for r in dataset.recordings}
    for place in memory.places:
        (source,) = (each for each in heard if Path(each).name == place.source)
        start = round(place.start_seconds * RATE)
        heard[source][start : start + memory.passages.shape[2]] = True
    for span in dataset.split.train:
        assert heard[dataset.recordings[span.recording].source][span.start : span.end].all()


def test_what_is_rare_is_remembered_among_much_of_the_same(family: Family, tmp_path: Path) -> None:
    samples = 120 * RATE
    common = sine(samples, 440.0, RATE, 0.3)
    common[60 * RATE : 61 * RATE] = noise(RATE, 1, 0.5)
    dataset, model = material(tmp_path, {"hum": common}), read(family.parent)
    memory = remember(dataset, encode_recordings(from_model(model), dataset), model.latents, ())
    assert len(memory.passages) == PASSAGES
    assert any(abs(place.start_seconds - 60.0) < 1.0 for place in memory.places)
