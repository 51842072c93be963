"""Patches for Max: whole, by another hand's knowledge of Max; every message goes where it is meant to."""

import json
from collections.abc import Callable
from copy import deepcopy
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from py2max import Patcher
from py2max.lint import has_errors, lint

from plaud_live.deploy.description import Description
from plaud_live.deploy.patches import maxhelp, maxpat
from plaud_live.deploy.patches.panel import OSC_PORT, panel
from tests.deploy.max_runner import Runner
from tests.deploy.max_validator import called, problems
from tests.deploy.models import LARGE, MODELS, PLAUD

Patch = dict[str, Any]


def object_of(model: Description) -> Patch:
    return dict(json.loads(maxpat.write(model))["patcher"])


def help_of(model: Description) -> Patch:
    return dict(json.loads(maxhelp.write(model))["patcher"])


def problems_of_help(model: Description, patch: Patch) -> list[str]:
    return problems(patch, model, {f"{model.name}.maxpat": object_of(model)})


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_patches_are_whole(model: Description, tmp_path: Path) -> None:
    assert problems(object_of(model), model) == []
    assert problems_of_help(model, help_of(model)) == []
    for text in (maxpat.write(model), maxhelp.write(model)):
        (tmp_path / "it.maxpat").write_text(text)
        assert not has_errors(lint(Patcher.from_file(tmp_path / "it.maxpat")))


def the(patch: Patch, name: str) -> Patch:
    """The first box of an object."""
    return next(entry["box"] for entry in patch["boxes"] if called(entry["box"]) == name)


def line_to(patch: Patch, name: str) -> Patch:
    """The first line that ends in an object."""
    box = the(patch, name)["id"]
    lines = (entry["patchline"] for entry in patch["lines"])
    return next(line for line in lines if line["destination"][0] == box)


