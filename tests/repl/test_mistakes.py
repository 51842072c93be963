"""What a live coder tries who comes from elsewhere: each line is refused, and says what is meant here."""

import pytest

from tests.repl.silent import Prompt


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("drone.z0 = sine(4)", "there is no 'sine' — here it is lfo(4)"),
        ("drone.z0 = LFO(4)", "there is no 'LFO' — did you mean 'lfo'?"),
        ("drone.z0 = noise()", "there is no 'noise' — here it is drift(4)"),
        ("silence()", "there is no 'silence' — here it is hush()"),
        ("drone.z = bell", "there is no 'bell' — the anchor is A.bell"),
        ("drone.z0 = gain", "there is no 'gain' — the parameter is drone.gain"),
        ("lenght", "there is no 'lenght'"),
        ("drne.z0 = 3", "there is no 'drne' — did you mean 'drone'?"),
        ("drone.z9 = .3", "drone has no 'z9' — it has z0 to z3"),
        ("drone.volume = .5", "drone has no 'volume' — here it is drone.gain"),
        ("drone.brigth = .5", "drone has no 'brigth' — did you mean 'bright'?"),
        ("drone.xyzzy = .5", "drone has no 'xyzzy' — help(drone) lists what it has"),
        ("drone.start()", "drone has no 'start' — here it is drone.play"),
        ("drone.help()", "drone has no 'help' — here it is help(drone)"),
        ("drone.lfo(4)", "drone has no 'lfo' — lfo is a word by itself: drone.z0 = lfo(…)"),
        ("drone(z0=.1, fade=4)", "drone has no 'fade' — a fade is over=8, in beats"),
        ("drone(.5)", "drone(0.5) does not fit drone(*, over=None, at=None, **values)"),
        ("clock.bpm(120)", "clock.bpm is set by assignment — clock.bpm = 120"),
        ("drone.gain(.5)", "drone.gain is set by assignment — drone.gain = 0.5"),
        ("A.bell()", "A.bell is a place, no function — leave out the brackets"),
        ("mic()", "mic is no function — leave out the brackets"),
        ("drone.play(fade=8)", "drone.play(fade=8) does not fit drone.play(over=None, at=None), as in"),
        (
            "drone.z0 = lfo(4, 0, 1)",
            "lfo(4, 0, 1) does not fit lfo(beats=4, phase=0), as in drone.z0 = lfo",
        ),
        ("drone.z0 = lfo(4).range(0)", "lfo(4).range(0) does not fit lfo(4).range(low, high), as in"),
        ('scene("a", 4)', "scene('a', 4) does not fit scene(name)"),
        ('drone.z0 = "0 1".fast(2)', "text alone has no 'fast' — pat(\"0 1\").fast(…)"),
        ("drone.z0 = lfo(4).rang(0, 1)", "a signal has no 'rang' — did you mean 'range'?"),
        ("drone.z0 = lfo(4).scale(0, 1)", "a signal has no 'scale' — here it is .range(…)"),
        ("drone.z0 = lfo(4).xyzzy()", "a signal has no 'xyzzy' — it has .range .slew"),
        ("drone.z0 = (.5).slow(2)", "0.5 has no 'slow': a number stands still"),
        ("drone.z0 = lfo(4) > .5", "a signal is not compared, it moves"),
        ("drone.z0 = max(lfo(4), .5)", "max() is for numbers, a signal moves"),
        ("import math; drone.z0 = math.sin(lfo(4))", "math.sin() is for numbers, a signal moves"),
        ("drone.z0 = math.pi/4", "there is no 'math' — import math"),
        ("drone.z0 = np.pi/4", "there is no 'np' — import numpy as np"),
        ("drone.z0 = abs(lfo(4))", "abs() is for numbers, a signal moves"),
        ("drone.z0 = lfo(4) & sq(2)", "signals know + - * / % ** and nothing else"),
        ("drone.z[0] = .3", "drone.z[0]: no square brackets here — drone.z0"),
        ('drone["z1"] = .3', "drone['z1']: no square brackets here — drone.z1"),
        ("wob = lambda n: 0\nwob.stop()", "line 2: <lambda> is a function, its loop has .stop(): w = every("),
        ("drone.z.z0 = .3", "drone.z.z0 cannot be set: a signal stays as it is"),
        ("every(4):", "@every(8) has a line of its own, and under it comes def wander(n): …"),
        ("@every(4) def f(n): pass", "@every(8) has a line of its own"),
        ("at(8, over=2): drone.z0 = .3", "with at(8, over=2): drone.z0 = .3"),
        ("live_loop :a do", "a loop is @every(8)"),
        ("drone.z0 = bend.slew(1)", "bend wants its brackets first, as in drone.z0 = .5 + .3*bend()"),
        ("midi.out.cc(21, .5)", 'midi.out wants its brackets first, as in midi.out("nano").cc(21, drone.z0)'),
        ("drone.z0 = note.low.", "drone.z0 = note.low. goes on: Tab shows what it has"),
        ("knob.", "knob. goes on: Tab shows what it has"),
        ('d1 $ sound "bd"', "this is Python: brackets instead of $"),
    ],
)
def test_a_word_from_elsewhere_is_answered_in_ours(prompt: Prompt, line: str, says: str) -> None:
    assert prompt.refuse(line).startswith(says)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("1/0", "ZeroDivisionError: division by zero"),
        ("len(3)", "TypeError: object of type 'int' has no len()"),
        ("def f(a): pass\nf()", "line 2: TypeError: f() missing 1 required positional argument: 'a'"),
        ("class Odd(TypeError):\n    def __str__(self): raise ValueError\nraise Odd", "line 3: Odd"),
        ("x = 3; x()", "x is no function — leave out the brackets"),
    ],
)
def test_what_is_the_performers_own_is_said_as_python_says_it(prompt: Prompt, line: str, says: str) -> None:
    assert prompt.refuse(line) == says


def test_a_loop_says_what_was_meant_too(prompt: Prompt) -> None:
    prompt.accept("def f(n):\n    return lfo(4, 0, 1)")
    assert prompt.refuse("f(0)").startswith("lfo(4, 0, 1) does not fit")


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("bpm = 120", "bpm is a name of your own now — clock.bpm = … is what sounds"),
        ("z0 = lfo(4)", "z0 is a name of your own now — drone.z0 = … is what sounds"),
        ("gain = .3; drone.gain = gain", ""),
        ("speed = 3", ""),
        ("def f():\n    gain = .3", ""),
    ],
)
def test_a_name_that_looks_like_a_parameter_is_remarked(prompt: Prompt, line: str, note: str) -> None:
    assert prompt.accept(line) == note
