"""Two clocks that are to be one: which leads; `control.following` has how the other catches up."""

from dataclasses import dataclass

from plaud_live.control.following import TOGETHER_BEATS, phase_error, tempo_towards

SAME_BPM = 0.02
RESOLUTION_BPM = 0.01


@dataclass(frozen=True)
class Reading:
    """Both clocks at one instant: beats that are heard, and tempos in beats a minute."""

    engine_beat: float
    engine_bpm: float
    session_beat: float
    session_bpm: float
    peers: int


@dataclass(frozen=True)
class Correction:
    """What to do: a tempo for the engine, a tempo and a beat for the session; None: leave as it is."""

    engine_bpm: float | None = None
    session_bpm: float | None = None
    session_beat: float | None = None


class Steering:
    """Decides, reading by reading. Alone the engine leads; among others it follows.

    A tempo that is changed at the engine, also in a ramp, is handed to the session: whoever moves last leads.
    `quantum`: beats of a bar; the first beats of bars fall together.
    """

    def __init__(self, quantum: float) -> None:
        self.quantum = quantum
        self._known = self._sent = -1.0  # tempos of the engine: as last read, and as last asked for here

    def decide(self, now: Reading) -> Correction:
        """What to do about a reading."""
        error = phase_error(now.session_beat, now.engine_beat, self.quantum)
        if not now.peers:
            self._known = self._sent = now.engine_bpm
            return Correction(
                session_bpm=now.engine_bpm if not _same(now.engine_bpm, now.session_bpm) else None,
                session_beat=now.engine_beat if abs(error) > TOGETHER_BEATS else None,
            )
        if self._known < 0.0:  # the others were there before
            self._known = self._sent = now.engine_bpm
        if not _same(now.engine_bpm, self._known) and not _same(now.engine_bpm, self._sent):
            self._known = self._sent = now.engine_bpm
            return Correction(session_bpm=now.engine_bpm)
        self._known = now.engine_bpm
        wanted = tempo_towards(now.session_bpm, error)
        if abs(wanted - now.engine_bpm) < RESOLUTION_BPM:
            return Correction()
        self._sent = wanted
        return Correction(engine_bpm=wanted)


def _same(bpm: float, other: float) -> bool:
    return abs(bpm - other) <= SAME_BPM
