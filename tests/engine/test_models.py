"""What the engine reads from model files, and when it refuses."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from plaud_live.engine.models import Models, info_of
from plaud_live.errors import ModelFileError, SettingsError
from plaud_live.model_file import PlaudModel, write
from tests.models_for_tests import tiny_file, tiny_model


def test_the_info_is_what_the_file_says(tmp_path: Path) -> None:
    model = tiny_model()
    info = Models().load_info(str(tiny_file(tmp_path)))
    assert (info.name, info.latent_size, info.sines, info.harmonics, info.noise_bands) == (
        "tiny",
        4,
        12,
        0,
        16,
    )
    assert info.anchors == {a.name: a.raw for a in model.anchors}
    low, high = np.array(model.latents.low), np.array(model.latents.high)
    np.testing.assert_allclose(low + np.array(info.home) * (high - low), model.anchors[0].raw)


def test_a_model_without_anchors_stands_in_the_middle_of_its_material(tmp_path: Path) -> None:
    model = replace(tiny_model(), anchors=())
    info = info_of(model, tmp_path / "tiny.plaud")
    low, high = np.array(model.latents.low), np.array(model.latents.high)
    np.testing.assert_allclose(low + np.array(info.home) * (high - low), model.latents.mean)


def test_lineage_is_the_root_of_retrained_models(tmp_path: Path) -> None:
    root = write(tiny_model(), tmp_path / "root.plaud")
    fields = {**tiny_model(seed=2).__dict__, "parent": root.digest}
    child = write(PlaudModel(**fields), tmp_path / "child.plaud")
    grandchild = {**fields, "parent": child.digest, "training": {"lineage": root.digest}}
    write(PlaudModel(**grandchild), tmp_path / "grandchild.plaud")
    models = Models()
    lineages = {
        models.load_info(str(tmp_path / f"{n}.plaud")).lineage for n in ("root", "child", "grandchild")
    }
    assert lineages == {root.digest}


def test_the_same_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, models = tiny_file(tmp_path), Models()
    info = models.load_info(str(path))
    monkeypatch.setattr("plaud_live.engine.models.model_file.read", None)
    assert models.load_info(str(path)) == info
    assert models.make_voice(info, 44100, "drone").hop == 256
    assert models.make_voice(info, 48000, "drone").hop == 279


def test_a_file_that_changed_is_another_model(tmp_path: Path) -> None:
    info = Models().load_info(str(tiny_file(tmp_path)))
    tiny_file(tmp_path, seed=5)
    with pytest.raises(ModelFileError, match="has changed"):
        Models().make_voice(info, 44100, "drone")


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no model 'nowhere'"):
        Models().load_info("nowhere")
    info = Models().load_info(str(tiny_file(tmp_path)))
    Path(info.path).unlink()
    with pytest.raises(ModelFileError, match="No such file"):
        Models().make_voice(info, 44100, "drone")
