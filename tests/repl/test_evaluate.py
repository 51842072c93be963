"""What an entry leaves behind besides its sound: the record, looks at signals, choices, and silence."""

from pathlib import Path

import pytest

from plaud_live.errors import SessionError
from tests.repl.silent import SAMPLE_RATE, Prompt


def test_accepted_entries_are_recorded_and_refused_ones_are_not(prompt: Prompt) -> None:
    prompt.engine.entries.clear()
    prompt.accept("  drone.z0 = .3\n")
    prompt.refuse("drone.z0 = 1/0")
    prompt.refuse("drone.z0 =")
    prompt.accept("1 + 1")
    assert [(entry["text"], entry["by"]) for entry in prompt.engine.entries] == [
        ("drone.z0 = .3", "prompt"),
        ("1 + 1", "prompt"),
    ]
    assert [len(entry["launched"]) for entry in prompt.engine.entries] == [1, 0]


def test_the_record_has_the_text_of_scripts_and_who_entered(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "patches").mkdir()
    (tmp_path / "patches" / "one.py").write_text("drone.z0 = .3\n")
    prompt.engine.entries.clear()
    prompt.accept('run("one.py")')
    assert prompt.evaluator.evaluate("drone.z1 = .2", "two.py", "editor").accepted
    first, second = prompt.engine.entries
    assert first["text"] == 'run("one.py")'
    assert list(first["files"].values()) == ["drone.z0 = .3\n"]
    assert (second["text"], second["by"], second["file"]) == ("drone.z1 = .2", "editor", "two.py")


def test_an_entry_that_cannot_be_recorded_plays_all_the_same(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = prompt.engine.request

    def request(do: str, **data: object) -> dict[str, object]:
        if do == "entry":
            raise SessionError("the disk is full")
        return ask(do, **data)

    monkeypatch.setattr(prompt.engine, "request", request)
    prompt.accept("drone.z0 = .3")
    assert prompt.source("z0") == "0.3"
    assert "not recorded: the disk is full" in prompt.said


def test_a_peek_is_shown_once_it_is_assigned(prompt: Prompt) -> None:
    shown = prompt.accept("drone.z0 = saw(8).peek(8)\n3").split("\n")
    assert shown[0] == "3"
    assert shown[1].startswith("▁▁▁▁▂▂▂▂")
    assert shown[1].endswith("in 8 beats")
    assert prompt.accept("drone.z1 = .3") == ""


def test_draws_of_an_entry_depend_on_its_text_and_its_beat(prompt: Prompt) -> None:
    prompt.namespace.names["draw"] = prompt.performance.draw
    first = prompt.accept("draw(), draw()")
    assert prompt.accept("draw(), draw()") == first
    assert prompt.accept("(draw(), draw())") != first
    prompt.engine.position = 10 * SAMPLE_RATE
    assert prompt.accept("draw(), draw()") != first


def test_a_state_that_was_overtaken_is_not_taken(prompt: Prompt) -> None:
    old = prompt.engine.conductor.to_data()
    prompt.accept("drone.z0 = .3")
    prompt.performance.take_event({"event": "state", "state": old})
    assert prompt.source("z0") == "0.3"


@pytest.mark.parametrize("text", ["hush()", "panic()"])
def test_others_are_told_of_silence(prompt: Prompt, text: str) -> None:
    told: list[str] = []
    prompt.performance.silenced.append(told.append)
    prompt.accept("drone.play()")
    prompt.accept(text)
    assert set(told) == {text[:-2]}
    told.clear()
    prompt.accept("drone.play()")
    prompt.accept("drone.stop()")
    assert told == []


def test_what_is_to_be_done_afterwards_waits_for_the_launch(prompt: Prompt) -> None:
    done: list[str] = []
    prompt.namespace.names["later"] = lambda: prompt.performance.afterwards(lambda: done.append("done"))
    prompt.refuse("later(); drone.z0 = 1/0")
    prompt.refuse("later(); drone.nothing = 1")
    assert done == []
    prompt.accept("later(); drone.z0 = .3")
    assert done == ["done"]


def test_with_at_times_every_kind_of_change(prompt: Prompt) -> None:
    prompt.accept('scene("dark")')
    prompt.accept("clock.bpm = 60")
    prompt.engine.position = SAMPLE_RATE // 2
    prompt.accept("drone.z0 = .9")
    prompt.engine.position = 3 * SAMPLE_RATE
    prompt.accept("with at(8, over=4): scene.dark(); clock.bpm = 120")
    assert prompt.performance.notices.last.beat == 8.0
    tempo = prompt.performance.state.tempo
    assert tempo.bpm_at(7.9) == pytest.approx(60.0)
    assert 60.0 < tempo.bpm_at(10.0) < 120.0
    assert tempo.bpm_at(12.1) == pytest.approx(120.0)
