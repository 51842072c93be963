"""Places in latent space: where an instrument is, where a signal or a sound lies, which anchors are near."""

from collections.abc import Callable, Iterator, Sequence
from typing import overload

import numpy as np

from plaud_live.control.parameters import LATENT_RANGE
from plaud_live.control.resolving import resolve
from plaud_live.control.state import InstrumentState
from plaud_live.control.units import playable_to_raw, raw_to_playable
from plaud_live.errors import ParameterError, SignalError
from plaud_live.repl.performance import Performance
from plaud_live.repl.sounds import Sound
from plaud_live.signals.graph import Address, Array, Evaluation, Signal
from plaud_live.signals.live import Live
from plaud_live.signals.space import Anchor, Reference
from plaud_live.signals.traversal import walk


class Near(Sequence[Signal]):
    """Anchors, the nearest first, each with its distance: 1 is a playable range away in every latent.

    `near(drone)[0]` is the nearest one, to be assigned; `choose(near(drone))` picks one of them.
    """

    def __init__(self, names: Sequence[str], distances: Sequence[float]) -> None:
        self.names, self.distances = tuple(names), tuple(distances)

    @overload
    def __getitem__(self, index: int) -> Signal: ...
    @overload
    def __getitem__(self, index: slice) -> "Near": ...
    def __getitem__(self, index: int | slice) -> "Signal | Near":
        if isinstance(index, slice):
            return Near(self.names[index], self.distances[index])
        return Anchor(self.names[index])

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Signal]:
        return (Anchor(name) for name in self.names)

    def __repr__(self) -> str:
        each = (f"{name} {far:.2f}" for name, far in zip(self.names, self.distances, strict=True))
        return " · ".join(each) or 'no anchor yet — drone.mark("home") names one'


def nearest(performance: Performance, instrument: InstrumentState, where: Array, count: int) -> Near:
    """The `count` anchors of `instrument` that are nearest to `where` [d], playable units."""
    info = instrument.info
    known = performance.marked().anchors_of(info)
    low, high = np.asarray(info.low), np.asarray(info.high)
    far = {
        name: float(np.sqrt(np.mean((raw_to_playable(np.asarray(raw), low, high) - where) ** 2)))
        for name, raw in known.items()
    }
    names = sorted(far, key=lambda name: far[name])[:count]
    return Near(names, [far[name] for name in names])


def here(performance: Performance, instrument: InstrumentState) -> Array:
    """The latents [d] of an instrument now, playable units: computed, or as shown where something is live."""
    shown = _shown(performance, instrument)
    if shown is None:
        return place_of(performance, instrument, Reference(instrument.name, "z", None))
    return shown


def place_of(performance: Performance, instrument: InstrumentState, signal: Signal) -> Array:
    """The latents [d] that `signal` says now, playable units. Raises SignalError where it says none."""
    size = instrument.info.latent_size
    resolved = resolve(performance.marked(), instrument, signal)
    value = Evaluation(np.array([performance.beat]), performance.state.lookup).value(resolved)[0]
    if np.ndim(value) and len(value) != size:
        raise SignalError(f"{len(value)} dims are no place for {instrument.name}, which has {size} latents")
    if not np.isfinite(value).all():
        raise SignalError(f"{instrument.name}: a place wants finite numbers (a division by 0?)")
    return np.clip(np.broadcast_to(value, (size,)), *LATENT_RANGE)


def raw_place(performance: Performance, instrument: InstrumentState, signal: Signal) -> tuple[float, ...]:
    """`place_of` as raw latents, as an anchor keeps them."""
    return _raw(instrument, place_of(performance, instrument, signal))


def raw_here(performance: Performance, instrument: InstrumentState) -> tuple[float, ...] | None:
    """`here` as raw latents where only the engine can know it: something live drives it; else None."""
    shown = _shown(performance, instrument)
    return None if shown is None else _raw(instrument, shown)


def raw_sound(performance: Performance, instrument: InstrumentState, heard: Sound) -> tuple[float, ...]:
    """Where the encoder of an instrument's model places a sound, raw latents. Raises PlaudError."""
    answer = performance.request(
        "encode", instrument=instrument.name, path=heard.path, start=heard.start, end=heard.end
    )
    return tuple(float(value) for value in answer["raw"])


def instrument_near(performance: Performance, signal: Signal) -> InstrumentState:
    """The instrument whose places a signal speaks of. Raises ParameterError where it may be several."""
    named = {node.instrument for node in walk(signal) if isinstance(node, Reference)}
    known = [performance.instrument(each) for each in sorted(named or performance.state.instruments)]
    if len({each.info.lineage for each in known}) != 1:  # of one model all have the same places
        names = " or ".join(f"near({each.name})" for each in known)
        raise ParameterError(f"near: of which one? {names or 'none'}")
    return known[0]


def _shown(performance: Performance, instrument: InstrumentState) -> Array | None:
    """The latents [d] that the engine shows, where something live drives them; else None."""
    shown = ((performance.snapshot() or {}).get("instruments") or {}).get(instrument.name, {}).get("z") or ()
    live = _is_live(instrument.sources["z"].signal, performance.state.lookup, set())
    return np.asarray(shown, dtype=np.float64) if live and len(shown) == instrument.info.latent_size else None


def _is_live(signal: Signal, lookup: Callable[[Address], Signal], seen: set[Address]) -> bool:
    """Whether something live drives a signal, through whatever links."""
    for node in walk(signal):
        if isinstance(node, Live):
            return True
        if isinstance(node, Reference):
            address = (node.instrument, node.parameter, node.index)
            if address not in seen:
                seen.add(address)
                if _is_live(lookup(address), lookup, seen):
                    return True
    return False


def _raw(instrument: InstrumentState, playable: Array) -> tuple[float, ...]:
    low, high = np.asarray(instrument.info.low), np.asarray(instrument.info.high)
    return tuple(playable_to_raw(playable, low, high).tolist())
