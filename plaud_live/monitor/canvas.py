"""A canvas of braille dots, two across and four down in every cell of a terminal (Unicode block 2800)."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from plaud_live.monitor.rows import Row

Dots = npt.NDArray[np.int64]

ACROSS, DOWN = 2, 4
BLANK = 0x2800
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint32)


class Canvas:
    """`columns` x `rows` cells; dot (0, 0) is at the top left. Words may lie over the dots."""

    def __init__(self, columns: int, rows: int, styles: tuple[str, ...] = ("",)) -> None:
        """`styles`: of the levels that dots can have; in a cell the highest level drawn there counts."""
        self.columns, self.rows, self._styles = columns, rows, styles
        self.width, self.height = columns * ACROSS, rows * DOWN
        self._dots = np.zeros((self.height, self.width), dtype=bool)
        self._levels = np.zeros((rows, columns), dtype=np.int8)
        self._words: list[tuple[int, int, str, str]] = []

    def dots(self, x: Dots, y: Dots, level: int = 0) -> None:
        """Set the dots (x[i], y[i]); those outside are left out."""
        inside = (x >= 0) & (x < self.width) & (y >= 0) & (y < self.height)
        x, y = x[inside], y[inside]
        self._dots[y, x] = True
        cells = self._levels[y // DOWN, x // ACROSS]
        self._levels[y // DOWN, x // ACROSS] = np.maximum(cells, level)

    def bars(self, top: Dots, bottom: Dots, drawn: npt.NDArray[np.bool_]) -> None:
        """In each dot column x where `drawn`, the dots `top[x]` to `bottom[x]`."""
        y = np.arange(self.height)[:, None]
        self._dots |= drawn & (y >= top) & (y <= bottom)

    def word(self, column: int, row: int, text: str, style: str = "") -> None:
        """Lay text over the dots, from this cell on; what does not fit is cut. One cell a character."""
        if 0 <= row < self.rows and column < self.columns:
            text, column = text[max(0, -column) :], max(0, column)
            self._words.append((column, row, text[: self.columns - column], style))

    def lines(self) -> list[str]:
        """The cells of each row as text, without styles."""
        blocks = self._dots.reshape(self.rows, DOWN, self.columns, ACROSS)
        codes = np.einsum("rdca,da->rc", blocks, _BITS, dtype=np.uint32) + np.uint32(BLANK)
        codes[codes == BLANK] = ord(" ")
        for column, row, text, _ in self._words:
            codes[row, column : column + len(text)] = [ord(letter) for letter in text]
        return [codes[row].astype("<u4").tobytes().decode("utf-32-le") for row in range(self.rows)]

    def to_rows(self) -> list[Row]:
        """The picture: runs of equal style."""
        names = list(self._styles)
        styles = self._levels.copy()
        for column, row, text, style in self._words:
            if style not in names:
                names.append(style)
            styles[row, column : column + len(text)] = names.index(style)
        return [_runs(line, styles[row], names) for row, line in enumerate(self.lines())]


def _runs(line: str, styles: npt.NDArray[np.int8], names: list[str]) -> Row:
    """`line` cut where the style changes."""
    borders = [0, *(np.flatnonzero(np.diff(styles)) + 1).tolist(), len(line)]
    return [(line[a:b], names[styles[a]]) for a, b in pairwise(borders) if a < b]
