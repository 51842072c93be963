"""What an entry changed of Python or of this program is what it was before the next one."""

import builtins
import json
import os
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

import plaud_live.repl.guard as guard
from plaud_live.repl.instrument import Instrument
from plaud_live.repl.interpreter import Interpreter
from tests.repl.silent import Prompt

REPLACED = {
    "import builtins; builtins.len = None": "len is protected",
    "import builtins; del builtins.isinstance": "isinstance is protected",
    "import builtins; vars(builtins).clear()": "…",
    "import numpy; numpy.isfinite = None": "numpy.isfinite is protected",
    "import time; time.sleep = time.monotonic = 3": "time.sleep, time.monotonic are protected",
    "import json; del json.dumps": "json.dumps is protected",
    "import threading; threading.Thread.start = None": "Thread.start is protected",
    "type(drone).z0 = .9": "Instrument.z0 is protected",
    "type(drone).__setattr__ = None": "Instrument.__setattr__ is protected",
    "import plaud_live.repl.guard as g; g.parse = None": "plaud_live.repl.guard.parse is protected",
    "import sys; sys.modules.pop('json')": "sys.modules is protected",
    "import sys; sys.modules = {}": "sys.modules is protected",
    "import sys; sys.stdout = None": "sys.stdout is protected",
    "import sys; sys.excepthook = None": "sys.excepthook is protected",
    "import threading; threading.excepthook = None": "threading.excepthook is protected",
    "object.__setattr__(drone, '_name', 'bass')": "drone is protected",
}


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Whatever this program fails to put back does not reach the other tests."""
    then, modules = dict(vars(builtins)), dict(sys.modules)
    hooks = sys.stdout, sys.excepthook, threading.excepthook
    yield
    vars(builtins).update(then)
    sys.modules.update(modules)
    sys.stdout, sys.excepthook, threading.excepthook = hooks


@pytest.mark.parametrize("text", REPLACED)
def test_what_was_replaced_is_named_and_put_back(prompt: Prompt, text: str) -> None:
    line = prompt.refuse(f"drone.z0 = .9; {text}")
    assert REPLACED[text] in line and "put back — nothing changed" in line
    assert prompt.accept("drone.z0 = .3; len(who())") != "0"
    assert prompt.source("z0") == "0.3"


def test_it_is_put_back_also_where_the_entry_fails(prompt: Prompt) -> None:
    assert "ZeroDivisionError" in prompt.refuse("import time; time.sleep = None; 1/0")
    assert callable(time.sleep)


@pytest.mark.parametrize(
    "text",
    [
        "import sys; sys.setrecursionlimit(300)",
        "import sys; sys.setswitchinterval(10)",
        "import sys; sys.path.clear()",
        "import numpy; numpy.seterr(all='raise')",
        "import os; os.environ.clear()",
    ],
)
def test_settings_last_for_their_entry(prompt: Prompt, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUD_HOME", "/somewhere")
    prompt.namespace.interpreter.remember()
    before = sys.getrecursionlimit(), sys.getswitchinterval(), {*sys.path}, np.geterr()
    prompt.accept(text)
    assert (sys.getrecursionlimit(), sys.getswitchinterval(), {*sys.path}, np.geterr()) == before
    assert prompt.accept("import os; os.environ['PLAUD_HOME']") == "'/somewhere'"


def test_what_an_entry_adds_stays(prompt: Prompt) -> None:
    prompt.accept("import builtins, json; builtins.my_word = 3; json.mine = 4; import this")
    assert prompt.accept("my_word + json.mine") == "7"
    del builtins.my_word, json.mine  # type: ignore[attr-defined]


def test_nothing_is_put_back_where_nothing_has_changed() -> None:
    interpreter = Interpreter()
    assert interpreter.put_back_builtins() == [] and interpreter.put_back() == []


def test_modules_that_come_later_are_guarded_from_then_on(prompt: Prompt) -> None:
    prompt.accept("import plaud_live.repl.offline")
    assert "put back" in prompt.refuse("import plaud_live.repl.offline as o; o.render_patch = None")


def test_the_language_is_guarded() -> None:
    interpreter = Interpreter()
    parse, call = guard.parse, Instrument.__call__
    guard.parse = Instrument.__call__ = None  # type: ignore[assignment,method-assign]
    assert sorted(interpreter.put_back()) == ["Instrument.__call__", "plaud_live.repl.guard.parse"]
    assert guard.parse is parse and Instrument.__call__ is call


def test_a_fork_of_the_prompt_launches_nothing(prompt: Prompt) -> None:
    before = len(prompt.engine.asked)
    prompt.accept("import os; child = os.fork(); drone.z0 = .3 if child else .9")
    _, status = os.waitpid(int(prompt.accept("child")), 0)
    assert status == 0
    assert prompt.source("z0") == "0.3"
    assert prompt.engine.asked[before:].count("submit") == 1
