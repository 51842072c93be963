"""Scripts: finding, reading and running `patches/*.py`."""

from pathlib import Path

from plaud_live.errors import ParameterError
from plaud_live.settings import home


def find_patch(path: str | Path) -> Path:
    """The script that `path` means: itself, or in PLAUD_HOME or its patches/. Raises ParameterError."""
    given = Path(path).expanduser()
    for candidate in (given, home() / given, home() / "patches" / given):
        if candidate.is_file():
            return candidate.resolve()
    have = ", ".join(p.name for p in sorted((home() / "patches").glob("*.py")))
    raise ParameterError(f"no script {str(path)!r}{' — have ' + have if have else ''}")


def read_patch(file: Path) -> str:
    """The text of a script. Raises ParameterError."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ParameterError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ParameterError(f"{file}: not a text file") from None
