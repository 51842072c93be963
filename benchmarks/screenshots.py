"""Take the pictures of prompt, monitor and web surface that the README shows: `make screenshots`.

The instrument plays in a real terminal (tmux), with a silent clock for a sound card; lines are typed into its
prompt, a mistake among them. The monitor watches in Textual's own terminal. Both are saved as SVG. The
surface is shown by Chromium, on a tablet and on a phone, as PNG. It takes two minutes, and the pictures
differ a little each time, as performances do.
"""

import argparse
import asyncio
import html
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text
from surface_pictures import take

from plaud_live.monitor.app import Monitor
from plaud_live.monitor.client import SOCKET_NAME

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "screenshots"
PROMPT_SIZE = (80, 24)
MONITOR_SIZE = (120, 44)
START_SECONDS = 240.0
WATCH_SECONDS = 32.0
"""As long as the monitor looks back."""

MOST_BYTES = 300_000
FONTS = "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace"
CELL = (12.2, 24.4)
ASCENT = 18.5
"""Of Rich's terminal: the size of a cell, and from its top to the foot of the letters."""

DOT = 3.2
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each bit of a braille letter."""

BRAILLE = re.compile(r'<text([^>]*?)x="([0-9.]+)" y="([0-9.]+)"([^>]*)>([^<]*[\u2801-\u28ff][^<]*)</text>')
OPENING = (
    ("drone.play(over=4)", 1.0),
    ('drone.mark("home")', 0.7),
    ("drone.z = seq(A.coins, A.rewind, A.choir, A.home, every=4, glide=3)", 0.7),
    ("drone.z1 = .3 + .4*drift(2)", 0.7),
    ('lead = load("default")', 1.5),
    ("lead(z=A.chime, gain=.4); lead.play(over=8)", 0.7),
    ("lead.z0 = lfo(3)", 0.7),
)
CLOSING = (
    ("drone.z0 += .2*lfo(1/2)", 0.7),
    ("drone.gian = .8", 0.7),
    ("drone(z=A.bell, gain=.7, over=8, at=16)", 0.7),
)
SURFACE = (
    ("undo(3)", 0.7),
    ('scene("dark"); scene("open"); scene("end")', 0.7),
    ("drone.z = seq(A.coins, A.rewind, A.choir, A.bell, every=4, glide=3)", 0.7),
    ("drone.z1 = lfo(16).range(.2, .8)", 3.0),
)


class Terminal:
    """A command in a terminal of its own on a tmux server of its own."""

    def __init__(self, command: list[str], size: tuple[int, int], environment: dict[str, str]) -> None:
        self._server = f"plaud{uuid.uuid4().hex[:8]}"
        columns, rows = map(str, size)
        words = ["new-session", "-d", "-s", "stage", "-x", columns, "-y", rows, shlex.join(command)]
        self._tmux(*words, environment=environment)

    def type(self, line: str) -> None:
        """A line and Enter."""
        self._tmux("send-keys", "-t", "stage", "-l", line)
        self._tmux("send-keys", "-t", "stage", "Enter")

    def screen(self, colours: bool = False) -> str:
        """What is to be seen, with escape sequences if `colours`."""
        return self._tmux("capture-pane", "-p", *(["-e"] if colours else []), "-t", "stage")

    def wait(self, text: str) -> None:
        """Return once `text` is to be seen. Raises RuntimeError that shows the screen."""
        deadline = time.monotonic() + START_SECONDS
        while text not in self.screen():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{text!r} does not come; the screen:\n{self.screen()}")
            time.sleep(0.1)

    def close(self) -> None:
        """End the server and what runs in it."""
        subprocess.run(["tmux", "-L", self._server, "kill-server"], capture_output=True, check=False)

    def _tmux(self, *words: str, environment: dict[str, str] | None = None) -> str:
        command = ["tmux", "-L", self._server, "-f", "/dev/null", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def picture_of(screen: str, size: tuple[int, int], title: str) -> str:
    """SVG of a terminal's screen with its escape sequences."""
    console = Console(
        width=size[0],
        height=size[1],
        record=True,
        file=io.StringIO(),
        force_terminal=True,
        legacy_windows=False,
    )
    lines = screen.rstrip("\n").split("\n")
    for line in lines + [""] * (size[1] - len(lines)):
        text = Text.from_ansi(line)
        text.truncate(size[0])
        console.print(text, no_wrap=True, crop=True)
    return console.export_svg(title=title, theme=SVG_EXPORT_THEME)


