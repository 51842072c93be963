"""The files: the same as those that are kept, whole, and what their programs ask of them."""

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from plaud_live import cli
from plaud_live.surfaces import maxpat, open_stage_control, touchosc
from plaud_live.surfaces.arguments import PROGRAMS
from plaud_live.surfaces.layout import layout
from plaud_live.surfaces.pd_file import atom
from plaud_live.surfaces.write import PROGRAMS as WRITERS
from plaud_live.surfaces.write import write_surfaces
from tests.surfaces.readers import (
    INFO,
    LAYOUT,
    Sent,
    read_max,
    read_open_stage_control,
    read_touchosc,
)
from tests.surfaces.test_layout import BARE

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = {"pd": "pd", "max": "max"}
"""Program to the folder of this repository that has its files; `surfaces` has the others."""


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_kept_is_what_is_written(program: str, tmp_path: Path) -> None:
    """`plaud-live surfaces default pd --only pd` writes pd/ again, and so on: the README says how."""
    for path in write_surfaces(LAYOUT, tmp_path, [program]):
        kept = ROOT / KEPT.get(program, "surfaces") / path.name
        if path.suffix == ".tosc":  # how zlib packs differs between its versions
            assert zlib.decompress(path.read_bytes()) == zlib.decompress(kept.read_bytes())
        else:
            assert path.read_text() == kept.read_text()


def test_the_command_knows_every_program() -> None:
    assert tuple(WRITERS) == PROGRAMS


def test_the_command_writes_for_a_model_and_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--name", "bass", "--host", "192.168.1.20", "--port", "9200", "--over", "8"]
    assert cli.main(["surfaces", "default", str(tmp_path), *words]) == 0
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(name for files in WRITERS.values() for name in files)
    assert capsys.readouterr().out.split() == [
        str(tmp_path / name) for files in WRITERS.values() for name in files
    ]
    patch = (tmp_path / "osc-control.pd").read_text()
    assert "connect 192.168.1.20 9200" in patch and "plaud inst bass" in patch and "drone plays" not in patch


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--name", "a/b"], "'a/b' cannot name an instrument"),
        (["--port", "70000"], "--port 70000: wants 1 to 65535"),
        (["--over", "-1"], "--over -1: wants 0 to 1000 beats"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["surfaces", "default", str(tmp_path / "new"), *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_max, maxpat.write(LAYOUT)),
        (read_open_stage_control, open_stage_control.write(LAYOUT)),
        (read_touchosc, touchosc.write(LAYOUT)),
    ],
)
def test_every_control_is_there_and_sends_what_is_meant(
    read: Callable[[Any], Iterator[Sent]], text: str | bytes
) -> None:
    sent = {(each.address, each.low, each.high) for each in read(text)}
    faders = {(f.address, (f.low,), (f.high,)) for f in LAYOUT.faders}
    assert faders <= sent
    assert {(b.address, b.arguments, b.arguments) for b in LAYOUT.buttons} <= sent
    others = {address for address, _, _ in sent} - {
        each.address for each in (*LAYOUT.faders, *LAYOUT.buttons)
    }
    assert others <= {"/plaud/notify"}


def test_a_model_without_anchors_has_surfaces_too(tmp_path: Path) -> None:
    assert len(write_surfaces(layout(BARE, "bass"), tmp_path)) == 6


def test_wires_of_the_max_patch_go_from_outlets_to_inlets() -> None:
    patcher = json.loads(maxpat.write(LAYOUT))["patcher"]
    boxes = {entry["box"]["id"]: entry["box"] for entry in patcher["boxes"]}
    assert len(boxes) == len(patcher["boxes"])
    for box in boxes.values():
        assert len(box.get("outlettype", [])) == box["numoutlets"]
    seen = Counter()
    for entry in patcher["lines"]:
        line = entry["patchline"]
        (source, outlet), (target, inlet) = line["source"], line["destination"]
        assert outlet < boxes[source]["numoutlets"] and inlet < boxes[target]["numinlets"]
        seen[source, outlet, target, inlet] += 1
    assert set(seen.values()) == {1}


def test_nothing_of_the_max_surface_lies_over_another() -> None:
    patcher = json.loads(maxpat.write(LAYOUT))["patcher"]
    rects = [e["box"]["presentation_rect"] for e in patcher["boxes"] if "presentation_rect" in e["box"]]
    _, _, width, height = patcher["rect"]
    for place, (x, y, w, h) in enumerate(rects):
        assert x + w <= width and y + h <= height
        for a, b, c, d in rects[:place]:
            assert x >= a + c or a >= x + w or y >= b + d or b >= y + h, (rects[place], (a, b, c, d))


def test_widgets_of_open_stage_control_have_names_of_their_own() -> None:
    """Widgets of one name would be clones of each other."""
    names = Counter()

    def count(widget: dict[str, Any]) -> None:
        names[widget["id"]] += 1
        for inner in widget.get("widgets", []):
            count(inner)

    count(json.loads(open_stage_control.write(LAYOUT))["content"])
    assert set(names.values()) == {1}


def test_controls_of_touchosc_lie_within_the_document() -> None:
    root = ElementTree.fromstring(zlib.decompress(touchosc.write(LAYOUT))).find("node")
    assert root is not None
    identities = [node.get("ID") for node in root.iter("node")]
    assert len(identities) == len(set(identities))
    frames = []
    for node in root.iter("node"):
        frame = next(p.find("value") for p in node.iter("property") if p.findtext("key") == "frame")
        assert frame is not None
        frames.append([float(frame.findtext(key) or "nan") for key in "xywh"])
    _, _, width, height = frames[0]
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in frames)


@pytest.mark.parametrize(
    ("value", "written"), [(0.5, "0.5"), (96.0, "96"), ("$0-z0", r"\$0-z0"), ("a b;c,d", r"a\ b\;c\,d")]
)
def test_what_pd_would_act_on_is_escaped(value: float | str, written: str) -> None:
    assert atom(value) == written


def test_the_layout_is_of_the_model_that_is_kept() -> None:
    assert LAYOUT.model == INFO.name == "default"
