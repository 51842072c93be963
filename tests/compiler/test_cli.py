"""`python -m compiler`: what it writes and prints, and one line with exit code 2 where it cannot."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from compiler.cli import main

ROOT = Path(__file__).parents[2]


def comb(gain: float = 0.5) -> dict[str, Any]:
    """One line that feeds itself."""
    return {
        "schema_version": 1,
        "name": "comb",
        "sample_rate": 1000.0,
        "inputs": 1,
        "outputs": 1,
        "root": {
            "type": "recursion",
            "name": "loop",
            "forward": {"type": "delay", "name": "line", "samples": [7.0]},
            "feedback": {"type": "gain", "name": "gain", "gains": [gain]},
        },
    }


@pytest.fixture
def model(tmp_path: Path) -> str:
    return written(tmp_path, comb())


def written(folder: Path, config: object) -> str:
    path = folder / "comb.json"
    path.write_text(json.dumps(config))
    return str(path)


def test_a_model_becomes_faust_and_a_certificate(model, tmp_path, capsys):
    out = tmp_path / "new" / "comb.dsp"
    assert main([model, "-o", str(out)]) == 0
    assert "process" in out.read_text()
    assert json.loads((tmp_path / "new" / "comb.cert.json").read_text())["verdict"] == "certified-stable"
    assert capsys.readouterr().out == f"{out}: certified-stable\n"


def test_the_text_goes_to_stdout_for_a_dash(model, tmp_path, capsys):
    assert main(["compile", model, "-o", "-"]) == 0
    assert "process" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["comb.json"]


def test_controls_are_in_the_text(model, tmp_path):
    out = tmp_path / "comb.dsp"
    words = ["--control", "t60=0.1:4", "--control", "dry_wet", "--control", "pre_delay"]
    assert main([model, "-o", str(out), *words]) == 0
    text = out.read_text()
    for name in ("t60", "dry_wet", "pre_delay"):
        assert name in text


def test_block_cpp_is_a_class_with_fausts_interface(model, tmp_path):
    out = tmp_path / "comb.hpp"
    assert main([model, "-o", str(out), "--lang", "cpp-block"]) == 0
    assert "class mydsp : public dsp" in out.read_text()


def test_an_unstable_model_is_written_only_when_told_to(tmp_path, capsys):
    model, out = written(tmp_path, comb(1.1)), tmp_path / "comb.dsp"
    assert main([model, "-o", str(out)]) == 2
    assert capsys.readouterr().err.startswith("loop: unstable: ")
    assert not out.exists()
    assert main([model, "-o", str(out), "--no-strict"]) == 0
    assert capsys.readouterr().err.startswith("warning: loop: unstable: ")
    assert out.exists()


@pytest.mark.parametrize(
    ("gain", "verdict", "code"),
    [(0.5, "certified-stable", 0), (1.0, "marginally-stable", 0), (1.1, "unstable", 1)],
)
def test_certify_says_the_verdict_and_ends_with_it(tmp_path, capsys, gain, verdict, code):
    model = written(tmp_path, comb(gain))
    assert main(["certify", model]) == code
    assert capsys.readouterr().out.startswith(verdict)
    assert main(["certify", model, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["verdict"] == verdict


def test_certify_says_how_far_the_knobs_are_certified(model, capsys):
    assert main(["certify", model, "--control", "dry_wet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("  loop: ")
    assert lines[2] == "  dry_wet: certified for 0 to 1 of 0 to 1: outside every loop"
    assert lines[-1] == "  holds at 1000 Hz"


def test_inspect_draws_the_tree(model, capsys):
    assert main(["inspect", model]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "comb: 1000 Hz, 1 input, 1 output, certified-stable"
    assert lines[1] == "loop  loop 1 → 1, order 7, delays of 7 samples (7 ms)"
    assert lines[2].startswith("│  certified-stable")
    assert lines[3:] == [
        "├─ forward line  delay 1 → 1, 7 samples (7 ms)",
        "└─ feedback gain  gain 1 → 1, diagonal",
    ]


def test_export_writes_a_project_that_make_builds(model, tmp_path, capsys):
    words = ["--no-build", "--name", "comb-filter", "--control", "dry_wet"]
    assert main(["export", model, "-o", str(tmp_path / "plugins"), *words]) == 0
    folder = tmp_path / "plugins" / "comb-filter"
    assert capsys.readouterr().out == f"{folder}\n"
    assert "dry_wet" in (folder / "comb-filter.dsp").read_text()
    assert (folder / "source" / "Makefile").is_file()


@pytest.mark.slow
def test_verify_says_how_far_faust_is_from_flamo(model, capsys):
    pytest.importorskip("flamo")
    assert main(["verify", model]) == 0
    assert capsys.readouterr().out.startswith("comb: equal, error -")


@pytest.mark.slow
def test_report_draws_pictures_and_lists_them(model, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    assert main(["report", model, "-o", str(tmp_path / "report")]) == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert paths and all(path.parent == tmp_path / "report" and path.stat().st_size for path in paths)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1, column 1: is not JSON, expecting value"),
        ("{\n 'name'}", "line 2, column 2: is not JSON, expecting property name enclosed in double quotes"),
        ("[1, 2]", "must hold a JSON object"),
        ("[" * 100_000, "nested too deeply to be read"),
        (b"\xff\xfe\x00", "is not text: must be JSON in UTF-8"),
        (None, "no such file or directory"),
    ],
)
def test_a_file_that_holds_no_model_is_one_line(tmp_path, capsys, text, complaint):
    path = tmp_path / "bad.json"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = sorted(tmp_path.iterdir())
    for command in ("compile", "certify", "inspect", "verify", "report", "export"):
        words = [] if command in ("certify", "inspect", "verify") else ["-o", str(tmp_path / "out")]
        assert main([command, str(path), *words]) == 2
        shown = capsys.readouterr()
        assert (shown.out, shown.err) == ("", f"{path}: {complaint}\n")
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_in_place_of_the_model_is_one_line(tmp_path, capsys):
    assert main(["certify", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: is a directory\n"


def test_a_folder_in_place_of_the_output_is_one_line(model, tmp_path, capsys):
    assert main([model, "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: cannot be written: is a directory\n"
    assert [path.name for path in tmp_path.iterdir()] == ["comb.json"]


def test_a_file_in_place_of_the_reports_folder_is_one_line(model, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    taken = tmp_path / "taken"
    taken.write_text("a file")
    for place, complaint in ((taken, "file exists"), (taken / "in", "not a directory")):
        assert main(["report", model, "-o", str(place)]) == 2
        shown = capsys.readouterr()
        assert (shown.out, shown.err) == ("", f"{place}: cannot be written: {complaint}\n")
    assert taken.read_text() == "a file"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--control", "t60=long"], "--control t60=long: the range must be MIN:MAX, two numbers"),
        (["--lang", "cpp-block", "--follow-host-rate"], "--follow-host-rate: needs --lang faust"),
        (["--lang", "rust"], "argument --lang: invalid choice: 'rust'"),
        (["--louder"], "unrecognized arguments: --louder"),
    ],
)
def test_a_bad_option_is_one_line(model, tmp_path, capsys, words, complaint):
    out = tmp_path / "comb.dsp"
    try:
        code = main([model, "-o", str(out), *words])
    except SystemExit as end:
        code = end.code
    assert code == 2
    err = capsys.readouterr().err
    assert complaint in err
    assert err.count("\n") == 1
    assert not out.exists()


def test_the_module_runs_without_torch(model):
    script = (
        "import sys; from compiler.cli import main; code = main(sys.argv[1:]);"
        "sys.exit(code or any(name in sys.modules for name in ('torch', 'flamo')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "certify", model],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_python_m_compiler_is_the_same_command(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "compiler", "certify", str(tmp_path / "none.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path / 'none.json'}: no such file or directory\n"
