"""Measures of a response by another hand: Butterworth octaves, Schroeder, a straight line, clarity."""

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Array = NDArray[np.float64]

OCTAVES_HZ = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
FIT_DB = (-5.0, -35.0)
"""T30 of ISO 3382-1."""


def t60_by_octave(responses: Array, rate: float, octaves: tuple[float, ...] = OCTAVES_HZ) -> Array:
    """Seconds [octaves] of responses [..., samples], energies of all paths added."""
    return np.array([t60(in_octave(responses, centre, rate), rate) for centre in octaves])


def t60(responses: Array, rate: float) -> float:
    """Seconds to fall by 60 dB, from a line through the curve from -5 to -35 dB."""
    curve = decay_db(responses)
    upper, lower = (int(np.argmax(curve < level)) for level in FIT_DB)
    slope = np.polyfit(np.arange(upper, lower) / rate, curve[upper:lower], 1)[0]
    return float(-60.0 / slope)


def decay_db(responses: Array) -> Array:
    """Energy still to come, [samples], in dB of all."""
    energy = np.square(responses).reshape(-1, responses.shape[-1]).sum(axis=0)
    left = energy[::-1].cumsum()[::-1]
    return 10.0 * np.log10(np.maximum(left / left[0], 1e-30))


def clarity_db(responses: Array, rate: float, border_seconds: float) -> float:
    """Energy before the border to that after it, in dB: C50, C80."""
    energy = np.square(responses).reshape(-1, responses.shape[-1]).sum(axis=0)
    border = round(border_seconds * rate)
    return float(10.0 * np.log10(energy[:border].sum() / energy[border:].sum()))


def in_octave(responses: Array, centre: float, rate: float) -> Array:
    """An octave of responses [..., samples]."""
    edges = (centre / np.sqrt(2.0), centre * np.sqrt(2.0))
    sections = signal.butter(4, edges, "bandpass", fs=rate, output="sos")
    return np.asarray(signal.sosfilt(sections, responses, axis=-1))
