"""Publishing a model to the watched plugin while it is trained: as often as is good, and always the last.

`compiler.publisher` decides what is written. The plugin answers in `NAME.dsp.status.json`.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self, TypeAlias

from compiler.control_arguments import checked_controls
from compiler.errors import CompilerError, ConfigError
from compiler.files import read_object
from compiler.gates import Controls
from compiler.ir.json import from_json
from compiler.ir.nodes import Model
from compiler.playable import Playable
from compiler.publisher import STATUS_ENDING, Publisher, Update

__all__ = ["HotReload", "PluginStatus", "Update"]

log = logging.getLogger("compiler.hot_reload")

STATUS_SCHEMA_VERSION = 1
INTERVAL_SECONDS = 0.25
"""Least time between two generations; the plugin's compiler needs about that long for a reverb."""


class Cancellable(Protocol):
    """What a timer gives back."""

    def cancel(self) -> None:
        """Do not fire any more."""


FlamoModel: TypeAlias = Any
"""A `torch.nn.Module`: torch is imported by the front end only."""

Timer: TypeAlias = Callable[[float, Callable[[], None]], Cancellable]
"""Calls a function once, after some seconds, in any thread."""


@dataclass(frozen=True)
class PluginStatus:
    """What the plugin wrote of the file that it watches."""

    state: Literal["ok", "error", "missing"]
    generation: int
    backend: str
    compile_ms: float
    error: str


@dataclass(frozen=True)
class _Snapshot:
    """A model as it was when it was given: nothing of it changes with the training that goes on."""

    model: FlamoModel | Model | Playable
    force: bool


