"""The notebook of training, run from its first cell to its last with a tiny budget, and made to fail."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from plaud_live.model_file import PlaudModel, read
from plaud_live.synths.voice import Voice
from plaud_live.training.checkpoint import LAST, load_checkpoint
from tests.notebooks.running import cell, execute, pictures, players, printed, read_notebook, set_parameters

pytestmark = pytest.mark.slow

STEPS = 60  # all of their losses are kept
LATENTS = 3
RECORDINGS = 5  # that the notebook makes
TINY = {
    "PRESET": "tiny",
    "MORE": [
        *("--steps", STEPS, "--latent-size", LATENTS, "--batch-size", 4, "--sines", 16, "--noise-bands", 32),
        *("--threads", 1, "--accelerator", "cpu"),
    ],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of everything that a notebook may write; an installation would fail at once."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAUD_HOME", str(folder / "plaud"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(folder / "jupyter"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "jupyter"))
        patch.setenv("PIP_NO_INDEX", "1")
        yield folder / "plaud"


@pytest.fixture(scope="module")
def made(home: Path) -> NotebookNode:
    """The notebook, run."""
    notebook = read_notebook("train.ipynb")
    set_parameters(notebook, **TINY)
    execute(notebook)
    return notebook


@pytest.fixture(scope="module")
def model(made: NotebookNode, home: Path) -> PlaudModel:
    """The model that it made."""
    return read(home / "models" / "made_here.plaud")


def test_it_makes_a_model_that_plays(model: PlaudModel) -> None:
    assert model.training["steps"] == STEPS
    assert model.latents.names == ("loud", "bright", "")
    assert {anchor.name for anchor in model.anchors} == {"bells", "strings", "glass", "wind", "drops"}
    voice = Voice(model, model.config.sample_rate)
    out = np.zeros(model.config.sample_rate, np.float32)
    shape = (voice.frames_in(len(out)), 1)
    voice.render(np.tile(model.anchors[0].raw, shape), np.tile(voice.default_controls(), shape), out)
    assert np.isfinite(out).all()
    assert np.sqrt(np.mean(out**2)) > 1e-3


def test_its_loss_falls(made: NotebookNode, home: Path) -> None:
    losses = load_checkpoint(home / "models" / "made_here.training" / LAST).progress.recent["expected_stft"]
    assert len(losses) == STEPS
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])


@pytest.mark.parametrize(
    ("name", "count", "seconds"),
    [
        ("listen", 2 * RECORDINGS, 1.2),  # a tenth of 12 s, before and after
        ("sweep", LATENTS, 3.0),
        ("anchors", 1, RECORDINGS - 0.5),
        ("play", 1, 12.0),
    ],
)
def test_what_it_lets_hear_sounds(made: NotebookNode, name: str, count: int, seconds: float) -> None:
    heard = players(cell(made, name))
    assert len(heard) == count
    for sound, rate in heard:
        assert rate == 44100
        assert len(sound) / rate == pytest.approx(seconds, abs=0.1)
        assert 1e-3 < np.sqrt(np.mean(sound**2)) < 0.7


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("train", 1),
        ("listen", RECORDINGS),
        ("sweep", (LATENTS + 1) // 2),
        ("anchors", 1),
        ("evaluate", 1),
        ("play", 1),
    ],
)
def test_its_pictures_show_something(made: NotebookNode, name: str, count: int) -> None:
    shown = pictures(cell(made, name))
    assert len(shown) == count
    for pixels in shown:
        assert min(pixels.shape[:2]) > 150
        assert pixels[..., :3].std() > 0.1


def test_it_says_what_came_of_it(made: NotebookNode) -> None:
    assert f"{RECORDINGS} recordings" in printed(cell(made, "prepare"))
    assert "mean-spectrum noise" in printed(cell(made, "train"))
    assert "interpretability" in printed(cell(made, "evaluate"))
    assert "expected_stft 1" in printed(cell(made, "play"))
    assert "made_here-help.pd" in printed(cell(made, "export"))


@pytest.mark.parametrize(
    ("parameters", "source", "says"),
    [
        ({"RECORDINGS": "no/such/folder"}, None, "plaud-live prepare: see the line above"),
        ({}, "plaud_live('prepare', no_such_name)", "NameError"),
    ],
)
def test_what_goes_wrong_ends_it(
    parameters: dict[str, str], source: str | None, says: str, home: Path
) -> None:
    notebook = read_notebook("train.ipynb")
    set_parameters(notebook, NAME="broken", **parameters)
    last = cell(notebook, "prepare")
    last.source = source or last.source
    notebook.cells = notebook.cells[: notebook.cells.index(last) + 1]
    with pytest.raises(CellExecutionError, match=says):
        execute(notebook)
