"""Children of a model: what stays, what moves less than without its parent, and how a run goes on."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from plaud_live.errors import SettingsError, TrainingError
from plaud_live.model_file import read, write
from plaud_live.models.files import from_model
from plaud_live.training.checkpoint import LAST, load_checkpoint
from plaud_live.training.continual.lessons import Child, make_lesson
from plaud_live.training.continual.memory import memory_path, read_memory
from plaud_live.training.continual.parent import open_parent, read_positions
from plaud_live.training.dataset import open_dataset
from plaud_live.training.options import TrainOptions
from plaud_live.training.trainer import train
from tests.training.conftest import RATE
from tests.training.continual.conftest import Family

Options = Callable[..., TrainOptions]


def report(options: TrainOptions) -> dict[str, object]:
    data: dict[str, object] = json.loads((options.folder / "report.json").read_text())
    return data


def test_a_parent_remembers_its_anchors_and_what_it_was_never_trained_on(family: Family) -> None:
    model = family.model
    memory = read_memory(memory_path(family.parent), model)
    dataset = open_dataset(family.old)
    by_name = {record.source: i for i, record in enumerate(dataset.recordings)}
    for anchor in model.anchors:
        place = next(p for p in memory.places if p.anchor == anchor.name)
        assert place.source == anchor.source
        length = memory.passages.shape[2] / RATE
        assert (
            place.start_seconds <= anchor.start_seconds < anchor.end_seconds <= place.start_seconds + length
        )
    for passage, place in zip(memory.passages, memory.places, strict=True):
        start = round(place.start_seconds * RATE)
        wanted = dataset.read(by_name[place.source], start, start + passage.shape[1])
        np.testing.assert_allclose(passage, wanted, atol=2e-5)
    held_out = np.concatenate([dataset.read(s.recording, s.start, s.end)[0] for s in dataset.split.held_out])
    for window in memory.held_out:
        first = window[0][np.abs(window[0]) > 0.0][:50]
        assert any(np.allclose(held_out[i : i + 50], first, atol=2e-5) for i in range(len(held_out) - 50))
    assert memory.latents.shape[1:] == (64, model.config.latent_size)
    assert memory_path(family.parent).stat().st_size < 6e6


def test_a_child_keeps_ranges_norm_names_and_anchors_to_the_bit(child: Options, family: Family) -> None:
    parent = family.model
    for how in ("continual", "naive"):
        finished = train(child(how=how, name=how))
        assert finished is not None
        model = read(finished.path)
        assert model.latents == parent.latents
        assert model.anchors[: len(parent.anchors)] == parent.anchors
        new = model.anchors[len(parent.anchors) :]
        assert {anchor.source for anchor in new} == {"chord.wav", "pulses.wav", "low.wav"}
        assert model.parent == parent.digest
        assert model.config == parent.config
        assert model.licence == "old · new"
        assert (model.training["how"], model.training["lineage"]) == (how, parent.digest)
        for name in ("encoder.norm.mean", "encoder.norm.scale"):
            np.testing.assert_array_equal(model.weights[name], parent.weights[name])
        assert any((model.weights[k] != parent.weights[k]).any() for k in model.weights)


def test_held_to_its_parent_a_child_drifts_less(child: Options, family: Family, tmp_path: Path) -> None:
    positions = tmp_path / "positions.json"
    positions.write_text(json.dumps({"home": list(family.model.latents.mean)}))
    found = {}
    for how in ("naive", "continual"):
        options = child(how=how, name=how, steps=20, positions=positions)
        train(options)
        found[how] = report(options)
    naive, held = found["naive"], found["continual"]
    assert held["anchors"]["home"] < 0.6 * naive["anchors"]["home"]  # type: ignore[index]
    assert held["anchor_db"] < 0.6 * naive["anchor_db"]  # type: ignore[operator]
    assert held["latent_drift"] < 0.6 * naive["latent_drift"]  # type: ignore[operator]
    assert held["old_after"] < naive["old_after"]  # type: ignore[operator]
    assert held["new_after"] < held["new_before"]  # type: ignore[operator]
    assert held["cost"] == 1.0


def test_the_memory_of_a_child_is_of_both(child: Options, family: Family) -> None:
    finished = train(child())
    assert finished is not None
    memory = read_memory(memory_path(finished.path), finished.model)
    assert {place.source for place in memory.places} >= {"tone.wav", "bell.wav", "chord.wav", "pulses.wav"}
    assert {place.anchor for place in memory.places} >= {anchor.name for anchor in finished.model.anchors}
    older = read_memory(memory_path(family.parent), family.model)
    assert any(np.allclose(window, older.held_out[0], atol=1e-4) for window in memory.held_out)


def test_an_interrupted_child_goes_on_as_if_it_had_not_been(
    child: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(child(name="whole", steps=4))
    options = child(name="parts", steps=4)
    real = Child.crops

    def crops(self: Child, samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
        if key == (1, 0, 2):
            raise KeyboardInterrupt  # as hard as a kill, but for what was validated
        return real(self, samples, count, key)

    monkeypatch.setattr(Child, "crops", crops)
    with pytest.raises(KeyboardInterrupt):
        train(replace(options, validate_every_seconds=0.0))
    monkeypatch.undo()
    assert load_checkpoint(options.folder / LAST).progress.step == 2
    train(options)
    one, two = (load_checkpoint(child(name=n).folder / LAST).weights for n in ("whole", "parts"))
    assert all(torch.equal(one[key], two[key]) for key in one)


def test_a_run_goes_on_only_from_the_same_parent_in_the_same_way(child: Options) -> None:
    train(child(steps=1))
    with pytest.raises(
        TrainingError, match=r"begun from \w{8} by --how continual, not .* --how naive"
    ) as caught:
        train(child(steps=2, how="naive"))
    assert "\n" not in str(caught.value)
    with pytest.raises(TrainingError, match="not without --from"):
        train(child(steps=2, parent=None))


def test_without_memory_anchors_still_hold_and_the_old_loss_is_not_known(
    child: Options, family: Family, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.plaud"
    write(family.model, alone)
    found = {}
    for how in ("naive", "continual"):
        options = child(parent=alone, how=how, name=how, steps=15)
        finished = train(options)
        assert finished is not None
        found[how] = report(options)
    assert "has no memory" in finished.summary
    assert found["continual"]["old_after"] is None
    assert found["continual"]["anchor_db"] < 0.7 * found["naive"]["anchor_db"]  # type: ignore[operator]
    for how in ("replay", "fresh"):
        with pytest.raises(TrainingError, match=f"--how {how}: parent has no memory .* --remember FOLDER"):
            train(child(parent=alone, how=how, name="never"))


def test_what_is_remembered_of_a_folder_is_what_the_parent_would_have(family: Family, tmp_path: Path) -> None:
    alone = tmp_path / "alone.plaud"
    write(family.model, alone)
    kept, again = open_parent(family.parent).memory, open_parent(alone, family.old).memory
    assert kept is not None
    assert again is not None
    assert again.places == kept.places
    np.testing.assert_allclose(again.passages, kept.passages, atol=2e-5)
    np.testing.assert_allclose(again.latents, kept.latents, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[1, 2]", "wants raw latents by name"),
        ('{"home": [1.0]}', "'home' wants 2 finite numbers"),
        ('{"home": [1.0, NaN]}', "'home' wants 2 finite numbers"),
        ('{"home": [1.0, true]}', "'home' wants 2 finite numbers"),
    ],
)
def test_positions_that_are_none_are_one_line(
    text: str, message: str, family: Family, tmp_path: Path
) -> None:
    path = tmp_path / "positions.json"
    path.write_text(text)
    with pytest.raises(SettingsError, match=message) as caught:
        read_positions(path, family.model)
    assert "\n" not in str(caught.value)


def test_positions_that_are_anchors_are_not_held_twice(family: Family, tmp_path: Path) -> None:
    path, model = tmp_path / "positions.json", family.model
    first, second = model.anchors[:2]
    given = {first.name: list(first.raw), second.name: list(first.raw), "home": [0.0, 1.0]}
    path.write_text(json.dumps(given))
    places = {place.name: place.raw for place in read_positions(path, model)}
    assert places == {f"{second.name} (marked)": first.raw, "home": (0.0, 1.0)}


def test_half_of_the_crops_are_old_sound(child: Options, family: Family) -> None:
    options = child(batch_size=6)
    lesson = make_lesson(options, open_dataset(family.new))
    assert isinstance(lesson, Child)
    crops = lesson.crops(8000, 6, (1, 0, 5))
    np.testing.assert_array_equal(crops, lesson.crops(8000, 6, (1, 0, 5)))
    np.testing.assert_array_equal(crops[:3], lesson.dataset.crops(8000, 3, (1, 0, 5)))
    assert lesson.memory is not None
    passages = lesson.memory.passages[:, 0]
    for crop in crops[3:, 0]:
        rows = np.lib.stride_tricks.sliding_window_view(passages, 64, axis=1)
        assert (np.abs(rows - crop[:64]).max(axis=2) == 0.0).any()


def test_a_fresh_one_takes_the_ranges_and_says_the_same_of_old_sound_as_nearly_as_it_can(
    child: Options, family: Family
) -> None:
    options = child(how="fresh", steps=60)
    finished = train(options)
    assert finished is not None
    parent, model = family.model, finished.model
    assert (model.latents.low, model.latents.high) == (parent.latents.low, parent.latents.high)
    assert [a.name for a in model.anchors[: len(parent.anchors)]] == [a.name for a in parent.anchors]
    memory = read_memory(memory_path(family.parent), parent)
    with torch.no_grad():
        sound = torch.from_numpy(memory.passages)
        rows = [from_model(m).encode(sound)[0].reshape(-1, 2).numpy() for m in (parent, model)]
    for i in range(2):
        assert np.corrcoef(rows[0][:, i], rows[1][:, i])[0, 1] > 0.3
        assert rows[1][:, i].std() == pytest.approx(rows[0][:, i].std(), rel=0.05)
