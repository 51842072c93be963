"""Whether a patch is one that Max can open whole: boxes, inlets and outlets, lines, and what goes along them.

What Max's objects are is py2max's knowledge, from the reference pages of Max itself; what nn~ is to have
comes from the model's description. It is strict: lines of several channels go to `mc.` objects only.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from py2max.maxref import get_object_info
from py2max.maxref.porttypes import (
    ANY,
    SIGNAL,
    inlet_acceptance,
    message_compatible,
    outlet_emits,
    port_counts,
)

from plaud_live.deploy.description import Description, Method

AS_SAVED = {"inlet": (0, 1), "outlet": (1, 0), "r": (0, 1), "receive": (0, 1)}
"""Inlets and outlets as Max saves them, where the reference counts otherwise."""

MULTI = "multichannelsignal"
WIDE = ("mc.pack~", "mcs.nn~", "mc.unpack~")
"""Objects of which it is known how many channels they take and give."""

Box = dict[str, Any]


def problems(
    patcher: dict[str, Any],
    model: Description | None = None,
    embedded: Mapping[str, dict[str, Any]] | None = None,
) -> list[str]:
    """One line for everything in `patcher` that is wrong; `embedded` are the files of its bpatchers."""
    boxes = {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}
    found = [f"{len(patcher['boxes']) - len(boxes)} boxes have no id of their own"] * (
        len(boxes) < len(patcher["boxes"])
    )
    for box in boxes.values():
        found += _box(box, model, embedded or {})
        if "patcher" in box:
            found += [f"{called(box)}: {line}" for line in problems(box["patcher"], model, embedded)]
    found += _lines(patcher, boxes)
    found += _names(boxes)
    if model is not None:
        found += _channels(patcher, boxes, model)
    return found


def called(box: Box) -> str:
    """The name of its object: the first word of what is typed, or its class."""
    return str(box["text"].split()[0] if box["maxclass"] == "newobj" and box.get("text") else box["maxclass"])


def ports(patcher: dict[str, Any]) -> tuple[int, int]:
    """How many inlets and outlets the patch itself has."""
    kinds = Counter(entry["box"]["maxclass"] for entry in patcher["boxes"])
    return kinds["inlet"], kinds["outlet"]


def _box(box: Box, model: Description | None, embedded: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """What is wrong with one box."""
    name, declared = called(box), (box["numinlets"], box["numoutlets"])
    if len(box.get("outlettype", [])) != box["numoutlets"]:
        yield f"{name}: {box['numoutlets']} outlets, {len(box.get('outlettype', []))} types"
    for key in ("patching_rect", "presentation_rect"):
        if key in box and (len(box[key]) != 4 or min(box[key][2:]) <= 0):
            yield f"{name}: {key} {box[key]}"
    if name == "bpatcher":
        wanted: tuple[int | None, int | None] = (
            ports(embedded[box["name"]]) if box["name"] in embedded else (None, None)
        )
    elif name in ("nn~", "mcs.nn~"):
        wanted = (None, None) if model is None else _nn(box, model)
    elif get_object_info(name) is None:
        yield f"{name}: no such object"
        return
    else:
        wanted = AS_SAVED.get(name) or port_counts(name, box.get("text"))
    for what, has, wants in zip(("inlets", "outlets"), declared, wanted, strict=True):
        if wants is not None and has != wants and "patcher" not in box:
            yield f"{box.get('text', name)}: {has} {what}, not {wants}"
    if name.startswith("live.") and not box.get("varname"):
        yield f"{name}: presets cannot find it without a name"


def _nn(box: Box, model: Description) -> tuple[int, int]:
    """Inlets and outlets that nn~ makes: one for each channel, or in mcs.nn~ one for each batch."""
    method = _method(box, model)
    return (1, 1) if called(box) == "mcs.nn~" else (len(method.inputs), len(method.outputs))


def _method(box: Box, model: Description) -> Method:
    """The method that nn~ is given. The buffer is the last number, after the batches in mcs.nn~."""
    words = box["text"].partition("@")[0].split()
    assert words[1] == f"{model.name}.ts" and words[3 : 4 + (words[0] == "mcs.nn~")][:-1] in ([], ["1"])
    buffer = int(words[-1])
    assert 512 <= buffer <= 2048 and buffer & (buffer - 1) == 0
    return model.method(words[2])


def _lines(patcher: dict[str, Any], boxes: dict[str, Box]) -> Iterator[str]:
    """What is wrong with the lines: ends that are not there, and what their ends do not understand."""
    seen: Counter[tuple[str, int, str, int]] = Counter()
    for entry in patcher["lines"]:
        (source, outlet), (target, inlet) = entry["patchline"]["source"], entry["patchline"]["destination"]
        seen[source, outlet, target, inlet] += 1
        if source not in boxes or target not in boxes:
            yield f"a line from {source} to {target}: no such box"
            continue
        come, go = boxes[source], boxes[target]
        where = f"from outlet {outlet} of {called(come)} to inlet {inlet} of {called(go)}"
        if not 0 <= outlet < come["numoutlets"] or not 0 <= inlet < go["numinlets"]:
            yield f"a line {where}: not there"
        elif not _understood(come, outlet, go, inlet):
            yield f"a line {where}: not understood"
    yield from (f"a line {line}: {count} times" for line, count in seen.items() if count > 1)


def _understood(come: Box, outlet: int, go: Box, inlet: int) -> bool:
    """Whether what leaves an outlet is something that the inlet takes."""
    kind, name = (come.get("outlettype", [])[outlet:] or [""])[0], called(go)
    if kind == MULTI:
        return name.startswith(("mc.", "mcs.")) or name == "outlet"
    if name in ("nn~", "mcs.nn~", "bpatcher", "outlet") or name.startswith("mc."):
        return True
    accepts, whole = inlet_acceptance(name, inlet)
    if kind == "signal":
        return SIGNAL in accepts or (ANY in accepts and name.endswith("~"))
    return message_compatible(outlet_emits(called(come), outlet), accepts, whole) is not False


def _names(boxes: dict[str, Box]) -> Iterator[str]:
    """Names that nobody sends to or hears, and those that two parameters share."""
    ends: dict[str, set[str]] = {"s": set(), "r": set()}
    for box in boxes.values():
        if called(box) in ends and box["maxclass"] == "newobj":
            ends[called(box)].add(box["text"].split()[1])
    yield from (f"{name}: sent or received, not both" for name in sorted(ends["s"] ^ ends["r"]))
    shared = Counter(box["varname"] for box in boxes.values() if "varname" in box)
    yield from (f"{name}: the name of {count}" for name, count in shared.items() if count > 1)
    for kind in ("inlet", "outlet"):
        those = sorted(
            (box["patching_rect"][0], box["index"]) for box in boxes.values() if called(box) == kind
        )
        if [index for _, index in those] not in ([0] * len(those), list(range(1, len(those) + 1))):
            yield f"{kind}s: Max numbers them from left to right, not {those}"


def _channels(patcher: dict[str, Any], boxes: dict[str, Box], model: Description) -> Iterator[str]:
    """Lines of several channels that have another number of them than their end takes."""
    for entry in patcher["lines"]:
        (source, outlet), (target, _) = entry["patchline"]["source"], entry["patchline"]["destination"]
        if source in boxes and target in boxes and outlet < boxes[source]["numoutlets"]:
            come, go = boxes[source], boxes[target]
            if called(come) in WIDE and called(go) in WIDE:
                gives, takes = _width(come, model)[1], _width(go, model)[0]
                if gives != takes:
                    yield f"{come['text']} gives {gives} channels, {go['text']} takes {takes}"


def _width(box: Box, model: Description) -> tuple[int, int]:
    """Channels that a multichannel object takes and gives."""
    if called(box) == "mcs.nn~":
        method = _method(box, model)
        return len(method.inputs), len(method.outputs)
    count = int(box["text"].split()[1])
    return count, count
