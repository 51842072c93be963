"""Live inputs in an engine of its own: OSC to a latent, samples of a function, what is shown and kept."""

import contextlib
import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from plaud_live.control.transaction import Load, Play, Set
from plaud_live.engine import render
from plaud_live.errors import SessionError
from plaud_live.signals.live import Live
from plaud_live.synths import warm
from tests.engine.test_process import START_SECONDS, Performer
from tests.processes import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def drone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Performer]:
    warm.warm()
    render.warm()
    made = Performer(tmp_path_factory.mktemp("live"), osc_port=0)
    made.submit(Load("drone", "tiny"), Play("drone", 0.0, 0.0))
    wait_for(lambda: made.peak() > 0.001, "the drone is heard")
    yield made
    made.close()


def test_a_control_moves_a_latent(drone: Performer) -> None:
    drone.submit(Set("drone", "z0", Live("osc/td/x", 0), 0.0, 0.0))
    wait_for(lambda: drone.status()["instruments"]["drone"]["z"][0] == 0.5, "it waits in the middle")
    drone.send("ctl/td/x", 0.125)
    wait_for(lambda: drone.status()["instruments"]["drone"]["z"][0] == 0.125, "the latent gets there")
    assert drone.status()["inputs"]["osc/td/x"] == [0.125]
    assert drone.ask("get", "/plaud/inst/drone/z0").arguments == ("/plaud/inst/drone/z0", 0.125)


def test_without_a_microphone_it_is_quiet(drone: Performer) -> None:
    drone.submit(Set("drone", "z1", Live("mic/loud", 0), 0.0, 0.0), Set("drone", "z", Live("mic/z", -1)))
    wait_for(lambda: drone.status()["inputs"].get("mic/loud") == [0.0], "silence is heard")
    wait_for(lambda: any(n.startswith("mic/z/") for n in drone.status()["inputs"]), "the encoder hears it")


def test_a_function_is_played_as_it_was_sampled_and_starves(drone: Performer) -> None:
    beat = drone.status()["beat"]
    first = int(beat * 64) - 64
    rising = np.linspace(0.0, 1.0, 64 * 8)
    drone.client.request("samples", name="fn/a", first=first, step=1 / 64, values=rising.tolist())
    drone.submit(Set("drone", "z2", Live("fn/a", 0), 0.0, 0.0))
    since = drone.status()["position"] + 4096
    wait_for(lambda: drone.status()["instruments"]["drone"]["held"] == ["z2"], "it starves", 30.0)
    wait_for(lambda: any("fn starved" in str(e.get("text")) for e in drone.events), "it is told")
    frames = drone.client.request("control_frames", instrument="drone", since=since)
    column = np.array(frames["values"])[:, frames["names"].index("z2")]
    assert len(column) > 100
    moving = np.diff(column)[:100]
    assert np.all(moving > 0.0) and np.ptp(moving) < 1e-6


def test_controllers_stand_where_they_stood_in_the_engine_that_comes_after(drone: Performer) -> None:
    drone.submit(Set("drone", "z3", Live("osc/fader", 0), 0.0, 0.0))
    drone.send("ctl/fader", 0.875)
    wait_for(lambda: drone.status()["instruments"]["drone"]["z"][3] == 0.875, "the latent gets there")
    wait_for(lambda: bool(drone.playing.instance.get("standby")), "a standby is there", START_SECONDS)
    shown = drone.status()["position"] + 8820  # what is shown is written every 50 ms
    wait_for(lambda: drone.status()["position"] > shown, "the fader is shown")
    old = drone.playing.instance["engine"]
    os.kill(old, signal.SIGKILL)
    drone.playing.wait_changed("engine", old)

    def stands() -> bool:
        with contextlib.suppress(SessionError):
            status = drone.status()
            return bool(status["pid"] != old and status["instruments"]["drone"]["z"][3] == 0.875)
        return False

    wait_for(stands, "the new engine has it too")
    assert drone.status()["inputs"]["osc/fader"] == [0.875]
