"""The words that came with patterns, loops, scenes and live inputs: what is typed and what becomes of it."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.signals.graph import Evaluation
from tests.repl.silent import SAMPLE_RATE, Prompt


def z(prompt: Prompt, beat: float, instrument: str = "drone") -> np.ndarray:
    """The latents of an instrument at a beat, playable units."""
    state = prompt.engine.conductor.state
    signal = state.instruments[instrument].sources["z"].signal
    value = Evaluation(np.array([float(beat)]), state.lookup).value(signal)[0]
    return np.broadcast_to(value, (state.instruments[instrument].info.latent_size,))


def later(prompt: Prompt, beats: float) -> None:
    """Let time go on."""
    tempo = prompt.engine.conductor.state.tempo
    prompt.engine.position = round(tempo.sample(tempo.beat(prompt.engine.position) + beats))


def test_a_string_is_a_pattern_of_numbers_and_anchors(prompt: Prompt) -> None:
    prompt.accept('drone.z0 = "0 .5 [1 .2] _"')
    assert [z(prompt, 4 + beat)[0] for beat in (0.5, 1.5, 2.2, 2.7, 3.5)] == pytest.approx(
        [0, 0.5, 1, 0.2, 0.2]
    )
    prompt.accept('drone.z = "bell <rust .5>"')
    assert [z(prompt, 8 + beat)[0] for beat in (1, 3, 7)] == pytest.approx([0.75, 0.25, 0.5])
    assert "did you mean 'bell'" in prompt.refuse('drone.z = "bel rust"')


def test_sequences_walks_and_envelopes_are_words(prompt: Prompt) -> None:
    prompt.accept("drone.z = seq(A.bell, A.rust, every=2)")
    assert [z(prompt, beat)[0] for beat in (9, 11)] == pytest.approx([0.75, 0.25])
    for line in (
        "drone.z0 = walk(1/2)",
        "drone.gain = env([0, 1, 0], [1, 3])",
        "drone.z1 = drift(4).slew(1)",
    ):
        prompt.accept(line)


def test_a_choice_is_one_of_what_is_given_and_the_same_again(prompt: Prompt) -> None:
    line = "[choose(*'abcdefgh') for n in range(20)]"
    first = prompt.accept(line)
    assert prompt.accept(line) == first
    assert len(set(re.findall(r"\w", first))) > 3
    later(prompt, 8)
    assert prompt.accept(line) != first
    assert prompt.accept("choose([3])") == "3"
    assert prompt.accept("choose('one word')") == "'one word'"
    prompt.accept("drone.z = to(choose(A.bell, A.rust), 4)")
    assert "wants something to choose from" in prompt.refuse("choose()")


def test_near_names_the_closest_anchors(prompt: Prompt) -> None:
    prompt.accept("drone.z = A.rust + .05")
    later(prompt, 2)
    assert prompt.accept("near(drone)") == "rust 0.05 · bell 0.45"
    assert prompt.accept("near(drone.z, n=1)") == "rust 0.05"
    assert prompt.accept("near(A.bell*.5 + A.rust*.5)").startswith("bell 0.25")
    assert prompt.accept("near(drone)[1]") == "A.bell"
    prompt.accept("drone.z = to(near(drone)[1], 4)")
    prompt.accept('bass = load("small")')
    assert "of which one? near(bass) or near(drone)" in prompt.refuse("near(A.bell)")
    assert "wants how many" in prompt.refuse("near(drone, 0)")


def test_instruments_of_one_model_have_the_same_places(prompt: Prompt) -> None:
    prompt.accept('glint = load("default")')
    assert prompt.accept("near(A.bell, 1)") == "bell 0.00"


def test_what_is_live_is_where_the_engine_shows_it(prompt: Prompt) -> None:
    prompt.performance.snapshot = lambda: {
        **prompt.engine.snapshot(),
        "instruments": {"drone": {"z": [0.25, 0.25, 0.25, 0.25]}},
    }
    assert prompt.accept("near(drone, 1)") == "bell 0.25"  # computed: it stands in the middle
    prompt.accept('bass = load("small"); bass.z0 = osc("td/x"); drone.z = bass.z0')
    later(prompt, 2)
    assert prompt.accept("near(drone, 1)") == "rust 0.00"


def test_anchors_are_arithmetic(prompt: Prompt) -> None:
    prompt.accept("drone.z = A.rust + .5*(A.bell - A.rust)")
    assert z(prompt, 4) == pytest.approx([0.5] * 4)
    prompt.accept('drone.mark("middle", A.rust + .2*(A.bell - A.rust)); drone.z = A.middle')
    assert z(prompt, 8) == pytest.approx([0.35] * 4)
    prompt.accept('drone.mark("a", A.bell); drone.mark("b", A.a - .1); drone.mark("c", A.b - .1)')
    assert prompt.accept("near(A.c, 1)") == "c 0.00"
    assert prompt.accept('drone.mark("d", A.c); near(A.d, 9)').startswith("c 0.00 · d 0.00 · b 0.10")
    prompt.accept('drone.mark("list", [.1, .2, .3, .4]); drone.z = A.list')
    assert z(prompt, 12) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert prompt.accept('A["middle"]') == "A.middle"
    assert prompt.accept("seq(*A, every=2)").startswith("seq(A.bell, A.rust")
    assert "wants a place" in prompt.refuse('drone.mark("x", "bell.wav")')
    assert "dims" in prompt.refuse('drone.mark("x", [1, 2])')


def test_what_is_live_is_marked_where_the_engine_says_it_is(prompt: Prompt) -> None:
    prompt.accept('drone.z0 = osc("td/x")')
    later(prompt, 2)
    shown = {"instruments": {"drone": {"z": [0.9, 0.5, 0.5, 0.5]}}}
    prompt.performance.snapshot = lambda: {**prompt.engine.snapshot(), **shown}
    prompt.accept('drone.mark("hand")')
    assert prompt.engine.conductor.state.anchors["default"]["hand"] == pytest.approx((1.6, 0, 0, 0))


def test_a_place_is_named_from_a_sound(
    prompt: Prompt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    soundfile.write(tmp_path / "knock.wav", np.zeros(44100), 44100)
    asked: list[dict[str, object]] = []
    answer = prompt.engine.request

    def request(do: str, **data: object) -> dict[str, object]:
        if do == "encode":
            asked.append(data)
            return {"raw": [1.0, 0.0, -1.0, 2.0]}
        return answer(do, **data)

    prompt.engine.request = request  # type: ignore[method-assign]
    prompt.accept('drone.mark("knock", sound("knock.wav")[.25:.5]); drone.z = A.knock')
    assert asked == [{"instrument": "drone", "path": str(tmp_path / "knock.wav"), "start": 0.25, "end": 0.5}]
    assert z(prompt, 4) == pytest.approx([0.75, 0.5, 0.25, 1.0])


def test_scenes_are_kept_recalled_listed_and_morphed(prompt: Prompt) -> None:
    assert "none yet" in prompt.accept("scene")
    prompt.accept('drone.z0 = .2; scene("dark"); drone.z0 = .8; scene("open")')
    assert prompt.accept("scene") == "scenes: dark open"
    later(prompt, 2)
    prompt.accept("scene.dark(over=4)")
    assert z(prompt, 8)[0] == pytest.approx(0.2)
    later(prompt, 8)
    prompt.accept('scene.morph("dark", scene.open, .25)')
    later(prompt, 2)
    assert z(prompt, 12)[0] == pytest.approx(0.35)
    assert "scenes dark open" in prompt.accept("who()")
    assert prompt.accept("scene.dark").startswith("scene.dark: call it")


def test_solo_fades_the_others_out_and_brings_them_back(prompt: Prompt) -> None:
    prompt.accept('bass = load("small"); drone.play(); bass.play()')
    later(prompt, 4)
    prompt.accept("solo(drone, over=2)")
    later(prompt, 4)
    lines = prompt.accept("who()").split("\n")
    assert [line for line in lines if "solo" in line] == ["bass is faded out by solo, plays small, +0.0 dB"]
    prompt.accept("solo()")
    later(prompt, 4)
    assert "solo" not in prompt.accept("who()")


def test_live_inputs_are_signals_and_who_says_that_they_are_live(prompt: Prompt) -> None:
    prompt.accept('drone.z0 = osc("td/x").slew(1/4)')
    prompt.accept("drone.z1 = mic.loud*.6 + .2; drone.z2 = fn(lambda beat: beat % 1)")
    rows = {line.split()[0]: line for line in prompt.accept("who()").split("\n")}
    assert rows["z0"].endswith("· live")
    assert rows["z1"].endswith("· live")
    assert rows["z2"].endswith("· sampled by this prompt")
    prompt.accept("drone.z = mic.z")
    assert z(prompt, 4) == pytest.approx([0.5] * 4)  # until something is heard
    assert prompt.accept('osc("/plaud/ctl/td/x")') == 'osc("td/x"): not heard yet, reads 0.50'


def test_who_says_what_is_held_heard_and_looping(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = lfo(8)\n@every(8)\ndef wander(n):\n    drone.z1 = choose(.2, .8)\n")
    held = {"instruments": {"drone": {"held": ["z0", "pan"]}}}
    heard = {"inputs": {"osc/td/x": [0.421], "mic/z": [0.1] * 8, "keys/drone": [1.0]}}
    prompt.performance.snapshot = lambda: {**prompt.engine.snapshot(), **held, **heard}
    lines = prompt.accept("who()").split("\n")
    assert "  z0           lfo(8) · held at its last value" in lines
    assert "  pan          held at its last value" in lines
    assert 'heard osc("td/x") 0.42 · mic.z 0.10 0.10 0.10 0.10 …' in lines
    assert any(line.startswith("loop wander: every 8 beats") for line in lines)


def test_a_tempo_ramp_is_typed_as_a_transition(prompt: Prompt) -> None:
    prompt.accept("clock.bpm = 60")
    later(prompt, 4)
    prompt.accept("clock.bpm = to(120, 16)")
    tempo = prompt.engine.conductor.state.tempo
    start = tempo.beat(prompt.engine.position)
    assert tempo.bpm_at(start + 40) == pytest.approx(120)
    assert 60 < tempo.bpm_at(start + 8) < 120
    assert (tempo.sample(start + 16) - tempo.sample(start)) / SAMPLE_RATE < 16.0
    assert "a ramp as in to(120, 16)" in prompt.refuse("clock.bpm = lfo(8)")


def test_no_word_is_ever_rebound_or_deleted(prompt: Prompt) -> None:
    for word in prompt.namespace.words:
        for line in (f"{word} = 3", f"del {word}", f"def {word}(): pass", f"@every(8)\ndef {word}(n): pass"):
            assert "word of the language" in prompt.refuse(line), line


def test_help_knows_words_by_their_name(prompt: Prompt) -> None:
    assert prompt.accept("help(scene)").startswith("scene")
    assert prompt.accept("help(scene.morph)").startswith("morph(first, second, amount")
    assert prompt.accept("help(near)").startswith("near(where, n=5)")
    assert ".slew(beats)" in prompt.accept("help(lfo(8))")


BAD = {
    "drone.z = near(drone)": "take one: near(…)[0]",
    "drone.mark('x', 1/saw(4))": "wants finite numbers",
    "drone.mark('x', sound)": "is a function",
    "A['bel']": "did you mean 'bell'",
    "A[3]": "A has no 3",
    "near(None)": "wants a number",
    "choose()": "wants something",
    "clock.bpm = to('bell', 4)": "a ramp as in",
    "clock.bpm = to(5, 4)": "wants 10 to 999",
    "sound('/etc/hostname')": "cannot be read",
    "drone.mark('x', sound(3))": "in quotes",
    "drone.z0 = '<'*40": "wants",
    "drone.z0 = '0 '*100_000": "at most",
    "drone.z0 = osc('x'*10**6)": "below /plaud/ctl",
    "scene('x'*10**5)": "scene",
    "scene('a b')": "wants one word in quotes",
    "scene('morph')": "has a meaning",
    "scene(3)": "wants one word in quotes",
    "scene.nothing()": "there is no scene 'nothing'",
    "scene.morph('a', 'b', .5)": "there is no scene 'a'",
    "scene('dark'); scene.morph('dark', 'drak', .5)": "did you mean 'dark'",
    "scene.dark = 3": "is kept by scene",
    "del scene.dark": "stays",
    "solo(3)": "wants instruments",
    "solo(drone, over='x')": "number of beats",
    "osc('a b')": "below /plaud/ctl",
    "osc('x', size=0)": "1 to 64",
    "mic.lowd": "did you mean 'loud'",
    "mic.loud = 3": "is what is heard",
    "drone.z0 = mic": "wants a number",
    "drone.save_anchors('a/b')": "wants a name",
    "sound('nowhere.wav')": "no file",
    "near('nothing here')": "no anchor",
    "scene = 3": "word of the language",
}


@pytest.mark.parametrize("line", BAD)
def test_what_makes_no_sense_is_refused_in_a_line_that_helps(prompt: Prompt, line: str) -> None:
    shown = prompt.refuse(line)
    assert BAD[line] in shown
    assert "\n" not in shown


def test_a_peek_shows_what_it_looks_at(prompt: Prompt) -> None:
    assert re.fullmatch(r"[▁-█]{32} 0.00…1.00 in 16 beats", prompt.accept("lfo(4).peek()"))
    prompt.accept("drone.z0 = .25")
    later(prompt, 2)
    assert prompt.accept("drone.z0.peek(4)").endswith("0.25…0.25 in 4 beats")
    assert "only once it is assigned" in prompt.accept("A.bell.peek()")


def test_a_parameter_says_what_drives_it_and_where_it_is(prompt: Prompt) -> None:
    assert prompt.accept("drone.z1") == "drone.z1: as loaded"
    prompt.accept("drone.z = A.bell; drone.z0 = lfo(16); drone.gain = .7")
    assert prompt.accept("drone.z0") == "drone.z0: lfo(16)"
    assert prompt.accept("drone.z1") == "drone.z1: A.bell"
    assert prompt.accept("drone.z") == "drone.z: A.bell, z0 lfo(16)"
    assert prompt.accept("drone.gain") == "drone.gain: 0.7"
    assert prompt.accept("drone.pan") == "drone.pan: 0.5"
    prompt.performance.snapshot = lambda: {"instruments": {"drone": {"z": [0.25, 0.5, 0.75, 1.0]}}}
    assert prompt.accept("drone.z0") == "drone.z0: lfo(16), now 0.25"
    assert prompt.accept("drone.z").endswith("now 0.25 0.50 0.75 1.00")


def test_several_steps_are_undone_at_once(prompt: Prompt) -> None:
    for value in (0.1, 0.2, 0.3):
        prompt.accept(f"drone.z0 = {value}")
        later(prompt, 2)
    prompt.accept("undo(2)")
    later(prompt, 2)
    assert z(prompt, 100)[0] == pytest.approx(0.1)
    prompt.accept("redo(2)")
    later(prompt, 2)
    assert z(prompt, 200)[0] == pytest.approx(0.3)
    assert "wants how many launches" in prompt.refuse("undo('all')")


def test_who_speaks_of_one_instrument(prompt: Prompt) -> None:
    prompt.accept('bass = load("small"); bass.z0 = .2')
    assert prompt.accept("who(bass)") == "bass is silent, knows small, +0.0 dB\n  z0           0.2"
    assert "wants an instrument" in prompt.refuse("who(3)")


def test_all_anchors_are_something_to_choose_from(prompt: Prompt) -> None:
    assert prompt.accept("choose(A)") in ("A.bell", "A.rust")


def test_lists_are_places_wherever_a_signal_fits(prompt: Prompt) -> None:
    prompt.accept("drone.z = seq([.1, .2, .3, .4], [.5]*4, every=2)")
    assert z(prompt, 9) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert z(prompt, 11) == pytest.approx([0.5] * 4)
    prompt.accept("drone.z = to([.1, lfo(4), .3, .4], 4)")
    assert z(prompt, 102) == pytest.approx([0.1, 1.0, 0.3, 0.4])
    prompt.accept("drone.z0 = seq([.1, .2], every=1)")
    assert prompt.source("z0") == "seq(0.1, 0.2, every=1)"
    assert (
        prompt.refuse("drone.z0 = seq([.1, .2], [.3, .4])")
        == "drone.z0 has 2 dims, wants 1 — kept the old one"
    )


def test_help_knows_other_names(prompt: Prompt) -> None:
    assert prompt.accept('help("patterns")').startswith("pat(text")
    assert prompt.accept('help("loops")').startswith("every(")
    assert prompt.accept('help("slew")') == prompt.accept('help("lfo.slew()")')
    assert prompt.accept('help("drone.z0")').startswith("drone.z0: as loaded\nA signal: ")
    assert prompt.accept('help("keys")').startswith("keys(*places, voices=None")
    assert prompt.refuse('help("lof")') == "help: there is no 'lof' — did you mean 'lfo'?"


def test_at_without_a_body_says_what_it_is_for(prompt: Prompt) -> None:
    assert prompt.accept("at(8, over=2)").endswith("with at(8, over=2): drone.z0 = .3")


@pytest.mark.parametrize(
    "value",
    ["7", "[.1, 7, .3, .4]", "to(7, 4)", '"0 <7 .5>"', "seq(0, 7)", "env([0, 7])", '[.1, "0 7", .3, 0]'],
)
def test_numbers_out_of_range_are_refused_wherever_they_are_typed(prompt: Prompt, value: str) -> None:
    parameter = "z" if value.startswith("[") else "z0"
    line = prompt.refuse(f"drone.{parameter} = {value}")
    assert line == f"drone.{parameter} = 7: wants -0.5 to 1.5 (0..1)"
