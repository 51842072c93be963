"""Pages fitted to the terminal: no line is wider than that, and each is cut where one of its parts ends."""

import os
import sys

LEAST = 80
"""Columns that are taken to be there, whatever the terminal says."""

HANGING = 4
"""Spaces before what goes on from the line above."""

_ENDS = (" · ", ", ", "; ", " ")
"""What parts are told apart by, the best first. A cut lies before a dot, and after any other."""


def columns() -> int:
    """The width that a page may have: one column less than the terminal that the prompt is drawn on."""
    try:
        there = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):  # a pipe, or nothing at all
        there = LEAST
    return width_in(there)


def width_in(columns: int) -> int:
    """The width that a line may have in a terminal of so many columns."""
    return max(columns, LEAST) - 1


def fitted(text: str, width: int) -> str:
    """`text` in lines of at most `width` columns; nothing of it is left out but spaces."""
    return "\n".join(part for line in text.split("\n") for part in _parts(line, width))


def _parts(line: str, width: int) -> list[str]:
    parts: list[str] = []
    margin = " " * min(len(line) - len(line.lstrip(" ")) + HANGING, width // 2)
    while len(line) > width:
        at = _cut(line, len(margin) + (width - len(margin)) // 2, width)
        parts.append(line[:at].rstrip())
        line = margin + line[at:].strip()
    return [*parts, line]


def _cut(line: str, least: int, most: int) -> int:
    """Where a line is cut, at `least` to `most` characters."""
    for end in _ENDS:
        before = len(end.rstrip()) if end != _ENDS[0] else 0  # what of it stays on the line
        at = line.rfind(end, least - before, most - before + len(end))
        if at >= 0:
            return at + before
    return most
