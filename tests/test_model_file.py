"""Model files: whole or refused, in one line that says what is wrong; never half written."""

import json
import os
import struct
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from plaud_live import model_file
from plaud_live.errors import ModelFileError
from plaud_live.model_file import Anchor, ModelConfig, PlaudModel, weight_shapes
from tests.models_for_tests import tiny_file, tiny_model


def refused(path: Path) -> str:
    """The message of the error that reading `path` raises, which must be one line that names the file."""
    with pytest.raises(ModelFileError) as caught:
        model_file.read(path)
    message = str(caught.value)
    assert "\n" not in message and path.name in message
    return message


def with_header(path: Path, **changes: Any) -> Path:
    """Rewrite fields of the header of `path`, past the checks of `write`; a value of None removes a field."""
    model = model_file.read(path)
    header = {**model_file.read_header(path), **changes}
    header = {k: v for k, v in header.items() if v is not None}
    save_file(dict(model.weights), path, metadata={"plaud": json.dumps(header)})
    return path


def with_weights(model: PlaudModel, **changes: np.ndarray) -> PlaudModel:
    return replace(model, weights={**model.weights, **changes})


def test_round_trip_keeps_everything(tmp_path: Path) -> None:
    made = tiny_model()
    made = replace(made, training={"steps": 12, "loss": 1.5}, licence="CC0-1.0", parent="ab" * 32)
    written = model_file.write(made, tmp_path / "tiny.plaud")
    read = model_file.read(tmp_path / "tiny.plaud")
    assert replace(read, weights={}) == replace(written, weights={})
    assert read.config == made.config and read.latents == made.latents and read.anchors == made.anchors
    assert read.weights.keys() == made.weights.keys()
    for name, array in made.weights.items():
        np.testing.assert_array_equal(read.weights[name], array)


def test_a_file_from_before_a_field_means_what_it_meant(tmp_path: Path) -> None:
    path = tiny_file(tmp_path)
    config = asdict(model_file.read(path).config)
    for later in ("channels", "encoder"):
        del config[later]
    read = model_file.read(with_header(path, config=config)).config
    assert (read.channels, read.encoder) == (1, "conv")


@pytest.mark.parametrize("config", [{"channels": 2}, {"channels": 8}, {"encoder": "gru"}])
def test_other_architectures_come_back(tmp_path: Path, config: dict[str, Any]) -> None:
    path = tiny_file(tmp_path, **config)
    read = model_file.read(path)
    assert read.config == tiny_model(**config).config
    assert read.weights["decoder.last.bias"].shape == (read.config.channels * read.config.head_size,)


@pytest.mark.parametrize(
    ("config", "message"),
    [({"channels": 0}, "channels is 0, wants 1 to 8"), ({"encoder": "lstm"}, "'lstm', have conv, gru")],
)
def test_architectures_that_cannot_be_are_one_line(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelFileError, match=message):
        ModelConfig(**config)


def test_digest_names_the_content(tmp_path: Path) -> None:
    first = model_file.write(tiny_model(), tmp_path / "a.plaud")
    same = model_file.write(tiny_model(), tmp_path / "b.plaud")
    other = model_file.write(tiny_model(seed=2), tmp_path / "c.plaud")
    assert first.digest == same.digest != other.digest
    assert len(first.digest) == 64


def test_the_header_can_be_read_alone(tmp_path: Path) -> None:
    header = model_file.read_header(tiny_file(tmp_path))
    assert header["name"] == "tiny" and header["config"] == json.loads(
        json.dumps(asdict(tiny_model().config))
    )


