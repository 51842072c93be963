"""Anchors: named places in latent space, taken from loud and stable passages of the material.

Each is the mean of the latents over a passage, named after its recording.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from plaud_live.model_file import Anchor
from plaud_live.training.spreading import spread

SPAN_SECONDS = 0.4
_LONGEST_NAME = 16
_COMMON = ("loop", "sample", "take", "rec", "recording", "audio", "track", "stereo", "mono", "copy")
_QUIET_DB = -6.0  # a passage this far below the loudest of its recording is no candidate


@dataclass(frozen=True)
class Encoded:
    """Latents of one recording: `means` [frames, latents], `level` [frames] (RMS), `frame_rate` in Hz."""

    source: str
    means: np.ndarray
    level: np.ndarray
    frame_rate: float


def make_anchors(
    encoded: list[Encoded],
    scale: np.ndarray,
    limit: int = 16,
    names: dict[str, str] | None = None,
    first: str = "",
    seconds: float = SPAN_SECONDS,
    beside: Sequence[Anchor] = (),
) -> tuple[Anchor, ...]:
    """One anchor a recording from its most stable loud passage, at most `limit`, those farthest apart first.

    `scale` [latents] is the width of each latent's range: distances are measured in it. `names` gives
    names by source; others are made from the file's name. The first anchor is where a loaded instrument
    stands: the recording `first`, else the loudest. A passage is `seconds` long. The names and the places of
    the anchors `beside` are taken.
    """
    candidates = [(e, *_passage(e, scale, seconds)) for e in encoded if len(e.means)]
    if not candidates:
        return ()
    levels = [
        float("inf") if e.source == first else float(np.sqrt(np.mean(np.square(e.level[start:end]))))
        for e, start, end, _ in candidates
    ]
    places = np.stack([point / scale for _, _, _, point in candidates])
    others = np.array([anchor.raw for anchor in beside]).reshape(len(beside), places.shape[1]) / scale
    given = range(len(others)) if beside else [int(np.argmax(levels))]
    chosen = spread(np.concatenate([others, places]), limit + len(others), given)
    order = [index - len(others) for index in chosen if index >= len(others)]
    taken = {anchor.name for anchor in beside}
    anchors = []
    for index in order:
        e, start, end, point = candidates[index]
        name = (names or {}).get(e.source) or word(e.source)
        name = _unique(name, taken)
        taken.add(name)
        anchors.append(
            Anchor(
                name,
                tuple(float(v) for v in point),
                Path(e.source).name,
                round(start / e.frame_rate, 3),
                round(end / e.frame_rate, 3),
            )
        )
    return tuple(anchors)


def word(source: str) -> str:
    """A short name made of a file's: plain letters and digits, without words that say nothing."""
    parts = [p for p in re.split(r"[^A-Za-z0-9]+", Path(source).stem) if p]
    telling = [p for p in parts if not p.isdigit() and p.lower() not in _COMMON] or parts or ["sound"]
    name = telling[0].lower()
    for part in telling[1:]:
        if len(name) + 1 + len(part) > _LONGEST_NAME:
            break
        name += "_" + part.lower()
    name = name[:_LONGEST_NAME]
    return name if name[0].isalpha() else f"a{name}"


def _passage(encoded: Encoded, scale: np.ndarray, seconds: float) -> tuple[int, int, np.ndarray]:
    """Start, end (frames) and mean latents of the passage that moves least among the loud ones."""
    frames = len(encoded.means)
    length = max(1, min(frames, round(seconds * encoded.frame_rate)))
    starts = np.arange(0, frames - length + 1, max(1, length // 8))
    levels = np.array([np.sqrt(np.mean(np.square(encoded.level[s : s + length]))) for s in starts])
    loud = starts[levels >= levels.max() * 10.0 ** (_QUIET_DB / 20.0)]
    motion = [float(np.mean(np.std(encoded.means[s : s + length] / scale, axis=0))) for s in loud]
    start = int(loud[int(np.argmin(motion))])
    return start, start + length, encoded.means[start : start + length].mean(axis=0)


def _unique(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}{n}" for n in range(2, len(taken) + 3) if f"{name}{n}" not in taken)
