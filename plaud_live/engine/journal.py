"""The record of a session: `session.toml`, `events.jsonl`, one event a line, written at once, what was
entered in `code/`, and the anchors, scenes and maps that there are now.

A folder that cannot be written, or a full disk, is said once; the sound goes on without a record.
"""

import json
import os
import platform
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from plaud_live import __version__
from plaud_live.control.maps import Map
from plaud_live.control.maps_file import FILE_NAME as MAPS
from plaud_live.control.maps_file import maps_text
from plaud_live.engine.code_log import CodeLog
from plaud_live.errors import SettingsError

VERSION = 1
"""Of the form of anchors.json and scenes.json."""

MOST_OF_OTHERS = 1 << 30
OTHERS = "osc"
"""By whom is in the record what other programs ask for: this much, and no more than half of what is free."""

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Journal:
    """Appends events to a file in a new folder under `sessions`, or in that of a session that goes on."""

    def __init__(self, sessions: Path, name: str, resumed: Path | None = None) -> None:
        """Make the folder `<date>_<time>_<name>`. Raises SettingsError for a name that is none."""
        if not NAME.fullmatch(name):
            raise SettingsError(f"--session {name}: wants 1 to 64 letters, digits, _ or -")
        self._problem: str | None = None
        self._said: set[str] = set()
        self._room = 0
        self.left_out = 0
        """Events of other programs that the record has no room for."""
        self._torn = False
        self._fd: int | None = None
        self.folder: Path | None = None
        self._code: CodeLog | None = None
        self._kept: dict[str, Any] = {}
        try:
            new = f"{time.strftime('%Y-%m-%d_%H%M')}_{name}"
            self.folder = resumed or _new_folder(sessions, new)
            self._code = CodeLog(self.folder)
            self._room = min(MOST_OF_OTHERS, shutil.disk_usage(self.folder).free // 2)
            self._fd = os.open(self.folder / "events.jsonl", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            size = os.fstat(self._fd).st_size
            self._torn = size > 0 and os.pread(self._fd, 1, size - 1) != b"\n"
        except OSError as error:
            self._fail(sessions, error)

    def write(
        self,
        kind: str,
        by: str,
        data: Any = None,
        sample: int | None = None,
        beat: float | None = None,
        text: str | None = None,
    ) -> None:
        """Append one event."""
        if self._fd is None or self.folder is None:
            return
        event = {"sample": sample, "beat": beat, "kind": kind, "by": by, "text": text, "data": data}
        line = json.dumps({**event, "time": round(time.time(), 3)}, ensure_ascii=False) + "\n"
        payload = (b"\n" if self._torn else b"") + line.encode(errors="backslashreplace")
        if by == OTHERS and not self._has_room(len(payload)):
            return
        try:
            self._torn = os.write(self._fd, payload) != len(payload)
        except OSError as error:
            self._torn = True
            self._fail(self.folder, error)

    def enter(
        self,
        by: str,
        text: str,
        sample: int,
        beat: float,
        file: str | None = None,
        files: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        """Record an accepted entry; `file` is the script whose text it is, `files` those that it ran.

        `more` goes with them into the event.
        """
        if self._code is None:
            return
        kept = dict(files or {})
        try:
            kept = self._code.write(text, sample, beat, by, file, files)
        except OSError as error:
            self._fail(self._code.folder, error)
        self.write("entry", by, {"file": file or None, "files": kept, **more}, sample, beat, text)

    def keep(self, state: Mapping[str, Any] | None) -> None:
        """Write `anchors.json`, `scenes.json`, `maps.toml`, each whole or not at all, if they have changed.

        A state without instruments is that of an engine that starts anew: what was kept stays.
        """
        if self.folder is None or not state or not state.get("instruments"):
            return
        for name in ("anchors", "scenes"):
            things = state.get(name)
            if things and name == "anchors":  # those of models that are not loaded now stay
                things = {**self._kept.get(name, {}), **things}
            if (not things and name not in self._kept) or things == self._kept.get(name):
                continue
            self._kept[name] = things
            text = f'{{\n"version": {VERSION},\n"{name}": {_laid_out(things, 2)}\n}}\n'
            self._write_whole(self.folder / f"{name}.json", text)
        maps, knobs = state.get("maps") or {}, state.get("knobs") or {}
        if (maps or knobs or MAPS in self._kept) and [maps, knobs] != self._kept.get(MAPS):
            self._kept[MAPS] = [maps, knobs]
            named = {key: Map.from_data(each) for key, each in maps.items()}
            self._write_whole(self.folder / MAPS, maps_text(named, knobs))

    def _write_whole(self, path: Path, text: str) -> None:
        part = path.with_suffix(".part")
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path)
        except OSError as error:
            part.unlink(missing_ok=True)
            self._fail(path, error)

    def resume(self, ended: int, **settings: Any) -> None:
        """Record, before anything else, that the session goes on, which had sounded up to sample `ended`."""
        self.write("resumed", "supervisor", {**_facts(), **settings, "ended": ended})

    def describe(self, **settings: Any) -> None:
        """Write `session.toml`: versions and the settings given. One that is there stays."""
        if self.folder is None or (self.folder / "session.toml").exists():
            return
        facts = {**_facts(), **settings}
        # A JSON string, number or boolean is a TOML one, too.
        lines = [f"{key} = {json.dumps(value)}" for key, value in facts.items() if value is not None]
        try:
            (self.folder / "session.toml").write_text("\n".join(lines) + "\n")
        except OSError as error:
            self._fail(self.folder, error)

    def take_problem(self) -> str | None:
        """What went wrong since the last call: each kind of it once in a session."""
        problem, self._problem = self._problem, None
        return problem

    def close(self) -> None:
        """Close the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _has_room(self, size: int) -> bool:
        """Whether so many bytes more of other programs are recorded; where not, it is said once."""
        if size <= self._room:
            self._room -= size
            return True
        self._room = 0
        self.left_out += 1
        self._say("full", "OSC has filled its part of the record: what it does is not recorded any more")
        return False

    def _fail(self, where: Path, error: OSError) -> None:
        self._say("fail", f"this session is not recorded: {where}: {error.strerror} — see PLAUD_HOME")

    def _say(self, kind: str, line: str) -> None:
        if kind not in self._said:
            self._said.add(kind)
            self._problem = line


def _facts() -> dict[str, Any]:
    """What made a record, and when."""
    return {
        "plaud_live": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }


def _laid_out(value: Any, levels: int) -> str:
    """JSON with a line for each thing, down to so many levels of objects."""
    if not isinstance(value, dict) or not value or not levels:
        return json.dumps(value)
    lines = [f"{json.dumps(str(key))}: {_laid_out(each, levels - 1)}" for key, each in value.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _new_folder(sessions: Path, name: str) -> Path:
    for number in range(1, 1000):
        folder = sessions / (name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            if not folder.is_dir():
                raise
            continue
        return folder
    raise FileExistsError(17, "too many sessions of this name in one minute")
