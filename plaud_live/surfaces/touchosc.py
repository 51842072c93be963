"""A layout for TouchOSC (the second generation), which opens `.tosc` files.

Its script asks the instrument to tell it what changes and shows beat, level and what failed. Which host and
ports its first connection means is in TouchOSC's own settings.
"""

from plaud_live.surfaces.layout import RENEW_MS, TOPICS, Button, Fader, Layout
from plaud_live.surfaces.templates import fill
from plaud_live.surfaces.tosc_file import Frame, Node, Part, document

WIDTH, HEIGHT = 1280, 800
GAP = 6
STAGE, HEAD, PLACE, NAME = 74, 34, 42, 26
PAD = 270
PLACES_A_ROW = 8
BLACK, GREY, GREEN = (0.06, 0.06, 0.07, 1.0), (0.3, 0.34, 0.4, 1.0), (0.26, 0.71, 0.5, 1.0)
BLUE, RED = (0.35, 0.6, 0.85, 1.0), (0.84, 0.2, 0.2, 1.0)


def write(shown: Layout) -> bytes:
    """The document."""
    root = Node("GROUP", shown.instrument, (0, 0, WIDTH, HEIGHT), BLACK)
    script = fill(
        "touchosc.lua.in", renew=RENEW_MS, topics=TOPICS, port=shown.reply_port, instrument=shown.instrument
    )
    root.property("s", "script", script)
    _head(root, shown)
    y = HEAD + GAP
    _buttons(root, shown.stage, len(shown.stage), y, STAGE)
    y += STAGE + GAP
    scenes = (*shown.recall, *shown.save)
    rows = -(-len(shown.places) // PLACES_A_ROW)
    bottom = HEIGHT - (rows + 1) * (PLACE + GAP)
    _faders(root, shown, y, bottom - GAP)
    _buttons(root, shown.places, PLACES_A_ROW, bottom, PLACE)
    _buttons(root, scenes, len(scenes), HEIGHT - PLACE - GAP, PLACE)
    return document(root)


def _head(root: Node, shown: Layout) -> None:
    """Names, what failed, beat and level."""
    title = f"{shown.instrument} plays {shown.model}"
    for name, text, x, width in (("title", title, 0, 300), ("failed", "", 300, 560), ("beat", "", 860, 160)):
        _label(root, name, text, (x + GAP, GAP, width - GAP, HEAD - GAP))
    meter = Node("FADER", "meter", (1020 + GAP, GAP, WIDTH - 1020 - 2 * GAP, HEAD - GAP), GREEN, root)
    meter.property("i", "orientation", "1")
    meter.property("b", "interactive", "0")
    meter.property("b", "cursor", "0")


def _faders(root: Node, shown: Layout, top: int, bottom: int) -> None:
    """The pad over two latents, then all faders side by side."""
    pad = Node("XY", "pad", (GAP, top, PAD - GAP, bottom - top), GREEN, root)
    for axis, fader in zip("xy", shown.latents, strict=False):
        pad.osc(fader.address, [_number(fader, axis)], axis, "ANY", receive=True)
        pad.start(axis, f"{_place(fader):g}")
    step = (WIDTH - PAD - GAP) // len(shown.faders)
    for place, fader in enumerate(shown.faders):
        x = PAD + GAP + place * step
        _label(
            root,
            f"{fader.key}-name",
            fader.name,
            (x, top, step - GAP, NAME),
            11 if len(fader.name) < 9 else 9,
        )
        kind = "BUTTON" if fader.is_switch else "FADER"
        colour = GREEN if fader in shown.latents else BLUE
        made = Node(kind, fader.key, (x, top + NAME, step - GAP, bottom - top - NAME), colour, root)
        if fader.is_switch:
            made.property("i", "buttonType", "2")
        made.osc(fader.address, [_number(fader, "x")], "x", "ANY", receive=True)
        made.start("x", f"{_place(fader):g}")


def _buttons(root: Node, buttons: tuple[Button, ...], a_row: int, top: int, height: int) -> None:
    """Rows of buttons with their names on them."""
    step = (WIDTH - GAP) // a_row
    for place, button in enumerate(buttons):
        row, column = divmod(place, a_row)
        frame = (GAP + column * step, top + row * (height + GAP), step - GAP, height)
        colour = RED if button.key == "panic" else GREY
        made = Node("BUTTON", button.key, frame, colour, root)
        made.osc(
            button.address, [_word(argument) for argument in button.arguments], "x", "RISE", receive=False
        )
        _label(root, f"{button.key}-name", button.name, frame, ground=False)


def _label(root: Node, name: str, text: str, frame: Frame, size: int = 14, ground: bool = True) -> None:
    made = Node("LABEL", name, frame, BLACK, root)
    made.property("i", "textSize", str(size))
    if not ground:  # over a button, which is seen and touched through it
        made.property("b", "background", "0")
        made.property("b", "outline", "0")
    made.start("text", text)


def _number(fader: Fader, value: str) -> Part:
    return "VALUE", "INTEGER" if fader.whole else "FLOAT", value, fader.low, fader.high


def _word(argument: float | str) -> Part:
    if isinstance(argument, str):
        return "CONSTANT", "STRING", argument, 0.0, 1.0
    return "CONSTANT", "FLOAT", f"{argument:g}", 0.0, 1.0


def _place(fader: Fader) -> float:
    """Where it stands at first, 0 to 1."""
    return (fader.default - fader.low) / (fader.high - fader.low)
