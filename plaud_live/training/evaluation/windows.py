"""Two-second windows of a folder of recordings, or of a prepared dataset."""

from pathlib import Path

import numpy as np

from plaud_live.errors import DatasetError
from plaud_live.training.audio_files import find_recordings, read_sound, require_recordings
from plaud_live.training.dataset import Dataset, Span
from plaud_live.training.evaluation.reconstruction import WINDOW_SECONDS
from plaud_live.training.manifest import MANIFEST, read_manifest


def read_windows(
    folder: Path, sample_rate: int, limit: int = 64, held_out: float | None = None, channels: int = 1
) -> np.ndarray:
    """Up to `limit` windows [n, channels, samples] of what `folder` holds, evenly chosen.

    What has another number of channels is the mean of its own, in each. `held_out`: only of the share of a
    prepared dataset that a training run with this share leaves out. Raises DatasetError if there is no sound,
    or a dataset is of another sample rate.
    """
    samples = round(WINDOW_SECONDS * sample_rate)
    if (folder / MANIFEST).exists():
        manifest = read_manifest(folder)
        if manifest.settings.sample_rate != sample_rate:
            raise DatasetError(
                f"{folder}: is at {manifest.settings.sample_rate} Hz, the model at {sample_rate} Hz — "
                "give the folder of recordings instead"
            )
        dataset = Dataset(folder, manifest, 0.1 if held_out is None else held_out)
        whole = tuple(Span(i, 0, r.samples) for i, r in enumerate(manifest.recordings))
        windows = dataset.windows(samples, limit, whole if held_out is None else None)
        if windows.shape[1] == channels:
            return windows
        return np.repeat(windows.mean(axis=1, keepdims=True), channels, axis=1)
    if held_out is not None:
        raise DatasetError(f"{folder}: --held-out wants a prepared dataset, this is a folder of recordings")
    found = find_recordings(folder)
    require_recordings(found, folder)
    sounds = []
    for path in found.recordings:
        try:
            sounds.append(read_sound(path, sample_rate, channels))
        except DatasetError:
            continue
    audio = np.concatenate(sounds, axis=1) if sounds else np.zeros((channels, 0), dtype=np.float32)
    if audio.shape[1] == 0:
        raise DatasetError(f"{folder}: none of its {len(found.recordings)} recordings can be read")
    audio = np.pad(audio, ((0, 0), (0, max(0, samples - audio.shape[1]))))
    total = audio.shape[1] // samples
    chosen = np.unique(np.linspace(0, total - 1, min(limit, total)).round().astype(int))
    return np.stack([audio[:, i * samples : (i + 1) * samples] for i in chosen])
