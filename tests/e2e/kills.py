"""Kills at random moments: processes of an instrument are ended at once while it records, trains and swaps.

After each of them what is to come back comes back by itself, what was asked for in that moment is not lost,
and every file opens. A kill of `all` is a power cut: the session goes on when it is opened again.
"""

import contextlib
import math
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from plaud_live.engine.engines import SOON_SECONDS
from tests.e2e.rehearsal import START_SECONDS, TRAIN_SECONDS, Rehearsal, rehearsal
from tests.e2e.session_files import takes_of, unreadable
from tests.models_for_tests import child_file, tiny_file
from tests.processes import is_alive, wait_for
from tests.signals import noise, sine

RATE = 44100
MOST_LOST = RATE
"""Samples at the end of a recording that may be lost when all is killed."""

SOUNDS = 1e-3
AGAIN_SECONDS = 4.0
"""After which a line is typed again: a new prompt may have thrown away what was typed before."""

KILLS_OF_A_RECORDING = 5
CHILDREN = ("engine", "standby", "sink", "prompt", "writer", "trainer", "midi")
SETTING = ("clock.bpm = 120", "drone.z0 = lfo(3)", "drone.z1 = tri(5)", "drone.play(over=0)")


@dataclass(frozen=True)
class Kill:
    """Who is killed (engine, prompt, trainer, writer, all), and what is done just then.

    `doing` is recording, swapping, training, keeping (a take is asked for), or offering (a model is trained
    in that moment).
    """

    victim: str
    doing: str


@dataclass(frozen=True)
class Outcome:
    """What came of a kill: seconds until it was back, whether an engine stood by, and what was wrong."""

    kill: Kill
    seconds: float
    standby: bool
    wrong: tuple[str, ...] = ()


