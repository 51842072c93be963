"""Files that are whole or not there: written beside their place, then renamed into it."""

import contextlib
import glob
import json
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ABANDONED_SECONDS = 60.0
"""Age of a temporary file whose writer must have been killed: one is written in far less."""


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by `text` (UTF-8, mode 0644) in one step; readers see the old file or the new one.

    Raises OSError, and leaves nothing behind then.
    """
    write_together([(path, text)])


def write_together(files: Iterable[tuple[Path, str]]) -> None:
    """`write_whole` of several files, renamed in their order, once all are written.

    So a full disk leaves all of them as they were. Temporary files that a killed process left of them go.
    Raises OSError.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for path, text in files:
            _remove_abandoned(path)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
            staged.append((Path(name), path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                os.fchmod(file.fileno(), 0o644)
                file.write(text)
        _reach_the_disk([temporary for temporary, _ in staged])
        for temporary, path in staged:
            os.replace(temporary, path)
    except BaseException:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        raise


def _reach_the_disk(paths: Sequence[Path]) -> None:
    """Wait for the disk, together for all: it writes its journal once then. Raises OSError."""
    try:
        with ThreadPoolExecutor(len(paths) or 1) as threads:
            list(threads.map(_synchronise, paths))
    except RuntimeError:  # no new threads: the program is ending
        for path in paths:
            _synchronise(path)


def _synchronise(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_abandoned(path: Path) -> None:
    """Remove the temporary files of `path` that are old; one that belongs to somebody else stays."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'?' * 8}.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                left.unlink()


def read_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in the file at `path`; None if there is no such thing."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
