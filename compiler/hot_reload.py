"""Publishing a model to the watched plugin while it is trained: checked first, whole, and not too often.

Four files, each written beside its place and renamed into it, in this order: `NAME.json` (the IR),
`NAME.cert.json`, `NAME.params.json` (coefficients by path), `NAME.dsp`. A new generation of the same
structure digest leaves `NAME.dsp` alone: the plugin takes the values from `NAME.params.json`.
The plugin answers in `NAME.dsp.status.json`.
"""

import json
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeAlias

from compiler.backend.faust import model_to_faust, parameter_values, structure_digest
from compiler.certificate import certify
from compiler.controls import ControlPlan, plan_controls
from compiler.errors import CompilerError, ConfigError
from compiler.files import write_whole
from compiler.gates import may_publish
from compiler.ir.json import Json, from_json
from compiler.pipeline import Prepared, prepare

if TYPE_CHECKING:
    from torch.nn import Module

log = logging.getLogger("compiler.hot_reload")

PARAMS_SCHEMA_VERSION = 1
STATUS_SCHEMA_VERSION = 1
INTERVAL_SECONDS = 0.25
"""Least time between two generations; the plugin's compiler needs about that long for a reverb."""

Controls: TypeAlias = Sequence[str] | Mapping[str, tuple[float, float]] | None


class Cancellable(Protocol):
    """What a timer gives back."""

    def cancel(self) -> None:
        """Do not fire any more."""


Timer: TypeAlias = Callable[[float, Callable[[], None]], Cancellable]
"""Calls a function once, after some seconds, in any thread."""


@dataclass(frozen=True)
class Update:
    """What became of one `update`.

    `state` is "published", "waiting" (it passed, and is published when the interval is over, unless a newer
    one passes before), "unchanged" (it is what lies there already) or "refused" (the last good one stays).
    """

    state: Literal["published", "waiting", "unchanged", "refused"]
    reason: str = ""
    """Why it was refused, or a warning."""
    verdict: str | None = None
    """The certificate's; None if the model was refused before it could be certified."""
    generation: int = 0
    """The newest generation that lies there; 0 for none."""
    recompiles: bool = False
    """Whether the structure is new, so that the plugin compiles."""


@dataclass(frozen=True)
class PluginStatus:
    """What the plugin wrote of the file that it watches."""

    state: Literal["ok", "error", "missing"]
    generation: int
    backend: str
    compile_ms: float
    error: str


@dataclass(frozen=True)
class _Checked:
    """A model that may be published. `digest` names its structure."""

    config: Json
    prepared: Prepared
    plan: ControlPlan
    digest: str
    certificate: Json
    verdict: str
    warning: str


