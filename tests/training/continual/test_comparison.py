"""The figures of a child beside its parent: one line, and JSON that anything can read."""

import json
import math
from dataclasses import replace
from pathlib import Path

from plaud_live.training.continual.comparison import FILE, Comparison

KNOWN = Comparison(
    parent="drone", parent_digest="a" * 64, child="drone_2", child_digest="b" * 64, how="continual",
    minutes=4.0, steps=1500, new_before=2.5, new_after=1.5, old_before=1.6, old_after=1.632,
    anchors=(("bell", 0.25), ("rust", 0.75)), anchor_frames_db=0.6, latents=(0.01, 0.03), cost=1.0,
)  # fmt: skip


def test_the_line_says_all() -> None:
    assert KNOWN.line() == (
        "drone_2: new 2.50 → 1.50, old 1.60 → 1.63 (+2.0 %), anchors moved 0.5 dB, rust most, 0.8, "
        "latents 0.020, cost ×1.00"
    )


def test_what_is_not_known_is_said_and_is_null(tmp_path: Path) -> None:
    unknown = replace(KNOWN, old_before=math.nan, old_after=math.nan, anchors=(), latents=())
    assert "old not known (drone has no memory)" in unknown.line()
    assert "nan" not in unknown.line()
    data = json.loads(unknown.write(tmp_path).read_text())
    assert (data["old_after"], data["anchor_db"], data["latents"]) == (None, None, [])


def test_the_file_has_every_field(tmp_path: Path) -> None:
    data = json.loads(KNOWN.write(tmp_path).read_text())
    assert (tmp_path / FILE).exists()
    assert data["anchors"] == {"bell": 0.25, "rust": 0.75}
    assert data["anchor_db"] == 0.5
    assert data["line"] == KNOWN.line()
