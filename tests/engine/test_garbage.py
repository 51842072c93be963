"""The engine collects no garbage: what it does again and again must leave no circles behind."""

import contextlib
import gc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from plaud_live.control.state import Source
from plaud_live.control.transaction import Play, Set, Swap, Transaction
from plaud_live.engine.osc_server import OscServer
from plaud_live.errors import PlaudError
from plaud_live.signals.graph import signal
from plaud_live.signals.live import Live
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Anchor, Reference
from plaud_live.signals.transitions import Transition, to
from tests.engine.osc_peer import Peer, message, serve
from tests.engine.test_desk import RATE, Stage
from tests.engine.test_launcher import House

TIMES = 10


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path)
    made.load(Play("drone", 0.0, 0.0), Set("drone", "z0", lfo(2)))
    return made


def circles(work: Callable[[int], None]) -> Counter[str]:
    """Kinds of objects that only a collection would free after doing `work` some times."""
    work(0)
    gc.collect()
    gc.disable()
    try:
        for n in range(TIMES):
            work(n + 1)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
    finally:
        gc.set_debug(0)
        gc.enable()
    found = Counter(type(each).__name__ for each in gc.garbage)
    gc.garbage.clear()
    return found


def test_osc(stage: Stage) -> None:
    server = OscServer(0, stage.desk)
    peer = Peer(server)

    def work(n: int) -> None:
        peer.send(message("inst/drone/gain", n / 100), message("inst/drone/anchor", "bell"), b"junk")
        peer.send(message("inst/drone/nothing", 1.0), message("inst/*/z?", 0.5), message("status"))
        serve(server)

    assert circles(work) == {}
    peer.socket.close()
    server.close()


def test_prompts(stage: Stage) -> None:
    def work(n: int) -> None:
        moving = lfo(2 + n) * 0.5 + Reference("drone", "gain", None) * 0.1
        changes = (Set("drone", "z2", moving), Set("drone", "z", to(Anchor("rust"), 2)))
        stage.desk.submit(Transaction.from_data(Transaction(changes).to_data()))
        for refused in (Set("drone", "gane", signal(1)), Set("drone", "z1", (0.0 - lfo(3)) ** 0.5)):
            with contextlib.suppress(PlaudError):
                stage.desk.submit(Transaction((refused,)))
        stage.desk.undo()
        stage.desk.redo()

    assert circles(work) == {}


def test_swaps_and_ways_back(tmp_path: Path) -> None:
    house = House(tmp_path)
    paths = [str(house.child(f"child{i}", i)) for i in range(2)]

    def work(n: int) -> None:
        house.launch(Swap("drone", paths[n % 2], over=0.1), Set("drone", "gain", lfo(n + 1)))
        house.loader.finish()
        house.play(RATE // 8)
        house.launcher.undo("prompt", house.done.append, house.fail)
        house.loader.finish()
        house.launcher.redo("prompt", house.done.append, house.fail)
        house.loader.finish()
        house.launch(Swap("drone", str(tmp_path / "nowhere.plaud")))
        house.loader.finish()
        house.launcher.offer("drone", paths[n % 2])
        house.loader.finish()
        house.play(RATE // 8)
        house.desk.tidy()
        house.supervisor.receive()
        house.done.clear()
        house.failed.clear()

    assert circles(work) == {}


def test_rendering_and_tidying(stage: Stage) -> None:
    def work(n: int) -> None:
        stage.submit(Set("drone", "pan", lfo(1 + n).slow(2).hold(0.5), 0.1, 0.0))
        stage.play(4000)
        stage.desk.tidy()
        stage.desk.publish()
        stage.desk.status()
        stage.supervisor.receive()

    assert circles(work) == {}


def test_live_inputs_and_failing_sources(stage: Stage) -> None:
    inputs = stage.renderer.inputs
    stage.submit(Set("drone", "z", Live("mic/z", -1), 0.0, 0.0))

    def work(n: int) -> None:
        for i in range(300):
            inputs.write(f"osc/{n}/{i}", float(n), (0.1,) * (1 + i % 3))
        inputs.write_grid(f"fn/{n % 2}", 64 * n, 1 / 64, [0.1 * n] * 64)
        gain = Live(f"osc/{n}/7", 0).slew(1 / 4) + Live(f"fn/{n % 2}", 0)
        failing = (n * 10.0 - lfo(n + 1) * 1e6) ** 0.5
        state = stage.desk.state.with_sources(
            {("drone", "gain"): Source(gain), ("drone", "pan"): Source(failing)}
        )
        stage.renderer.take(state)
        stage.play(2000)
        fade = Transition(failing, Live("mic/loud", 0), 0.0, 1e6)
        stage.renderer.take(state.with_sources({("drone", "pan"): Source(fade)}))
        stage.play(2000)
        stage.renderer.take(stage.desk.state)
        stage.desk.status()

    assert circles(work) == {}
