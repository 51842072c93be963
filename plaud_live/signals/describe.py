"""Signals as the performer would type them."""

from fractions import Fraction

from plaud_live.signals.envelopes import Envelope
from plaud_live.signals.graph import Binary, Clip, Constant, Hold, Quantise, Signal, Warp
from plaud_live.signals.live import Live, live_text
from plaud_live.signals.noise import Drift, Walk
from plaud_live.signals.oscillators import Oscillator
from plaud_live.signals.patterns import Pattern
from plaud_live.signals.picked import Picked
from plaud_live.signals.sequences import Sequence
from plaud_live.signals.slew import Slew
from plaud_live.signals.space import Anchor, Column, Columns, Layer, Reference, Vector
from plaud_live.signals.spark import Peek
from plaud_live.signals.trajectories import Trajectory
from plaud_live.signals.transitions import To, Transition

MAX_TEXT = 200
MAX_DEPTH = 12
MAX_PARTS = 200
"""Nodes that are written out: more do not fit into the line, and a shared node may lie there very often."""

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "**": 3}
_WHOLE = 4


def describe(source: Signal) -> str:
    """One line of text, cut at MAX_TEXT characters."""
    text = _Writer().text(source)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


class _Writer:
    """Writes one signal out, as far as it fits."""

    def __init__(self) -> None:
        self._depth = 0
        self._left = MAX_PARTS

    def text(self, node: Signal) -> str:
        if self._depth > MAX_DEPTH or self._left <= 0:
            return "…"
        self._depth += 1
        self._left -= 1
        try:
            return self._node(node)
        finally:
            self._depth -= 1

    def _node(self, node: Signal) -> str:
        match node:
            case Constant():
                return f"{node.number:g}"
            case Vector():
                shown = " ".join(f"{v:.2f}" for v in node.values[: MAX_TEXT // 4])
                return f"A.{node.name}" if node.name else f"[{shown}]"
            case Anchor():
                return f"A.{node.name}"
            case Oscillator():
                phase = f", phase={_number(node.phase)}" if node.phase else ""
                return f"{node.shape}({_number(node.beats)}{phase})"
            case Drift():
                return f"drift({_number(node.beats)}{_seed(node.seed)})"
            case Walk():
                return f"walk({_number(node.beats)}, {_number(node.step)}{_seed(node.seed)})"
            case Sequence():
                glide = f", glide={_number(node.glide)}" if node.glide else ""
                return f"seq({self._list(node.values)}, every={_number(node.every)}{glide})"
            case Pattern():
                return _pattern(node)
            case Envelope():
                return self._envelope(node)
            case Picked():
                return f"keys({self._list(node.values)})"
            case Live():
                return live_text(node.name)
            case Trajectory():
                return node.text
            case Binary():
                return self._binary(node)
            case Clip():
                return f"{self._atom(node.source)}.clip({node.low:g}, {node.high:g})"
            case Quantise():
                return f"{self._atom(node.source)}.quant({node.steps})"
            case Warp():
                return self._atom(node.source) + _speed(node)
            case Hold():
                return f"{self._atom(node.source)}.hold({_number(node.every)})"
            case Slew():
                return f"{self._atom(node.source)}.slew({_number(node.beats)})"
            case Peek():
                return f"{self._atom(node.source)}.peek({_number(node.beats)})"
            case Reference():
                return f"{node.instrument}.{node.parameter}{'' if node.index is None else node.index}"
            case Column():
                return f"{self._atom(node.source)}[{node.index}]"
            case Columns():
                return self._columns(node)
            case Layer():
                return self.text(node.source)
            case Transition():
                return f"{self.text(node.before)} → {self.text(node.after)}"
            case To():
                return f"to({self.text(node.target)}, {_number(node.beats)})"
            case _:
                return str(getattr(node, "text", type(node).__name__.lower()))

    def _binary(self, node: Binary) -> str:
        """With brackets where Python needs them: it reads `-` and `/` from the left, `**` from the right."""
        if (method := _as_method(node)) is not None:
            source, name, *arguments = method
            return f"{self._atom(source)}.{name}({self._list(tuple(arguments))})"
        strength = _STRENGTH[node.operator]
        wanted = (strength + 1, strength) if node.operator == "**" else (strength, strength + 1)
        parts = []
        for child, least in zip((node.left, node.right), wanted, strict=True):
            text = self._word(child)
            weaker = _strength(child) < least
            negative = node.operator == "**" and text.startswith("-")
            parts.append(f"({text})" if weaker or negative else text)
        return (f" {node.operator} " if strength == 1 else node.operator).join(parts)

    def _envelope(self, node: Envelope) -> str:
        times = ", ".join(_number(t) for t in node.times)
        every = f", every={_number(node.every)}" if node.every != sum(node.times) else ""
        shape = f", shape={node.shape!r}" if node.shape != "linear" else ""
        return f"env([{self._list(node.levels)}], [{times}]{every}{shape})"

    def _columns(self, node: Columns) -> str:
        driven = ", ".join(
            f"z{i}={self.text(s)}" for i, s in zip(node.indices, node.signals, strict=True) if self._left > 0
        )
        return f"{self.text(node.base)} with {driven}" if len(node.indices) < node.size else driven

    def _list(self, nodes: tuple[Signal, ...]) -> str:
        written = [self.text(node) for node in nodes if self._left > 0]
        return ", ".join(written if len(written) == len(nodes) else [*written, "…"])

    def _atom(self, node: Signal) -> str:
        text = self._word(node)
        bare = _strength(node) == _WHOLE and not text.startswith("-")
        return text if bare else f"({text})"

    def _word(self, node: Signal) -> str:
        """A pattern with its word, for Python repeats and joins what is in quotes alone."""
        text = self.text(node)
        return f"pat({text})" if isinstance(node, Pattern) and text.startswith('"') else text


def _strength(node: Signal) -> int:
    """How strongly what is written of a node holds together; the weaker needs brackets."""
    match node:
        case Layer():
            return _strength(node.source)
        case Binary():
            return _WHOLE if _as_method(node) else _STRENGTH[node.operator]
        case Transition() | Columns():
            return 0
        case _:
            return _WHOLE


def _as_method(node: Binary) -> tuple[Signal, str, *tuple[Signal, ...]] | None:
    """What `.range` and `.to` have made: source, name and arguments of the call; None for other sums.

    A number has no such methods: its sum is written out.
    """
    match node:
        case Binary("+", low, Binary("*", Binary("-", high, base), source)) if base is low:
            found = source, "range", low, high
        case Binary("+", Binary("*", before, Binary("-", Constant(1.0), rest)), Binary("*", after, amount)):
            if rest is not amount:
                return None
            found = before, "to", after, amount
        case _:
            return None
    return None if isinstance(found[0], Constant) else found


def _speed(node: Warp) -> str:
    """`.fast(2)`, `.slow(3)`, `.delay(1)`, or speed and delay together."""
    delay = f".delay({_number(node.lag)})" if node.lag else ""
    if node.factor < 1.0:
        return f".slow({_number(1.0 / node.factor)}){delay}"
    return f".fast({_number(node.factor)}){delay}" if node.factor > 1.0 or not delay else delay


def _pattern(node: Pattern) -> str:
    """In quotes alone where all else is as it is unless told."""
    said = [
        f"{word}={_number(value)}"
        for word, value, usual in (("cycle", node.cycle, 4), ("glide", node.glide, 0), ("seed", node.seed, 0))
        if value != usual
    ]
    text = f'"{node.text}"'
    return f"pat({', '.join([text, *said])})" if said else text


def _seed(seed: int) -> str:
    return f", seed={seed}" if seed else ""


def _number(value: float) -> str:
    """In few digits, or as a fraction where it is one."""
    text = f"{value:g}"
    near = Fraction(value).limit_denominator(64)
    return text if float(text) == value or near.numerator / near.denominator != value else str(near)