BREAKS: dict[str, tuple[Callable[[Patch], Any], str]] = {
    "a box is gone": (lambda p: p["boxes"].remove({"box": the(p, "line~")}), "no such box"),
    "two boxes of one id": (lambda p: p["boxes"].append({"box": the(p, "line~")}), "no id of their own"),
    "an outlet too many": (lambda p: line_to(p, "line~")["source"].__setitem__(1, 7), "not there"),
    "an inlet too many": (lambda p: line_to(p, "clip~")["destination"].__setitem__(1, 3), "not there"),
    "a line twice": (lambda p: p["lines"].append(p["lines"][0]), "2 times"),
    "no such object": (lambda p: the(p, "line~").update(text="lime~"), "lime~: no such object"),
    "an inlet less": (lambda p: the(p, "mc.pack~").update(text="mc.pack~ 7"), "8 inlets, not 7"),
    "channels for another model": (
        lambda p: the(p, "mc.pack~").update(text="mc.pack~ 9", numinlets=9),
        "mc.pack~ 9 gives 9 channels",
    ),
    "outlets without types": (lambda p: the(p, "dspstate~").update(outlettype=[]), "4 outlets, 0 types"),
    "channels into one": (
        lambda p: p["lines"].append(
            {"patchline": {"source": [the(p, "mcs.nn~")["id"], 0], "destination": [the(p, "*~")["id"], 0]}}
        ),
        "from outlet 0 of mcs.nn~ to inlet 0 of *~: not understood",
    ),
    "sound into a number": (
        lambda p: p["lines"].append(
            {
                "patchline": {
                    "source": [the(p, "clip~")["id"], 0],
                    "destination": [the(p, "live.numbox")["id"], 0],
                }
            }
        ),
        "of clip~ to inlet 0 of live.numbox: not understood",
    ),
    "nobody hears": (
        lambda p: the(p, "s").update(text="s #0_nobody"),
        "#0_nobody: sent or received, not both",
    ),
    "two of one name": (lambda p: the(p, "live.toggle").update(varname="z0"), "z0: the name of 2"),
    "inlets in another order": (lambda p: the(p, "inlet").update(index=2), "from left to right"),
    "another method": (
        lambda p: the(p, "mcs.nn~").update(text="mcs.nn~ plaud.ts encode 1 2048"),
        "encode 1 2048 takes 1",
    ),
    "no size": (lambda p: the(p, "preset")["presentation_rect"].__setitem__(2, 0), "presentation_rect"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_validator_refuses_what_is_broken(name: str) -> None:
    patch = deepcopy(object_of(PLAUD))
    breaks, said = BREAKS[name]
    breaks(patch)
    assert any(said in line for line in problems(patch, PLAUD)), problems(patch, PLAUD)


def test_the_validator_looks_into_embedded_patches() -> None:
    patch = help_of(PLAUD)
    the(patch, "bpatcher").update(numoutlets=2, outlettype=["signal", "signal"])
    assert "bpatcher: 2 outlets, not 1" in problems_of_help(PLAUD, patch)


def test_another_hands_patch_passes_the_validator() -> None:
    """py2max writes its own files, with inlets and outlets by its own tables."""
    other = Patcher("other.maxpat")
    tone, gain, out = (other.add_textbox(text) for text in ("cycle~ 220", "*~ 0.1", "dac~ 1 2"))
    other.add_line(tone, gain)
    other.add_line(gain, out)
    other.add_line(gain, out, inlet=1)
    assert problems(other.to_dict()["patcher"]) == []


def messages(model: Description, name: str) -> list[tuple[str, ...]]:
    """A name as it may be called: to the inlet, and by OSC."""
    return [(name,), (f"/{model.name}/{name}",), (f"/{name}",)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_message_moves_its_control_and_reaches_the_model(model: Description) -> None:
    runner, shown = Runner(object_of(model)), panel(model)
    for place, control in enumerate(shown.latents):
        for word in (word for name in control.names for word in messages(model, name)):
            assert runner.tell(*word, 0.25) == {
                ("mc.pack~", place): (0.25, 20.0),
                ("udpsend", 0): (f"/{model.name}/{control.key}", 0.25),
            }
    for control in shown.attributes:
        value = control.high
        for word in messages(model, control.key):
            assert runner.tell(*word, value) == {
                ("mcs.nn~", 0): ("set", control.key, value),
                ("udpsend", 0): (f"/{model.name}/{control.key}", value),
            }


def test_other_messages_go_where_they_are_meant_to() -> None:
    runner = Runner(object_of(PLAUD))
    assert runner.tell("gain", 0.75)["*~", 1] == (0.75, 20)
    assert runner.tell("port", 9300) == {("udpreceive", 0): ("port", 9300)}
    assert runner.tell("preset", "store", 3) == {("pattrstorage", 0): ("store", 3)}
    assert runner.tell("z9", 1.0) == {("print", 0): ("z9", 1.0)}
    several = runner.tell("z", 0.125, 0.25, 0.5)
    assert [several["mc.pack~", place][0] for place in range(3)] == [0.125, 0.25, 0.5]
    assert ("mc.pack~", 3) not in several
    runner.tell("ramp", 500.0)
    assert runner.tell("z1", 1.0)["mc.pack~", 1] == (1.0, 500.0)
    for latent, place in zip(panel(PLAUD).latents, range(8), strict=True):
        assert runner.tell("home")["mc.pack~", place] == (latent.start, 500.0)


def test_everything_is_at_its_beginning_when_the_patch_opens() -> None:
    shown = panel(PLAUD)
    runner = Runner(object_of(PLAUD))
    runner.open()
    assert set(runner.set) == {(control.key, control.start) for control in shown.attributes}


def test_it_listens_for_osc() -> None:
    assert the(object_of(PLAUD), "udpreceive")["text"] == f"udpreceive {OSC_PORT}"


def overlapping(rects: list[tuple[float, float, float, float]]) -> list[Any]:
    return [
        (one, other)
        for one, other in combinations(rects, 2)
        if one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_nothing_lies_over_another(model: Description) -> None:
    patch, opened = object_of(model), help_of(model)
    _, _, width, height = patch["rect"]
    shown = [e["box"]["presentation_rect"] for e in patch["boxes"] if "presentation_rect" in e["box"]]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in shown)
    for rects in (shown, *([e["box"]["patching_rect"] for e in p["boxes"]] for p in (patch, opened))):
        assert overlapping(rects) == []


def test_all_that_is_played_has_a_place_in_the_presentation() -> None:
    boxes = [entry["box"] for entry in object_of(LARGE)["boxes"]]
    seen = {box["varname"] for box in boxes if "presentation_rect" in box and "varname" in box}
    assert seen == {control.key for control in panel(LARGE).controls}
    hints = {box["varname"]: box["hint"] for box in boxes if "hint" in box}
    assert hints == {control.key: control.help for control in panel(LARGE).controls}
