"""The last minutes of sessions that are over: those of the latest one stay, in case it ended too soon."""

import contextlib
import fcntl
import os
import shutil
from pathlib import Path

from plaud_live.recording.spool import ROLL


def remove_old(session: Path, kept: int = 1) -> list[Path]:
    """Remove `capture` of the other sessions beside `session` but the latest; what was removed.

    Not where another instrument writes into it, nor where a take is not finished that is cut of it.
    """
    others = (folder for folder in session.parent.iterdir() if folder.name != session.name)
    found = [folder / "capture" for folder in others if (folder / "capture" / ROLL).is_file()]
    found.sort(key=lambda each: (each / ROLL).stat().st_mtime)
    removed = []
    for capture in found[: len(found) - kept]:
        if not any((capture.parent / "takes").glob("[0-9][0-9][0-9][0-9].json")) and _is_free(capture / ROLL):
            with contextlib.suppress(OSError):
                shutil.rmtree(capture)
                removed.append(capture)
    return removed


def _is_free(roll: Path) -> bool:
    """Whether nobody writes there."""
    try:
        fd = os.open(roll, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(fd)
    return True
