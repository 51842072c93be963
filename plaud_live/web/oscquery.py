"""OSCQuery, after its proposal (github.com/Vidvox/OSCQueryProposal): the namespace as a tree of JSON objects.

Pure: what answers a path and its attributes; `server` carries it over HTTP. Beyond the proposal, methods
whose value may only be read have it too (`/plaud/status`), and `TYPE` is N where nothing has to be sent.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from plaud_live.control.namespace import READ, WRITE, Node
from plaud_live.control.osc_fields import Field
from plaud_live.web.values import Value

NAME = "plaud-live"
HOST_INFO = "HOST_INFO"
HTML = "HTML"
REQUIRED = ("FULL_PATH", "CONTENTS", "TYPE")
OPTIONAL = ("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "TAGS", "UNIT", "CRITICAL", "CLIPMODE")
"""Attributes that we have; OTHERS are those of the proposal that we have not."""

OTHERS = ("EXTENDED_TYPE", "OVERLOADS")
COMMANDS = {"LISTEN": True, "PATH_CHANGED": True, "PATH_ADDED": False, "PATH_REMOVED": False}
CRITICAL = frozenset(("/plaud/panic", "/plaud/hush"))
UNITS = {"bpm": "time.bpm", "ms": "time.ms", "s": "time.second", "Hz": "time.hz"}
"""Ours that have a name in the proposal's list; the others go by their own."""

Entry = dict[str, Any]
ValueOf = Callable[[Node], tuple[Value, ...] | None]


class Refused(Exception):  # noqa: N818 (an answer, not a failure)
    """No object answers: `status` is the HTTP status that says why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Tree:
    """The addresses of `nodes` as a tree."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.nodes = nodes
        self._below: dict[str, dict[str, str]] = {"/": {}}
        """Path to the names right below it, with their own paths."""
        for address in nodes:
            path = "/"
            for name in address.strip("/").split("/"):
                below = path.rstrip("/") + "/" + name
                self._below.setdefault(path, {})[name] = below
                path = below

    def answer(self, path: str, attributes: Iterable[str], value: ValueOf) -> Entry:
        """What a path is: all of it, with all below, or the attributes asked for.

        Raises Refused: 404 for no such path, 400 for an attribute nobody knows, 204 for one that is not
        there.
        """
        path = "/" + path.strip("/")
        node = self.nodes.get(path)
        if node is None and path not in self._below:
            raise Refused(404, f"{path:.100}: no such address")
        wanted = list(attributes)
        if not wanted:
            return self._describe(path, value)
        found: Entry = {}
        for each in wanted:
            if each in OTHERS:
                raise Refused(204, f"{each} is not kept")
            if each not in REQUIRED and each not in OPTIONAL:
                raise Refused(400, f"{each!r:.60}: no such attribute")
            if each == "VALUE" and (node is None or not _access(node, value) & READ):
                raise Refused(204, f"{path} has no value")
            if each == "CONTENTS":
                found |= self._contents(path, value)
            else:
                found |= {key: entry for key, entry in _attributes(path, node, value).items() if key == each}
        return found

    def _describe(self, path: str, value: ValueOf) -> Entry:
        return _attributes(path, self.nodes.get(path), value) | self._contents(path, value)

    def _contents(self, path: str, value: ValueOf) -> Entry:
        below = self._below.get(path)
        if below is None:
            return {}
        return {"CONTENTS": {name: self._describe(each, value) for name, each in below.items()}}


def host_info(port: int, osc_port: int | None) -> Entry:
    """HOST_INFO: where OSC and WebSocket are, at the address that was asked, and what we support."""
    extensions = dict.fromkeys(OPTIONAL, True) | dict.fromkeys(OTHERS, False) | {HTML: True} | COMMANDS
    osc = {} if osc_port is None else {"OSC_PORT": osc_port, "OSC_TRANSPORT": "UDP"}
    return {"NAME": NAME, **osc, "WS_PORT": port, "EXTENSIONS": extensions}


def changed_path(before: Mapping[str, Node], after: Mapping[str, Node]) -> str | None:
    """The lowest path, there before and after, below which all lies that differs; None: nothing does."""
    changed = [each for each in {*before, *after} if before.get(each) != after.get(each)]
    if not changed:
        return None
    lasting = _containers(before) & _containers(after)
    first, last = min(changed), max(changed)
    common = [path for path in lasting if all(each.startswith(path + "/") for each in (first, last))]
    return max(common, key=len, default="/")


def _containers(nodes: Mapping[str, Node]) -> set[str]:
    """Every path that something lies below, but the root."""
    found = set()
    for address in nodes:
        while (address := address.rpartition("/")[0]) and address not in found:
            found.add(address)
    return found


def _access(node: Node, value: ValueOf) -> int:
    """As the proposal counts: what only answers a question has no value to be read."""
    if node.access == READ and value(node) is None:
        return WRITE
    return node.access


def _attributes(path: str, node: Node | None, value: ValueOf) -> Entry:
    if node is None:
        return {"FULL_PATH": path, "ACCESS": 0, "DESCRIPTION": _container(path)}
    access = _access(node, value)
    fields = node.value_fields
    now = value(node) if access & READ else None
    entry: Entry = {"FULL_PATH": path, "ACCESS": access, "DESCRIPTION": node.help}
    if access == READ and now is not None:
        entry["TYPE"] = "".join(_tag(each) for each in now)
    else:
        entry["TYPE"] = node.tags or "N"
        if fields:
            entry["RANGE"] = [_range(each) for each in fields]
            entry["CLIPMODE"] = ["none"] * len(fields)
        if any(each.unit for each in fields):
            entry["UNIT"] = [UNITS.get(each.unit, each.unit) or None for each in fields]
    if now is not None and len(now) == len(entry["TYPE"]):
        entry["VALUE"] = list(now)
    if path in CRITICAL:
        entry["CRITICAL"] = True
    if node.row is not None:
        entry["TAGS"] = ["latent" if node.row.source == "z" else "parameter"]
    return entry


def _range(field: Field) -> Entry:
    """What a value may be; names that make sense now are offered, others are refused by what they are for."""
    ends = {"MIN": field.low, "MAX": field.high}
    entry: Entry = {key: end for key, end in ends.items() if end is not None}
    return entry | ({"VALS": list(field.choices)} if field.choices else {})


def _tag(value: Value) -> str:
    return "s" if isinstance(value, str) else "i" if isinstance(value, int) else "f"


def _container(path: str) -> str:
    parts = path.strip("/").split("/")
    if path == "/":
        return "a neural synthesizer, played live"
    return f"instrument {parts[2]}" if len(parts) == 3 and parts[1] == "inst" else parts[-1]
