"""The guard: what may not be rebound or deleted is refused before anything runs; all else passes."""

import ast

import pytest

from plaud_live.errors import TransactionError
from plaud_live.repl import guard

WORDS = {"load", "lfo", "A", "clock", "at"}
INSTRUMENTS = {"drone"}

REBINDING = {
    "assignment": "drone = 3",
    "chained": "a = drone = 3",
    "tuple": "a, (drone, *b) = 1, (2, 3)",
    "starred": "a, *lfo = 1, 2",
    "augmented": "drone += 1",
    "annotated": "drone: int = 3",
    "delete": "del drone",
    "delete in a tuple": "del (a, drone)",
    "for target": "for drone in range(3): pass",
    "with as": "with open('x') as clock: pass",
    "import": "import clock",
    "import as": "import os as lfo",
    "import from": "from os import path as A",
    "import star": "from os import *",
    "def": "def lfo(beats): return 1",
    "async def": "async def load(): pass",
    "class": "class drone: pass",
    "walrus": "print(drone := 3)",
    "walrus in a comprehension": "[(drone := n) for n in range(3)]",
    "walrus in a default": "def f(x=(drone := 3)): pass",
    "global in a function": "def f():\n    global drone\n    drone = 3",
    "global, nested": "def f():\n    def g():\n        global lfo\n        del lfo\n    g()",
    "except as": "try:\n    1/0\nexcept ZeroDivisionError as drone:\n    pass",
    "match capture": "match 3:\n    case drone: pass",
    "match star": "match [3]:\n    case [*drone]: pass",
    "match rest": "match {}:\n    case {**drone}: pass",
    "load over a word": "lfo = load('default')",
    "builtins": "__builtins__ = {}",
    "second line": "x = 1\ndrone = 2",
}

HARMLESS = {
    "attribute": "drone.z0 = 3",
    "augmented attribute": "drone.z0 += .1",
    "item": "x = {}; x['drone'] = 1",
    "keyword": "f(drone=3)",
    "local": "def f(drone):\n    lfo = 3\n    return lfo",
    "lambda": "f = lambda drone: drone",
    "comprehension": "[drone for drone in range(3)]",
    "class attribute": "class Song:\n    drone = 3",
    "load again": "drone = load('default')",
    "loads in a tuple": "drone, bass = load('a'), load('b')",
    "local import": "def f():\n    import clock",
}


@pytest.mark.parametrize("text", REBINDING.values(), ids=REBINDING.keys())
def test_rebinding_a_protected_name_is_refused(text: str) -> None:
    with pytest.raises(TransactionError) as refusal:
        guard.parse(text, WORDS, INSTRUMENTS)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_entries_pass(text: str) -> None:
    guard.parse(text, WORDS, INSTRUMENTS)


def test_the_refusal_says_line_and_name() -> None:
    with pytest.raises(TransactionError, match=r"^line 2: drone is an instrument"):
        guard.parse("x = 1\ndrone = 2", WORDS, INSTRUMENTS)


def test_bindings_agree_with_what_python_binds() -> None:
    text = (
        "import os.path, sys as system\nfrom math import pi as P\na = b, [c, *d] = 1, [2, 3]\n"
        "for e, f in [(1, 2)]: pass\nwith open(os.devnull) as g: pass\n"
        "def h(i, j=(k := 1)): m = i; global n; n = 1\n"
        "class o(object): q = 1\n[r for r in range(3) if (s := r)]\nt: int = 3\n"
        "match [1, 2]:\n    case [u, *v]: pass\nh(1)\n"
    )
    namespace: dict[str, object] = {}
    exec(compile(text, "<test>", "exec"), namespace)
    found = {name for name, _ in guard.bindings(ast.parse(text))}
    assert found == set(namespace) - {"__builtins__", "__annotations__"}


def test_load_learns_the_name_of_its_target() -> None:
    calls: list[tuple[object, ...]] = []
    entry = guard.parse("x, y = load('a'), load('b', name='z')\nw = (load('c'))", WORDS, INSTRUMENTS)
    exec(entry.body, {"load": lambda model, name=None: calls.append((model, name))})
    assert calls == [("a", "x"), ("b", "z"), ("c", "w")]


def test_the_last_expression_is_kept_apart() -> None:
    namespace: dict[str, object] = {}
    entry = guard.parse("x = 20\nx + 1", WORDS, INSTRUMENTS)
    exec(entry.body, namespace)
    assert entry.last is not None
    assert eval(entry.last, namespace) == 21
    assert guard.parse("x = 1", WORDS, INSTRUMENTS).last is None


def test_an_indented_paste_is_taken() -> None:
    assert guard.parse("    x = 1\n    y = 2\n", WORDS, INSTRUMENTS).text == "x = 1\ny = 2\n"


def test_a_paste_of_megabytes_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TransactionError, match="10000 kB"):
        guard.parse("x" * 10_000_000, WORDS, INSTRUMENTS)


@pytest.mark.parametrize(
    "text", ["drone.z0 = = 3", "(" * 5000, "'" * 3, "x = \x00", "-" * 90_000 + "1", "1" * 90_000]
)
def test_what_cannot_be_parsed_raises_and_nothing_worse(text: str) -> None:
    with pytest.raises((SyntaxError, ValueError, TransactionError)):
        guard.parse(text, WORDS, INSTRUMENTS)


def test_what_is_nested_too_deep_is_told_so() -> None:
    for text in ("-" * 90_000 + "1", "1" + "+1" * 40_000, "x" + ".x" * 30_000):
        with pytest.raises(TransactionError, match="nested too deep to be read"):
            guard.parse(text, WORDS, INSTRUMENTS)


def test_a_script_may_be_longer_than_what_is_typed() -> None:
    text = "drone.z0 = .3\n" * 20_000
    with pytest.raises(TransactionError, match="an entry of 280 kB — wants at most 100; put it in a file"):
        guard.parse(text, WORDS, INSTRUMENTS)
    assert guard.parse(text, WORDS, INSTRUMENTS, "/sessions/history.py").bound == frozenset()
    with pytest.raises(TransactionError, match=r"a script of 560 kB — wants at most 400$"):
        guard.parse(2 * text, WORDS, INSTRUMENTS, "/sessions/history.py")


COMPLETE = {
    "x = 1": True,
    "": True,
    "x = (1,": False,
    "x = (1,\n2)": True,
    "drone.z0 = = 3": True,
    "with at(16): drone.z0 = 1": True,
    "for n in range(3):": False,
    "for n in range(3):\n    print(n)": False,
    "for n in range(3):\n    print(n)\n": True,
    "@every(8)": False,
    "@every(8)\ndef f(n):\n    pass": False,
    "@every(8)\ndef f(n):\n    pass\n": True,
    "try:\n    x": False,
    "try:\n    x\nfinally: pass": True,
    "'''a": False,
    "    x = 1": True,
    "(" * 5000: True,
}


@pytest.mark.parametrize("text", COMPLETE)
def test_enter_runs_what_is_whole_or_wrong(text: str) -> None:
    assert guard.is_complete(text) is COMPLETE[text]
