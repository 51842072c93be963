"""The latent space as a map: anchors with their names, the way of the last 30 s, and where it is now."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from plaud_live.control.plane import Plane
from plaud_live.monitor.canvas import ACROSS, DOWN, Canvas, Dots
from plaud_live.monitor.history import Array, Samples
from plaud_live.monitor.labels import Placed, place_labels
from plaud_live.monitor.rows import Row, clean

YOUNG_SECONDS, MIDDLE_SECONDS = 6.0, 15.0
BREAK_SECONDS = 1.5
"""Two places further apart in time are not joined."""

BOX_STEP = 0.25
SMALLEST = 0.5
STRETCH = 2.0
"""A unit may be so much longer across than down, to fill a wide map."""

OLD, MIDDLE, YOUNG = 0, 1, 2
STYLES = ("old", "middle", "path")
ANCHOR, NOW = "+", " ◉ "
KEPT = {OLD: 4, MIDDLE: 9, YOUNG: 16}
"""Of 16 dots of the way, how many are drawn: it fades without colour too."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A box of the plane (left, bottom, right, top) on a map of `columns` x `rows` cells."""

    box: Box
    columns: int
    rows: int

    def dots(self, points: Array) -> tuple[Dots, Dots]:
        """Points [n, 2] of the plane as dots, with the box in the middle of the map."""
        left, bottom, right, top = self.box
        width, height = self.columns * ACROSS - 1, self.rows * DOWN - 1
        across, up = width / (right - left), height / (top - bottom)
        across, up = min(across, STRETCH * up), min(up, STRETCH * across)
        x = width / 2 + (points[:, 0] - (left + right) / 2) * across
        y = height / 2 - (points[:, 1] - (bottom + top) / 2) * up
        return np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)


class SpaceMap:
    """Draws the map. The names are placed anew only when the frame or the anchors change."""

    def __init__(self) -> None:
        self._known: tuple[Frame, Mapping[str, Array], Plane] | None = None
        self._labels: Placed = []
        self._points: list[tuple[int, int, str]] = []

    def draw(
        self,
        plane: Plane,
        anchors: Mapping[str, Array],
        path: tuple[Samples, Array],
        now: Array,
        clock: tuple[int, float],
        size: tuple[int, int],
    ) -> list[Row]:
        """Rows of `size` (columns, rows) cells.

        `anchors` [d] by name, the most important first; `path` are samples [n] and places [n, d]; `now` is a
        place [d] or empty; `clock` is the sample of now and the sample rate. All places are playable units.
        """
        columns, rows = size
        if columns < 4 or rows < 2:
            return []
        places = np.array([*anchors.values()]).reshape(len(anchors), len(plane.centre))
        flat, way = plane.project(places), plane.project(path[1])
        here = plane.project(now.reshape(-1, len(plane.centre)))
        frame = Frame(box_of(np.vstack([flat, way, here])), columns, rows)
        if self._known is None or self._known[0] != frame or self._known[1] is not anchors:
            self._known = frame, anchors, plane
            self._place(frame, list(anchors), flat)
        canvas = Canvas(columns, rows, STYLES)
        draw_path(canvas, frame, path[0], way, clock)
        for column, row, _ in self._points:
            canvas.word(column, row, ANCHOR, "anchor")
        nearest = nearest_anchors(anchors, now)[:1]
        for column, row, name in self._labels:
            canvas.word(column, row, name, "anchor" if [name] != nearest else "near")
        if len(here):
            x, y = frame.dots(here)
            column, row = int(x[0]) // ACROSS, int(y[0]) // DOWN
            canvas.word(column - len(NOW) // 2, row, NOW, "now")
        return canvas.to_rows()

    def _place(self, frame: Frame, names: list[str], flat: Array) -> None:
        x, y = frame.dots(flat)
        self._points = [
            (int(column), int(row), clean(name))
            for column, row, name in zip(x // ACROSS, y // DOWN, names, strict=True)
        ]
        self._labels = place_labels(self._points, frame.columns, frame.rows)


def box_of(points: Array) -> Box:
    """A box around points [n, 2] that changes in steps only, so that the map is calm."""
    if not len(points):
        return -SMALLEST, -SMALLEST, SMALLEST, SMALLEST
    low = np.floor((points.min(axis=0) - 0.05) / BOX_STEP) * BOX_STEP
    high = np.ceil((points.max(axis=0) + 0.05) / BOX_STEP) * BOX_STEP
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, SMALLEST)
    left, bottom = (middle - half).tolist()
    right, top = (middle + half).tolist()
    return left, bottom, right, top


def draw_path(canvas: Canvas, frame: Frame, samples: Samples, way: Array, clock: tuple[int, float]) -> None:
    """Join the places `way` [n, 2]; the older, the fewer dots."""
    if len(way) < 2:
        return
    now, rate = clock
    x, y = frame.dots(way)
    joined = np.diff(samples) <= BREAK_SECONDS * rate
    steps = np.maximum(1, np.maximum(np.abs(np.diff(x)), np.abs(np.diff(y))))[joined]
    pairs = np.flatnonzero(joined).repeat(steps)
    part = (np.arange(len(pairs)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps.repeat(steps)
    dots_x = np.rint(x[pairs] + (x[pairs + 1] - x[pairs]) * part).astype(np.int64)
    dots_y = np.rint(y[pairs] + (y[pairs + 1] - y[pairs]) * part).astype(np.int64)
    age = (now - samples[pairs]) / rate
    level = np.where(age < YOUNG_SECONDS, YOUNG, np.where(age < MIDDLE_SECONDS, MIDDLE, OLD))
    grain = (
        7 * dots_x + 13 * dots_y + 5 * (dots_x // 4) * (dots_y // 3)
    ) % 16  # by place: it does not flicker
    for each, kept in KEPT.items():
        drawn = (level == each) & (grain < kept)
        canvas.dots(dots_x[drawn], dots_y[drawn], each)


def nearest_anchors(anchors: Mapping[str, Array], now: Array) -> list[str]:
    """Names of the anchors, the nearest in the whole space first."""
    if not len(now):
        return []
    return sorted(anchors, key=lambda name: float(np.sum((anchors[name] - now) ** 2)))