class HotReload:
    """Publishes models into `path` (`….dsp`) and the files beside it.

    `fs` is the sample rate in Hz that FLAMO models are made for (configurations carry their own), `name` the
    model's. `controls` as for `json_to_faust`. Every update is checked at once, in the caller's thread. It is
    published at once too, or `interval_seconds` after the one before it, in a timer's thread; `close`
    publishes what waits. Safe to call from several threads.
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
        self._path = Path(path).expanduser().resolve()
        if self._path.suffix != ".dsp":
            raise ConfigError("", f"{path}: the file to publish into must end in .dsp")
        self._fs = fs
        self._name = name
        self._controls = controls
        self._follow_host_rate = follow_host_rate
        self._interval = interval_seconds
        self._clock = clock
        self._timer: Timer = _thread_timer if timer is None else timer
        self._lock = threading.Lock()
        self._due = -math.inf
        self._waiting: _Checked | None = None
        self._alarm: Cancellable | None = None
        self._published: _Checked | None = None
        self._generation = _generation(self._beside(".params.json"))
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
        return self._path

    def update(self, model: "Module | Mapping[str, Any]", force: bool = False) -> Update:
        """Check a FLAMO model, or a configuration, and publish it if it may be heard.

        `force` publishes what could not be decided (indeterminate), nothing worse. Raises nothing for a bad
        model: training goes on, and the reason is returned, and logged when it is another than before.
        """
        verdict = None
        try:
            config = self._read(model)
            prepared = prepare(from_json(config))
            plan = plan_controls(prepared, self._controls)
            digest = structure_digest(prepared, plan, self._follow_host_rate)
            certificate = certify(prepared, self._controls)
            verdict = certificate.verdict
            warning = may_publish(certificate, force)
        except CompilerError as error:
            return self._refused(error, verdict)
        checked = _Checked(config, prepared, plan, digest, certificate.to_json(), verdict, warning)
        with self._lock:
            newest = self._waiting or self._published
            if newest is not None and newest.config == checked.config:
                return self._outcome("waiting" if self._waiting else "unchanged", checked)
            self._waiting = checked
            wait = self._due - self._clock()
            if wait > 0.0:
                if self._alarm is None:
                    self._alarm = self._timer(wait, self._fire)
                return self._outcome("waiting", checked)
            return self._publish()

    def status(self) -> PluginStatus | None:
        """What the plugin last said; None if it said nothing that can be read."""
        answer = _read_object(self._beside(".dsp.status.json"))
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
        with self._lock:
            return self._publish() if self._waiting is not None else None

    def _fire(self) -> None:
        with self._lock:
            self._alarm = None
            if self._waiting is not None:
                self._publish()

    def _read(self, model: "Module | Mapping[str, Any]") -> Json:
        if isinstance(model, Mapping):
            return dict(model)
        if self._fs is None:
            raise ConfigError(self._name, "fs, the sample rate of FLAMO models in Hz, was not given")
        from compiler.frontend.read import flamo_to_json

        return flamo_to_json(model, self._fs, name=self._name)

    def _publish(self) -> Update:
        """Write the waiting model as the next generation; the lock is held."""
        checked, self._waiting = self._waiting, None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if checked is None:
            raise RuntimeError("nothing waits to be published")
        generation = self._generation + 1
        recompiles = self._published is None or self._published.digest != checked.digest
        params = {
            "schema_version": PARAMS_SCHEMA_VERSION,
            "structure": checked.digest,
            "generation": generation,
            "values": parameter_values(checked.prepared, checked.plan, self._follow_host_rate),
        }
        try:
            dsp = self._text(checked, generation) if recompiles else None
            self._path.parent.mkdir(parents=True, exist_ok=True)
            for ending, value in (
                (".json", checked.config),
                (".cert.json", checked.certificate),
                (".params.json", params),
            ):
                write_whole(self._beside(ending), json.dumps(value, allow_nan=False) + "\n")
            if dsp is not None:
                write_whole(self._path, dsp)
        except CompilerError as error:
            return self._refused(error, checked.verdict)
        except OSError as error:
            unwritten = ConfigError(str(self._path), f"cannot be written: {error.strerror}")
            return self._refused(unwritten, checked.verdict)
        self._generation = generation
        self._published = checked
        self._due = self._clock() + self._interval
        self._say(checked.warning)
        return self._outcome("published", checked, recompiles)

    def _text(self, checked: _Checked, generation: int) -> str:
        return model_to_faust(
            checked.prepared,
            checked.plan,
            follow_host_rate=self._follow_host_rate,
            live=True,
            generation=generation,
        )

    def _refused(self, error: CompilerError, verdict: str | None) -> Update:
        self._say(str(error))
        return Update("refused", str(error), verdict, self._generation)

    def _outcome(
        self, state: Literal["published", "waiting", "unchanged"], checked: _Checked, recompiles: bool = False
    ) -> Update:
        return Update(state, checked.warning, checked.verdict, self._generation, recompiles)

    def _say(self, complaint: str) -> None:
        """Log `complaint`, once for as long as it stays the same."""
        if complaint and complaint != self._logged:
            log.warning("%s", complaint)
        self._logged = complaint

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(self._path.stem + ending)


def _thread_timer(seconds: float, call: Callable[[], None]) -> Cancellable:
    """Not a daemon: a program that ends waits for it, so that the last state arrives."""
    timer = threading.Timer(seconds, call)
    timer.start()
    return timer


def _generation(params: Path) -> int:
    """Where another process stopped to count, so that a plugin sees that this one is newer."""
    last = (_read_object(params) or {}).get("generation")
    return last if type(last) is int and last > 0 else 0


def _read_object(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
