"""Sounds that are heard in the mix as they are: takes, read from memory, each with a fade at both ends.

What is heard is a function of the samples at which a sound begins and is let go, so that any blocks give the
same samples.
"""

from collections import deque

import numpy as np
import numpy.typing as npt

from plaud_live.engine.inbox import LetGo, Play
from plaud_live.engine.tracks import Samples

LEAST_FADE_SECONDS = 0.005
"""What is cut out of a sound begins and ends in its middle: shorter would click."""

TRACK = "takes"
"""The track on which all of them are kept together; a word of the language, and so no instrument's name."""


class Voice:
    """One sound [n, 2], from engine sample `start` on. `key` says whose it is."""

    def __init__(self, key: int, sound: Samples, start: int, fade_in: int, fade_out: int) -> None:
        self.key, self.sound, self.start = key, sound, start
        self.rise, self._fall = max(1, fade_in), max(1, fade_out)
        self.end = start + len(sound)

    def let_go(self, sample: int, fade: int) -> None:
        """Fall silent from an engine sample on, in `fade` samples, unless it ends before."""
        if sample + fade < self.end:
            self.end, self._fall = sample + fade, max(1, fade)

    def add(self, position: int, out: Samples, alone: Samples | None) -> None:
        """Add what it has of the samples from `position` on."""
        first, last = max(position, self.start), min(position + len(out), self.end)
        if first >= last:
            return
        n = np.arange(first, last)
        level = np.minimum(1.0, np.minimum((n + 1 - self.start) / self.rise, (self.end - n) / self._fall))
        sound = self.sound[first - self.start : last - self.start] * level[:, None].astype(np.float32)
        out[first - position : last - position] += sound
        if alone is not None:
            alone[first - position : last - position] += sound


class Playback:
    """`receive`, `add` and `cut` belong to the render thread; all else to another."""

    def __init__(self, sample_rate: float) -> None:
        self._least = round(LEAST_FADE_SECONDS * sample_rate)
        self._voices: list[Voice] = []
        self._orders: deque[Voice | LetGo] = deque()

    @property
    def sounding(self) -> bool:
        """Whether there is anything to be added."""
        return bool(self._voices or self._orders)

    def whose(self) -> list[int]:
        """Whose sounds are heard, or will be."""
        return sorted({voice.key for voice in list(self._voices)})

    def play(self, key: int, sound: Samples, start: int, fade_in: int = 0) -> None:
        """Play `sound` [n, 2] from engine sample `start` on; what plays for the same key ends there."""
        self.stop(key, start)
        self._orders.append(Voice(key, sound, start, max(fade_in, self._least), self._least))

    def stop(self, key: int | None, sample: int, fade: int = 0) -> None:
        """Let the sounds of a key go at an engine sample, or all of them."""
        self._orders.append(LetGo(key, sample, max(fade, self._least)))

    def receive(self, position: int) -> list[Play | LetGo]:
        """Take over what was ordered, before the sample `position` is played, and tell what it was."""
        taken: list[Play | LetGo] = []
        while self._orders:
            order = self._orders.popleft()
            if isinstance(order, Voice):
                self._voices.append(order)
                taken.append(Play(order.key, order.start, order.rise))
                continue
            taken.append(order)
            for voice in self._voices:
                if order.key in (None, voice.key):
                    voice.let_go(max(order.sample, position), order.fade)
        return taken

    def add(self, position: int, out: npt.NDArray[np.float32], alone: Samples | None = None) -> None:
        """Add what sounds to `out` [n, 2], whose first sample is `position`; to `alone` [n, 2] as well."""
        for voice in self._voices:
            voice.add(position, out, alone)
        self._voices = [voice for voice in self._voices if voice.end > position + len(out)]

    def cut(self) -> None:
        """Forget all: silence has fallen already."""
        self._voices.clear()
        self._orders.clear()
