"""TensorBoard scalars and audio, where tensorboard is installed; nothing otherwise."""

from pathlib import Path
from typing import Any

import numpy as np


class TensorBoard:
    """Writes to `folder` if tensorboard is there."""

    def __init__(self, folder: Path, enabled: bool = True) -> None:
        self._writer: Any = None
        if enabled:
            try:
                from torch.utils.tensorboard import SummaryWriter
            except ImportError:
                return
            self._writer = SummaryWriter(str(folder))

    def scalars(self, step: int, values: dict[str, float]) -> None:
        """Add one value a name at `step`."""
        if self._writer is not None:
            for name, value in values.items():
                self._writer.add_scalar(name, value, step)

    def audio(self, step: int, name: str, samples: np.ndarray, sample_rate: int) -> None:
        """Add a passage of sound [samples] at `step`."""
        if self._writer is not None:
            self._writer.add_audio(name, np.clip(samples, -1.0, 1.0)[None], step, sample_rate)

    def close(self) -> None:
        """Write what is left."""
        if self._writer is not None:
            self._writer.close()
