"""A hand: one note at a time, its pitch from sample to sample, its envelope, and the voice that sounds.

While an instrument goes over to another model it has a voice of each.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from plaud_live.control.keys import Keys
from plaud_live.control.parameters import LATENT_RANGE
from plaud_live.engine.envelope import Envelope
from plaud_live.engine.key_events import Channel
from plaud_live.engine.parts import STRANGERS, Frames, Part, Player, Step, cross, hand_over, play_locked
from plaud_live.synths.controls import F0
from plaud_live.synths.voice import Voice

Sound = npt.NDArray[np.float32]


class Hand:
    """`level` is that of the voice before a key is pressed. All methods belong to the render thread."""

    def __init__(self, voices: Mapping[Part, Player], sample_rate: float, level: float = 0.0) -> None:
        self.voices = dict(voices)
        self._loose: set[Part] = set()  # whose voice is not in step with those of the others
        self.channel: Channel = ("", 0)
        self.envelope = Envelope(sample_rate, level)
        self._rate = sample_rate
        self._before = self._pitch = 0.0  # semitones; a glide leads from the one to the other
        self._start, self._glide = 0, 0.0  # samples
        self._bend = 0.0  # semitones
        self._keys: Keys | None = None  # how it is played; None: its pitch is the model's

    def enter(self, part: Part, voice: Player, after: Part, position: int) -> None:
        """Have a voice of another model, too, that begins at a sample where that of `after` is."""
        before = self.voices.get(after)
        if before is None:
            self.join(part, voice, position)
        elif not hand_over(after, part, before, voice, position):
            self._loose.add(part)
        self.voices[part] = voice

    def join(self, part: Part, voice: Player, position: int) -> None:
        """Have a voice of another model, too, that starts afresh."""
        voice.reset(position)
        self.voices[part] = voice
        if len(self.voices) > 1:
            self._loose.add(part)

    def leave(self, part: Part) -> Player | None:
        """Give the voice of a model back, if there is one; what is left is in step with itself."""
        voice = self.voices.pop(part, None)
        self._loose.discard(part)
        if len(self.voices) == 1:
            self._loose.clear()
        return voice

    def reset(self, position: int) -> None:
        """Start all voices afresh at a sample."""
        for voice in self.voices.values():
            voice.reset(position)

    def play(self, sample: int, keys: Keys, pitch: float, glide: float) -> None:
        """Go to `pitch` in semitones from `sample` on, in `glide` seconds."""
        glides = glide > 0.0 and self._keys is not None
        self._before = self._at(sample) if glides else pitch
        self._pitch, self._start = pitch, sample
        self._glide = glide * self._rate if glides else 0.0
        self._keys = keys
        if not glides:
            for voice in self.voices.values():
                voice.retune(keys.hz(pitch + self._bend))

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
        self, first: int, frames: Sequence[Frames], steps: Sequence[Step], room: Sequence[Sound], out: Sound
    ) -> None:
        """Add the samples from `first` on to `out` [n] or [channels, n], shaped by the envelope.

        `room` has a place as large for each of the `frames`, and one more.
        """
        if self._keys is not None:
            frames = [self._tuned(first, self._keys, each) for each in frames]
        sound = room[-1][..., : out.shape[-1]]
        heard = not self.envelope.is_silent(first)
        self.render(frames, steps, room, sound, heard)
        if heard:
            for row, into in zip(np.atleast_2d(sound), np.atleast_2d(out), strict=True):
                self.envelope.add(first, row, into)

    def render(
        self,
        frames: Sequence[Frames],
        steps: Sequence[Step],
        room: Sequence[Sound],
        out: Sound,
        heard: bool = True,
    ) -> None:
        """Fill `out` with what the voices play, from the first model by `steps` to the last."""
        if len(frames) == 1:
            self._play(frames[0], out, heard)
            return
        sounds: dict[Part, Sound] = {}
        locked: list[tuple[Frames, Voice, Sound, bool]] = []
        for each, place in zip(frames, room, strict=False):
            part, sound = each.part, place[..., : out.shape[-1]]
            sounds[part] = sound
            audible = heard and _is_heard(part, frames[0].part, steps)
            voice = self.voices.get(part)
            if isinstance(voice, Voice) and part not in self._loose:
                locked.append((each, voice, sound, audible))
        likeness = 1.0
        if len(locked) == len(frames):
            play_locked(locked, steps)
        else:
            likeness = STRANGERS
            for each in frames:
                self._play(each, sounds[each.part], heard and _is_heard(each.part, frames[0].part, steps))
        out[:] = sounds[frames[0].part]
        for step in steps:
            for row, other in zip(np.atleast_2d(out), np.atleast_2d(sounds[step.part]), strict=True):
                cross(row, other, step.share, likeness)

    def _play(self, frames: Frames, out: Sound, heard: bool) -> None:
        voice = self.voices.get(frames.part)
        if voice is None:  # the model has fewer voices: this one's part in it is silence
            out[:] = 0.0
        elif heard:
            voice.render(frames.latents, frames.controls, out)
        else:
            voice.render(frames.latents, frames.controls, out, False)

    def _tuned(self, first: int, keys: Keys, frames: Frames) -> Frames:
        """The frames with the pitch that each of them comes to at its end."""
        latents, controls, part = frames.latents, frames.controls, frames.part
        if not len(controls):
            return frames
        ends = -(-first // part.hop) * part.hop + part.hop * (1 + np.arange(len(controls)))
        pitches = [self.pitch(int(end)) for end in ends]
        controls = controls.copy()
        controls[:, F0] = [keys.hz(pitch) for pitch in pitches]
        if part.column is not None:
            latents = latents.copy()
            places = np.clip([keys.place(pitch) for pitch in pitches], *LATENT_RANGE)
            low, high = part.low[part.column], part.high[part.column]
            latents[:, part.column] = low + places * (high - low)
        return Frames(part, latents, controls)

    def _at(self, sample: int) -> float:
        """The pitch without its bend."""
        gone = sample - self._start
        if gone >= self._glide:
            return self._pitch
        return self._before + (self._pitch - self._before) * max(gone, 0) / self._glide


def _is_heard(part: Part, first: Part, steps: Sequence[Step]) -> bool:
    """Whether a model has any share in a block: what has none need not be computed."""
    shares = [(first, 1.0), *((step.part, float(step.share[-1])) for step in steps)]
    covered = [*(float(step.share[0]) for step in steps), 0.0]
    return any(
        each is part and share > 0.0 and max(covered[i:]) < 1.0 for i, (each, share) in enumerate(shares)
    )
