"""Completion: the right names in the right places, without running anything."""

import pytest

from plaud_live.repl.completion import complete, describe_word
from tests.repl.silent import Prompt


def offered(prompt: Prompt, before: str) -> list[str]:
    return [c.text for c in complete(before, prompt.performance, prompt.namespace)]


def test_parameters_come_from_the_table(prompt: Prompt) -> None:
    assert offered(prompt, "drone.")[:7] == ["z", "z0", "z1", "z2", "z3", "bright", "gain"]
    assert offered(prompt, "drone.br") == ["bright"]
    assert offered(prompt, "x = 3; drone.noise_") == ["noise_gain", "noise_bands"]
    assert offered(prompt, "drone.pl") == ["play"]
    assert offered(prompt, "drone.raw.z") == ["z0", "z1", "z2", "z3"]


def test_what_training_takes(prompt: Prompt) -> None:
    assert offered(prompt, "drone.tr") == ["train"]
    assert offered(prompt, "drone.train.") == ["stop"]
    assert offered(prompt, "drone.train('x', ") == ["mins=", "name=", "how="]


def test_anchors_and_their_methods(prompt: Prompt) -> None:
    assert offered(prompt, "drone.z = A.") == ["bell", "rust"]
    assert "to" in offered(prompt, "drone.z = A.bell.t")


def test_names_of_instruments_words_and_the_performers_own(prompt: Prompt) -> None:
    prompt.accept("dromedary = 3")
    assert offered(prompt, "dro") == ["drone", "dromedary"]
    assert "drift" in offered(prompt, "drone.z0 = dr")
    assert offered(prompt, "ve") == ["verb"]
    assert offered(prompt, "verb.m") == ["mix", "match"]
    assert offered(prompt, "verb.fit.") == ["stop"]
    assert offered(prompt, "verb.fit(")[:2] == ["t60=", "colorless="]
    assert offered(prompt, "verb.lo") == ["load"]
    assert offered(prompt, "verb(mi")[0] == "mix="
    assert offered(prompt, 'verb.load("def') == ["default"]


def test_methods_of_signals(prompt: Prompt) -> None:
    prompt.accept("wobble = lfo(8)")
    for before in ("wobble.ra", "lfo(8).ra", "drone.z0.ra", "(lfo(8) + .1).ra"):
        assert offered(prompt, before) == ["range"], before


def test_keywords_in_a_call(prompt: Prompt) -> None:
    assert offered(prompt, "drone(ga") == ["gain="]
    assert offered(prompt, "drone(z0=lfo(8), ov") == ["over="]
    assert offered(prompt, "drone.play(") == ["over=", "at="]
    assert "phase=" in offered(prompt, "lfo(8, ph")


def test_models_and_scripts_in_quotes(prompt: Prompt) -> None:
    assert {"default", "perc", "voice"} <= set(offered(prompt, 'drone = load("'))
    assert offered(prompt, 'drone = load("vo') == ["voice"]
    assert offered(prompt, 'drone.mark("dr') == []
    assert offered(prompt, "run.") == ["stop"]
    assert offered(prompt, "tutorial.") == ["back", "stop"]


def test_anchors_in_a_pattern(prompt: Prompt) -> None:
    for before in (
        'drone.z = "be',
        'drone.z = "rust <be',
        'drone(z="be',
        'drone(over=8, z="be',
        'pat("be',
        "drone.z = seq(A.rust, 'be",
        'drone.z = to("rust be',
    ):
        assert offered(prompt, before) == ["bell"], before
    assert offered(prompt, 'drone.z = "') == ["bell", "rust"]
    for before in ('print("be', 'x = "be', 'drone.mark("be', 'drone.z = "bell"; print("be', 'drone.z = "1'):
        assert offered(prompt, before) == [], before


def test_scenes(prompt: Prompt) -> None:
    prompt.accept('scene("dark"); scene("dawn")')
    assert offered(prompt, "scene.") == ["dark", "dawn", "morph"]
    for before in ("scene.da", 'scene("da', 'scene.morph("da', 'scene.morph("dark", "da'):
        assert offered(prompt, before) == ["dark", "dawn"], before
    assert offered(prompt, "scene.dark(") == ["over=", "at="]
    assert offered(prompt, 'scene.morph("dark", "dawn", ') == ["amount=", "over=", "at="]


def test_live_inputs(prompt: Prompt) -> None:
    assert offered(prompt, 'drone.z0 = osc("') == []
    prompt.accept('drone.z0 = osc("td/x")')
    heard = {"osc/td/y": [0.2], "mic/loud": [0.1]}
    prompt.performance.snapshot = lambda: {**prompt.engine.snapshot(), "inputs": heard}
    assert offered(prompt, 'drone.z0 = osc("') == ["td/x", "td/y"]
    assert offered(prompt, "drone.z1 = mic.") == ["loud", "bright", "z"]
    assert "slew" in offered(prompt, "drone.z1 = mic.loud.")


def test_loops(prompt: Prompt) -> None:
    assert offered(prompt, "@ev") == ["every"]
    prompt.accept("@every(8)\ndef wander(n): pass")
    assert offered(prompt, "wand") == ["wander"]
    assert "stop" in offered(prompt, "wander.")


def test_keywords_of_methods(prompt: Prompt) -> None:
    assert offered(prompt, "lfo(8).slew(") == ["beats="]
    assert offered(prompt, "drone.z0.range(low") == ["low="]
    assert offered(prompt, 'drone.mark("home", whe') == ["where="]
    assert offered(prompt, "solo(drone, ov") == ["over="]
    assert offered(prompt, 'pat("bell", cy') == ["cycle="]


NOWHERE = ["", "3", "3.", "x = 1.", "nothing.", "drone.z0.range(.", "'", "]", "\n", "ä."]


@pytest.mark.parametrize("before", NOWHERE)
def test_nothing_where_nothing_fits(prompt: Prompt, before: str) -> None:
    assert offered(prompt, before) == []


def test_no_user_code_runs(prompt: Prompt) -> None:
    prompt.accept(
        "class Trap:\n"
        "    touched = []\n"
        "    def __getattr__(self, name): self.touched.append(name); raise SystemExit\n"
        "    def __dir__(self): raise SystemExit\n"
        "    def method(self): pass\n\n"
        "trap = Trap()"
    )
    assert "method" in offered(prompt, "trap.me")
    assert offered(prompt, "trap.method.") == []
    assert prompt.accept("Trap.touched") == "[]"


def test_the_help_line_says_what_is_at_the_cursor(prompt: Prompt) -> None:
    def at(before: str, after: str = "") -> str:
        return describe_word(before, after, prompt.performance, prompt.namespace)

    assert at("drone.z0 = lf", "o(8)").startswith("lfo(beats=4")
    assert at("drone.z0 = lfo(").startswith("lfo(beats=4")
    assert at("drone.gai", "n = 3") == "drone.gain: 0 is off, 0.75 is 0 dB, 1 is +6 dB, 0 to 1"
    assert at("dro") == ""
    assert at("drone") == "drone: default, 4 latents, silent"
    assert at("") == ""


def test_what_can_be_sent_to_a_device(prompt: Prompt) -> None:
    assert offered(prompt, "osc.") == ["out"]
    assert "out" in offered(prompt, "midi.")
    assert offered(prompt, 'midi.out("nano").n') == ["nrpn", "note"]
    assert offered(prompt, "midi.out('nano').cl") == ["clock"]
    assert "source" in offered(prompt, "clock.")
