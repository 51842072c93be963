"""What the engine shows of instruments and reverb: levels, latents, what they play, what is held."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from plaud_live.control.state import InstrumentState, State
from plaud_live.engine.render import Renderer
from plaud_live.engine.reverb import Reverb
from plaud_live.errors import SignalError
from plaud_live.signals.describe import describe
from plaud_live.signals.graph import Array, Evaluation

MOST_TEXT = 40


def instruments(
    state: State, renderer: Renderer, beat: float, held: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """Each instrument of `state` at `beat`; peak and rms are linear, z is in playable units."""
    found = {}
    for name, instrument in state.instruments.items():
        source, slot = instrument.sources["z"], renderer.slots.get(name)
        if slot is None or slot.asleep:
            z = _place(instrument, state, renderer, beat)
        else:
            z = slot.sources.playable
        found[name] = {
            "peak": round(slot.meter.peak, 5) if slot else 0.0,
            "rms": round(slot.meter.rms, 5) if slot else 0.0,
            "z": [round(float(value), 3) for value in z],
            "text": (source.text or describe(source.signal))[:MOST_TEXT],
            "held": sorted(held.get(name, ())),
        }
    return found


def reverb(reverb: Reverb, held: Collection[str]) -> dict[str, Any]:
    """The reverb; its name is empty while there is none."""
    info = reverb.info
    return {
        "name": "" if info is None else info.name,
        "mix": round(reverb.mix, 3),
        "peak": round(reverb.peak, 5),
        "held": sorted(held),
    }


def _place(instrument: InstrumentState, state: State, renderer: Renderer, beat: float) -> Array:
    """Where the latents of an instrument are that is not heard, [d]."""
    try:
        now = Evaluation(np.array([beat]), state.lookup, inputs=renderer.control_inputs)
        value = now.value(instrument.sources["z"].signal)
        return np.broadcast_to(value[0], (instrument.info.latent_size,))
    except (SignalError, ValueError, RecursionError):  # it has no place; the rest is shown all the same
        return np.zeros(0)
