"""Live inputs as functions of beats: staircases, grids, their past, their bounds."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plaud_live.engine.inputs import MAX_GRID, MAX_NAMES, MAX_POINTS, Inputs
from plaud_live.errors import SignalError


def at(*beats: float) -> np.ndarray:
    return np.array(beats, dtype=np.float64)


def test_a_name_that_nothing_has_come_for_reads_the_middle() -> None:
    assert Inputs().read("osc/x", at(0.0, 100.0)).tolist() == [0.5, 0.5]


def test_a_value_holds_until_the_next_and_the_past_stays() -> None:
    inputs = Inputs()
    inputs.write("osc/x", 1.0, 0.25)
    inputs.write("osc/x", 2.0, 0.75)
    assert inputs.read("osc/x", at(0.0, 1.0, 1.99, 2.0, 50.0)).tolist() == [0.5, 0.25, 0.25, 0.75, 0.75]


def test_several_values_at_once_are_a_vector_per_frame() -> None:
    inputs = Inputs()
    inputs.write("osc/xyz", 0.0, (0.1, 0.2, 0.3))
    assert inputs.read("osc/xyz", at(0.0, 1.0)).tolist() == [[0.1, 0.2, 0.3]] * 2


def test_another_number_of_values_begins_a_new_track_that_goes_on_from_the_old() -> None:
    inputs = Inputs()
    inputs.write("osc/x", 0.0, 0.1)
    inputs.write("osc/x", 4.0, (0.2, 0.3))
    assert inputs.read("osc/x", at(1.0, 4.0)).tolist() == [[0.1, 0.5], [0.2, 0.3]]


def test_what_comes_late_takes_the_place_of_the_last() -> None:
    inputs = Inputs()
    inputs.write("osc/x", 3.0, 0.1)
    inputs.write("osc/x", 2.0, 0.9)
    assert inputs.read("osc/x", at(2.5, 3.0)).tolist() == [0.5, 0.9]


@given(st.lists(st.tuples(st.floats(0.001, 2.0), st.floats(-1.0, 1.0)), min_size=1, max_size=200))
def test_a_staircase_is_what_a_plain_search_says(steps: list[tuple[float, float]]) -> None:
    inputs, beat, written = Inputs(), 0.0, []
    for wait, value in steps:
        beat += wait
        inputs.write("osc/x", beat, value)
        written.append((beat, value))
    for asked in np.linspace(0.0, beat + 1.0, 57):
        before = [value for when, value in written if when <= asked]
        assert inputs.read("osc/x", at(asked))[0] == (before[-1] if before else 0.5)


def test_memory_is_bounded_and_64_beats_of_blocks_are_kept() -> None:
    inputs = Inputs()
    blocks = 60000
    beats = np.arange(blocks) * (64.0 / MAX_POINTS)
    for i, beat in enumerate(beats):
        inputs.write("osc/x", float(beat), float(i))
    back = inputs.read("osc/x", beats[-1] - at(63.9, 32.0, 0.0))
    assert np.array_equal(back, np.searchsorted(beats, beats[-1] - at(63.9, 32.0, 0.0), side="right") - 1.0)
    assert inputs._points["osc/x"]._rows[0].size <= 2 * MAX_POINTS
    assert inputs.read("osc/x", at(0.0))[0] > 0.0  # forgotten: the oldest that is kept


def test_names_that_come_in_a_flood_make_room_for_each_other_only() -> None:
    inputs = Inputs()
    inputs.write("mic/loud", 0.0, 0.1)
    for i in range(3 * MAX_NAMES):
        inputs.write(f"osc/{i}", 0.0, 0.3)
    known = inputs.latest()
    assert known["mic/loud"] == (0.1,)
    assert len(known) <= MAX_NAMES + 1
    assert f"osc/{3 * MAX_NAMES - 1}" in known


def test_what_is_shown_is_short_and_what_was_heard_last() -> None:
    inputs = Inputs()
    inputs.write_grid("fn/a", 0, 1.0, 0.5 * np.ones(4))
    for i in range(100):
        inputs.write(f"osc/{i:03}", 0.0, (0.123456,) * 20)
    inputs.write("osc/000", 1.0, 1 / 3)
    shown = inputs.shown()
    assert list(shown) == ["osc/000", *(f"osc/{i:03}" for i in range(69, 100))]
    assert (shown["osc/000"], shown["osc/099"]) == ([0.3333], [0.1235] * 8)


def test_a_new_engine_takes_over_where_controllers_stood() -> None:
    before, after = Inputs(), Inputs()
    before.write("osc/x", 3.0, 0.25)
    before.write("osc/xy", 4.0, (0.1, 0.2))
    before.write("mic/loud", 5.0, 0.9)
    after.recall(before.shown())
    assert after.latest() == {"osc/x": (0.25,), "osc/xy": (0.1, 0.2)}
    after.write("osc/x", 9.0, 0.75)
    assert after.read("osc/x", at(0.0, 8.0, 9.0)).tolist() == [0.25, 0.25, 0.75]


def test_what_cannot_be_taken_over_does_not_keep_a_new_engine_from_the_rest() -> None:
    after = Inputs()
    after.recall({"osc/x": [float("inf")], "osc/y": [], "osc/z": [0.25]})
    assert after.latest() == {"osc/z": (0.25,)}


def test_what_is_not_finite_or_too_wide_is_refused() -> None:
    inputs = Inputs()
    for bad in (float("nan"), (0.0, float("inf")), (0.0,) * 65, (), ((0.0,), (1.0,))):
        with pytest.raises(SignalError):
            inputs.write("osc/x", 0.0, bad)  # type: ignore[arg-type]
    for bad in ((float("nan"),), (), np.zeros((2, 65)), np.zeros(MAX_GRID + 1), np.zeros((1, 1, 1))):
        with pytest.raises(SignalError):
            inputs.write_grid("fn/x", 0, 1 / 64, bad)
    assert inputs.latest() == {}


def test_a_grid_is_linear_between_its_samples() -> None:
    inputs = Inputs()
    inputs.write_grid("fn/a", 8, 0.5, (0.0, 1.0, 0.0))
    assert inputs.read("fn/a", at(4.0, 4.25, 4.5, 4.75, 5.0)).tolist() == [0.0, 0.5, 1.0, 0.5, 0.0]
    assert not inputs.starving()


def test_a_grid_goes_on_is_corrected_and_holds_over_a_gap() -> None:
    inputs = Inputs()
    inputs.write_grid("fn/a", 0, 1.0, (0.0, 1.0, 2.0))
    inputs.write_grid("fn/a", 2, 1.0, (5.0, 6.0))
    assert inputs.read("fn/a", at(0.0, 1.0, 2.0, 3.0)).tolist() == [0.0, 1.0, 5.0, 6.0]
    inputs.write_grid("fn/a", 6, 1.0, (9.0,))
    assert inputs.read("fn/a", at(3.0, 4.0, 5.0, 5.5, 6.0)).tolist() == [6.0, 6.0, 6.0, 7.5, 9.0]


def test_a_grid_that_starves_holds_its_last_value_and_says_so_until_it_goes_on() -> None:
    inputs = Inputs()
    inputs.write_grid("fn/a", 0, 1.0, ((0.0, 1.0), (2.0, 3.0)))
    assert inputs.read("fn/a", at(7.0)).tolist() == [[2.0, 3.0]]
    assert inputs.starving() == {"fn/a"}
    inputs.write_grid("fn/a", 2, 1.0, np.zeros((8, 2)))
    assert not inputs.starving()


def test_a_function_that_has_no_samples_yet_starves_until_they_come() -> None:
    inputs = Inputs()
    assert inputs.read("fn/a", at(3.0)).tolist() == [0.5]
    assert inputs.starving() == {"fn/a"}
    inputs.write_grid("fn/a", 256, 1 / 64, np.linspace(0.0, 1.0, 65))
    assert inputs.read("fn/a", at(4.0, 4.5, 5.0)).tolist() == [0.0, 0.5, 1.0]
    assert not inputs.starving()


def test_a_grid_is_bounded_and_keeps_128_beats() -> None:
    inputs = Inputs()
    for first in range(0, 40000, 50):
        inputs.write_grid("fn/a", first, 1 / 64, np.arange(first, first + 50, dtype=np.float64))
    end = 39999 / 64
    assert np.allclose(inputs.read("fn/a", end - at(127.5, 64.0, 0.0)), (end - at(127.5, 64.0, 0.0)) * 64)
    assert len(inputs._grids["fn/a"]._rows[1]) == MAX_GRID


def test_a_reader_beside_a_writer_never_sees_anything_but_the_past_it_saw() -> None:
    inputs, going_on, wrong = Inputs(), threading.Event(), []
    beats = np.arange(0.5, 400.0, 7.0)

    def read() -> None:
        while not going_on.is_set():
            seen = inputs.read("osc/x", beats)
            written = np.minimum(np.floor(beats), seen.max())  # beyond the last value, that one holds
            if not np.array_equal(seen[seen != 0.5], written[seen != 0.5]):
                wrong.append(seen)

    thread = threading.Thread(target=read)
    thread.start()
    for beat in range(5000):
        inputs.write("osc/x", float(beat), float(beat))
    going_on.set()
    thread.join()
    assert not wrong
