"""A hand: one voice that is played by keys, its pitch from sample to sample, its envelope."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from plaud_live.control.keys import Keys, latent_of_pitch
from plaud_live.control.parameters import LATENT_RANGE, ModelInfo
from plaud_live.engine.envelope import Envelope
from plaud_live.engine.key_events import Channel
from plaud_live.signals.graph import Array
from plaud_live.synths.controls import F0


class Tunable(Protocol):
    """What a hand needs of a voice: `synths.voice.Voice`."""

    hop: int

    def frames_in(self, count: int) -> int:
        """Frames that begin within the next `count` samples."""

    def render(self, asked: Array, controls: Array, out: npt.NDArray[np.float32], heard: bool = True) -> None:
        """Fill `out` [n] or [channels, n] from raw latents [f, d] and controls [f, 10]."""

    def reset(self, position: int) -> None:
        """Start afresh at a global sample."""

    def retune(self, f0: float) -> None:
        """Let the harmonics jump to multiples of `f0` in Hz."""


class Hand:
    """`level` is that of the voice before a key is pressed. All methods belong to the render thread."""

    def __init__(self, voice: Tunable, info: ModelInfo, sample_rate: float, level: float = 0.0) -> None:
        self.voice = voice
        self.channel: Channel = ("", 0)
        self.envelope = Envelope(sample_rate, level)
        self._rate = sample_rate
        self._column = latent_of_pitch(info)
        self._low, self._high = np.array(info.low), np.array(info.high)
        self._before = self._pitch = 0.0  # semitones; a glide leads from the one to the other
        self._start, self._glide = 0, 0.0  # samples
        self._bend = 0.0  # semitones
        self._keys: Keys | None = None  # how it is played; None: its pitch is the model's

    def play(self, sample: int, keys: Keys, pitch: float, glide: float) -> None:
        """Go to `pitch` in semitones from `sample` on, in `glide` seconds."""
        glides = glide > 0.0 and self._keys is not None
        self._before = self._at(sample) if glides else pitch
        self._pitch, self._start = pitch, sample
        self._glide = glide * self._rate if glides else 0.0
        self._keys = keys
        if not glides:
            self.voice.retune(keys.hz(pitch + self._bend))

    def let_go(self) -> None:
        """Have the model's own pitch again."""
        self._keys = None

    def bend(self, semitones: float) -> None:
        """Bend the pitch; the next frame goes there."""
        self._bend = semitones

    def pitch(self, sample: int) -> float:
        """The pitch that is wanted at a sample, in semitones, bent."""
        return self._at(sample) + self._bend

    def add(
        self,
        first: int,
        latents: Array,
        controls: Array,
        scratch: npt.NDArray[np.float32],
        out: npt.NDArray[np.float32],
    ) -> None:
        """Add the samples from `first` on to `out` [n] or [channels, n], for frames that begin in them."""
        if self._keys is not None and len(controls):
            latents, controls = self._tune(first, self._keys, latents, controls)
        sound = scratch[..., : out.shape[-1]]
        heard = not self.envelope.is_silent(first)
        self.voice.render(latents, controls, sound, heard)
        if heard:
            for row, into in zip(np.atleast_2d(sound), np.atleast_2d(out), strict=True):
                self.envelope.add(first, row, into)

    def _tune(self, first: int, keys: Keys, latents: Array, controls: Array) -> tuple[Array, Array]:
        """The frames with the pitch that each of them comes to at its end."""
        hop = self.voice.hop
        ends = -(-first // hop) * hop + hop * (1 + np.arange(len(controls)))
        pitches = [self.pitch(int(end)) for end in ends]
        controls = controls.copy()
        controls[:, F0] = [keys.hz(pitch) for pitch in pitches]
        if self._column is not None:
            latents = latents.copy()
            places = np.clip([keys.place(pitch) for pitch in pitches], *LATENT_RANGE)
            low, high = self._low[self._column], self._high[self._column]
            latents[:, self._column] = low + places * (high - low)
        return latents, controls

    def _at(self, sample: int) -> float:
        """The pitch without its bend."""
        gone = sample - self._start
        if gone >= self._glide:
            return self._pitch
        return self._before + (self._pitch - self._before) * max(gone, 0) / self._glide
