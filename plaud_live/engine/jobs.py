"""What the trainer is asked to do: an order, the name of what it makes, and the command line that it is.

A job is known by what it is asked: the same again goes on where it was cut off, under the same name.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plaud_live.errors import ParameterError, SettingsError
from plaud_live.model_file import write_atomically

HOWS = ("continual", "naive", "replay", "fresh")
MOST_MINUTES = 24.0 * 60.0
FILE = "job.json"
POSITIONS = "positions.json"
"""In the folder of a training run: what it was asked to do, and the places that are held."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NUMBER = re.compile(r"_\d+$")


@dataclass(frozen=True)
class Job:
    """Train a child of the model file `parent`, whose digest is `digest`, for `instrument`.

    `anchors` are the places that the performer has named, raw, which are to sound as they did.
    """

    instrument: str
    parent: str
    digest: str
    sources: tuple[str, ...]
    minutes: float
    how: str
    name: str = ""
    anchors: Mapping[str, Sequence[float]] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Job":
        """From JSON. Raises ParameterError for what cannot be asked."""
        sources, minutes, name = data.get("sources"), data.get("minutes"), data.get("name")
        if not isinstance(sources, list) or not sources or not all(isinstance(s, str) and s for s in sources):
            raise ParameterError("train: wants a take, a recording, or a folder of recordings")
        for source in sources:
            if not Path(source).exists():
                raise ParameterError(f"train: {source}: no such file or folder")
        if (
            isinstance(minutes, bool)
            or not isinstance(minutes, int | float)
            or not 0.0 < minutes <= MOST_MINUTES
        ):
            raise ParameterError(
                f"train: mins={minutes!r:.40}: wants minutes, more than 0, {MOST_MINUTES:g} at most"
            )
        if data.get("how") not in HOWS:
            raise ParameterError(f"train: how={data.get('how')!r:.40}: have {', '.join(HOWS)}")
        if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise ParameterError(f"train: name={name!r:.70}: wants 1 to 64 letters, digits, _ or -")
        return cls(
            str(data["instrument"]),
            str(data["parent"]),
            str(data["digest"]),
            tuple(sources),
            float(minutes),
            str(data["how"]),
            name or "",
            dict(data.get("anchors") or {}),
        )

    def asked(self) -> dict[str, Any]:
        """What makes it the same job as another; its name and who asks do not."""
        return {"digest": self.digest, "sources": sorted(self.sources), "how": self.how}

    def command(self, name: str, out: Path) -> list[str]:
        """Words of `plaud-live train` that make the model `name` in the folder `out`."""
        return [
            "train", "--dataset-path", *self.sources, "--from", self.parent, "--how", self.how,
            "--model-name", name, "--out", str(out), "--minutes", f"{self.minutes:g}", "--threads", "1",
            "--positions", str(out / f"{name}.training" / POSITIONS),
        ]  # fmt: skip


def name_of(job: Job, model: str, out: Path) -> str:
    """The name of the model that `job` makes of one called `model`: its own, that of the same job that was
    cut off, or the next that is free: `drone_2` after `drone`. Raises SettingsError if its own is taken."""
    if job.name:
        if (out / f"{job.name}.plaud").exists() and not _is_of(job, job.name, out):
            raise SettingsError(f"train: name={job.name!r}: there is such a model — give another name")
        return job.name
    base = _NUMBER.sub("", model)[:60]
    number = 2
    while True:
        name = f"{base}_{number}"
        taken = (out / f"{name}.plaud").exists()
        begun = (out / f"{name}.training").exists()
        if not taken and (not begun or _is_of(job, name, out)):
            return name
        number += 1


def note(job: Job, name: str, out: Path) -> None:
    """Write down what a run is asked and what it holds, in its folder. Raises SettingsError."""
    folder = out / f"{name}.training"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in ((FILE, job.asked()), (POSITIONS, dict(job.anchors))):
            write_atomically(folder / name, json.dumps(data, indent=1, ensure_ascii=False).encode())
    except OSError as error:
        raise SettingsError(f"train: {folder}: {error.strerror or error}") from None


def _is_of(job: Job, name: str, out: Path) -> bool:
    """Whether the run `name` was asked the same."""
    try:
        kept = json.loads((out / f"{name}.training" / FILE).read_text())
    except (OSError, ValueError):
        return False
    return bool(kept == job.asked())
