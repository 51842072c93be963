"""Subpatches of a model in Pure Data: what brings messages to the sliders, and their values to nn~."""

from collections.abc import Sequence

from plaud_live.deploy.description import Description
from plaud_live.deploy.patches.panel import Control, Panel
from plaud_live.surfaces.pd_file import Canvas

LINE, LETTER = 30, 8
"""From one line to the next, and what a letter of a box takes."""

TOLD_MS = 1000
"""How often the console tells of names that are not known."""


def messages(model: Description, shown: Panel, numbers: Sequence[Control]) -> Canvas:
    """A line for each control: the messages that move its slider, and the number beside it.

    `z 0.1 0.9 …` moves the latents from the first on, `home` all; of other names the console tells.
    """
    controls = (*shown.controls, *numbers)
    part = Canvas(920 + 2 * _name_width(model), 460 + LINE * len(controls), "messages")
    sliders = [_line(part, model, control, 20 + LINE * place) for place, control in enumerate(controls)]
    y = 30 + LINE * len(controls)
    part.wire(part.obj(500, y, "r", f"plaud-{model.name}"), part.obj(500, y + LINE, "s", "$0-message"))
    names = [name for control in controls for name in control.names]
    first = part.obj(140, y, "route", "z", "home")
    known = part.obj(140, y + 2 * LINE, "route", *names)
    part.wire(part.obj(20, y, "r", "$0-message"), first)
    each = part.obj(20, y + LINE, "unpack", *("f" for _ in shown.latents))
    part.wire(first, each)
    for place in range(len(shown.latents)):
        part.connect(each, place, sliders[place], 0)
    part.connect(first, 1, part.obj(330, y, "s", "$0-set-home"), 0)
    part.connect(first, 2, known, 0)
    _unknown(part, model, known, len(names), y + 3 * LINE + len(" ".join(names)) // 2)
    return part


def _unknown(part: Canvas, model: Description, source: int, outlet: int, y: int) -> None:
    """The console tells of a name that is not known, but not more often than it can be read."""
    gate, then = part.obj(140, y, "spigot", 1), part.obj(140, y + LINE, "t", "b", "b", "a")
    part.connect(source, outlet, gate, 0)
    part.wire(gate, then)
    part.connect(then, 2, part.obj(330, y + LINE, "print", model.name, "has", "no"), 0)
    shut, again = part.msg(240, y + 2 * LINE, 0), part.msg(140, y + 3 * LINE, 1)
    part.connect(then, 1, shut, 0)
    part.wire(then, part.obj(140, y + 2 * LINE, "delay", TOLD_MS), again)
    for message in (shut, again):
        part.connect(message, 0, gate, 1)


def _name_width(model: Description) -> int:
    """From one name that other patches send to, to the next in its line."""
    return LETTER * len(f"r plaud-{model.name}-temperature")


def _line(part: Canvas, model: Description, control: Control, y: int) -> int:
    """The line of a control; returns what sends to its slider."""
    named, slider = part.obj(140, y, "route", *control.names), part.obj(330, y, "s", f"$0-set-{control.key}")
    part.wire(part.obj(20, y, "r", "$0-message"), named)
    for outlet, name in enumerate(control.names):
        part.connect(named, outlet, slider, 0)
        part.wire(part.obj(500 + _name_width(model) * outlet, y, "r", f"plaud-{model.name}-{name}"), slider)
    if not (control.typed or control.is_switch):
        x = 500 + 2 * _name_width(model)
        value = part.msg(x + 150, y, "set", "$1")
        part.wire(part.obj(x, y, "r", f"$0-{control.key}"), value)
        part.wire(value, part.obj(x + 220, y, "s", f"$0-value-{control.key}"))
    return slider


def attributes(shown: Panel, bufsize: Control) -> Canvas:
    """`set NAME VALUE` for nn~, whole where only whole numbers make sense, and `bufsize`."""
    part = Canvas(620, 80 + LINE * len(shown.attributes), "attributes")
    for place, control in enumerate(shown.attributes):
        y = 20 + LINE * place
        last = part.obj(20, y, "r", f"$0-{control.key}")
        if control.whole and not control.is_switch:
            whole = part.obj(230, y, "int")
            part.wire(last, part.obj(170, y, "+", 0.5), whole)
            last = whole
        part.wire(last, part.msg(290, y, "set", control.key, "$1"), part.obj(520, y, "s", "$0-nn"))
    y = 20 + LINE * len(shown.attributes)
    size, asked = _within(part, 20, y, bufsize), part.msg(290, y, "bufsize", "$1")
    part.wire(size, asked, part.obj(520, y, "s", "$0-nn"))
    return part


def _within(part: Canvas, x: int, y: int, control: Control) -> int:
    """What comes of a number box, within the range of `control`."""
    clip = part.obj(x + 110, y, "clip", control.low, control.high)
    part.wire(part.obj(x, y, "r", f"$0-{control.key}"), clip)
    return clip


def network(model: Description, port: Control) -> Canvas:
    """OSC from anywhere: `/NAME/z0 0.3` and `/z0 0.3` are `z0 0.3`. The object's argument is its port."""
    part = Canvas(520, 300, "network")
    asked, usual = part.obj(20, 55, "f", "$1"), part.obj(20, 90, "sel", 0)
    shown = part.obj(20, 160, "s", f"$0-set-{port.key}")
    part.wire(part.obj(20, 20, "loadbang"), asked, usual, part.msg(20, 125, port.start), shown)
    part.connect(usual, 1, shown, 0)
    listening, words = part.obj(200, 90, "netreceive", "-u", "-b"), part.obj(200, 195, "route", model.name)
    part.wire(_within(part, 200, 20, port), part.msg(200, 55, "listen", "$1"), listening)
    message = part.obj(200, 230, "s", "$0-message")
    part.wire(listening, part.obj(200, 125, "oscparse"), part.obj(200, 160, "list", "trim"), words, message)
    part.connect(words, 1, message, 0)
    return part


def start(model: Description, shown: Panel, bufsize: Control) -> Canvas:
    """Where everything stands when the patch is opened; `home` brings back the latents.

    Pd says in its console if it does not run at the model's rate.
    """
    begun, count = (bufsize, *shown.controls), len(shown.controls)
    part = Canvas(880, 120 + LINE * (count + 1), "start")
    opened, home = part.obj(20, 20, "loadbang"), part.obj(120, 20, "r", "$0-home")
    for place, control in enumerate(begun):
        y = 60 + LINE * place
        value = part.msg(120, y, control.start)
        part.wire(opened, value, part.obj(220, y, "s", f"$0-set-{control.key}"))
        if control in shown.latents:
            part.wire(home, value)
    rate, other = part.obj(400, 55, "samplerate~"), part.obj(400, 125, "sel", model.sample_rate)
    part.wire(part.obj(400, 20, "r", "pd-dsp-started"), rate, part.obj(400, 90, "change"), other)
    part.wire(opened, rate)
    said = part.msg(400, 160, *_other_rate(model).split())
    part.connect(other, 1, said, 0)
    part.wire(said, part.obj(400, 250, "print", model.name))
    return part


def _other_rate(model: Description) -> str:
    """What is said at another sample rate."""
    rate = model.sample_rate
    return (
        f"Pd runs at $1 Hz but {model.name}.ts is for {rate}: set Pd to that or export with --sample-rate $1"
    )
