"""A session into sound files: the mix, and what each instrument adds to it."""

import sys
from pathlib import Path

from tqdm import tqdm

from plaud_live.engine.tracks import Samples
from plaud_live.errors import SessionError
from plaud_live.recording.replay import Replay
from plaud_live.recording.sessions import sample_rate
from plaud_live.recording.wav_file import Kind, WavFile


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
    files = Files(out, rate, start)
    shown = "{l_bar}{bar}| {n:.0f}/{total:.0f} s"
    bar = tqdm(
        total=last / rate,
        desc=out.name,
        unit="s",
        disable=None,
        bar_format=shown,
    )
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


class Files:
    """One for the mix, named "", and one for each part; parts that begin late begin with silence."""

    def __init__(self, out: Path, rate: int, start: int) -> None:
        self._out, self._rate, self._start = out, rate, start
        self._files: dict[str, WavFile] = {}
        self._open("")

    def write(self, name: str, sample: int, sound: Samples) -> None:
        """Sound from an engine sample on. Raises SessionError."""
        file = self._files.get(name) or self._open(name)
        try:
            file.write(sample - self._start, sound)
        except OSError as error:
            raise SessionError(f"{file.path}: {error.strerror or error}") from None

    def close(self) -> None:
        """All are as long as the mix."""
        samples = self._files[""].samples
        for file in self._files.values():
            file.extend(samples)
            file.close()

    def _open(self, name: str) -> WavFile:
        path = self._out.with_suffix(f".{name}.wav") if name else self._out
        try:
            file = self._files[name] = WavFile(path, Kind(self._rate, start=self._start))
        except FileExistsError:
            raise SessionError(f"{path}: is there already — give another --out") from None
        except OSError as error:
            raise SessionError(f"{path}: {error.strerror or error}") from None
        return file
