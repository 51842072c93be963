"""Entries typed before, on disk and in the arrow keys: accepted ones first, newest first."""

import json
from pathlib import Path

MAX_ENTRIES = 2000


class AcceptedHistory:
    """Recalls accepted entries, then refused ones. `path` None keeps them for this session only.

    One JSON line an entry, appended. A file that cannot be read or written is left alone; `trouble` then
    says so in a line.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.trouble = ""
        self.last_refused = ""
        self._accepted: dict[str, None] = {}
        self._refused: dict[str, None] = {}
        if path is not None:
            self._read(path)

    def record(self, text: str, accepted: bool) -> None:
        """Remember an entry once it is known whether it was accepted."""
        text = text.rstrip()
        if not text:
            return
        if not accepted:
            self.last_refused = text
        self._place(text, accepted)
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"text": text, "accepted": accepted}) + "\n")
        except OSError as error:
            self.trouble = f"{self.path}: {error.strerror} — this session's entries are not kept"
            self.path = None

    def entries(self) -> list[str]:
        """All entries in the order of recall."""
        return [*reversed(self._accepted), *reversed(self._refused)]

    def _place(self, text: str, accepted: bool) -> None:
        self._accepted.pop(text, None)
        self._refused.pop(text, None)
        (self._accepted if accepted else self._refused)[text] = None

    def _read(self, path: Path) -> None:
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            self.trouble = f"{path}: {error.strerror} — starting without earlier entries"
            return
        for line in lines[-MAX_ENTRIES:]:
            try:
                entry = json.loads(line)
                self._place(str(entry["text"]), bool(entry["accepted"]))
            except (ValueError, TypeError, KeyError):
                continue  # a line cut off by a crash; the others count
