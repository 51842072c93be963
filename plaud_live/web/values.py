"""The values of addresses now, as OSCQuery and the surface show them: computed here, not by the engine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from plaud_live import __version__
from plaud_live.control.namespace import CONTROLS, LIVE, Node, split
from plaud_live.control.parameters import LEVEL
from plaud_live.control.state import State
from plaud_live.control.units import playable_to_raw
from plaud_live.errors import SignalError
from plaud_live.signals.evaluation import Evaluation
from plaud_live.signals.graph import Constant
from plaud_live.signals.transitions import target

NAMESPACE_VERSION = 1

Value = int | float | str
Array = np.ndarray[Any, np.dtype[np.float64]]


class Values:
    """Values at one instant of `state`; `status` is what the engine showed then."""

    def __init__(self, state: State, status: Mapping[str, Any]) -> None:
        self.state, self.status = state, status
        self.beat = float(status.get("beat") or 0.0)
        self._heard = Heard(status.get("inputs") or {})
        self._evaluation = Evaluation(np.array([self.beat]), state.lookup, inputs=self._heard)

    def of(self, node: Node) -> tuple[Value, ...] | None:
        """The value of an address; None where it has none, or none that is known now."""
        address = node.address
        if node.row is not None:
            return self.parameter(split(address)[0], node.row.source, node.row.index, node.row.size)
        if address.endswith("/raw/z"):
            return self._raw(split(address)[0])
        if address.startswith(CONTROLS):
            heard = self._heard.values.get(LIVE + address.removeprefix(CONTROLS))
            return None if heard is None else tuple(heard)
        whole = _WHOLE.get(address)
        return None if whole is None else whole(self)

    def parameter(
        self, instrument: str, source: str, index: int | None = None, size: int = 1
    ) -> tuple[Value, ...] | None:
        """The value of a parameter: of latents what the engine says that they are."""
        known = self.state.parts.get(instrument)
        if known is None or source not in known.sources:
            return None
        if source == "z":
            shown = (self.status.get("instruments") or {}).get(instrument, {}).get("z") or ()
            if len(shown) == known.info.latent_size:
                return tuple(shown) if index is None else (shown[index],)
        signal = known.sources[source].signal
        if isinstance(signal, Constant):
            return (signal.number,) * size
        try:
            value = self._evaluation.value(self.state.lookup((instrument, source, index)))[0]
            return tuple(np.broadcast_to(value, (size,)).tolist())
        except (SignalError, ValueError, RecursionError):  # the engine holds it; what it is nobody says
            return None

    def playing(self, instrument: str) -> bool:
        """Whether an instrument plays or is about to: it was not told to stop."""
        level = target(self.state.instruments[instrument].sources[LEVEL].signal)
        return not (isinstance(level, Constant) and level.number <= 0.0)

    def _raw(self, instrument: str) -> tuple[Value, ...] | None:
        known = self.state.instruments.get(instrument)
        place = known and self.parameter(instrument, "z", None, known.info.latent_size)
        if known is None or place is None:
            return None
        low, high = np.array(known.info.low), np.array(known.info.high)
        return tuple(playable_to_raw(np.array(place, dtype=np.float64), low, high).tolist())


class Heard:
    """What was heard last on live inputs, as the engine shows it. Implements `signals.graph.Inputs`."""

    def __init__(self, values: Mapping[str, Sequence[float]]) -> None:
        self.values = values

    def read(self, name: str, beats: Array) -> Array:
        """The last values at any beat: [n] or [n, d]; 0.5 for what was not heard."""
        row = np.array(self.values.get(name, (0.5,)), dtype=np.float64)
        return np.full(len(beats), row[0]) if row.size == 1 else np.tile(row, (len(beats), 1))


def _status(now: Values) -> tuple[Value, ...]:
    shown = now.status
    rate = float(shown.get("sample_rate") or 0.0)
    load = (float(shown.get(key) or 0.0) for key in ("cpu_avg", "cpu_peak", "latency_ms"))
    counts = (int(shown.get(key) or 0) for key in ("xruns", "late"))
    return (*load, *counts, len(now.state.instruments), rate, rate, 0, "")


_WHOLE: dict[str, Callable[[Values], tuple[Value, ...]]] = {
    "/plaud/status": _status,
    "/plaud/version": lambda now: (__version__, NAMESPACE_VERSION),
    "/plaud/clock/beat": lambda now: (now.beat, now.state.tempo.bpm_at(now.beat)),
    "/plaud/clock/bpm": lambda now: (now.state.tempo.bpm_at(now.beat),),
    "/plaud/clock/quant": lambda now: (now.state.quant,),
}
