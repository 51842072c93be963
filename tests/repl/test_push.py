"""`verb.push` and `verb.export` at the prompt: what they take, what they ask, what they show."""

from pathlib import Path
from typing import Any

import pytest

from plaud_live.repl import push
from plaud_live.repl.completion import complete
from plaud_live.repl.toolbar import clock_line
from tests.processes import wait_for
from tests.repl.commands import Command
from tests.repl.silent import HALL, Prompt


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    made = Prompt()
    made.said.clear()
    return made


def test_what_plays_is_pushed_and_the_answer_is_a_line(prompt: Prompt) -> None:
    assert prompt.accept("verb.push()") == "live is generation 1"
    prompt.accept('verb.push("hall2")')
    assert prompt.engine.pushes == [{"name": name, "every": None} for name in ("live", "hall2")]


def test_what_was_set_before_it_in_a_line_is_launched_before(prompt: Prompt) -> None:
    prompt.accept("verb.mix = .3; verb.push()")
    assert prompt.engine.asked[-3:] == ["submit", "push", "entry"]


def test_whatever_plays_is_pushed_until_it_is_stopped(prompt: Prompt) -> None:
    assert "is pushed when you ask for it" in prompt.accept("verb.push")
    shown = prompt.accept("verb.push(every=.5)")
    assert shown == "live is generation 1; what plays next follows"
    assert prompt.engine.pushes[-1]["every"] == 0.5
    following = {"name": "live", "every": 0.5, "generation": 7, "outcome": "played", "text": "published"}
    prompt.engine.shown = {"push": following}
    shown = prompt.accept("verb.push")
    assert shown == "verb is pushed to live at most every 0.5 s; the last time: published"
    assert "push         live every 0.5 s" in prompt.accept("who()")
    assert prompt.accept("verb.push.stop()") == "nothing more is pushed to live"


def test_nothing_to_stop_is_said(prompt: Prompt) -> None:
    assert prompt.accept("verb.push.stop()") == "nothing is pushed — verb.push()"


@pytest.mark.parametrize(
    ("outcome", "mark"), [("played", "7"), ("silent", "7 ⚠ no plugin"), ("error", "7 ✗"), (None, "7")]
)
def test_the_toolbar_says_what_is_followed(outcome: str | None, mark: str) -> None:
    snapshot: dict[str, Any] = {"push": {"name": "live", "generation": 7, "outcome": outcome}}
    assert clock_line(snapshot).endswith(f"· push live {mark}")
    assert "push" not in clock_line({"push": None})


def test_a_loop_pushes_nothing(prompt: Prompt) -> None:
    with prompt.performance.entry("wander") as collected:
        collected.meant = 4.0
        with pytest.raises(push.ParameterError, match=r"not in a loop — verb.push\(every=2\)"):
            push.Push(prompt.performance)()
    assert prompt.engine.pushes == []


def test_its_words_are_completed(prompt: Prompt) -> None:
    def words(text: str) -> list[str]:
        return [each.text for each in complete(text, prompt.performance, prompt.namespace)]

    assert "push" in words("verb.pu")
    assert words("verb.push.") == ["stop"]
    assert {"name=", "every="} <= set(words("verb.push("))


def test_plugins_are_built_beside_and_a_line_says_where(
    prompt: Prompt, command: Command, tmp_path: Path
) -> None:
    command.says("/exports/MyRoom: vst3, lv2, clap, certified-stable")
    shown = prompt.accept('verb.export("MyRoom")')
    assert shown == "MyRoom is being built for vst3, lv2, clap: it takes minutes, the sound goes on"
    wait_for(lambda: prompt.said, "it is built")
    assert prompt.said == ["verb: /exports/MyRoom: vst3, lv2, clap, certified-stable"]
    words = command.words.read_text().split()
    assert words[:6] == ["-m", "plaud_live", "reverb", "export", HALL.path, str(tmp_path / "faust/exports")]
    assert words[6:-1] == ["--name", "MyRoom", "--format", "vst3", "--format", "lv2", "--format", "clap"]
    assert words[-1] == "19"


def test_what_is_missing_is_a_line(prompt: Prompt, command: Command) -> None:
    command.says("", "plaud-live: DPF is not in /usr/share/dpf: apt-get install dpf-source", 2)
    assert prompt.accept('verb.export("Room", "clap")').startswith("Room is being built for clap:")
    wait_for(lambda: prompt.said, "it fails")
    assert prompt.said == ["verb.export('Room'): DPF is not in /usr/share/dpf: apt-get install dpf-source"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("verb.export('a/b')", "verb.export('a/b'): wants a name of letters, digits, _ and -"),
        ("verb.export('2rooms')", "wants a name of letters"),
        ("verb.export(3)", "verb.export(3): wants a name"),
        ("verb.export('Room', 'au')", "verb.export(…, 'au'): have vst3, lv2, clap"),
        ("verb.push = 3", "verb.push is not a parameter"),
        ("verb.export = 3", "verb.export is not a parameter"),
    ],
)
def test_what_cannot_be_is_one_line(prompt: Prompt, words: str, says: str) -> None:
    shown = prompt.refuse(words)
    assert says in shown
    assert "\n" not in shown
    assert prompt.said == []
