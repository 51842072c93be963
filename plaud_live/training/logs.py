"""TensorBoard scalars and audio, where tensorboard is installed; nothing otherwise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


class TensorBoard:
    """Writes to `folder` if tensorboard is there; stops where the disk refuses, and training goes on."""

    def __init__(self, folder: Path, enabled: bool = True) -> None:
        self._writer: Any = None
        if enabled:
            try:
                from torch.utils.tensorboard import SummaryWriter
            except ImportError:
                return
            self._write(lambda: setattr(self, "_writer", SummaryWriter(str(folder))))

    def scalars(self, step: int, values: dict[str, float]) -> None:
        """Add one value a name at `step`."""
        if self._writer is not None:
            self._write(
                lambda: [self._writer.add_scalar(name, value, step) for name, value in values.items()]
            )

    def audio(self, step: int, name: str, samples: np.ndarray, sample_rate: int) -> None:
        """Add a passage of sound [samples] at `step`."""
        if self._writer is not None:
            clipped = np.clip(samples, -1.0, 1.0)[None]
            self._write(lambda: self._writer.add_audio(name, clipped, step, sample_rate))

    def close(self) -> None:
        """Write what is left."""
        if self._writer is not None:
            self._write(self._writer.close)

    def _write(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError:
            self._writer = None
