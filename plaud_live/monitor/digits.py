"""Figures three rows high, to be read from far away."""

_GLYPHS = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"),
    "1": (" ╻ ", " ┃ ", " ╹ "),
    "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"),
    "4": ("╻ ╻", "┗━┫", "  ╹"),
    "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"),
    "7": ("╺━┓", "  ┃", "  ╹"),
    "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
    ".": (" ", " ", "•"),
    "-": ("  ", "╺╸", "  "),
    " ": ("   ", "   ", "   "),
}
ROWS = 3


def big(text: str) -> list[str]:
    """Three lines that show a number; other letters stand small in the last line."""
    glyphs = [_GLYPHS.get(letter, (" ", " ", letter)) for letter in text]
    return ["".join(glyph[row] for glyph in glyphs) for row in range(ROWS)]
