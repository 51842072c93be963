"""`plaud-live` as a prompt runs it beside what plays: a stand-in that writes down what it was asked."""

import sys
from pathlib import Path

import pytest


class Command:
    """Writes its words and its niceness down, and its process group, and says what it is told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.words, self.group, self._script = (folder / name for name in ("words", "group", "python"))
        monkeypatch.setattr(sys, "executable", str(self._script))

    def says(self, out: str, error: str = "", status: int = 0) -> None:
        text = f"echo '{out}'; echo '{error}' >&2; echo \"$@ $(nice)\" > {self.words}"
        text = f"{text}; ps -o pgid= -p $$ > {self.group}; exit {status}"
        self._script.write_text(f"#!/bin/sh\n{text}\n")
        self._script.chmod(0o755)
