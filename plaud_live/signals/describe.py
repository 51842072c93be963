"""Signals as the performer would type them."""

from fractions import Fraction

from plaud_live.signals.envelopes import Envelope
from plaud_live.signals.graph import Binary, Clip, Constant, Hold, Quantise, Signal, Warp
from plaud_live.signals.live import Live, live_text
from plaud_live.signals.noise import Drift, Walk
from plaud_live.signals.oscillators import Oscillator
from plaud_live.signals.patterns import Pattern
from plaud_live.signals.sequences import Sequence
from plaud_live.signals.slew import Slew
from plaud_live.signals.space import Anchor, Column, Columns, Layer, Reference, Vector
from plaud_live.signals.spark import Peek
from plaud_live.signals.transitions import To, Transition

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "**": 3}


def describe(source: Signal) -> str:
    """One line of text, cut at 200 characters."""
    text = _describe(source, 0)
    return text if len(text) <= 200 else text[:199] + "…"


def _describe(node: Signal, depth: int) -> str:
    if depth > 12:
        return "…"

    def inner(child: Signal) -> str:
        return _describe(child, depth + 1)

    match node:
        case Constant():
            return f"{node.number:g}"
        case Vector():
            return f"A.{node.name}" if node.name else "[" + " ".join(f"{v:.2f}" for v in node.values) + "]"
        case Anchor():
            return f"A.{node.name}"
        case Oscillator():
            phase = f", phase={node.phase:g}" if node.phase else ""
            return f"{node.shape}({_number(node.beats)}{phase})"
        case Drift():
            seed = f", seed={node.seed}" if node.seed else ""
            return f"drift({_number(node.beats)}{seed})"
        case Walk():
            seed = f", seed={node.seed}" if node.seed else ""
            return f"walk({_number(node.beats)}, {_number(node.step)}{seed})"
        case Sequence():
            glide = f", glide={_number(node.glide)}" if node.glide else ""
            return f"seq({', '.join(inner(v) for v in node.values)}, every={_number(node.every)}{glide})"
        case Pattern():
            return _pattern(node)
        case Envelope():
            return _envelope(node, depth)
        case Live():
            return live_text(node.name)
        case Slew():
            return f"{_atom(node.source, depth)}.slew({_number(node.beats)})"
        case Peek():
            return f"{_atom(node.source, depth)}.peek({_number(node.beats)})"
        case Binary():
            return _binary(node, depth)
        case Clip():
            return f"{_atom(node.source, depth)}.clip({node.low:g}, {node.high:g})"
        case Quantise():
            return f"{_atom(node.source, depth)}.quant({node.steps})"
        case Warp():
            fast = f".fast({_number(node.factor)})" if node.factor != 1.0 or not node.lag else ""
            delay = f".delay({_number(node.lag)})" if node.lag else ""
            return _atom(node.source, depth) + fast + delay
        case Hold():
            return f"{_atom(node.source, depth)}.hold({_number(node.every)})"
        case Reference():
            return f"{node.instrument}.{node.parameter}{'' if node.index is None else node.index}"
        case Column():
            return f"{_atom(node.source, depth)}[{node.index}]"
        case Columns():
            driven = ", ".join(f"z{i}={inner(s)}" for i, s in zip(node.indices, node.signals, strict=True))
            return f"{inner(node.base)} with {driven}" if len(node.indices) < node.size else driven
        case Layer():
            return inner(node.source)
        case Transition():
            return f"{inner(node.before)} → {inner(node.after)}"
        case To():
            return f"to({inner(node.target)}, {_number(node.beats)})"
        case _:
            return type(node).__name__.lower()


def _binary(node: Binary, depth: int) -> str:
    strength = _STRENGTH[node.operator]
    parts = []
    for side, child in enumerate((node.left, node.right)):
        text = _text(child, depth)
        weaker = isinstance(child, Binary) and _STRENGTH[child.operator] < strength + side
        parts.append(f"({text})" if weaker else text)
    space = " " if strength == 1 else ""
    return f"{parts[0]}{space}{node.operator}{space}{parts[1]}"


def _pattern(node: Pattern) -> str:
    """In quotes alone where all else is as it is unless told."""
    said = [
        f"{word}={_number(value)}"
        for word, value, usual in (("cycle", node.cycle, 4), ("glide", node.glide, 0), ("seed", node.seed, 0))
        if value != usual
    ]
    text = f'"{node.text}"'
    return f"pat({', '.join([text, *said])})" if said else text


def _envelope(node: Envelope, depth: int) -> str:
    levels = ", ".join(_describe(level, depth + 1) for level in node.levels)
    times = ", ".join(_number(t) for t in node.times)
    every = f", every={_number(node.every)}" if node.every != sum(node.times) else ""
    shape = f", shape={node.shape!r}" if node.shape != "linear" else ""
    return f"env([{levels}], [{times}]{every}{shape})"


def _atom(node: Signal, depth: int) -> str:
    text = _text(node, depth)
    return f"({text})" if isinstance(node, Binary | Transition | Columns) else text


def _text(node: Signal, depth: int) -> str:
    """A pattern with its word, for Python repeats and joins what is in quotes alone."""
    text = _describe(node, depth + 1)
    return f"pat({text})" if isinstance(node, Pattern) and text.startswith('"') else text


def _number(value: float) -> str:
    """In few digits, or as a fraction where it is one."""
    text = f"{value:g}"
    near = Fraction(value).limit_denominator(64)
    return text if float(text) == value or near.numerator / near.denominator != value else str(near)
