"""Losses by name and weight: ours, those of other distributions, and what is said of names that are none."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from plaud_live.cli import main
from plaud_live.errors import SettingsError
from plaud_live.training.losses import BUILT_IN, check_losses, find_loss, loss_names
from plaud_live.training.losses.weighted import Loss, build_losses
from plaud_live.training.options import TrainOptions
from tests.training.losses.made import made

Options = Callable[..., TrainOptions]

SOURCE = '''
"""A loss of another distribution: the distance of the mean from the target's."""

from plaud_live.training.losses.weighted import Loss


class Offset(Loss):
    def forward(self, output, target):
        return (output.audio.mean() - target.mean()).abs()


class NoLoss:
    pass
'''
ENTRY_POINTS = """
[plaud_live.losses]
offset = offset_loss:Offset
wrong = offset_loss:NoLoss
missing = offset_loss:Absent
stft = offset_loss:Offset
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder as pip leaves it after installing a small distribution, on the path."""
    (tmp_path / "offset_loss.py").write_text(SOURCE)
    info = tmp_path / "offset_loss-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: offset-loss\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("offset_loss", None)


@pytest.mark.parametrize("name", ["stft", "loudness"])
def test_a_loss_of_ours_is_imported_when_it_is_found(name: str) -> None:
    assert issubclass(find_loss(name), Loss)


def test_reading_the_options_imports_neither_torch_nor_transformers() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from plaud_live.training.options import TrainOptions\n"
        "TrainOptions(Path('d'), 'm', Path('o'), losses=(('stft', 1.0), ('clap', 0.1), ('m2l', 0.1)))\n"
        "heavy = {'torch', 'transformers', 'music2latent', 'auraloss'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_loss_without_a_network_imports_none() -> None:
    code = (
        "import sys; from plaud_live.training.losses import find_loss\n"
        "find_loss('stft'), find_loss('loudness')\n"
        "assert not {'transformers', 'music2latent', 'aisfx'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_sum_weighs_each_loss(options: Options) -> None:
    chosen = options(losses=(("stft", 2.0), ("loudness", 0.5)))
    torch.manual_seed(1)
    audio, target = 0.1 * torch.randn(2, 1, 7000), 0.1 * torch.randn(2, 1, 7000)
    losses = build_losses(chosen)
    total, values = losses.weigh(losses(made(audio), target))
    assert float(total) == pytest.approx(2.0 * values["stft"] + 0.5 * values["loudness"], rel=1e-6)


def test_a_loss_of_weight_0_is_shown_and_does_not_train(options: Options) -> None:
    losses = build_losses(options(losses=(("stft", 1.0), ("loudness", 0.0))))
    audio = (0.1 * torch.randn(1, 1, 7000)).requires_grad_()
    total, values = losses.weigh(losses(made(audio), 0.1 * torch.randn(1, 1, 7000)))
    assert values["loudness"] > 0.0
    assert float(total.detach()) == pytest.approx(values["stft"], rel=1e-6)


@pytest.mark.usefixtures("installed")
def test_another_distributions_loss_is_a_loss_like_ours(options: Options) -> None:
    assert loss_names() == (*BUILT_IN, "missing", "offset", "wrong")
    losses = build_losses(options(losses=(("offset", 2.0),)))
    total, values = losses.weigh(losses(made(torch.full((1, 1, 8), 0.5)), torch.zeros(1, 1, 8)))
    assert values["offset"] == 0.5
    assert float(total) == 1.0
    assert find_loss("stft").__module__ == "plaud_live.training.losses.stft"  # ours is not replaced


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wrong", "loss 'wrong' of offset-loss: offset_loss:NoLoss is no subclass of plaud_live's Loss"),
        ("missing", "loss 'missing' of offset-loss cannot be loaded: AttributeError"),
    ],
)
def test_a_broken_one_is_one_line_that_names_its_distribution(name: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        find_loss(name)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ((("stfd", 1.0),), "--loss stfd: no such loss — did you mean 'stft'?"),
        ((("loudnes", 1.0),), "did you mean 'loudness'?"),
        ((("wavelets", 1.0),), "no such loss — have expected_stft, stft, loudness, pitch"),
        ((("stft", -1.0),), "--loss stft:-1: a weight is a number of at least 0"),
        ((("stft", float("nan")),), "--loss stft:nan: a weight is a number of at least 0"),
        ((("stft", float("inf")),), "--loss stft:inf: a weight is a number of at least 0"),
        ((("stft", 1.0), ("stft", 2.0)), "--loss stft is given twice"),
        ((("stft", 0.0),), "training wants a loss of some weight: give --loss expected_stft:1"),
        ((), "training wants a loss of some weight"),
    ],
)
def test_losses_that_cannot_be_are_refused(losses: tuple[tuple[str, float], ...], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        check_losses(losses)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--loss", "stfd:1"], "--loss stfd: no such loss — did you mean 'stft'?"),
        (["--loss", "stft:loud"], "'stft:loud': wants NAME:WEIGHT"),
        (["--loss", "stft:-1"], "--loss stft:-1: a weight is a number of at least 0"),
        (["--loss", "stft:1", "--loss", "stft:2"], "--loss stft is given twice"),
        (["--loss", "clap_text:1"], '--loss clap_text: wants what to sound like, --clap-text "rusty bells"'),
        (["--clap-text", "rusty bells"], "--clap-text: no loss uses it; give --loss clap_text:0.1 too"),
        (["--clap-weights", "d"], "--clap-weights: no loss uses it; give --loss clap:0.1 too"),
        (["--m2l-weights", "f"], "--m2l-weights: no loss uses it; give --loss m2l:0.1 too"),
    ],
)
def test_the_command_line_says_it_in_one_line(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["train", "--dataset-path", "d", "--model-name", "m", *words])
    except SystemExit as end:
        code = int(end.code or 0)
    error = capsys.readouterr().err
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


def test_whose_a_loss_is_is_said_where_it_is_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plaud_live.training.trainer.train", lambda options, **more: None)
    monkeypatch.setattr("plaud_live.training.arguments.prepared", lambda options, folders: options)
    monkeypatch.setattr("plaud_live.training.arguments.notices_of", lambda options: [])
    words = ["train", "--dataset-path", "d", "--model-name", "m"]
    assert main([*words, "--loss", "m2l:0.1"]) == 0
    assert "CC BY-NC 4.0: not for commercial use" in capsys.readouterr().out
    assert main(words) == 0
    assert capsys.readouterr().out == ""
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "CC BY-NC" in capsys.readouterr().out
