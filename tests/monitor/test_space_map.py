"""The map: where things lie, and what time does to them."""

import numpy as np

from plaud_live.control.plane import fit_plane
from plaud_live.monitor.canvas import Canvas
from plaud_live.monitor.rows import plain
from plaud_live.monitor.space_map import NOW, STYLES, Frame, SpaceMap, box_of, draw_path, nearest_anchors

RATE = 1000.0
SQUARE = {
    "east": np.array([1.0, 0.5, 0.5]),
    "west": np.array([0.0, 0.5, 0.5]),
    "north": np.array([0.5, 0.8, 0.5]),
    "south": np.array([0.5, 0.2, 0.5]),
}
PLANE = fit_plane(np.array([*SQUARE.values()]))
NOWHERE = (np.zeros(0, dtype=np.int64), np.zeros((0, 3)))


def place_of(rows: list[str], text: str) -> tuple[int, int]:
    row = next(i for i, line in enumerate(rows) if text in line)
    return rows[row].index(text), row


def test_anchors_lie_where_the_plane_says() -> None:
    rows = [plain(row) for row in SpaceMap().draw(PLANE, SQUARE, NOWHERE, np.zeros(0), (0, RATE), (60, 20))]
    assert len(rows) == 20 and {len(row) for row in rows} == {60}
    west, east = place_of(rows, "west"), place_of(rows, "east")
    north, south = place_of(rows, "north"), place_of(rows, "south")
    assert west[0] < north[0] < east[0] and north[1] < west[1] == east[1] < south[1]


def test_the_marker_is_where_it_is_now_and_the_nearest_name_stands_out() -> None:
    now = np.array([0.9, 0.5, 0.5])
    drawn = SpaceMap().draw(PLANE, SQUARE, NOWHERE, now, (0, RATE), (60, 20))
    rows = [plain(row) for row in drawn]
    marker = place_of(rows, NOW.strip())
    assert place_of(rows, "north")[0] < marker[0] < place_of(rows, "east")[0] + 4
    assert ("east", "near") in [span for row in drawn for span in row]
    assert nearest_anchors(SQUARE, now)[0] == "east"


def test_the_way_fades_without_colour() -> None:
    frame = Frame((-1.0, -1.0, 1.0, 1.0), 80, 20)
    samples = np.arange(0, 30000, 20)
    circle = np.stack([np.cos(samples / 4775.0), np.sin(samples / 4775.0)], axis=1)

    def dots(first: int, last: int) -> int:
        canvas = Canvas(80, 20, STYLES)
        chosen = (samples >= first) & (samples < last)
        draw_path(canvas, frame, samples[chosen], circle[chosen], (30000, RATE))
        return sum(bin(ord(c) - 0x2800).count("1") for line in canvas.lines() for c in line if c != " ")

    young, middle, old = dots(25000, 30000), dots(16000, 21000), dots(1000, 6000)
    assert young > 1.4 * middle > 1.4 * 1.4 * old > 0


def test_places_far_apart_in_time_are_not_joined() -> None:
    canvas = Canvas(40, 10, STYLES)
    frame = Frame((-1.0, -1.0, 1.0, 1.0), 40, 10)
    draw_path(canvas, frame, np.array([0, 9000]), np.array([[-1.0, 0.0], [1.0, 0.0]]), (9000, RATE))
    assert set("".join(canvas.lines())) == {" "}


def test_the_box_changes_in_steps_and_is_never_empty() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.4]])
    assert box_of(points) == box_of(points + 0.04)
    for few in (np.zeros((0, 2)), np.zeros((1, 2))):
        left, bottom, right, top = box_of(few)
        assert right - left >= 1.0 and top - bottom >= 1.0


def test_a_map_without_anchors_or_room() -> None:
    plane = fit_plane(np.zeros((0, 3)))
    rows = SpaceMap().draw(plane, {}, NOWHERE, np.full(3, 0.5), (0, RATE), (20, 5))
    assert NOW.strip() in "".join(plain(row) for row in rows)
    assert SpaceMap().draw(plane, {}, NOWHERE, np.full(3, 0.5), (0, RATE), (3, 1)) == []
