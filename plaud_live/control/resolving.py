"""Resolving: names in a signal become what they mean to the instrument that it is assigned to."""

from functools import partial

import numpy as np

from plaud_live.control.parameters import VERB
from plaud_live.control.state import InstrumentState, Part, State
from plaud_live.control.units import raw_to_playable
from plaud_live.errors import ParameterError, SignalError, suggestion
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.live import AS_MANY_AS_LATENTS, Live
from plaud_live.signals.space import Anchor, Column, Reference, Vector
from plaud_live.signals.transitions import column
from plaud_live.signals.traversal import rebuild

LATENTS_HEARD = "mic/z"
DIGITS = 12
"""Of a model's digest, in the names of inputs that are latents of that model: `mic/z/1f0c…`."""


def instrument_of(state: State, name: str) -> InstrumentState:
    """An instrument by name. Raises ParameterError that says what there is."""
    found = state.instruments.get(name)
    if found is None and name == VERB:
        raise ParameterError(f"{VERB} is the reverb, no instrument: it has parameters, and words of its own")
    if found is None:
        have = ", ".join(state.instruments) or "none; load one with drone = load('default')"
        raise ParameterError(
            f"no instrument {name!r}{suggestion(name, list(state.instruments))} — have {have}"
        )
    return found


def part_of(state: State, name: str) -> Part:
    """An instrument, or the reverb, by name. Raises ParameterError that says what there is."""
    if name == VERB and state.reverb is None:
        raise ParameterError(f"{VERB}: there is no reverb here")
    return state.parts[name] if name in state.parts else instrument_of(state, name)


def resolve(state: State, instrument: Part, signal: Signal, index: int | None = None) -> Signal:
    """Put the places of anchors, and as many latents as the instrument has, into a signal.

    `index` is the latent that the signal drives (None: all, or another parameter).
    Raises SignalError for an anchor that the instrument's model does not have.
    """
    info = instrument.info
    low, high = np.asarray(info.low), np.asarray(info.high)

    def replacement(node: Signal) -> Signal | None:
        if isinstance(node, Anchor):
            raw = state.anchor(instrument, node.name) if isinstance(instrument, InstrumentState) else None
            if raw is None:
                raise SignalError(_no_anchor(state, instrument, node.name))
            place = Vector(tuple(raw_to_playable(np.asarray(raw), low, high).tolist()), node.name)
            return place if index is None else Constant(place.values[index])
        if isinstance(node, Live) and node.size == AS_MANY_AS_LATENTS:
            if not info.latent_size:
                raise SignalError(f"{instrument.name} has no latents: {node.name} is several numbers")
            of_model = f"/{info.digest[:DIGITS]}" if node.name == LATENTS_HEARD else ""
            live = Live(node.name + of_model, info.latent_size)
            return live if index is None else Column(live, index)
        return None

    return rebuild(signal, replacement)


def resolve_own(signal: Signal, address: tuple[str, str], index: int | None, own: Signal) -> Signal:
    """Put `own`, what drove a parameter until now, where the signal reads the parameter itself."""

    def replacement(node: Signal) -> Signal | None:
        if isinstance(node, Reference) and is_own(node, address, index):
            return own if node.index == index else column(own, node.index or 0)
        return None

    return rebuild(signal, replacement)


def without_own_links(own: Signal, address: tuple[str, str]) -> Signal:
    """What drove all latents, with what they read in place of links from some of them to others."""
    return rebuild(own, partial(_linked, own, address, {}))


def _linked(own: Signal, address: tuple[str, str], done: dict[int, Signal], node: Signal) -> Signal | None:
    if not isinstance(node, Reference) or not is_own(node, address, None) or node.index is None:
        return None
    if node.index not in done:
        done[node.index] = node  # a circle, if there were one, stays a link
        done[node.index] = rebuild(column(own, node.index), partial(_linked, own, address, done))
    return done[node.index]


def is_own(node: Signal, address: tuple[str, str], index: int | None) -> bool:
    """Whether a node reads the parameter (instrument and source, and latent) that it is to drive."""
    return (
        isinstance(node, Reference)
        and (node.instrument, node.parameter) == address
        and (index is None or node.index == index)
    )


def _no_anchor(state: State, instrument: Part, name: str) -> str:
    have = state.anchors.get(instrument.info.lineage, {})
    own = instrument.info.name
    for other in state.instruments.values():
        if name in state.anchors.get(other.info.lineage, {}):
            return f"anchor {name!r} belongs to {other.info.name!r}; {instrument.name} plays {own!r}"
    some = ", ".join(list(have)[:8]) + (", …" if len(have) > 8 else "")
    known = f" — have {some or 'none; mark one'}"
    return f"no anchor {name!r}{suggestion(name, list(have)) or known}"
