"""Pd's files read back: canvases with their boxes, how large these are on the screen, and their wires.

After Pd's file format, https://puredata.info/docs/developer/PdFileFormat, and its font of size 12.
"""

import re
from dataclasses import dataclass, field
from math import ceil

LETTER, LINE, LINE_LETTERS = 7, 16, 60
"""Pixels of a letter, and how many letters a line of text holds."""

Rect = tuple[float, float, float, float]


@dataclass
class Patch:
    """A canvas: its boxes as (kind, rectangle, words) in order, its wires, the canvases in it."""

    name: str
    size: tuple[int, int]
    boxes: list[tuple[str, Rect, list[str]]] = field(default_factory=list)
    wires: list[tuple[int, int, int, int]] = field(default_factory=list)
    inner: list["Patch"] = field(default_factory=list)
    shown: Rect | None = None


def read(text: str) -> Patch:
    """The patch of a file."""
    open_ones: list[Patch] = []
    for line in re.split(r"(?<!\\);\n", text):
        words = line.replace("\n", " ").split(" ")
        match words[:2]:
            case ["#N", "canvas"]:
                open_ones.append(Patch(words[6], (int(words[4]), int(words[5]))))
            case ["#X", "restore"]:
                done = open_ones.pop()
                _box(open_ones[-1], "obj", words[2:])
                open_ones[-1].inner.append(done)
            case ["#X", "connect"]:
                a, b, c, d = map(int, words[2:6])
                open_ones[-1].wires.append((a, b, c, d))
            case ["#X", "coords"]:
                width, height, _, x, y = map(float, words[6:11])
                open_ones[-1].shown = (x, y, width, height)
            case ["#X", kind]:
                _box(open_ones[-1], kind, words[2:])
    (top,) = open_ones
    return top


def everything(patch: Patch) -> list[Patch]:
    """A canvas and all canvases within."""
    return [patch, *(deeper for inner in patch.inner for deeper in everything(inner))]


def _box(patch: Patch, kind: str, words: list[str]) -> None:
    x, y = float(words[0]), float(words[1])
    shown = re.sub(r"\\(.)", r"\1", " ".join(words[2:]))
    patch.boxes.append((kind, (x, y, *_extent(kind, shown.split(" "), shown)), words[2:]))


def _extent(kind: str, words: list[str], shown: str) -> tuple[float, float]:
    """Width and height of a box, with the label that stands right of it."""
    match kind, words[0]:
        case "obj", "hsl":
            return float(words[1]), float(words[2])
        case "obj", ("tgl" | "bng"):
            return 22.0 + LETTER * len(words[-8 if words[0] == "tgl" else -7]), float(words[1])
        case "obj", "vu":
            return float(words[1]), float(words[2])
        case "obj", "cnv":
            return float(words[2]), float(words[3])
        case "floatatom", _:
            label = len(words[4]) if words[4] != "-" else 0
            return LETTER * (float(words[0]) + label) + 10, LINE + 4
    lines = shown.split("; ") if shown.startswith("; ") else [shown]
    high = len(lines) if kind == "msg" else 1
    longest = max(len(line) for line in lines)
    return LETTER * min(longest, LINE_LETTERS) + 6, LINE * max(high, ceil(longest / LINE_LETTERS)) + 4
