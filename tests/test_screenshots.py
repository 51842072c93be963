"""The pictures of the README: there, small, whole, and without anything to be fetched from elsewhere."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 300_000
SIZES = {"surface.png": (1280, 800), "phone.png": (585, 1266)}
SHOWN = {
    "prompt.svg": ("drone.play", "did you mean", "in ", "cpu", "♩"),
    "monitor.svg": ("latents of drone", "map ", "entered", "rms", "choir", "q leaves"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_shows_what_it_should(name: str) -> None:
    path = ROOT / "screenshots" / name
    assert path.stat().st_size < MOST_BYTES
    root = ElementTree.parse(path).getroot()
    text = "".join(root.itertext()).replace("\u00a0", " ")
    for each in SHOWN[name]:
        assert each in text
    source = path.read_text("utf-8")
    assert not re.search(r"@font-face|url\(['\"]?http|href=|<script", source)
    assert not re.search(r"[\u2801-\u28ff]", source)  # dots are drawn: few fonts have them as wide as letters


@pytest.mark.parametrize("name", SIZES)
def test_a_picture_of_the_surface_is_small_and_whole(name: str) -> None:
    data = (ROOT / "screenshots" / name).read_bytes()
    assert len(data) < MOST_BYTES and data.startswith(b"\x89PNG\r\n") and data.endswith(b"IEND\xaeB`\x82")
    assert (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) == SIZES[name]


def test_the_readme_shows_them_with_words_for_who_cannot_see() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(screenshots/([a-z]+\.(?:svg|png))\)", readme)
    there = {path.name for path in (ROOT / "screenshots").iterdir()}
    assert {name for _, name in shown} == {*SHOWN, *SIZES} == there
    assert all(len(words) > 40 for words, _ in shown)
