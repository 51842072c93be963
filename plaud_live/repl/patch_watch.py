"""Scripts that play again when they are saved: their folders are watched, whichever way an editor writes.

Some editors write into the file, others write another one and rename it: what counts is that the file is
there, is another one than before, and has been left alone for a moment.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

SETTLE_SECONDS = 0.1
"""A file that was not touched for so long is whole."""

MAX_SETTLE_SECONDS = 1.0
"""One that is touched all the time is read anyway."""

MAX_FILES = 32
_WRITES = frozenset(("created", "modified", "moved", "closed"))

Signature = tuple[int, int, int]


class PatchWatch:
    """Calls `on_saved` with the path of a watched file, in a thread of its own, whenever it was saved.

    A save that comes while `on_saved` runs waits for its end; many of them are one. `say` takes a line.
    """

    def __init__(
        self,
        on_saved: Callable[[Path], None],
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_saved = on_saved
        self._say = say
        self._clock = clock
        self._changed = threading.Condition()
        self._files: dict[Path, Signature | None] = {}
        self._touched: dict[Path, tuple[float, float]] = {}
        """When a file was touched, first and last, since it was looked at."""
        self._closed = False
        self._scheduling = threading.Lock()  # never asked for with `_changed` in hand: watchdog has locks too
        self._folders: set[Path] = set()
        self._observer: BaseObserver | None = None

    @property
    def files(self) -> list[Path]:
        """What is watched, the latest last."""
        with self._changed:
            return list(self._files)

    def add(self, path: Path) -> bool:
        """Watch `path` from how it is now; whether that is new. Call it before the file is read."""
        with self._changed:
            new = path not in self._files
            self._files.pop(path, None)
            self._files[path] = _signature(path)
            while len(self._files) > MAX_FILES:
                self._files.pop(next(iter(self._files)))
        self._watch(path.parent)
        return new

    def stop(self) -> list[Path]:
        """Watch nothing any longer; what was watched until now."""
        with self._changed:
            stopped = list(self._files)
            self._files.clear()
            self._touched.clear()
        return stopped

    def close(self) -> None:
        """End the threads."""
        self.stop()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with self._scheduling:
            if self._observer is not None:
                self._observer.stop()

    # The folders

    def _watch(self, folder: Path) -> None:
        with self._scheduling:
            if folder in self._folders or self._closed:
                return
            if self._observer is None:
                threading.Thread(target=self._work, name="patches", daemon=True).start()
                self._observer = Observer()
                self._observer.start()
            if len(self._folders) >= MAX_FILES:
                self._observer.unschedule_all()
                self._folders.clear()
            for wanted in {file.parent for file in self.files} - self._folders:
                self._folders.add(wanted)
                try:
                    self._observer.schedule(_Handler(self._touch), str(wanted))
                except OSError:  # as on Linux where all of inotify's watches are taken
                    self._poll()

    def _poll(self) -> None:
        """Look at the folders once a second, where the system does not tell."""
        if self._observer is not None:
            self._observer.stop()
        self._observer = PollingObserver()
        self._observer.start()
        for folder in self._folders:
            try:
                self._observer.schedule(_Handler(self._touch), str(folder))
            except OSError as error:
                self._say(f"{folder}: {error.strerror or error} — a save there is not noticed")

    def _touch(self, path: Path) -> None:
        """Note that something was done to `path`. From the observer's thread."""
        with self._changed:
            if path in self._files:
                now = self._clock()
                self._touched[path] = (self._touched.get(path, (now, now))[0], now)
                self._changed.notify_all()

    # The files

    def _work(self) -> None:
        while (path := self._next()) is not None:
            self._on_saved(path)

    def _next(self) -> Path | None:
        """Wait for a file that was saved and has settled; None at the end."""
        with self._changed:
            while not self._closed:
                due = {path: _settles(first, last) for path, (first, last) in self._touched.items()}
                path = min(due, key=lambda path: due[path], default=None)
                if path is None:
                    self._changed.wait()
                elif (seconds := due[path] - self._clock()) > 0.0:
                    self._changed.wait(seconds)
                else:
                    del self._touched[path]
                    if self._is_another(path):
                        return path
        return None

    def _is_another(self, path: Path) -> bool:
        """Whether a file is there and was written since it was last looked at."""
        signature = _signature(path)
        if path not in self._files or signature is None or signature == self._files[path]:
            return False
        self._files[path] = signature
        return True


class _Handler(FileSystemEventHandler):
    """What watchdog calls with all that happens in a folder."""

    def __init__(self, touch: Callable[[Path], None]) -> None:
        self._touch = touch

    def dispatch(self, event: FileSystemEvent) -> None:
        """Hand on the paths of files that were written or renamed; those that were read do not count."""
        if event.event_type in _WRITES and not event.is_directory:
            for path in (event.src_path, event.dest_path):
                if path:
                    self._touch(Path(os.fsdecode(path)))


def _settles(first: float, last: float) -> float:
    """When a file that was touched then may be read."""
    return min(last + SETTLE_SECONDS, first + MAX_SETTLE_SECONDS)


def _signature(path: Path) -> Signature | None:
    """What differs between two saves of a file; None for one that is missing, or empty as in mid-write."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_ino, status.st_mtime_ns, status.st_size) if status.st_size else None
