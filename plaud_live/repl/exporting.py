"""`drone.export()`: what an instrument plays, written for Max and Pd."""

import re

from plaud_live.errors import ParameterError
from plaud_live.repl.background import in_background
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.settings import home

RATES = (44100, 48000, 88200, 96000)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def export(performance: Performance, instrument: str, name: object, sample_rate: object) -> Page:
    """Export the model of `instrument` in a process of its own. Raises a PlaudError."""
    typed = f"{instrument}.export()"
    if performance.in_loop:
        raise ParameterError(f"{typed}: not in a loop")
    if name is not None and (not isinstance(name, str) or not _NAME.fullmatch(name)):
        raise ParameterError(
            f"{instrument}.export({name!r:.40}): wants a letter, then letters, digits, _ and -"
        )
    if sample_rate not in RATES:
        have = ", ".join(map(str, RATES))
        raise ParameterError(f"{instrument}.export(sample_rate={sample_rate!r:.40}): have {have} Hz")
    performance.commit()
    info = performance.instrument(instrument).info
    entries = performance.request("models", instrument=instrument).get("models") or ()
    kept = next((entry["path"] for entry in entries if entry.get("digest") == info.digest), info.path)
    called = name or info.name
    folder = home() / "exports" / called
    words = ["export", str(kept), str(folder), "--name", called, "--sample-rate", str(sample_rate)]
    in_background(performance, words, instrument, typed)
    return Page(f"{called} is being written for Max and Pd: a minute, the sound goes on")
