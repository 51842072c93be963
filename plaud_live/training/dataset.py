"""A prepared dataset as the trainer sees it: spans to train on, spans held out, random crops.

A crop is a pure function of (seed, rank, step, index): training goes on after an interruption with the
crops that it would have drawn without it, and distributed processes never draw the same ones.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from plaud_live.errors import DatasetError
from plaud_live.training.manifest import MINIMUM_SECONDS, Manifest, Recording, read_manifest

GUARD_SECONDS = 0.25  # between what is trained on and what is held out of the same recording
MANY_FILES = 40  # from here whole files are held out instead of spans of files
_SHORTEST_HELD_OUT_SECONDS = 0.3
_EARLIEST = 0.3  # of a recording: attacks at its start are for training
_EDGE_SHARE = 0.25  # of a crop that may lie before a recording's start or after its end, as silence


@dataclass(frozen=True)
class Span:
    """Samples [start, end) of recording number `recording`; `whole_start` and `whole_end` say whether it
    reaches the recording's own start and end."""

    recording: int
    start: int
    end: int
    whole_start: bool = True
    whole_end: bool = True

    @property
    def samples(self) -> int:
        """Its length."""
        return self.end - self.start


@dataclass(frozen=True)
class Split:
    """Spans to train on and spans held out; no sample is in both."""

    train: tuple[Span, ...]
    held_out: tuple[Span, ...]


