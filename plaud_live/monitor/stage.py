"""The terminal's side of the page: rows become styled strips, and only those that changed are sent."""

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from plaud_live.monitor.rows import Row

STYLES: dict[str, Style] = {
    name: Style.parse(text)
    for name, text in {
        "": "none",
        "dim": "dim",
        "bold": "bold",
        "title": "bold",
        "level": "green",
        "path": "bright_cyan",
        "middle": "cyan",
        "old": "blue",
        "anchor": "yellow",
        "near": "bold underline yellow",
        "now": "bold reverse",
        "alarm": "bold red",
    }.items()
}
"""The palette of the terminal itself, so that it is readable on any ground."""


class Stage(Widget):
    """Shows the rows that it is given."""

    DEFAULT_CSS = "Stage { background: ansi_default; color: ansi_default; width: 100%; height: 100%; }"
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._strips: list[Strip] = []

    @property
    def rows(self) -> list[Row]:
        """What is shown."""
        return self._rows

    def show(self, rows: list[Row]) -> None:
        """Show these rows, as many as there are lines; each as wide as the terminal."""
        old = self._rows
        changed = [y for y, row in enumerate(rows) if y >= len(old) or row != old[y]]
        whole = len(rows) != len(old)
        strips = self._strips[: len(rows)] + [Strip([])] * (len(rows) - len(self._strips))
        for y in changed:
            strips[y] = Strip([Segment(text, STYLES[style]) for text, style in rows[y]])
        self._rows, self._strips = rows, strips
        if whole:
            self.refresh()
        elif changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """One line of the terminal."""
        width = self.size.width
        return self._strips[y].adjust_cell_length(width) if y < len(self._strips) else Strip.blank(width)
