"""An hour of a rehearsal (`make soak ARGS="--minutes 5"`): capture, training, swaps, back, again and again.

A second instrument that only plays runs beside it, on a sound card of its own: what halts the machine halts
both. At the end every file opens, and every take is what the session sounds like when it is rendered again.
"""

import collections
import contextlib
import random
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live import settings
from tests.e2e.memory import Memory
from tests.e2e.rehearsal import NEEDED, TRAIN_SECONDS, Feed, Rehearsal, rehearsal
from tests.e2e.session_files import differing, takes_of, unreadable
from tests.models_for_tests import child_file
from tests.processes import JackServer
from tests.signals import noise, sine

pytestmark = [
    pytest.mark.soak,
    pytest.mark.realtime,
    pytest.mark.timeout(4 * 3600),
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}"),
]

RATE = 44100
LOOK_SECONDS = 10.0
TOGETHER_SECONDS = 0.25
MOST_DEVIATIONS = 3.0
"""How far the counts of two that do the same may differ, in standard deviations."""

CHILDREN = ("engine", "standby", "sink", "prompt", "writer")
MOST_WARM_MINUTES = 10.0
SHELF = 9
"""More models than an engine keeps ready: they are played before anything is measured."""

MOST_GROWTH = 20.0
FAMILY = 4
"""Generations until the first model plays again: what learns from itself alone grows quiet."""

SETTING = ("clock.bpm = 140", "drone.z = [lfo(4), tri(6)] + [.5]*6", "drone.play(over=2)", 'scene("open")')
LINES = (
    "drone.z = [lfo(5), .5, drift(3)] + [.4]*5",
    "drone.z = to(A.bell, 4)",
    'drone.z = "bell <glass hum> _ bell"',
    "drone.z0 += .1*lfo(1/2)",
    "drone.gain = .6 + .1*lfo(3)",
    "drone.sines = 48",
    "drone(z=A.hum, gain=.7, over=2)",
    "drone.z1 = mic.loud*.5 + .2",
    "drone.temperature = .1",
    "undo(); redo()",
    'drone.mark("here")',
    'scene("open")',
    "scene.open(over=2)",
    "who()",
    "takes",
    "drone.models()",
)


@dataclass(frozen=True)
class Dry:
    """When a ring ran dry, how often at once, and what had been typed last."""

    at: float
    count: int
    typed: str


class Rehearsed:
    """What is done in each round; the dice are the same each time."""

    def __init__(self, played: Rehearsal, jack: JackServer, recording: Path) -> None:
        self._played, self._jack, self._recording = played, jack, recording
        self._dice = random.Random(7)
        self.trained = self.swaps = 0

    def round(self) -> None:
        """Play with a recording, keep that, train on it while other lines are typed, swap, maybe go back."""
        played = self._played
        feed = Feed(self._jack, self._recording)
        played.enter("drone.listen(over=2)")
        played.beats(31)
        played.enter('take = keep(30, "new").tag("good")')
        feed.close()
        played.enter(SETTING[1])
        played.enter("take.play(over=1)")
        played.enter('rec.start("on", bits=24)')
        played.enter(f"drone.train([take, {str(self._recording)!r}], mins=.1)")
        while len(played.events("trained")) == self.trained:
            assert not played.events("training failed"), played.terminal.screen()
            played.enter(self._dice.choice(LINES))
            played.beats(self._dice.uniform(0.5, 6.0))
        self.trained += 1
        name = str(played.events("trained")[-1]["data"]["name"])
        played.wait_said(f"{name} is ready", TRAIN_SECONDS)
        self._cross(f"drone.swap(over={self._dice.choice((0, 2, 4))})", name)
        if self.trained % FAMILY == 0:
            self._cross('drone.swap("default", over=4)', "default")
        elif self._dice.random() < 0.5:
            self._cross("drone.back(over=4)", "")
        played.enter("rec.stop()")
        played.enter("hush(2)")
        played.beats(3)
        played.enter("undo()")
        if len(takes_of(played.folder)) > 6:
            played.enter("takes[0].delete()")

    def __str__(self) -> str:
        return f"{self.trained} trained, {self.swaps} swaps and ways back"

    def _cross(self, line: str, name: str) -> None:
        """Once more where the machine is too busy to play two models."""
        played = self._played
        changes = len(played.events("submit"))
        for _ in range(4):
            played.typed = line
            played.terminal.type(line)
            end = time.monotonic() + 15.0
            while len(played.events("submit")) == changes and time.monotonic() < end:
                time.sleep(0.1)
            if len(played.events("submit")) > changes:
                break
        played.wait_model("drone", lambda plays: plays == name if name else bool(plays))
        self.swaps += 1
        played.beats(8)


