"""What a session's record says of a span of samples, read from its end."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PORTION_BYTES = 1 << 20
DISORDER = 1000
"""So many lines in a row from before the span, and nothing of it is farther up: lines are nearly in order."""


def events_of(path: Path, since: int, stop: int, zero: int) -> list[dict[str, Any]]:
    """The events at samples [since, stop), in order; `at` counts their samples from `zero` on.

    Nothing where the record cannot be read.
    """
    found: list[dict[str, Any]] = []
    earlier = 0
    for line in _backwards(path):
        try:
            event = json.loads(line)
            sample = event["sample"]
        except (ValueError, KeyError, TypeError):
            continue
        if not isinstance(sample, int):
            continue
        if sample < since:
            earlier += 1
            if earlier >= DISORDER:
                break
        elif sample < stop:
            earlier = 0
            found.append({"at": sample - zero, **{k: v for k, v in event.items() if k != "sample"}})
    found.reverse()
    return sorted(found, key=lambda event: int(event["at"]))


def _backwards(path: Path) -> Iterator[bytes]:
    """The lines of a file, the last one first."""
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        place, rest = file.seek(0, os.SEEK_END), b""
        while place:
            size = min(PORTION_BYTES, place)
            place -= size
            file.seek(place)
            rest, *lines = (file.read(size) + rest).split(b"\n")
            yield from reversed(lines)
        yield rest
