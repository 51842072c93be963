"""Live inputs: what OSC, the microphone and sampled functions say, kept as functions of beats.

One thread writes a name, another reads it, without locks: rows are only ever appended and published in one
piece, and what is full is copied into new memory. So the past that was read stays as it was.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TypeVar

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals import midi_names
from plaud_live.signals.graph import Array, number
from plaud_live.signals.live import UNHEARD, unheard

SAMPLED = "fn/"
"""What names begin with that are sampled ahead, and starve where the samples end."""

MAX_NAMES = 256
"""Of one kind (`osc`, `mic`, `midi`, `fn`): past that the ones that were written longest ago make room."""

MAX_SIZE = 64
MAX_POINTS = 16384
"""Of one name. What comes once in a block of 128 samples is kept for 64 beats from 81 to the minute up."""

MAX_GRID = 8192
"""Samples of one function: 128 beats at 64 a beat."""

MOST_SHOWN, MOST_VALUES = 32, 8

Track = TypeVar("Track", "Points", "Grid")
Values = float | Sequence[float] | Array


class Inputs:
    """Everything that is live. Implements `signals.graph.Inputs`.

    Names begin with their kind: `osc/td/x`, `mic/loud`, `fn/3f9a`. A name is written by one thread alone.
    """

    def __init__(self) -> None:
        self._points: dict[str, Points] = {}
        self._grids: dict[str, Grid] = {}
        self._clock = count()

    def write(self, name: str, beat: float, values: Values) -> bool:
        """`name` has these values from `beat` on, until the next come. Earlier than the last means with it.

        A value that is there already costs nothing: False. Raises SignalError if one is not finite or there
        are more than MAX_SIZE.
        """
        row = _finite(name, values)
        if row.ndim > 1 or not 1 <= row.size <= MAX_SIZE:
            raise SignalError(f"{name}: {row.size} values at once, wants 1 to {MAX_SIZE}")
        row = row.reshape(-1)
        track = self._points.get(name)
        if track is None or track.size != row.size:
            track = Points(row.size, np.array([unheard(name)]) if track is None else track.latest)
            _add(self._points, name, track)
        track.written = next(self._clock)
        return track.append(beat, row)

    def write_grid(self, name: str, first: int, step: float, values: Values) -> None:
        """`name` has `values` [k] or [k, d] at beats `first * step`, `(first + 1) * step`, …, linear between.

        What was there from `first` on is replaced; a gap before it holds the last value. Raises SignalError
        if one is not finite or they are too many.
        """
        rows = _finite(name, values)
        if rows.ndim == 1:
            rows = rows[:, None]
        if rows.ndim != 2 or not 1 <= rows.shape[1] <= MAX_SIZE or not 1 <= len(rows) <= MAX_GRID:
            raise SignalError(f"{name}: samples {list(rows.shape)}, wants 1 to {MAX_GRID} of 1 to {MAX_SIZE}")
        track = self._grids.get(name)
        if track is None or track.size != rows.shape[1] or track.step != step:
            track = Grid(first, step, rows)
            _add(self._grids, name, track)
        track.written = next(self._clock)
        track.extend(first, rows)

    def read(self, name: str, beats: Array) -> Array:
        """Values at `beats` [n]: [n] where there is one value at a time, else [n, d]."""
        track = self._points.get(name) or self._grids.get(name)
        if track is None and name.startswith(SAMPLED):  # it says that it starves until samples come
            track = self._grids.setdefault(name, Grid(0, 1.0, np.full((1, 1), UNHEARD), starving=True))
        if track is None:
            return np.full(len(beats), unheard(name))
        values = track.read(beats)
        return values[:, 0] if track.size == 1 else values

    def last(self, name: str) -> tuple[float, ...] | None:
        """The last values of a name; None where nothing has come for it."""
        track = self._points.get(name)
        return None if track is None else tuple(track.latest.tolist())

    def latest(self) -> dict[str, tuple[float, ...]]:
        """All names that have been heard, with the last values, sorted."""
        tracks: dict[str, Points | Grid] = {**self._points.copy(), **self._grids.copy()}
        return {name: tuple(tracks[name].latest.tolist()) for name in sorted(tracks)}

    def shown(self) -> dict[str, list[float]]:
        """What a performer is shown of it: the names that were heard last, not all of their values."""
        points = self._points.copy()
        names = sorted(points, key=lambda name: points[name].written)[-MOST_SHOWN:]
        return {name: np.round(points[name].latest[:MOST_VALUES], 4).tolist() for name in sorted(names)}

    def recall(self, shown: Mapping[str, Sequence[float]]) -> None:
        """Take over what another engine showed: controllers stand where they stood, and always did.

        What cannot be taken over is left out: nothing of it may keep an engine from playing.
        """
        for name, values in shown.items():
            row = np.asarray(values, dtype=np.float64)
            good = row.ndim == 1 and row.size and np.isfinite(row).all()
            if good and _is_remembered(name) and name not in self._points:
                _add(self._points, name, Points(row.size, row))

    def starving(self) -> frozenset[str]:
        """Functions that were read beyond their last sample and not been continued since."""
        return frozenset(name for name, grid in self._grids.copy().items() if grid.starving)


class Points:
    """A staircase of `size` values at a time. Its first step, `first` or the middle, began before time."""

    def __init__(self, size: int, first: Array | None = None) -> None:
        self.size = size
        self.written = 0
        beats, values = np.full(64, -np.inf), np.full((64, size), UNHEARD)
        if first is not None:
            values[0, : len(first)] = first[:size]
        self._rows = (beats, values, 1)

    @property
    def latest(self) -> Array:
        """The last values, [d]."""
        _, values, rows = self._rows
        return values[rows - 1]

    def append(self, beat: float, row: Array) -> bool:
        """One more step, at `beat` or with the last one; False if it is none."""
        beats, values, rows = self._rows
        if np.array_equal(values[rows - 1], row) and rows > 1:
            return False
        if beat <= beats[rows - 1]:
            values[rows - 1] = row
            return True
        if rows == len(beats):
            kept = min(rows, MAX_POINTS)
            room = 2 * kept
            beats, old_beats = np.empty(room), beats
            values, old_values = np.empty((room, self.size)), values
            beats[:kept], values[:kept] = old_beats[rows - kept :], old_values[rows - kept :]
            rows = kept
        beats[rows], values[rows] = beat, row
        self._rows = (beats, values, rows + 1)
        return True

    def read(self, beats: Array) -> Array:
        """Values [n, d]."""
        steps, values, rows = self._rows
        places = np.searchsorted(steps[:rows], beats, side="right") - 1
        return values[np.maximum(places, 0)]


class Grid:
    """A function on a grid of beats: sample i lies at beat `(first + i) * step`."""

    def __init__(self, first: int, step: float, rows: Array, starving: bool = False) -> None:
        self.size = rows.shape[1]
        self.step = step
        self.written = 0
        self.starving = starving
        self._rows = (first, rows)

    @property
    def latest(self) -> Array:
        """The last values, [d]."""
        return self._rows[1][-1]

    def extend(self, first: int, rows: Array) -> None:
        """Go on with `rows` [k, d] from the grid's beat `first`."""
        start, old = self._rows
        kept = old[: max(0, first - start)]
        if first <= start or first - start > MAX_GRID + len(old):  # nothing of it would be left
            self._rows = (first, rows)
        else:
            gap = np.broadcast_to(old[-1], (max(0, first - start - len(old)), self.size))
            joined = np.concatenate([kept, gap, rows])[-MAX_GRID:]
            self._rows = (first + len(rows) - len(joined), joined)
        self.starving = False

    def read(self, beats: Array) -> Array:
        """Values [n, d]; beyond the ends the outermost."""
        first, rows = self._rows
        last = len(rows) - 1
        places = beats / self.step - first
        if places.max(initial=0.0) > last:
            self.starving = True
        places = np.clip(places, 0.0, last)
        below = places.astype(np.int64)
        above = np.minimum(below + 1, last)
        share = (places - below)[:, None]
        return rows[below] * (1.0 - share) + rows[above] * share


def _add(tracks: dict[str, Track], name: str, track: Track) -> None:
    """Publish a track; where there are too many of its kind, a quarter of them goes."""
    kind = name.partition("/")[0] + "/"
    same = [other for other in tracks.copy() if other.startswith(kind)]
    if name not in tracks and len(same) >= MAX_NAMES:
        same.sort(key=lambda other: tracks[other].written)
        for other in same[: MAX_NAMES // 4]:
            del tracks[other]
    tracks[name] = track


def _is_remembered(name: str) -> bool:
    """Whether a new engine takes it over: nobody may move that controller for a while."""
    return name.startswith(("osc/", "knob/", "map/", "keys/")) or midi_names.lasts(name)


def _finite(name: str, values: Values) -> Array:
    if isinstance(values, float):
        return np.array(number(values, name))
    try:
        row = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise SignalError(f"{name}: wants numbers") from None
    if not np.isfinite(row).all():
        raise SignalError(f"{name}: not finite")
    return row
