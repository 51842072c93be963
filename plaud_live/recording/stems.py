"""The sound of a session as files that begin together: the mix, each instrument, the input."""

from collections.abc import Callable, Sequence
from pathlib import Path

from plaud_live.engine.limiter import Limiter
from plaud_live.engine.tracks import Samples
from plaud_live.errors import PlaudError
from plaud_live.recording.recorded import Recorded
from plaud_live.recording.rendering import Files
from plaud_live.recording.replay import Replay
from plaud_live.recording.spool import INPUT, MIX
from plaud_live.recording.wav_file import Place

_HEARD = "/input"
"""What the input is called here: no instrument can have this name."""


class Stems:
    """Files of samples [start, stop) of a session in a folder. The mix is there in any case.

    The limiter's delay is taken out of the mix: the stems add up to it at the same samples, where it did not
    limit.
    """

    def __init__(self, folder: Path, rate: int, start: int, stop: int) -> None:
        """Raises SessionError where the folder cannot be written to."""
        self._start, self._stop = start, stop
        self._delay = Limiter(rate).latency
        self._files = Files(lambda name: folder / f"{file_name(name)}.wav", rate, start)
        self.said: list[str] = []

    @property
    def names(self) -> list[str]:
        """What there is a file of."""
        return [file_name(name) for name in self._files.names]

    def render(self, replay: Replay, progress: Callable[[int], object]) -> int:
        """Write mix and instruments; returns the sample up to which they are.

        `progress` is told how far it is, from sample 0 on. Raises SessionError where there is no room.
        """
        pieces = replay.pieces(self._start, self._stop + self._delay)
        done = self._start
        while True:
            try:
                piece = next(pieces, None)
            except (PlaudError, KeyError, TypeError, ValueError) as error:
                why = str(error) if isinstance(error, PlaudError) else f"its record is damaged: {error!r}"
                self.said.append(f"what was played from {clock(done, self._files.rate)} on is missing: {why}")
                return done
            if piece is None:
                return self._stop
            self._put("", piece.start - self._delay, piece.mix)
            for name, part in piece.parts.items():
                self._put(name, piece.start, part)
            done = min(piece.start + len(piece.mix), self._stop)
            progress(done)

    def record(self, recorded: Recorded, rendered: int) -> None:
        """Write the input, where it was kept, and from sample `rendered` on the mix. Raises SessionError."""
        for at, sound in recorded.read(INPUT, self._start, self._stop):
            if sound.any() or _HEARD in self._files.names:
                self._put(_HEARD, at, sound)
        if _HEARD in self._files.names:
            self._say_missing(INPUT, recorded.missing(INPUT, self._start, self._stop))
        if rendered < self._stop:
            first, last = rendered + self._delay, self._stop + self._delay
            for at, sound in recorded.read(MIX, first, last):
                self._put("", at - self._delay, sound)
            spans = [(a - self._delay, b - self._delay) for a, b in recorded.missing(MIX, first, last)]
            self._say_missing(MIX, spans)
        self.said += recorded.said

    def close(self, places: Sequence[Place] = ()) -> None:
        """Make all as long as the mix, in which places have names. Raises SessionError."""
        self._files.close(self._stop - self._start, places)

    def _put(self, name: str, sample: int, sound: Samples) -> None:
        """Write what of a sound lies between start and stop."""
        first, last = max(self._start - sample, 0), min(self._stop - sample, len(sound))
        if first < last:
            self._files.write(name, sample + first, sound[first:last])

    def _say_missing(self, what: str, spans: Sequence[tuple[int, int]]) -> None:
        rate = self._files.rate
        for first, last in spans:
            text = f"{what}: {clock(first, rate)} to {clock(last, rate)} was not kept, and is silent"
            self.said.append(text)


def file_name(name: str) -> str:
    """What a stem's file is called without its ending; an instrument may be called as another thing is."""
    if name in ("", _HEARD):
        return MIX if name == "" else INPUT
    return f"{name}-instrument" if name in (MIX, INPUT) else name


def clock(samples: int, rate: int) -> str:
    """Samples as a time: 1:02:03.5."""
    minutes, seconds = divmod(samples / rate, 60.0)
    hours, minutes = divmod(int(minutes), 60)
    shown = f"{seconds:04.1f}"
    return f"{hours}:{minutes:02d}:{shown}" if hours else f"{minutes}:{shown}"
