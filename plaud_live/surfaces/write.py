"""`plaud-live surfaces`: the files of every program, written for a model."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from plaud_live.surfaces import maxpat, open_stage_control, pd, touchdesigner, touchosc
from plaud_live.surfaces.layout import Layout

PROGRAMS: dict[str, dict[str, Callable[[Layout], str | bytes]]] = {
    "pd": {"osc-control.pd": pd.write},
    "max": {"osc-control.maxpat": maxpat.write},
    "open-stage-control": {"open-stage-control.json": open_stage_control.write},
    "touchosc": {"touchosc.tosc": touchosc.write},
    "touchdesigner": {
        "touchdesigner.py": touchdesigner.write_script,
        "touchdesigner.md": touchdesigner.write_page,
    },
}
"""Program to its files, and what writes each."""


def write_surfaces(shown: Layout, folder: Path, programs: Iterable[str] = PROGRAMS) -> list[Path]:
    """Write the files of `programs` into `folder`, each whole or not at all; returns them.

    What is there already is replaced. Raises OSError if the disk refuses.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for program in programs:
        for name, write in PROGRAMS[program].items():
            made = write(shown)
            path, draft = folder / name, folder / f".{name}.part"
            draft.write_bytes(made.encode() if isinstance(made, str) else made)
            os.replace(draft, path)
            written.append(path)
    return written
