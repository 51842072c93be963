"""The whole story at a real terminal: play, keep what a recording made of it, train on that, swap, go back.

What is heard is held against itself: neither the swap nor the way back raises a step that the steady sound
has not, the tape of the sound card has what the instrument has kept, and the sound never stops.
"""

import itertools
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from plaud_live.model_file import read
from tests.e2e.rehearsal import NEEDED, TRAIN_SECONDS, Feed, Rehearsal, rehearsal
from tests.e2e.stage import Tape
from tests.processes import JackServer
from tests.signals import noise, sine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}"),
]

RATE = 44100
MOST_STEP = 1.2
"""How much larger than in the steady sound: its noise has other largest steps in every second."""
MOST_PERFORMANCES = 3
MOST_MORE = 1.0
"""Underruns a second more than before: a busy machine has some, a trainer that starves the engine many."""

SILENCE = 1e-4
WINDOW = RATE // 20
QUANTUM = 2.0**-22
"""Two steps of the tape's 24 bits."""

MOVING = "drone.z = [lfo(4).range(.4, .6), tri(6).range(.4, .6)] + [.5]*6"


@dataclass
class Story:
    """What was heard: what was kept [n, 2], where in it what happened, the tape [m].

    `crossings` are the samples between which the swap and the way back lie, with what leads to them.
    `underruns` and `seconds`: before all, while something was learnt, and in the rest.
    """

    kept: np.ndarray
    crossings: list[tuple[int, int]]
    tape: np.ndarray
    underruns: tuple[int, ...] = ()
    seconds: tuple[float, ...] = ()

    def __str__(self) -> str:
        times = zip(("before", "learning", "crossing"), self.underruns, self.seconds, strict=True)
        return "underruns: " + ", ".join(f"{name} {n} in {seconds:.0f} s" for name, n, seconds in times)


def recording(folder: Path) -> Path:
    """Something to learn: six seconds of a hum and of hiss, by turns."""
    hum, hiss = sine(RATE // 2, 180.0, RATE, 0.4), noise(RATE // 2, 1, 0.2)
    path = folder / "new.wav"
    soundfile.write(path, np.tile(np.concatenate([hum, hiss]), 6), RATE, subtype="PCM_24")
    return path


def perform(home: Path) -> Story:
    """The whole story, as it is typed."""
    jack = JackServer(patient=True)
    counts: list[tuple[int, float]] = []
    try:
        with rehearsal(home, jack) as played:

            def count() -> None:
                counts.append((played.underruns, played.status()["position"] / RATE))

            for line in ("clock.bpm = 180", MOVING, "drone.play(over=1)"):
                played.enter(line)
            played.beats(3)
            count()
            played.beats(15)
            count()
            learn(played, jack)
            count()
            story = cross(played, jack)
            count()
            played.leave()
    finally:
        jack.close()
    pairs = list(itertools.pairwise(counts))
    story.underruns = tuple(after - before for (before, _), (after, _) in pairs)
    story.seconds = tuple(after - before for (_, before), (_, after) in pairs)
    return story


def learn(played: Rehearsal, jack: JackServer) -> None:
    """Play with a recording, keep that and what was before, and train on it until the child is offered."""
    feed = Feed(jack, recording(played.home))
    played.enter("drone.listen(over=1)")
    played.beats(18)
    played.enter('take = keep(33, "new")')
    feed.close()
    kept = played.wait_event("take", name="new")["data"]
    takes = played.folder / "takes"
    heard, _ = soundfile.read(takes / "0001_new.input.wav")
    assert kept["gaps"] == [] and np.abs(heard).max() > 0.1, "the recording is in the input"
    played.enter(MOVING)
    played.enter("drone.train(take, mins=.02)")
    made = played.wait_event("trained", TRAIN_SECONDS)["data"]
    assert read(made["path"]).name == "default_2"
    assert "new" in made["text"] and "old" in made["text"] and "anchors moved" in made["text"]
    played.wait_said("drone: default_2 is ready — drone.swap()")
    played.terminal.wait("default_2: new")  # the report's line, before anything is swapped


def cross(played: Rehearsal, jack: JackServer) -> Story:
    """Swap, play on, and go back."""
    tape = Tape(jack, played.home / "heard.wav", 40.0)
    played.beats(9)
    crossings = []
    for line, name in (("drone.swap(at=4, over=4)", "default_2"), ("drone.back(at=4, over=4)", "default")):
        first = played.status()["position"]
        played.enter(line)
        played.wait_model("drone", lambda plays, name=name: plays == name)
        crossings.append((first, played.status()["position"]))
        played.beats(9)
    played.enter('keep(36, "all")')
    tape.stop()
    kept = played.wait_event("take", name="all")["data"]
    sound, _ = soundfile.read(played.folder / "takes" / "0002_all.wav", dtype="float32")
    assert kept["gaps"] == []
    screen = played.terminal.screen()
    assert "rror" not in screen, screen
    within = [(first - kept["start"], last - kept["start"]) for first, last in crossings]
    return Story(np.asarray(sound), within, tape.samples)


def test_what_was_kept_is_learnt_and_swapped_in_and_nothing_is_heard_of_it(tmp_path: Path) -> None:
    """Steps are looked for in what the instrument keeps; that the sound card was given that is seen on the
    tape of a performance in which a busy machine has lost no block, of several if need be."""
    said = []
    for number in range(MOST_PERFORMANCES):
        home = tmp_path / str(number)
        home.mkdir()
        story = perform(home)
        check_sound(story)
        said.append(str(story))
        print(said[-1])
        control, *rates = (n / seconds for n, seconds in zip(story.underruns, story.seconds, strict=True))
        if max(rates) <= control + MOST_MORE and is_on_tape(story):
            return
    pytest.fail(f"the tape lacks some of what was kept, or the ring ran dry while it learnt: {said}")


def check_sound(story: Story) -> None:
    """It never stops, and its largest steps are not where it crosses."""
    mono = story.kept[:, 0].astype(np.float64)
    windows = mono[: len(mono) // WINDOW * WINDOW].reshape(-1, WINDOW)
    assert np.abs(windows).max(axis=1).min() > SILENCE, "the sound stops"
    steps = np.abs(np.diff(mono))
    (swap, swapped), (back, there) = story.crossings
    steady = max(steps[:swap].max(), steps[swapped:back].max(), steps[there:].max())
    for name, (first, last) in zip(("swap", "back"), story.crossings, strict=True):
        assert steps[first:last].max() <= MOST_STEP * steady, f"{name}: a click"


def is_on_tape(story: Story) -> bool:
    """Whether the tape has what was kept, from before the swap until after the way back."""
    (first, _), (_, last) = story.crossings
    sound = story.kept[first:last, 0].astype(np.float64)
    size = 1 << (len(story.tape) + len(sound)).bit_length()
    match = np.fft.irfft(np.fft.rfft(story.tape, size) * np.conj(np.fft.rfft(sound, size)), size)
    at = int(np.argmax(match[: len(story.tape)]))
    heard = story.tape[at : at + len(sound)]
    return len(heard) == len(sound) and bool(np.abs(heard - sound).max() <= QUANTUM)
