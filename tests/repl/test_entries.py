"""What is typed and what comes of it: the lines of LANGUAGE.md that exist, through guard and conductor."""

import numpy as np
import pytest

from plaud_live.signals.graph import Evaluation
from tests.repl.silent import SAMPLE_RATE, Prompt


def value(prompt: Prompt, parameter: str, beat: float) -> np.ndarray:
    """What drives a parameter of `drone`, in playable units, at a beat."""
    state = prompt.engine.conductor.state
    signal = state.instruments["drone"].sources[parameter].signal
    return Evaluation(np.array([beat]), state.lookup).value(signal)[0]


def later(prompt: Prompt, beats: float) -> None:
    """Let time go on."""
    prompt.engine.position += round(beats * 60.0 / prompt.engine.conductor.state.tempo.bpm * SAMPLE_RATE)


def test_load_names_the_instrument_after_its_target(prompt: Prompt) -> None:
    prompt.accept('bass = load("small")')
    assert list(prompt.engine.conductor.state.instruments) == ["drone", "bass"]
    assert prompt.accept("bass") == "bass: small, 2 latents, silent"


def test_the_same_load_again_gives_the_instrument_that_is_there(prompt: Prompt) -> None:
    prompt.accept("old = drone")
    revision = prompt.engine.conductor.state.revision
    assert prompt.accept('drone = load("default")\ndrone is old') == "True"
    assert prompt.engine.conductor.state.revision == revision


def test_another_model_does_not_take_a_name_that_plays(prompt: Prompt) -> None:
    assert "drone plays 'default'" in prompt.refuse('drone = load("small")')


def test_load_and_play_in_one_entry(prompt: Prompt) -> None:
    prompt.accept('bass = load("small"); bass.play(over=8); bass.z0 = .2')
    assert "bass plays small" in prompt.accept("who()")


def test_a_number_a_signal_and_a_layer(prompt: Prompt) -> None:
    prompt.accept("drone.z0 = .25")
    prompt.accept("drone.z1 = .3 + .2*lfo(8)")
    prompt.accept("drone.z0 += .1*lfo(2)")
    z = value(prompt, "z", 9.0)
    assert z[0] == pytest.approx(0.25 + 0.1)  # lfo(2) is at its top on odd beats
    assert z[1] == pytest.approx(0.3 + 0.2 * (0.5 - 0.5 * np.cos(2 * np.pi * 9 / 8)))
    assert prompt.source("z0") == "0.25 + 0.1*lfo(2)"


def test_a_line_entered_twice_changes_nothing(prompt: Prompt) -> None:
    for line in ("drone.z0 = lfo(16)", "drone.z0 += .1*lfo(1/2)", "drone.z = A.bell", "drone.gain = .5"):
        prompt.accept(line)
        later(prompt, 4)
        revision = prompt.engine.conductor.state.revision
        prompt.accept(line)
        assert prompt.engine.conductor.state.revision == revision, line


def test_all_latents_an_anchor_and_a_transition(prompt: Prompt) -> None:
    prompt.accept("drone.z = A.rust")
    later(prompt, 4)
    prompt.accept("drone.z = to(A.bell, 16)")
    assert value(prompt, "z", 4.0) == pytest.approx(0.25)
    assert value(prompt, "z", 12.0) == pytest.approx(0.5)
    assert value(prompt, "z", 20.0) == pytest.approx(0.75)


def test_an_anchor_may_be_mixed_and_used_by_one_latent(prompt: Prompt) -> None:
    prompt.accept("drone.z = A.bell.to(A.rust, .5)")
    prompt.accept("drone.z2 = A.bell + .1")
    z = value(prompt, "z", 4.0)
    assert z[0] == pytest.approx(0.5)
    assert z[2] == pytest.approx(0.85)


def test_a_list_is_a_place(prompt: Prompt) -> None:
    prompt.accept("drone.z = [.1, .2, .3, lfo(2)]")
    assert value(prompt, "z", 5.0) == pytest.approx([0.1, 0.2, 0.3, 1.0])
    assert prompt.refuse("drone.z0 = [.1, .2, .3]") == "drone.z0 has 3 dims, wants 1 — kept the old one"
    assert prompt.refuse("drone.z = [.1, .2]").startswith("drone.z has 2 dims, wants 4")


