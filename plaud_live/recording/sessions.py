"""The folders of sessions, found by name, and their records."""

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from plaud_live import settings
from plaud_live.errors import SessionError, suggestion

Event = dict[str, Any]
RESUMED = "resumed"
"""The kind of event that says that a session goes on another time."""

SETTINGS = "session.toml"
DATE_LETTERS = len("2026-11-22_1930_")


def find_session(name: str) -> Path:
    """The folder that `name` means: a path, a folder of PLAUD_HOME/sessions, or the newest that was named so.

    Raises SessionError if there is none.
    """
    folder = Path(name).expanduser()
    if (folder / "events.jsonl").is_file():
        return folder
    if (found := named(name)) is not None:
        return found
    there = sessions()
    names = {path.name[DATE_LETTERS:] for path in there} | {path.name for path in there}
    where = settings.home() / "sessions"
    raise SessionError(f"no session {name!r} in {where}{suggestion(name, sorted(names)) or _have(there)}")


def named(name: str) -> Path | None:
    """The newest session that has this name, or whose folder has it; None for none."""
    same = (path for path in reversed(sessions()) if name in (path.name, path.name[DATE_LETTERS:]))
    return next(same, None)


def read_events(session: Path, torn: Callable[[int], object] = lambda line: None) -> Iterator[Event]:
    """The events of a session, in order. Raises SessionError.

    Torn lines are left out; `torn` is told the number of each, but not of one where the record was cut off.
    """
    path = session / "events.jsonl"
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                try:
                    event = json.loads(line)
                except ValueError:
                    if line.endswith("\n"):
                        torn(number)
                    continue
                if isinstance(event, dict):
                    yield event
    except OSError as error:
        raise SessionError(f"{path}: {error.strerror or error}") from None


def last_sample(events: Iterable[Event]) -> int:
    """The last engine sample of which a record says something."""
    return max((each["sample"] for each in events if isinstance(each.get("sample"), int)), default=0)


def sessions() -> list[Path]:
    """All folders of PLAUD_HOME/sessions that have a record, the oldest first."""
    return sorted(path.parent for path in (settings.home() / "sessions").glob("*/events.jsonl"))


def sample_rate(session: Path) -> int:
    """What a session was played at, in Hz. Raises SessionError where its session.toml does not say so."""
    path = session / SETTINGS
    try:
        return round(float(tomllib.loads(path.read_text(encoding="utf-8"))["sample_rate"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SessionError(f"{path}: not the settings of a session: {type(error).__name__} {error}") from None


def _have(there: list[Path]) -> str:
    return f" — the last one is {there[-1].name}" if there else " — none was recorded yet"
