"""Notebooks as they are committed: whole, without outputs or traces of a machine, true to the commands."""

import argparse
import re
from pathlib import Path

import nbformat
import pytest

from plaud_live import cli
from tests.notebooks.running import NOTEBOOKS, PARAMETERS, read_notebook, tagged

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
MACHINE = re.compile(r"(?<![\w~.])/(home|Users|root|work|tmp|opt|mnt|var)\b|localhost|https?://\S*@")
COMMAND = re.compile(r"""(?:`plaud-live |plaud_live\(")([a-z]+)""")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
NOT_OURS = {"--depth", "--quiet", "--editable"}  # of git and pip


def flags() -> set[str]:
    """All options of all commands."""
    found = set()
    for name in cli.COMMANDS:
        parser = argparse.ArgumentParser()
        cli.COMMANDS[name].add_arguments(parser)
        found |= {option for action in parser._actions for option in action.option_strings}
    return found


def test_they_are_there() -> None:
    assert "train.ipynb" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_valid_and_holds_no_outputs(name: str) -> None:
    notebook = read_notebook(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({each.id for each in notebook.cells}) == len(notebook.cells)
    assert len(tagged(notebook, PARAMETERS)) == 1
    for each in notebook.cells:
        assert set(each.metadata) <= {"tags"}
        if each.cell_type == "code":
            assert each.outputs == []
            assert each.execution_count is None


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_names_no_machine(name: str) -> None:
    text = (NOTEBOOKS / name).read_text(encoding="utf-8")
    assert MACHINE.search(text) is None
    assert str(Path.home()) not in text


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_and_flags_that_a_notebook_names_exist(name: str) -> None:
    text = "\n".join(each.source for each in read_notebook(name).cells)
    commands = set(COMMAND.findall(text))
    assert commands
    assert commands <= set(cli.COMMANDS)
    assert set(FLAG.findall(text)) - NOT_OURS <= flags()