async def watch(path: Path, terminal: Terminal) -> tuple[str, str]:
    """Let the monitor look on while the closing lines are typed. Returns SVG of prompt and monitor."""
    monitor = Monitor(path)
    async with monitor.run_test(size=MONITOR_SIZE) as pilot:
        await asyncio.sleep(2.0)  # it is there before what it shall see entered
        await perform(terminal, OPENING)
        await asyncio.sleep(WATCH_SECONDS)
        await perform(terminal, CLOSING)
        prompt = terminal.screen(colours=True)
        await pilot.pause()
        return picture_of(prompt, PROMPT_SIZE, "plaud-live"), monitor.export_screenshot(
            title="plaud-live monitor"
        )


async def perform(terminal: Terminal, lines: tuple[tuple[str, float], ...]) -> None:
    """Type lines, and wait the seconds after each."""
    for line, seconds in lines:
        terminal.type(line)
        await asyncio.sleep(seconds)


def save(svg: str, path: Path) -> None:
    """Write the file, in fonts that are there, not those that Rich would have it fetch from elsewhere."""
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", FONTS)
    svg = BRAILLE.sub(_drawn, svg)
    svg = "\n".join(line.rstrip() for line in svg.split("\n")) + "\n"
    if len(svg.encode()) > MOST_BYTES:
        raise RuntimeError(f"{path.name} would be {len(svg.encode())} bytes, more than {MOST_BYTES}")
    path.write_text(svg, "utf-8")
    print(f"{path.relative_to(ROOT)}: {len(svg.encode()) // 1000} kB")


def _drawn(element: re.Match[str]) -> str:
    """A run of text with its braille as squares: few fonts have braille as wide as their letters."""
    head, x, y, tail, letters = element.groups()
    letters = html.unescape(letters)
    style = re.search(r'class="[^"]*"', head + tail)
    squares = []
    for i, letter in enumerate(letters):
        for bit, (column, row) in enumerate(DOTS):
            if "\u2800" <= letter <= "\u28ff" and (ord(letter) - 0x2800) >> bit & 1:
                left = float(x) + CELL[0] * (i + 0.25 + 0.5 * column) - DOT / 2
                top = float(y) - ASCENT + CELL[1] * (row + 0.5) / 4 - DOT / 2
                squares.append(f"M{left:.1f} {top:.1f}h{DOT}v{DOT}h-{DOT}z")
    rest = "".join("\u00a0" if "\u2800" <= letter <= "\u28ff" else letter for letter in letters)
    text = f'<text{head}x="{x}" y="{y}"{tail}>{html.escape(rest)}</text>' if rest.strip("\u00a0") else ""
    return f'{text}<path {style.group() if style else ""} d="{"".join(squares)}"/>'


def main() -> int:
    """Take all pictures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    if shutil.which("tmux") is None:
        print("needs tmux: apt install tmux", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="plaud-shots-") as folder:
        run_dir = Path(folder) / "run"
        environment = {
            **os.environ,
            "PLAUD_HOME": str(Path(folder) / "home"),
            "PLAUD_RUN_DIR": str(run_dir),
            "PYTHONPATH": str(ROOT),
            "TERM": "screen-256color",
        }
        environment.pop("NO_COLOR", None)
        command = [
            sys.executable,
            "-m",
            "plaud_live",
            "play",
            "--sink",
            "null",
            "--osc-port",
            "0",
            "--web",
            "0",
        ]
        terminal = Terminal(command, PROMPT_SIZE, environment)
        try:
            terminal.wait("drone plays default")
            prompt, monitor = asyncio.run(watch(run_dir / SOCKET_NAME, terminal))
            asyncio.run(perform(terminal, SURFACE))
            where = json.loads((run_dir / "instance.json").read_text())["web"]
            pictures = asyncio.run(take(where, FOLDER))
        finally:
            terminal.type("exit()")
            time.sleep(3.0)
            terminal.close()
    FOLDER.mkdir(exist_ok=True)
    save(prompt, FOLDER / "prompt.svg")
    save(monitor, FOLDER / "monitor.svg")
    for path in pictures:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
