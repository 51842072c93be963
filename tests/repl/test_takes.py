"""`keep`, `rec` and `takes` as they are typed, and what is shown of them."""

from typing import Any

import pytest

from plaud_live.engine.offline_takes import WORDS, OfflineTakes
from plaud_live.repl.completion import complete
from plaud_live.repl.toolbar import clock_time, toolbar
from tests.repl import silent


class Engine(silent.SilentEngine):
    """The silent engine, which makes takes; what was asked about them is in `orders`."""

    def __init__(self) -> None:
        super().__init__()
        self.takes = OfflineTakes()
        self.orders: list[tuple[str, dict[str, Any]]] = []

    def request(self, do: str, **data: Any) -> dict[str, Any]:
        if do in (*WORDS, "play_take", "stop_take"):
            self.orders.append((do, data))
        if do in WORDS:
            return self.takes.answer(do, data, self.conductor.state, self.position)
        if do in ("play_take", "stop_take"):
            return {"beat": 1.0, "sample": 100}
        return super().request(do, **data)


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch) -> silent.Prompt:
    monkeypatch.setattr(silent, "SilentEngine", Engine)
    made = silent.Prompt()
    made.engine.position = 100 * silent.SAMPLE_RATE
    return made


def test_a_take_is_shown_in_a_line(prompt: silent.Prompt) -> None:
    assert prompt.accept('take = keep(64, "home"); take') == "take 1 'home' 64 beats 41.7 s · mix"
    assert prompt.engine.orders[0] == ("keep", {"beats": 64.0, "name": "home", "by": "prompt"})
    assert prompt.accept("round(take.seconds, 3), round(take.beats, 3), take.number") == "(41.739, 64.0, 1)"


def test_the_same_line_again_makes_another_take(prompt: silent.Prompt) -> None:
    prompt.accept("take = keep(8)")
    prompt.accept("take = keep(8)")
    assert prompt.accept("len(takes), take == takes[-1], takes[0].number") == "(2, True, 1)"


def test_takes_are_found_by_place_name_and_tag(prompt: silent.Prompt) -> None:
    prompt.accept('keep(8, "home"); keep(8, "rain").tag("good"); keep(16, "home").tag("good")')
    assert "16 beats" in prompt.accept("takes.home") and "#good" in prompt.accept("takes[-1]")
    assert prompt.accept("[take.name for take in takes.good]") == "['rain', 'home']"
    assert prompt.accept("takes").count("\n") == 2
    assert "did you mean 'good'?" in prompt.refuse("takes.goood")
    assert "there are 3 takes" in prompt.refuse("takes[7]")


def test_what_is_deleted_is_in_the_bin(prompt: silent.Prompt) -> None:
    prompt.accept('keep(8, "home"); take = keep(8, "rain"); take.delete()')
    assert prompt.accept("[each.name for each in takes]") == "['home']"
    assert prompt.accept("[each.name for each in takes.bin]") == "['rain']"
    assert "in the bin" in prompt.accept("take")


def test_a_part_is_a_view_in_beats(prompt: silent.Prompt) -> None:
    prompt.accept('take = keep(64, "home")')
    assert prompt.accept("take[8:16]") == "take 1 'home' in part, 8 beats 5.2 s · mix"
    assert prompt.accept("take[8:16][2:4] == take[10:12]") == "True"
    assert prompt.accept("take[-8:] == take[56:64]") == "True"
    prompt.accept("take[8:16].play(over=2, at=4, gain=.5)")
    do, data = prompt.engine.orders[-1]
    rate = 60.0 / 92.0 * silent.SAMPLE_RATE
    assert do == "play_take" and (data["over"], data["at"], data["gain"]) == (2.0, 4.0, 0.5)
    assert abs(data["start"] - 8 * rate) <= 1 and abs(data["stop"] - 16 * rate) <= 1
    prompt.accept("take[8:16].path")
    assert prompt.engine.orders[-1][0] == "cut" and prompt.engine.orders[-1][1]["start"] == data["start"]
    assert "nothing is there" in prompt.refuse("take[99:]")
    assert "not for a part" in prompt.refuse('take[8:16].tag("good")')


def test_playing_and_stopping_are_passed_on(prompt: silent.Prompt) -> None:
    prompt.accept("take = keep(8); take.play(over=4); take.stop(over=2)")
    (_, (play, given), (stop, let)) = prompt.engine.orders
    assert (play, stop) == ("play_take", "stop_take")
    assert given["start"] == 0 and given["over"] == 4.0 and "at" not in given and let["over"] == 2.0


def test_recording_begins_and_ends(prompt: silent.Prompt) -> None:
    assert "is being recorded" in prompt.accept('rec.start("first set", bits=24)')
    assert prompt.engine.orders[-1][1]["name"] == "first_set"
    prompt.engine.position += silent.SAMPLE_RATE
    assert prompt.accept("rec.stop()").startswith("take 1 'first_set' 1.53 beats 1.0 s")
    assert "rec.start() begins" in prompt.refuse("rec.stop()")
    assert "nothing is being recorded" in prompt.accept("rec")


def test_what_the_engine_tells_replaces_what_was_known(prompt: silent.Prompt) -> None:
    prompt.accept('take = keep(8, "home")')
    info = {**prompt.performance.takes[0], "tags": ["good"], "gaps": [[0, 44100, "the writer was away"]]}
    prompt.performance.take_event({"event": "takes", "takes": [info]})
    assert prompt.accept("take").endswith("#good · 1.0 s are missing")


BAD = {
    "keep()": "as in take = keep(64)",
    'keep("x")': "number of beats",
    "keep(-1)": "0 to 1000000",
    "keep(8, 3)": "a name in quotes",
    'keep(8).tag("")': "a name in quotes",
    "keep(8)['a']": "a part in beats",
    "keep(8).play(gain=2)": "fader position",
    "keep(8).play(over='x')": "number of beats",
    "takes.home = 3": "cannot be set",
    "keep(8).name = 'x'": "cannot be set",
    "rec.start = 3": "cannot be set",
    "takes.nothing": "takes has no 'nothing'",
}


@pytest.mark.parametrize(("line", "why"), BAD.items())
def test_mistakes_are_a_line(prompt: silent.Prompt, line: str, why: str) -> None:
    assert why in prompt.refuse(line)


def test_they_are_completed(prompt: silent.Prompt) -> None:
    def offered(text: str) -> list[str]:
        return [each.text for each in complete(text, prompt.performance, prompt.namespace)]

    prompt.accept('take = keep(8, "home").tag("good")')
    assert offered("takes.") == ["bin", "good", "home"]
    assert {"play", "tag", "path"} <= set(offered("take.")) and offered("rec.sta") == ["start"]
    assert "name=" in offered("keep(64, ")


def test_the_toolbar_shows_how_long_a_recording_is() -> None:
    shown = toolbar({"bpm": 92.0, "beat": 4.0, "rec": 192.7}, width=120)
    assert "● REC 03:12" in shown
    assert "REC" not in toolbar({"bpm": 92.0, "beat": 4.0, "rec": None})
    assert clock_time(3 * 3600 + 61) == "3:01:01"
