"""The program in Textual's own test terminal, fed by the real engine."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from plaud_live import cli
from plaud_live.errors import SessionError
from plaud_live.monitor import app
from plaud_live.monitor.app import Monitor
from plaud_live.monitor.page import KEYS, NOTHING
from plaud_live.monitor.rows import plain
from plaud_live.monitor.stage import STYLES, Stage
from tests.monitor.rig import Rig


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """Two instruments."""
    made = Rig(tmp_path, monkeypatch)
    made.type('drone = load("default")', 'lead = load("default")', "clock.quant = 0", "drone.play()")
    return made


def watch(rig: Rig, size: tuple[int, int], story: Callable[[Monitor, Pilot[None]], Awaitable[None]]) -> None:
    """Run the program, headless and without its own ear, after the engine has played for a while."""

    async def run() -> None:
        monitor = Monitor(None)
        monitor.picture = rig.picture
        monitor._pages = rig.pages
        async with monitor.run_test(size=size) as pilot:
            rig.play(2.0)
            monitor.draw()
            await pilot.pause()
            await story(monitor, pilot)

    asyncio.run(run())


def seen(monitor: Monitor) -> str:
    """The text on the terminal, as Textual composed it."""
    strips = monitor.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in strips)


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (240, 67), (30, 8)])
def test_what_is_drawn_is_what_is_seen(rig: Rig, size: tuple[int, int]) -> None:
    async def story(monitor: Monitor, pilot: Pilot[None]) -> None:
        rows = [plain(row) for row in monitor.query_one(Stage).rows]
        assert seen(monitor) == "\n".join(rows)
        assert len(rows) == size[1] and "drone" in rows[1] + rows[3]

    watch(rig, size, story)


def test_keys(rig: Rig) -> None:
    async def story(monitor: Monitor, pilot: Pilot[None]) -> None:
        for key, there, gone in (
            ("m", "map ", "latents of"),
            ("l", "latents of drone", "near "),
            ("l", "near ", "leave\n"),
            ("h", "leave", "latents of"),
            ("escape", "latents of drone", "leave\n"),
            ("tab", "latents of lead", "latents of drone"),
            ("tab", "latents of drone", "latents of lead"),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert there in seen(monitor), key
            assert gone not in seen(monitor), key
        await pilot.press("q")
        await pilot.pause()
        assert monitor._exit

    watch(rig, (80, 24), story)


def test_the_page_follows_the_terminal(rig: Rig) -> None:
    async def story(monitor: Monitor, pilot: Pilot[None]) -> None:
        for width, height in ((160, 50), (40, 10), (80, 24)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            monitor.draw()
            await pilot.pause()
            lines = seen(monitor).split("\n")
            assert (len(lines), len(lines[0])) == (height, width)
            assert lines[-1].strip() in KEYS

    watch(rig, (80, 24), story)


def test_only_what_changed_is_sent(rig: Rig) -> None:
    async def story(monitor: Monitor, pilot: Pilot[None]) -> None:
        stage = monitor.query_one(Stage)
        before = list(stage._strips)
        rows = list(stage.rows)
        rows[5] = [("x" * 80, "bold")]
        stage.show(rows)
        assert [i for i, strip in enumerate(stage._strips) if strip is not before[i]] == [5]

    watch(rig, (80, 24), story)


def test_without_colours_nothing_is_lost(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR no style on the terminal has a colour; the text is the same."""
    monkeypatch.setenv("NO_COLOR", "1")

    async def story(monitor: Monitor, pilot: Pilot[None]) -> None:
        assert monitor.no_color
        for strip in monitor.screen._compositor.render_strips():
            for _, style, _ in strip.apply_filter(monitor._filters[-1], monitor.background_colors[1]):
                for colour in (style.color, style.bgcolor) if style else ():
                    assert colour is None or colour.is_default

    watch(rig, (80, 24), story)


def test_colours_are_those_of_the_terminal() -> None:
    for style in STYLES.values():
        assert style.color is None or style.color.number in range(16)
        assert style.bgcolor is None


def test_nothing_plays(tmp_path: Path) -> None:
    async def run() -> None:
        monitor = Monitor(tmp_path / "engine.sock")
        async with monitor.run_test(size=(80, 24)) as pilot:
            monitor.draw()
            await pilot.pause()
            assert NOTHING in seen(monitor)

    asyncio.run(run())


def test_without_textual_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "plaud_live.monitor.app")
    monkeypatch.setitem(sys.modules, "textual", None)
    monkeypatch.setitem(sys.modules, "textual.app", None)
    assert cli.main(["monitor"]) == 2
    assert capsys.readouterr().err == (
        "plaud-live: monitor needs textual, which is not installed — pip install 'plaud-live[monitor]'\n"
    )


def test_without_a_terminal_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nowhere:
        monkeypatch.setattr(app.sys, "__stdin__", nowhere)
        with pytest.raises(SessionError, match="terminal"):
            app.run(tmp_path / "engine.sock")
