"""README's table of supported modules is what the code dispatches."""

import inspect
from pathlib import Path

import pytest

from compiler.cli import main
from compiler.errors import ConfigError
from compiler.modules_table import BEGIN, END, table, updated

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_holds_the_table_of_the_code():
    text = README.read_text(encoding="utf-8")
    assert updated(text) == text, "run `python -m compiler modules --update README.md`"


def test_the_table_names_every_class_of_flamos_dsp_that_makes_sound():
    from flamo.processor import dsp

    abstract = {"DSP", "FFT", "iFFT", "FFTAntiAlias", "iFFTAntiAlias"}  # bases, and layers around a model
    kinds = {
        name
        for name, kind in inspect.getmembers(dsp, inspect.isclass)
        if kind.__module__ == dsp.__name__ and name not in abstract
    }
    missing = {name for name in kinds if f"`{name}`" not in table()}
    assert missing == set()


def test_the_command_renews_the_table_and_nothing_else(tmp_path, capsys):
    path = tmp_path / "README.md"
    path.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n", encoding="utf-8")
    assert main(["modules", "--update", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == f"above\n{BEGIN}\n{table()}\n{END}\nbelow\n"
    assert main(["modules"]) == 0
    assert capsys.readouterr().out == table() + "\n"


def test_a_file_without_marks_is_refused(tmp_path, capsys):
    with pytest.raises(ConfigError, match="there are no marks"):
        updated("nothing here")
    path = tmp_path / "README.md"
    path.write_text("nothing here")
    assert main(["modules", "--update", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"{path}: there are no marks for the table")
    assert path.read_text() == "nothing here"
