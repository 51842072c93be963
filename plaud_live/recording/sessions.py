"""The folders of sessions: found by name."""

import tomllib
from pathlib import Path

from plaud_live import settings
from plaud_live.errors import SessionError, suggestion

SETTINGS = "session.toml"
DATE_LETTERS = len("2026-11-22_1930_")


def find_session(name: str) -> Path:
    """The folder that `name` means: a path, a folder of PLAUD_HOME/sessions, or the newest that was named so.

    Raises SessionError if there is none.
    """
    folder = Path(name).expanduser()
    if (folder / "events.jsonl").is_file():
        return folder
    there = sessions()
    for path in reversed(there):
        if name in (path.name, path.name[DATE_LETTERS:]):
            return path
    names = {path.name[DATE_LETTERS:] for path in there} | {path.name for path in there}
    where = settings.home() / "sessions"
    raise SessionError(f"no session {name!r} in {where}{suggestion(name, sorted(names)) or _have(there)}")


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
