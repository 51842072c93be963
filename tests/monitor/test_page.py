"""The page at all sizes, with what the real engine says."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from plaud_live.control.maps import Map
from plaud_live.monitor.page import BIG_ROWS, KEYS, NO_INSTRUMENT, NOTHING, VIEWS
from plaud_live.monitor.space_map import NOW
from tests.models_for_tests import tiny_file
from tests.monitor.rig import Rig

SIZES = [(80, 24), (160, 50), (240, 67), (100, 30), (40, 12), (20, 5), (7, 2), (1, 1)]


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """Two instruments that move, one with a mark of its own."""
    with pytest.MonkeyPatch.context() as patch:
        made = Rig(tmp_path_factory.mktemp("run"), patch)
        made.type('drone = load("default")', 'lead = load("default")', "clock.quant = 0")
        made.play(0.5)
        made.type("drone.play()", "lead.play()", "drone.z = seq(A.bell, A.choir, every=2, glide=1)")
        made.type("drone.gain = .9", "drone.mark('home')", "lead.z1 = lfo(1/2)")
        for line in ("drone.z = seq(A.bell, A.choir, every=2, glide=1)", "lead.z1 = lfo(1/2)"):
            made.engine.request("entry", text=line)
        made.play(8.0)
        yield made


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_fills_the_terminal_exactly(playing: Rig, width: int, height: int, view: str) -> None:
    page = playing.page(width, height, view)
    assert [cell_len(line) for line in page] == [width] * height


def test_all_is_there_at_80_by_24(playing: Rig) -> None:
    text = "\n".join(playing.page())
    for each in ("92.0 bpm", "cpu 12%", "xruns 0", "▸drone", " lead ", "z7", "latents of drone", "map ", NOW):
        assert each in text
    assert "lead.z1 = lfo(1/2)" in text and KEYS in text
    assert sum(name in text for name in playing.picture.anchors()) >= 12
    level = next(line for line in playing.page() if line.startswith("▸drone"))
    assert "█" in level and "dB" in level and "off" not in level


def test_a_large_terminal_has_large_figures(playing: Rig) -> None:
    page = playing.page(160, BIG_ROWS + 10)
    assert "┏━┓╺━┓" in page[0]  # 92
    text = "\n".join(page)
    assert all(name in text for name in playing.picture.anchors())
    assert "          seq(A.bell, A.choir" in text


def test_map_and_latents_alone(playing: Rig) -> None:
    the_map, latents = "\n".join(playing.page(view="map")), "\n".join(playing.page(view="latents"))
    assert "map " in the_map and "latents of" not in the_map
    assert "latents of" in latents and "near " not in latents


def test_what_moves_a_latent_stands_beside_it(playing: Rig) -> None:
    for mapping, shown in (
        (Map("drone", "z4", "midi/cc0/ch1/nano", "f1"), "z4←f1"),
        (Map("drone", "z4", "midi/cc21/ch1/nano"), "z4←cc21"),
        (Map("drone", "z1", "midi/cc22/ch1/nano"), "noisy←cc22"),
    ):
        playing.prompt.performance.submit((mapping,), "learn")
        playing.tell_state()
        playing.play(0.1)
        assert shown in "\n".join(playing.page())


def test_the_next_instrument_and_back(playing: Rig) -> None:
    playing.picture.next_instrument()
    playing.feed.focus = playing.picture.focus
    playing.play(1.0)
    page = playing.page()
    assert any(line.startswith("▸lead") for line in page)
    assert "latents of lead" in "\n".join(page)
    assert len(playing.picture.path()[0]) > 20
    playing.picture.next_instrument()
    assert playing.picture.focus == "drone"


def test_entries_cannot_command_the_terminal(playing: Rig) -> None:
    playing.engine.request("entry", text="x = '\x1b[31m\x07'\nif x:\n\tprint('二')", by="editor")
    text = "\n".join(playing.page())
    assert "\x1b" not in text and "\x07" not in text and "(editor)" in text
    assert [cell_len(line) for line in playing.page()] == [80] * 24


def test_a_held_parameter_is_said_in_words(playing: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(playing.picture.status["instruments"]["drone"], "held", ["z2"])  # type: ignore[index]
    assert "⚠ drone.z2 held" in "\n".join(playing.page())


@pytest.mark.parametrize("size", [1, 2, 20])
def test_models_of_any_number_of_latents(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path, monkeypatch)
    rig.type(f'tiny = load("{tiny_file(tmp_path, latent_size=size)}")', "clock.quant = 0", "tiny.play()")
    rig.play(2.0)
    for width, height in SIZES:
        for view in VIEWS:
            assert [cell_len(line) for line in rig.page(width, height, view)] == [width] * height
    text = "\n".join(rig.page(view="latents"))
    assert f"z{size - 1} " in text or "more" in text
    the_map = "\n".join(rig.page(view="map")[3:])
    assert "bell" in the_map and "rust" in the_map and NOW in the_map


def test_nothing_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(tmp_path, monkeypatch)
    assert [line.strip() for line in rig.page() if line.strip()] == [NOTHING, KEYS]
    rig.play(1.0)
    assert NO_INSTRUMENT in "\n".join(rig.page())
    rig.prompt.enter('drone = load("default")')
    rig.tell_state()
    rig.play(0.5)
    assert "▸drone" in "\n".join(rig.page())
