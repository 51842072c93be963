"""What was heard and what was played: the last minute of input and mix, in memory, for later use."""

import numpy as np
import numpy.typing as npt

from plaud_live.errors import SettingsError

SECONDS = 60.0
SLACK_SECONDS = 0.5  # room for what is written while a reader copies

Samples = npt.NDArray[np.float32]


class Tape:
    """The last `seconds` of a stereo stream. One thread writes, another may read.

    `position` is the stream's sample after the last one written.
    """

    def __init__(self, sample_rate: float, seconds: float = SECONDS) -> None:
        self.length = round(seconds * sample_rate)
        self._ring = np.empty((self.length + round(SLACK_SECONDS * sample_rate), 2), dtype=np.float32)
        self._ring.fill(0.0)  # have the memory now: a large page that comes late has cost 7 ms in a block
        self.position = 0

    def write(self, block: Samples) -> None:
        """Append `block` [samples, 2]; a copy, no allocation."""
        size = len(self._ring)
        if len(block) > size:
            self.position += len(block) - size
            block = block[-size:]
        at = self.position % size
        first = min(len(block), size - at)
        self._ring[at : at + first] = block[:first]
        self._ring[: len(block) - first] = block[first:]
        self.position += len(block)

    def read(self, start: int, stop: int) -> Samples:
        """A copy of samples [start, stop) of the stream, [samples, 2]. Raises SettingsError if not there."""
        oldest = max(0, self.position - self.length)
        if not oldest <= start <= stop <= self.position:
            raise SettingsError(
                f"samples {start} to {stop} are not on tape, which holds {oldest} to {self.position}"
            )
        places = np.arange(start, stop) % len(self._ring)
        return self._ring[places]

    def last(self, seconds: float, sample_rate: float) -> Samples:
        """A copy of the last `seconds`, or of what there is yet, [samples, 2]."""
        wanted = min(round(seconds * sample_rate), self.length, self.position)
        return self.read(self.position - wanted, self.position)


class Capture:
    """Input and mix side by side, on one clock: sample n of both is the engine's sample n."""

    def __init__(self, sample_rate: float, seconds: float = SECONDS) -> None:
        self.sample_rate = sample_rate
        self.input = Tape(sample_rate, seconds)
        self.mix = Tape(sample_rate, seconds)

    def write(self, heard: Samples, played: Samples) -> None:
        """Append a block of both, [samples, 2] each."""
        self.input.write(heard)
        self.mix.write(played)
