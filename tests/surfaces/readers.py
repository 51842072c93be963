"""Surfaces read back by other code than wrote them: what each of their controls would send.

After the programs' own documentation. A control gives its messages at both ends of its travel; a button what
it sends when it is pressed, twice.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from plaud_live.engine.models import Models
from plaud_live.surfaces.layout import layout

INFO = Models().load_info("default")
LAYOUT = layout(INFO)

Arguments = tuple[float | int | str, ...]


@dataclass(frozen=True)
class Sent:
    """What a control sends: its address, and its arguments at the low and the high end of its travel."""

    control: str
    address: str
    low: Arguments
    high: Arguments


def read_open_stage_control(text: str) -> Iterator[Sent]:
    """Faders send their value, momentary buttons only their preArgs, as
    https://openstagecontrol.ammd.net/docs/widgets/general-mechanics/ says."""
    for widget in _widgets(json.loads(text)["content"]):
        if "address" not in widget or widget.get("bypass"):
            continue
        before = widget.get("preArgs") or []
        match widget["type"], widget.get("mode"):
            case "fader", _:
                ends = [[widget["range"]["min"]], [widget["range"]["max"]]]
            case "button", "momentary":
                ends = [[], []]
            case "button", "toggle":
                ends = [[widget["off"]], [widget["on"]]]
            case kind:
                raise ValueError(f"{widget['id']}: no idea what a {kind} sends")
        low, high = (_typed([*before, *end], widget.get("typeTags", "")) for end in ends)
        yield Sent(widget["id"], widget["address"], low, high)


def _widgets(widget: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield widget
    for inner in widget.get("widgets", []):
        yield from _widgets(inner)


def _typed(values: list[Any], tags: str) -> Arguments:
    kinds: dict[str, Any] = {"f": float, "i": int, "s": str}
    if not tags:
        return tuple(values)
    padded = tags + tags[-1] * (len(values) - len(tags))
    return tuple(kinds[tag](value) for tag, value in zip(padded, values, strict=False))


def read_touchosc(data: bytes) -> Iterator[Sent]:
    """A VALUE is scaled from 0..1, a CONSTANT sent as it stands: https://hexler.net/touchosc/manual."""
    for node in ElementTree.fromstring(zlib.decompress(data)).iter("node"):
        name = next(p.findtext("value") for p in node.iter("property") if p.findtext("key") == "name")
        messages = node.find("messages")
        for osc in messages if messages is not None else ():
            address = "".join(part.findtext("value") or "" for part in osc.iterfind("path/partial"))
            parts = list(osc.iterfind("arguments/partial"))
            low, high = (tuple(_part(part, x) for part in parts) for x in (0.0, 1.0))
            yield Sent(name or "", address, low, high)


def _part(part: ElementTree.Element, x: float) -> float | int | str:
    word = {child.tag: child.text or "" for child in part}
    value: float | str = word["value"]
    if word["type"] == "VALUE":
        value = float(word["scaleMin"]) + x * (float(word["scaleMax"]) - float(word["scaleMin"]))
    return {"FLOAT": float, "INTEGER": round, "STRING": str}[word["conversion"]](value)  # type: ignore[operator]


def read_max(text: str) -> Iterator[Sent]:
    """What comes out of `udpsend` when a slider or toggle is at its ends or a button is pressed.

    The patch is run by a few lines that know the boxes of this patch and no others.
    """
    patch = _Max(json.loads(text)["patcher"])
    for name, box in patch.boxes.items():
        match box["maxclass"]:
            case "slider" if not box.get("ignoreclick"):
                span = box["size"] if box["floatoutput"] else box["size"] - 1
                ends: list[Any] = [box["min"], box["min"] + span]
            case "toggle":
                ends = [0, 1]
            case "textbutton":
                ends = ["bang", "bang"]
            case _:
                continue
        sent = [patch.run(name, 0, (end,)) for end in ends]
        if any(sent):
            low, high = sent[0] or sent[1], sent[1]
            yield Sent(box.get("text", name), str(high[0]), low[1:], high[1:])


class _Max:
    """Enough of Max to run one message through a patch."""

    def __init__(self, patcher: dict[str, Any]) -> None:
        self.boxes = {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}
        self._wires: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for entry in patcher["lines"]:
            (source, outlet), (target, inlet) = entry["patchline"].values()
            self._wires[source, outlet].append((target, inlet))

    def run(self, source: str, outlet: int, message: Arguments) -> Arguments:
        """What is sent when `message` leaves an outlet; () if nothing is."""
        found: Arguments = ()
        for target, _ in self._wires[source, outlet]:
            found = self._into(target, message) or found
        return found

    def _into(self, name: str, message: Arguments) -> Arguments:
        box = self.boxes[name]
        words = box.get("text", "").split()
        match box["maxclass"], words[:1]:
            case "newobj", ["udpsend"]:
                return message
            case "newobj", ["s"]:
                receivers = [n for n, b in self.boxes.items() if b.get("text") == f"r {words[1]}"]
                return next((sent for n in receivers if (sent := self.run(n, 0, message))), ())
            case "newobj", ["prepend"]:
                return self.run(name, 0, (*words[1:], *message))
            case "newobj", ["f"]:
                return self.run(name, 0, (float(words[1]),))
            case "newobj", ["metro"]:
                return self.run(name, 0, ("bang",)) if message[0] else ()
            case "message", _:
                return self.run(name, 0, tuple(_filled(box["text"], message)))
            case (("flonum" | "toggle" | "slider"), _):
                return () if message[0] == "set" else self.run(name, 0, message)
        return ()


def _filled(text: str, message: Arguments) -> Iterator[float | int | str]:
    """A message box's words: `$1` is what came in, quotes hold a symbol together."""
    for place, quoted in enumerate(text.split('"')):
        for word in [quoted] if place % 2 else quoted.split():
            if word == "$1":
                yield message[0]
            else:
                yield word if place % 2 or not _is_number(word) else float(word) if "." in word else int(word)


def _is_number(word: str) -> bool:
    return word.lstrip("-").replace(".", "", 1).isdigit()
