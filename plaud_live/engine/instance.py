"""One instrument a run folder: a lock that dies with its holder, and `instance.json`: how to reach it."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from plaud_live.errors import SessionError

SOCKET_NAME = "engine.sock"
INSTANCE_NAME = "instance.json"
LOCK_NAME = "lock"


def read_instance(run_dir: Path) -> dict[str, Any]:
    """What a running instrument wrote about itself; empty when none runs there."""
    try:
        data = json.loads((run_dir / INSTANCE_NAME).read_text())
        os.kill(data["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return dict(data)


class Instance:
    """The hold on a run folder, from `Instance(run_dir)` to `close`."""

    def __init__(self, run_dir: Path) -> None:
        """Take the lock. Raises SessionError when another instrument has it or the folder cannot be used."""
        self.run_dir = run_dir
        self._data: dict[str, Any] = {"pid": os.getpid()}
        try:
            run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            run_dir.chmod(0o700)
            self._lock = os.open(run_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SessionError(
                f"run folder {run_dir}: {error.strerror} — set PLAUD_RUN_DIR to a folder that can be written"
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise SessionError(_already_playing(run_dir)) from None
        self._remove_files()

    def update(self, **fields: Any) -> None:
        """Write fields of `instance.json`, whole or not at all. A full disk is no reason to stop."""
        self._data.update(fields)
        path = self.run_dir / INSTANCE_NAME
        part = path.with_suffix(".part")
        try:
            part.write_text(json.dumps(self._data, indent=1) + "\n")
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave nothing behind but the lock's empty file, and let go of it."""
        self._remove_files()
        os.close(self._lock)

    def _remove_files(self) -> None:
        for name in (INSTANCE_NAME, SOCKET_NAME, "engine.part", "prompt.sock", "prompt.part"):
            (self.run_dir / name).unlink(missing_ok=True)


def _already_playing(run_dir: Path) -> str:
    other = read_instance(run_dir)
    who = f"process {other['pid']}, OSC port {other.get('osc_port')}" if other else str(run_dir)
    return (
        f"an instrument is already playing ({who}) — `plaud-live panic` silences it,"
        f" {'`kill ' + str(other['pid']) + '` ends it, ' if other else ''}"
        "PLAUD_RUN_DIR=another/folder opens a second one"
    )
