"""The help patch of a model in Max: the object, what it understands, then `forward` and `encode`."""

from plaud_live.deploy.description import MAX_BUFFER, Description
from plaud_live.deploy.patches.maxpat import MULTI, SIGNAL, size
from plaud_live.deploy.patches.panel import OSC_PORT, REPLY_PORT, panel, rate
from plaud_live.surfaces.max_file import LETTER, Patcher

LEFT, TOP, WIDTH = 20.0, 200.0, 700.0
"""Where the object itself is, and how wide the patch is at least."""

NUMBER, NUMBERS_A_ROW = 78.0, 8
"""From one latent of what is heard to the next."""


def write(model: Description) -> str:
    """The help patch as text."""
    width, height = size(model)
    below = TOP + height
    patch = Patcher(max(width, WIDTH) + 2 * LEFT, below + 460.0, presentation=False)
    _say(patch, LEFT, 10.0, f"{model.name}: a model of plaud-live, played through nn~", 20.0)
    _say(patch, LEFT, 44.0, f"needs nn~ 1.5.6 or newer and Max at {rate(model)}")
    _object(patch, model)
    _say(patch, LEFT + 80.0, below + 24.0, f"OSC at UDP port {OSC_PORT}: /{model.name}/z0 0.3 or /z0 0.3")
    _say(patch, LEFT + 80.0, below + 46.0, f"what the dials do is told at port {REPLY_PORT}")
    _say(patch, LEFT, below + 100.0, "what comes in: use headphones or it feeds back", 16.0)
    _forward(patch, model, LEFT, below + 130.0)
    beside = max(270.0, 40.0 + LETTER * len(_forward_text(model)))
    _encode(patch, model, LEFT + beside, below + 130.0)
    return patch.text


def _say(patch: Patcher, x: float, y: float, words: str, size: float = 12.0) -> None:
    """A comment in letters of `size` points."""
    rect = x, y, LETTER * size / 12.0 * len(words) + 12.0, size + 10.0
    patch.box("comment", rect, text=words, fontsize=size)


def _object(patch: Patcher, model: Description) -> None:
    """The object, what it is told by messages and signals, and where it sounds."""
    shown, (width, height) = panel(model), size(model)
    file, count = f"{model.name}.maxpat", len(shown.latents)
    made = patch.embed((LEFT, TOP, width, height), file, 1 + count, SIGNAL * model.channels)
    some = shown.a_count
    said = (
        f"{shown.latents[0].names[-1]} 0.8",
        " ".join(("z", "0.1", "0.9", "0.5")[: 1 + count]),
        "home",
        f"{some.key} {some.high // 4:g}",
        f"{some.key} {some.high:g}",
        "preset store 1",
        "preset 1",
    )
    x = LEFT
    _say(patch, LEFT, 84.0, "messages to the first inlet:")
    for words in said:
        wide = LETTER * len(words) + 16.0
        patch.wire(patch.box("message", (x, 110.0, wide, 22.0), text=words), made)
        x += wide + 10.0
    x += 14.0
    _say(patch, x, 84.0, "signals add to latents:")
    slow, depth = patch.obj(x, 110.0, "cycle~ 0.1", 2, SIGNAL), patch.obj(x, 150.0, "*~ 0.", 2, SIGNAL)
    much = patch.box("flonum", (x + 90.0, 110.0, 50.0, 22.0), minimum=0.0, maximum=1.0)
    patch.wire(slow, depth)
    patch.connect(much, 0, depth, 1)
    patch.connect(depth, 0, made, 1)
    speakers = patch.box("ezdac~", (LEFT, TOP + height + 20.0, 45.0, 45.0))
    _both(patch, model, made, speakers)


def _both(patch: Patcher, model: Description, source: int, speakers: int) -> None:
    """One channel to both loudspeakers, or one to each."""
    for channel in range(2):
        patch.connect(source, min(channel, model.channels - 1), speakers, channel)


def _heard(patch: Patcher, model: Description, x: float, y: float, words: str) -> tuple[int, int]:
    """What comes in, and the message that switches the model on: it rests until then."""
    _say(patch, x, y, words)
    inputs = " ".join(str(channel + 1) for channel in range(model.channels))
    heard = patch.obj(x, y + 30.0, f"adc~ {inputs}", 1, SIGNAL * model.channels)
    switch = patch.box("toggle", (x + 110.0, y + 30.0, 22.0, 22.0))
    enable = patch.box("message", (x + 145.0, y + 30.0, 70.0, 22.0), text="enable $1")
    patch.wire(switch, enable)
    return heard, enable


def _limited(patch: Patcher, model: Description, source: int, x: float, y: float) -> None:
    """Its channels, limited, to the loudspeakers."""
    speakers = patch.obj(x, y + 40.0, "dac~ 1 2", 2, ())
    for channel in range(model.channels):
        limit = patch.obj(x + 100.0 * channel, y, "clip~ -1. 1.", 3, SIGNAL)
        patch.connect(source, channel, limit, 0)
        for side in range(2):
            if min(side, model.channels - 1) == channel:
                patch.connect(limit, 0, speakers, side)


def _forward(patch: Patcher, model: Description, x: float, y: float) -> None:
    """Audio to audio."""
    heard, enable = _heard(patch, model, x, y, "forward: the model plays what it hears")
    nn = patch.obj(x, y + 70.0, _forward_text(model), model.channels, SIGNAL * model.channels)
    patch.wire(enable, nn)
    for channel in range(model.channels):
        patch.connect(heard, channel, nn, channel)
    _limited(patch, model, nn, x, y + 110.0)


def _forward_text(model: Description) -> str:
    return f"nn~ {model.name}.ts forward {MAX_BUFFER} @enable 0"


def _encode(patch: Patcher, model: Description, x: float, y: float) -> None:
    """Audio to latents, which are shown, and back to audio."""
    heard, enable = _heard(patch, model, x, y, "encode: what it hears as latents for decode")
    channels, count = model.channels, len(model.latents)
    ends = f"1 {MAX_BUFFER} @enable 0"
    together = patch.obj(x, y + 70.0, f"mc.pack~ {channels}", channels, MULTI)
    encode = patch.obj(x, y + 110.0, f"mcs.nn~ {model.name}.ts encode {ends}", 1, MULTI)
    decode = patch.obj(x, y + 150.0, f"mcs.nn~ {model.name}.ts decode {ends}", 1, MULTI)
    apart = patch.obj(x, y + 190.0, f"mc.unpack~ {channels}", 1, SIGNAL * channels)
    for channel in range(channels):
        patch.connect(heard, channel, together, channel)
    patch.wire(together, encode, decode, apart)
    patch.wire(enable, encode)
    patch.wire(enable, decode)
    _limited(patch, model, apart, x + 110.0, y + 190.0)
    seen = patch.obj(LEFT, y + 190.0, f"mc.unpack~ {count}", 1, SIGNAL * count)
    patch.wire(encode, seen)
    for place, latent in enumerate(model.latents):
        row, column = divmod(place, NUMBERS_A_ROW)
        at, line = LEFT + NUMBER * column, y + 265.0 + 48.0 * row
        number = patch.box("number~", (at, line, 56.0, 22.0), mode=2, sig=0.0)
        patch.connect(seen, place, number, 0)
        _say(patch, at, line + 22.0, latent.short)
