"""`plaud-live export`: what lies in the folder afterwards, and what it refuses."""

import json
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

from plaud_live import model_file
from plaud_live.cli import main
from plaud_live.deploy import operators
from plaud_live.deploy.export import export
from plaud_live.errors import ExportError
from tests.deploy.modules import load
from tests.models_for_tests import tiny_file

pytestmark = pytest.mark.slow

FILES = {
    "rust.ts",
    "rust.pd",
    "rust-help.pd",
    "max/rust/package-info.json",
    "max/rust/patchers/rust.maxpat",
    "max/rust/patchers/rust.ts",
    "max/rust/help/rust.maxhelp",
}


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_file(tmp_path_factory.mktemp("model"), "tiny")


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["export", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err.strip()


def test_an_export_is_all_that_max_and_pd_need(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    code, said, _ = run(capsys, model, out, "--name", "rust", "--sample-rate", 48000, "--seconds", 0.2)
    assert code == 0 and files_in(out) == FILES
    module = load(out / "rust.ts")
    assert torch.isfinite(module.decode(torch.full((1, 4, 64), 0.5))).all()
    assert os.path.samefile(out / "rust.ts", out / "max" / "rust" / "patchers" / "rust.ts")
    for method in ("decode", "encode", "forward"):
        assert f"  {method} " in said and "% of a core" in said
    with zipfile.ZipFile(out / "rust.ts") as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/extra/plaud.json"))
        about = json.loads(archive.read(name))
    assert about["digest"] == model_file.read(model).digest and about["rate"] == 48000
    assert about["licence"] == "CC0-1.0"


def test_an_export_takes_the_place_of_the_last(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rust.ts").write_text("an older one")
    (tmp_path / "mine.txt").write_text("not ours")
    assert run(capsys, model, tmp_path, "--name", "rust", "--seconds", 0.2)[0] == 0
    assert files_in(tmp_path) == FILES | {"mine.txt"}
    assert (tmp_path / "rust.ts").stat().st_size > 100_000


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--sample-rate", "0"], "--sample-rate 0: have 44100, 48000, 88200, 96000 Hz"),
        (["--sample-rate", "44101"], "--sample-rate 44101: have"),
        (["--name", "../up"], "--name '../up': wants a letter"),
        (["--name", "8bit"], "--name '8bit': wants a letter"),
        (["--seconds", "nan"], "--seconds nan: wants 0.1 to 600 s"),
    ],
)
def test_bad_options_are_a_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], wanted: str
) -> None:
    code, _, said = run(capsys, model, tmp_path / "out", *words)
    assert code == 2 and wanted in said and "\n" not in said
    assert not (tmp_path / "out").exists()


def test_what_is_no_model_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.plaud"
    broken.write_bytes(b"RIFF" * 100)
    for word, wanted in ((broken, "not a model file"), ("defalt", "did you mean 'default'?")):
        code, _, said = run(capsys, word, tmp_path / "out")
        assert code == 2 and wanted in said and "\n" not in said


def test_a_folder_that_cannot_be_written_is_a_line(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    code, _, said = run(capsys, model, tmp_path / "file" / "out")
    assert code == 2 and "Not a directory" in said and "\n" not in said


def test_a_full_disk_leaves_nothing(model: Path, tmp_path: Path) -> None:
    """No file may be longer than 100 kB: what a disk without room does, without one."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    command = [sys.executable, "-m", "plaud_live", "export", str(model), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limited, check=False)
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert files_in(tmp_path / "out") == set()


def test_what_libtorch_lacks_is_refused(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = operators._known()
    assert len(known) > 500
    without = {schema for schema in known if not schema.startswith("aten::fft_rfft(")}
    monkeypatch.setattr(operators, "_known", lambda: without)
    with pytest.raises(ExportError, match=r"libtorch 2.5.1 has no aten::fft_rfft"):
        export(model_file.read(model), tmp_path / "out", seconds=0.1, say=lambda line: None)
    assert files_in(tmp_path / "out") == set()
