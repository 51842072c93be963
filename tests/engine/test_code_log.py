"""The history of a session: a script that plays what was entered, and the scripts that it ran."""

import ast
from pathlib import Path

import pytest

from plaud_live.engine.code_log import CodeLog
from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl.offline import play
from tests.models_for_tests import tiny_file
from tests.signals import level_db


@pytest.fixture
def log(tmp_path: Path) -> CodeLog:
    return CodeLog(tmp_path)


def history(log: CodeLog) -> str:
    return (log.folder / "history.py").read_text()


def test_a_comment_says_when_each_entry_was_accepted(log: CodeLog) -> None:
    log.write("drone.z0 = .5", 44100, 1.5333, "prompt")
    log.write("drone.z1 = .5\n", 88200, 3.0666, "editor")
    head, first, second = history(log).split("\n# ")
    assert ast.get_docstring(ast.parse(head))
    assert first.startswith("beat 1.533 · sample 44100 · ") and first.endswith("\ndrone.z0 = .5\n")
    assert " · editor\ndrone.z1 = .5\n" in second


def test_the_history_plays_what_was_played(log: CodeLog, tmp_path: Path) -> None:
    script = "x = .25\nfor name in ('z0', 'z1'):\n    setattr(drone, name, x)\n"
    log.write(f"    drone = load({str(tiny_file(tmp_path))!r})\n", 0, 0.0, "prompt")
    log.write("run('walk.py')", 0, 0.0, "prompt", files={"walk.py": script})
    log.write("drone.play(over=0)", 100, 0.5, "prompt")
    log.write("drone.z2 = .75 ", 100, 0.5, "watch", file="folder/open.py")
    log.write("exit()", 200, 1.0, "prompt")
    engine = OfflineEngine()
    play(engine, log.folder / "history.py")
    sound = engine.render(1.5)
    z = engine.renderer.slots["drone"].sources.playable
    assert z[:3] == pytest.approx([0.25, 0.25, 0.75])
    assert level_db(sound[44100:]) > -50.0


def test_the_text_of_a_script_is_kept_once_a_version(log: CodeLog) -> None:
    for text in ("drone.z0 = .1", "drone.z0 = .1", "drone.z0 = .2"):
        kept = log.write("run('a/b c.py')", 0, 0.0, "prompt", files={"a/b c.py": text})
    scripts = sorted(path.name for path in log.folder.iterdir())
    assert len(scripts) == 3 and scripts[-1] == "history.py"
    assert (log.folder.parent / kept["a/b c.py"]).read_text() == "drone.z0 = .2"
    assert Path(kept["a/b c.py"]).name.startswith("b_c_")


@pytest.mark.parametrize("text", ["exit()", "quit()", "from __future__ import annotations\nx = 1"])
def test_what_cannot_be_run_again_is_a_comment(log: CodeLog, text: str) -> None:
    log.write(text, 0, 0.0, "prompt")
    log.write("y = 2", 0, 0.0, "prompt")
    names: dict[str, object] = {}
    exec(compile(history(log), "history.py", "exec"), names)
    assert names["y"] == 2
    assert text.splitlines()[0] in history(log)


def test_strange_texts_do_no_harm(log: CodeLog) -> None:
    log.write("x = '\ud800 ž'", 0, 0.0, "prompt\n1/0")
    log.write("run('a\n.py')", 0, 0.0, "prompt", files={"a\n1/0": "1"})
    names: dict[str, object] = {"run": lambda path: None}
    exec(compile(history(log).replace("run('a\n.py')", ""), "history.py", "exec"), names)
    assert names["x"] == "\ud800 ž"
