"""Two clocks that are to be one: how far apart they are, and how the one that follows catches up.

Beats here can only be steered by the tempo: a clock that follows runs a little faster or slower than the one
it follows, until their beats fall together. So nothing that sounds ever jumps.
"""

from dataclasses import dataclass

from plaud_live.clock.tempo import BPM_RANGE

MOST_OFF = 0.05
"""How much faster or slower than the other the clock may run to catch up, as a share."""

MOST_OFF_AT_START = 0.2
"""The same after a start that somebody has pressed: half a bar is made up for in ten beats."""

CATCH_UP_SECONDS = 2.0
TOGETHER_BEATS = 0.002
"""Closer than a millisecond at 120 bpm there is nothing to correct."""

FAR_BEATS = 0.25
SAME_SHARE = 0.0004
"""Tempos that differ by less are left alone, as long as the beats fall together."""

BAR = 4.0


def phase_error(session_beat: float, engine_beat: float, quantum: float) -> float:
    """How many beats the engine is behind, the short way round a bar of `quantum` beats."""
    return (session_beat - engine_beat + 0.5 * quantum) % quantum - 0.5 * quantum


def tempo_towards(bpm: float, error: float, most_off: float = MOST_OFF) -> float:
    """A tempo near `bpm` that takes `error` beats back in two seconds, or as fast as is decent."""
    if abs(error) <= TOGETHER_BEATS:
        return bpm
    off = error * 60.0 / (bpm * CATCH_UP_SECONDS)
    return bpm * (1.0 + min(max(off, -most_off), most_off))


@dataclass(frozen=True)
class Led:
    """Both clocks at one instant: tempos in beats a minute, beats that are heard.

    `leader_beat` is None while the leader's place in its song is not known: then only its tempo is followed.
    """

    engine_beat: float
    engine_bpm: float
    leader_bpm: float
    leader_beat: float | None


def followed_tempo(now: Led, bar: float = BAR) -> float | None:
    """A tempo for the engine, one that it can have, or None to leave it as it is."""
    error = 0.0 if now.leader_beat is None else phase_error(now.leader_beat, now.engine_beat, bar)
    most = MOST_OFF_AT_START if abs(error) > FAR_BEATS else MOST_OFF
    wanted = min(max(tempo_towards(now.leader_bpm, error, most), BPM_RANGE[0]), BPM_RANGE[1])
    near = abs(wanted - now.engine_bpm) < SAME_SHARE * now.leader_bpm
    return None if near else wanted
