"""A session as a folder that any audio program opens: sound, notes, tempo and places on one time line.

    mix.wav            what was heard; its places (cue points) are those of markers.csv
    drone.wav …        what each instrument added to it, takes.wav what was played of takes
    input.wav          what came in, as far as it was kept
    session.mid        tempo and bars, markers, and what devices and typed notes have played
    markers.csv        samples, seconds, beats, what it is, and a text; labels.txt the same for Audacity
    export.txt         what this is, and what is missing

All begin at the same sample, which is the time reference of the sound files (BWF), and tick 0.
"""

import csv
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from plaud_live.clock.tempo import TempoMap
from plaud_live.control.state import State
from plaud_live.errors import PlaudError, SessionError
from plaud_live.recording import midi_file
from plaud_live.recording.history import History
from plaud_live.recording.markers import Marker, markers
from plaud_live.recording.midi_file import Track
from plaud_live.recording.played import device_tracks, typed_tracks
from plaud_live.recording.recorded import Recorded, sounded_until
from plaud_live.recording.rendering import progress_bar
from plaud_live.recording.replay import Replay
from plaud_live.recording.score import TICKS_A_BEAT, Score, merged
from plaud_live.recording.session_models import SessionModels
from plaud_live.recording.sessions import Event, read_events, sample_rate
from plaud_live.recording.spool import SAMPLE_BYTES
from plaud_live.recording.stems import Stems, clock
from plaud_live.recording.wav_file import Place

FOLDER = "export"
MOST_EXPORTS = 1000
BEATS_A_BAR = 4


def export_session(
    session: Path, out: Path | None = None, at: float = 0.0, until: float | None = None
) -> tuple[Path, list[str]]:
    """Write the folder `out`, else `renders/export` in that of the session, or the next that is free.

    From the second `at` on, to `until` or the end. Returns where it is, and a line for each thing that is
    missing or differs. Raises a PlaudError, and leaves nothing, where nothing can be written.
    """
    rate = sample_rate(session)
    events = list(read_events(session))
    start, end = round(at * rate), sounded_until(session, events)
    stop = end if until is None else min(round(until * rate), end)
    if start >= stop:
        raise SessionError(f"{session.name} has {clock(end, rate)}: nothing to export from {at:g} s on")
    parent = session / "renders" if out is None else out.absolute().parent
    _check(parent, out, (stop - start) * SAMPLE_BYTES)
    part = Path(tempfile.mkdtemp(prefix=f".{FOLDER}-", dir=parent))
    try:
        said = _Export(session, events, part, rate, start, stop).write()
        part.chmod(0o755)
        return _put_in_place(part, out or parent / FOLDER, numbered=out is None), said
    except (OSError, SessionError) as error:
        shutil.rmtree(part, ignore_errors=True)
        where = error.strerror if isinstance(error, OSError) else str(error).replace(f"{part}/", "")
        raise SessionError(f"nothing was exported to {parent}: {where}") from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


