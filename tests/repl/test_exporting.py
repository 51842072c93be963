"""`drone.export` at the prompt: what it takes, what it runs, what it shows."""

import os
from pathlib import Path

import pytest

from plaud_live.repl.completion import complete
from tests.processes import wait_for
from tests.repl.commands import Command
from tests.repl.silent import Prompt


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    made = Prompt()
    made.said.clear()
    return made


def test_what_plays_is_written_beside_and_a_line_says_so(
    prompt: Prompt, command: Command, tmp_path: Path
) -> None:
    command.says("rust: open rust-help.pd in Pd")
    folder = tmp_path / "exports" / "rust"
    shown = prompt.accept('drone.export("rust", sample_rate=48000)')
    assert shown == "rust is being written for Max and Pd: a minute, the sound goes on"
    wait_for(lambda: prompt.said, "it is written")
    assert prompt.said == ["drone: rust: open rust-help.pd in Pd"]
    words = command.words.read_text().split()
    assert words[:5] == ["-m", "plaud_live", "export", "/models/default.plaud", str(folder)]
    assert words[5:] == ["--name", "rust", "--sample-rate", "48000", "19"]
    assert int(command.group.read_text()) != os.getpgrp()  # Ctrl-C at the prompt does not reach it


def test_a_model_of_the_session_is_taken_as_it_was_kept(prompt: Prompt, command: Command) -> None:
    """Its file may have been written anew since."""
    prompt.engine.kept = [
        {"digest": digest, "path": f"/session/{digest}.plaud"} for digest in ("other", "default")
    ]
    command.says("there it is")
    prompt.accept("drone.export()")
    wait_for(lambda: prompt.said, "it is written")
    assert command.words.read_text().split()[3] == "/session/default.plaud"


def test_what_went_wrong_is_a_line(prompt: Prompt, command: Command) -> None:
    command.says("", "plaud-live: export needs torch, which is not installed", 2)
    prompt.accept("drone.export()")
    wait_for(lambda: prompt.said, "it fails")
    assert prompt.said == ["drone.export(): export needs torch, which is not installed"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("drone.export('../up')", "drone.export('../up'): wants a letter, then letters, digits, _ and -"),
        ("drone.export('8bit')", "wants a letter"),
        ("drone.export(3)", "drone.export(3): wants a letter"),
        (
            "drone.export(sample_rate=12345)",
            "drone.export(sample_rate=12345): have 44100, 48000, 88200, 96000 Hz",
        ),
        ("drone.export(sample_rate=[1])", "have 44100"),
    ],
)
def test_bad_words_are_a_line(prompt: Prompt, words: str, says: str) -> None:
    assert says in prompt.refuse(words)


def test_its_words_are_completed(prompt: Prompt) -> None:
    def words(text: str) -> list[str]:
        return [each.text for each in complete(text, prompt.performance, prompt.namespace)]

    assert "export" in words("drone.ex")
    assert "sample_rate=" in words("drone.export(")
