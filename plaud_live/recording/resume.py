"""Where a session stood when it ended, from its record: what played, silent now, and where its samples go on.

Run as a process, `python -m plaud_live.recording.resume FOLDER`, it prints that as JSON: whoever opens the
instrument stays small.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from plaud_live.errors import PlaudError
from plaud_live.recording.history import History
from plaud_live.recording.recorded import sounded_until
from plaud_live.recording.session_models import SessionModels
from plaud_live.recording.sessions import SETTINGS, Event, last_sample, read_events, sample_rate
from plaud_live.recording.spool import SPAN, Spool

EXIT_BAD_INPUT = 2


@dataclass(frozen=True)
class Stand:
    """`state` is JSON, None where nothing had been loaded; `sample` is after all that was heard.

    `sample_rate`: None where it never sounded. `lost`: a line for each launch that cannot be repeated.
    `made`: what was trained, and not offered any more before the end. `ended`: the sample up to which it has
    sounded, whatever ended it.
    """

    state: dict[str, Any] | None
    sample: int
    sample_rate: int | None
    lost: tuple[str, ...] = ()
    made: tuple[dict[str, Any], ...] = ()
    ended: int = 0


def stand(session: Path) -> Stand:
    """Where a session stood. Raises a PlaudError if its record cannot be read."""
    events = list(read_events(session))
    if not (session / SETTINGS).exists():
        return Stand(None, 0, None)
    rate = sample_rate(session)
    history = History(events, rate, SessionModels(session, events).info)
    for _ in history:
        continue
    launches = history.launches
    sample = max(last_sample(events), _captured(session))
    launches.silence(sample)
    state = launches.state.to_data() if launches.state.instruments else None
    lost = tuple(f"{e.get('text')!s:.60}: {why}" for e, why in launches.refused)
    return Stand(state, sample, rate, lost, tuple(_made(events)), sounded_until(session, events))


def _made(events: list[Event]) -> Iterator[dict[str, Any]]:
    """What was trained and never offered: instrument, digest, path, and more."""
    said = [(each.get("kind"), each["data"]) for each in events if isinstance(each.get("data"), dict)]
    launched = [change for kind, data in said if kind == "submit" for change in data.get("changes", ())]
    offered = {(each["instrument"], each["digest"]) for each in launched if each.get("do") == "offer"}
    for kind, data in said:
        if kind == "trained" and (data.get("instrument"), data.get("digest")) not in offered:
            yield data


def _captured(session: Path) -> int:
    """The end of what has been captured: sound goes on where nothing happens."""
    folder = session / "capture"
    if not folder.is_dir():
        return 0
    spool = Spool(folder)
    try:
        return max((number + 1 for number in spool.spans()), default=0) * SPAN
    finally:
        spool.close()


def main(arguments: list[str] | None = None) -> int:
    """Print where the session in a folder stood."""
    (folder,) = sys.argv[1:] if arguments is None else arguments
    try:
        print(json.dumps(asdict(stand(Path(folder)))))
    except PlaudError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main())
