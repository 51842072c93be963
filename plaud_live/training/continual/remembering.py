"""Choosing what a model remembers: the spans of all anchors, then what covers the rest of its latent space.

A passage is a point of twice as many dimensions as there are latents: where it is, and how far it moves. Each
next one is the farthest from those that are remembered already, so that rare sounds are kept as well as
common ones. Sound weighs 88 KB a second, latents 5 KB: trajectories of latents are taken of much more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from plaud_live.model_file import Anchor, LatentSpace
from plaud_live.training.anchors import Encoded
from plaud_live.training.continual.memory import Memory, Place
from plaud_live.training.dataset import Dataset, Span
from plaud_live.training.evaluation.reconstruction import WINDOW_SECONDS
from plaud_live.training.spreading import spread

PASSAGES, MOST_PASSAGES = 40, 56
"""Remembered as sound; more, up to the second, only where there are as many anchors."""

PASSAGE_SECONDS = 1.0
HELD_OUT_WINDOWS = 5
TRAJECTORIES, TRAJECTORY_FRAMES = 256, 64
_QUIET = 1e-3  # root mean square below which a passage is not worth its place: -60 dB
_MOST_CANDIDATES = 20000  # of each kind, evenly picked from a long material


@dataclass(frozen=True)
class Older:
    """What a parent remembers, as its child hears it: `means` [n, frames, latents] of the parent's passages,
    and of its `latents` [k, frames, latents] those that mean to the child what they mean to the parent."""

    memory: Memory
    means: np.ndarray
    latents: np.ndarray


@dataclass(frozen=True)
class _Candidate:
    """A passage that may be remembered: where it is in latent space and in its recording, how it sounds."""

    point: np.ndarray
    place: Place
    read: Callable[[], np.ndarray]


def remember(
    dataset: Dataset,
    encoded: Sequence[Encoded],
    space: LatentSpace,
    anchors: Sequence[Anchor],
    older: Older | None = None,
    passage_seconds: float = PASSAGE_SECONDS,
) -> Memory:
    """The memory of a model that was trained on `dataset`, whose recordings it has `encoded`.

    What its parent remembers competes for the same room.
    """
    scale = np.array(space.high) - np.array(space.low)
    samples = round(passage_seconds * dataset.sample_rate)
    spans = _spans_of_anchors(dataset, anchors, samples)
    ours = [_of_dataset(dataset, encoded, span, scale, name) for name, span in spans.items()]
    rest = [_of_dataset(dataset, encoded, span, scale) for span in _spans(dataset, samples)]
    theirs = [] if older is None else _of_memory(older, scale)
    first = [*ours, *(c for c in theirs if c.place.anchor)][:MOST_PASSAGES]
    pool = [*first, *rest, *(c for c in theirs if not c.place.anchor)]
    limit = max(PASSAGES, len(first))
    chosen = spread(np.stack([c.point for c in pool]), limit, range(len(first))) if pool else []
    passages = np.zeros((len(chosen), dataset.channels, samples), np.float32)
    for row, index in zip(passages, chosen, strict=True):
        sound = pool[index].read()[:, :samples]
        row[:, : sound.shape[1]] = sound
    return Memory(
        passages,
        tuple(pool[index].place for index in chosen),
        _held_out(dataset, list(spans.values()), older),
        _trajectories(dataset, encoded, scale, older),
    )


def _spans_of_anchors(dataset: Dataset, anchors: Sequence[Anchor], samples: int) -> dict[str, Span]:
    """A span around each anchor that was made in this dataset, by the anchor's name."""
    by_name = {Path(record.source).name: i for i, record in reversed(list(enumerate(dataset.recordings)))}
    found = {}
    for anchor in anchors:
        index = by_name.get(anchor.source)
        if index is None:
            continue
        centre = round(0.5 * (anchor.start_seconds + anchor.end_seconds) * dataset.sample_rate)
        start = max(0, min(centre - samples // 2, dataset.recordings[index].samples - samples))
        found[anchor.name] = Span(index, start, min(start + samples, dataset.recordings[index].samples))
    return found


def _spans(dataset: Dataset, samples: int) -> list[Span]:
    """Passages of what is trained on, each half a passage after the one before, the last one to the end of
    its span; a short span is one."""
    found = []
    for span in dataset.split.train:
        last = max(span.start, span.end - samples)
        starts = [*range(span.start, last, max(1, samples // 2)), last]
        found += [Span(span.recording, start, min(start + samples, span.end)) for start in starts]
    step = -(-len(found) // _MOST_CANDIDATES)
    loud = (span for span in found[:: max(1, step)] if _level(dataset, span) > _QUIET)
    return list(loud) or found


def _level(dataset: Dataset, span: Span) -> float:
    return float(np.sqrt(np.mean(np.square(dataset.read(span.recording, span.start, span.end)))))


def _of_dataset(
    dataset: Dataset, encoded: Sequence[Encoded], span: Span, scale: np.ndarray, anchor: str = ""
) -> _Candidate:
    rows = encoded[span.recording]
    first, last = (round(edge / dataset.sample_rate * rows.frame_rate) for edge in (span.start, span.end))
    source = Path(dataset.recordings[span.recording].source).name
    return _Candidate(
        _point(rows.means[min(first, len(rows.means) - 1) : max(last, first + 1)], scale),
        Place(source, round(span.start / dataset.sample_rate, 6), anchor),
        partial(dataset.read, span.recording, span.start, span.end),
    )


def _of_memory(older: Older, scale: np.ndarray) -> list[_Candidate]:
    memory = older.memory
    return [
        _Candidate(_point(rows, scale), place, partial(np.asarray, sound))
        for rows, place, sound in zip(older.means, memory.places, memory.passages, strict=True)
    ]


def _point(means: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Where latents [frames, latents] are, and how far they move, in ranges: [2 * latents]."""
    return np.concatenate([means.mean(axis=0) / scale, means.std(axis=0) / scale])


def _held_out(dataset: Dataset, taken: Sequence[Span], older: Older | None) -> np.ndarray:
    """Windows [n, channels, samples] of what was held out, none of it remembered otherwise; the parent's and
    ours take turns."""
    samples = round(WINDOW_SECONDS * dataset.sample_rate)
    free = tuple(part for span in dataset.split.held_out for part in _without(span, taken))
    ours = dataset.windows(samples, HELD_OUT_WINDOWS, free)
    if older is None:
        return ours
    theirs = older.memory.held_out
    turns = [rows[i : i + 1] for i in range(HELD_OUT_WINDOWS) for rows in (theirs, ours)]
    return np.concatenate([row for row in turns if len(row)][:HELD_OUT_WINDOWS] or [ours])


def _without(span: Span, taken: Sequence[Span]) -> Iterator[Span]:
    """The parts of `span` that no span of `taken` touches."""
    start = span.start
    for other in sorted((t for t in taken if t.recording == span.recording), key=lambda t: t.start):
        if other.start > start:
            yield Span(span.recording, start, min(other.start, span.end), False, False)
        start = max(start, other.end)
        if start >= span.end:
            return
    yield Span(span.recording, start, span.end, False, False)


def _trajectories(
    dataset: Dataset, encoded: Sequence[Encoded], scale: np.ndarray, older: Older | None
) -> np.ndarray:
    """Stretches of latents [k, frames, latents], float32, that cover where the material goes."""
    rows = []
    for span in dataset.split.train:
        recording = encoded[span.recording]
        first, last = (int(e / dataset.sample_rate * recording.frame_rate) for e in (span.start, span.end))
        means = recording.means[first:last]
        for start in range(0, max(1, len(means) - TRAJECTORY_FRAMES + 1), TRAJECTORY_FRAMES):
            stretch = means[start : start + TRAJECTORY_FRAMES]
            if len(stretch):
                rows.append(np.pad(stretch, ((0, TRAJECTORY_FRAMES - len(stretch)), (0, 0)), mode="edge"))
    rows = rows[:: max(1, -(-len(rows) // _MOST_CANDIDATES))]
    if older is not None:
        rows += [row for row in older.latents if row.shape[0] == TRAJECTORY_FRAMES]
    if not rows:
        return np.zeros((0, TRAJECTORY_FRAMES, len(scale)), np.float32)
    chosen = spread(np.stack([_point(row, scale) for row in rows]), TRAJECTORIES, [0])
    kept: np.ndarray = np.stack([rows[i] for i in chosen]).astype(np.float32)
    return kept
