"""TouchOSC's documents (.tosc): zlib-compressed XML of nodes with properties, values and messages.

After https://hexler.net/touchosc/manual and documents that TouchOSC wrote (lexml version 3, which all of its
second generation read).
"""

import uuid
import zlib
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

LEXML = "3"
CONNECTION = "00001"
"""The first of five; TouchOSC's own settings say which host and ports it means."""

Frame = tuple[int, int, int, int]
"""x, y, width and height in pixels of the document."""

Colour = tuple[float, float, float, float]
Part = tuple[str, str, str, float, float]
"""A part of an address or argument: type (CONSTANT, VALUE), conversion, value, and the scale of 0 and 1."""

_SPACE = uuid.UUID("6f1d5b1e-8f5c-4d5e-9d4b-7c1b8f0a2e11")
"""Of the identities of nodes, so that the same layout gives the same file."""

_CENTRE, _PLAIN_BUTTON, _SWITCH, _RELATIVE = 2, 0, 2, 1
_VALUES = {
    "GROUP": {"touch": "false"},
    "LABEL": {"text": "", "touch": "false"},
    "BUTTON": {"x": "0", "touch": "false"},
    "FADER": {"x": "0", "touch": "false"},
    "XY": {"x": "0", "y": "0", "touch": "false"},
}
_LOOK: dict[str, dict[str, bool | int]] = {
    "GROUP": {},
    "LABEL": {"font": 0, "textAlignH": _CENTRE, "textAlignV": _CENTRE, "textClip": True, "textLength": 0},
    "BUTTON": {"buttonType": _PLAIN_BUTTON, "press": True, "release": True, "valuePosition": False},
    "FADER": {
        "bar": True, "barDisplay": 0, "cursor": True, "cursorDisplay": 0, "grid": False, "gridSteps": 11,
        "response": _RELATIVE, "responseFactor": 100,
    },
    "XY": {
        "cursor": True, "cursorDisplay": 0, "gridX": False, "gridY": False, "gridStepsX": 11,
        "gridStepsY": 11, "lines": True, "linesDisplay": 0, "lockX": False, "lockY": False,
        "response": _RELATIVE, "responseFactor": 100,
    },
}  # fmt: skip


class Node:
    """A control called `name`; children may be added to a GROUP."""

    def __init__(
        self, kind: str, name: str, frame: Frame, colour: Colour, parent: "Node | None" = None
    ) -> None:
        self._path: str = f"{parent._path}/{name}" if parent else name
        attributes = {"ID": str(uuid.uuid5(_SPACE, self._path)), "type": kind}
        self.element = Element("node", attributes)
        self._properties = SubElement(self.element, "properties")
        self._values = SubElement(self.element, "values")
        touched = kind not in ("GROUP", "LABEL")
        common: dict[str, bool | int] = {
            "background": True, "grabFocus": touched, "interactive": touched, "locked": False,
            "orientation": 0, "outline": kind != "GROUP", "outlineStyle": 1, "pointerPriority": 0, "shape": 1,
            "visible": True,
        }  # fmt: skip
        self.property("s", "name", name)
        self.property("f", "cornerRadius", "2")
        self._tuple("r", "frame", "xywh", frame)
        self._tuple("c", "color", "rgba", colour)
        for key, value in {**common, **_LOOK[kind]}.items():
            self.property("b" if isinstance(value, bool) else "i", key, str(int(value)))
        for key, start in _VALUES[kind].items():
            self._value(key, start)
        if parent is not None:
            parent.children.append(self.element)

    @property
    def children(self) -> Element:
        """Where the children of a group are."""
        found = self.element.find("children")
        return SubElement(self.element, "children") if found is None else found

    def property(self, kind: str, key: str, value: str) -> None:
        """A property: `kind` is b, i, f or s. One that is there is replaced."""
        for there in self._properties:
            if there.findtext("key") == key:
                self._properties.remove(there)
        made = SubElement(self._properties, "property", {"type": kind})
        SubElement(made, "key").text = key
        SubElement(made, "value").text = value

    def start(self, key: str, value: str) -> None:
        """What a value is when the document is opened."""
        for there in self._values:
            if there.findtext("key") == key:
                self._values.remove(there)
        self._value(key, value)

    def osc(
        self, address: str, arguments: Sequence[Part], trigger: str, condition: str, receive: bool
    ) -> None:
        """A message that is sent when `trigger` changes (ANY, RISE or FALL), and perhaps received."""
        messages = self.element.find("messages")
        if messages is None:
            messages = SubElement(self.element, "messages")
        osc = SubElement(messages, "osc")
        flags = {"enabled": "1", "send": "1", "receive": str(int(receive)), "feedback": "0"}
        for key, text in {**flags, "connections": CONNECTION}.items():
            SubElement(osc, key).text = text
        on = SubElement(SubElement(osc, "triggers"), "trigger")
        SubElement(on, "var").text = trigger
        SubElement(on, "condition").text = condition
        for name, parts in (("path", [("CONSTANT", "STRING", address, 0.0, 1.0)]), ("arguments", arguments)):
            held = SubElement(osc, name)
            for part in parts:
                made = SubElement(held, "partial")
                for key, word in zip(
                    ("type", "conversion", "value", "scaleMin", "scaleMax"), part, strict=True
                ):
                    SubElement(made, key).text = word if isinstance(word, str) else f"{word:g}"

    def _tuple(self, kind: str, key: str, names: str, values: Sequence[float]) -> None:
        made = SubElement(self._properties, "property", {"type": kind})
        SubElement(made, "key").text = key
        held = SubElement(made, "value")
        for name, value in zip(names, values, strict=True):
            SubElement(held, name).text = f"{value:g}"

    def _value(self, key: str, start: str) -> None:
        made = SubElement(self._values, "value")
        fields = {
            "key": key,
            "locked": "0",
            "lockedDefaultCurrent": "0",
            "default": start,
            "defaultPull": "0",
        }
        for name, text in fields.items():
            SubElement(made, name).text = text


def document(root: Node) -> bytes:
    """The file."""
    whole = Element("lexml", {"version": LEXML})
    whole.append(root.element)
    return zlib.compress(tostring(whole, "UTF-8", xml_declaration=True))