class HotReload:
    """Publishes models into `path` (`….dsp`) and the files beside it.

    `fs` is the sample rate in Hz that FLAMO models are made for (configurations carry their own), `name` the
    model's. `controls` as for `json_to_faust`. An update is checked and published at once, in the caller's
    thread, unless one was in the last `interval_seconds` (or in as long as that one took, if it took longer):
    then it waits, and a timer's thread does it; of several that wait only the last is looked at. `close`
    publishes what waits. Safe to call from several threads. Raises ConfigError for another ending or other
    `controls`, BadValue for ranges that are none; whether a model can have the controls, `update` says.
    """

    def __init__(
        self,
        path: str | Path,
        fs: float | None = None,
        name: str = "reverb",
        controls: Controls = None,
        follow_host_rate: bool = False,
        interval_seconds: float = INTERVAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        timer: Timer | None = None,
    ) -> None:
        place = Path(path).expanduser().resolve()
        if place.suffix != ".dsp":
            raise ConfigError("", f"{path}: the file to publish into must end in .dsp")
        self._publisher = Publisher(place, checked_controls(controls), follow_host_rate)
        self._fs = fs
        self._name = name
        self._interval = interval_seconds
        self._clock = clock
        self._timer: Timer = _thread_timer if timer is None else timer
        self._idle = threading.Condition()
        self._is_busy = False
        self._waiting: _Snapshot | None = None
        self._alarm: Cancellable | None = None
        self._due = -math.inf
        self._last: Update | None = None
        self._logged = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file that the plugin watches."""
        return self._publisher.path

    @property
    def last(self) -> Update | None:
        """What became of the last model that was looked at; None before the first."""
        return self._last

    def update(self, model: FlamoModel | Mapping[str, Any] | Playable, force: bool = False) -> Update:
        """Publish a FLAMO model, or a configuration, if it may be heard; else the last good one stays.

        A `Playable` is not judged again, which takes seconds: it wants `controls` to be all of
        `compiler.playable.KNOBS`, and `follow_host_rate`. `force` publishes what could not be decided
        (indeterminate), nothing worse. Raises nothing for a bad model, so that training goes on: the reason
        is returned, and logged if it is another than before.
        """
        with self._idle:
            is_first = not self._is_busy and self._clock() >= self._due
            if is_first:
                self._take()
                self._is_busy = True
        if is_first:
            return self._work(model, force)
        try:
            snapshot = _Snapshot(self._copied(model), force)
        except CompilerError as error:
            return self._say(self._refused(error))
        with self._idle:
            self._waiting = snapshot
            self._set_alarm()
        return Update("waiting", generation=self._publisher.generation)

    def status(self) -> PluginStatus | None:
        """What the plugin last said; None if it said nothing that can be read."""
        answer = read_object(self._publisher.beside(STATUS_ENDING))
        if answer is None or answer.get("schema_version") != STATUS_SCHEMA_VERSION:
            return None
        state = answer.get("state")
        if state not in ("ok", "error", "missing"):
            return None
        generation, compile_ms = answer.get("generation"), answer.get("compile_ms")
        return PluginStatus(
            state,
            generation if isinstance(generation, int) else 0,
            str(answer.get("backend") or ""),
            float(compile_ms) if isinstance(compile_ms, int | float) else 0.0,
            str(answer.get("error") or ""),
        )

    def close(self) -> Update | None:
        """Publish what waits, at once. Gives back its outcome, or None if nothing waited."""
        with self._idle:
            self._idle.wait_for(lambda: not self._is_busy)
            snapshot = self._take()
        return None if snapshot is None else self._work(snapshot.model, snapshot.force)

    def _fire(self) -> None:
        """The timer's: look at what waits."""
        with self._idle:
            self._alarm = None
            snapshot = None if self._is_busy else self._take()
        if snapshot is not None:
            self._work(snapshot.model, snapshot.force)

    def _take(self) -> _Snapshot | None:
        """What waits, to be worked on from here; the lock is held."""
        snapshot, self._waiting = self._waiting, None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._is_busy = snapshot is not None
        return snapshot

    def _work(self, model: FlamoModel | Model | Playable | Mapping[str, Any], force: bool) -> Update:
        """Read, check and publish, for as long as that takes; `_is_busy` is this thread's."""
        began = self._clock()
        try:
            return self._say(self._publisher.publish(self._read(model), force))
        except CompilerError as error:
            return self._say(self._refused(error))
        finally:
            with self._idle:
                ended = self._clock()
                self._due = ended + max(self._interval, ended - began)
                self._is_busy = False
                self._set_alarm()
                self._idle.notify_all()

    def _read(self, model: FlamoModel | Model | Playable | Mapping[str, Any]) -> Model | Playable:
        if isinstance(model, Model | Playable):
            return model
        if isinstance(model, Mapping):
            return from_json(model)
        if self._fs is None:
            raise ConfigError(self._name, "fs, the sample rate of FLAMO models in Hz, was not given")
        from compiler.frontend.read import read_model

        return read_model(model, self._fs, self._name)

    def _copied(self, model: FlamoModel | Mapping[str, Any] | Playable) -> FlamoModel | Model | Playable:
        """A copy that training does not change. Raises CompilerError for what is no model."""
        if isinstance(model, Mapping):
            return from_json(model)
        if isinstance(model, Playable):
            return model
        if not hasattr(model, "state_dict"):
            return self._read(model)  # which says what is wrong with it
        from compiler.frontend.double import double_copy

        try:
            return double_copy(model)
        except CompilerError as error:
            raise error.within(self._name) from None

    def _refused(self, error: CompilerError) -> Update:
        return Update("refused", str(error), None, self._publisher.generation)

    def _set_alarm(self) -> None:
        """Wake up for what waits, unless that is arranged or somebody is at work; the lock is held."""
        if self._waiting is not None and self._alarm is None and not self._is_busy:
            self._alarm = self._timer(max(0.0, self._due - self._clock()), self._fire)

    def _say(self, update: Update) -> Update:
        """Keep the outcome, and log its reason, once for as long as it stays the same."""
        if update.reason and update.reason != self._logged:
            log.warning("%s", update.reason)
        if update.state != "unchanged":
            self._logged = update.reason
        self._last = update
        return update


def _thread_timer(seconds: float, call: Callable[[], None]) -> Cancellable:
    """Not a daemon: a program that ends waits for it, so that the last state arrives."""
    timer = threading.Timer(seconds, call)
    timer.start()
    return timer
