"""How a child compares with its parent: the figures that say whether to swap, in JSON and in one line."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from plaud_live.model_file import write_atomically

FORMAT_VERSION = 1
FILE = "report.json"


@dataclass(frozen=True)
class Comparison:
    """Losses are multi-resolution STFT distances on sound that was never trained on, NaN where there is none.

    `anchors` pairs each of the parent's anchors with the log-mel distance in dB of its sound,
    `anchor_frames_db` is the mean of these frame by frame, `latents` is how far the encoding of old sound has
    moved in playable units, by latent, empty where none is remembered; `cost` is what playing the child
    takes, in the parent's.
    """

    parent: str
    parent_digest: str
    child: str
    child_digest: str
    how: str
    minutes: float
    steps: int
    new_before: float
    new_after: float
    old_before: float
    old_after: float
    anchors: tuple[tuple[str, float], ...]
    anchor_frames_db: float
    latents: tuple[float, ...]
    cost: float

    @property
    def anchor_db(self) -> float:
        """Mean drift of the anchors."""
        return sum(db for _, db in self.anchors) / len(self.anchors) if self.anchors else math.nan

    @property
    def worst(self) -> tuple[str, float]:
        """The anchor that drifted farthest."""
        return max(self.anchors, key=lambda pair: pair[1], default=("", math.nan))

    @property
    def latent_drift(self) -> float:
        """Mean over the latents."""
        return sum(self.latents) / len(self.latents) if self.latents else math.nan

    @property
    def old_change(self) -> float:
        """By how much the old loss has grown, as a share of what it was."""
        return self.old_after / self.old_before - 1.0 if self.old_before > 0.0 else math.nan

    def line(self) -> str:
        """All of it in one line, for the prompt."""
        parts = [f"{self.child}: new {self.new_before:.2f} → {self.new_after:.2f}"]
        if math.isfinite(self.old_after):
            change = f" ({100.0 * self.old_change:+.1f} %)"
            parts.append(f"old {self.old_before:.2f} → {self.old_after:.2f}{change}")
        else:
            parts.append(f"old not known ({self.parent} has no memory)")
        if self.anchors:
            name, db = self.worst
            parts.append(f"anchors moved {self.anchor_db:.1f} dB, {name} most, {db:.1f}")
        if self.latents:
            parts.append(f"latents {self.latent_drift:.3f}")
        return ", ".join([*parts, f"cost ×{self.cost:.2f}"])

    def as_data(self) -> dict[str, Any]:
        """What goes into the JSON file: NaN is null there."""
        data = {"format_version": FORMAT_VERSION, **asdict(self), "anchors": dict(self.anchors)}
        data |= {"anchor_db": self.anchor_db, "latent_drift": self.latent_drift, "line": self.line()}
        return {key: _plain(value) for key, value in data.items()}

    def write(self, folder: Path) -> Path:
        """Replace the JSON file in `folder`. Raises OSError if the disk refuses."""
        path = folder / FILE
        text = json.dumps(self.as_data(), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomically(path, (text + "\n").encode())
        return path


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value