class _Export:
    """Samples [start, stop) of a session on their way into a folder."""

    def __init__(
        self, session: Path, events: list[Event], folder: Path, rate: int, start: int, stop: int
    ) -> None:
        self._session, self._events, self._folder = session, events, folder
        self._rate, self._start, self._stop = rate, start, stop
        self._said: list[str] = []

    def write(self) -> list[str]:
        """All of it; returns what is to be said. Raises OSError or SessionError."""
        states = self._states()
        tempo = merged([state.tempo for _, state in states]) if states else TempoMap(self._rate)
        places = markers(self._events, tempo, self._start, self._stop)
        names = self._write_sound(places)
        self._write_midi(states, tempo, places)
        self._write_lists(places, tempo)
        self._write_page(names)
        return self._said

    def _states(self) -> list[tuple[int, State]]:
        history = History(self._events, self._rate, SessionModels(self._session, self._events).info)
        states = list(history)
        if refused := history.launches.refused:
            event, why = refused[0]
            at = clock(int(event["sample"]), self._rate)
            self._said.append(
                f"{len(refused)} launches cannot be repeated, tempo and typed notes may lack something from"
                f" {at} on: {why}"
            )
        return states

    def _write_sound(self, places: Sequence[Marker]) -> list[str]:
        stems = Stems(self._folder, self._rate, self._start, self._stop)
        named = [Place(each.sample - self._start, each.label, each.samples) for each in places]
        recorded = Recorded(self._session)
        try:
            stems.record(recorded, self._render(stems))
        finally:
            recorded.close()
            stems.close(named)
        self._said += stems.said
        return stems.names

    def _render(self, stems: Stems) -> int:
        """Mix and instruments, from the record; returns the sample up to which they are."""
        try:
            replay = Replay(self._session, self._rate)
        except PlaudError as error:
            self._said.append(f"instruments are missing: {error}")
            return self._start
        with progress_bar(self._stop / self._rate, self._session.name) as bar:
            done = stems.render(replay, lambda sample: bar.update(sample / self._rate - bar.n))
        self._said += replay.said
        return done

    def _write_midi(
        self, states: Sequence[tuple[int, State]], tempo: TempoMap, places: Sequence[Marker]
    ) -> None:
        score = Score(tempo, self._start, self._stop)
        first = Track(self._session.name)
        first.meter(0, score.first_bar or BEATS_A_BAR)
        if score.first_bar not in (0, BEATS_A_BAR):
            first.meter(score.first_bar * TICKS_A_BEAT, BEATS_A_BAR)
        for piece in score.pieces:
            first.tempo(piece.tick, piece.microseconds)
        for each in places:
            first.marker(score.tick(each.sample), each.label)
        tracks = device_tracks(self._events, score, self._start, self._stop)
        tracks += typed_tracks(states, tempo, score, self._start, self._stop)
        midi_file.write(self._folder / "session.mid", TICKS_A_BEAT, [first, *tracks], score.end)

    def _write_lists(self, places: Sequence[Marker], tempo: TempoMap) -> None:
        with (self._folder / "markers.csv").open("x", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(("sample", "seconds", "beat", "end_seconds", "kind", "text"))
            for each in places:
                begins, ends = self._seconds(each.sample), self._seconds(each.sample + each.samples)
                beat = f"{tempo.beat(each.sample):.4f}"
                table.writerow((each.sample - self._start, begins, beat, ends, each.kind, each.text))
        with (self._folder / "labels.txt").open("x", encoding="utf-8") as file:
            for each in places:
                begins, ends = self._seconds(each.sample), self._seconds(each.sample + each.samples)
                file.write(f"{begins}\t{ends}\t{each.label}\n")

    def _write_page(self, names: Sequence[str]) -> None:
        rate = self._rate
        lines = [
            f"{self._session.name}: {clock(self._start, rate)} to {clock(self._stop, rate)}, {rate} Hz",
            f"sound    {', '.join(f'{name}.wav' for name in names)}: all begin together",
            f"music    session.mid: tempo, bars, markers, notes, controllers, {TICKS_A_BEAT} ticks a beat",
            "places   markers.csv, labels.txt (Audacity), cue points of mix.wav",
            "missing  " + ("\n         ".join(self._said) or "nothing"),
        ]
        (self._folder / "export.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _seconds(self, sample: int) -> str:
        return f"{(sample - self._start) / self._rate:.6f}"


def _check(parent: Path, out: Path | None, wanted: int) -> None:
    """Raises SessionError where there is something already, or no room for the mix alone."""
    if out is not None and out.exists():
        raise SessionError(f"{out}: is there already — give another --out")
    try:
        parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(parent).free
    except OSError as error:
        raise SessionError(f"{parent}: {error.strerror} — give another --out") from None
    if free < wanted:
        raise SessionError(
            f"{parent}: the mix alone wants {wanted / 1e6:.0f} MB, {free / 1e6:.0f} MB are free"
            " — give --out on another disk, or --at and --until"
        )


def _put_in_place(part: Path, folder: Path, numbered: bool) -> Path:
    """Give a folder its name, or the next one that is free. Raises SessionError where it is taken."""
    for number in range(1, MOST_EXPORTS):
        there = folder if number == 1 else folder.with_name(f"{folder.name}_{number}")
        if there.exists():
            if numbered:
                continue
            raise SessionError(f"{there}: is there already — give another --out")
        part.rename(there)
        return there
    raise SessionError(f"{folder.parent}: {MOST_EXPORTS} exports are enough — remove some, or give --out")
