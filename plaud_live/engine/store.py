"""The models of a session, each once, under its digest: whatever was played or offered can be returned to.

`models/<digest>.plaud` in the session's folder are copies: a link would change with a file that is written
over. Where they cannot be written, what is known by its own file goes on being played from there.
"""

import re
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plaud_live import model_file
from plaud_live.errors import ModelFileError

SHOWN = 6
"""Letters of a digest that are shown, and that are enough to name a model."""

DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """What a model's file says of it. `when`: the time of the file; `minutes` of training, 0 if not said."""

    digest: str
    name: str
    parent: str
    licence: str
    minutes: float
    when: float
    path: str

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return dict(vars(self))


class Store:
    """Keeps models in the folder `models` of a session, if there is one. Any thread may call it."""

    def __init__(self, session: Path | None = None) -> None:
        self._folder = None if session is None else session / "models"
        self._entries: dict[str, Entry] = {}
        self._lock = threading.Lock()
        self._looked = False
        self._problem = ""
        self._said = False

    def keep(self, digest: str, path: Path) -> None:
        """Keep the model of this digest that is in a file. What cannot be written is a problem to be told."""
        with self._lock:
            self._look()
            if digest in self._entries and Path(self._entries[digest].path).is_file():
                return
            kept = path
            if self._folder is not None:
                try:
                    kept = copied(path, self._folder / f"{digest}.plaud")
                except OSError as error:
                    reason = error.strerror or error
                    self._problem = f"models are not kept with the session: {self._folder}: {reason}"
            self._entries[digest] = _entry(digest, kept)

    def path(self, digest: str) -> Path | None:
        """Where a model is kept, if it is."""
        entry = self.entries().get(digest)
        return None if entry is None else Path(entry.path)

    def entries(self) -> dict[str, Entry]:
        """What is known, by digest, in the order in which it came."""
        with self._lock:
            self._look()
            return dict(self._entries)

    def find(self, name: str) -> list[Entry]:
        """The models that a name, or the beginning of a digest, may mean, the newest last."""
        entries = list(self.entries().values())
        named = [entry for entry in entries if entry.name == name]
        return named or [entry for entry in entries if len(name) >= 4 and entry.digest.startswith(name)]

    def take_problem(self) -> str:
        """What could not be written, once in a session; '' for nothing."""
        with self._lock:
            problem, self._problem = self._problem, ""
            if not problem or self._said:
                return ""
            self._said = True
            return problem

    def _look(self) -> None:
        """Know what an engine before has kept."""
        if self._looked or self._folder is None:
            return
        self._looked = True
        try:
            files = [path for path in self._folder.glob("*.plaud") if DIGEST.fullmatch(path.stem)]
            files.sort(key=lambda path: path.stat().st_ctime)
        except OSError:  # there is no such folder yet
            return
        for path in files:
            try:
                self._entries[path.stem] = _entry(path.stem, path)
            except ModelFileError as error:  # the others are good all the same
                self._problem = str(error)


def copied(path: Path, kept: Path) -> Path:
    """A copy of a file under another name, whole or not at all. Raises OSError."""
    if kept.is_file():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, prefix=".", suffix=".part", delete=False) as part:
        temporary = Path(part.name)
    try:
        shutil.copy2(path, temporary)
        temporary.chmod(0o644)
        temporary.replace(kept)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return kept


def _entry(digest: str, path: Path) -> Entry:
    header = model_file.read_header(path)
    training = header.get("training") or {}
    minutes = training.get("minutes") or 0.0
    return Entry(
        digest,
        str(header.get("name", "")),
        str(header.get("parent", "")),
        str(header.get("licence", "")),
        float(minutes) if isinstance(minutes, int | float) else 0.0,
        path.stat().st_mtime,
        str(path),
    )
