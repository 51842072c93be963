"""One instrument in the mix: its voice, its sources, its meter, and how it comes, goes, sleeps and fails."""

import contextlib
from typing import Protocol

import numpy as np
import numpy.typing as npt

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import InstrumentState, State
from plaud_live.engine import inputs as live_inputs
from plaud_live.engine.capture import NO_STEM, Stem, Voicing
from plaud_live.engine.cost import CostGuard
from plaud_live.engine.frames import FrameLog, Samples
from plaud_live.engine.guards import NanGuard
from plaud_live.engine.key_player import KeyPlayer
from plaud_live.engine.meters import Meter
from plaud_live.engine.mix import GLIDE_SECONDS, add_voice, sides_of
from plaud_live.engine.sources import Sources
from plaud_live.signals.graph import Address, Array, Evaluation, Inputs
from plaud_live.synths.controls import CONTROL_NAMES

CHUNK = 1024
"""Samples of the grid on which the renderer works: buffers are this long, and voices fall asleep on it."""

FADE_SECONDS = 0.02


class Player(Protocol):
    """What a slot needs of a voice: `synths.voice.Voice`, or a test's own."""

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


class LastValues(dict[Address, Array]):
    """Values of addresses one block ago, for links in a circle: an address is kept once it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: set[Address] = set()

    def __bool__(self) -> bool:
        return True  # an evaluation must ask this one, empty or not

    def get(self, key: Address, default: Array | None = None) -> Array | None:  # type: ignore[override]
        """The value, or `default`; from now on it is kept."""
        self.wanted.add(key)
        return super().get(key, default)

    def keep(self, at: Evaluation) -> None:
        """Take the values at the end of a block; one that fails stays as it was.

        Looking may itself find another circle, and so another address to keep.
        """
        for address in tuple(self.wanted):
            with contextlib.suppress(Exception):  # whoever reads it is held and says why
                self[address] = at.linked(address)[-1]


class Block:
    """The times of one block of samples, at most CHUNK: evaluations are made once, when asked for."""

    def __init__(
        self, state: State, position: int, count: int, last: LastValues, inputs: Inputs | None = None
    ) -> None:
        self.position, self.count = position, count
        self.tempo = state.tempo
        self._state, self._last, self._inputs = state, last, inputs
        self._samples: Evaluation | None = None
        self._frames: dict[int, Evaluation] = {}

    def samples(self) -> Evaluation:
        """At every sample."""
        if self._samples is None:
            self._samples = self._at(np.arange(self.position, self.position + self.count, dtype=np.float64))
        return self._samples

    def frames(self, hop: int) -> Evaluation:
        """At the control frames that begin in the block, for a hop in samples."""
        found = self._frames.get(hop)
        if found is None:
            starts = np.arange(self.first_frame(hop), self.position + self.count, hop, dtype=np.float64)
            found = self._frames[hop] = self._at(starts)
        return found

    def first_frame(self, hop: int) -> int:
        """The sample at which the first of these frames begins."""
        return -(-self.position // hop) * hop

    def end(self) -> Evaluation:
        """At the last sample."""
        return self._at(np.array([self.position + self.count - 1.0]))

    def _at(self, samples: Array) -> Evaluation:
        return Evaluation(self._state.tempo.beats(samples), self._state.lookup, self._last, self._inputs)


class Slot:
    """Plays one instrument. All methods belong to the render thread; other threads only read.

    `trouble` counts blocks in which the voice was not finite; `reason` says what the last one was.
    """

    def __init__(
        self,
        name: str,
        info: ModelInfo,
        voice: Player,
        sample_rate: float,
        guard: CostGuard | None = None,
        inputs: live_inputs.Inputs | None = None,
    ) -> None:
        self.name, self.info, self.voice = name, info, voice
        self.meter = Meter(sample_rate)
        self.sources = Sources(info, guard)
        self.keys = KeyPlayer(name, info, voice, sample_rate, CHUNK, inputs)
        self.asleep = True
        self.leaving = False
        self.expected = True  # its state may come later than the voice
        self.trouble = 0
        self.reason = ""
        self._guards = [NanGuard(sample_rate) for _ in range(info.channels)]
        self._fade = 0.0
        self._step = 1.0 / (FADE_SECONDS * sample_rate)
        self._sides = np.zeros(2)
        self._glide = 1.0 / (GLIDE_SECONDS * sample_rate)
        width = info.latent_size + len(CONTROL_NAMES)
        self.voicing = Voicing(info.digest, voice.hop, info.latent_size, width)
        self._frames = FrameLog(sample_rate / voice.hop, width)
        shape = (CHUNK,) if info.channels == 1 else (info.channels, CHUNK)
        self._sound = np.zeros(shape, dtype=np.float32)

    @property
    def gone(self) -> bool:
        """Left, and no longer heard."""
        return self.leaving and (self.asleep or self._fade <= 0.0)

    def start(self, position: int) -> None:
        """Begin to sound at a global sample, by a short fade."""
        self.keys.reset(position)
        self.asleep = False

    def take(self, instrument: InstrumentState) -> None:
        """Follow the sources of a new state."""
        self.expected = False
        self.sources.take(instrument.sources)

    def take_keys(self, state: State, position: int) -> None:
        """Be played as a new state says, from `position` on."""
        self.keys.take(state.keys.get(self.name), state.notes, state.tempo, position, self.asleep)

    def settle(self, position: int, low: float, high: float) -> None:
        """At sample `position`: wake if the envelope moves between beats `low` and `high`, the chunk's end.

        A voice falls asleep at the start of a chunk alone, so that it never matters when a state was tidied.
        """
        silent = self.sources.is_silent(low, high) and not self.sources.frozen()
        if self.asleep and not silent:
            self.keys.reset(position)
            self._fade = 1.0
            self.cut()
        self.asleep = silent and (self.asleep or (position % CHUNK == 0 and not self._sides.any()))

    def cut(self) -> None:
        """Nothing of it is heard at this moment: what sounds next rises from silence."""
        self._sides[:] = 0.0

    def frames_since(self, sample: int) -> tuple[Samples, Array]:
        """What the voice was asked for in the last minute, in frames that began at `sample` or later.

        Samples [f] and values [f, d + 10]: raw latents, then controls. Nothing is there while it slept.
        """
        return self._frames.since(sample)

    def add(self, block: Block, out: npt.NDArray[np.float32], stem: Stem | None = None) -> None:
        """Add the instrument to `out` [n, 2], and to its track, where it has one."""
        self.keys.listen(block.position, block.count, block.tempo)
        if self.asleep:
            self.keys.sleep(block.position)
            self.meter.take(0.0, 0.0, block.count)
            return
        sound = self._sound[..., : block.count]
        self._play(block, sound, None if self.leaving else stem)
        if self._repair(sound):
            self.trouble += 1
            self.keys.reset(block.position + block.count)
        step = -self._step if self.leaving else self._step
        self._fade, peak, power = add_voice(
            *sides_of(sound), *self.sources.amplitudes(block.samples),
            self._sides, self._glide, self._fade, step, out, NO_STEM if stem is None else stem.sound,
        )  # fmt: skip
        self.meter.take(peak, power, block.count)

    def _repair(self, sound: npt.NDArray[np.float32]) -> bool:
        """Let nothing out that is not finite; True if there was such. All channels fall silent together."""
        if sound.ndim == 1:
            return self._guards[0].process(sound)
        if not np.isfinite(sound).all():
            sound[:] = np.nan
        repaired = [guard.process(row) for guard, row in zip(self._guards, sound, strict=True)]
        return any(repaired)

    def _play(self, block: Block, sound: npt.NDArray[np.float32], stem: Stem | None) -> None:
        try:
            if self.voice.frames_in(block.count):
                at = block.frames(self.voice.hop)
                latents, controls = self.sources.latents(at), self.sources.controls(at)
                first = block.first_frame(self.voice.hop)
                self._frames.write(first, self.voice.hop, latents, controls)
                if stem is not None:
                    stem.write_frames(first, self.voice.hop, latents, controls)
            else:
                latents, controls = self._nothing()
            self.keys.render(block.position, latents, controls, sound)
            self.reason = "not finite"
        except Exception as error:  # one voice that fails must not take the others with it
            sound[:] = np.nan
            self.reason = f"{type(error).__name__}: {error}"

    def _nothing(self) -> tuple[Array, Array]:
        return np.empty((0, self.info.latent_size)), np.empty((0, len(CONTROL_NAMES)))
