"""The files of a model for Pd and Max: those that are kept, how they are written, how they look."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from plaud_live.deploy.description import Description
from plaud_live.deploy.patches import pd, pd_help
from plaud_live.deploy.patches.panel import panel
from plaud_live.deploy.patches.write import patches, write_patches
from plaud_live.surfaces.pd_file import Canvas
from tests.deploy.models import LARGE, MODELS, PLAUD
from tests.deploy.pd_reader import Patch, Rect, everything, read

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = {
    "pd/plaud.pd": "plaud.pd",
    "pd/plaud-help.pd": "plaud-help.pd",
    "max/plaud.maxpat": "max/plaud/patchers/plaud.maxpat",
    "max/plaud.maxhelp": "max/plaud/help/plaud.maxhelp",
}
"""A file of this repository, and which of the written ones it is."""


@pytest.mark.parametrize("kept", KEPT)
def test_what_is_kept_is_what_is_written(kept: str) -> None:
    """The READMEs of pd/ and max/ say how they are written again."""
    assert (ROOT / kept).read_text() == patches(PLAUD)[Path(KEPT[kept])]


def test_the_files_are_where_pd_and_max_look_for_them(tmp_path: Path) -> None:
    written = write_patches(LARGE, tmp_path)
    package = Path("max/night_choir-2")
    assert [path.relative_to(tmp_path) for path in written] == [
        Path("night_choir-2.pd"),
        Path("night_choir-2-help.pd"),
        package / "package-info.json",
        package / "patchers/night_choir-2.maxpat",
        package / "help/night_choir-2.maxhelp",
    ]
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)
    info = json.loads((tmp_path / package / "package-info.json").read_text())
    assert info["name"] == "night_choir-2" and info["max_version_min"] == "8.0.2"


def test_a_disk_that_refuses_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plaud.pd").write_text("mine")

    def full(path: Path, text: str, encoding: str) -> int:
        path.write_bytes(text.encode(encoding)[:100])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        write_patches(PLAUD, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["plaud.pd"]
    assert (tmp_path / "plaud.pd").read_text() == "mine"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "max").write_text("mine")
    with pytest.raises(OSError, match="max"):
        write_patches(PLAUD, tmp_path)


def test_latents_begin_at_their_home_within_the_sliders() -> None:
    controls = panel(LARGE).latents
    assert controls[0].start == 0.0 and controls[-1].start == 1.0
    assert controls[3].names == ("z3", "pitch") and controls[3].label == "z3 pitch"
    assert all((control.low, control.high) == (0, 1) for control in controls)


def over(one: Rect, other: Rect) -> bool:
    (a, b, c, d), (e, f, g, h) = one, other
    return a < e + g and e < a + c and b < f + h and f < b + d


def over_another(patch: Patch) -> list[tuple[str, str]]:
    """Boxes that lie over each other; titles are grounds for others."""
    boxes = [(rect, " ".join(words)) for _, rect, words in patch.boxes if words[0] != "cnv"]
    return [(a, b) for (one, a), (other, b) in combinations(boxes, 2) if over(one, other)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_nothing_of_the_pd_patches_lies_over_another(model: Description) -> None:
    for text in (pd.write(model), pd_help.write(model)):
        for patch in everything(read(text)):
            assert over_another(patch) == [], patch.name
            width, height = patch.size
            for _, (x, y, w, h), words in patch.boxes:
                assert min(x, y) >= 0 and x + w <= width and y + h <= height, (patch.name, words)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_what_other_patches_see_are_all_controls_and_nothing_else(model: Description) -> None:
    top = read(pd.write(model))
    assert top.shown is not None
    seen = [words for _, rect, words in top.boxes if over(rect, top.shown)]
    kinds = [words[0] for words in seen]
    shown = panel(model)
    sliders = [c for c in shown.controls if not c.typed and not c.is_switch]
    assert kinds.count("hsl") == len(sliders) and kinds.count("vu") == model.channels
    assert set(kinds) <= {"hsl", "tgl", "bng", "cnv", "vu", "5", "6"}
    x, y, width, height = top.shown
    for _, (a, b, c, d), words in top.boxes:
        if words in seen:
            assert x <= a and a + c <= x + width and y <= b and b + d <= y + height, words


def test_a_box_over_another_is_seen() -> None:
    patch = Canvas(400, 300)
    patch.obj(10, 10, "s", "$0-message")
    patch.obj(90, 10, "inlet")
    assert over_another(read(patch.lines + "\n")) == [("s \\$0-message", "inlet")]
