"""Pictures of the web surface, taken in a real browser with fingers on it: part of `make screenshots`."""

import asyncio
import sys
from pathlib import Path

from instrument import ROOT

sys.path.insert(0, str(ROOT))
from tests.web.chrome import PHONE, TABLET, Page, browser, find_browser

MOST_BYTES = 300_000
TRAIL_SECONDS = 8.0
STEPS = 14
STEP_SECONDS = 0.05
DENSE = 1.5
"""Pixels of a phone's screen for one of the page."""


async def take(url: str, folder: Path) -> list[Path]:
    """Save `surface.png` and `phone.png`. Nothing where there is no browser, and that is said."""
    if find_browser() is None:
        print("surface.png and phone.png stay as they were: needs chromium, apt install chromium")
        return []
    wanted = {"surface.png": (TABLET, 1.0), "phone.png": (PHONE, DENSE)}
    async with browser() as new:
        for name, (size, dense) in wanted.items():
            page = await new()
            await page.open(url, size, dense)
            await asyncio.sleep(TRAIL_SECONDS)
            await play(page)
            await page.picture(folder / name)
            if page.errors:
                raise RuntimeError(f"{name}: {page.errors}")
            if (taken := (folder / name).stat().st_size) > MOST_BYTES:
                raise RuntimeError(f"{name} would be {taken} bytes, more than {MOST_BYTES}")
    return [folder / name for name in wanted]


async def play(page: Page) -> None:
    """Two fingers on two faders."""
    fingers = [await page.middle(f".fader[aria-label={name}] .track") for name in ("loud", "gain")]
    (x0, y0), (x1, y1) = fingers
    await page.touch("touchStart", fingers)
    for step in range(STEPS):
        await page.touch("touchMove", [(x0, y0 - 5 * step), (x1, y1 + 3 * step)])
        await asyncio.sleep(STEP_SECONDS)
