"""The statements of performance.txt."""

from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).with_name("performance.txt")
OTHER_PROGRAM = "$ "
"""What lines begin with that are commands of another program."""


def statements() -> list[str]:
    """The statements in order, blocks of several lines as one."""
    return list(_statements(FILE.read_text().splitlines()))


def _statements(lines: list[str]) -> Iterator[str]:
    block: list[str] = []
    for line in [*lines, ""]:
        if not line.strip():
            if block:
                yield "\n".join(block)
            block = []
        elif block or line.startswith("@"):
            block.append(line)
        elif not line.startswith("#"):
            yield line
