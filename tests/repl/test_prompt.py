"""The keys of the prompt, pressed through prompt_toolkit's own pipe, without a terminal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from plaud_live.repl.desk import Desk
from plaud_live.repl.prompt import HeldLines, Screen
from tests.repl.silent import SilentEngine

PATIENCE = 20.0
"""Seconds; only a failure waits so long."""

UP, F1, F2, F8, F9, F12 = "\x1b[A", "\x1bOP", "\x1bOQ", "\x1b[19~", "\x1b[20~", "\x1b[24~"
CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"


class Output(DummyOutput):
    """Draws nothing, 80 by 24."""

    def get_size(self) -> Size:
        return Size(rows=24, columns=80)


class Player:
    """Presses keys, and waits for what comes of it."""

    def __init__(
        self, press: Callable[[str], None], desk: Desk, engine: SilentEngine, lines: list[str]
    ) -> None:
        self.press, self.desk, self.engine, self.lines = press, desk, engine, lines

    def type(self, text: str) -> None:
        self.press(text + ENTER)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)

    async def shows(self, text: str) -> None:
        await self.until(lambda: any(text in line for line in self.lines))

    def source(self, parameter: str) -> str:
        return self.engine.conductor.state.instruments["drone"].sources[parameter].text


@asynccontextmanager
async def playing(write: Callable[[str], object] = lambda line: None) -> AsyncIterator[Player]:
    """A screen with `drone` loaded; it must end by itself or by Ctrl-D. `write` is handed its lines, too."""
    engine, lines = SilentEngine(), []

    def show(line: str) -> None:
        lines.append(line)
        if ready:
            write(line)

    ready = False
    desk = Desk(engine, engine.snapshot, show)
    desk.enter('drone = load("default")', remember=False).result(PATIENCE)
    lines.clear()
    ready = True
    with create_pipe_input() as keys:
        player = Player(keys.send_text, desk, engine, lines)
        running = asyncio.create_task(Screen(desk, keys, Output()).run())
        try:
            yield player
            player.press(CTRL_C + CTRL_D + "y" + ENTER)
            async with asyncio.timeout(PATIENCE):
                await running
        finally:
            running.cancel()
            desk.close()


def test_a_line_is_run_and_its_value_shown() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.type("drone.gain = .5; 1 + 1")
            await player.shows("2")
            assert player.source("gain") == "0.5"
            assert player.desk.history.entries() == ["drone.gain = .5; 1 + 1"]

    asyncio.run(scenario())


def test_a_block_goes_on_until_an_empty_line() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.type("def f(n):")
            player.type("return n + 40")
            player.press(ENTER)
            player.type("f(2)")
            await player.shows("42")

    asyncio.run(scenario())


def test_a_paste_is_one_entry_and_a_huge_one_is_refused() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.press("\x1b[200~x = 1\r\nif x:\r\n    x = 7\r\nx\x1b[201~" + ENTER)
            await player.shows("7")
            await asyncio.to_thread(player.press, "\x1b[200~" + "y" * 300_000 + "\x1b[201~")
            await player.shows("more than 100 kB is too long")

    asyncio.run(scenario())


def test_control_c_cancels_what_runs_or_clears_the_line() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.type("while True: pass")
            await player.until(lambda: player.desk.busy)
            player.press(CTRL_C)
            await player.shows("cancelled")
            player.press("nonsense" + CTRL_C)
            player.type("5 + 5")
            await player.shows("10")
            assert not any("nonsense" in line for line in player.lines)

    asyncio.run(scenario())


def test_keys_act_while_an_entry_runs() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.type("drone.play()")
            await player.until(lambda: player.source("level") == "play")
            player.type("while True: pass")
            await player.until(lambda: player.desk.busy)
            player.press(F9)
            await player.until(lambda: player.source("level") == "hush")
            player.press(F8)
            await player.until(lambda: player.source("level") == "play")
            player.press(F12)
            await player.until(lambda: player.source("level") == "panic")
            assert player.desk.busy
            player.press(CTRL_C)
            await player.shows("cancelled")

    asyncio.run(scenario())


def test_recall_brings_accepted_lines_first_and_f2_the_refused_one() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.type("6*7")
            await player.shows("42")
            player.type("6*nothing")
            await player.shows("there is no 'nothing'")
            player.press(UP + "+1" + ENTER)
            await player.shows("43")
            player.press(F2 + "\x7f" * len("nothing") + "8" + ENTER)
            await player.shows("48")

    asyncio.run(scenario())


def test_leaving_is_asked_for() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.type("exit()")
            await player.until(player.desk.leaving.is_set)
            player.type("n")
            await player.until(lambda: not player.desk.leaving.is_set())
            player.type("3*3")
            await player.shows("9")

    asyncio.run(scenario())


def test_f1_says_what_the_word_at_the_cursor_is() -> None:
    async def scenario() -> None:
        async with playing() as player:
            player.press("drone.gain" + F1)
            await player.until(lambda: "0.75 is 0 dB" in player.desk.toolbar(80))

    asyncio.run(scenario())


@pytest.mark.parametrize("width", [20, 80])
def test_the_notice_counts_down_then_gives_way_to_the_keys(width: int) -> None:
    engine = SilentEngine()
    desk = Desk(engine, engine.snapshot, lambda line: None)
    desk.enter('drone = load("default")').result(PATIENCE)
    engine.position = 44100
    desk.enter("drone(z=A.bell, at=4)").result(PATIENCE)
    beat = 92 / 60
    assert desk.toolbar(width).startswith(f" ⟶ drone.z→bell in {4 - beat:.1f}b"[: width - 1])
    engine.position = round(44100 * 6 / beat)
    assert desk.toolbar(width).startswith(" ✓ drone.z→bell")
    engine.position = round(44100 * 40 / beat)
    assert desk.toolbar(width).startswith(" F1 help")
    desk.close()


def test_a_hint_gives_way_to_the_next_launch() -> None:
    engine = SilentEngine()
    desk = Desk(engine, engine.snapshot, lambda line: None)
    desk.enter('drone = load("default")').result(PATIENCE)
    desk.enter("drone.z0 = .3").result(PATIENCE)
    desk.hint("tap 2")
    assert desk.toolbar(80).startswith(" tap 2")
    desk.enter("drone.z0 = .3").result(PATIENCE)
    assert desk.toolbar(80).startswith(" ⟶ drone.z0→0.3") or desk.toolbar(80).startswith(" ✓ drone.z0→0.3")
    desk.close()


def test_lines_wait_while_they_are_held() -> None:
    shown: list[str] = []
    lines = HeldLines(shown.append)
    lines.write("before")
    lines.hold()
    lines.write("first")
    lines.hold()
    lines.write("second")
    assert shown == ["before"]
    lines.release()
    lines.write("after")
    lines.release()
    assert shown == ["before", "first", "second", "after"]


def test_what_an_entry_shows_comes_below_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs from the Enter key, while its line is not drawn yet."""
    seen: list[str] = []
    end = PromptSession.prompt_async

    async def prompt_async(session: PromptSession[str], *args: Any, **more: Any) -> str:
        text: str = await end(session, *args, **more)
        seen.append(f"> {text}")
        return text

    monkeypatch.setattr(PromptSession, "prompt_async", prompt_async)

    async def scenario() -> None:
        async with playing(seen.append) as player:
            player.type("6*7")
            player.type("6*8")
            await player.until(lambda: "48" in seen)
            assert seen == ["> 6*7", "42", "> 6*8", "48"]

    asyncio.run(scenario())
