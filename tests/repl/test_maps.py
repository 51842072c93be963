"""The words of controllers at the prompt: what is asked of the engine, what is shown, what is refused."""

from pathlib import Path
from typing import Any

import pytest

from plaud_live.control.maps import Knob, Map
from plaud_live.control.maps_file import FILE_NAME, maps_text
from plaud_live.repl.completion import complete
from plaud_live.repl.maps import resumed
from plaud_live.repl.toolbar import controls_of
from tests.repl.silent import Prompt

FADER = "midi/cc0/ch1/nanoKONTROL2"
F1 = Map("drone", "z2", FADER, "f1")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    return tmp_path


def plug_in(prompt: Prompt, *devices: str, **shown: Any) -> None:
    """Have the engine show that controllers are there."""
    before = prompt.engine.snapshot
    prompt.performance.snapshot = lambda: {**before(), "controls": {"devices": list(devices), **shown}}


def offered(prompt: Prompt, text: str) -> list[str]:
    return [c.text for c in complete(text, prompt.performance, prompt.namespace)]


def mapped(prompt: Prompt, *maps: Map) -> None:
    prompt.performance.submit(maps, "learn")


def test_learn_asks_for_what_was_typed(prompt: Prompt) -> None:
    assert prompt.accept("learn(drone.z2, drone.gain)") == "learn: move a knob"
    prompt.accept('learn(drone.bright, mode="scale", range=(.8, .2), curve=2, slew=1/8, rel=1)')
    first, second = prompt.engine.learnt
    assert first == {
        "targets": [
            {"instrument": "drone", "parameter": "z2"},
            {"instrument": "drone", "parameter": "gain"},
        ]
    }
    how = {"mode": "scale", "low": 0.8, "high": 0.2, "curve": 2.0, "slew": 0.125, "rel": 1}
    assert second == {"targets": [{"instrument": "drone", "parameter": "z1", **how}]}


def test_learn_by_name_to_ask_and_to_end(prompt: Prompt) -> None:
    prompt.accept('learn("cutoff")')
    assert "nothing is waited for" in prompt.accept("learn()")
    prompt.accept("learn(None)")
    assert prompt.engine.learnt == [{"targets": [{"name": "cutoff"}]}, {}, {"targets": []}]


def test_what_is_loaded_in_the_same_entry_can_be_learnt(prompt: Prompt) -> None:
    prompt.accept('pad = load("small"); learn(pad.z1)')
    assert prompt.engine.learnt[-1] == {"targets": [{"instrument": "pad", "parameter": "z1"}]}


REFUSED = [
    ("learn(.5)", "learn(0.5): wants parameters, as in learn(drone.z2)"),
    ("learn(lfo(4))", "wants parameters"),
    ("learn(clock.bpm)", "wants parameters"),
    ("learn(drone.play)", "learn(play): wants parameters, as in learn(drone.z2)"),
    ('learn("no name")', "a name wants letters"),
    ('learn(drone.z0, mode="pikup")', "did you mean 'pickup'"),
    ("learn(drone.z0, mode=3)", "have jump, pickup, scale, toggle"),
    ("learn(drone.z0, range=3)", "wants two ends, as in range=(.2, .8)"),
    ("learn(drone.z0, range=(0, lfo(4)))", "wants numbers"),
    ('learn(drone.z0, curve="x")', "wants numbers"),
    ("learn(drone.z0, slew=-1)", "slew=-1: wants 0 to"),
    ("learn(drone.z0, rel=4)", "wants 1, 2 or 3"),
    ("unlearn(3)", "unlearn(3): wants parameters, as in unlearn(drone.z2)"),
    ("drone.z0 = knob.ff1", "there is no knob 'ff1' — did you mean 'f1'?"),
    ("drone.z0 = knob.zzzz", 'name one: learn("zzzz")'),
    ("knob.f1 = 3", "read it, as in drone.z0 = knob.f1"),
    ("maps.load(3)", "wants a name in quotes"),
    ('maps.load("nowhere")', "no session of that name"),
    ('maps.save("no/name")', "wants a name in quotes"),
]


@pytest.mark.parametrize(("line", "says"), REFUSED)
def test_what_does_not_fit_is_said(prompt: Prompt, home: Path, line: str, says: str) -> None:
    assert says in prompt.refuse(line)


def test_a_knob_is_a_signal_whether_it_is_plugged_in_or_not(prompt: Prompt) -> None:
    prompt.accept("drone.z3 = knob.f1.slew(1/4)")
    assert prompt.source("z3") == "knob.f1.slew(0.25) · live"
    assert prompt.said[-1] == "knob.f1: no controller that has it is plugged in — it stands"
    said = len(prompt.said)
    prompt.accept("drone.z2 = knob.f1")  # said once
    plug_in(prompt, "nanoKONTROL2")
    prompt.accept("drone.z1 = knob.f1")
    assert len(prompt.said) == said


