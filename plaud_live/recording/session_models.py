"""The models and trajectories of a session, by their digests, as its record names them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.trajectories import TrajectoryFiles
from plaud_live.engine.models import Models
from plaud_live.engine.reverb import Room
from plaud_live.engine.reverbs import Reverbs
from plaud_live.engine.store import Store
from plaud_live.errors import ModelFileError
from plaud_live.recording.launches import REWRITTEN
from plaud_live.signals.trajectories import look_in
from plaud_live.synths.voice import Voice

DIGEST_LETTERS = 64


class SessionModels:
    """What `models/` of a session has, and what its `events` say of files that were written anew."""

    def __init__(self, session: Path, events: list[dict[str, Any]]) -> None:
        self._models = Models(Store(session), Reverbs(session))
        look_in(TrajectoryFiles(session).read)
        written = (event["data"]["info"] for event in events if event.get("kind") == REWRITTEN)
        self._rewritten = {info["digest"]: info for info in written}
        self._names = dict(_names(events))

    def info(self, name: str) -> ModelInfo:
        """A model by its digest, else by name. Raises a PlaudError if it is not there."""
        if len(name) != DIGEST_LETTERS:
            return self._models.load_info(name)
        found = self._models.by_digest(name)
        if found is None and name in self._rewritten:
            return ModelInfo.from_data(self._rewritten[name])
        if found is None:
            shown = f"{self._names[name]} ({name[:6]})" if name in self._names else name[:6]
            raise ModelFileError(f"model {shown} is not in the session's folder models/")
        return found

    def room(self, digest: str, sample_rate: int, before: Room | None) -> Room:
        """A reverb by its digest, ready, or as what the one `before` moves to. Raises a PlaudError."""
        reverbs = self._models.reverbs
        playing = None if before is None else before.runner
        return reverbs.room(reverbs.load_info(digest), sample_rate, playing)

    def voice(self, info: ModelInfo, sample_rate: int, seed: int) -> Voice:
        """A voice as it was then. Raises a PlaudError."""
        return Voice(self._models.model(info), sample_rate, seed=seed)


def _names(events: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """What models were called, by their digests, where they were loaded or gone to."""
    for event in events:
        if event.get("kind") == "submit" and isinstance(event.get("data"), dict):
            for change in event["data"].get("changes") or ():
                if change.get("digest") and change.get("model"):
                    yield change["digest"], Path(change["model"]).stem
