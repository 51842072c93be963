"""How the memory of processes grows: looked at again and again, held against what it was after warming up."""

import itertools
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Look:
    """Megabytes of a process at a time: resident; its share of what it has in common with others; its own.

    What is its own is neither in a file nor in the rings that all share, which have a fixed size.
    """

    minutes: float
    pid: int
    rss: float
    pss: float
    own: float

    def __str__(self) -> str:
        return f"{self.rss:.0f}/{self.pss:.0f}/{self.own:.1f}"


class Memory:
    """What processes take, by what they do."""

    def __init__(self) -> None:
        self.looks: dict[str, list[Look]] = {}

    def look(self, minutes: float, processes: Mapping[str, int | None]) -> None:
        """Note what each process has now; one that is gone is left out."""
        for name, pid in processes.items():
            if pid is None:
                continue
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            kilobytes = {line.split(":")[0]: line.split()[1] for line in text.splitlines()[1:]}
            sizes = (1024 * int(kilobytes[key]) / MEGABYTE for key in ("Rss", "Pss", "Anonymous"))
            self.looks.setdefault(name, []).append(Look(minutes, pid, *sizes))

    def now(self) -> str:
        """The last looks."""
        return ", ".join(f"{name} {looks[-1]}" for name, looks in self.looks.items())

    def growth(self, warm_minutes: float) -> dict[str, float]:
        """By how many megabytes of its own each has grown since it was warm: the medians of the last quarter
        of the time from then on and of the first. A process that was replaced begins anew."""
        grown: dict[str, float] = {}
        for name, looks in self.looks.items():
            pid = looks[-1].pid
            warm = [look for look in looks if look.minutes >= warm_minutes and look.pid == pid]
            count = max(1, len(warm) // 4)
            if warm:
                last, first = (statistics.median(_own(part)) for part in (warm[-count:], warm[:count]))
                grown[name] = last - first
        return grown

    def table(self, rows: int = 12) -> str:
        """The curve of each in a table: RSS, PSS and its own in megabytes at some of the times."""
        names = list(self.looks)
        times = sorted({look.minutes for look in itertools.chain(*self.looks.values())})
        some = times[:: max(1, len(times) // rows)]
        lines = ["| minute | " + " | ".join(f"{name} RSS/PSS/own" for name in names) + " |"]
        lines.append("|---|" + "---|" * len(names))
        for minutes in [*some, *times[-1:]]:
            at = {name: [look for look in self.looks[name] if look.minutes <= minutes] for name in names}
            cells = [str(at[n][-1]) if at[n] else "" for n in names]
            lines.append(f"| {minutes:.1f} | " + " | ".join(cells) + " |")
        return "\n".join(lines)


def _own(looks: Iterable[Look]) -> list[float]:
    return [look.own for look in looks]
