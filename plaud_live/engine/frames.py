"""What a voice was asked for in the last minute, frame by frame: for takes, monitors and tests."""

import numpy as np
import numpy.typing as npt

from plaud_live.signals.graph import Array

SECONDS = 60.0
SLACK_SECONDS = 1.0  # room for what is written while a reader copies

Samples = npt.NDArray[np.int64]


class FrameLog:
    """A ring of control frames, `width` numbers each, and the samples at which they began.

    One thread writes, another may read.
    """

    def __init__(self, frames_per_second: float, width: int) -> None:
        self._kept = round(SECONDS * frames_per_second)
        size = self._kept + round(SLACK_SECONDS * frames_per_second) + 1
        self._samples = np.zeros(size, dtype=np.int64)
        self._values = np.empty((size, width))
        self._values.fill(0.0)  # have the memory now, not while it sounds
        self._written = 0

    def write(self, first: int, hop: int, latents: Array, controls: Array) -> None:
        """Append the frames that begin at samples `first`, `first + hop`, …: [f, d] and [f, width - d]."""
        size = latents.shape[1]
        for i in range(len(latents)):
            place = self._written % len(self._samples)
            self._samples[place] = first + i * hop
            self._values[place, :size] = latents[i]
            self._values[place, size:] = controls[i]
            self._written += 1

    def since(self, sample: int) -> tuple[Samples, Array]:
        """Copies of the frames that began at `sample` or later: samples [f], values [f, width]."""
        written = self._written
        places = np.arange(max(0, written - self._kept), written) % len(self._samples)
        places = places[self._samples[places] >= sample]
        return self._samples[places], self._values[places]
