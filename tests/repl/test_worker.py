"""Entries run in a thread: loops are cancelled, what cannot be cancelled is left alone, and order is kept."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import CodeType

import pytest

from plaud_live.repl import interrupt as interrupt_module
from plaud_live.repl import worker as worker_module
from plaud_live.repl.evaluate import Evaluator, Result
from plaud_live.repl.interrupt import Allowance, OvertimeError, WaitedTooLongError
from plaud_live.repl.worker import LEFT_ALONE, Worker
from tests.repl.silent import Prompt

PATIENCE = 20.0
"""Seconds; only a failure waits so long."""


class Desk:
    """A worker, and a way to wait until an entry of it has begun."""

    def __init__(self, prompt: Prompt) -> None:
        self.prompt = prompt
        self.begun = threading.Event()
        prompt.namespace.names["begun"] = self.begun.set
        self.worker = Worker(lambda: Evaluator(prompt.performance, prompt.namespace))

    def start(self, text: str) -> "Future[Result]":
        """Enter `text`, which calls `begun()`, and return once it has."""
        self.begun.clear()
        future = self.worker.enter(text)
        assert self.begun.wait(PATIENCE)
        return future


@pytest.fixture
def desk(prompt: Prompt) -> Iterator[Desk]:
    made = Desk(prompt)
    yield made
    made.worker.close()


LOOPS = {
    "busy": "while True: pass",
    "numbers": "n = 0\nwhile True: n += 1",
    "launching": "while True:\n    drone.z0 = .9\n    if n > 100: break",
    "prints": "while True: str(drone.z0)",
    "in a function": "def f():\n    while True: pass\nf()",
    "in a comprehension": "[n for n in iter(int, 1)]",
    "in a repr": "class R:\n    def __repr__(self):\n        while True: pass\nR()",
    "catching": "while True:\n    try:\n        while True: pass\n    except Exception: pass",
    "finally": "try:\n    while True: pass\nfinally:\n    x = 3",
    "sleeping": "import time\nwhile True: time.sleep(.01)",
    "in the library": "while True: drone.z0.range(0, 1).slow(3) + A.bell",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS.keys())
def test_an_endless_loop_is_cancelled_and_launches_nothing(desk: Desk, loop: str) -> None:
    before = desk.prompt.engine.conductor.to_data()
    running = desk.start(f"n = 0\nbegun()\ndrone.z0 = .9\n{loop}")
    desk.worker.cancel()
    result = running.result(PATIENCE)
    assert not result.accepted
    assert "cancelled — nothing changed" in result.shown
    assert desk.prompt.engine.conductor.to_data() == before
    assert desk.worker.enter("1 + 1").result(PATIENCE) == Result(True, "2")


STUBBORN = {
    "waits in C": "release.wait()",
    "catches everything": (
        "while not release.is_set():\n    try:\n        release.wait(.01)\n    except BaseException: pass"
    ),
}


@pytest.mark.parametrize("code", STUBBORN.values(), ids=STUBBORN.keys())
def test_what_cannot_be_cancelled_is_left_alone(
    desk: Desk, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "CANCEL_SECONDS", 0.1)
    release, done = threading.Event(), threading.Event()
    desk.prompt.namespace.names |= {"release": release, "done": done.set}
    code = code.replace("\n", "\n    ")
    running = desk.start(
        f"try:\n    begun()\n    {code}\nfinally:\n    try: drone.z0 = .9\n    finally: done()"
    )
    desk.worker.cancel()
    assert "Ctrl-\\" in running.result(PATIENCE).shown
    assert desk.worker.enter("drone.z1 = .4").result(PATIENCE).accepted
    release.set()
    assert done.wait(PATIENCE)
    assert desk.worker.enter("1 + 1").result(PATIENCE).shown == "2"
    assert desk.prompt.source("z1") == "0.4"
    assert desk.prompt.source("z0") == ""  # what it launched when it came back was refused


def test_entries_run_in_order_and_waiting_ones_are_forgotten(desk: Desk) -> None:
    running = desk.start("begun()\nwhile True: pass")
    waiting = [desk.worker.enter(f"x = {n}") for n in range(3)]
    assert desk.worker.busy_seconds > 0.0
    desk.worker.cancel()
    assert not running.result(PATIENCE).accepted
    assert [future.result(PATIENCE).accepted for future in waiting] == [False] * 3
    in_order = [desk.worker.enter(f"x = {n}; x") for n in range(5)]
    assert [future.result(PATIENCE).shown for future in in_order] == list("01234")


def test_cancelling_nothing_does_nothing(desk: Desk) -> None:
    desk.worker.cancel()
    assert desk.worker.enter("3").result(PATIENCE).shown == "3"


def test_many_cancels_never_break_the_worker(desk: Desk) -> None:
    """Cancels that come at any moment: before, within and after an entry."""
    for n in range(100):
        future = desk.worker.enter(f"drone.z0 = {n}/200")
        desk.worker.cancel()
        future.result(PATIENCE)
    assert desk.worker.enter("drone.z0 = .7; 5").result(PATIENCE) == Result(True, "5")
    assert desk.prompt.source("z0") == "0.7"


TOO_LONG = {
    "busy": "while True: pass",
    "busy in the library": "while True: drone.z0 + 1",
    "sleeping often": "import time\nwhile True: time.sleep(.01)",
}


@pytest.mark.parametrize("code", TOO_LONG.values(), ids=TOO_LONG.keys())
def test_an_entry_that_takes_too_long_is_ended_and_says_what_to_do(
    desk: Desk, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt_module, "PYTHON_SECONDS", 0.2)
    before = desk.prompt.engine.conductor.to_data()
    result = desk.worker.enter(f"drone.z0 = .9\n{code}").result(PATIENCE)
    assert not result.accepted
    assert "took 2 s: ended, nothing changed — @every(4)" in result.shown
    assert desk.prompt.engine.conductor.to_data() == before
    assert desk.worker.enter("1 + 1").result(PATIENCE).shown == "2"


def test_an_entry_that_hangs_is_left_alone_and_those_behind_it_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt_module, "PYTHON_SECONDS", 0.1)
    monkeypatch.setattr(worker_module, "CANCEL_SECONDS", 0.1)
    release = threading.Event()
    desk.prompt.namespace.names["release"] = release
    hanging = desk.worker.enter("release.wait()")
    behind = [desk.worker.enter(f"{n}") for n in range(3)]
    assert hanging.result(PATIENCE).error == LEFT_ALONE
    assert [future.result(PATIENCE).shown for future in behind] == list("012")
    release.set()


def test_waiting_for_the_engine_or_for_an_import_is_not_python_of_the_entry(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(interrupt_module, "PYTHON_SECONDS", 0.3)
    (tmp_path / "takes_a_second.py").write_text("import time\ntime.sleep(1.0)")
    monkeypatch.syspath_prepend(str(tmp_path))
    ask, slow = desk.prompt.engine.request, threading.Event()

    def request(do: str, **data: object) -> dict[str, object]:
        if do == "encode":
            slow.wait(1.0)
            return {}
        return ask(do, **data)

    monkeypatch.setattr(desk.prompt.engine, "request", request)
    desk.prompt.namespace.names["encode"] = lambda: desk.prompt.performance.request("encode")
    assert desk.worker.enter("import takes_a_second; 3").result(PATIENCE).shown == "3"
    assert desk.worker.enter("encode(); 4").result(PATIENCE).shown == "4"
    monkeypatch.setattr(interrupt_module, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(worker_module, "CANCEL_SECONDS", 5.0)
    assert "waited for 0.2 s" in desk.worker.enter("encode(); 5").result(PATIENCE).shown


def test_an_allowance_tells_python_from_waiting() -> None:
    """What is charged while the thread waits does not count for its Python, and the other way round."""
    begun, release = threading.Event(), threading.Event()

    def waits() -> None:
        begun.set()
        release.wait(PATIENCE)

    thread = threading.Thread(target=waits)
    thread.start()
    assert begun.wait(PATIENCE)
    waiting, python, allowance = frozenset((waits.__code__,)), frozenset[CodeType](), Allowance()
    ident = thread.ident or 0
    share, wait = 0.45 * interrupt_module.PYTHON_SECONDS, 0.9 * interrupt_module.WAIT_SECONDS
    assert [allowance.charge(share, ident, python) for _ in range(2)] == [None, None]
    assert allowance.charge(wait, ident, waiting) is None
    assert allowance.charge(share, ident, python) is OvertimeError
    assert allowance.charge(wait, ident, waiting) is WaitedTooLongError
    release.set()
    thread.join(PATIENCE)
