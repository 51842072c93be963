"""The engine's position between two looks at it, and what is run when."""

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from plaud_live.repl import worker as worker_module
from plaud_live.repl.beats import STALE_SECONDS, Beats, Position
from plaud_live.repl.evaluate import Evaluator
from tests.repl.silent import SAMPLE_RATE, Prompt

BEAT = SAMPLE_RATE // 2
PATIENCE = 20.0


class Engine:
    """A snapshot that is taken now and then, and a clock."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.shown: dict[str, float] | None = None
        self.position = Position(lambda: self.shown, lambda: self.seconds)

    @property
    def sample(self) -> float:
        """Where it really is."""
        return (self.seconds - 90.0) * SAMPLE_RATE

    def show(self, old: float = 0.0) -> None:
        """Take a snapshot that is `old` seconds old by the time it is read."""
        self.shown = {"position": round(self.sample - old * SAMPLE_RATE), "sample_rate": SAMPLE_RATE}


def test_the_position_goes_on_between_two_snapshots() -> None:
    engine = Engine()
    engine.show()
    assert engine.position.read() == pytest.approx(engine.sample, abs=1)
    for _ in range(10):
        engine.seconds += 0.01
        assert engine.position.read() == pytest.approx(engine.sample, abs=1)


def test_the_freshest_of_the_last_snapshots_counts() -> None:
    engine = Engine()
    for old in (0.04, 0.001, 0.05, 0.03):
        engine.show(old)
        engine.position.read()
        engine.seconds += 0.05
    assert engine.position.read() == pytest.approx(engine.sample, abs=0.0011 * SAMPLE_RATE)


def test_a_clock_that_runs_apart_is_followed() -> None:
    """A sound card 0.1 % slower than the computer, for a minute."""
    engine = Engine()
    for step in range(1200):
        engine.seconds = 100.0 + 0.05 * step
        engine.shown = {"position": round(0.05 * step * 0.999 * SAMPLE_RATE), "sample_rate": SAMPLE_RATE}
        read = engine.position.read()
        assert read is not None
        error = read - 0.05 * step * 0.999 * SAMPLE_RATE
        assert -1.0 <= error <= 0.001 * 2.1 * SAMPLE_RATE


def test_an_engine_that_is_away_or_halted_does_not_go_on() -> None:
    engine = Engine()
    assert engine.position.read() is None
    engine.show()
    halted = engine.position.read()
    assert halted is not None
    engine.seconds += 30.0
    assert engine.position.read() == pytest.approx(halted + STALE_SECONDS * SAMPLE_RATE)
    engine.shown = {"position": 500, "sample_rate": SAMPLE_RATE}  # another one
    assert engine.position.read() == pytest.approx(500)
    engine.shown = None
    assert engine.position.read() is None


class Stage:
    """A prompt whose loops and functions run in their workers, its time moved by hand."""

    def __init__(self) -> None:
        self.prompt = Prompt()
        self.prompt.accept("clock.bpm = 120")
        self.prompt.accept("ran = []")
        self.results: list[Future[object]] = []
        prompt = self.prompt
        self.beats = Beats(
            prompt.performance,
            lambda: Evaluator(prompt.performance, prompt.namespace),
            Position(lambda: {"position": prompt.engine.position, "sample_rate": SAMPLE_RATE}, lambda: 0.0),
        )

    def tick(self, beat: float) -> None:
        """Run what is due at a beat, and wait until it has run."""
        self.prompt.engine.position = round(beat * BEAT)
        self.beats.tick()
        for worker in (self.beats._loops, self.beats._samples):
            worker.run("", lambda evaluator: evaluator.evaluate("None")).result(PATIENCE)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.beats.close()


def test_loops_run_in_a_thread_of_their_own(stage: Stage) -> None:
    stage.tick(0.0)
    stage.prompt.accept("import threading")
    stage.prompt.accept("@every(2)\ndef wander(n): ran.append(threading.current_thread().name)")
    for beat in (0.5, 1.5, 1.8, 2.5, 3.9):
        stage.tick(beat)
    assert stage.prompt.namespace.names["ran"] == ["loops"] * 2  # for beats 2 and 4: beat 0 was too near


def test_functions_are_sampled_a_few_times_a_second(stage: Stage) -> None:
    stage.prompt.accept("drone.z0 = fn(lambda beat: .5)")
    stage.prompt.engine.samples.clear()
    for hundredth in range(200):  # one second
        stage.tick(hundredth / 100)
    assert 2 <= len(stage.prompt.engine.samples) <= 6


ENDLESS = {"Python": "while True: pass", "in C": "import time\n    time.sleep(2)"}


@pytest.mark.parametrize("code", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_endless_run_does_not_hold_up_the_others(
    stage: Stage, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plaud_live.repl.interrupt.PYTHON_SECONDS", 0.2)
    monkeypatch.setattr(worker_module, "CANCEL_SECONDS", 0.2)
    stage.prompt.accept(f"@every(2)\ndef hangs(n):\n    ran.append('begun')\n    {code}")
    stage.prompt.accept("@every(2)\ndef wander(n): ran.append(n)")
    stage.tick(2.0)
    assert stage.prompt.namespace.names["ran"] == ["begun", 0]
    ended = "hangs: line 4: took 2 s: ended" if "while" in code else "hangs does not end: left alone"
    assert stage.prompt.said[-1].startswith(ended)
    listed = stage.prompt.accept("every()")
    assert ("hangs: every 2 beats, ran once" in listed) == ("while" in code)
    assert "wander: every 2 beats, ran once" in listed


def test_a_function_that_does_not_end_is_left_alone(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plaud_live.repl.interrupt.PYTHON_SECONDS", 0.2)
    stage.prompt.accept("def wobble(beat):\n    while beat > 8: pass\n    return .5\ndrone.z0 = fn(wobble)")
    stage.tick(8.0)
    stage.tick(9.0)
    assert stage.prompt.said[-1] == "fn wobble does not end: its last value holds — assign it again"
    count = len(stage.prompt.engine.samples)
    stage.tick(10.0)
    assert len(stage.prompt.engine.samples) == count
    stage.prompt.accept("def wobble(beat): return .4\ndrone.z0 = fn(wobble)")
    stage.tick(11.0)
    assert stage.prompt.engine.samples[-1]["values"][-1] == 0.4
