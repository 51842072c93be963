"""Launches that come late are counted, and by how much."""

from plaud_live.clock.tempo import TempoMap
from plaud_live.engine.lateness import Lateness


def test_launches_are_counted_by_how_late_they_are() -> None:
    tempo, lateness = TempoMap(48000), Lateness()
    beat = 4.0
    sample = round(tempo.sample(beat))
    for late_ms in (-100, -1, 0, 1, 29.9, 31, 500):
        lateness.note(tempo, beat, sample + round(48 * late_ms))
    lateness.note(tempo, None, 10**9)
    assert lateness.to_data() == {"late": 2, "moved": 2, "worst_ms": 500.0}
