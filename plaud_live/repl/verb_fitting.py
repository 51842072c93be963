"""What the reverb is to become, as it is typed, and how far that is."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plaud_live.control.parameters import VERB, ReverbInfo
from plaud_live.errors import ParameterError
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.progress import progress, word_of
from plaud_live.repl.sounds import Sound, sound
from plaud_live.repl.takes import Take
from plaud_live.settings import home

INPUT = "input"
LISTENING_SECONDS = (1.0, 60.0)


class Fit:
    """Fits the reverb in the background, from what plays on: to another decay, to a smoother sound.

    `t60` in seconds, of all octaves or of some, `{125: 4, 1000: 3}`; `colorless=True` trains it to have no
    colour of its own, in so many `steps`. It is heard while it changes; that is one step to undo.
    `verb.fit.stop()` ends it and keeps the best so far.

    >>> verb.fit(t60=3.5)
    >>> verb.fit.stop()
    """

    __slots__ = ("_performance",)

    def __init__(self, performance: Performance) -> None:
        self._performance = performance

    def __call__(
        self, t60: object = None, colorless: object = False, steps: object = None, name: object = None
    ) -> Page:
        """Begin, or wait for what goes on. Raises a PlaudError."""
        bands = {str(hz): each for hz, each in t60.items()} if isinstance(t60, Mapping) else t60
        asked = {"how": "fit", "t60": bands, "colorless": bool(colorless), "steps": steps, "name": name}
        return begin(self._performance, "fit", asked)

    def stop(self) -> Page:
        """End the fitting that goes on, or the matching, and keep the best so far.

        >>> verb.fit.stop()
        """
        job = self._performance.request("train_stop", instrument=VERB)["job"]
        return Page(f"{job['name']} stops after its step; the best so far is kept")

    def __repr__(self) -> str:
        jobs = self._performance.request("training")["jobs"]
        mine = [job for job in jobs if job.get("instrument") == VERB]
        if not mine:
            return f"{VERB} is not being fitted — {VERB}.fit(t60=3.5)"
        return "\n".join(f"{word_of(job)} {job['name']}: {progress(job)}" for job in mine)


def match(performance: Performance, room: object, secs: object, name: object) -> Page:
    """Match the reverb to a recording of a room. Raises a PlaudError."""
    asked = {"how": "match", "recording": recording_of(room), "seconds": secs, "name": name}
    return begin(performance, "match", asked)


def listen(performance: Performance, secs: object, name: object) -> Page:
    """Record the input for so many seconds, then match the reverb to it. Raises a PlaudError."""
    low, high = LISTENING_SECONDS
    if isinstance(secs, bool) or not isinstance(secs, int | float) or not low <= secs <= high:
        raise ParameterError(f"{VERB}.listen({secs!r:.40}): wants {low:g} to {high:g} seconds")
    performance.commit()
    performance.on_message(f"{VERB} listens for {secs:g} s: clap once, then be quiet")
    performance.until(lambda: None, float(secs))
    beats = performance.state.tempo.bpm * secs / 60.0
    info = performance.request("keep", beats=beats, name=name if isinstance(name, str) else "room")["take"]
    performance.learn_take(info)
    if INPUT not in info.get("tracks", ()):
        raise ParameterError(f"{VERB}.listen(): nothing was heard: is there an input? `plaud-live doctor`")
    mix = Path(str(info["path"]))
    asked = {"how": "match", "recording": str(mix.with_name(f"{mix.stem}.{INPUT}.wav")), "name": name}
    return begin(performance, "listen", asked)


def begin(performance: Performance, word: str, asked: dict[str, Any]) -> Page:
    """Ask for it. Raises a PlaudError."""
    if performance.in_loop:
        raise ParameterError(f"{VERB}.{word}(…): not in a loop, which would ask for it again and again")
    performance.commit()
    job = performance.request("fit", **asked)["job"]
    begins = "waits for its turn" if job.get("stage") == "waiting" else "begins"
    return Page(
        f"{job['name']} {begins}, and is heard while it changes — {VERB}.fit.stop() keeps the best so far"
    )


def plot(performance: Performance, info: ReverbInfo) -> Page:
    """Draw a reverb in a process of its own, and say where the picture is. Raises ParameterError."""
    if performance.in_loop:
        raise ParameterError(f"{VERB}.plot(): not in a loop")
    out = home() / "reverbs" / f"{info.name}.png"
    polite = [shutil.which("nice") or "", "-n", "19"]
    command = [sys.executable, "-m", "plaud_live", "reverb", "report", info.path, "--out", str(out)]

    def draw() -> None:
        done = subprocess.run(
            [*(polite if polite[0] else ()), *command], capture_output=True, text=True, check=False
        )
        words = (done.stderr or done.stdout).strip().splitlines() or ["no picture"]
        performance.on_message(f"{VERB}: {out}" if done.returncode == 0 else f"{VERB}.plot(): {words[-1]}")

    out.parent.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=draw, name="plaud-plot", daemon=True).start()
    return Page(f"{info.name} is being drawn: {out}")


def recording_of(room: object) -> str:
    """The sound file that is meant, absolute. Raises ParameterError."""
    if isinstance(room, Take):
        room = room.path
    if isinstance(room, Sound) and room != sound(room.path):
        raise ParameterError(f"{VERB}.match(…): takes whole recordings, {room} is a part of one")
    path = getattr(room, "path", room)
    if not isinstance(path, str | os.PathLike) or not str(path):
        raise ParameterError(f'{VERB}.match({room!r:.40}): wants a recording, as in {VERB}.match("room.wav")')
    given = Path(path).expanduser()
    found = next((each for each in (given, home() / given) if each.is_file()), None)
    if found is None:
        raise ParameterError(f"{VERB}.match(…): there is no {str(path)!r}, here or in {home()}")
    return str(found.resolve())
