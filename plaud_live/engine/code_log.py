"""What was entered in a session, as a script that runs: `code/history.py`, and the scripts that it ran."""

import hashlib
import os
import re
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

HEADER = '"""What was entered in this session, in order; the comment above an entry says when. It runs."""\n'
KEPT_NAME = 48
_RUN = re.compile(r"""run\(\s*(["'])(?P<path>[^"'\n]+)\1\s*\)""")
_NOT_TO_RUN = re.compile(r"(exit|quit)\(\)|from\s+__future__\b.*", re.DOTALL)
"""What makes sense, or is allowed, only where it was entered."""


class CodeLog:
    """Appends to the folder `code` of a session, which is made with the first entry. Raises OSError."""

    def __init__(self, session: Path) -> None:
        self.folder = session / "code"
        self._kept: set[str] = set()

    def write(
        self,
        text: str,
        sample: int,
        beat: float,
        by: str,
        file: str | None = None,
        files: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """Append an accepted entry. `file`: the script that it is the text of; `files`: those that it ran.

        A lone `run(…)` is written as what it ran, so that the history plays what was played, whatever becomes
        of the script. Returns where the texts of the scripts are kept, by their names.
        """
        self.folder.mkdir(exist_ok=True)
        scripts = dict(files or {})
        if file:
            scripts[file] = text
        body = textwrap.dedent(text).strip("\n").rstrip()
        ran = _RUN.fullmatch(body.strip())
        if ran and ran["path"] in scripts:
            body = scripts[ran["path"]].rstrip()
        kept = {name: self._keep(name, script) for name, script in scripts.items()}
        if _NOT_TO_RUN.fullmatch(body.strip()):
            body = textwrap.indent(body, "# ", lambda line: True)
        when = [f"beat {beat:.3f}", f"sample {sample}", time.strftime("%H:%M:%S")]
        who = [] if by == "prompt" else [by]
        what = [f"{name}, kept as {Path(place).name}" for name, place in kept.items()]
        comment = " · ".join("".join(filter(str.isprintable, part)) for part in (*when, *who, *what))
        self._append(f"\n# {comment}\n{body}\n")
        return kept

    def _keep(self, name: str, text: str) -> str:
        """Write a script's text once, under a name that says which version it is; its path in the session."""
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", Path(name).stem)[:KEPT_NAME]
        kept = f"{stem}_{hashlib.sha256(_bytes(text)).hexdigest()[:8]}.py"
        if kept not in self._kept:
            (self.folder / kept).write_bytes(_bytes(text))
            self._kept.add(kept)
        return f"{self.folder.name}/{kept}"

    def _append(self, text: str) -> None:
        path = self.folder / "history.py"
        start = "" if path.exists() else HEADER
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(fd, _bytes(start + text))
        finally:
            os.close(fd)


def _bytes(text: str) -> bytes:
    return text.encode(errors="backslashreplace")  # half a surrogate pair, as strange pastes have it
