"""Bundles with timetags, from python-osc to a real engine, in what its sink was given: gains at their sample,
latents from the next control frame on.
"""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from plaud_live.control.transaction import Load, Play, Set
from plaud_live.engine import render
from plaud_live.engine.limiter import Limiter
from plaud_live.engine.ring import Ring, RingFds
from plaud_live.engine.sample_clock import SampleClock
from plaud_live.signals.graph import signal
from plaud_live.synths import warm
from tests.engine.test_process import Performer
from tests.processes import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc"),
]

RATE = 44100
FIRST_SECONDS = 0.5
GAPS = (0.1, 0.0503, 0.2001, 0.1234, 0.0777, 0.3003)
TRIES = 4
ABSOLUTE_SECONDS = 0.002
"""Two processes that look at the same callbacks, at other moments, on a busy machine."""


@pytest.fixture(scope="module")
def drone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Performer]:
    warm.warm()
    render.warm()
    made = Performer(tmp_path_factory.mktemp("timed"), osc_port=0, preset="safe")
    made.submit(Load("drone", "tiny"), Set("drone", "gain", signal(0.0), 0.0, 0.0), Play("drone", 0.0, 0.0))
    yield made
    made.close()


def ring_of(performer: Performer) -> Ring:
    """The ring that sink and engine share, through the sink's descriptors."""
    for path in Path(f"/proc/{performer.playing.instance['sink']}/fd").iterdir():
        if "plaud-ring" in os.readlink(path):
            return Ring(RingFds(os.open(path, os.O_RDWR), -1, -1))
    raise RuntimeError("the sink has no ring")


def steps(when: float, **values: float) -> bytes:
    """A bundle that sets parameters, without a fade."""
    made = OscBundleBuilder(when)
    for name, value in values.items():
        message = OscMessageBuilder(f"/plaud/inst/drone/{name}")
        message.add_arg(value, "f")
        message.add_arg(0.0, "f")
        made.add_content(message.build())
    return made.build().dgram


def onsets(sound: np.ndarray) -> np.ndarray:
    """Samples at which sound begins after 20 ms without: gains rise by parts of a thousandth at first.

    What is left of the DC guard's memory is smoother still.
    """
    moving = np.flatnonzero(np.abs(np.diff(sound, 2, prepend=0.0, append=0.0)) > 1e-6)
    return moving[np.flatnonzero(np.diff(moving, prepend=-RATE) > RATE // 50)]


def captured(wav: Path) -> np.ndarray:
    """The left channel of a file of floats that is still being written."""
    data = wav.read_bytes()
    begin = data.index(b"data") + 8
    whole = (len(data) - begin) // 8 * 8
    return np.frombuffer(data, "<f4", whole // 4, begin)[::2]


class Watch:
    """This process's own idea of when samples are heard."""

    def __init__(self, ring: Ring) -> None:
        self.ring, self.delay = ring, Limiter(RATE).latency
        self.clock = SampleClock(ring, self.delay)

    def wait(self, seconds: float) -> None:
        """Look at the sink for so long."""
        end = time.monotonic() + seconds

        def passed() -> bool:
            self.clock.work(time.monotonic())
            return time.monotonic() > end

        wait_for(passed, "time passes", seconds + 5.0)

    @property
    def trouble(self) -> tuple[int, int]:
        """What breaks the line from time to samples."""
        return self.ring.get("missed"), self.ring.get("xruns")

    def frame(self, when: float) -> float:
        """The frame of the capture that is meant by a wall clock time."""
        sample = self.clock.sample_at(self.clock.wall_to_monotonic(when))
        return sample + self.delay + self.ring.get("missed")


def test_gains_step_at_their_sample(drone: Performer) -> None:
    port, watch = drone.playing.instance["osc_port"], Watch(ring_of(drone))
    watch.wait(5.0)
    for attempt in range(TRIES):
        before = watch.trouble
        meant = time.time() + FIRST_SECONDS + np.cumsum(GAPS)
        wanted = np.array([watch.frame(when) for when in meant])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for when in meant[::-1]:  # in whatever order they come
                sender.sendto(steps(when, gain=0.75), ("127.0.0.1", port))
                sender.sendto(steps(when + 0.02, gain=0.0), ("127.0.0.1", port))
        watch.wait(FIRST_SECONDS + sum(GAPS) + 0.5)
        if watch.trouble == before:
            break
        assert attempt < TRIES - 1, "the sink cannot keep its time on this machine"
    begin = int(wanted[0]) - RATE // 20
    found = onsets(captured(drone.wav)[begin:]) + begin
    assert len(found) == len(GAPS)
    # each within a sample of its time, so that two are within two of their distance
    assert np.abs(np.diff(found) - np.diff(meant) * RATE).max() <= 2.0
    assert np.abs(found - wanted).max() <= ABSOLUTE_SECONDS * RATE


LATENTS = (0.2, 0.8, 0.35, 0.65, 0.1, 0.9)


def test_latents_start_at_the_next_control_frame(drone: Performer) -> None:
    """Each in a bundle with a gain, whose onset in the capture tells the sample that was meant."""
    port, watch = drone.playing.instance["osc_port"], Watch(ring_of(drone))
    watch.wait(1.0)
    for attempt in range(TRIES):
        before, begin = watch.trouble, len(captured(drone.wav))
        since = int(drone.status()["position"])
        meant = time.time() + FIRST_SECONDS + np.cumsum(GAPS)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for when, latent in zip(meant, LATENTS, strict=True):
                sender.sendto(steps(when, gain=0.75, z0=latent), ("127.0.0.1", port))
                sender.sendto(steps(when + 0.02, gain=0.0), ("127.0.0.1", port))
        watch.wait(FIRST_SECONDS + sum(GAPS) + 0.5)
        if watch.trouble == before:
            break
        assert attempt < TRIES - 1, "the sink cannot keep its time on this machine"
    heard = onsets(captured(drone.wav)[begin:]) + begin - watch.delay - watch.ring.get("missed")
    assert len(heard) == len(GAPS)
    asked = drone.client.request("control_frames", instrument="drone", since=since)
    assert not asked["more"]
    frames, z0 = np.array(asked["samples"]), np.array(asked["values"])[:, 0]
    (moved,) = np.nonzero(np.diff(z0))
    last, first = frames[moved], frames[moved + 1]
    assert len(np.unique(np.diff(frames))) == 1, "no frame is missing"
    assert np.unique(z0).size == len(LATENTS) + 1 and len(moved) == len(LATENTS), "each is there at once"
    # the capture tells the sample within one
    assert (last - 1 < heard).all() and (heard <= first + 1).all()
