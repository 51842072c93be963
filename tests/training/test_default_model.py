"""The built-in model: only free material goes in, and what is shipped is whole."""

from pathlib import Path

import pytest

from plaud_live.errors import DatasetError
from plaud_live.model_file import read
from plaud_live.settings import built_in_model
from plaud_live.training.default_model import LICENCE, SOURCES, cc0_recordings, gather, main

TEXT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2016 Somebody
License: MIT

Files: etc/samples/free.flac
 etc/samples/also_free.flac
Copyright: 2013 A
Source: http://example.org
License: CC0

Files: etc/samples/bound.flac
Copyright: 2013 B
License: CC-BY-3.0

License: CC0
 The text of the licence.
"""


def test_only_what_the_copyright_file_names_as_cc0_counts(tmp_path: Path) -> None:
    (tmp_path / "copyright").write_text(TEXT)
    assert cc0_recordings(tmp_path / "copyright") == {"free", "also_free"}


def test_a_recording_that_is_not_named_as_cc0_is_refused(tmp_path: Path) -> None:
    (tmp_path / "copyright").write_text(TEXT)
    with pytest.raises(DatasetError, match=r"does not name \w+ as CC0; it may not be trained on"):
        gather(tmp_path, tmp_path / "copyright", tmp_path)


def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "sys.argv", ["default_model", "--samples", str(tmp_path / "none"), "--work", str(tmp_path)]
    )
    assert main() == 2
    assert "install Debian's package sonic-pi-samples" in capsys.readouterr().err


def test_the_built_in_model_is_whole_free_and_small() -> None:
    model = read(built_in_model())
    assert model.name == "default"
    assert model.licence == LICENCE
    assert model.config.latent_size == 8
    assert model.config.sample_rate == 44100
    assert model.config.sines > 0
    assert model.config.noise_bands > 0
    assert len(model.anchors) >= 12
    assert {(Path(a.source).stem, a.name) for a in model.anchors} <= set(SOURCES.items())
    assert built_in_model().stat().st_size < 5_000_000
    measures = model.training["held_out"]
    for key in ("stft", "log_mel_db"):
        assert measures["model"][key] < 0.9 * measures["mean-spectrum noise"][key]
        assert measures["model"][key] < 0.9 * measures["silence"][key]
