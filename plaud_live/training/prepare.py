"""Turn a folder of recordings into a dataset; a re-run adds only what is new and loses nothing."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from tqdm import tqdm

from plaud_live.errors import DatasetError
from plaud_live.training.audio_files import (
    EXTENSIONS,
    Found,
    digest,
    find_recordings,
    require_recordings,
    sound_blocks,
)
from plaud_live.training.manifest import (
    AUDIO,
    DISK_FULL,
    MANIFEST,
    Manifest,
    PrepareSettings,
    Recording,
    read_manifest,
    write_manifest,
)

_FRAME_SECONDS = 0.01  # silence is judged over this long
_SILENCE_SECONDS = 0.5  # shorter quiet stretches belong to the sound
_KEEP_SECONDS = 0.05  # kept of the silence on each side, so that attacks and tails stay whole
_WRITE_SAMPLES = 1 << 20
_SAVE_EVERY = 16  # recordings between two writes of the manifest


@dataclass(frozen=True)
class Outcome:
    """What a run did: names of the recordings added, changed, and gone from the folder but kept."""

    manifest: Manifest
    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    others: int
    downmixed: int


def prepare(
    source: Path,
    dataset: Path,
    sample_rate: int | None = None,
    dtype: str | None = None,
    trim_db: float | None = None,
    licence: str | None = None,
    progress: bool = False,
    channels: int | None = None,
) -> Outcome:
    """Prepare all recordings below `source`, or the one that it is, into `dataset`.

    Settings that are None are those of the dataset if it exists, else the defaults. Recordings that are
    there already are not read again; one whose content changed is replaced; one that is gone from
    `source` is kept. Raises DatasetError if there is nothing to prepare, the settings differ from the
    dataset's, or the disk refuses; whatever was prepared before that stays.
    """
    source, dataset = source.expanduser(), dataset.expanduser()
    alone = source.is_file() and source.suffix.lower() in EXTENSIONS
    found = Found((source,), 0) if alone else find_recordings(source, leave_out=dataset)
    require_recordings(found, source)
    manifest = _open(dataset, sample_rate, dtype, trim_db, licence, channels)
    run = _Run((source.parent if alone else source).resolve(), dataset, manifest)
    try:
        bar = tqdm(found.recordings, unit="file", disable=not progress, desc="preparing")
        for count, path in enumerate(bar, start=1):
            run.take(path)
            if count % _SAVE_EVERY == 0:
                run.save()
        gone = () if alone else run.gone({str(p.relative_to(source)) for p in found.recordings})
    except OSError as error:
        raise _disk_error(error, dataset) from None
    finally:
        run.save_or_leave()
    return Outcome(
        run.manifest,
        tuple(run.added),
        tuple(run.changed),
        gone,
        tuple(run.skipped.items()),
        found.others,
        run.downmixed,
    )


class _Run:
    """The state of one run: records by path, and what happened."""

    def __init__(self, source: Path, dataset: Path, manifest: Manifest) -> None:
        self.source, self.dataset, self.start = source, dataset, manifest
        self.records = {(r.folder, r.source): r for r in manifest.recordings}
        self.skipped: dict[str, str] = {}
        self.added: list[str] = []
        self.changed: list[str] = []
        self.replaced: list[Recording] = []
        self.downmixed = 0

    @property
    def manifest(self) -> Manifest:
        records = tuple(self.records[key] for key in sorted(self.records))
        return replace(self.start, recordings=records, skipped=tuple(sorted(self.skipped.items())))

    def take(self, path: Path) -> None:
        """Prepare one file unless it is there already."""
        name = str(path.relative_to(self.source)) if path.is_relative_to(self.source) else path.name
        key = (str(self.source), name)
        before = self.records.get(key)
        try:
            status = path.stat()
            if before and (before.bytes, before.modified_ns) == (status.st_size, status.st_mtime_ns):
                return
            sha256 = digest(path)
        except OSError as error:
            self.skipped[name] = error.strerror or str(error)
            return
        known = next((r for r in self.records.values() if r.sha256 == sha256), None)
        if known is not None and known.path != path and known.path.exists():
            self.skipped[name] = f"the same sound as {known.source}"
            self._drop(before)
            return
        if known is not None:  # renamed or touched: its samples are there
            del self.records[known.folder, known.source]
            self.records[key] = replace(
                known, source=name, folder=key[0], bytes=status.st_size, modified_ns=status.st_mtime_ns
            )
            return
        try:
            record = _prepare_file(path, name, key[0], sha256, self.dataset, self.start.settings)
        except DatasetError as error:
            self.skipped[name] = str(error)
            return
        self.downmixed += record.channels not in (1, self.start.settings.channels)
        self._drop(before)
        self.records[key] = record
        (self.changed if before else self.added).append(name)

    def _drop(self, record: Recording | None) -> None:
        """Forget a recording whose file has other content now."""
        if record is not None:
            self.records.pop((record.folder, record.source), None)
            self.replaced.append(record)

    def gone(self, present: set[str]) -> tuple[str, ...]:
        """Recordings of this folder that are no longer in it; their samples are kept."""
        here = str(self.source)
        return tuple(sorted(name for folder, name in self.records if folder == here and name not in present))

    def save(self) -> None:
        """Write the manifest, then drop the samples that it no longer names."""
        write_manifest(self.manifest, self.dataset)
        used = {r.data for r in self.records.values()}
        for record in self.replaced:
            if record.data not in used:
                (self.dataset / record.data).unlink(missing_ok=True)
        self.replaced.clear()

    def save_or_leave(self) -> None:
        """Write the manifest; where the disk refuses, the one before stays and is still true."""
        try:
            self.save()
        except OSError as error:
            raise _disk_error(error, self.dataset) from None


def _open(
    dataset: Path,
    sample_rate: int | None,
    dtype: str | None,
    trim_db: float | None,
    licence: str | None,
    channels: int | None,
) -> Manifest:
    """The dataset's manifest, or a new one; the folder exists and can be written to afterwards."""
    options: dict[str, Any] = {
        "sample_rate": sample_rate, "dtype": dtype, "trim_db": trim_db, "channels": channels
    }  # fmt: skip
    asked = {key: value for key, value in options.items() if value is not None}
    if (dataset / MANIFEST).exists():
        manifest = read_manifest(dataset)
        for key, value in asked.items():
            if (have := getattr(manifest.settings, key)) != value:
                option = {"trim_db": "trim-silence"}.get(key, key.replace("_", "-"))
                raise DatasetError(
                    f"{dataset}: prepared with --{option} {have}, not {value}; choose another folder"
                )
    else:
        manifest = Manifest(PrepareSettings(**asked))
    if licence is not None:
        manifest = replace(manifest, licence=licence)
    try:
        (dataset / AUDIO).mkdir(parents=True, exist_ok=True)
        for leftover in (dataset / AUDIO).glob(".*.part"):
            leftover.unlink()
        with tempfile.TemporaryFile(dir=dataset):
            pass
    except OSError as error:
        raise _disk_error(error, dataset) from None
    return manifest