def test_knobs_of_what_is_plugged_in_are_offered(prompt: Prompt) -> None:
    assert offered(prompt, "drone.z0 = knob.f") == []
    plug_in(prompt, "nanoKONTROL2")
    assert offered(prompt, "drone.z0 = knob.f")[:3] == ["f1", "f2", "f3"]
    assert "slew" in offered(prompt, "drone.z0 = knob.f1.")
    assert prompt.accept("knob").startswith("knob: f1..f8 k1..k8")
    assert offered(prompt, 'learn(drone.z0, mode="') == ["jump", "pickup", "scale", "toggle"]
    assert {"mode=", "range=", "curve=", "slew="} <= set(offered(prompt, "learn(drone.z0, "))
    assert offered(prompt, "maps.") == ["save", "load"]


def test_a_name_given_here_is_offered_first_and_reads(prompt: Prompt) -> None:
    prompt.performance.submit((Knob("cutoff", FADER),), "learn")
    plug_in(prompt, "nanoKONTROL2")
    assert offered(prompt, "drone.z0 = knob.")[0] == "cutoff"
    prompt.accept("drone.z0 = .2 + .6*knob.cutoff")
    prompt.accept('unlearn("cutoff")')
    assert not prompt.engine.conductor.state.knobs


def test_maps_are_listed(prompt: Prompt) -> None:
    assert "no control moves anything yet" in prompt.accept("maps()")
    mapped(prompt, F1, Map("drone", "gain", "midi/cc21/ch2/Synth", "", "jump", 0.8, 0.1, 2.0, 0.5))
    assert prompt.accept("maps()").split("\n") == [
        'drone.z2 ← f1 · cc(0, ch=1, device="nanoKONTROL2") · pickup',
        'drone.gain ← cc(21, ch=2, device="Synth") · jump · 0.8 to 0.1 · curve 2',
        "    · slew 0.5",
    ]
    assert prompt.accept("maps").startswith("drone.z2 ← f1 · drone.gain ← cc(21")
    assert "mapped drone.z2 ← f1 · drone.gain ← cc(21" in prompt.accept("who()")


def test_to_unlearn_is_one_step_of_undo_and_harmless_twice(prompt: Prompt) -> None:
    mapped(prompt, F1, Map("drone", "gain", FADER, "f1"))
    prompt.accept("unlearn(drone.z2)")
    assert list(prompt.engine.conductor.state.maps) == ["drone.gain"]
    assert "no control is learnt for drone.z2 — have drone.gain" in prompt.accept("unlearn(drone.z2)")
    steps = prompt.engine.conductor.state.revision
    assert 'no control is learnt for "cutoff"' in prompt.accept('unlearn("cutoff")')
    assert prompt.engine.conductor.state.revision == steps  # nothing to undo
    prompt.accept("unlearn()")
    assert not prompt.engine.conductor.state.maps
    prompt.accept("undo(2)")
    assert len(prompt.engine.conductor.state.maps) == 2


def test_saved_and_loaded_again(prompt: Prompt, home: Path) -> None:
    mapped(prompt, F1)
    assert prompt.accept('maps.save("gig")') == "1 map in maps/gig.toml"
    prompt.accept("unlearn()")
    assert prompt.accept('maps.load("gig")') == "1 map of maps/gig.toml"
    assert prompt.engine.conductor.state.maps == {"drone.z2": F1}
    path = home / "else where.toml"
    prompt.accept(f"maps.save({str(path)!r})")
    assert path.is_file()


def test_what_does_not_fit_the_model_is_left_out(prompt: Prompt, home: Path) -> None:
    (home / "maps").mkdir()
    both = {"drone.z2": F1, "drone.z77": Map("drone", "z77", FADER)}
    (home / "maps" / "gig.toml").write_text(maps_text(both, {}))
    shown = prompt.accept('maps.load("gig")')
    assert shown.startswith("1 map of maps/gig.toml; left out: drone has no 'z77'")
    assert list(prompt.engine.conductor.state.maps) == ["drone.z2"]


def test_maps_of_an_earlier_session_come_back(prompt: Prompt, home: Path) -> None:
    for day, maps in (("20", {}), ("21", {"drone.z2": F1})):
        folder = home / "sessions" / f"2026-11-{day}_1930_gig"
        folder.mkdir(parents=True)
        (folder / FILE_NAME).write_text(maps_text(maps, {}))
    assert prompt.accept('maps.load("gig")') == f"1 map of sessions/2026-11-21_1930_gig/{FILE_NAME}"
    now = home / "sessions" / "2026-11-22_1930_gig_2"
    assert resumed(str(now)) == str(home / "sessions" / "2026-11-21_1930_gig" / FILE_NAME)
    assert resumed(str(home / "sessions" / "2026-11-22_1930_other")) == ""
    assert resumed(None) == ""


def test_saved_maps_and_sessions_are_offered(prompt: Prompt, home: Path) -> None:
    mapped(prompt, F1)
    prompt.accept('maps.save("evening")')
    folder = home / "sessions" / "2026-11-22_1930_gig_2"
    folder.mkdir(parents=True)
    (folder / FILE_NAME).write_text(maps_text({}, {}))
    assert offered(prompt, 'maps.load("') == ["gig", "evening"]


def test_the_toolbar_has_what_is_waited_for_and_what_moves() -> None:
    assert controls_of(None) == controls_of({}) == ("", "")
    assert controls_of({"controls": {"learn": "a", "moved": "b"}}) == ("a", "b")
