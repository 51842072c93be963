"""Rows of a page: runs of text, each with the name of a style. What a style looks like, `stage` says."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

Span = tuple[str, str]
Row = list[Span]


def plain(row: Row) -> str:
    """The text of a row."""
    return "".join(text for text, _ in row)


def clean(text: str) -> str:
    """`text` in one line that no terminal takes for a command: controls become dots."""
    return "".join(c if c.isprintable() else " " if c in "\t\n" else "·" for c in text)


def fit(row: Row, width: int) -> Row:
    """The row in exactly `width` cells: cut at the right or filled with spaces."""
    out: Row = []
    for text, style in row:
        size = cell_len(text)
        if size > width:
            text, size = set_cell_size(text, width), width
        if text:
            out.append((text, style))
        width -= size
    if width > 0:
        out.append((" " * width, ""))
    return out


def beside(left: Sequence[Row], right: Sequence[Row], width: int, gap: int = 2) -> list[Row]:
    """Two blocks of rows side by side, the left one in `width` cells."""
    count = max(len(left), len(right))
    blank: Row = []
    return [
        fit(left[i] if i < len(left) else blank, width)
        + [(" " * gap, "")]
        + (right[i] if i < len(right) else blank)
        for i in range(count)
    ]


def heading(text: str, width: int) -> Row:
    """A title on a rule."""
    text = clean(text)[: max(0, width - 4)]
    return [("─ ", "dim"), (text, "title"), (" " + "─" * max(0, width - cell_len(text) - 3), "dim")]


def centred(text: str, width: int, height: int, style: str = "") -> list[Row]:
    """One calm line in the middle of a page."""
    rows: list[Row] = [[] for _ in range(height)]
    if height:
        rows[height // 2] = [(" " * max(0, (width - cell_len(text)) // 2), ""), (text, style)]
    return rows