def _prepare_file(
    path: Path, name: str, folder: str, sha256: str, dataset: Path, settings: PrepareSettings
) -> Recording:
    """Write one recording's samples. Raises DatasetError if it is of no use, OSError if the disk refuses."""
    status, rate = path.stat(), settings.sample_rate
    target = dataset / AUDIO / f"{sha256}.npy"
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{sha256[:16]}-", suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as raw:
            peak = 0.0
            for block in sound_blocks(path, settings.sample_rate, settings.channels):
                peak = max(peak, float(np.abs(block).max(initial=0.0)))
                raw.write(block.tobytes())
            raw.flush()
            if raw.tell() == 0:
                raise DatasetError("no audio in it")
            samples: np.ndarray = np.memmap(raw, dtype=np.float32, mode="r")
            if settings.channels > 1:
                samples = samples.reshape(-1, settings.channels)
            kept = _kept(samples, settings)
            if not kept:
                raise DatasetError(f"nothing in it is louder than {settings.trim_db:g} dB")
            scale = max(1.0, peak) / 32767.0 if settings.dtype == "int16" else 1.0
            _write_npy(target, samples, kept, settings.dtype, scale)
    finally:
        Path(temporary).unlink(missing_ok=True)
    info = soundfile.info(path)
    return Recording(
        source=name,
        folder=folder,
        sha256=sha256,
        bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        sample_rate=info.samplerate,
        channels=info.channels,
        samples=sum(b - a for a, b in kept),
        scale=scale,
        peak=peak,
        spans=tuple((round(a / rate, 6), round(b / rate, 6)) for a, b in kept),
    )


def _kept(samples: np.ndarray, settings: PrepareSettings) -> list[tuple[int, int]]:
    """Spans [start, end) of `samples` that are not silence; one span of all when nothing is trimmed."""
    if settings.trim_db is None:
        return [(0, len(samples))]
    frame = max(1, round(_FRAME_SECONDS * settings.sample_rate))
    starts = range(0, len(samples), frame)
    levels = np.array([np.sqrt(np.mean(np.square(samples[i : i + frame]))) for i in starts])
    loud = np.flatnonzero(levels >= 10.0 ** (settings.trim_db / 20.0))
    keep = round(_KEEP_SECONDS * settings.sample_rate)
    spans: list[tuple[int, int]] = []
    for index in map(int, loud):
        start, end = max(0, index * frame - keep), min(len(samples), (index + 1) * frame + keep)
        if spans and start - spans[-1][1] < _SILENCE_SECONDS * settings.sample_rate:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _write_npy(
    target: Path, samples: np.ndarray, spans: list[tuple[int, int]], dtype: str, scale: float
) -> None:
    """Write `spans` of `samples` as one array, by a temporary file and a rename.

    Written with plain writes: a full disk is then an error, where a memory map would end the process.
    """
    kind = np.dtype(dtype).newbyteorder("<")
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            shape = (sum(b - a for a, b in spans), *samples.shape[1:])
            header = {"descr": kind.str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            for chunk in _chunks(samples, spans):
                file.write((np.round(chunk / scale) if dtype == "int16" else chunk).astype(kind).tobytes())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _chunks(samples: np.ndarray, spans: list[tuple[int, int]]) -> Iterator[np.ndarray]:
    for start, end in spans:
        for first in range(start, end, _WRITE_SAMPLES):
            yield samples[first : min(first + _WRITE_SAMPLES, end)]


def _disk_error(error: OSError, dataset: Path) -> DatasetError:
    if error.errno in DISK_FULL:
        return DatasetError(
            f"{dataset}: the disk is full; what is prepared is kept — make room and run it again"
        )
    return DatasetError(f"{dataset}: {error.strerror or error}; choose a folder that can be written to")
