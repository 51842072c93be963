"""The table of contents of a prepared dataset: `manifest.json`, and the audio that it names.

    DATASET/manifest.json           settings, licence, one record a recording, what was skipped and why
    DATASET/audio/SHA256.npy        samples [samples], of several channels [samples, channels], float32 or
                                    int16, memory-mapped when read

A recording's data is named by the digest of its source, so that nothing is stored twice and a file
that is there never changes.
"""

import errno
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from plaud_live.errors import DatasetError
from plaud_live.model_file import MAX_CHANNELS, write_atomically

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
AUDIO = "audio"
MINIMUM_SECONDS = 10.0  # of audio in all: below this there is nothing to hold out and little to learn
DTYPES = ("float32", "int16")
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Recording:
    """One source file and its prepared samples.

    `spans` lists what was kept of the source, in seconds of the source, in order; all of it without
    trimming. A sample of the data times `scale` is the sample of the source. `peak` is the largest
    magnitude, as the source had it.
    """

    source: str
    folder: str
    sha256: str
    bytes: int
    modified_ns: int
    sample_rate: int
    channels: int
    samples: int
    scale: float
    peak: float
    spans: tuple[tuple[float, float], ...]

    @property
    def path(self) -> Path:
        """Where the source was found."""
        return Path(self.folder) / self.source

    @property
    def data(self) -> str:
        """Name of its samples within the dataset."""
        return f"{AUDIO}/{self.sha256}.npy"


@dataclass(frozen=True)
class PrepareSettings:
    """What fixes the samples of a dataset. Sound below `trim_db` counts as silence; None trims nothing.

    Recordings of another number of `channels` are kept as the mean of their own.
    """

    sample_rate: int = 44100
    dtype: str = "float32"
    trim_db: float | None = None
    channels: int = 1

    def __post_init__(self) -> None:
        if not 8000 <= self.sample_rate <= 96000:
            raise DatasetError(f"--sample-rate {self.sample_rate}: wants 8000 to 96000 Hz")
        if not 1 <= self.channels <= MAX_CHANNELS:
            raise DatasetError(f"--channels {self.channels}: wants 1 to {MAX_CHANNELS}")
        if self.dtype not in DTYPES:
            raise DatasetError(f"--dtype {self.dtype}: have {', '.join(DTYPES)}")
        if self.trim_db is not None and not -120.0 <= self.trim_db < 0.0:
            raise DatasetError(f"--trim-silence {self.trim_db:g}: wants -120 to 0 dB of full scale, as -60")


@dataclass(frozen=True)
class Manifest:
    """All that a dataset holds. `skipped` pairs a file that could not be used with the reason."""

    settings: PrepareSettings
    licence: str = ""
    recordings: tuple[Recording, ...] = ()
    skipped: tuple[tuple[str, str], ...] = field(default=())

    @property
    def seconds(self) -> float:
        """Length of all recordings together."""
        return sum(r.samples for r in self.recordings) / self.settings.sample_rate


def read_manifest(dataset: Path) -> Manifest:
    """Read a dataset's manifest. Raises DatasetError if it is missing, damaged or of another version."""
    path = dataset / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(
            f"{dataset}: not a prepared dataset — plaud-live prepare INPUT_DIR makes one"
        ) from None
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise DatasetError(f"{path}: damaged ({error}); prepare into another folder") from None
    version = data.get("format_version") if isinstance(data, dict) else None
    if version != FORMAT_VERSION:
        raise DatasetError(f"{path}: dataset format {version}, wants {FORMAT_VERSION}; prepare it again")
    try:
        return Manifest(
            settings=PrepareSettings(**data["settings"]),
            licence=data["licence"],
            recordings=tuple(_recording(record) for record in data["recordings"]),
            skipped=tuple((name, reason) for name, reason in data["skipped"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{path}: damaged ({type(error).__name__}: {error}); prepare it again") from None


def write_manifest(manifest: Manifest, dataset: Path) -> None:
    """Replace a dataset's manifest atomically. Raises OSError if the disk refuses."""
    data = {
        "format_version": FORMAT_VERSION,
        "settings": asdict(manifest.settings),
        "licence": manifest.licence,
        "seconds": round(manifest.seconds, 3),
        "recordings": [asdict(r) for r in manifest.recordings],
        "skipped": [list(pair) for pair in manifest.skipped],
    }
    write_atomically(dataset / MANIFEST, (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode())


def _recording(record: dict[str, Any]) -> Recording:
    known = {f.name for f in fields(Recording)}
    values = {key: value for key, value in record.items() if key in known}
    return Recording(**{**values, "spans": tuple((float(a), float(b)) for a, b in values["spans"])})
