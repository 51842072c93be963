"""The page: what is known, laid out in a terminal of any size. Text with style names, no terminal here."""

from plaud_live.monitor.digits import big
from plaud_live.monitor.lanes import lanes
from plaud_live.monitor.meters import meter
from plaud_live.monitor.picture import Entered, Picture
from plaud_live.monitor.rows import Row, beside, centred, clean, fit, heading
from plaud_live.monitor.space_map import ANCHOR, NOW, SpaceMap, nearest_anchors

VIEWS = ("all", "map", "latents", "help")
NOTHING = "nothing plays — waiting for plaud-live"
NO_INSTRUMENT = "no instrument yet"
KEYS = "q leaves · Tab next instrument · m map · l latents · h help"
HELP = (
    "plaud-live monitor: what the instrument does. It looks and changes nothing.",
    "",
    "q        leave",
    "Tab      the next instrument: its latents and its place on the map",
    "m        the map alone, and back",
    "l        the latents alone, and back",
    "h        this page, and back",
    "",
    "Meters   RMS █ and peak ░ in dB of full scale; ┃ the highest peak; ┊ 0 dB",
    "Latents  the last 30 s, the newest at the right, in playable units: 0 to 1 is",
    "         the usual range",
    "Map      the plane on which the anchors of the model lie furthest apart (PCA),",
    "         and how much of their spread it shows:",
    f"         {ANCHOR} is an anchor, {NOW.strip()} where it is now, the line the way of the last 30 s;",
    "         the older, the thinner",
)
BIG_ROWS, BIG_COLUMNS = 36, 100
"""From this size on tempo and beat are three rows high and meters stand apart."""

BEATS_SHOWN = 4
LOAD_SHORT = 4
"""What of the load one line has room for: all but the device."""


