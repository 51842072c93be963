"""The memory's file: what goes in comes out, and what is not whole or not this model's is refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from plaud_live.errors import ModelFileError
from plaud_live.model_file import PlaudModel
from plaud_live.training.continual.memory import Memory, Place, find_memory, read_memory, write_memory
from tests.models_for_tests import tiny_model


def memory(model: PlaudModel, seed: int = 1) -> Memory:
    dice = np.random.default_rng(seed)
    loud, quiet = dice.uniform(-0.9, 0.9, (2, 1, 1000)), dice.uniform(-1e-3, 1e-3, (1, 1, 1000))
    return Memory(
        np.concatenate([loud, quiet]).astype(np.float32),
        (Place("a.wav", 1.5, "bell"), Place("a.wav", 2.0), Place("b.wav", 0.0)),
        dice.uniform(-0.5, 0.5, (2, 1, 3000)).astype(np.float32),
        dice.normal(size=(5, 16, model.config.latent_size)).astype(np.float32),
    )


def test_what_is_written_is_read_again_to_16_bits_of_each_passage(tmp_path: Path) -> None:
    model, path = tiny_model(), tmp_path / "tiny.memory"
    kept = memory(model)
    write_memory(kept, model, path)
    got = read_memory(path, model)
    assert got.places == kept.places
    np.testing.assert_array_equal(got.latents, kept.latents)
    for ours, theirs in ((got.passages, kept.passages), (got.held_out, kept.held_out)):
        step = np.abs(theirs).max(axis=(1, 2), keepdims=True) / 32767.0
        assert (np.abs(ours - theirs) <= 0.51 * step).all()  # half a step, and float32


def test_anchors_that_a_performer_keeps_in_the_model_change_nothing(tmp_path: Path) -> None:
    model, path = tiny_model(), tmp_path / "tiny.memory"
    write_memory(memory(model), model, path)
    read_memory(path, replace(model, anchors=model.anchors[:1], digest="another"))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def change(**tensors: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        from safetensors import safe_open

        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata()
        values = load_file(path)
        save_file(
            {k: tensors.get(k.replace(".", "_"), lambda v: v)(v) for k, v in values.items()}, path, metadata
        )

    return apply


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (truncate, "truncated"),
        (lambda path: path.write_bytes(b"RIFF" * 100), "truncated"),
        (lambda path: save_file({"a": np.zeros(3)}, path), "no memory of a model"),
        (change(latents=lambda v: np.full_like(v, np.nan)), "NaN or infinite"),
        (change(latents=lambda v: v[..., :1].copy()), r"latents are float32\[5, 16, 1\]"),
        (change(passages=lambda v: v[:, 0].copy()), r"damaged \(ValueError"),
        (change(passages=lambda v: v.astype(np.float32)), r"damaged \(ValueError"),
        (change(passages=lambda v: v[:2].copy(), passages_scale=lambda v: v[:2].copy()), "3 places for 2"),
        (change(held_out=lambda v: np.repeat(v, 2, axis=1)), r"wants \[n, 1, samples\]"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_one_line_that_says_what_to_do(
    damage: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    model, path = tiny_model(), tmp_path / "tiny.memory"
    write_memory(memory(model), model, path)
    damage(path)
    with pytest.raises(ModelFileError, match=message) as caught:
        read_memory(path, model)
    assert "\n" not in str(caught.value)
    assert "--remember FOLDER" in str(caught.value)


def test_another_models_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.memory"
    write_memory(memory(tiny_model()), tiny_model(), path)
    with pytest.raises(ModelFileError, match="the memory of another model than tiny"):
        read_memory(path, tiny_model(seed=2))


def test_a_copy_of_a_model_finds_its_memory_among_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    model, models = tiny_model(), tmp_path / "models"
    models.mkdir()
    copy = tmp_path / "session" / "abc.plaud"
    write_memory(memory(tiny_model(seed=2)), tiny_model(seed=2), models / "another.memory")
    (models / "broken.memory").write_bytes(b"RIFF")
    assert find_memory(copy, model) is None
    write_memory(memory(model), model, models / "tiny.memory")
    assert find_memory(copy, model) == models / "tiny.memory"
    copy.parent.mkdir()
    write_memory(memory(model), model, copy.with_suffix(".memory"))
    assert find_memory(copy, model) == copy.with_suffix(".memory")


def test_a_memory_that_is_not_of_the_models_shape_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="latents are"):
        write_memory(memory(tiny_model()), tiny_model(latent_size=5), tmp_path / "tiny.memory")
    assert not list(tmp_path.iterdir())
