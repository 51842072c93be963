"""A session into sound files: the mix, and what each instrument adds to it."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from plaud_live.engine.tracks import Samples
from plaud_live.errors import SessionError
from plaud_live.recording.replay import Replay
from plaud_live.recording.sessions import sample_rate
from plaud_live.recording.wav_file import Kind, Place, WavFile


def render_session(
    session: Path, out: Path, at: float = 0.0, until: float | None = None, stems: bool = False
) -> None:
    """Write the mix of a session to `out`, name.wav, and with `stems` the parts beside it: name.drone.wav.

    From the second `at` on, to `until` or its end. What differs from what was heard is printed, a line each.
    Raises a PlaudError if it cannot be rendered, or a file is there already.
    """
    rate = sample_rate(session)
    replay = Replay(session, rate)
    start, stop = round(at * rate), None if until is None else round(until * rate)
    last = replay.end if stop is None else min(stop, replay.end)
    if start >= last:
        raise SessionError(f"--at {at:g}: {session.name} has {replay.end / rate:.0f} s")
    replay.check(last)
    files = Files(lambda name: out.with_suffix(f".{name}.wav") if name else out, rate, start)
    bar = progress_bar(last / rate, out.name)
    try:
        with bar:
            for piece in replay.pieces(start, stop):
                files.write("", piece.start, piece.mix)
                for name, part in piece.parts.items() if stems else ():
                    files.write(name, piece.start, part)
                bar.update((piece.start + len(piece.mix)) / rate - bar.n)
    finally:
        files.close()
    for line in replay.said:
        print(line, file=sys.stderr)


def progress_bar(seconds: float, name: str) -> "tqdm[NoReturn]":
    """How far something is, of so many seconds of sound; nothing where no terminal shows it."""
    shown = "{l_bar}{bar}| {n:.0f}/{total:.0f} s"
    return tqdm(total=seconds, desc=name, unit="s", disable=None, bar_format=shown)


class Files:
    """One for the mix, named "", and one for each part; parts that begin late begin with silence.

    `path_of` says where the file of a name goes.
    """

    def __init__(self, path_of: Callable[[str], Path], rate: int, start: int) -> None:
        self._path_of, self.rate, self._start = path_of, rate, start
        self._files: dict[str, WavFile] = {}
        self._open("")

    def write(self, name: str, sample: int, sound: Samples) -> None:
        """Sound from an engine sample on. Raises SessionError."""
        file = self._files.get(name) or self._open(name)
        try:
            file.write(sample - self._start, sound)
        except OSError as error:
            raise SessionError(f"{file.path}: {error.strerror or error}") from None

    @property
    def names(self) -> list[str]:
        """What there is a file of."""
        return list(self._files)

    def close(self, samples: int = 0, places: Sequence[Place] = ()) -> None:
        """All are as long as the mix, which has at least so many samples, and in which places have names.

        Raises SessionError.
        """
        samples = max(samples, self._files[""].samples)
        for name, file in self._files.items():
            try:
                file.extend(samples)
                if places and not name:
                    file.mark(places)
            except OSError as error:
                raise SessionError(f"{file.path}: {error.strerror or error}") from None
            finally:
                file.close()

    def _open(self, name: str) -> WavFile:
        path = self._path_of(name)
        try:
            file = self._files[name] = WavFile(path, Kind(self.rate, start=self._start))
        except FileExistsError:
            raise SessionError(f"{path}: is there already — give another --out") from None
        except OSError as error:
            raise SessionError(f"{path}: {error.strerror or error}") from None
        return file
