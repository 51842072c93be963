"""Recorded sound as it is named at the prompt: a file, and a span of it in seconds."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import soundfile

from plaud_live.errors import ParameterError
from plaud_live.settings import home

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff")
"""Of the files that are offered; others may be read as well."""


@dataclass(frozen=True)
class Sound:
    """A span of a recording, `start` to `end` in seconds. Cutting it copies nothing."""

    path: str
    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def __getitem__(self, span: object) -> "Sound":
        """The part from one second to another: `[1.5:2]`, `[:3]`, `[-2:]` the last two seconds."""
        if not isinstance(span, slice):
            self._refuse(f"[{span!r:.20}]")
        if span.step is not None:
            self._refuse(f"[{span.start!r:.20}:{span.stop!r:.20}:{span.step!r:.20}]")
        start = self._second(span.start, 0.0)
        end = self._second(span.stop, self.seconds)
        if not 0.0 <= start < end <= self.seconds + 1e-9:
            raise ParameterError(f"{self!r}[{start:g}:{end:g}]: wants a part of its {self.seconds:.2f} s")
        return replace(self, start=self.start + start, end=min(self.start + end, self.end))

    def _second(self, value: object, default: float) -> float:
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self._refuse(f"[{value!r:.40}]")
        return self.seconds + value if value < 0.0 else float(value)

    def _refuse(self, what: str) -> NoReturn:
        raise ParameterError(f"{self!r}{what}: wants seconds from and to, as in [1.5:2]")

    def __repr__(self) -> str:
        return f"sound({Path(self.path).name!r})[{self.start:g}:{self.end:g}]"


def sound(path: object) -> Sound:
    """A recording in a file, cut in seconds: it names places with `drone.mark`.

    WAV, FLAC, OGG, MP3 and what else libsndfile reads; looked for in PLAUD_HOME too.

    >>> drone.mark("knock", sound("knock.wav")[.5:1.2])
    """
    if not isinstance(path, str | Path) or not str(path):
        raise ParameterError(f'sound({path!r:.40}): wants a file in quotes, as in sound("bell.wav")[1.5:2]')
    given = Path(path).expanduser()
    found = next((p for p in (given, home() / given) if p.is_file()), None)
    if found is None:
        raise ParameterError(f"sound: there is no file {str(path)!r}, here or in {home()}")
    try:
        info = soundfile.info(str(found))
    except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
        raise ParameterError(f"sound: {path} cannot be read: {error}") from None
    if info.frames < 1:
        raise ParameterError(f"sound: {path} is empty")
    return Sound(str(found.resolve()), 0.0, info.frames / info.samplerate)
