"""Max's patch files (.maxpat, .maxhelp): boxes, wires and the presentation, as Max 8 saves them in JSON."""

import json
from itertools import pairwise
from typing import Any

Rect = tuple[float, float, float, float]
"""x, y, width and height in pixels."""

_XLETS = {
    "comment": (1, []),
    "message": (2, [""]),
    "slider": (1, [""]),
    "toggle": (1, ["int"]),
    "flonum": (1, ["", "bang"]),
    "textbutton": (1, ["", "", "int"]),
    "meter~": (1, ["float"]),
    "preset": (1, ["preset", "int", "preset", "int", ""]),
    "ezdac~": (2, []),
    "number~": (2, ["signal", "float"]),
    "live.dial": (1, ["", "float"]),
    "live.numbox": (1, ["", "float"]),
    "live.toggle": (1, [""]),
}
"""Of boxes with a look of their own: how many inlets, and what each outlet sends."""

HEIGHT = 22.0
LETTER = 6.5
"""Pixels that a letter of an object's text takes."""


class Patcher:
    """A patch, which opens in `presentation` or not. Boxes are numbered in the order they are put down."""

    def __init__(self, width: float, height: float, presentation: bool = True) -> None:
        self._boxes: list[dict[str, Any]] = []
        self._lines: list[dict[str, Any]] = []
        self._rect = [60.0, 90.0, width, height]
        self._presentation = presentation

    def obj(
        self,
        x: float,
        y: float,
        text: str,
        inlets: int = 1,
        outlets: tuple[str, ...] = ("",),
        **attributes: Any,
    ) -> int:
        """An object box such as `prepend set`; `outlets` says what each sends ('' anything)."""
        rect = (x, y, 12.0 + LETTER * len(text), HEIGHT)
        return self._add("newobj", rect, inlets, list(outlets), text=text, **attributes)

    def box(self, kind: str, rect: Rect, shown: Rect | None = None, **attributes: Any) -> int:
        """A box with a look of its own, `kind` as in _XLETS; at `shown` in the presentation."""
        inlets, outlets = _XLETS[kind]
        if shown is not None:
            attributes |= {"presentation": 1, "presentation_rect": list(shown)}
        if kind in ("slider", "toggle", "flonum", "textbutton"):
            attributes["parameter_enable"] = 0
        return self._add(kind, rect, inlets, list(outlets), **attributes)

    def port(self, kind: str, x: float, y: float, index: int, comment: str) -> int:
        """An `inlet` or `outlet` of the whole patch, the first with index 1; Max orders them by their x."""
        rect, outlets = (x, y, 30.0, 30.0), [""] if kind == "inlet" else []
        return self._add(kind, rect, int(kind == "outlet"), outlets, index=index, comment=comment)

    def embed(self, rect: Rect, name: str, inlets: int, outlets: tuple[str, ...]) -> int:
        """The presentation of another patch, the file `name`, as a box."""
        return self._add("bpatcher", rect, inlets, list(outlets), name=name, viewvisibility=1, border=1)

    def parameter(
        self, kind: str, rect: Rect, shown: Rect, name: str, short: str,
        ends: tuple[float, float], start: float, whole: bool, hint: str,
    ) -> int:  # fmt: skip
        """A `live.` object, which presets find by its name; `hint` is read where the mouse rests on it.

        Of its whole numbers there may be more than Live's 256.
        """
        low, high = ends
        value = {
            "parameter_longname": name,
            "parameter_shortname": short,
            "parameter_type": 0,
            "parameter_unitstyle": int(not whole),
            "parameter_mmin": low,
            "parameter_mmax": high,
            "parameter_initial_enable": 1,
            "parameter_initial": [start],
        }
        if kind == "live.toggle":
            value |= {"parameter_type": 2, "parameter_enum": ["off", "on"]}
        elif whole:
            value["parameter_steps"] = round(high - low) + 1
        more = {"varname": name, "hint": hint, "saved_attribute_attributes": {"valueof": value}}
        return self.box(kind, rect, shown, parameter_enable=1, **more)

    def wire(self, *boxes: int) -> None:
        """Connect boxes in a chain, first outlet to first inlet."""
        for source, target in pairwise(boxes):
            self.connect(source, 0, target, 0)

    def connect(self, source: int, outlet: int, target: int, inlet: int) -> None:
        """One wire."""
        ends = {"source": [f"obj-{source}", outlet], "destination": [f"obj-{target}", inlet]}
        self._lines.append({"patchline": ends})

    @property
    def text(self) -> str:
        """The file."""
        patcher = {
            "fileversion": 1,
            "appversion": {"major": 8, "minor": 5, "revision": 5, "architecture": "x64", "modernui": 1},
            "classnamespace": "box",
            "rect": self._rect,
            "openinpresentation": int(self._presentation),
            "default_fontsize": 12.0,
            "default_fontface": 0,
            "default_fontname": "Arial",
            "gridsize": [15.0, 15.0],
            "boxes": self._boxes,
            "lines": self._lines,
            "dependency_cache": [],
            "autosave": 0,
        }
        return json.dumps({"patcher": patcher}, indent=1) + "\n"

    def _add(self, kind: str, rect: Rect, inlets: int, outlets: list[str], **attributes: Any) -> int:
        box: dict[str, Any] = {
            "id": f"obj-{len(self._boxes)}",
            "maxclass": kind,
            "numinlets": inlets,
            "numoutlets": len(outlets),
            "patching_rect": list(rect),
        }
        if outlets:
            box["outlettype"] = outlets
        self._boxes.append({"box": box | attributes})
        return len(self._boxes) - 1
