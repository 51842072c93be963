"""The value that every parameter has at a beat, by its OSC address: what clients are told and ask for."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from plaud_live.control.namespace import root_of
from plaud_live.control.parameters import Info, Parameter, parameters
from plaud_live.control.state import InstrumentState, Part, State
from plaud_live.control.transaction import Change, Quant, Set, Tempo
from plaud_live.engine.inputs import Inputs
from plaud_live.signals.graph import Array, Constant, Evaluation, Signal
from plaud_live.signals.space import Vector

BPM, QUANT = "/plaud/clock/bpm", "/plaud/clock/quant"


@lru_cache(maxsize=64)
def rows_of(name: str, info: Info) -> tuple[tuple[str, Parameter], ...]:
    """Addresses and rows of the parameters of one number, of an instrument or the reverb."""
    return tuple((root_of(name) + row.name, row) for row in parameters(info).values() if row.size == 1)


def readings(state: State, beat: float, inputs: Inputs) -> dict[str, float]:
    """All values at a beat; what fails or is not finite just now is left out."""
    found = {BPM: state.tempo.bpm_at(beat), QUANT: state.quant}
    at = Evaluation(np.array([beat]), state.lookup, inputs=inputs)
    for name, part in state.parts.items():
        values = _of_sources(part, at)
        for address, row in rows_of(name, part.info):
            value = values.get(row.source)
            if value is not None:
                number = float(value.flat[row.index or 0])
                if np.isfinite(number):
                    found[address] = number
    return found


def latents(instrument: InstrumentState, at: Evaluation) -> Array | None:
    """Where an instrument's latents are, [d] in playable units; None where that cannot be said."""
    value = _value(instrument.sources["z"].signal, at)
    if value is None or not np.isfinite(value).all():
        return None
    return np.broadcast_to(value, (instrument.info.latent_size,))


def addresses_of(state: State, changes: Iterable[Change]) -> list[str]:
    """The addresses of the parameters that changes set: those of aliases, too."""
    found: list[str] = []
    for change in changes:
        match change:
            case Tempo():
                found.append(BPM)
            case Quant():
                found.append(QUANT)
            case Set() if (part := state.parts.get(change.instrument)) is not None:
                row = parameters(part.info)[change.parameter]
                found += (
                    address
                    for address, each in rows_of(change.instrument, part.info)
                    if each.source == row.source and row.index in (None, each.index)
                )
    return found


def _of_sources(part: Part, at: Evaluation) -> dict[str, Array]:
    values: dict[str, Array] = {}
    for name, source in part.sources.items():
        if name == "z" and isinstance(part, InstrumentState):
            value = latents(part, at)
        else:
            value = _value(source.signal, at)
        if value is not None:
            values[name] = value
    return values


def _value(signal: Signal, at: Evaluation) -> Array | None:
    match signal:
        case Constant():
            return np.array(signal.number)
        case Vector():
            return np.asarray(signal.values)
    try:
        return np.asarray(at.value(signal)[0])
    except Exception:  # whatever it is, the engine holds it, and says so
        return None
