"""A model as an object of Pure Data (0.51 or newer, with nn~): `[NAME]`, or `[NAME 9111]` for its port.

Its first inlet takes messages such as `z0 0.3`, the others signals that are added to the latents; it has an
outlet for each channel. In another patch its controls are seen. OSC, the inlet, and `plaud-NAME` and
`plaud-NAME-z0` of other patches all move the same sliders. What is the patch's own is named after its `$0`.
"""

from plaud_live.deploy.description import PD_BUFFER, Description
from plaud_live.deploy.patches.panel import GAIN, OSC_PORT, RAMP, Control, Panel, panel, rate
from plaud_live.deploy.patches.pd_controls import attributes, messages, network, start
from plaud_live.surfaces.pd_file import Canvas

EDGE, TITLE, ROW = 10, 24, 24
"""Where the part begins that is seen in other patches, and the height of its title and of a control."""

COLUMN, ROWS, SLIDER = 320, 12, 150
"""Width of a column of controls, how many it holds, and the width of a slider."""

METER = 22
ENV_WINDOW, ENV_FULL = 2048, 100
"""Samples over which `env~` measures, and its full scale, which for `vu` is 0."""

GAIN_MS = 20

BUFSIZE = Control(
    "bufsize", "", 64, 65536, PD_BUFFER, True, "what nn~ collects for the model", True, "samples"
)
PORT = Control("port", "", 1024, 65535, OSC_PORT, True, "where it listens for OSC", True)
NUMBERS = (BUFSIZE, PORT)
"""What only Pd has."""


def write(model: Description) -> str:
    """The abstraction as text."""
    shown = panel(model)
    width, height = size(model)
    top = Canvas(max(width, 720, 110 + 70 * (len(shown.latents) + 1)) + 2 * EDGE, height + 310)
    top.title(EDGE, EDGE, width - 1, TITLE, f"{model.name}: {len(shown.latents)} latents at {rate(model)}")
    top.button(EDGE + width - 70, EDGE + 4, ("$0-home", "$0-set-home"), "home")
    for column, rows in enumerate(_columns(shown)):
        for row, control in enumerate(rows):
            _control(top, EDGE + 8 + COLUMN * column, EDGE + TITLE + 12 + ROW * row, control)
    for channel in range(model.channels):
        x = EDGE + width - METER * (model.channels - channel) - 4
        top.meter(x, EDGE + TITLE + 14, height - TITLE - 30, f"$0-meter-{channel}")
    top.show(EDGE, EDGE, width, height)
    y = EDGE + height + 20
    _sound(top, model, shown, y)
    parts = (
        messages(model, shown, NUMBERS),
        attributes(shown, BUFSIZE),
        network(model, PORT),
        start(model, shown, BUFSIZE),
    )
    for place, part in enumerate(parts):
        top.sub(EDGE + 120 * place, y + 220, part)
    return top.lines + "\n"


def size(model: Description) -> tuple[int, int]:
    """Width and height in pixels of what is seen in other patches."""
    columns = _columns(panel(model))
    rows = max(len(column) for column in columns)
    return COLUMN * len(columns) + METER * model.channels + 12, TITLE + ROW * rows + 16


def _columns(shown: Panel) -> list[tuple[Control, ...]]:
    """The controls as they stand side by side."""
    others = (*shown.attributes, GAIN, RAMP, *NUMBERS)
    return [c[at : at + ROWS] for c in (shown.latents, others) for at in range(0, len(c), ROWS)]


def _control(top: Canvas, x: int, y: int, control: Control) -> None:
    """A switch, a number, or a slider with its number; what is typed into that moves the slider."""
    names = f"$0-{control.key}", f"$0-set-{control.key}"
    if control.is_switch:
        top.switch(x, y, names, control.label)
    elif control.typed:
        top.number(x, y, 6, names, control.label)
    else:
        top.slider(x, y, SLIDER, (control.low, control.high), names, control.label, SLIDER + 60)
        top.number(x + SLIDER + 8, y, 5, (names[1], f"$0-value-{control.key}"))


def _sound(top: Canvas, model: Description, shown: Panel, y: int) -> None:
    """From the inlets over latents and nn~ to the outlets, in sight."""
    x, count = EDGE + 110, len(shown.latents)
    top.wire(top.obj(EDGE, y, "inlet"), top.obj(EDGE, y + 35, "s", "$0-message"))
    added = [top.obj(x + 70 * place, y, "inlet~") for place in range(count)]
    latents = top.sub(x, y + 60, _latents(shown))
    nn = top.obj(x, y + 100, "nn~", f"{model.name}.ts", "decode", PD_BUFFER)
    for place, inlet in enumerate(added):
        top.connect(inlet, 0, latents, place)
        top.connect(latents, place, nn, place)
    top.wire(top.obj(EDGE, y + 70, "r", "$0-nn"), nn)
    top.text(x + 260, y + 140, "first inlet: messages such as z0 0.3")
    top.text(x + 260, y + 164, "other inlets: signals that are added to latents")
    output = top.sub(x, y + 140, _output(model))
    for channel in range(model.channels):
        top.connect(nn, channel, output, channel)
        top.connect(output, channel, top.obj(x + 70 * channel, y + 180, "outlet~"), 0)


def _latents(shown: Panel) -> Canvas:
    """Each latent, smoothed, and what comes in as a signal: a column for each."""
    column = 170
    part = Canvas(40 + column * len(shown.latents), 220, "latents")
    for place, control in enumerate(shown.latents):
        x = 20 + column * place
        ramp, added = part.obj(x, 55, "pack", "f", RAMP.start), part.obj(x, 125, "+~")
        part.wire(part.obj(x, 20, "r", f"$0-{control.key}"), ramp, part.obj(x, 90, "line~"), added)
        part.connect(part.obj(x + 75, 20, "r", f"$0-{RAMP.key}"), 0, ramp, 1)
        part.connect(part.obj(x + 75, 90, "inlet~"), 0, added, 1)
        part.wire(added, part.obj(x, 160, "outlet~"))
    return part


def _output(model: Description) -> Canvas:
    """Gain, a limit at full scale, and a meter for each channel."""
    column = 190
    part = Canvas(150 + column * model.channels, 260, "output")
    gain = part.obj(20, 90, "line~")
    part.wire(part.obj(20, 20, "r", f"$0-{GAIN.key}"), part.msg(20, 55, "$1", GAIN_MS), gain)
    for channel in range(model.channels):
        x = 140 + column * channel
        louder, clip = part.obj(x, 90, "*~"), part.obj(x, 125, "clip~", -1, 1)
        part.wire(part.obj(x, 20, "inlet~"), louder, clip, part.obj(x, 195, "outlet~"))
        part.connect(gain, 0, louder, 1)
        level = part.obj(x + 75, 160, "env~", ENV_WINDOW)
        below, shown = part.obj(x + 75, 190, "-", ENV_FULL), part.obj(x + 75, 220, "s", f"$0-meter-{channel}")
        part.wire(clip, level, below, shown)
    return part
