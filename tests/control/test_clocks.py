"""MIDI clock that is sent: what a device makes of it that counts ticks as the standard says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaud_live.control.clocks import CONTINUE, POSITION, START, STOP, TICK, Feed, Run
from plaud_live.control.midi_events import Clock
from plaud_live.control.midi_parser import Parser

SIXTEENTH = 6


class Sequencer:
    """A device that follows: `song` is its place in ticks, `heard` the beats at which it reached each."""

    def __init__(self) -> None:
        self.running, self.song, self._position = False, -1, 0
        self.heard: list[tuple[int, float]] = []

    def take(self, beat: float, message: bytes) -> None:
        match message[0]:
            case kind if kind == TICK and self.running:
                self.song += 1
                self.heard.append((self.song, beat))
            case kind if kind == START:
                self.running, self.song = True, -1
            case kind if kind == CONTINUE:
                self.running, self.song = True, self._position - 1
            case kind if kind == STOP:
                self.running, self._position = False, self.song + 1
            case kind if kind == POSITION:
                self._position = (message[1] + (message[2] << 7)) * SIXTEENTH


def follow(feed: Feed, sequencer: Sequencer, begin: float, end: float, step: float = 0.03) -> None:
    beat = begin
    while beat < end:
        beat = min(beat + step, end)
        for when, message in feed.until(beat):
            sequencer.take(when, message)


def assert_in_step(sequencer: Sequencer, run: Run) -> None:
    """Every tick of the song falls on the beat where the state has it."""
    assert sequencer.heard
    for song, beat in sequencer.heard:
        assert run.position_at(beat) * 24.0 == pytest.approx(song, abs=1e-6)


def test_a_start_falls_on_its_beat() -> None:
    run, sequencer = Run(True, 8.0), Sequencer()
    follow(Feed(run, 6.3), sequencer, 6.3, 12.0)
    assert sequencer.heard[0] == (0, 8.0)
    assert len(sequencer.heard) == 4 * 24 + 1
    assert_in_step(sequencer, run)


@given(st.floats(0.0, 500.0), st.floats(0.0, 2000.0), st.sampled_from([0.0, 0.25, 3.5, 100.0]))
def test_a_device_that_is_told_late_is_put_in_its_place(late: float, began: float, position: float) -> None:
    """As by an engine that takes over, or where it is plugged in again."""
    began = round(began)
    run, sequencer = Run(True, began, position), Sequencer()
    follow(Feed(run, began + late), sequencer, began + late, began + late + 3.0)
    assert_in_step(sequencer, run)
    assert sequencer.heard[0][1] < began + late + 0.5


def test_it_stops_and_goes_on_where_it_was() -> None:
    run, sequencer = Run(True, 0.0), Sequencer()
    feed = Feed(run, -1.0)
    follow(feed, sequencer, -1.0, 5.0)
    feed.take(Run(False, 6.0, 6.0))
    follow(feed, sequencer, 5.0, 9.0)
    assert (sequencer.running, sequencer.song) == (False, 6 * 24 - 1)
    again = Run(True, 10.25, 6.0)
    feed.take(again)
    sequencer.heard.clear()
    follow(feed, sequencer, 9.0, 14.0)
    assert sequencer.heard[0] == (6 * 24, 10.25)
    assert_in_step(sequencer, again)
    assert feed.end() == bytes((STOP,))


def test_ticks_go_on_while_it_stands_so_that_it_knows_the_tempo() -> None:
    feed = Feed(Run(False, 0.0), 0.0)
    due = [message for beat in range(1, 9) for _, message in feed.until(beat / 8)]
    assert due.count(bytes((TICK,))) == 24
    assert due.count(bytes((STOP,))) == 1
    assert feed.end() == b""


def test_what_has_been_given_is_not_given_again_and_a_gap_brings_no_burst() -> None:
    run, sequencer = Run(True, 0.0), Sequencer()
    feed = Feed(run, -1.0)
    follow(feed, sequencer, -1.0, 3.0)
    assert feed.until(2.0) == []
    assert feed.until(40.0) == []
    sequencer.heard.clear()
    follow(feed, sequencer, 40.0, 44.0)
    assert_in_step(sequencer, run)


def test_our_own_parser_understands_it() -> None:
    parser = Parser("x")
    kinds = []
    feed = Feed(Run(True, 0.0, 4.0), 10.0)
    for _, message in feed.until(10.9):
        kinds += [event for event in parser.take(message, 0.0) if isinstance(event, Clock)]
    named = [event for event in kinds if event.kind != "clock"]
    assert [event.kind for event in named] == ["stop", "position", "continue"]
    assert named[1].position_sixteenths == 57  # 10.25 + 4 beats, of four sixteenths each


def test_a_song_longer_than_positions_go_stays_within_midi() -> None:
    due = Feed(Run(True, 0.0), 9000.0).until(9000.9)
    place = next(message for _, message in due if message[0] == POSITION)
    assert all(byte < 128 for byte in place[1:])
