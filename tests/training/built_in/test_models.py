"""The built-in models: what is shipped is what the table says: free, small, alike in level, found by name."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live import cli
from plaud_live.engine.models import Models
from plaud_live.errors import SettingsError
from plaud_live.model_file import PlaudModel, read
from plaud_live.settings import built_in_models, find_model, model_names
from plaud_live.synths.voice import Voice
from plaud_live.training.built_in import __main__ as command
from plaud_live.training.built_in.recordings import COPYRIGHT, LICENCE, SAMPLES, free_recordings
from plaud_live.training.built_in.table import MODELS
from plaud_live.training.dataset import MANY_FILES
from tests.signals import level_db, noise

FILES = built_in_models()
MOST_BYTES = 10_000_000
each_model = pytest.mark.parametrize("name", sorted(MODELS))


def held(model: PlaudModel, raw: tuple[float, ...], seconds: float = 0.6) -> np.ndarray:
    """What a place sounds like once it stands still, float32 [samples]."""
    voice = Voice(model, model.config.sample_rate)
    out = np.zeros(round(seconds * model.config.sample_rate), np.float32)
    frames = voice.frames_in(len(out))
    voice.render(np.tile(raw, (frames, 1)), np.tile(voice.default_controls(), (frames, 1)), out)
    return out[len(out) // 3 :]


def test_what_is_shipped_is_what_the_table_has_and_small() -> None:
    assert sorted(FILES) == sorted(MODELS)
    assert sum(path.stat().st_size for path in FILES.values()) <= MOST_BYTES


@each_model
def test_a_row_of_the_table_fits_together(name: str) -> None:
    row = MODELS[name]
    anchors = list({**row.recordings, **row.songs}.values())
    assert row.first in anchors
    assert len(set(anchors)) == len(anchors) < MANY_FILES  # spans are held out, not whole sounds
    assert all(anchor.isidentifier() and len(anchor) <= 16 for anchor in anchors)
    assert set(row.strokes) <= set(row.recordings)
    assert [latent for latent, _ in row.attributes] == list(range(len(row.attributes)))


@pytest.mark.skipif(not COPYRIGHT.is_file(), reason="sonic-pi-samples is not installed")
@each_model
def test_all_recordings_are_free(name: str) -> None:
    assert set(free_recordings(MODELS[name].recordings, SAMPLES, COPYRIGHT)) == set(MODELS[name].recordings)


@each_model
def test_a_model_is_whole_free_and_made_by_the_table(name: str) -> None:
    model, row = read(FILES[name]), MODELS[name]
    assert (model.name, model.licence, model.config) == (name, LICENCE, row.config)
    assert {(a.source, a.name) for a in model.anchors} == set(row.anchors.items())
    assert model.anchors[0].name == row.first
    assert model.training["steps"] == row.steps
    configuration = model.training["configuration"]
    assert configuration["training"]["threads"] == 1 and configuration["training"]["seed"] == 1


@each_model
def test_a_model_is_better_than_noise_and_its_faders_follow_the_sound(name: str) -> None:
    model = read(FILES[name])
    measures = model.training["held_out"]
    for key in ("stft", "log_mel_db"):
        assert measures["model"][key] < 0.9 * measures["mean-spectrum noise"][key]
        assert measures["model"][key] < 0.9 * measures["silence"][key]
    tied = [attribute for _, attribute in MODELS[name].attributes]
    assert [n for n in model.latents.names if n] == ["bright", "noisy", "loud", "pitch"][: len(tied)]
    assert min(model.training["attributes_r2"][attribute] for attribute in tied) > 0.75


@pytest.fixture(scope="module")
def levels() -> dict[str, list[float]]:
    """Level of each anchor of each model, in dB."""
    return {
        name: [level_db(held(model, anchor.raw)) for anchor in model.anchors]
        for name, model in ((name, read(path)) for name, path in FILES.items())
    }


def test_one_model_is_as_loud_as_another(levels: dict[str, list[float]]) -> None:
    """A performer who swaps them turns no fader: where they stand when loaded, and in the middle."""
    for pick in (lambda row: row[0], np.median):
        found = [float(pick(row)) for row in levels.values()]
        assert max(found) - min(found) < 4.0, found


@each_model
def test_no_place_asks_much_of_the_limiter(name: str) -> None:
    """Recordings that peak at full scale may come back a little above it, from other phases."""
    model = read(FILES[name])
    for anchor in model.anchors:
        assert np.abs(held(model, anchor.raw)).max() < 10.0 ** (3.0 / 20.0), anchor.name


def test_a_built_in_model_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    assert model_names() == sorted(MODELS)
    for name in MODELS:
        assert find_model(name) == FILES[name]
        assert Models().load_info(name).name == name


def test_ones_own_model_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    own = tmp_path / "models" / "voice.plaud"
    own.touch()
    assert find_model("voice") == own
    assert model_names() == sorted(MODELS)


def test_a_name_that_is_misspelt_is_answered_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"no model 'voise' — did you mean 'voice'\? have default, perc"):
        find_model("voise")
    with pytest.raises(SettingsError, match="no model 'xylophone' — have default"):
        find_model("xylophone")


def test_info_lists_all_that_have_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "broken.plaud").write_bytes(b"no model")
    assert cli.main(["info"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows] == sorted([*MODELS, "broken"])
    assert "not a model file" in rows[0]
    assert "bright noisy loud z3" in rows[1] and "fifths" not in rows[1]
    assert cli.main(["info", "--json"]) == 2


def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["default", "--samples", str(tmp_path / "none"), "--work", str(tmp_path)]
    assert command.main(words) == 2
    assert "install Debian's package sonic-pi-samples" in capsys.readouterr().err


def test_a_model_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["defualt", "--work", str(tmp_path)]) == 2
    assert "no built-in model 'defualt' — have default, voice, perc" in capsys.readouterr().err


def test_material_is_linked_to_or_made(tmp_path: Path) -> None:
    """Each recording is there by the name that its anchor is known by, strokes and songs as new files."""
    from dataclasses import replace

    samples, folder = tmp_path / "samples", tmp_path / "laid"
    samples.mkdir()
    folder.mkdir()
    (tmp_path / "copyright").write_text(
        "Files: etc/samples/misc_crow.flac\n etc/samples/vinyl_hiss.flac\nLicense: CC0\n"
    )
    for name in ("misc_crow", "vinyl_hiss"):
        soundfile.write(samples / f"{name}.flac", noise(4000, 1, 0.1), 44100)
    row = replace(
        MODELS["voice"],
        recordings={"misc_crow": "crow", "vinyl_hiss": "hiss"},
        strokes={"misc_crow": (-12.0,)},
        songs={"sss": "sss"},
    )
    command.lay_out(row, folder, samples, tmp_path / "copyright")
    assert {path.name for path in folder.iterdir()} == set(row.anchors)
    assert (folder / "vinyl_hiss.flac").is_symlink() and not (folder / "misc_crow.wav").is_symlink()
