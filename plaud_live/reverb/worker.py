"""Runs a fitting to its end, or until it is told to stop: the best so far is always on the disk, certified.

A state is written whole to OUT/NAME.json, with its plan beside it, if it is better than the last one there:
at most twice a second, and no longer than a third of the time goes into that.
"""

import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from compiler.errors import NotCertified
from plaud_live.errors import SettingsError
from plaud_live.reverb.certifying import write_finished, write_quickly
from plaud_live.reverb.networks import Network
from plaud_live.reverb.state import State
from plaud_live.training.progress import Reporter, Status

EVERY_SECONDS = 0.5

_BETTER = 0.999
_PAUSE = 2.0
"""Times as long as writing a state took, to fit on before the next: certifying it takes a second or more."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """What came of it: the file, the sha256 of it, the network, whether it was stopped before its end."""

    path: Path
    digest: str
    network: Network
    loss: float
    stopped: bool


class Teller:
    """Tells whoever started it what happens: lines of JSON, or a bar and lines of text."""

    def __init__(self, report_fd: int | None) -> None:
        self._reporter = Reporter(report_fd) if report_fd is not None else None
        self._bar: Any = None
        self._started = time.monotonic()

    def begin(self, stage: str) -> None:
        """What is done before the first state."""
        if self._reporter is not None:
            self._reporter.status(Status(stage))

    def progress(self, state: State) -> None:
        """How far it is."""
        if self._reporter is not None:
            self._reporter.status(self._status(state))
            return
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=100, bar_format="{desc:<24}{bar}{percentage:3.0f} % {postfix}")
        self._bar.set_description(state.stage, refresh=False)
        self._bar.set_postfix_str(f"loss {state.loss:.3f}", refresh=False)
        self._bar.update(100.0 * state.done - self._bar.n)

    def event(self, event: str, **data: Any) -> None:
        """What has happened; without somebody who reads, messages are printed."""
        if self._reporter is not None:
            self._reporter.event(event, **data)
        elif event in ("message", "fitted"):
            self.close()
            print(data["text"])

    def close(self) -> None:
        """No bar any more."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _status(self, state: State) -> Status:
        spent = time.monotonic() - self._started
        left = spent * (1.0 - state.done) / state.done if state.done > 0.02 else None
        return Status(state.stage, state.done, state.step, state.loss, left)


class Publisher:
    """Writes states to one file, each certified and better than the one before."""

    def __init__(self, path: Path, tell: Teller) -> None:
        self.path, self._tell = path, tell
        self.best: State | None = None
        self.digest = ""
        self._waiting: State | None = None
        self._generation = 0
        self._due = time.monotonic()

    def offer(self, state: State) -> None:
        """Write `state` if it is better, now or when its time has come. Raises ConfigError."""
        best = self._waiting or self.best
        if best is None or state.restarts or state.loss < _BETTER * best.loss:
            self._waiting = state
        if time.monotonic() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        state, self._waiting = self._waiting, None
        if state is not None:
            self._write(state, write_quickly)

    def finish(self) -> None:
        """Write the best again, as what is finished."""
        if self.best is not None:
            self._tell.progress(replace(self.best, stage="finishing", done=1.0))
            self._write(self.best, write_finished)

    def _write(self, state: State, how: Callable[[Path, Network], str]) -> None:
        """Write and announce `state`; one that is not certified is left out."""
        began = time.monotonic()
        try:
            self.digest = how(self.path, state.network)
        except NotCertified as error:
            self._tell.event("message", text=f"a state is left out: {error}")
            return
        self.best = state
        now = time.monotonic()
        self._due = now + max(EVERY_SECONDS, _PAUSE * (now - began))
        self._generation += 1
        self._tell.event("state", path=str(self.path), generation=self._generation, loss=state.loss)


def fit(
    states: Iterable[State], path: Path, tell: Teller, stop: Callable[[], bool] = lambda: False
) -> Fitted:
    """Publish the best of `states` until they end or `stop` says so.

    Raises SettingsError if none could be certified, ConfigError for a file that cannot be written.
    """
    publisher = Publisher(path, tell)
    stopped = False
    for state in states:
        publisher.offer(state)
        tell.progress(state)
        if stop():
            stopped = True
            break
    publisher.flush()
    best = publisher.best
    if best is None:
        raise SettingsError(f"{path.stem}: no state of it could be certified: nothing is written")
    if not stopped:
        publisher.finish()
    return Fitted(path, publisher.digest, best.network, best.loss, stopped)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """SIGTERM and SIGINT are asked for, and end nothing."""
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    kept = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: asked
    finally:
        for number, before in kept.items():
            signal.signal(number, before)
