"""The pictures of the README: there, small, whole, and without anything to be fetched from elsewhere."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 300_000
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


def test_the_readme_shows_them_with_words_for_who_cannot_see() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(screenshots/([a-z]+\.svg)\)", readme)
    assert {name for _, name in shown} == set(SHOWN) == {p.name for p in (ROOT / "screenshots").iterdir()}
    assert all(len(words) > 40 for words, _ in shown)
