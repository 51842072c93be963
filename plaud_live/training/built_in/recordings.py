"""Free recordings: what Debian's package sonic-pi-samples holds and its copyright file names as CC0."""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soundfile

from plaud_live.errors import DatasetError

SAMPLES = Path("/usr/share/sonic-pi/samples")
COPYRIGHT = Path("/usr/share/doc/sonic-pi-samples/copyright")
LICENCE = "CC0 1.0"

MOMENT_SECONDS = 0.06
"""How loud a sound is, is judged by its loudest stretch of this length."""

PEAK = 0.95
REST_SECONDS = 0.12
"""Silence after a stroke: falling silent is learnt, too."""


def cc0_recordings(copyright_file: Path) -> set[str]:
    """Names of the samples that a machine-readable Debian copyright file puts under CC0."""
    names: set[str] = set()
    for paragraph in re.split(r"\n\s*\n", copyright_file.read_text(encoding="utf-8")):
        fields = dict(re.findall(r"^([A-Za-z-]+):((?:.*(?:\n[ \t].*)*))", paragraph, flags=re.MULTILINE))
        if fields.get("License", "").strip().splitlines()[:1] == ["CC0"]:
            names |= {Path(p).stem for p in fields.get("Files", "").split() if p.startswith("etc/samples/")}
    return names


def free_recordings(names: Iterable[str], samples: Path, copyright_file: Path) -> dict[str, Path]:
    """The files of the recordings `names`. Raises DatasetError if one is missing or not named as CC0."""
    if not samples.is_dir() or not copyright_file.is_file():
        raise DatasetError(
            f"{samples}: not there — install Debian's package sonic-pi-samples, or give --samples"
        )
    free, files = cc0_recordings(copyright_file), {}
    for name in names:
        if name not in free:
            raise DatasetError(f"{copyright_file}: does not name {name} as CC0; it may not be trained on")
        if not (samples / f"{name}.flac").is_file():
            raise DatasetError(f"{samples}/{name}.flac: missing")
        files[name] = samples / f"{name}.flac"
    return files


def levelled(sound: np.ndarray, rate: int, level_db: float) -> np.ndarray:
    """`sound` [samples, channels], its loudest moment at `level_db` (RMS), or less where it would clip."""
    power = np.cumsum(np.mean(np.square(sound, dtype=np.float64), axis=1))
    count = min(len(power), round(MOMENT_SECONDS * rate))
    power = np.concatenate([[0.0], power])
    loudest = float((power[count:] - power[:-count]).max())
    gain = 10.0 ** (level_db / 20.0) / np.sqrt(loudest / count + 1e-20)
    return sound * min(gain, PEAK / float(np.abs(sound).max() + 1e-20))


def write_strokes(source: Path, target: Path, levels_db: tuple[float, ...]) -> None:
    """Write a recording several times over, at each of `levels_db`, a rest after each."""
    sound, rate = soundfile.read(source, always_2d=True)
    rest = np.zeros((round(REST_SECONDS * rate), sound.shape[1]))
    parts = [part for level in levels_db for part in (levelled(sound, rate, level), rest)]
    soundfile.write(target, np.concatenate(parts), rate, subtype="PCM_24")
