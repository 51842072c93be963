"""One instrument in the mix: its voice, its sources, its meter, and how it comes, goes, sleeps and fails."""

import contextlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import InstrumentState, State
from plaud_live.engine import inputs as live_inputs
from plaud_live.engine.capture import NO_STEM, Stem, Voicing
from plaud_live.engine.cost import CostGuard
from plaud_live.engine.frames import FrameLog, Samples
from plaud_live.engine.guards import NanGuard
from plaud_live.engine.key_player import KeyPlayer
from plaud_live.engine.meters import Meter
from plaud_live.engine.mix import GAIN, add_voice, limits, sides_of
from plaud_live.engine.parts import Frames, Part, Player
from plaud_live.engine.sources import Sources
from plaud_live.engine.way import Way
from plaud_live.signals.graph import Address, Array, Evaluation, Inputs
from plaud_live.synths.controls import CONTROL_NAMES

CHUNK = 1024
"""Samples of the grid on which the renderer works: buffers are this long, and voices fall asleep on it."""

FADE_SECONDS = 0.02


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

    def at(self, offset: int) -> Evaluation:
        """At one sample, so many after the first."""
        return self._at(np.array([self.position + float(offset)]))

    def end(self) -> Evaluation:
        """At the last sample."""
        return self._at(np.array([self.position + self.count - 1.0]))

    def _at(self, samples: Array) -> Evaluation:
        return Evaluation(self._state.tempo.beats(samples), self._state.lookup, self._last, self._inputs)


class Slot:
    """Plays one instrument. All methods belong to the render thread; other threads only read.

    `part` is the model that it plays, of two that it goes between the later one; `parts` has all that it can
    go to. `trouble` counts blocks in which the voice was not finite; `reason` says what the last one was.
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
        self.name = name
        self.part = Part(info, [voice], guard)
        self.parts = {info.digest: self.part}
        self.meter = Meter(sample_rate)
        self.keys = KeyPlayer(name, self.part, sample_rate, CHUNK, inputs)
        self.asleep = True
        self.leaving = False
        self.expected = True  # its state may come later than the voice
        self.trouble = 0
        self.reason = ""
        self._way = Way(self.part, sample_rate, CHUNK)
        self._instrument: InstrumentState | None = None
        self._guards = [NanGuard(sample_rate) for _ in range(info.channels)]
        self._fade = 0.0
        self._step = 1.0 / (FADE_SECONDS * sample_rate)
        self._sides = np.zeros((2, 3))
        self._glide, self._bend = limits(sample_rate)
        self._frames = FrameLog(sample_rate / voice.hop, self.part.voicing.width)
        shape = (CHUNK,) if info.channels == 1 else (info.channels, CHUNK)
        self._sound = np.zeros(shape, dtype=np.float32)

    @property
    def info(self) -> ModelInfo:
        """The model that it plays."""
        return self.part.info

    @property
    def voice(self) -> Player:
        """One of its voices."""
        return self.part.voice

    @property
    def sources(self) -> Sources:
        """What drives that one."""
        return self.part.sources

    @property
    def voicing(self) -> Voicing:
        """The same for the tracks."""
        return self.part.voicing

    @property
    def gone(self) -> bool:
        """Left, and no longer heard."""
        return self.leaving and (self.asleep or self._fade <= 0.0)

    def start(self, position: int) -> None:
        """Begin to sound at a global sample, by a short fade."""
        self.keys.reset(position)
        self.asleep = False

    def engage(self, part: Part) -> None:
        """Be able to go to another model, or to do so with more voices."""
        known = self.parts.get(part.info.digest)
        if known is None:
            self.parts[part.info.digest] = part
        else:
            known.spare += part.spare

    def seat(self, digest: str, voices: Sequence[Player], position: int) -> None:
        """Have its keys play more voices, of the model with this digest, or of what it plays."""
        part = self.parts.get(digest, self.part)
        if part in self._way.parts:
            self.keys.seat(part, voices, position)
        for each in self._way.parts:
            self.keys.fill(each, position)

    def voices_of(self, digest: str) -> int:
        """How many voices there are of a model."""
        part = self.parts.get(digest)
        return 0 if part is None else len(part.spare) + self.keys.count(part)

    def plays(self, digest: str) -> bool:
        """Whether a model is computed just now."""
        return not self.asleep and any(part.info.digest == digest for part in self._way.parts)

    def dismiss(self, digest: str) -> None:
        """Forget a model, unless it is played just now."""
        if digest in self.parts and self.parts[digest] not in self._way.parts:
            del self.parts[digest]

    def rewrite(self, digest: str, info: ModelInfo) -> None:
        """Know a model of this digest as `info`: its file was written anew."""
        part = self.parts.pop(digest, None)
        if part is not None:
            part.info = info
            self.parts[info.digest] = part

    def take(self, instrument: InstrumentState) -> None:
        """Follow the sources of a new state."""
        self.expected = False
        self._instrument = instrument
        for part in self._way.parts:
            part.sources.take(instrument.sources)

    def go(self, position: int, tempo: TempoMap) -> None:
        """At sample `position`: begin to play the models that are due, and leave those that are gone from.

        A model is left at the start of a chunk alone, so that it never matters when a state was tidied.
        """
        instrument = self._instrument
        if instrument is None:
            return
        there = not instrument.passages and instrument.info.digest == self.part.info.digest
        if there and len(self._way.parts) == 1:
            return
        for part, before in self._way.find(instrument, self.parts, position, tempo):
            part.sources.go_on_from(before.sources)
            part.sources.take(instrument.sources)
            self.keys.enter(part, before, position)
        if position % CHUNK == 0:
            for part in self._way.leave():
                self.keys.leave(part)
        self.part = self._way.last

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
        self.asleep = silent and (self.asleep or (position % CHUNK == 0 and not self._sides[:, GAIN].any()))

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
            self._sides, self._glide, self._bend, self._fade, step, out,
            NO_STEM if stem is None else stem.sound,
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
            frames = [self._asked(block, part, stem) for part in self._way.parts]
            steps = self._way.steps(block.samples().beats) if len(frames) > 1 else ()
            self.keys.render(block.position, frames, steps, sound)
            self.reason = "not finite"
        except Exception as error:  # one voice that fails must not take the others with it
            sound[:] = np.nan
            self.reason = f"{type(error).__name__}: {error}"

    def _asked(self, block: Block, part: Part, stem: Stem | None) -> Frames:
        """What the voices of a model are asked for; of the one that is played it is kept."""
        first = block.first_frame(part.hop)
        if first >= block.position + block.count:
            return Frames(part, np.empty((0, part.info.latent_size)), np.empty((0, len(CONTROL_NAMES))))
        at = block.frames(part.hop)
        latents, controls = part.sources.latents(at), part.sources.controls(at)
        if part is self.part:
            self._frames.write(first, part.hop, latents, controls)
            if stem is not None:
                stem.write_frames(first, part.hop, latents, controls)
        return Frames(part, latents, controls)
