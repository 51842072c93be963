"""Enough of Max to send messages through a patch, and to see what arrives where sound is made."""

from collections import defaultdict
from typing import Any

from tests.deploy.max_validator import called

Message = tuple[Any, ...]
Arrived = dict[tuple[str, int], Message]
"""What an inlet got, by its object and number."""

ENDS = ("mc.pack~", "mcs.nn~", "*~", "udpsend", "udpreceive", "pattrstorage", "print")


class Runner:
    """A patch that runs: `set` is all that the model was ever set to."""

    def __init__(self, patcher: dict[str, Any]) -> None:
        self._boxes = {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}
        self._lines: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for entry in patcher["lines"]:
            (source, outlet), (target, inlet) = entry["patchline"].values()
            self._lines[source, outlet].append((target, inlet))
        self._held: dict[str, float] = {}
        self._arrived: Arrived = {}
        self.set: list[Message] = []

    def tell(self, *message: Any) -> Arrived:
        """A message to the first inlet, and all that came of it."""
        self._arrived = {}
        first = next(
            name for name, box in self._boxes.items() if box.get("index") == 1 and called(box) == "inlet"
        )
        self._leave(first, 0, message)
        return self._arrived

    def open(self) -> None:
        """What `loadbang` does."""
        for name, box in self._boxes.items():
            if called(box) == "loadbang":
                self._leave(name, 0, ("bang",))

    def _leave(self, source: str, outlet: int, message: Message) -> None:
        for target, inlet in self._lines[source, outlet]:
            self._enter(target, inlet, message)

    def _enter(self, name: str, inlet: int, message: Message) -> None:
        box = self._boxes[name]
        kind, words = called(box), box.get("text", "").split()
        match kind:
            case _ if kind in ENDS:
                self._arrived[kind, inlet] = message
                if message[0] == "set":
                    self.set.append(message[1:])
            case "line~" | "+~" | "speedlim":
                self._leave(name, 0, message)
            case "route":
                outlet = words.index(str(message[0])) - 1 if str(message[0]) in words[1:] else len(words) - 1
                rest = message[1:] or ("bang",)
                self._leave(name, outlet, rest if outlet < len(words) - 1 else message)
            case "s":
                for other, heard in self._boxes.items():
                    if heard.get("text") == f"r {words[1]}":
                        self._leave(other, 0, message)
            case "prepend":
                self._leave(name, 0, (*words[1:], *message))
            case "round":
                self._leave(name, 0, (round(message[0]),))
            case "unpack":
                for outlet in reversed(range(len(message))):
                    self._leave(name, outlet, message[outlet : outlet + 1])
            case "pack":
                if inlet:
                    self._held[name] = message[0]
                else:
                    self._leave(name, 0, (message[0], self._held.get(name, float(words[2]))))
            case "message":
                filled = (
                    message[0] if word == "$1" else int(word) if word.isdigit() else word for word in words
                )
                self._leave(name, 0, tuple(filled))
            case _:
                self._control(name, box, message)

    def _control(self, name: str, box: dict[str, Any], message: Message) -> None:
        """A `live.` object keeps to its range and knows where it begins."""
        value = box["saved_attribute_attributes"]["valueof"]
        low, high = value["parameter_mmin"], value["parameter_mmax"]
        new = value["parameter_initial"][0] if message == ("init",) else message[0]
        self._leave(name, 0, (min(max(new, low), high),))
