"""Keys and notes as they are typed: what they ask for, what they say, what is refused and how."""

from dataclasses import replace

import pytest

from plaud_live.control.keys import Keys, TypedNote
from tests.repl.silent import Prompt
from tests.repl.test_completion import offered


@pytest.fixture
def prompt() -> Prompt:
    return Prompt()


def keys(prompt: Prompt) -> Keys:
    return prompt.engine.conductor.state.keys["drone"]


def notes(prompt: Prompt) -> tuple[TypedNote, ...]:
    return prompt.engine.conductor.state.notes


def test_a_model_without_a_pitch_is_led_through_its_anchors(prompt: Prompt) -> None:
    assert prompt.accept("drone.keys()") == "drone goes where the key leads: 2 places from key 60 on"
    assert keys(prompt).steps == 2 and not keys(prompt).gated
    assert prompt.source("z").startswith("keys(A.bell, A.rust).slew(")
    assert "\n  keys         lead to 2 places\n" in prompt.accept("who()")


def test_all_anchors_may_be_given_as_one(prompt: Prompt) -> None:
    prompt.accept("drone.keys(A)")
    assert prompt.source("z").startswith("keys(A.bell, A.rust).slew(")
    prompt.accept("drone.keys([.1, .2, .3, .4], A.rust)")
    assert keys(prompt).steps == 2


def test_keys_that_end_leave_the_sound_where_it_was_led(prompt: Prompt) -> None:
    prompt.accept("drone.keys(A.rust, A.bell, A.rust, root='c3', glide=0, gate=True, attack=.2, ch=2)")
    assert keys(prompt) == Keys("drone", 3, True, attack=0.2, glide=0.0, root=48, ch=2)
    assert prompt.accept("drone.keys(None)") == "drone is played by keys no more"
    assert not prompt.engine.conductor.state.keys
    prompt.accept("undo()")
    assert keys(prompt).root == 48


def test_a_note_has_a_length_in_beats_and_begins_at_the_quant(prompt: Prompt) -> None:
    prompt.accept("drone.keys()")
    prompt.engine.position = 28760  # 1 beat
    prompt.accept("drone.note('eb4', .5, beats=2, at=4); drone.note([60, 64.5], at=0)")
    now = prompt.engine.conductor.state.tempo.beat(28760)
    assert notes(prompt) == (
        TypedNote("drone", 63.0, 0.5, 4.0, 6.0),
        TypedNote("drone", 60.0, 0.8, now, now + 1),
        TypedNote("drone", 64.5, 0.8, now, now + 1),
    )


def test_a_line_entered_twice_plays_one_note_and_a_held_one_ends(prompt: Prompt) -> None:
    prompt.accept("drone.keys()")
    for _ in range(2):
        prompt.accept("drone.note(60, beats=None)")
    assert notes(prompt) == (TypedNote("drone", 60.0, 0.8, 0.0, None),)
    prompt.engine.position = 28760  # 1 beat
    prompt.accept("drone.note(60, 0, at=0)")
    assert notes(prompt) == (TypedNote("drone", 60.0, 0.8, 0.0, prompt.performance.beat),)
    prompt.accept("drone.note(61, beats=None); drone.note(None)")
    assert notes(prompt) == ()


def test_notes_are_no_step_to_undo(prompt: Prompt) -> None:
    prompt.accept("drone.keys()")
    prompt.accept("drone.note(60)")
    assert prompt.accept("undo()") == "" and "drone" not in prompt.engine.conductor.state.keys


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("drone.note(60)", "drone is not played by keys — drone.keys() comes first"),
        ("drone.note('h4')", "drone.note('h4'): wants a key: 60, or \"c4\""),
        ("drone.note(200)", "drone.note(200): wants a key from 0 to 127; 60 is middle C"),
        ("drone.note(60, 2)", "drone.note: velocity 2, wants 0 to 1; 0 ends the note"),
        ("drone.keys(voices=5)", "drone.keys: voices=5, wants 1 to 4 (voices)"),
        ("drone.keys(atack=.1)", "drone.keys has no 'atack' — did you mean 'attack'?"),
        ("drone.keys(low=80, high=40)", "drone.keys: high 40 wants to be above low 80"),
        ("drone.keys(ch=17)", "drone.keys: ch=17, wants 0 to 16 (a channel, 0 for any)"),
        ("drone.keys(3)", "drone.keys(3): wants places, as in drone.keys(A.bell, A.rust)"),
        ("drone.keys(drone)", "drone.keys(drone): wants places, as in drone.keys(A.bell, A.rust)"),
        ("drone.keys(60)", "drone.keys(60): wants places, as in drone.keys(A.bell, A.rust)"),
        ("drone.keys(A.bell, .5)", "drone.keys(0.5): wants places, as in drone.keys(A.bell, A.rust)"),
        ("drone.keys = 3", "drone.keys is not a parameter — by keys: drone.keys(A.bell, "),
    ],
)
def test_what_does_not_fit_is_a_line(prompt: Prompt, typed: str, said: str) -> None:
    assert said in prompt.refuse(typed).replace("ParameterError: ", "").replace("\n", " ")


def test_settings_are_completed(prompt: Prompt) -> None:
    assert offered(prompt, "drone.keys(A.bell, att") == ["attack="]


def test_voices_of_a_model_without_a_pitch_are_remarked(prompt: Prompt) -> None:
    assert "voices are for keys that set" in prompt.accept("drone.keys(voices=4)")
    assert "voices are for" not in prompt.accept("drone.keys(A.bell, gate=True, voices=4)")


def test_what_does_not_follow_the_keys_is_said(prompt: Prompt) -> None:
    conductor = prompt.engine.conductor
    drone = conductor.state.instruments["drone"]
    pitched = replace(drone, info=replace(drone.info, harmonics=8))
    conductor.state = conductor.state.changed(instruments={"drone": pitched})
    prompt.performance.refresh()
    said = " ".join(prompt.accept("drone.keys(voices=2)").split())
    assert said.startswith("drone plays the pitch of the key, up to 2 notes at a time; its 96 sines keep ")
    assert said.endswith("theirs: drone.sine_gain = 0")
    assert prompt.refuse("drone.keys(3)").endswith("A.rust), or drone.keys(voices=3) for chords")
