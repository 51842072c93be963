"""The help patch of a model in Pure Data: the object, what it understands, then `forward` and `encode`."""

from plaud_live.deploy.description import PD_BUFFER, Description
from plaud_live.deploy.patches.panel import OSC_PORT, panel, rate
from plaud_live.deploy.patches.pd import size
from plaud_live.surfaces.pd_file import Canvas

LEFT, TOP, WIDTH = 20, 190, 700
"""Where the object itself is, and how wide the patch is at least."""

NUMBER, NUMBERS_A_ROW = 88, 8
"""From one latent of what is heard to the next."""

SHOWN_MS = 50
"""How often they are shown."""

LETTER = 8
"""Pixels that a letter of a message takes."""


def write(model: Description) -> str:
    """The help patch as text."""
    width, height = _width(model), size(model)[1]
    rows = -(-len(model.latents) // NUMBERS_A_ROW)
    top = Canvas(width + 2 * LEFT, TOP + height + 294 + 26 * rows)
    top.title(LEFT, 10, width, 26, f"{model.name}: a model of plaud-live, played through nn~", 16)
    top.text(LEFT, 46, f"needs nn~ 1.5.6 or newer and Pd at {rate(model)}")
    for place, on in enumerate((1, 0)):
        top.box("msg", LEFT + 440 + 90 * place, 42, rf"\; pd dsp {on}")
    _object(top, model)
    _elsewhere(top, model, TOP + height + 20)
    _live(top, model, TOP + height + 104)
    return top.lines + "\n"


def _width(model: Description) -> int:
    return max(size(model)[0], WIDTH)


def _object(top: Canvas, model: Description) -> None:
    """The object, what it is told by messages and signals, and where it sounds."""
    shown = panel(model)
    made = top.obj(LEFT, TOP, model.name)
    some = shown.a_count
    said: tuple[tuple[float | str, ...], ...] = (
        (shown.latents[0].names[-1], 0.8),
        ("z", *(0.1, 0.9, 0.5)[: len(shown.latents)]),
        ("home",),
        (some.key, some.high // 4),
        (some.key, some.high),
    )
    x = LEFT
    top.text(LEFT, 84, "messages to the first inlet:")
    for words in said:
        top.wire(top.msg(x, 110, *words), made)
        x += 24 + LETTER * len(" ".join(str(word) for word in words))
    x += 20
    top.text(x, 84, "signals add to latents:")
    slow, depth = top.obj(x, 110, "osc~", 0.1), top.obj(x, 142, "*~", 0)
    top.wire(slow, depth)
    for place, value in enumerate((0, 0.3)):
        top.connect(top.msg(x + 90 + 50 * place, 110, value), 0, depth, 1)
    top.connect(depth, 0, made, 1)
    _to_speakers(top, model, made, LEFT, TOP + size(model)[1] + 20)


def _to_speakers(top: Canvas, model: Description, source: int, x: int, y: int) -> None:
    """One channel to both loudspeakers, or one to each."""
    out = top.obj(x, y, "dac~")
    for channel in range(2):
        top.connect(source, min(channel, model.channels - 1), out, channel)


def _elsewhere(top: Canvas, model: Description, y: int) -> None:
    """How other patches and programs move it."""
    name = model.name
    top.text(LEFT + 100, y, "by name from any patch:")
    top.box("msg", LEFT + 300, y, rf"\; plaud-{name}-z0 0.3")
    top.box("msg", LEFT + 330 + LETTER * len(f"plaud-{name}-z0 0.3"), y, rf"\; plaud-{name} home")
    top.text(LEFT + 100, y + 50, f"by OSC at UDP port {OSC_PORT}: /{name}/z0 0.3 or /z0 0.3")


def _live(top: Canvas, model: Description, y: int) -> None:
    """`forward` and `encode` of what comes in: both rest until they are switched on."""
    inputs = range(1, model.channels + 1)
    top.title(LEFT, y, _width(model), 24, "what comes in: use headphones or it feeds back")
    for at, part, words in (
        (LEFT, _forward(model), "forward: the model plays what it hears"),
        (LEFT + 350, _encode(model), "encode: what it hears as latents for decode"),
    ):
        top.text(at, y + 34, words)
        switch = top.switch(at, y + 66, ("$0-unused", "$0-unused"), "on")
        heard, sub = top.obj(at + 70, y + 66, "adc~", *inputs), top.sub(at, y + 100, part)
        top.wire(switch, sub)
        for channel in range(model.channels):
            top.connect(heard, channel, sub, 1 + channel)
        _to_speakers(top, model, sub, at, y + 134)
    for place, latent in enumerate(model.latents):
        row, column = divmod(place, NUMBERS_A_ROW)
        names = "$0-unused", f"$0-heard-{latent.index}"
        top.number(LEFT + NUMBER * column, y + 174 + 26 * row, 5, names, latent.short)


def _forward(model: Description) -> Canvas:
    """Audio to audio."""
    part = Canvas(520, 260, "forward")
    _, heard = _heard(part, model, "forward")
    _limited(part, model, heard, 150)
    return part


def _encode(model: Description) -> Canvas:
    """Audio to latents, which are shown, and back to audio."""
    count, column = len(model.latents), 140
    part = Canvas(max(520, 40 + column * count), 420, "encode")
    switch, heard = _heard(part, model, "encode")
    decode = _nn(part, model, "decode", 280)
    clock = part.obj(20, 130, "metro", SHOWN_MS)
    part.wire(switch, clock)
    for place in range(count):
        x = 20 + column * place
        seen = part.obj(x, 165, "snapshot~")
        part.connect(heard, place, seen, 0)
        part.connect(heard, place, decode, place)
        part.wire(clock, seen, part.obj(x, 195, "s", f"$0-heard-{place}"))
    _limited(part, model, decode, 320)
    return part


def _heard(part: Canvas, model: Description, method: str) -> tuple[int, int]:
    """The inlet that switches the subpatch on, and nn~ with what comes in."""
    switch, audio = part.obj(20, 20, "inlet"), range(model.channels)
    part.wire(switch, part.obj(20, 55, "switch~"))
    inlets = [part.obj(110 + 70 * channel, 20, "inlet~") for channel in audio]
    nn = _nn(part, model, method, 95)
    for channel in audio:
        part.connect(inlets[channel], 0, nn, channel)
    return switch, nn


def _nn(part: Canvas, model: Description, method: str, y: int) -> int:
    """nn~ for `method`, which is told its buffer: else it waits for 4096 samples where it has one inlet."""
    nn = part.obj(84, y, "nn~", f"{model.name}.ts", method, PD_BUFFER)
    part.wire(part.obj(340, y - 40, "loadbang"), part.msg(420, y - 40, "bufsize", PD_BUFFER), nn)
    return nn


def _limited(part: Canvas, model: Description, source: int, y: int) -> None:
    """Its channels, limited, as outlets."""
    for channel in range(model.channels):
        clip = part.obj(110 + 100 * channel, y, "clip~", -1, 1)
        part.connect(source, channel, clip, 0)
        part.wire(clip, part.obj(110 + 100 * channel, y + 35, "outlet~"))
