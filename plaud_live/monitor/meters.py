"""Level meters in decibels, with a peak that is held."""

import math
from dataclasses import dataclass

from plaud_live.monitor.rows import Row, clean

FLOOR_DB = -54.0
TOP_DB = 3.0
HOLD_SECONDS = 1.5
FALL_DB_PER_SECOND = 12.0
SILENT_DB = -90.0
NAME_CELLS = 10
NUMBERS_CELLS = 25
_EIGHTHS = " ▏▎▍▌▋▊▉"


def decibels(amplitude: float) -> float:
    """Of full scale; minus infinity for nothing."""
    return 20.0 * math.log10(amplitude) if amplitude > 0.0 else -math.inf


@dataclass
class PeakHold:
    """The highest peak in dB, held for a while, then falling. Times are seconds of the engine's sound."""

    level_db: float = -math.inf
    _since: float = 0.0
    _until: float = 0.0

    def update(self, peak_db: float, seconds: float) -> float:
        """Take in a peak at this time. Returns what is to be shown."""
        if seconds > self._until:
            fall = FALL_DB_PER_SECOND * (seconds - max(self._since, self._until))
            self.level_db -= max(0.0, fall)
        self._since = seconds
        if peak_db >= self.level_db:
            self.level_db, self._until = peak_db, seconds + HOLD_SECONDS
        return self.level_db


def scale(level_db: float, width: int) -> float:
    """Where a level lies on a meter of `width` cells, 0 to `width`."""
    if level_db <= FLOOR_DB:
        return 0.0
    return width * min(1.0, (level_db - FLOOR_DB) / (TOP_DB - FLOOR_DB))


def bar(rms_db: float, peak_db: float, hold_db: float, width: int) -> Row:
    """Full up to the RMS level, light up to the peak, a mark where the peak is held, a tick at 0 dB."""
    body, peak = scale(rms_db, width), round(scale(peak_db, width))
    whole = int(body)
    cells = ["█"] * whole
    if whole < width:
        cells.append(_EIGHTHS[int(8 * (body - whole))])
    cells += ["░" if i < peak else " " for i in range(len(cells), width)]
    if whole < width and cells[whole] == " " and whole < peak:
        cells[whole] = "░"
    zero = min(width - 1, int(scale(0.0, width)))
    if cells[zero] == " ":
        cells[zero] = "┊"
    mark = min(width - 1, round(scale(hold_db, width))) if hold_db > FLOOR_DB else -1
    row: Row = [("".join(cells[: max(0, mark)]), "level")]
    if mark >= 0:
        row.append(("┃", "alarm" if hold_db > 0.0 else "bold"))
        row.append(("".join(cells[mark + 1 :]), "level"))
    else:
        row = [("".join(cells), "level")]
    return [span for span in row if span[0]]


def meter(name: str, rms_db: float, peak_db: float, hold_db: float, width: int, chosen: bool) -> Row:
    """A line of `width` cells: name, bar, and both levels as numbers. The chosen one has an arrow."""
    label = f"{'▸' if chosen else ' '}{clean(name)[: NAME_CELLS - 2]:<{NAME_CELLS - 1}}"
    room = max(4, width - NAME_CELLS - NUMBERS_CELLS - 2)
    numbers = f"rms {_number(rms_db)} peak {_number(hold_db)}"
    return [
        (label, "bold" if chosen else ""),
        ("▕", "dim"),
        *bar(rms_db, peak_db, hold_db, room),
        ("▏", "dim"),
        (f"{numbers} dB", "alarm" if hold_db > 0.0 else ""),
    ]


def _number(level_db: float) -> str:
    return f"{level_db:+6.1f}" if level_db > SILENT_DB else "   off"
