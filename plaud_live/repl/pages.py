"""Help: a first minute on one screen, and a page for every word."""

import inspect
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from plaud_live.control.parameters import Parameter
from plaud_live.repl.messages import Page
from plaud_live.signals.graph import Signal

WIDTH = 79
KEYS = "F1 help · F5 tap · F8 undo · F9 hush · F12 panic · Ctrl-C cancel · Ctrl-D leave"

TOUR = Page(
    f"""\
Everything that moves is a signal; a parameter takes any signal by assignment.
  drone = load("default"); drone.play(over=8)       a model fades in
  drone.z0 = lfo(16)             one latent; also tri saw sq drift walk env seq
  drone.z1 = .3 + .2*drift(8)    signals add and multiply
  drone.z2 = "0 .5 [1 .2]*2"     a pattern of 4 beats; pat("...", cycle=8)
  drone.z3 = saw(8).range(.2, 1).slew(1/4)   also .quant .clip .slow .delay
  drone.z0 += .1*lfo(1/2)        lay something over what is there
  drone.z3 = osc("td/x")         live; also mic.loud, fn(lambda beat: ...)
  learn(drone.z2, drone.gain)    move two knobs; also knob.f1 cc(21) note.pitch
  drone.mark("home")             name this place: A.home; also near(drone)
  drone.z = to(A.home, 16)       go there; A.home.to(.2, lfo(32)): breathe
  drone(z1=.8, gain=.7, over=8, at=16)       together; also with at(16): ...
  scene("dark"); scene.dark(over=16)         keep all, come back; solo(drone)
  clock.bpm = 92; clock.quant = 4            launches wait for the next 4 beats
  take = keep(64); take.play()   what has just sounded; also takes, rec.start()
  @every(8)                      above def f(n): run it in time; once, choose
  who() status() why() undo() redo() hush(16) panic() exit()
  run("patches/01_hello.py")     play a script; tutorial() teaches as it plays
  help(lfo) help(drone) A        say more; Tab completes, Up and F2 recall
{KEYS}"""
)

TOPICS = {
    "pattern": "pat",
    "patterns": "pat",
    "mini-notation": "pat",
    "notation": "pat",
    "string": "pat",
    "loop": "every",
    "loops": "every",
    "scenes": "scene",
    "anchor": "A",
    "anchors": "A",
    "places": "A",
    "tempo": "clock",
    "bpm": "clock",
    "beat": "clock",
    "random": "choose",
    "microphone": "mic",
    "input": "mic",
    "aftertouch": "touch",
    "wheel": "bend",
    "keyboard": "note",
    "transition": "to",
    "fade": "to",
    "sequence": "seq",
    "envelope": "env",
    "function": "fn",
    "tour": "help",
    "record": "rec",
    "recording": "rec",
    "take": "takes",
    "addresses": "osc",
    **dict.fromkeys(("controller", "controllers", "map", "mapping", "takeover", "pickup"), "learn"),
    **dict.fromkeys(("fader", "faders", "knobs"), "knob"),
}
"""What somebody may ask help about by another word than its own."""

SIGNAL_METHODS = ("range", "slew", "fast", "slow", "clip", "quant", "delay", "hold", "peek", "to")
EXAMPLE = ">>> "


def page(thing: object, name: str = "") -> Page:
    """Help on a word or a value: how it is called, its docstring with examples; at most 20 lines."""
    title = name or getattr(thing, "__name__", type(thing).__name__)
    text = inspect.getdoc(thing) or "nothing is written about this"
    lines = textwrap.wrap(f"{title}{signature(thing)}", WIDTH, subsequent_indent="     ") or [title]
    for paragraph in text.split("\n\n"):
        lines += [*_shown(paragraph), ""]
    return Page("\n".join(lines[:-1][:20]))


def examples(thing: object) -> list[str]:
    """What the docstring of `thing` shows as typed at the prompt."""
    lines = (line.strip() for line in (inspect.getdoc(thing) or "").split("\n"))
    return [line.removeprefix(EXAMPLE) for line in lines if line.startswith(EXAMPLE)]


def signal_page() -> Page:
    """Help on what every signal can do."""
    lines = ["A signal: a number that moves. + - * / % ** work with numbers and signals, and:"]
    for method in SIGNAL_METHODS:
        function = getattr(Signal, method)
        head = f"  .{method + signature(function):<25} "
        lines += textwrap.wrap(head + first_line(function), WIDTH, subsequent_indent=" " * len(head))
    return Page("\n".join(lines))


def table_page(name: str, model: str, table: Mapping[str, Parameter], methods: Mapping[str, str]) -> Page:
    """Help on an instrument: its parameters with range and unit, then what it can do."""
    lines = [f"{name} plays {model}. Parameters:"]
    latents = [row for row in table.values() if row.index is not None and row.name == f"z{row.index}"]
    for row in table.values():
        if row in latents:
            if row is latents[0]:
                span = f"{row.name}..{latents[-1].name}"
                lines.append(_row(span, row, "one latent; 0 and 1 are its usual ends"))
        else:
            lines.append(_row(row.name, row, row.help))
    return Page("\n".join([*lines, *_side_by_side(methods.values())]))


def _side_by_side(texts: Iterable[str]) -> list[str]:
    """Texts in as few lines as they fit in, in order."""
    lines: list[str] = []
    for text in texts:
        if lines and len(lines[-1]) + 3 + len(text) <= WIDTH:
            lines[-1] += f" · {text}"
        else:
            lines += textwrap.wrap(f"  {text}", WIDTH, subsequent_indent="    ")
    return lines


def _row(name: str, row: Parameter, text: str) -> str:
    return f"  {name:<12} {f'{row.low:g} to {row.high:g}':<12} {row.unit:<6} {text}"


def _shown(paragraph: str) -> list[str]:
    """A paragraph of a docstring, filled; examples as they are typed."""
    if paragraph.startswith(EXAMPLE):
        return [f"    {line[len(EXAMPLE) :]}" for line in paragraph.split("\n")]
    return textwrap.wrap(paragraph, WIDTH, initial_indent="  ", subsequent_indent="  ")


def signature(thing: Any) -> str:
    """How a function is called, `(over=None, at=None)`, without types; '' for what cannot be called."""
    if not callable(thing):
        return ""
    try:
        taken = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    empty = inspect.Parameter.empty
    plain = [
        p.replace(annotation=empty, default=empty if p.default is ... else p.default)
        for p in taken.parameters.values()
        if p.name != "self"
    ]
    return str(taken.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def first_line(thing: object) -> str:
    """The first line of a docstring, '' for none."""
    return (inspect.getdoc(thing) or "").split("\n")[0]


def summary(thing: object) -> str:
    """A function in one line: how it is called, what it does, an example; '' for what has no name."""
    doc = first_line(thing).replace("`", "")
    name = getattr(thing, "__name__", "")
    shown = "".join(f" {example}" for example in examples(thing)[:1])
    return f"{name}{signature(thing)} — {doc}{shown}" if doc and name else ""
