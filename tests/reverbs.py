"""Small reverbs for tests."""

import json
from pathlib import Path

import numpy as np

from compiler.ir.json import from_json
from compiler.ir.nodes import Delay, Gain, Model, Recursion, Series, Sos
from compiler.playable import write_playable
from plaud_live import settings


def network(lines: int, gain: float, seed: int = 1, first: int = 700) -> Model:
    """A stereo feedback delay network with a lowpass in each line."""
    dice = np.random.default_rng(seed)
    delays = first + np.sort(dice.permutation(900)[:lines])
    absorption = np.tile([gain, 0.0, 0.0, 1.0, -0.1, 0.0], (lines, 1, 1)) * np.array([0.9, 1, 1, 1, 1, 1])
    matrix = np.linalg.qr(dice.standard_normal((lines, lines)))[0]
    feedback = Series("feedback", (Sos("absorption", absorption), Gain("matrix", matrix)))
    children = (
        Gain("in", 0.3 * dice.standard_normal((lines, 2))),
        Recursion("loop", Delay("delays", delays.astype(float)), feedback),
        Gain("out", 0.3 * dice.standard_normal((2, lines))),
    )
    return Model("hall", 48000.0, Series("reverb", children))


def write_near(path: Path) -> None:
    """The built-in reverb with its first gains a little lower: of the same structure, it sounds softer."""
    config = json.loads(settings.find_reverb(settings.DEFAULT_REVERB).read_text())
    gains = [node for node in _nodes(config["root"]) if node["type"] == "gain"]
    gains[0]["gains"] = (0.8 * np.array(gains[0]["gains"])).tolist()
    write_playable(path, from_json(config))


def _nodes(node: dict[str, object]) -> list[dict[str, object]]:
    inner = [*node.get("children", ()), *(node[key] for key in ("forward", "feedback") if key in node)]  # type: ignore[misc]
    return [node, *(found for child in inner for found in _nodes(child))]