def test_mark_then_go_back(prompt: Prompt) -> None:
    prompt.accept("drone.z = [.1, .2, .3, .4]")
    later(prompt, 2)
    prompt.accept('drone.mark("home"); drone.z = A.home')
    prompt.accept("drone.z = A.bell")
    later(prompt, 2)
    prompt.accept("drone.z = A.home")
    later(prompt, 2)
    assert value(prompt, "z", 6.0) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert prompt.accept("A") == "A: bell rust home"


def test_a_call_is_atomic_faded_and_quantised(prompt: Prompt) -> None:
    later(prompt, 3)
    prompt.accept("drone(z=A.bell, gain=.35, over=8, at=16)")
    assert value(prompt, "gain", 15.9) == pytest.approx(0.75)
    assert value(prompt, "gain", 20.0) == pytest.approx(0.55)
    assert value(prompt, "z", 24.0) == pytest.approx(0.75)
    assert "no 'gian'" in prompt.refuse("drone(z=A.rust, gian=.7)")


def test_with_at_gives_times_to_several_instruments(prompt: Prompt) -> None:
    prompt.accept('bass = load("small")')
    later(prompt, 1)
    prompt.accept(
        "with at(16, over=8): drone.gain = .25; bass.gain = .25; drone.z = to(A.bell, 4)\ndrone.pan = 0"
    )
    assert value(prompt, "gain", 20.0) == pytest.approx(0.5)
    assert value(prompt, "z", 20.0) == pytest.approx(0.75)  # its own four beats
    assert value(prompt, "pan", 4.0) == pytest.approx(0.0)  # outside of the block


def test_reading_another_parameter_is_a_live_link(prompt: Prompt) -> None:
    prompt.accept('bass = load("small"); bass.z0 = drone.z0*.5')
    prompt.accept("drone.z0 = .8")
    state = prompt.engine.conductor.state
    linked = Evaluation(np.array([4.0]), state.lookup).value(state.instruments["bass"].sources["z"].signal)
    assert linked[0, 0] == pytest.approx(0.4)
    assert prompt.refuse("drone.z0 = bass.z0").endswith("is a circle — kept the old ones")


def test_raw_latents(prompt: Prompt) -> None:
    prompt.accept("drone.raw.z0 = 1")
    prompt.accept("drone.raw.z1 = 2*lfo(2)")
    z = value(prompt, "z", 5.0)
    assert z[0] == pytest.approx(0.75)  # raw -2 to 2
    assert z[1] == pytest.approx(1.0)
    assert prompt.accept("drone.raw.z0") == "-2 + 4*drone.z0"
    assert "single latents" in prompt.refuse("drone.raw.gain = 1")


def test_an_alias_is_its_latent(prompt: Prompt) -> None:
    prompt.accept("drone.bright = .9")
    assert value(prompt, "z", 4.0)[1] == pytest.approx(0.9)


def test_the_clock(prompt: Prompt) -> None:
    prompt.accept("clock.bpm = 120; clock.quant = 4")
    assert prompt.accept("clock") == "clock: 120 bpm, beat 0.0, quant 4"
    later(prompt, 1)
    prompt.accept("drone.gain = 0")
    assert value(prompt, "gain", 3.9) == pytest.approx(0.75)
    assert prompt.accept("drone.play(over=sec(3))") == ""
    assert prompt.accept("sec(3)") == "6.0"


def test_play_hush_undo_redo_panic(prompt: Prompt) -> None:
    prompt.accept("drone.play(over=8)")
    assert value(prompt, "level", 4.0) == pytest.approx(0.5)
    later(prompt, 16)
    prompt.accept("drone.z0 = .1")
    prompt.accept("undo()")
    assert value(prompt, "z", 20.0)[0] == pytest.approx(0.5)
    prompt.accept("redo()")
    assert value(prompt, "z", 20.0)[0] == pytest.approx(0.1)
    prompt.accept("hush(16)")
    assert value(prompt, "level", 40.0) == pytest.approx(0.0)
    prompt.accept("drone.play(); panic()")
    assert value(prompt, "level", 18.0) == pytest.approx(0.0)


def test_an_entry_launches_whole_or_not_at_all(prompt: Prompt) -> None:
    for line in (
        "drone.z0 = .9; drone.z1 = 1/saw(4)",
        "drone.z0 = .9\n1/0",
        "drone.z0 = .9; drone.nothing = 3",
    ):
        prompt.refuse(line)
    assert value(prompt, "z", 4.0) == pytest.approx(0.5)


