"""Where the latents of an instrument have been lately."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]


class History:
    """A ring of `size` places in a space of `width` latents, and the engine samples at which they were."""

    def __init__(self, size: int, width: int) -> None:
        self._samples = np.zeros(size, dtype=np.int64)
        self._values = np.zeros((size, width))
        self._written = 0

    @property
    def width(self) -> int:
        """Number of latents."""
        return self._values.shape[1]

    @property
    def last(self) -> int:
        """The newest sample; -1 when there is none."""
        return int(self._samples[(self._written - 1) % len(self._samples)]) if self._written else -1

    def add(self, samples: Samples, values: Array) -> None:
        """Append places [n, width] in the order of time; those not newer than the newest are left out."""
        new = samples > self.last
        samples, values = samples[new][-len(self._samples) :], values[new][-len(self._samples) :]
        places = (self._written + np.arange(len(samples))) % len(self._samples)
        self._samples[places] = samples
        self._values[places] = values
        self._written += len(samples)

    def since(self, sample: int) -> tuple[Samples, Array]:
        """Places at `sample` or later, oldest first: samples [n], values [n, width]."""
        first = max(0, self._written - len(self._samples))
        places = np.arange(first, self._written) % len(self._samples)
        places = places[self._samples[places] >= sample]
        return self._samples[places], self._values[places]
