"""The statements of performance.txt."""

from collections.abc import Iterator
from pathlib import Path

import mido

FILE = Path(__file__).with_name("performance.txt")
OTHER_PROGRAM = "$ "
"""What lines begin with that are commands of another program."""

HAND = f"{OTHER_PROGRAM}nano "
"""What lines begin with that are a hand on a controller: `cc 21 0 100 ch 2`."""

CONTROLLER = "nanoKONTROL2"
STEPS = 5
"""Of 127, from one message of a moving control to the next."""


def statements(path: Path = FILE) -> list[str]:
    """The statements in order, blocks of several lines as one."""
    return list(_statements(path.read_text().splitlines()))


def moves(statement: str) -> list[bytes]:
    """The messages of a hand's statement: a control goes from one value to another."""
    _, control, start, end, *channel = statement.removeprefix(HAND).split()
    first, last = int(start), int(end)
    values = [*range(first, last, STEPS if last > first else -STEPS), last]
    at = {"control": int(control), "channel": int(channel[1] if channel else 1) - 1}
    return [bytes(mido.Message("control_change", value=value, **at).bytes()) for value in values]


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
