"""The canvas against the standard of braille."""

import numpy as np

from plaud_live.monitor.canvas import Canvas
from plaud_live.monitor.rows import plain

BRAILLE_NAMES = {  # dots of a cell from the top, left column 1 2 3 7, right column 4 5 6 8 (ISO 11548-1)
    (0, 0): 1,
    (0, 1): 2,
    (0, 2): 3,
    (1, 0): 4,
    (1, 1): 5,
    (1, 2): 6,
    (0, 3): 7,
    (1, 3): 8,
}


def test_every_dot_is_the_one_that_the_standard_names() -> None:
    for (x, y), number in BRAILLE_NAMES.items():
        canvas = Canvas(1, 1)
        canvas.dots(np.array([x]), np.array([y]))
        assert canvas.lines() == [chr(0x2800 + (1 << (number - 1)))]


def test_dots_fall_into_their_cells_and_outside_is_left_out() -> None:
    canvas = Canvas(3, 2)
    canvas.dots(np.array([0, 5, 6, -1, 2]), np.array([0, 7, 0, 3, 99]))
    assert canvas.lines() == ["⠁  ", "  ⢀"[:2] + chr(0x2880)]


def test_bars_fill_from_top_to_bottom() -> None:
    canvas = Canvas(1, 2)
    canvas.bars(np.array([0, 7]), np.array([7, 7]), np.array([True, True]))
    assert canvas.lines() == ["⡇", "⣇"]
    nothing = Canvas(1, 2)
    nothing.bars(np.array([0, 0]), np.array([7, 7]), np.array([False, False]))
    assert nothing.lines() == [" ", " "]


def test_a_cell_has_the_style_of_its_highest_level_and_words_lie_on_top() -> None:
    canvas = Canvas(6, 1, ("low", "high"))
    x = np.arange(8)
    canvas.dots(x, np.zeros(8, dtype=np.int64), 0)
    canvas.dots(np.array([2]), np.array([3]), 1)
    canvas.dots(np.array([2]), np.array([2]), 0)
    canvas.word(3, 0, "bell", "word")
    assert canvas.to_rows() == [[("⠉", "low"), ("⡍", "high"), ("⠉", "low"), ("bel", "word")]]


def test_words_are_cut_at_both_sides() -> None:
    canvas = Canvas(4, 1)
    canvas.word(-2, 0, "abcdef")
    canvas.word(9, 0, "beyond")
    canvas.word(0, 5, "below")
    assert plain(canvas.to_rows()[0]) == "cdef"
