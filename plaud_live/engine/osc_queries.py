"""OSC messages that are answered: what they ask of the desk, and the reply."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from plaud_live import __version__
from plaud_live.control.conductor import Outcome
from plaud_live.control.namespace import BOTH, CONTROLS, LISTS, LIVE, ROOT, addresses, split
from plaud_live.control.scenes import current_scene
from plaud_live.control.state import State
from plaud_live.control.units import playable_to_raw
from plaud_live.engine.asked import Launching, Times
from plaud_live.engine.pushing import Pushing
from plaud_live.engine.taking import Taking
from plaud_live.engine.training import Training
from plaud_live.errors import OscError, ParameterError, suggestion
from plaud_live.signals.graph import Evaluation

NAMESPACE_VERSION = 1
MOST_TEXT = 200

Value = int | float | str
Reply = tuple[str, tuple[Value, ...]]


class Clock(Times, Protocol):
    """Samples in time: `engine.sample_clock.SampleClock`, or a test's own."""

    @property
    def rate(self) -> float:
        """The sound card's sample rate as measured, in Hz."""

    def wall_to_monotonic(self, wall: float) -> float:
        """A wall clock time in monotonic time."""


class Desk(Launching, Protocol):
    """Where clients' wishes are carried out: `engine.desk.Desk`, or a test's own."""

    @property
    def taking(self) -> Taking | None:
        """Who makes takes; None where nobody does."""

    @property
    def training(self) -> Training | None:
        """Who asks the trainer; None where there is none."""

    @property
    def pushing(self) -> Pushing | None:
        """Who has the reverb published; None where nobody does."""

    @property
    def next_sample(self) -> int:
        """The first sample on which a state that is handed over soon has a say."""

    @property
    def times(self) -> Clock:
        """Samples in time."""

    def give_way(self) -> None:
        """Let a block that is being rendered be finished before anything else is done."""

    def undo(self) -> Outcome:
        """Take back the last step. Raises TransactionError if there is none."""

    def redo(self) -> Outcome:
        """Do again what was taken back. Raises TransactionError if there is nothing."""

    def panic(self) -> Outcome:
        """Silence at once."""

    def status(self) -> Mapping[str, Any]:
        """What the snapshot shows, and `sample_rate`."""

    def remark(self, text: str, by: str) -> None:
        """Write a line into the log."""

    def leave(self) -> None:
        """End the session."""

    def learn(self, address: str) -> str:
        """Have the next control that moves move this parameter; '' for none. Returns what is waited for."""


def _status(desk: Desk) -> Reply:
    status = desk.status()
    return "/plaud/status.reply", (
        float(status["cpu_avg"]),
        float(status["cpu_peak"]),
        float(status["latency_ms"]),
        int(status["xruns"]),
        int(status["late"]),
        len(desk.state.instruments),
        float(status["sample_rate"]),
        desk.times.rate,
        int(status.get("rec") is not None),
        current_scene(desk.state),
    )


def _version(desk: Desk) -> Reply:
    return "/plaud/version.reply", (__version__, NAMESPACE_VERSION)


def _ping(desk: Desk, number: float | None) -> Reply:
    return "/plaud/pong", () if number is None else (int(number),)


def _sync(desk: Desk, number: float) -> Reply:
    return "/plaud/synced", (int(number),)


def _beat(desk: Desk) -> Reply:
    beat = desk.beat
    return "/plaud/clock/beat.reply", (beat, desk.state.tempo.bpm_at(beat))


def _get(desk: Desk, address: str) -> Reply:
    return "/plaud/get.reply", (address, *values(desk, address))


def values(desk: Desk, address: str) -> tuple[float, ...]:
    """The value of an address that has one. Raises OscError: 404."""
    state, beat = desk.state, desk.beat
    if address == "/plaud/clock/bpm":
        return (state.tempo.bpm_at(beat),)
    if address == "/plaud/clock/quant":
        return (state.quant,)
    if address.startswith(CONTROLS):
        heard = desk.inputs.latest().get(LIVE + address.removeprefix(CONTROLS))
        if heard is None:
            raise OscError(f"get {address!r:.80}: nothing has arrived there yet", 404)
        return heard
    node = addresses(state).get(address)
    if node is None or node.access != BOTH:
        raise OscError(
            f"get {address!r:.80}: no such value{suggestion(address, addresses(state), ROOT)}", 404
        )
    name, _ = split(address)
    info = state.parts[name].info
    source, index, size = ("z", None, info.latent_size)
    if node.row is not None:
        source, index, size = node.row.source, node.row.index, node.row.size
    now = Evaluation(np.array([beat]), state.lookup, inputs=desk.inputs)
    value = np.broadcast_to(now.value(state.lookup((name, source, index)))[0], (size,))
    if node.row is None:  # raw/z
        value = playable_to_raw(value, np.array(info.low), np.array(info.high))
    return tuple(value.tolist())


def _undo(desk: Desk) -> Reply:
    return "/plaud/done", ("/plaud/undo", desk.undo().message)


def _redo(desk: Desk) -> Reply:
    return "/plaud/done", ("/plaud/redo", desk.redo().message)


def _learn(desk: Desk, address: str) -> Reply:
    try:
        return "/plaud/done", ("/plaud/map/learn", desk.learn(address))
    except ParameterError as error:
        raise OscError(str(error), 404) from None


def _quit(desk: Desk) -> Reply:
    desk.leave()
    return "/plaud/done", ("/plaud/quit",)


def names_of(state: State, what: str) -> Reply:
    """Names that the state has. Raises OscError: 404."""
    names = _LISTS.get(what)
    if names is None:
        raise OscError(f"list {what!r:.40}: have {', '.join(LISTS)}", 404)
    return "/plaud/list.reply", (what, *names(state))


_LISTS: dict[str, Callable[[State], list[str]]] = {
    "inst": lambda state: list(state.instruments),
    "anchors": lambda state: sorted({name for named in state.anchors.values() for name in named}),
    "scenes": lambda state: list(state.scenes),
}

QUERIES: dict[str, Callable[..., Reply | None]] = {
    "/plaud/status": _status,
    "/plaud/version": _version,
    "/plaud/ping": _ping,
    "/plaud/sync": _sync,
    "/plaud/clock/beat": _beat,
    "/plaud/get": _get,
    "/plaud/undo": _undo,
    "/plaud/redo": _redo,
    "/plaud/map/learn": _learn,
    "/plaud/quit": _quit,
}
"""By address: what answers, given the desk and the arguments as the namespace has them; None: no answer."""

ACTING = frozenset({"/plaud/undo", "/plaud/redo", "/plaud/map/learn", "/plaud/quit"})
"""Those that do something, too."""
