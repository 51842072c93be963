"""How far a training job is, in a few words."""

from collections.abc import Mapping
from typing import Any

FITTINGS = ("fit", "match")
_BEFORE = ("waiting", "starting")


def progress(job: Mapping[str, Any]) -> str:
    """How far a job is, in a few words: `41% L 2.31 8m`."""
    stage, done = str(job.get("stage") or ""), float(job.get("done") or 0.0)
    working = stage in ("training", "stopping") or (
        job.get("how") in FITTINGS and done and stage not in _BEFORE
    )
    if not working:
        return stage
    parts = [f"{100.0 * done:.0f}%"]
    if job.get("loss") is not None:
        parts.append(f"L {float(job['loss']):.2f}")
    if stage == "stopping":
        parts.append("stopping")
    elif job.get("left_seconds") is not None:
        parts.append(_time(float(job["left_seconds"])))
    return " ".join(parts)


def word_of(job: Mapping[str, Any]) -> str:
    """What is done: `train`, or of a reverb `fit` and `match`."""
    how = job.get("how")
    return str(how) if how in FITTINGS else "train"


def _time(seconds: float) -> str:
    return f"{seconds:.0f}s" if seconds < 90.0 else f"{seconds / 60.0:.0f}m"
