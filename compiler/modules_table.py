"""The table of supported modules in a README, printed from the code that dispatches them.

`python -m compiler modules --update README.md` renews it between its two marks; a test compares them.
"""

from pathlib import Path

from compiler.errors import ConfigError
from compiler.files import write_whole

BEGIN = "<!-- supported modules: written by `python -m compiler modules --update README.md` -->"
END = "<!-- end of supported modules -->"


def table() -> str:
    """The table as Markdown, without its marks. Imports FLAMO."""
    from compiler.frontend.table import supported_modules

    rows = [("Module", "Becomes", "")] + [
        (f"`{row.name}`" if row.name.isidentifier() else row.name, row.node, row.notes)
        for row in supported_modules()
    ]
    lines = [f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows]
    return "\n".join([lines[0], "|---|---|---|", *lines[1:]])


def updated(text: str) -> str:
    """`text` with the table renewed between its marks. Raises ConfigError if they are not there."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigError("", f"there are no marks for the table: needs a line {BEGIN} and, below, {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def update(path: Path) -> None:
    """Renew the table in the file at `path`. Raises ConfigError, with the path, if it cannot be."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(str(path), (error.strerror or str(error)).lower()) from None
    try:
        write_whole(path, updated(text))
    except ConfigError as error:
        raise error.within(str(path)) from None
    except OSError as error:
        raise ConfigError(str(path), f"cannot be written: {(error.strerror or str(error)).lower()}") from None
