"""The part that a model takes in an instrument: what its voices need, and how one goes over to another.

While an instrument goes from model to model, both sound; the crossfade is linear, as the two agree: a child
takes over its parent's phases, its noise and its recurrent state, so that amplitudes add up, not powers. Of
strangers some agrees, as noise of the same bands, and some does not: they get what lies between.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from numba import njit

from plaud_live.control.keys import latent_of_pitch
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.swapping import are_kin
from plaud_live.engine.capture import Voicing
from plaud_live.engine.cost import CostGuard
from plaud_live.engine.sources import Sources
from plaud_live.signals.graph import Array
from plaud_live.synths.controls import CONTROL_NAMES
from plaud_live.synths.voice import Voice

LEAD_SECONDS = 0.25
"""So long a model that is no relative runs unheard before it is: its recurrent state comes from somewhere."""

STRANGERS = 0.5
"""How much the sounds of two such models are taken to be alike: it is wrong by 1.8 dB at most."""

CATCH_UP_FRAMES = 8
"""That it is given at once, where there is no time for that: about a millisecond of the render thread's."""


class Player(Protocol):
    """What an instrument needs of a voice: `synths.voice.Voice`, or a test's own."""

    hop: int

    def frames_in(self, count: int) -> int:
        """Frames that begin within the next `count` samples."""

    def render(self, asked: Array, controls: Array, out: npt.NDArray[np.float32], heard: bool = True) -> None:
        """Fill `out` from raw latents [f, d] and controls [f, 10]; with zeros where it is not heard.

        `out` is [n], or [channels, n] where the model has several.
        """

    def reset(self, position: int) -> None:
        """Start afresh at a global sample."""

    def retune(self, f0: float) -> None:
        """Let the harmonics jump to multiples of `f0` in Hz at the next sample."""


@dataclass(frozen=True)
class Frames:
    """What voices of a model are asked for in a block: raw latents [f, d] and controls [f, 10]."""

    part: "Part"
    latents: Array
    controls: Array


@dataclass(frozen=True)
class Step:
    """Going over to a model in a block: how much of it is heard at each sample, [n], 0..1."""

    part: "Part"
    share: Array


class Part:
    """One model of an instrument. Belongs to the render thread, once that has it.

    `voices`: at least one, all of the same hop; `spare` are those that play nothing.
    """

    def __init__(self, info: ModelInfo, voices: Sequence[Player], guard: CostGuard | None = None) -> None:
        self.info = info
        self.voice = voices[0]
        self.hop = self.voice.hop
        self.spare = list(voices)
        self.sources = Sources(info, guard)
        self.column = latent_of_pitch(info)
        self.low, self.high = np.array(info.low), np.array(info.high)
        width = info.latent_size + len(CONTROL_NAMES)
        self.voicing = Voicing(info.digest, self.hop, info.latent_size, width)

    def lead_samples(self, before: ModelInfo, sample_rate: float) -> int:
        """How long it is to run unheard where it comes after the model `before`."""
        return 0 if are_kin(before, self.info) else round(LEAD_SECONDS * sample_rate)


def hand_over(old: Part, new: Part, before: Player, voice: Player, position: int) -> bool:
    """Let `voice`, of `new`, begin at a sample where `before`, of `old`, is: alike, as far as they can be.

    Returns whether it is in all. Where it cannot be, it is played for a few frames what is asked for now.
    """
    voice.reset(position)
    if not isinstance(voice, Voice) or not isinstance(before, Voice):
        return False
    if are_kin(old.info, new.info) and voice.is_like(before):
        if before.position == position:
            voice.set_state(before.get_state())
        return True
    if not before.sounding:
        return False
    first = max(0, position // voice.hop - CATCH_UP_FRAMES) * voice.hop
    voice.reset(first)
    frames = voice.frames_in(position - first)
    place = new.low + old.sources.playable * (new.high - new.low)
    controls = np.tile(voice.default_controls(), (frames, 1))
    shape = (position - first,) if voice.channels == 1 else (voice.channels, position - first)
    voice.render(np.tile(place, (frames, 1)), controls, np.zeros(shape, np.float32), heard=False)
    voice.take_phases(before)
    return False


def play_locked(
    voices: Sequence[tuple[Frames, Voice, npt.NDArray[np.float32], bool]], steps: Sequence[Step]
) -> None:
    """Have voices that are alike fill their places, [n] or [channels, n] each; where not heard, with zeros.

    They keep together: from frame to frame all have the frequencies that lie between theirs, so that what
    is crossfaded is in phase, and neither beats nor gets softer on the way. With frequencies of their own the
    built-in model and a child whose weights are off by a tenth lose 2.7 dB. The first leads by `steps`.
    """
    count, done = voices[0][2].shape[-1], 0
    rows = 0
    while done < count:
        start = voices[0][1].position % voices[0][1].hop
        stop = min(done + voices[0][1].hop - start, count)
        span = slice(rows, rows + (start == 0))
        if start == 0:
            for frames, voice, _, _ in voices:
                voice.begin(frames.latents[rows], frames.controls[rows])
            _lock({frames.part: voice for frames, voice, _, _ in voices}, voices[0][0].part, steps, done)
        for frames, voice, place, heard in voices:
            piece = place[..., done:stop]
            voice.render(frames.latents[span], frames.controls[span], piece, heard)
        rows, done = span.stop, stop


def _lock(voices: Mapping[Part, Voice], first: Part, steps: Sequence[Step], at: int) -> None:
    for which in (0, 1):
        hz = voices[first].frequencies[which].copy()
        for step in steps:
            hz += (voices[step.part].frequencies[which] - hz) * step.share[at]
        for voice in voices.values():
            voice.frequencies[which][:] = hz


@njit(cache=True, error_model="numpy")
def cross(
    into: npt.NDArray[np.float32], other: npt.NDArray[np.float32], share: Array, likeness: float
) -> None:
    """Go from `into` [n] to `other` [n]; where both are the same they stay so to the bit.

    `likeness`: the correlation that is reckoned with. At 1 it is linear in amplitude; at less, what two that
    are less alike lose of their power is made up for.
    """
    for n in range(len(into)):
        s = share[n]
        if s >= 1.0:
            into[n] = other[n]
        elif s > 0.0:
            mixed = into[n] + (other[n] - into[n]) * np.float32(s)
            if likeness < 1.0:
                mixed *= np.float32(1.0 / math.sqrt(1.0 - 2.0 * s * (1.0 - s) * (1.0 - likeness)))
            into[n] = mixed


def warm() -> None:
    """Compile, or load from the disk, before the first sound is due."""
    mono = np.zeros(8, np.float32)
    cross(mono, mono.copy(), np.ones(8), 1.0)
