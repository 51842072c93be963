"""What a child takes from its parent's configuration, and what may not be said against it."""

from dataclasses import replace
from pathlib import Path

import pytest

from plaud_live.cli import build_parser, main
from plaud_live.model_file import write
from plaud_live.training.arguments import train_options
from plaud_live.training.configuration import tables_of, to_json
from plaud_live.training.options import TrainOptions
from tests.models_for_tests import tiny_model


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    """A model file that says how it was trained."""
    model = tiny_model()
    made = TrainOptions(
        Path(), "tiny", Path(), model.config, minutes=None, steps=7, delay=1, beta=0.01, threads=2,
        attributes=((0, "brightness"),), validate_every_seconds=1e9, precision="bf16-mixed",
    )  # fmt: skip
    tables = {table: values for table, values in to_json(tables_of(made)).items() if table != "model"}
    write(replace(model, training={"configuration": tables}), tmp_path / "tiny.plaud")
    return tmp_path / "tiny.plaud"


def child(parent: Path, *words: str) -> TrainOptions:
    given = ["train", "--dataset-path=d", "--model-name=m", f"--from={parent}", *words]
    return train_options(build_parser("train").parse_args(given))


def test_a_child_is_configured_as_its_parent_but_for_the_run_and_the_machine(parent: Path) -> None:
    options, model = child(parent), tiny_model()
    assert options.config == model.config
    assert (options.sample_rate, options.channels) == (44100, 1)
    assert (options.attributes, options.beta, options.delay) == (((0, "brightness"),), 0.01, 1)
    assert (options.minutes, options.steps) == (4.0, None)
    assert (options.threads, options.precision, options.validate_every_seconds) == (None, "32-true", 30.0)
    assert (options.parent, options.how, options.remember) == (parent, "continual", None)


def test_what_does_not_contradict_may_be_said(parent: Path) -> None:
    same = ("--sines=12", "--attribute=z0:brightness", "--delay=1")
    options = child(parent, "--how=fresh", "--steps=9", "--replay=0.3", *same)
    assert (options.how, options.minutes, options.steps, options.replay) == ("fresh", None, 9, 0.3)
    assert options.warmup == TrainOptions.warmup  # a fresh one is not warm


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--sines", "64"], "--sines 64: tiny has 12, and a child is as its parent"),
        (["--latent-size", "8"], "--latent-size 8: tiny has 4"),
        (["--encoder-dilations", "1", "2"], "--encoder-dilations 1 2: tiny has 1 2 4"),
        (["--delay", "2"], "--delay 2: tiny has 1"),
        (["--attribute", "z1:loudness"], "--attribute z1:loudness: tiny has z0:brightness"),
        (["--attribute", "z0:loudness"], "--attribute z0:loudness: tiny has z0:brightness"),
        (["--preset", "tiny"], "--preset tiny: a child has its parent's configuration"),
        (["--config", "x.toml"], "--config x.toml: a child has its parent's configuration"),
        (["--replay", "1"], "--replay 1: a share of the crops"),
        (["--batch-size", "1"], "--batch-size 1: --how continual wants at least 2"),
    ],
)
def test_what_contradicts_is_refused_in_a_line(
    words: list[str], message: str, parent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["train", "--dataset-path", "d", "--model-name", "m", "--from", str(parent), *words]
    assert main(given) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_child_wants_another_name_and_its_words_want_a_parent(
    parent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "--dataset-path=d", "--model-name=tiny", f"--out={parent.parent}"]
    assert main([*words, f"--from={parent}"]) == 2
    assert "--model-name tiny: is the parent's" in capsys.readouterr().err
    for option in ("--how=naive", "--remember=x"):
        assert main([*words, option]) == 2
        assert "wants the model that is trained on, --from MODEL" in capsys.readouterr().err