def test_run_plays_a_script_and_says_where_it_fails(prompt: Prompt, tmp_path) -> None:
    good, bad, broken = tmp_path / "good.py", tmp_path / "bad.py", tmp_path / "broken.py"
    good.write_text("drone.z0 = .2\nanswer = 42\n")
    bad.write_text("drone.z0 = .9\n\n1/0\n")
    broken.write_text("drone.z0 = = 3\n")
    prompt.accept(f"run({str(good)!r})")
    assert prompt.accept("answer") == "42"
    assert prompt.refuse(f"run({str(bad)!r})") == "bad.py line 3: ZeroDivisionError: division by zero"
    assert prompt.refuse(f"run({str(broken)!r})").startswith("broken.py: invalid syntax")
    assert value(prompt, "z", 4.0)[0] == pytest.approx(0.2)
    again = tmp_path / "again.py"
    again.write_text(f"run({str(again)!r})")
    assert "8 deep" in prompt.refuse(f"run({str(again)!r})")
    assert prompt.refuse("run('nowhere.py')").startswith("no script 'nowhere.py'")


def test_help_fits_the_screen(prompt: Prompt) -> None:
    for text in ("help()", "help(lfo)", "help(drone)", "help(lfo(8))", "help('at')", "help(at)", "help(A)"):
        lines = prompt.accept(text).split("\n")
        assert len(lines) <= 20, text
        assert max(map(len, lines)) <= 79, text
    assert "did you mean 'lfo'" in prompt.refuse("help('lof')")


def test_every_word_says_what_it_is(prompt: Prompt) -> None:
    for word in prompt.namespace.words:
        assert len(prompt.accept(f"help({word})")) > 20, word


def test_the_tour_is_true(prompt: Prompt) -> None:
    """Every line of help() that can be typed is accepted; the anchor and the script are ours."""
    prompt.accept('drone.mark("home")')
    typed = [line.strip().split("  ")[0] for line in prompt.accept("help()").split("\n")[1:-4]]
    assert len(typed) > 10
    for line in typed:
        if line.startswith(("drone", "with", "clock")):
            prompt.accept(line)


def test_values_are_shown_on_one_line(prompt: Prompt) -> None:
    assert prompt.accept("1 + 1") == "2"
    assert prompt.accept("x = 3") == ""
    assert prompt.accept(".3 + .2*drift(8)") == "0.3 + 0.2*drift(8)"
    assert prompt.accept("undo").startswith("undo(count=1) — Go back")
    assert len(prompt.accept("list(range(10**5))")) <= 400


def test_why_shows_the_last_traceback(prompt: Prompt) -> None:
    prompt.refuse("def f(n):\n    return 1/n\n\nf(0)")
    page = prompt.accept("why()")
    assert "return 1/n" in page
    assert "plaud_live" not in page


def test_instruments_get_their_names_back_in_a_new_prompt(prompt: Prompt) -> None:
    from plaud_live.repl.namespace import Namespace
    from plaud_live.repl.performance import Performance

    reopened = Performance(prompt.engine)
    namespace = Namespace(reopened)
    assert "drone" not in namespace.names
    reopened.refresh()
    assert repr(namespace.names["drone"]) == "drone: default, 4 latents, silent"


def test_a_state_that_an_answer_overtook_is_ignored(prompt: Prompt) -> None:
    old = prompt.engine.conductor.to_data()
    prompt.accept("drone.z0 = .9")
    prompt.performance.take_event({"event": "state", "state": old})
    assert prompt.source("z0") == "0.9"


def test_all_latents_scale_though_one_follows_others(prompt: Prompt) -> None:
    prompt.accept("drone.z = [.1, .2, .4, .5]")
    prompt.accept("drone.z3 = drone.z1 + drone.z2")
    prompt.accept("drone.z0 = drone.z3")
    prompt.accept("drone.z = drone.z*.5")
    assert value(prompt, "z", 20.0) == pytest.approx([0.3, 0.1, 0.2, 0.3])
    revision = prompt.engine.conductor.state.revision
    later(prompt, 4)
    prompt.accept("drone.z = drone.z*.5")
    assert prompt.engine.conductor.state.revision == revision
    prompt.accept("drone.z1 = .8")
    assert value(prompt, "z", 40.0) == pytest.approx([0.3, 0.8, 0.2, 0.3])
