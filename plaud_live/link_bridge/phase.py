"""Two clocks that are to be one: which leads, how far apart they are, and how the other catches up.

The engine's beats can only be steered by its tempo. So a clock that follows runs a little faster or slower
than the one it follows until their beats fall together.
"""

from dataclasses import dataclass

MOST_OFF = 0.05
"""How much faster or slower than the session the engine may run to catch up, as a share."""

CATCH_UP_SECONDS = 2.0
TOGETHER_BEATS = 0.002
"""Closer than a millisecond at 120 bpm there is nothing to correct."""

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


def phase_error(session_beat: float, engine_beat: float, quantum: float) -> float:
    """How many beats the engine is behind, the short way round a bar of `quantum` beats."""
    return (session_beat - engine_beat + 0.5 * quantum) % quantum - 0.5 * quantum


def tempo_towards(bpm: float, error: float) -> float:
    """A tempo near `bpm` that takes `error` beats back in two seconds, or as fast as is decent."""
    if abs(error) <= TOGETHER_BEATS:
        return bpm
    off = error * 60.0 / (bpm * CATCH_UP_SECONDS)
    return bpm * (1.0 + min(max(off, -MOST_OFF), MOST_OFF))


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