class Pages:
    """Draws pages of one picture."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._map = SpaceMap()

    def draw(self, width: int, height: int, view: str, now: float) -> list[Row]:
        """`height` rows of `width` cells; `view` is one of VIEWS, `now` in seconds as for `Picture.beat`."""
        if view == "help":
            rows: list[Row] = [[(line, "")] for line in HELP]
        elif not self._picture.here:
            rows = centred(NOTHING, width, height - 1)
        else:
            rows = self._top(width, height, now)
            rows += self._middle(width, height - len(rows) - 1, view)
        rows = [fit(row, width) for row in rows[: max(0, height - 1)]]
        rows += [fit([], width) for _ in range(height - 1 - len(rows))]
        return [*rows, fit([(KEYS, "dim")], width)][:height]

    def _top(self, width: int, height: int, now: float) -> list[Row]:
        picture = self._picture
        large = height >= BIG_ROWS and width >= BIG_COLUMNS
        beat, bpm = picture.beat(now), float(picture.status.get("bpm", 0.0))
        rows = (
            _big_clock(bpm, beat, self._load(), width)
            if large
            else [_clock(bpm, beat, self._load()[:LOAD_SHORT])]
        )
        levels = picture.levels()
        most = max(1, height // 4)
        for level in levels[:most]:
            row = meter(
                level.name, level.rms_db, level.peak_db, level.hold_db, width, level.name == picture.focus
            )
            rows.append(row)
            words = [f"⚠ {level.name}.{held} held" for held in level.held]
            if large or words:
                text = f"{'':10}{clean(level.text)}" if large and level.text else ""
                rows.append([(text, "dim"), *[(f"  {clean(word)}", "alarm") for word in words]])
        if len(levels) > most:
            rows.append([(f" +{len(levels) - most} more instruments", "dim")])
        if len(levels) > 1 or large:
            out = picture.master()
            rows.append(meter(out.name, out.rms_db, out.peak_db, out.hold_db, width, False))
        if not levels:
            rows += [[], [(f" {NO_INSTRUMENT}", "bold")]]
        return rows

    def _load(self) -> list[str]:
        status = self._picture.status
        return [
            f"cpu {100.0 * float(status.get('cpu_avg', 0.0)):.0f}%",
            f"xruns {int(status.get('xruns', 0))}",
            f"late {int(status.get('late', 0))}",
            f"{float(status.get('latency_ms', 0.0)):.0f} ms",
            clean(str(status.get("device", ""))),
        ]

    def _middle(self, width: int, height: int, view: str) -> list[Row]:
        """Latents, map and entries in the room that is left."""
        if height < 3 or self._picture.info is None:
            return self._entries(width, height)
        if view == "map":
            return self._space(width, height)
        if view == "latents":
            return self._lanes(width, height)
        entries = max(3, height // 4)
        panels = height - entries
        left = (width - 2) // 2
        both = beside(self._lanes(left, panels), self._space(width - left - 2, panels), left)
        return both + self._entries(width, entries)

    def _lanes(self, width: int, height: int) -> list[Row]:
        picture = self._picture
        samples, values = picture.path()
        title = heading(f"latents of {picture.focus}, 30 s", width)
        drawn = lanes(samples, values, picture.names(), picture.edge, picture.rate, width, height - 1)
        return _filled([title, *drawn], height)

    def _space(self, width: int, height: int) -> list[Row]:
        picture = self._picture
        plane, anchors, now = picture.plane(), picture.anchors(), picture.now()
        if plane is None:
            return []
        near = nearest_anchors(anchors, now)[:2]
        title = f"map {100.0 * sum(plane.share):.0f}%" if anchors else "map, no anchors"
        title += f" · near {', '.join(near)}" if near else ""
        drawn = self._map.draw(
            plane, anchors, picture.path(), now, (picture.edge, picture.rate), (width, height - 1)
        )
        return _filled([heading(title, width), *drawn], height)

    def _entries(self, width: int, height: int) -> list[Row]:
        rows: list[Row] = []
        for entry in reversed(self._picture.entries):
            rows = _entry(entry, newest=not rows) + rows
            if len(rows) >= height:
                break
        rows = rows[-max(0, height - 1) :] if height > 1 else []
        return _filled([heading("entered", width), *rows], height)


def _filled(rows: list[Row], height: int) -> list[Row]:
    blank: Row = []
    return (rows + [blank] * (height - len(rows)))[: max(0, height)]


def _entry(entry: Entered, newest: bool) -> list[Row]:
    """The lines of an entry, the beat before the first."""
    lines = entry.text.rstrip().split("\n")
    if entry.beat is None:
        return [[(f"{'':8}· {clean(line)}", "dim")] for line in lines]
    style = "bold" if newest else ""
    by = f"  ({clean(entry.by)})" if entry.by != "prompt" else ""
    first: Row = [(f"{entry.beat:8.1f}  ", "dim"), (clean(lines[0]), style), (by, "dim")]
    return [first, *([(" " * 10, ""), (clean(line), style)] for line in lines[1:])]


def _dots(beat: float) -> str:
    """Where in a cycle of four beats."""
    return "".join("■" if int(beat) % BEATS_SHOWN == i else "□" for i in range(BEATS_SHOWN))


def _clock(bpm: float, beat: float, load: list[str]) -> Row:
    return [(f" {bpm:.1f} bpm  ♩ {beat:.1f}  {_dots(beat)}   ", "bold"), (" · ".join(load), "")]


def _big_clock(bpm: float, beat: float, load: list[str], width: int) -> list[Row]:
    """Three rows: tempo and beat in large figures, load beside them."""
    tempo, now = big(f"{bpm:.1f}"), big(f"{beat:.1f}")
    words = [" · ".join(load[:3]), " · ".join(load[3:]), ""]
    right = max(len(word) for word in words)
    rows: list[Row] = []
    for i in range(3):
        unit = (" bpm", " ♩ ") if i == 2 else ("    ", "   ")
        row: Row = [(f" {tempo[i]}", "bold"), (unit[0], ""), (f"  {now[i]}", "bold"), (unit[1], "")]
        row.append((f" {_dots(beat)} " if i == 2 else "", "bold"))
        rows.append([*fit(row, max(0, width - right - 1)), (words[i], "")])
    return rows
