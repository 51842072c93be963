"""How far a training job is, in a few words."""

from collections.abc import Mapping
from typing import Any


def progress(job: Mapping[str, Any]) -> str:
    """How far a job is, in a few words: `41% L 2.31 8m`."""
    stage = str(job.get("stage") or "")
    if stage not in ("training", "stopping"):
        return stage
    parts = [f"{100.0 * float(job.get('done') or 0.0):.0f}%"]
    if job.get("loss") is not None:
        parts.append(f"L {float(job['loss']):.2f}")
    if stage == "stopping":
        parts.append("stopping")
    elif job.get("left_seconds") is not None:
        parts.append(_time(float(job["left_seconds"])))
    return " ".join(parts)


def _time(seconds: float) -> str:
    return f"{seconds:.0f}s" if seconds < 90.0 else f"{seconds / 60.0:.0f}m"
