"""What is heard, as live inputs: how loud, how bright, and where in a model's latent space.

All of it is measured on a grid of samples, from the samples before each point, so that any blocks give the
same; it is there for control frames that begin at that point.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.parameters import LATENT_RANGE, ModelInfo
from plaud_live.control.units import raw_to_playable
from plaud_live.engine.inputs import Values
from plaud_live.signals.graph import Array
from plaud_live.synths.encoder import StreamingEncoder

LOUD, BRIGHT, PLACE = "mic/loud", "mic/bright", "mic/z"
MICROPHONE = "mic/"
"""What the names of all of them begin with."""

QUIET_DB, FULL_DB = -60.0, 0.0
"""RMS that `mic.loud` calls 0 and 1; below QUIET_DB `mic.bright` stays where it was."""

LOW_HZ, HIGH_HZ = 100.0, 10000.0
"""Spectral centroid that `mic.bright` calls 0 and 1; it is logarithmic between."""

HOP_SECONDS = 0.0055
POINTS = 5
"""Hops that are measured together: some 30 ms."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ear:
    """A streaming encoder, and the model that makes playable latents of what it says."""

    info: ModelInfo
    encoder: StreamingEncoder


class Microphone:
    """Follows the input: `write` is told what, and from which beat on. `hear` belongs to the render thread.

    `ears` has, by the name of the input that they write, the encoders that somebody listens to; it may be set
    by another thread.
    """

    def __init__(self, sample_rate: int, write: Callable[[str, float, Values], object]) -> None:
        self.ears: Mapping[str, Ear] = {}
        self.hop = 1 << round(math.log2(HOP_SECONDS * sample_rate))
        self._write = write
        self._sound = np.zeros((POINTS, self.hop), dtype=np.float32)  # a ring of hops, mono
        self._power = np.zeros(POINTS)
        self._point = 0
        size = POINTS * self.hop
        self._window = np.hanning(size + 1)[:size]
        self._hz = np.fft.rfftfreq(size, 1.0 / sample_rate)

    def hear(self, heard: Samples | None, count: int, position: int, tempo: TempoMap) -> None:
        """Take in the `count` samples from `position` on: `heard` [count, 2], or silence."""
        done = 0
        while done < count:
            at = (position + done) % self.hop
            length = min(self.hop - at, count - done)
            sound = self._sound[self._point]
            if heard is None:
                sound[at : at + length] = 0.0
            else:
                mix_down(heard[done : done + length], sound[at : at + length])
            done += length
            if at + length == self.hop:
                beat = float(tempo.beats(np.array([position + done], dtype=np.float64))[0])
                self._measure(sound, beat)
                self._point = (self._point + 1) % POINTS

    def _measure(self, sound: Samples, beat: float) -> None:
        """The hop `sound` is complete at `beat`."""
        self._power[self._point] = float(sound @ sound) / self.hop
        power = float(self._power.mean())
        decibels = 10.0 * math.log10(power) if power > 0.0 else -math.inf
        self._write(LOUD, beat, min(1.0, max(0.0, (decibels - QUIET_DB) / (FULL_DB - QUIET_DB))))
        if decibels > QUIET_DB:
            self._write(BRIGHT, beat, self._brightness())
        for name, ear in self.ears.items():
            means = ear.encoder.push(sound)
            if len(means) and np.isfinite(means[-1]).all():
                place = raw_to_playable(means[-1], np.array(ear.info.low), np.array(ear.info.high))
                self._write(name, beat, np.clip(place, *LATENT_RANGE))

    def _brightness(self) -> float:
        sound = np.roll(self._sound, POINTS - 1 - self._point, axis=0).reshape(-1)
        power: Array = np.abs(np.fft.rfft(sound * self._window)) ** 2
        centroid = max(LOW_HZ, float(power @ self._hz) / max(1e-30, float(power.sum())))
        return min(1.0, math.log(centroid / LOW_HZ) / math.log(HIGH_HZ / LOW_HZ))


@njit(cache=True, error_model="numpy")
def mix_down(heard: Samples, mono: Samples) -> None:
    """Fill `mono` [n] with the mean of `heard` [n, 2]. What is not finite counts as silence."""
    for n in range(len(mono)):
        x = 0.5 * (heard[n, 0] + heard[n, 1])
        mono[n] = x if np.isfinite(x) else 0.0
