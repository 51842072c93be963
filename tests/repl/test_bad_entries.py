"""Bad entries: each is refused with one line that helps, and the state of the engine is what it was."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from plaud_live.engine.offline import OfflineEngine
from plaud_live.repl.evaluate import Evaluator
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.performance import Performance
from tests.models_for_tests import tiny_file
from tests.repl.silent import Prompt

BAD = {
    "drone.z0 = = 3": "invalid syntax",
    "drone.z0 = (3": "never closed",
    "drone.z0 = 'x": "unterminated string",
    "if drone:": "expected an indented block",
    "x = 1\n  y = 2": "unexpected indent",
    "return 3": "'return' outside function",
    "await x": "outside function",
    "drone.z0 = 0777": "leading zeros",
    "drone.z0 = ½": "invalid character",
    "drone.z0 = \x00": "null",
    "1/0": "ZeroDivisionError",
    "drne.z0 = 3": "did you mean 'drone'",
    "lof(8)": "did you mean 'lfo'",
    "drone.brigth = 3": "did you mean 'bright'",
    "drone.plya()": "did you mean 'play'",
    "drone.z9 = 1": "drone has no 'z9'",
    "drone.z0.x = 1": "cannot be set",
    "drone.play = 3": "drone.play is not a parameter",
    "del drone.z0": "stays",
    "drone.z0 = None": "wants a number or a signal, not None",
    "drone.z0 = 'bell [rust'": "wants",
    "drone.z0 = {}": "wants a number or a signal, not dict",
    "drone.z0 = lfo": "call it",
    "drone.z0 = drone": "wants a number or a signal, not Instrument",
    "drone.z0 = 1j": "wants a number",
    "drone.z0 = float('nan')": "finite",
    "drone.z0 = float('inf')": "finite",
    "drone.z0 = 10**400": "too large",
    "drone.z0 = 1e30": "wants -0.5 to 1.5",
    "drone.gain = 2": "wants 0 to 1",
    "drone.sines = -1": "wants 0 to 96",
    "drone.z0 = 1/saw(4)": "not finite",
    "drone.z0 = (lfo(4) - 2)**.5": "not finite",
    "drone.z0 = 10.0**(lfo(4)*1000)": "not finite",
    "drone.z0 = A.bell*[1, 2]": "Anchor and list",
    "drone.z = []": "no place",
    "drone.z = [.1, .2]": "has 2 dims, wants 4",
    "drone.z0 = [.1, .2]": "has 2 dims, wants 1",
    "drone.z = ['a', 'b', 'c', 'd']": "no anchor 'a'",
    "drone.z = A.bel": "did you mean 'bell'",
    "drone.z = A": "wants a number or a signal, not Anchors",
    "A.bell = 3": "drone.mark",
    "drone.mark('not a name')": "wants one word",
    "drone.mark(3)": "wants one word",
    "drone()": "wants parameters",
    "drone(over=8)": "wants parameters",
    "drone(z0=.3, over='long')": "wants a number of beats",
    "drone(z0=.3, over=-1)": "wants 0 to",
    "drone(z0=.3, at=float('nan'))": "wants 0 to",
    "drone.play(over=lfo(8))": "wants a number of beats",
    "drone.play(overr=8)": "overr",
    "lfo(0)": "more than 0",
    "lfo(-4)": "more than 0",
    "lfo(lfo(4))": "number of beats",
    "lfo('fast')": "wants a number",
    "lfo(4).slow(0)": "more than 0",
    "lfo(4).quant(0)": "whole number",
    "lfo(4).rnage(1, 2)": "did you mean 'range'",
    "lfo(4) & 1": "signals know + - ",
    "if lfo(4): pass": "truth value",
    "to(A.bell, -3)": "more than 0",
    "to(A.bell, 4, 'bouncy')": "have smooth",
    "drift(8, seed=.5)": "whole number",
    "clock.bpm = 'fast'": "number of beats",
    "clock.bpm = 5": "wants 10 to 999",
    "clock.bmp = 90": "did you mean 'bpm'",
    "clock.quant = -1": "wants 0 to",
    "sec('x')": "number of seconds",
    "with at('x'): drone.z0 = 1": "wants a number of beats",
    "with at(16, over=8): drone.z0 = 1/saw(4)": "not finite",
    "load('nowhere')": "no model 'nowhere'",
    "load(3)": "wants a model in quotes",
    "load('x'*100_000)": "no model 'xxxx",
    "run('x'*100_000)": "no script 'xxxx",
    "drone.mark('x'*10_000)": "a name wants letters",
    "drone.mark('-'*10_000)": "wants one word in quotes",
    "drone.z0 = lambda beat: beat": "fn(lambda beat: …) makes it a signal",
    "lfo = load('default')": "word of the language",
    "run('nowhere.py')": "no script",
    "run(3)": "in quotes",
    "undo(); undo(); undo()": "nothing to undo",
    "import nowhere": "No module named 'nowhere'",
    "from os import *": "import *",
    "from math import nothing": "cannot import name",
    "exit()": "is for the prompt",
    "import sys; sys.exit()": "Ctrl-D leaves",
    "raise KeyboardInterrupt": "cancelled",
    "raise BaseException": "BaseException",
    "raise ValueError('a\\nb\\x1b[2J' * 1000)": "ValueError: a b",
    "def f(): f()\nf()": "too often",
    "f = lambda: f()\nf()": "too often",
    "x = []\nx.append(x)\nclass R:\n    def __repr__(self): return repr(self)\nR()": "too often",
    "x = [0]*10**15": "more memory",
    "10**5000": "4300 digits",
    "class Bad:\n    def __repr__(self): raise ValueError('no')\nBad()": "no",
    "globals()['lfo'] = 3": "put back",
    "globals().clear()": "put back",
    "exec('drone = 3')": "put back",
    "drone.z0 = .3; drone.z1 = nothing": "there is no 'nothing'",
    "for n in range(300): drone(z0=n/300, over=1)": "at most 256",
    "s = lfo(4)\nfor n in range(200): s = s + 1\ndrone.z0 = s": "deep",
    "drone.z0 = sum(lfo(n + 1) for n in range(10**4))": "deep",
    "s = lfo(4)\nfor n in range(9): s = (s + lfo(n + 1))*(s + 2)\ndrone.z0 = 1/(s - s)": "not finite",
    "verb.t6 = 3": "did you mean 't60'",
    "verb.t60 = 99": "wants 0.1 to 10 (s)",
    "verb.mix = A.bell": "anchor 'bell' belongs to 'default'",
    "verb.mix = mic.z": "verb has no latents",
    "verb.load('nowhere')": "nowhere",
    "verb.load(3)": "wants a name in quotes",
    "verb = 3": "word of the language",
    "verb.play()": "verb has no 'play'",
    "drone.verb = 3": "drone has no 'verb'",
    "@every\ndef wander(n): pass": "wants its beats in parentheses",
    "drone.train(3)": "wants a take, a recording, a folder",
    "help('nowhere')": "there is no 'nowhere'",
    "().nothing": "no attribute",
    "print(drone.nothing)": "drone has no 'nothing'",
    "__builtins__ = None": "word of the language",
    "𝔡rone = 3": "keeps its name",
}


@pytest.mark.parametrize("text", BAD)
def test_a_bad_entry_is_one_line_and_changes_nothing(prompt: Prompt, text: str) -> None:
    prompt.accept("drone.play(); drone.z0 = .2; undo()")
    line = prompt.refuse(text)
    assert BAD[text] in line
    assert "\n" not in line
    assert len(line) <= 400
    assert prompt.accept("lfo(8)") == "lfo(8)"  # and the prompt goes on


def test_the_sound_is_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A performance rendered with all bad entries between its blocks, and without: the same samples."""
    monkeypatch.setenv("PLAUD_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    tiny_file(tmp_path / "models", "default")

    def rendered(entries: Iterable[str]) -> np.ndarray:
        engine = OfflineEngine()
        performance = Performance(engine, engine.snapshot)
        evaluator = Evaluator(performance, Namespace(performance))
        for line in ('drone = load("default"); drone.play()', "drone.z0 = lfo(1)"):
            assert evaluator.evaluate(line).accepted
        blocks = [engine.render(0.5)]
        for entry in entries:
            assert not entry or not evaluator.evaluate(entry).accepted
            blocks.append(engine.render(0.01))
        performance.close()
        return np.concatenate(blocks)

    bad = [text for text in BAD if not text.startswith("undo()")]
    expected = rendered([""] * len(bad))
    assert np.abs(expected[22050:]).max() > 0.001
    assert np.array_equal(rendered(bad), expected)


def test_what_an_entry_defined_before_it_failed_stays_but_launches_nothing(prompt: Prompt) -> None:
    prompt.refuse("x = 5\ndrone.z0 = .9\n1/0")
    assert prompt.accept("x") == "5"


def test_a_thread_of_the_performer_sends_for_itself(prompt: Prompt) -> None:
    prompt.accept(
        "import threading\nt = threading.Thread(target=lambda: setattr(drone, 'z0', .9)); t.start(); t.join()"
    )
    assert prompt.source("z0") == "0.9"
