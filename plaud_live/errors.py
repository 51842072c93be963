"""Errors that a performer may meet: each is one line that says what, where, and which knob."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_COMPARED = 64
"""Characters of a name that may have been meant to be another: comparing takes its length times theirs."""


class PlaudError(Exception):
    """Root of all errors that are shown as one line, without a traceback."""


class ReverbError(PlaudError):
    """A reverb that cannot be used."""


class ModelFileError(PlaudError):
    """A model file cannot be read: not a model, truncated, another version, or damaged."""


class DatasetError(PlaudError):
    """A folder of recordings or a prepared dataset cannot be used."""


class TrainingError(PlaudError):
    """Training cannot start or go on."""


class ExportError(PlaudError):
    """A model cannot be exported for another program."""


class SettingsError(PlaudError):
    """An option or a setting is outside what it may be."""


class DeviceError(PlaudError):
    """The sound card cannot be opened or is gone."""


class SignalError(PlaudError):
    """A signal has the wrong shape, is not finite, or cannot be built."""


class ParameterError(PlaudError):
    """A parameter does not exist, or a value does not fit it."""


class TransactionError(PlaudError):
    """A set of changes is refused as a whole; what sounds is kept."""


class SessionError(PlaudError):
    """The instrument cannot be started or reached."""


class OscError(PlaudError):
    """A malformed OSC packet.

    `code` follows OSC.md: 400 bad arguments, 403 not permitted, 404 no such address,
    406 wrong type or NaN, 409 busy, 422 refused by the checks, 503 not there.
    """

    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.code = code


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Which other of the `known` was meant by `name`, or "". `likeness` of 1 would be the same name."""
    if len(name) > MOST_COMPARED:
        return ""
    others = [each for each in known if each != name]
    return next(iter(get_close_matches(name, others, n=1, cutoff=likeness)), "")


def suggestion(name: str, known: Iterable[str], begin: str = "", likeness: float = 0.6) -> str:
    """` — did you mean 'bright'?` or nothing. What all that is `known` begins with is not compared."""
    near = nearest(name.removeprefix(begin), [each.removeprefix(begin) for each in known], likeness)
    return f" — did you mean {begin + near!r}?" if near else ""
