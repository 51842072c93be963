"""How far a training run is, as lines of JSON for whoever started it."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Any

from plaud_live.errors import SettingsError


@dataclass(frozen=True)
class Status:
    """`stage` is preparing, training or finishing; the share `done` of it, 0..1; steps of the optimiser, the
    mean of the last losses, and the seconds that are left, None where they are not known."""

    stage: str
    done: float = 0.0
    step: int = 0
    loss: float | None = None
    left_seconds: float | None = None


class Reporter:
    """Writes what happens to a file descriptor, one JSON object a line; who reads may be gone."""

    def __init__(self, fd: int) -> None:
        """Raises SettingsError if nothing is open there."""
        try:
            os.fstat(fd)
        except OSError as error:
            raise SettingsError(f"--report-fd {fd}: {error.strerror}") from None
        self._fd = fd

    def status(self, status: Status) -> None:
        """How far it is."""
        self.event("progress", **asdict(status))

    def event(self, event: str, **data: Any) -> None:
        """What has happened."""
        line = json.dumps({"event": event, **data}, ensure_ascii=False) + "\n"
        try:
            os.write(self._fd, line.encode())
        except BrokenPipeError:
            self._fd = os.open(os.devnull, os.O_WRONLY)
