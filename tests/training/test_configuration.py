"""Settings by preset, file and flags: who wins, what is refused, and that a dump says it all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from plaud_live.cli import build_parser, main
from plaud_live.errors import PlaudError, SettingsError
from plaud_live.info import describe
from plaud_live.model_file import ModelConfig, read, weight_shapes
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.arguments import train_options
from plaud_live.training.augmentation import FOR_LITTLE, Augmentation
from plaud_live.training.configuration import (
    checked,
    preset_names,
    read_configuration,
    read_preset,
    tables_of,
    to_json,
    to_toml,
)
from plaud_live.training.options import TrainOptions
from plaud_live.training.trainer import train


def parsed(*words: str) -> TrainOptions:
    return train_options(
        build_parser("train").parse_args(["train", "--dataset-path=d", "--model-name=m", *words])
    )


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return f"--config={path}"


def test_flags_win_over_a_file_and_a_file_over_a_preset(tmp_path: Path) -> None:
    config = write(
        tmp_path / "my.toml",
        "[model]\nsines = 7\ndecoder_size = 50\n[training]\nbeta = 1\n[augmentation]\ngain = 0.5\n"
        '[losses]\nstft = 2.0\nloudness = 0.5\n[attributes]\nz1 = "loudness"\n',
    )
    options = parsed("--preset=tiny", config, "--sines=9", "--augment=mix:0.25:6")
    tiny = parsed("--preset=tiny")
    assert options.config == replace(tiny.config, sines=9, decoder_size=50)
    assert tiny.config.decoder_size != ModelConfig.decoder_size
    assert options.beta == 1.0
    assert options.losses == (("stft", 2.0), ("loudness", 0.5))
    assert options.attributes == ((1, "loudness"),)
    assert options.augmentation == Augmentation(gain=0.5, mix=0.25, mix_db=6.0)
    assert parsed(config, "--loss=stft:1").losses == (("stft", 1.0),)


def test_an_end_that_a_layer_sets_is_the_end(tmp_path: Path) -> None:
    steps = write(tmp_path / "steps.toml", "[training]\nsteps = 5\n")
    assert (parsed(steps).minutes, parsed(steps).steps) == (None, 5)
    assert (parsed(steps, "--minutes=2").minutes, parsed(steps, "--minutes=2").steps) == (2.0, None)
    both = parsed("--steps=5", "--minutes=2")
    assert (both.minutes, both.steps) == (2.0, 5)


def test_without_any_words_it_is_the_dataclasses_defaults() -> None:
    assert parsed().config == ModelConfig()
    assert replace(parsed(), out=Path()) == TrainOptions(Path("d"), "m", Path())


def test_crops_are_not_varied_where_none_is_asked_for(tmp_path: Path) -> None:
    config = write(tmp_path / "my.toml", "[augmentation]\npitch = 0.3\ngain = 0.5\n")
    assert parsed(config, "--augment=none").augmentation == Augmentation()
    assert parsed(config, "--augment=none", "--augment=mix:0.2").augmentation == Augmentation(mix=0.2)
    assert parsed(config, "--augment=mix:0.2").augmentation == Augmentation(pitch=0.3, gain=0.5, mix=0.2)


@pytest.mark.parametrize("words", [[], ["--preset=rich", "--steps=3", "--threads=2", "--loss=stft:0.5"]])
def test_a_dump_read_again_is_the_same_configuration(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--dump-config", *words]) == 0
    again = parsed(write(tmp_path / "dump.toml", capsys.readouterr().out))
    assert tables_of(again) == tables_of(parsed(*words))


def test_presets_are_models_of_three_sizes() -> None:
    assert preset_names() == ("default", "rich", "tiny")
    sizes = []
    for name in ("tiny", "default", "rich"):
        config = parsed(f"--preset={name}").config
        weights = PlaudNet(config).state_dict()
        assert {key: tuple(weight.shape) for key, weight in weights.items()} == weight_shapes(config)
        sizes.append(sum(weight.numel() for weight in weights.values()))
    assert 2 * sizes[0] < sizes[1] < sizes[2] / 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[model]\nsine = 3\n", r"\[model\] has no 'sine' — did you mean 'sines'\?"),
        ("[model]\nbeta = 3\n", r"\[model\] has no 'beta' — it belongs in \[training\]"),
        ("[modle]\nsines = 3\n", r"no table \[modle\] — did you mean 'model'\?"),
        ("[training]\ndataset = 'd'\n", r"\[training\] has no 'dataset'"),
        ("[model]\nsines = 'many'\n", "sines is 'many', wants a whole number"),
        ("[model]\nsines = true\n", "sines is True, wants a whole number"),
        ("[model]\nencoder_dilations = 3\n", "encoder_dilations is 3, wants a list"),
        ("[training]\nbeta = 'x'\n", "beta is 'x', wants a number"),
        ("[losses]\nstft = 'loud'\n", "stft is 'loud', wants a number"),
        ("[attributes]\nloudness = 'z0'\n", r"\[attributes\] has 'loudness', wants latents"),
        ("model = 3\n", "model wants to be a table"),
        ("preset = 'huge'\n", "preset 'huge': have default, rich, tiny"),
        ("[model\n", "not TOML"),
        ("[augmentation]\npitch = 2.0\n", "--augment pitch:2: a probability, wants 0 to 1"),
        ("[model]\nlatent_size = 0\n", "latent_size is 0"),
    ],
)
def test_a_file_that_cannot_be_is_one_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(PlaudError, match=message) as caught:
        parsed(write(tmp_path / "my.toml", text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--fresh", "--resume"], "not allowed with argument"),
        (["--loss=stft:1", "--loss=stft:2"], "--loss stft is given twice"),
        (["--attribute=z0:loudness", "--attribute=z0:pitch"], "--attribute z0 is given twice"),
        (["--attribute=loudness"], "'loudness': wants LATENT:NAME"),
        (["--loss=stft:loud"], "'stft:loud': wants NAME:WEIGHT"),
        (["--augment=reverb:1"], "'reverb': have gain, pitch, mix, mute and none"),
        (["--augment=gain:x"], "'gain:x': wants KIND:CHANCE"),
        (["--preset=huge"], "preset 'huge': have default, rich, tiny"),
        (["--config=nowhere.toml"], "nowhere.toml: No such file"),
    ],
)
def test_flags_that_cannot_be_are_one_line(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["train", "--dataset-path=d", "--model-name=m", *words])
    except SystemExit as ended:
        code = int(str(ended.code))
    error = capsys.readouterr().err
    assert code == 2
    assert message in error
    assert error.count("\n") == 1


def test_two_presets_at_once_are_refused(tmp_path: Path) -> None:
    config = write(tmp_path / "my.toml", 'preset = "tiny"\n')
    assert parsed(config).config == parsed("--preset=tiny", config).config == parsed("--preset=tiny").config
    with pytest.raises(SettingsError, match="builds on preset 'tiny'; give one of them"):
        parsed("--preset=rich", config)


def test_what_train_needs_is_said_where_it_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--model-name=m"]) == 2
    assert "train wants --dataset-path — see plaud-live train --help" in capsys.readouterr().err


def test_a_model_says_how_it_was_made_and_another_can_be_made_alike(  # type: ignore[no-untyped-def]
    options, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = options(steps=1, beta=0.5)
    finished = train(settings)
    assert finished is not None
    path = finished.path
    again = tables_of(parsed(f"--config={path}"))
    whole = to_json(tables_of(replace(settings, augmentation=FOR_LITTLE)))
    assert to_json(again) == {**whole, "model": {**whole["model"], "sample_rate": 16000, "channels": 1}}
    assert "beta 0.5" in describe(read(path), path)
    assert main(["info", str(path), "--toml"]) == 0
    copy = path.with_suffix(".toml")
    copy.write_text(capsys.readouterr().out)
    assert read_configuration(copy) == read_configuration(path)


def test_a_dataset_at_another_rate_is_one_line(options) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(
        SettingsError, match=r"is at 16000 Hz, the configuration at 44100 Hz — give --sample"
    ) as e:
        train(options(sample_rate=44100))
    assert "\n" not in str(e.value)


def test_tables_survive_json() -> None:
    tables = to_json(tables_of(parsed("--preset=rich", "--attribute=z3:pitch")))
    assert checked(json.loads(json.dumps(tables)), "here") == checked(tables, "here")
    assert read_preset("default") == {}
    assert 'z3 = "pitch"' in to_toml(tables)


def test_an_encoder_is_chosen_and_dilations_belong_to_convolutions(tmp_path: Path) -> None:
    assert parsed("--encoder=gru").config.encoder == "gru"
    assert parsed("--encoder-dilations", "1", "3").config.encoder_dilations == (1, 3)
    with pytest.raises(SettingsError, match="--encoder gru has no --encoder-dilations"):
        parsed("--encoder=gru", "--encoder-dilations", "1", "3")
    dump = write(tmp_path / "dump.toml", to_toml(tables_of(parsed("--channels=2"))))
    assert (parsed(dump, "--encoder=gru").channels, parsed(dump, "--channels=1").channels) == (2, 1)
    assert parsed().channels is None
