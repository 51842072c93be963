"""OSC messages that are answered: what they ask of the desk, and the reply."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from plaud_live import __version__, settings
from plaud_live.control.conductor import Outcome
from plaud_live.control.osc import OscMessage
from plaud_live.control.osc_messages import INSTRUMENTS, numbers, text
from plaud_live.control.parameters import parameters
from plaud_live.control.state import State
from plaud_live.control.transaction import Transaction
from plaud_live.engine.inputs import Inputs
from plaud_live.errors import OscError
from plaud_live.signals.graph import Evaluation

NAMESPACE_VERSION = 1

Value = int | float | str
Reply = tuple[str, tuple[Value, ...]]


class Desk(Protocol):
    """Where clients' wishes are carried out: `engine.desk.Desk`, or a test's own."""

    @property
    def state(self) -> State:
        """What is playing."""

    @property
    def beat(self) -> float:
        """The beat that is rendered next."""

    @property
    def inputs(self) -> Inputs:
        """What is live."""

    def hear(self, name: str, values: Sequence[float]) -> None:
        """Something has arrived for a live input; it counts from the next block on."""

    def submit(self, transaction: Transaction) -> Outcome:
        """Launch changes. Raises a PlaudError and changes nothing if they are refused."""

    def undo(self) -> Outcome:
        """Take back the last step. Raises TransactionError if there is none."""

    def redo(self) -> Outcome:
        """Do again what was taken back. Raises TransactionError if there is nothing."""

    def panic(self) -> Outcome:
        """Silence at once."""

    def status(self) -> Mapping[str, Any]:
        """What the snapshot shows, and `sample_rate`."""

    def tell(self, line: str) -> None:
        """Show a line to the performer."""


def _status(desk: Desk, message: OscMessage) -> Reply:
    status = desk.status()
    rate = float(status["sample_rate"])
    return "/plaud/status.reply", (
        float(status["cpu_avg"]),
        float(status["cpu_peak"]),
        float(status["latency_ms"]),
        int(status["xruns"]),
        int(status["late"]),
        len(desk.state.instruments),
        rate,
        rate,
        0,
        "",
    )


def _version(desk: Desk, message: OscMessage) -> Reply:
    return "/plaud/version.reply", (__version__, NAMESPACE_VERSION)


def _ping(desk: Desk, message: OscMessage) -> Reply:
    return "/plaud/pong", tuple(int(n) for n in numbers(message, 0, 1, "at most one number"))


def _sync(desk: Desk, message: OscMessage) -> Reply:
    return "/plaud/synced", (int(numbers(message, 1, 1, "one number")[0]),)


def _beat(desk: Desk, message: OscMessage) -> Reply:
    beat = desk.beat
    return "/plaud/clock/beat.reply", (beat, desk.state.tempo.bpm_at(beat))


def _list(desk: Desk, message: OscMessage) -> Reply:
    what = text(message, 0, f"one of {', '.join(_LISTS)}")
    names = _LISTS.get(what)
    if names is None:
        raise OscError(f"list {what!r:.40}: have {', '.join(_LISTS)}", 404)
    return "/plaud/list.reply", (what, *names(desk.state))


def _get(desk: Desk, message: OscMessage) -> Reply:
    address = text(message, 0, "the address of a parameter")
    return "/plaud/get.reply", (address, *_values(desk, address))


def _values(desk: Desk, address: str) -> tuple[float, ...]:
    state, beat = desk.state, desk.beat
    if address == "/plaud/clock/bpm":
        return (state.tempo.bpm_at(beat),)
    if address == "/plaud/clock/quant":
        return (state.quant,)
    name, _, parameter = address.removeprefix(INSTRUMENTS).partition("/")
    instrument = state.instruments.get(name)
    row = parameters(instrument.info).get(parameter) if instrument else None
    if row is None or not address.startswith(INSTRUMENTS):
        raise OscError(f"get {address!r:.80}: no such parameter", 404)
    now = Evaluation(np.array([beat]), state.lookup, inputs=desk.inputs)
    value = now.value(state.lookup((name, row.source, row.index)))[0]
    return tuple(np.broadcast_to(value, (row.size,)).tolist())


def _undo(desk: Desk, message: OscMessage) -> Reply:
    return "/plaud/done", (message.address, desk.undo().message)


def _redo(desk: Desk, message: OscMessage) -> Reply:
    return "/plaud/done", (message.address, desk.redo().message)


def _models() -> list[str]:
    found = {path.stem for path in (settings.home() / "models").glob("*.plaud")}
    return sorted({settings.DEFAULT_MODEL, *found})


_LISTS: dict[str, Callable[[State], list[str]]] = {
    "inst": lambda state: list(state.instruments),
    "models": lambda state: _models(),
    "anchors": lambda state: sorted({name for named in state.anchors.values() for name in named}),
    "scenes": lambda state: list(state.scenes),
    "takes": lambda state: [],
}

QUERIES: dict[str, Callable[[Desk, OscMessage], Reply]] = {
    "/plaud/status": _status,
    "/plaud/version": _version,
    "/plaud/ping": _ping,
    "/plaud/sync": _sync,
    "/plaud/clock/beat": _beat,
    "/plaud/list": _list,
    "/plaud/get": _get,
    "/plaud/undo": _undo,
    "/plaud/redo": _redo,
}
