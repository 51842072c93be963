"""The model that an instrument of a session played last, as a file."""

from pathlib import Path

from plaud_live.engine.store import Store
from plaud_live.errors import SessionError, suggestion
from plaud_live.recording.resume import stand
from plaud_live.recording.sessions import find_session


def last_model(session: str, instrument: str) -> Path:
    """The file of the model that `instrument` had at the end of `session`, as it was then.

    Raises SessionError if there is no such session, instrument or file.
    """
    folder = find_session(session)
    state = stand(folder).state or {}
    instruments = state.get("instruments", {})
    if instrument not in instruments:
        have = f" — has {', '.join(sorted(instruments))}" if instruments else " — has none"
        raise SessionError(
            f"{folder.name} has no {instrument!r}{suggestion(instrument, instruments) or have}"
        )
    info = instruments[instrument]["info"]
    kept = Store(folder).path(info["digest"])
    if kept is None:
        raise SessionError(f"{folder.name}: the model of {instrument} ({info['name']}) is not in its models/")
    return kept