@dataclass
class Killing:
    """An instrument that plays on, life after life, in one session under `folder`.

    `patient`: an engine is killed when another one stands by.
    """

    folder: Path
    dice: random.Random
    patient: bool = True
    outcomes: list[Outcome] = field(default_factory=list)
    deaths: list[int] = field(default_factory=list)
    """Engine samples at which engines were killed."""

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        models = self.home / "models"
        models.mkdir(parents=True)
        child_file(tiny_file(models, "tiny", harmonics=6), "moss", 0.05)
        hum = sine(12 * RATE, 110.0, RATE, 0.3) + noise(12 * RATE, 3, 0.05)
        soundfile.write(self.folder / "new.wav", hum, RATE, subtype="PCM_24")
        self._life = contextlib.ExitStack()
        self._lives = self._entries = self._recorded = 0
        self._back, self._lived = 0.0, math.inf
        self.begin()

    def begin(self) -> None:
        """Open the instrument; another time it goes on with the session."""
        self._lives += 1
        options = ["tiny", "--session", "kills", "--sink", str(self.folder / f"heard{self._lives}.wav")]
        self.played: Rehearsal = self._life.enter_context(rehearsal(self.home, None, *options))
        for line in SETTING if self._lives == 1 else SETTING[-1:]:
            self.enter(line)
        self.played.wait(self._sounds, "it sounds")
        self._back, self._lived = time.monotonic(), math.inf

    def end(self) -> Path:
        """Leave as a performer does. Returns the folder of the session."""
        folder = self.played.folder
        if self.played.status()["rec"]:
            self.enter("rec.stop()")
        self.played.leave()
        self.close()
        return folder

    def close(self) -> None:
        """End what is there."""
        self._life.close()

    # A kill

    def kill(self, kill: Kill) -> Outcome:
        """Do what is to be done, kill at a moment of it, and look what comes of it."""
        played = self.played
        if self.patient and kill.victim == "engine":
            played.wait(lambda: played.instance.get("standby"), "an engine stands by", START_SECONDS)
        if kill.victim == "engine" and self._lived < SOON_SECONDS:  # more in a row die of what they play
            time.sleep(max(0.0, self._back + SOON_SECONDS + 0.5 - time.monotonic()))
        asked = self._do(kill)
        instance, status = played.instance, played.status()
        if kill.victim in ("engine", "all"):
            self.deaths.append(int(status["position"]))
        wrong: list[str] = []
        begun = time.monotonic()
        if kill.victim == "all":
            wrong += self._power_cut(instance, status)
        else:
            os.kill(instance[kill.victim], signal.SIGKILL)
            self._wait_back(kill.victim, instance)
            if kill.victim == "engine":
                self._lived, self._back = begun - self._back, time.monotonic()
        seconds = time.monotonic() - begun
        wrong += unreadable(self.played.folder)
        if not _happens(asked, TRAIN_SECONDS if kill.doing == "offering" else 20.0):
            wrong.append("what was asked for is lost")
        outcome = Outcome(kill, seconds, bool(instance.get("standby")), tuple(wrong))
        self.outcomes.append(outcome)
        return outcome

    def enter(self, line: str) -> None:
        """Type a line until it is accepted."""
        played = self.played
        self._entries += 1
        text = f"{line}; {self._entries}"
        for _ in range(8):
            played.terminal.type(text)
            if _happens(lambda: any(each["text"] == text for each in played.events("entry")), AGAIN_SECONDS):
                return
            played.terminal.key("C-c")
        raise AssertionError(f"{text!r} is not accepted; the screen:\n{played.terminal.screen()}")

    # What is done

    def _do(self, kill: Kill) -> Callable[[], object]:
        """Begin it, and let a moment pass. Returns whether what was asked for is there."""
        played = self.played
        asked: Callable[[], object] = lambda: True  # noqa: E731
        match kill.doing:
            case "recording":
                if self._recorded >= KILLS_OF_A_RECORDING:
                    self.enter("rec.stop()")
                    self._recorded = 0
                self._recorded += 1
                self.enter('rec.start("on")')
                self._pause(2.0)
            case "swapping":
                played.wait(lambda: played.model("drone"), "it has crossed")
                other = "tiny" if played.model("drone") == "moss" else "moss"
                self.enter(f'drone.swap("{other}", over=4)')
                self._pause(1.5)
            case "training":
                self._train(1.0)
                self._pause(8.0)
                self._train(1.0)  # where it has ended meanwhile
            case "keeping":
                self._entries += 1
                name = f"k{self._entries}"
                played.terminal.type(f'keep(4, "{name}")')
                self._pause(0.1)
                asked = lambda: any(info["name"] == name for _, info in takes_of(self.played.folder))  # noqa: E731
            case "offering":
                before = len(played.events("trained"))
                self._train(0.02)
                done = lambda: len(played.events("trained")) > before  # noqa: E731
                played.wait(done, "it is trained", TRAIN_SECONDS)
                digest = played.events("trained")[-1]["data"]["digest"]
                asked = lambda: digest in self._offered()  # noqa: E731
        return asked

    def _train(self, minutes: float) -> None:
        played = self.played
        for _ in range(3):  # one that was killed several times is given up
            if not played.status()["train"]:
                self.enter(f"drone.train({str(self.folder / 'new.wav')!r}, mins={minutes:g})")
            if _happens(lambda: played.instance.get("trainer"), 20.0):
                return
        raise AssertionError(f"no trainer; the screen:\n{played.terminal.screen()}")

    def _pause(self, most: float) -> None:
        time.sleep(self.dice.uniform(0.0, most))

    def _offered(self) -> list[str]:
        offers: dict[str, Any] = self.played.hello()["state"]["offers"]
        return [info["digest"] for info in offers.get("drone", ())]

    # What comes of it

    def _wait_back(self, victim: str, before: dict[str, Any]) -> None:
        """Wait until another process does what it did."""
        played, gone = self.played, before[victim]
        if victim == "engine":
            written = played.written
            if not _happens(lambda: played.written > written, START_SECONDS):
                raise AssertionError(f"no engine plays; the screen:\n{played.terminal.screen()}")
            return
        if victim == "trainer":
            played.wait(lambda: played.instance.get("trainer") != gone, "it is noted")
            return
        played.wait(lambda: played.instance.get(victim) not in (None, gone), f"another {victim}")
        if victim == "prompt":
            self.enter("0")

    def _power_cut(self, instance: dict[str, Any], status: dict[str, Any]) -> list[str]:
        """Kill all, and open the session again; what of a recording is lost is told."""
        pids = [instance["pid"], *filter(None, map(instance.get, CHILDREN))]
        self.dice.shuffle(pids)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not any(map(is_alive, pids)), "all are gone")
        wrong = unreadable(self.played.folder)
        self._life.close()
        self.begin()
        if (seconds := status["rec"]) is not None:
            self._recorded = 0
            position = int(status["position"])
            start = position - seconds * RATE
            ends = lambda: [  # noqa: E731
                info["start"] + info["samples"]
                for _, info in takes_of(self.played.folder)
                if info["kind"] == "rec" and abs(info["start"] - start) < RATE / 2
            ]
            if not _happens(ends, 20.0):
                wrong.append("the recording is lost")
            elif max(ends()) < position - MOST_LOST:
                wrong.append(f"of the recording {(position - max(ends())) / RATE:.1f} s are lost")
        return wrong

    def _sounds(self) -> bool:
        return bool(self.played.status()["instruments"]["drone"]["peak"] > SOUNDS)


def _happens(condition: Callable[[], object], seconds: float) -> bool:
    """Whether it comes true within so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def table(outcomes: Sequence[Outcome]) -> str:
    """How many of which kind were killed, and how long it took until they were back."""
    kinds: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        who = outcome.kill.victim
        if who == "engine":
            who += ", another stood by" if outcome.standby else ", none stood by"
        for doing in (outcome.kill.doing, "together"):
            kinds.setdefault((who, doing), []).append(outcome)
    lines = ["| killed | while | kills | back after s, p50 | p95 | longest | wrong |", "|---" * 7 + "|"]
    for (who, doing), those in sorted(kinds.items()):
        seconds = np.array([each.seconds for each in those])
        p50, p95 = np.percentile(seconds, (50, 95))
        wrong = sum(bool(each.wrong) for each in those)
        figures = f"{len(those)} | {p50:.2f} | {p95:.2f} | {seconds.max():.2f} | {wrong}"
        lines.append(f"| {who} | {doing} | {figures} |")
    return "\n".join(lines)
