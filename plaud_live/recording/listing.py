"""What sessions there are: a line each, from their records."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plaud_live.errors import ModelFileError
from plaud_live.model_file import read_header
from plaud_live.recording.sessions import RESUMED, read_events, sessions


@dataclass(frozen=True)
class Summary:
    """A session: `minutes` that it sounded in all, its takes that are not in the bin, its models by name.

    `ended`: it was closed, and did not die.
    """

    name: str
    minutes: float
    takes: tuple[str, ...]
    models: tuple[str, ...]
    ended: bool

    @property
    def line(self) -> str:
        """For the table."""
        takes = f"{len(self.takes)} take{'' if len(self.takes) == 1 else 's'}"
        died = "" if self.ended else "  did not end well, or plays"
        return (
            f"{self.name:42} {self.minutes:7.1f} min  {takes:9} {', '.join(self.models) or 'no model'}{died}"
        )


def summaries() -> Iterator[Summary]:
    """All sessions of PLAUD_HOME, the oldest first."""
    return map(summary, sessions())


def summary(session: Path) -> Summary:
    """What there is to say of a session, as far as its files can be read."""
    seconds, kind = _played(session)
    takes = sorted(path.stem.partition("_")[2] for path in session.glob("takes/[0-9]*_*.jsonl"))
    models = {_name(path) for path in sorted(session.glob("models/*.plaud"))}
    return Summary(session.name, seconds / 60.0, tuple(takes), tuple(sorted(models)), kind == "end")


def _played(session: Path) -> tuple[float, str]:
    """Seconds from the first to the last event of each time that it was open, and the last event's kind."""
    total, begun, last, kind = 0.0, None, 0.0, ""
    for event in read_events(session):
        try:
            when, kind = float(event["time"]), str(event["kind"])
        except (ValueError, KeyError, TypeError):
            continue
        if kind == RESUMED and begun is not None:
            total, begun = total + last - begun, when
        begun = when if begun is None else begun
        last = when
    return total + (last - begun if begun is not None else 0.0), kind


def _name(path: Path) -> str:
    try:
        return str(read_header(path).get("name"))
    except ModelFileError:
        return f"{path.stem[:6]} (damaged)"