class Dataset:
    """The recordings of a prepared dataset, memory-mapped, and their split."""

    def __init__(self, folder: Path, manifest: Manifest, share: float) -> None:
        self.folder, self.manifest = folder, manifest
        self.sample_rate = manifest.settings.sample_rate
        self.channels = manifest.settings.channels
        self.split = split(manifest.recordings, self.sample_rate, share)
        self._maps: dict[int, np.ndarray] = {}

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """What the manifest lists."""
        return self.manifest.recordings

    def read(self, recording: int, start: int, end: int) -> np.ndarray:
        """Samples [start, end) of a recording as float32 [channels, samples], zeros outside of it."""
        record = self.recordings[recording]
        data = self._map(recording)
        first, last = max(0, start), min(len(data), end)
        out = np.zeros((self.channels, end - start), dtype=np.float32)
        if last > first:
            out[:, first - start : last - start] = data[first:last].T
            if record.scale != 1.0:
                out *= record.scale
        return out

    def crops(self, samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
        """Draw `count` crops [count, channels, samples] of the training spans; the same for the same `key`.

        Every moment of the training audio is as likely as any other, but for the edges of the spans.
        """
        generator = np.random.default_rng(key)
        spans = self.split.train
        which = generator.choice(len(spans), size=count, p=self._chances)
        return np.stack([self._crop(spans[i], samples, generator.random()) for i in which])

    def windows(self, samples: int, count: int, spans: tuple[Span, ...] | None = None) -> np.ndarray:
        """Up to `count` windows [n, channels, samples], evenly chosen, of `spans` laid end to end.

        Without `spans` they are of those held out.

        Spans shorter than a window are joined, so that every window is full of sound where there is enough.
        No spans, no windows.
        """
        spans = self.split.held_out if spans is None else spans
        if not spans:
            return np.zeros((0, self.channels, samples), np.float32)
        audio = np.concatenate([self.read(s.recording, s.start, s.end) for s in spans], axis=1)
        total = max(1, audio.shape[1] // samples)
        chosen = np.unique(np.linspace(0, total - 1, min(count, total)).round().astype(int))
        audio = np.pad(audio, ((0, 0), (0, max(0, samples - audio.shape[1]))))
        return np.stack([audio[:, i * samples : (i + 1) * samples] for i in chosen])

    @cached_property
    def _chances(self) -> np.ndarray:
        lengths = np.array([s.samples for s in self.split.train], dtype=np.float64)
        return lengths / lengths.sum()

    def _crop(self, span: Span, samples: int, chance: float) -> np.ndarray:
        edge = round(_EDGE_SHARE * samples)
        first = span.start - (edge if span.whole_start else 0)
        last = span.end - samples + (edge if span.whole_end else 0)
        if last < first:  # shorter than a crop: anywhere within it
            first, last = span.end - samples, span.start
        start = first + round(chance * (last - first))
        out = np.zeros((self.channels, samples), dtype=np.float32)
        low, high = max(start, span.start), min(start + samples, span.end)
        out[:, low - start : high - start] = self.read(span.recording, low, high)
        return out

    def _map(self, recording: int) -> np.ndarray:
        if recording not in self._maps:
            record = self.recordings[recording]
            path = self.folder / record.data
            try:
                data = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError, EOFError):
                data = np.zeros(0)
            several = (self.channels,) if self.channels > 1 else ()
            if data.shape != (record.samples, *several):
                raise DatasetError(
                    f"{path}: damaged or missing ({record.source}); delete it and prepare again"
                )
            self._maps[recording] = data
        return self._maps[recording]


def open_dataset(folder: Path, share: float = 0.1) -> Dataset:
    """Open a prepared dataset and hold out `share` of it.

    Raises DatasetError if it is not one, or holds too little audio.
    """
    manifest = read_manifest(folder)
    require_enough(manifest, folder)
    return Dataset(folder, manifest, share)


def require_enough(manifest: Manifest, folder: Path) -> None:
    """Raise DatasetError if a dataset is too short to train on."""
    if manifest.seconds < MINIMUM_SECONDS:
        raise DatasetError(
            f"{folder}: {manifest.seconds:.1f} s of audio in all, training needs {MINIMUM_SECONDS:g} s "
            "or, better, minutes — add recordings and prepare again"
        )


def split(recordings: tuple[Recording, ...], sample_rate: int, share: float) -> Split:
    """Hold out `share` of the audio, the same for the same recordings.

    With many files, whole files in the order of their digests; with few, a span of each file that is long
    enough, at a place that its digest chooses, parted from the rest by guard gaps; where no file is long
    enough, a span of the longest.
    """
    order = range(len(recordings))
    everything = [Span(i, 0, recordings[i].samples) for i in order]
    if len(recordings) >= MANY_FILES and (held := _whole_files(recordings, share)):
        return Split(
            tuple(everything[i] for i in order if i not in held), tuple(everything[i] for i in sorted(held))
        )
    guard, shortest = round(GUARD_SECONDS * sample_rate), round(_SHORTEST_HELD_OUT_SECONDS * sample_rate)
    cuts = {i: round(share * recordings[i].samples) for i in order}
    cuts = {i: cut for i, cut in cuts.items() if cut >= shortest}
    if not cuts:
        longest = max(order, key=lambda i: recordings[i].samples)
        cuts = {longest: min(max(shortest, 1), recordings[longest].samples // 2)}
    train, held_out = [], []
    for i in order:
        end = recordings[i].samples
        if i not in cuts:
            train.append(everything[i])
            continue
        chance = int(recordings[i].sha256[:8], 16) / 0xFFFFFFFF
        start = round((end - cuts[i]) * (_EARLIEST + (1.0 - _EARLIEST) * chance))
        held_out.append(Span(i, start, start + cuts[i], whole_start=False, whole_end=False))
        if start > guard:
            train.append(Span(i, 0, start - guard, whole_end=False))
        if end - start - cuts[i] > guard + shortest:
            train.append(Span(i, start + cuts[i] + guard, end, whole_start=False))
    return Split(tuple(train), tuple(held_out))


def _whole_files(recordings: tuple[Recording, ...], share: float) -> set[int]:
    """Recordings, in the order of their digests, that make up about `share` of the audio."""
    wanted = share * sum(r.samples for r in recordings)
    held: set[int] = set()
    total = 0
    for i in sorted(range(len(recordings)), key=lambda i: recordings[i].sha256):
        if total < wanted and recordings[i].samples <= wanted:
            held.add(i)
            total += recordings[i].samples
    return held
