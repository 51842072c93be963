"""Models side by side: the command, its tables, its JSON, its pictures."""

import json
from dataclasses import replace
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import torch

from plaud_live.cli import main
from plaud_live.model_file import Anchor, LatentSpace, ModelConfig, read, write
from plaud_live.models.files import from_model, to_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.evaluation import models
from plaud_live.training.evaluation.atlas import principal_plane
from plaud_live.training.evaluation.models import labels, reconstruct
from plaud_live.training.evaluation.readings import NAMES
from tests.training.conftest import RATE, TINY

SPACE = LatentSpace((-1.0,) * 2, (1.0,) * 2, (0.0,) * 2, (0.1,) * 2, (1.0, 0.5), ("", "loud"))


def make(path: Path, config: ModelConfig = TINY) -> None:
    torch.manual_seed(0)
    write(to_model(PlaudNet(config), "tiny", SPACE, [Anchor("tone", (0.2, -0.3))]), path)


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    """Two models of one name in two folders."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        make(tmp_path / folder / "tiny.plaud")
    return [str(tmp_path / folder / "tiny.plaud") for folder in ("a", "b")]


def test_the_command_prints_a_row_a_model_and_the_baselines(
    two: list[str], recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", *two, "--data", str(recordings), "--windows", "2"]) == 0
    blocks = capsys.readouterr().out.split("\n\n")
    names = [[line.split("  ")[0] for line in block.splitlines()] for block in blocks]
    assert names[0][1:5] == ["a/tiny", "b/tiny", "mean-spectrum noise", "silence"]
    assert names[1][1:] == ["a/tiny", "b/tiny"]
    assert names[2][2:4] == ["a/tiny", "b/tiny"]
    assert "z1*" in blocks[2]  # the latent called loud stands for loudness
    rows = [
        line.removeprefix(name) for line, name in zip(blocks[0].splitlines()[1:3], names[0][1:3], strict=True)
    ]
    assert rows[0] == rows[1]  # the same model measures the same


def test_json_has_every_figure_and_null_where_there_is_none(
    two: list[str], recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", two[0], "--data", str(recordings), "--windows", "2", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["windows"] == 2
    assert data["baselines"]["silence"]["log_mel_db"] > 0.0
    latents = data["models"]["tiny"]["latents"]
    assert list(latents["attributes"]) == list(NAMES)
    assert latents["attributes"]["loudness"]["latent"] == 1 and latents["attributes"]["loudness"]["tied"]
    assert 0.0 <= latents["interpretability"] <= 1.0
    assert np.array(latents["sweep"], dtype=float).shape == (2, len(NAMES))


def test_models_of_other_formats_stand_side_by_side(
    two: list[str], tmp_path: Path, recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "wide.plaud", replace(TINY, channels=2, sample_rate=22050))
    words = ["evaluate", two[0], str(tmp_path / "wide.plaud"), "--data", str(recordings), "--windows", "2"]
    assert main([*words, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert list(data["models"]) == ["tiny", "wide"]
    silences = [data["baselines"][f"silence, {form}"] for form in ("16000 Hz", "22050 Hz, 2 channels")]
    assert silences[0]["loudness_db"] == pytest.approx(silences[1]["loudness_db"], rel=0.01)


def test_embeddings_are_compared_where_they_can_be_made(
    two: list[str], recordings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def levels(audio: torch.Tensor, sample_rate: int) -> torch.Tensor:
        return (audio.square().mean(dim=1, keepdim=True) + 1e-9).log()

    monkeypatch.setattr(models, "embeddings_available", lambda: True)
    monkeypatch.setattr(models, "embed", levels)
    assert main(["evaluate", two[0], "--data", str(recordings), "--windows", "4"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[0].split()[-1] == "MMD"
    noise, silence = (float(row.split()[-1]) for row in rows[2:4])
    assert noise < 50.0 < silence  # the noise has the level of the recordings


def test_pictures_of_a_model_and_of_what_it_makes(
    two: list[str], recordings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = tmp_path / "plots"
    assert main(["evaluate", two[0], "--data", str(recordings), "--windows", "2", "--plots", str(plots)]) == 0
    assert sorted(p.name for p in plots.iterdir()) == ["reconstruction.png", "tiny-atlas.png"]
    picture = matplotlib.image.imread(plots / "tiny-atlas.png")[..., :3]
    assert picture.shape[1] == 1200 and np.ptp(picture) > 0.5
    assert str(plots / "reconstruction.png") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--windows", "0"], "--windows 0: wants at least 1"),
        (["--held-out", "0.9"], "--held-out 0.9: a share of the audio, wants 0.01 to 0.5"),
        (["--held-out"], "--held-out wants a prepared dataset, this is a folder of recordings"),
    ],
)
def test_bad_input_is_one_line(
    words: list[str], said: str, two: list[str], recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", two[0], "--data", str(recordings), *words]) == 2
    assert capsys.readouterr().err.strip().endswith(said)


def test_missing_models_and_folders_are_one_line(
    two: list[str], recordings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", two[0], "--data", str(recordings / "none")]) == 2
    assert capsys.readouterr().err.endswith("none: no such folder\n")
    assert main(["evaluate", two[0], "nosuch.plaud", "--data", str(recordings)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_delay_that_the_model_names_is_taken_out(two: list[str]) -> None:
    model = read(two[0])
    window = np.random.default_rng(0).standard_normal((1, RATE)).astype(np.float32) * 0.1
    made = reconstruct(from_model(model), model, window)
    late = reconstruct(from_model(model), replace(model, training={"delay_samples": 512}), window)
    assert made.shape == late.shape == window.shape
    np.testing.assert_array_equal(late[:, :-512], made[:, 512:])


def test_labels_tell_models_apart_by_as_little_as_it_takes() -> None:
    assert labels([Path("/x/a.plaud"), Path("/x/b.plaud")]) == ["a", "b"]
    assert labels([Path("/x/1/a.plaud"), Path("/x/2/a.plaud")]) == ["1/a", "2/a"]
    assert labels([Path("/x/a.plaud")] * 2) == ["a", "a"]


def test_the_plane_of_the_map_is_where_points_lie_apart() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((500, 3)) * [0.1, 3.0, 1.0] + [1.0, 2.0, 3.0]
    centre, axes = principal_plane(points)
    np.testing.assert_allclose(centre, points.mean(axis=0))
    np.testing.assert_allclose(axes, [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], atol=0.05)
    assert principal_plane(points[:, :1])[1].shape == (2, 1)  # one latent: nothing moves on the second axis