def test_writing_replaces_the_file_whole(tmp_path: Path) -> None:
    """A reader that has the old file open goes on reading the old one; nothing else is left in the folder."""
    path = tiny_file(tmp_path)
    with path.open("rb") as reader:
        old = reader.read(10)
        model_file.write(tiny_model(seed=2, sines=40), path)
        old += reader.read()
    assert path.read_bytes() != old
    (tmp_path / "old.plaud").write_bytes(old)
    assert model_file.read(tmp_path / "old.plaud").config.sines == 12
    assert sorted(p.name for p in tmp_path.iterdir()) == ["old.plaud", "tiny.plaud"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny_file(tmp_path)
    before = path.read_bytes()

    def disk_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        model_file.write(tiny_model(seed=2), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["tiny.plaud"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.plaud")


@pytest.mark.parametrize("content", [b"", b"hello", b"RIFF" + bytes(2000), bytes(range(64)), b"\xff" * 64])
def test_not_a_model_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.plaud"
    path.write_bytes(content)
    assert "not a model file" in refused(path)


def test_a_safetensors_file_of_something_else(tmp_path: Path) -> None:
    save_file({"x": np.zeros(3, np.float32)}, tmp_path / "other.plaud")
    assert "not a plaud-live model" in refused(tmp_path / "other.plaud")


@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 0.999])
def test_truncated(tmp_path: Path, share: float) -> None:
    path = tiny_file(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    assert "truncated" in refused(path)


def test_damaged_header(tmp_path: Path) -> None:
    path = tiny_file(tmp_path)
    model = model_file.read(path)
    save_file(dict(model.weights), path, metadata={"plaud": '{"format_version": 1,'})
    assert "damaged header" in refused(path)


@pytest.mark.parametrize(
    ("version", "advice"), [(2, "update plaud-live"), (0, "train it again"), (None, "train it again")]
)
def test_wrong_version(tmp_path: Path, version: int | None, advice: str) -> None:
    message = refused(with_header(tiny_file(tmp_path), format_version=version))
    assert f"model format {version}, this plaud-live reads 1" in message and advice in message


def test_header_without_a_field(tmp_path: Path) -> None:
    assert "damaged header" in refused(with_header(tiny_file(tmp_path), latents=None))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sines": "many"}, "sines is 'many'"),
        ({"sines": -1}, "sines is -1"),
        ({"hop_size": 0}, "hop_size is 0"),
        ({"unheard_of": 1}, "unknown field 'unheard_of'"),
        ({"smoothing": 99}, "smoothing 99 is above max_smoothing 8"),
        ({"mel_window": 8}, "mel_window 8 is shorter than hop_size 256"),
        ({"sines": 0, "noise_bands": 0}, "no block sounds"),
    ],
)
def test_wrong_configuration(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    config = {**asdict(tiny_model().config), **change}
    assert message in refused(with_header(tiny_file(tmp_path), config=config))


def test_configuration_without_a_field(tmp_path: Path) -> None:
    config = asdict(tiny_model().config)
    del config["noise_seed"]
    assert "field 'noise_seed' is missing" in refused(with_header(tiny_file(tmp_path), config=config))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_numbers(tmp_path: Path, bad: float) -> None:
    model = tiny_model()
    weight = model.weights["decoder.gru.weight_hh"].copy()
    weight[3, 4] = bad
    path = tmp_path / "bad.plaud"
    header = model_file.read_header(tiny_file(tmp_path))
    weights = {**model.weights, "decoder.gru.weight_hh": weight}
    save_file(weights, path, metadata={"plaud": json.dumps(header)})
    assert "decoder.gru.weight_hh has NaN or infinite values" in refused(path)
    with pytest.raises(ModelFileError, match="NaN"):
        model_file.write(replace(model, weights=weights), tmp_path / "never.plaud")
    assert not (tmp_path / "never.plaud").exists()


def test_missing_unknown_and_misshapen_weights(tmp_path: Path) -> None:
    model = tiny_model()
    path = tmp_path / "never.plaud"
    fewer = {k: v for k, v in model.weights.items() if k != "encoder.mean.bias"}
    with pytest.raises(ModelFileError, match=r"weight 'encoder\.mean\.bias' is missing"):
        model_file.write(replace(model, weights=fewer), path)
    with pytest.raises(ModelFileError, match="weight 'extra' is unknown"):
        model_file.write(with_weights(model, extra=np.zeros(1, np.float32)), path)
    with pytest.raises(ModelFileError, match=r"encoder\.mean\.bias is float32\[7\], wants float32\[4\]"):
        model_file.write(with_weights(model, **{"encoder.mean.bias": np.zeros(7, np.float32)}), path)
    with pytest.raises(ModelFileError, match=r"is float64\[4\], wants float32\[4\]"):
        model_file.write(with_weights(model, **{"encoder.mean.bias": np.zeros(4)}), path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"low": (0.0,)}, r"latents\.low wants 4 values"),
        ({"low": (np.nan, 0.0, 0.0, 0.0)}, "want finite numbers"),
        ({"low": (9.0, 9.0, 9.0, 9.0)}, r"low wants to be below latents\.high"),
    ],
)
def test_latent_ranges_that_mean_nothing(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    model = tiny_model()
    with pytest.raises(ModelFileError, match=message):
        model_file.write(replace(model, latents=replace(model.latents, **change)), tmp_path / "x.plaud")


@pytest.mark.parametrize(
    ("anchor", "message"),
    [
        (Anchor("two words", (0.0,) * 4), "'two words' wants a plain name"),
        (Anchor("bell", (0.0,) * 3), "'bell' wants a plain name and 4 values"),
        (Anchor("bell", (np.inf,) * 4), "anchors want finite numbers"),
    ],
)
def test_anchors_that_mean_nothing(tmp_path: Path, anchor: Anchor, message: str) -> None:
    with pytest.raises(ModelFileError, match=message):
        model_file.write(replace(tiny_model(), anchors=(anchor,)), tmp_path / "x.plaud")


def test_a_name_is_plain(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"name '\.\./up' wants"):
        model_file.write(replace(tiny_model(), name="../up"), tmp_path / "x.plaud")


def test_every_byte_is_needed(tmp_path: Path) -> None:
    """A header that claims more than the file holds is refused before anything is allocated."""
    path = tiny_file(tmp_path)
    path.write_bytes(struct.pack("<Q", 1 << 60) + path.read_bytes()[8:])
    assert "not a model file" in refused(path)


def test_output_size_is_the_sum_of_the_blocks() -> None:
    config = ModelConfig(sines=10, harmonics=7, noise_bands=5)
    assert config.output_size == 20 + 9 + 5 == weight_shapes(config)["decoder.last.bias"][0]
    assert ModelConfig(sines=10, noise_bands=5).output_size == 25
