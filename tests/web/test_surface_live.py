"""The surface in a real browser, at the real instrument: fingers on it, and processes killed behind it."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plaud_live.control.plane import anchor_places, plane_of
from plaud_live.control.state import State
from tests.playing import Playing
from tests.processes import wait_for
from tests.web.chrome import LYING, PHONE, TABLET, Page, browser, find_browser

pytestmark = pytest.mark.slow

START_SECONDS = 240.0
"""On a machine that never ran it, Numba compiles every kernel."""

SETTLED = 0.02
"""Of a latent: what is shown has three decimals, and a finger is on a whole pixel."""

DEAD_PX = 4
"""A finger moves so far before it moves a fader: see fader.js."""


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    """A drone that stands still, a web process beside it, and a warm standby."""
    if find_browser() is None:
        pytest.skip("needs chromium: apt install chromium")
    started = Playing(
        tmp_path_factory.mktemp("surface"),
        engine="plaud_live.engine.process",
        prompt="plaud_live.repl.main",
        plain=True,
        osc_port=0,
        block_size=256,
        web=0,
    )
    wait_for(lambda: started.instance.get("prompt"), "the prompt opens", START_SECONDS)
    started.type("clock.quant = 0")
    wait_for(lambda: started.instance.get("standby"), "a standby is warm", START_SECONDS)
    yield started
    started.close()


@pytest.fixture(autouse=True)
def fresh(playing: Playing) -> None:
    """It plays, in the middle."""
    playing.type("drone(z=[.5]*8, gain=.75); drone.play()")
    wait_for(lambda: is_at(playing, [0.5] * 8) and level(playing) > 0.0, "drone plays in the middle")


def status(playing: Playing) -> dict[str, Any]:
    client = playing.client()
    try:
        return client.request("status")
    finally:
        client.close()


def state(playing: Playing) -> State:
    client = playing.client()
    try:
        return State.from_data(client.request("hello")["state"])
    finally:
        client.close()


def place(playing: Playing) -> np.ndarray:
    return np.array(status(playing)["instruments"]["drone"]["z"])


def is_at(playing: Playing, z: Any) -> bool:
    return bool(np.allclose(place(playing), z, atol=SETTLED))


def level(playing: Playing) -> float:
    return float(status(playing)["instruments"]["drone"]["peak"])


@contextlib.asynccontextmanager
async def surface(playing: Playing, size: tuple[int, int] = TABLET) -> AsyncIterator[Page]:
    async with browser() as new:
        page = await new()
        await page.open(playing.instance["web"], size)
        await page.wait("document.querySelector('.fader output').textContent")
        yield page
        assert page.errors == []


def fader(name: str) -> str:
    return f".fader[aria-label={name}]"


BRIGHT = fader("bright")
"""The first latent of the built-in model."""


async def value(page: Page, name: str) -> float:
    return float(await page.run(f"document.querySelector('{fader(name)}').getAttribute('aria-valuenow')"))


async def steady(page: Page, name: str) -> float:
    """What a fader shows once it has arrived at a signal that is slow."""
    before = await value(page, name)
    while True:
        await asyncio.sleep(0.1)
        now = await value(page, name)
        if abs(now - before) < 0.01:
            return now
        before = now


async def until(condition: Any, what: str) -> None:
    """As `wait_for`, while the browser goes on."""
    await asyncio.get_running_loop().run_in_executor(None, wait_for, condition, what)


def test_two_fingers_move_two_faders_and_neither_jumps(playing: Playing) -> None:
    async def test() -> None:
        async with surface(playing) as page:
            await page.wait(f"document.querySelector('{BRIGHT}').getAttribute('aria-valuenow') == .5")
            (x0, y), (x3, _) = [await page.middle(f"{fader(name)} .track") for name in ("bright", "z3")]
            high = await page.run("document.querySelector('.fader .track').clientHeight")
            await page.touch("touchStart", [(x0, y - 150)])  # where it is not
            await page.touch("touchStart", [(x0, y - 150), (x3, y + 100)])
            await asyncio.sleep(0.3)
            assert is_at(playing, [0.5] * 8)
            for step in range(1, 11):
                await page.touch("touchMove", [(x0, y - 150 - 8 * step), (x3, y + 100 + 10 * step)])
            wanted = [0.5 + (80 - DEAD_PX) / high, 0.5 - (100 - DEAD_PX) / high]
            found = [await value(page, "bright"), await value(page, "z3")]
            assert found == pytest.approx(wanted, abs=SETTLED)
            await page.touch("touchEnd", [])
            expected = [wanted[0], 0.5, 0.5, wanted[1], *[0.5] * 4]
            await until(lambda: is_at(playing, expected), "the engine is where the fingers are")
            await page.tap("#undo")
            await until(lambda: is_at(playing, [0.5] * 8), "one touch is one step to undo")

    asyncio.run(test())


def test_a_fader_that_something_moves_shows_it_and_is_taken_over_from_where_it_is(playing: Playing) -> None:
    async def test() -> None:
        async with surface(playing) as page:
            playing.type("drone.z1 = lfo(64).range(.3, .7)")
            await page.wait(
                f"document.querySelector('{fader('noisy')}.driven small')?.textContent.includes('lfo')"
            )
            await page.wait(f"document.querySelector('{fader('noisy')}').getAttribute('aria-valuenow') != .5")
            x, y = await page.middle(f"{fader('noisy')} .track")
            before = await steady(page, "noisy")
            await page.touch("touchStart", [(x, y)])
            await page.touch("touchMove", [(x, y - DEAD_PX)])
            await page.touch("touchMove", [(x, y - DEAD_PX - 2)])
            assert await value(page, "noisy") == pytest.approx(before, abs=0.08)
            await page.touch("touchEnd", [])
            await page.wait(f"!document.querySelector('{fader('noisy')}').classList.contains('driven')")

    asyncio.run(test())


def test_the_reverb_has_a_page_of_its_own(playing: Playing) -> None:
    async def test() -> None:
        async with surface(playing) as page:
            await page.run(
                "[...document.querySelectorAll('.page')].find((b) => b.textContent == 'space').click()"
            )
            await page.wait(f"document.querySelector('{fader('mix')}')?.getAttribute('aria-valuenow') == 0")
            x, y = await page.middle(f"{fader('mix')} .track")
            await page.touch("touchStart", [(x, y)])
            for step in range(1, 11):
                await page.touch("touchMove", [(x, y - 8 * step)])
            await page.touch("touchEnd", [])
            await until(lambda: status(playing)["verb"]["mix"] > 0.1, "the reverb is heard")
            await page.tap("#undo")
            await until(lambda: status(playing)["verb"]["mix"] == 0.0, "it is not")

    asyncio.run(test())


def test_the_pad_moves_by_the_finger_and_a_tap_on_an_anchor_goes_there(playing: Playing) -> None:
    info = state(playing).instruments["drone"].info
    plane, anchors = plane_of(info), anchor_places(info, {})

    async def test() -> None:
        async with surface(playing, PHONE) as page:
            await page.wait(f"document.querySelector('{BRIGHT}').getAttribute('aria-valuenow') == .5")
            x, y = await page.middle("#pad")
            before = plane.project(np.full((1, 8), 0.5))[0]
            await page.touch("touchStart", [(x, y)])
            await asyncio.sleep(0.2)
            assert is_at(playing, [0.5] * 8)
            for step in range(1, 13):
                await page.touch("touchMove", [(x + 5 * step, y)])
            await page.touch("touchEnd", [])
            await until(lambda: not is_at(playing, [0.5] * 8), "the sound moves")
            await asyncio.sleep(0.4)
            moved = plane.project(place(playing)[None])[0] - before
            assert moved[0] > 0.05 and abs(moved[1]) < SETTLED  # to the right, and not up

            await page.tap("#glide button:first-of-type")  # 0 beats
            await page.tap("#pad")  # no anchor is so near: nothing happens
            script = """import('/surface/space.js').then(async ({ Space }) => {
                const pad = document.querySelector('#pad').getBoundingClientRect();
                return [pad.x, pad.y, pad.width, pad.height]; })"""
            left, top, width, height = await page.run(script)
            size = max(13, min(20, min(width, height) / 26))
            at = {name: plane.project(z[None])[0] for name, z in anchors.items()}
            low, high = box(np.array(list(at.values())))
            share = (at["wood"] - low) / (high - low)
            edge = 1.6 * size
            finger = (
                left + edge + share[0] * (width - 2 * edge),
                top + height - edge - share[1] * (height - 2 * edge),
            )
            await page.touch("touchStart", [finger])
            await page.touch("touchEnd", [])
            await until(lambda: is_at(playing, anchors["wood"]), "the sound is at the anchor")
            await page.wait("document.querySelector('#near').textContent.startsWith('wood')")

    asyncio.run(test())


def box(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """As space.js: what the map shows."""
    low, high = np.minimum(0.0, points.min(axis=0)), np.maximum(0.0, points.max(axis=0))
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 0.5) * 1.16
    return middle - half, middle + half


def test_the_map_passes_through_every_anchor_and_a_walk_begins_without_a_jump(playing: Playing) -> None:
    """space.js against NumPy: the same plane, and every place that a point means lies right below it."""
    info = state(playing).instruments["drone"].info
    plane, anchors = plane_of(info), anchor_places(info, {})
    layout = {
        "latents": 8,
        "parameters": [{"least": -9.0, "most": 9.0}] * 8,
        "plane": {"centre": plane.centre.tolist(), "axes": plane.axes.T.tolist()},
        "anchors": [{"name": name, "z": z.tolist()} for name, z in anchors.items()],
    }
    start = np.linspace(0.1, 0.9, 8)
    script = f"""import('/surface/space.js').then(({{ Space }}) => {{
        const space = new Space({json.dumps(layout)}), start = {start.tolist()};
        const walk = space.walk(start), from = space.project(start), points = [[0, 0], [.7, -.3], [-.2, .9]];
        return {{ anchors: space.anchors.map((a) => space.place(a.at)), from, began: walk(from),
                 far: walk([from[0] + 9, from[1]]), below: space.place([from[0] + 9, from[1]]),
                 flat: points.map((p) => space.project(space.place(p))), near: space.near(start)[0] }}; }})"""

    async def test() -> None:
        async with surface(playing) as page:
            found = await page.run(script)
            np.testing.assert_allclose(
                found["anchors"], list(anchors.values()), atol=1e-4
            )  # all weigh a little
            np.testing.assert_allclose(found["from"], plane.project(start[None])[0], atol=1e-9)
            np.testing.assert_allclose(found["began"], start, atol=1e-9)
            np.testing.assert_allclose(found["far"], found["below"], atol=1e-6)
            np.testing.assert_allclose(found["flat"], [[0, 0], [0.7, -0.3], [-0.2, 0.9]], atol=1e-9)
            far = {name: float(np.linalg.norm(z - start)) / np.sqrt(8) for name, z in anchors.items()}
            nearest = min(far, key=lambda name: far[name])
            assert found["near"] == {"name": nearest, "far": pytest.approx(far[nearest])}

    asyncio.run(test())


def test_panic_is_silence_when_the_finger_comes_down_and_undo_brings_sound_back(playing: Playing) -> None:
    async def test() -> None:
        async with surface(playing, LYING) as page:
            await page.touch("touchStart", [await page.middle("#panic")])
            await until(lambda: level(playing) == 0.0, "silence, with the finger still there")
            await page.touch("touchEnd", [])
            await page.wait("document.querySelector('#play').textContent == 'PLAY'")
            await page.tap("#undo")
            await until(lambda: level(playing) > 0.0, "sound again")
            await page.tap("#glide button:first-of-type")
            await page.tap("#hush")
            await until(lambda: level(playing) == 0.0, "hushed")
            await page.tap("#play")
            await until(lambda: level(playing) > 0.0, "sound again")

    asyncio.run(test())


def test_scenes_and_places_are_kept_and_come_back(playing: Playing) -> None:
    async def test() -> None:
        async with surface(playing) as page:
            await page.tap("#glide button:first-of-type")
            await page.tap("#scenes .quiet")
            await page.wait("document.querySelector('#scenes button').textContent == 's1'")
            await page.run("[...document.querySelectorAll('.quiet')].at(-1).click()")
            await until(
                lambda: any("p1" in each for each in state(playing).anchors.values()), "a place is marked"
            )
            playing.type("drone.z = [.1]*8")
            await until(lambda: is_at(playing, [0.1] * 8), "elsewhere")
            await page.tap("#scenes button")
            await until(lambda: is_at(playing, [0.5] * 8), "the scene is back")

    asyncio.run(test())


def test_what_one_page_or_the_prompt_does_the_other_shows(playing: Playing) -> None:
    async def test() -> None:
        async with browser() as new:
            one, other = await new(), await new()
            for page in (one, other):
                await page.open(playing.instance["web"], PHONE)
            await one.ask("Page.bringToFront")
            x, y = await one.middle(f"{fader('gain')} .track")
            await one.touch("touchStart", [(x, y)])
            await one.touch("touchMove", [(x, y + 30)])
            await one.touch("touchMove", [(x, y + 60)])
            await one.touch("touchEnd", [])
            asked = await value(one, "gain")
            assert asked < 0.7
            await other.wait(
                f"Math.abs(document.querySelector('{fader('gain')}').ariaValueNow - {asked}) < .01"
            )
            playing.type("drone.z2 = .9; clock.bpm = 77")
            for page in (one, other):
                loud = f"document.querySelector('{fader('loud')}').ariaValueNow"
                await page.wait(f"Math.abs({loud} - .9) < .01")
                await page.wait("document.querySelector('#bpm').textContent == '77.0'")
            assert one.errors == other.errors == []

    asyncio.run(test())


def test_a_page_that_is_loaded_again_disturbs_nothing(playing: Playing) -> None:
    engine = playing.instance["engine"]

    async def test() -> None:
        async with surface(playing) as page:
            await page.run("[...document.querySelectorAll('.page')][1].click()")
            x, y = await page.middle(f"{fader('pan')} .track")
            await page.touch("touchStart", [(x, y)])
            await page.touch("touchMove", [(x, y - 40)])  # and the page goes while it is touched
            launches = status(playing)["launches"]
            await page.ask("Page.reload")
            await page.wait("document.querySelector('.fader output')?.textContent")
            assert await page.run(
                f"Boolean(document.querySelector('{fader('pan')}'))"
            )  # the same page of faders
            assert playing.instance["engine"] == engine and level(playing) > 0.0
            assert status(playing)["launches"]["moved"] == launches["moved"]

    asyncio.run(test())


@pytest.mark.parametrize("size", [PHONE, LYING, TABLET, (320, 568), (568, 320), (768, 1024), (1920, 1080)])
def test_everything_fits_and_can_be_hit(playing: Playing, size: tuple[int, int]) -> None:
    """All is within the screen, panic is the largest button, and nothing is too small for a finger."""
    script = """[...document.querySelectorAll('button, .fader, #pad, #top')].map((e) => {
        const r = e.getBoundingClientRect();
        const name = e.id || e.textContent || e.className, scrolls = Boolean(e.closest('#scenes'));
        return [name, r.x, r.y, r.right, r.bottom, scrolls]; })"""

    async def test() -> None:
        async with surface(playing, size) as page:
            areas = {}
            for name, left, top, right, bottom, scrolls in await page.run(script):
                assert left >= 0 and top >= 0 and bottom <= size[1], name
                assert scrolls or right <= size[0], name
                assert min(right - left, bottom - top) >= 26, name
                areas[name] = (right - left) * (bottom - top)
            assert areas["panic"] >= 1.3 * max(areas[each] for each in ("hush", "undo", "play"))
            assert not await page.run("document.documentElement.scrollWidth > innerWidth")
            assert await page.run("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('#panic'))")

    asyncio.run(test())


def test_it_outlives_the_engine_and_its_own_server_and_a_panic_waits_for_neither_long(
    playing: Playing,
) -> None:
    async def test() -> None:
        async with surface(playing) as page:
            engine = playing.instance["engine"]
            await asyncio.sleep(2.5)  # an engine that died sooner would count as one that dies of its state
            os.kill(engine, signal.SIGKILL)
            await until(lambda: playing.instance["engine"] != engine, "another engine")
            await page.wait("document.body.dataset.state === 'connected'")
            x, y = await page.middle(f"{fader('z5')} .track")
            heard = False
            while not heard:  # what is moved before the line to the new engine is there is lost
                await page.touch("touchStart", [(x, y)])
                await page.touch("touchMove", [(x, y - 50)])
                await page.touch("touchMove", [(x, y - 100)])
                asked = await value(page, "z5")
                await page.touch("touchEnd", [])
                await asyncio.sleep(1.0)
                heard = abs(place(playing)[5] - asked) < SETTLED

            web = playing.instance["web_pid"]
            os.kill(web, signal.SIGKILL)
            await page.wait("document.body.dataset.state === 'lost'")
            await page.tap("#panic")
            await until(lambda: playing.instance.get("web_pid") not in (None, web), "another web process")
            await page.wait("document.body.dataset.state === 'connected'")
            await until(lambda: level(playing) == 0.0, "the panic arrives")
            page.errors.clear()  # the browser reports the lost line

    asyncio.run(test())


def test_it_ends_with_the_session(playing: Playing) -> None:
    """The last test: the session is closed."""
    web = playing.instance["web_pid"]
    playing.process.send_signal(signal.SIGTERM)
    playing.process.wait(60.0)
    wait_for(lambda: not Path(f"/proc/{web}").exists(), "the web process is gone")
