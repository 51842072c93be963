"""Control frames of a take as a trajectory: at equal steps of beats, in playable units, in a file of its own.

`trajectories/<digest>.npy` in a session's folder: float32 [n + 1, d], named by the SHA-256 of its numbers.
"""

import hashlib
import re
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.units import raw_to_playable
from plaud_live.errors import ParameterError

FOLDER = "trajectories"
DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_FRAMES = 1 << 18
"""25 minutes at 172 frames a second; what is longer has fewer a second."""

Floats = NDArray[np.float64]


def laid_out(
    samples: NDArray[np.int64],
    raw: Floats,
    low: tuple[float, ...],
    high: tuple[float, ...],
    tempo: TempoMap,
    start: int,
    stop: int,
) -> NDArray[np.float32]:
    """Frames that began at engine samples [f], raw latents [f, d], at equal steps of the beats of a span.

    The span is samples [start, stop). Where frames are missing, what is between leads from the last to the
    next. Raises ParameterError where there are too few.
    """
    order = np.argsort(samples, kind="stable")
    there = order[(samples[order] >= start) & (samples[order] < stop)]
    if len(there) < 2:
        raise ParameterError("has no frames there")
    ends = tempo.beats(np.array([start, stop], dtype=np.float64))
    beats = tempo.beats(samples[there].astype(np.float64))
    grid = np.linspace(ends[0], ends[1], min(len(there), MOST_FRAMES) + 1)
    places = raw_to_playable(raw[there].astype(np.float64), np.asarray(low), np.asarray(high))
    columns = [np.interp(grid, beats, column) for column in places.T]
    return np.stack(columns, axis=1).astype(np.float32)


def digest_of(values: NDArray[np.float32]) -> str:
    """What a trajectory is called."""
    return hashlib.sha256(repr(values.shape).encode() + np.ascontiguousarray(values).tobytes()).hexdigest()


class TrajectoryFiles:
    """Those of a session; None: of nowhere. Any thread may call it."""

    def __init__(self, session: Path | None) -> None:
        self._folder = None if session is None else session / FOLDER

    def keep(self, values: NDArray[np.float32]) -> str:
        """Write a trajectory, unless it is there; returns its digest. Raises OSError."""
        digest = digest_of(values)
        if self._folder is None or (path := self._folder / f"{digest}.npy").is_file():
            return digest
        self._folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            np.save(part, values, allow_pickle=False)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(path)
        return digest

    def read(self, digest: str) -> Floats | None:
        """A trajectory, None where it is not there or cannot be read."""
        if self._folder is None or not DIGEST.fullmatch(digest):
            return None
        try:
            with (self._folder / f"{digest}.npy").open("rb") as file:
                values = np.lib.format.read_array(file, allow_pickle=False)
        except (OSError, ValueError):
            return None
        good = (
            values.dtype == np.float32 and values.ndim == 2 and len(values) > 1 and np.isfinite(values).all()
        )
        return values.astype(np.float64) if good else None
