"""The recordings that training is measured on: three sets of Debian's package sonic-pi-samples.

`development` is the set that the project was developed with, 27 recordings. `first` and `second` were never
used for that: all the package's other recordings longer than a second, in the order of their names, the
earlier and the later half. Each is mono, 44.1 kHz, 16 bit; the first 80 % of each recording are for training,
the last 20 % are the test. Measured on, not shipped: the package's copyright file does not name all as CC0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

SAMPLES = Path("/usr/share/sonic-pi/samples")
RATE = 44100
TRAINING_SHARE = 0.8
CHUNK_SECONDS = 2.0
SETS = ("development", "first", "second")
_SHORTEST_SECONDS = 1.0
# fmt: off
DEVELOPMENT = (
    "ambi_dark_woosh", "ambi_drone", "ambi_glass_hum", "ambi_glass_rub", "ambi_haunted_hum",
    "ambi_lunar_land", "ambi_piano", "ambi_sauna", "bass_thick_c", "bass_trance_c",
    "bass_voxy_c", "guit_e_fifths", "guit_e_slide", "guit_em9", "guit_harmonics",
    "loop_3d_printer", "loop_amen_full", "loop_compus", "loop_drone_g_97", "loop_garzul",
    "loop_mika", "loop_safari", "loop_tabla", "loop_weirdo", "misc_cineboom",
    "tabla_ghe6", "vinyl_hiss",
)
# fmt: on


@dataclass(frozen=True)
class Laid:
    """A set as it lies on the disk: its folders, and the seconds in each."""

    name: str
    train: Path
    test: Path
    train_seconds: float
    test_seconds: float


def names(which: str, samples: Path = SAMPLES) -> tuple[str, ...]:
    """The recordings of the set `which`, in the order of their names."""
    if which == "development":
        return DEVELOPMENT
    others = [
        path.stem
        for path in sorted(samples.glob("*.flac"))
        if path.stem not in DEVELOPMENT and soundfile.info(path).duration > _SHORTEST_SECONDS
    ]
    half = len(others) // 2
    return tuple(others[:half] if which == "first" else others[half:])


def lay_out(which: str, folder: Path, samples: Path = SAMPLES) -> Laid:
    """Cut each recording of the set `which` into folder/train and folder/test."""
    return cut(names(which, samples), which, folder, samples)


def cut(recordings: Sequence[str], name: str, folder: Path, samples: Path = SAMPLES) -> Laid:
    """Cut each of `recordings`, a set called `name`, into folder/train and folder/test."""
    seconds = {"train": 0.0, "test": 0.0}
    for part in seconds:
        (folder / part).mkdir(parents=True, exist_ok=True)
    for recording in recordings:
        sound, rate = soundfile.read(samples / f"{recording}.flac", dtype="float64", always_2d=True)
        if rate != RATE:
            raise SystemExit(f"{recording}: is at {rate} Hz, the sets are at {RATE} Hz")
        first = round(TRAINING_SHARE * len(sound))
        for part, piece in (("train", sound[:first]), ("test", sound[first:])):
            soundfile.write(folder / part / f"{recording}.wav", piece.mean(axis=1), rate, subtype="PCM_16")
            seconds[part] += len(piece) / rate
    return Laid(name, folder / "train", folder / "test", seconds["train"], seconds["test"])


def read(folder: Path) -> list[np.ndarray]:
    """The recordings of a folder [samples], float32, in the order of their names."""
    return [soundfile.read(path, dtype="float32")[0] for path in sorted(folder.glob("*.wav"))]