def fill_shelf(played: Rehearsal) -> None:
    """Play as many models as an engine keeps, and the first again."""
    parent = played.home / "models" / "parent.plaud"
    parent.parent.mkdir(exist_ok=True)
    shutil.copyfile(settings.built_in_model(), parent)
    for number in range(SHELF):
        child_file(parent, f"child{number}", 0.05, number)
        played.enter(f'drone.swap("child{number}", over=0)')
        played.wait_model("drone", lambda plays, name=f"child{number}": plays == name)
    played.enter('drone.swap("default", over=0)')
    played.wait_model("drone", lambda plays: plays == "default")


def recording(folder: Path) -> Path:
    """Something to learn: a hum that sweeps, and hiss, by turns."""
    parts = [sine(RATE, 110.0 * 2 ** (i / 3), RATE, 0.4) + noise(RATE, i, 0.02 * i) for i in range(13)]
    path = folder / "new.wav"
    soundfile.write(path, np.concatenate(parts), RATE, subtype="PCM_24")
    return path


class Looking:
    """Looks at two instruments in a thread of its own: what the first takes, and when which ring runs dry."""

    def __init__(self, played: Rehearsal, control: Rehearsal) -> None:
        self.memory = Memory()
        self.dry: tuple[list[Dry], list[Dry]] = ([], [])
        self.begun = time.monotonic()
        self._both = played, control
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    @property
    def minutes(self) -> float:
        """Since it began."""
        return (time.monotonic() - self.begun) / 60.0

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def counts(self) -> tuple[int, int]:
        """Underruns of both."""
        return sum(each.count for each in self.dry[0]), sum(each.count for each in self.dry[1])

    def alone(self) -> list[Dry]:
        """Those of the first while the other had none: no halt of the machine."""
        others = np.array([each.at for each in self.dry[1]] or [-np.inf])
        return [each for each in self.dry[0] if np.abs(others - each.at).min() > TOGETHER_SECONDS]

    def __str__(self) -> str:
        played, control = self.counts()
        typed = collections.Counter[str]()
        for each in self.alone():
            typed[each.typed] += each.count
        return f"underruns {played}, control {control}, alone after {dict(typed.most_common())}"

    def _look(self) -> None:
        played = self._both[0]
        before = [each.underruns for each in self._both]
        looked = 0.0
        while not self._over.wait(0.02):
            now = time.monotonic()
            for i, each in enumerate(self._both):
                count = each.underruns - before[i]
                if count:
                    self.dry[i].append(Dry(now, count, played.typed))
                    before[i] += count
            if now - looked > LOOK_SECONDS:
                looked, instance = now, played.instance
                children = {name: instance.get(name) for name in CHILDREN}
                self.memory.look(self.minutes, {"supervisor": instance.get("pid"), **children})


def test_an_hour_takes_no_more_memory_than_its_beginning_and_loses_nothing(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    minutes = float(pytestconfig.getoption("minutes"))
    homes = [tmp_path / name for name in ("played", "control")]
    servers = [JackServer(), JackServer()]
    try:
        for home in homes:
            home.mkdir()
        with rehearsal(homes[0], servers[0]) as played, rehearsal(homes[1], servers[1]) as control:
            for each in (played, control):
                for line in SETTING:
                    each.enter(line)
            fill_shelf(played)
            rounds = Rehearsed(played, servers[0], recording(tmp_path))
            with contextlib.closing(Looking(played, control)) as looking:
                while looking.minutes < minutes:
                    rounds.round()
                    print(f"{looking.minutes:5.1f} min: {rounds}; {looking}")
                    print(f"    MB RSS/PSS/own: {looking.memory.now()}", flush=True)
            late = [each.status()["late"] for each in (played, control)]
            folder = played.folder
            played.leave()
            control.leave()
    finally:
        for server in servers:
            server.close()
    print(looking.memory.table())
    grown = looking.memory.growth(min(MOST_WARM_MINUTES, minutes / 3.0))
    print("grown since it was warm, MB:", {name: round(mb, 1) for name, mb in grown.items()})
    print(f"{looking}; late blocks {late[0]}, control {late[1]}", flush=True)
    assert unreadable(folder) == []
    out = tmp_path / "again.wav"
    command = [sys.executable, "-m", "plaud_live", "replay", str(folder), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    print(f"{len(takes_of(folder))} takes; the replay says: {done.stderr or 'nothing'}", flush=True)
    assert differing(folder, out) == []
    assert {name: mb for name, mb in grown.items() if mb > MOST_GROWTH} == {}
    counts = looking.counts()
    assert counts[0] <= counts[1] + MOST_DEVIATIONS * np.sqrt(sum(counts)), "more than one that only plays"
