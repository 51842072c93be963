"""Signals as JSON: a list of nodes in which children come before what uses them. Sharing is kept."""

from dataclasses import fields
from functools import lru_cache
from typing import Any

from plaud_live.errors import SignalError
from plaud_live.signals.envelopes import MAX_LEVELS, Envelope
from plaud_live.signals.graph import (
    MIN_LENGTH,
    Binary,
    Clip,
    Constant,
    Hold,
    Quantise,
    Signal,
    Warp,
    child_fields,
)
from plaud_live.signals.live import AS_MANY_AS_LATENTS, Live, is_live_name
from plaud_live.signals.mini_notation import parse
from plaud_live.signals.noise import Drift, Walk
from plaud_live.signals.oscillators import Oscillator
from plaud_live.signals.patterns import Pattern
from plaud_live.signals.picked import Picked
from plaud_live.signals.sequences import MAX_VALUES, Sequence
from plaud_live.signals.slew import Slew
from plaud_live.signals.space import Anchor, Column, Columns, Layer, Reference, Vector
from plaud_live.signals.spark import Peek
from plaud_live.signals.trajectories import MODES, Frames, Trajectory, frames
from plaud_live.signals.transitions import SHAPES, To, Transition
from plaud_live.signals.traversal import MAX_NODES, walk

KEPT = 1024
"""Signals whose data is kept: most of a state is told again, and compared with what is asked for."""

_ARITHMETIC = (Constant, Binary, Clip, Quantise, Warp, Hold, Slew, Peek)
_MOTION = (Oscillator, Drift, Walk, Sequence, Pattern, Envelope, Picked, Live, Trajectory)
_SPACE = (Vector, Anchor, Reference, Column, Columns, Layer, Transition, To)
KINDS: dict[str, type[Signal]] = {kind.__name__.lower(): kind for kind in (*_ARITHMETIC, *_MOTION, *_SPACE)}
_CHOICES = {
    (Binary, "operator"): frozenset(("+", "-", "*", "/", "%", "**")),
    (Oscillator, "shape"): frozenset(("lfo", "tri", "saw", "sq")),
    (Envelope, "shape"): frozenset(SHAPES),
    (Transition, "shape"): frozenset(SHAPES),
    (To, "shape"): frozenset(SHAPES),
    (Trajectory, "mode"): MODES,
}


@lru_cache(maxsize=KEPT)
def to_data(root: Signal) -> list[list[Any]]:
    """`[[kind, field, …], …]`, the root last; a child is the number of its entry. Raises SignalError.

    To be read only: of a signal that was asked for lately it is the same list.
    """
    index: dict[int, int] = {}
    entries: list[list[Any]] = []
    unique: dict[str, int] = {}
    for node in walk(root):
        layout = _LAYOUTS.get(type(node))
        if layout is None:
            raise SignalError(f"{node!r:.80} cannot be sent")
        kind, rows = layout
        entry: list[Any] = [kind]
        for name, is_child, many in rows:
            value = getattr(node, name)
            if is_child:
                entry.append([index[id(v)] for v in value] if many else index[id(value)])
            else:
                entry.append(_plain(value))
        place = unique.setdefault(repr(entry), len(entries))
        if place == len(entries):
            entries.append(entry)
        index[id(node)] = place
    return entries


def _plain(value: Any) -> Any:
    """A field that holds no node, as JSON."""
    if isinstance(value, Frames):
        return value.digest
    return list(value) if isinstance(value, tuple) else value


def _layout(kind: type[Signal]) -> tuple[tuple[str, bool, bool], ...]:
    """Of each field of a node class: its name, whether it holds nodes, and whether several."""
    children = dict(child_fields(kind))
    return tuple((f.name, f.name in children, children.get(f.name, False)) for f in fields(kind))


_LAYOUTS = {kind: (name, _layout(kind)) for name, kind in KINDS.items()}


def from_data(entries: Any) -> Signal:
    """Rebuild a signal. Raises SignalError for anything that is not one."""
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_NODES:
        raise SignalError(f"a signal is a list of 1 to {MAX_NODES} nodes")
    nodes: list[Signal] = []
    for entry in entries:
        named = isinstance(entry, list) and len(entry) > 0 and isinstance(entry[0], str)
        kind = KINDS.get(entry[0]) if named else None
        if kind is None:
            raise SignalError(f"unknown kind of signal: {entry!r:.60}")
        nodes.append(_node(kind, entry[1:], nodes))
    for _ in walk(nodes[-1]):  # refuses what is too deep
        continue
    return nodes[-1]


def _node(kind: type[Signal], values: list[Any], nodes: list[Signal]) -> Signal:
    names = [f.name for f in fields(kind)]
    if len(values) != len(names):
        raise SignalError(f"{kind.__name__.lower()} wants {len(names)} fields, has {len(values)}")
    kinds = dict(child_fields(kind))
    arguments: dict[str, Any] = {}
    for f, value in zip(fields(kind), values, strict=True):
        try:
            if f.name in kinds:
                many = kinds[f.name]
                arguments[f.name] = tuple(_child(v, nodes) for v in value) if many else _child(value, nodes)
            else:
                arguments[f.name] = _READERS[str(f.type)](value)
        except (TypeError, ValueError, KeyError, OverflowError):
            raise SignalError(f"{kind.__name__.lower()}.{f.name}: {value!r:.40} does not fit") from None
        allowed = _CHOICES.get((kind, f.name))
        if allowed is not None and value not in allowed:
            raise SignalError(f"{kind.__name__.lower()}.{f.name}: {value!r:.40} is none of {sorted(allowed)}")
    node = kind(**arguments)
    _check(node)
    return node


def _child(value: Any, nodes: list[Signal]) -> Signal:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < len(nodes):
        raise ValueError(value)
    return nodes[value]


def _check(node: Signal) -> None:
    match node:
        case (
            Oscillator(beats=b)
            | Drift(beats=b)
            | Walk(beats=b)
            | Hold(every=b)
            | Slew(beats=b)
            | Peek(beats=b)
            | Warp(factor=b)
            | Sequence(every=b)
            | Pattern(cycle=b)
            | Trajectory(beats=b)
        ) if b < MIN_LENGTH:
            raise SignalError(f"{type(node).__name__.lower()}: a length wants more than 0 beats")
        case Quantise(steps=steps) if steps < 1:
            raise SignalError("quant wants at least 1 step")
        case Transition(beats=b) | To(beats=b) if b < 0.0:
            raise SignalError("a transition wants 0 beats or more")
        case Columns(size=size, indices=places, signals=signals) if len(places) != len(signals) or not all(
            0 <= i < size for i in places
        ):
            raise SignalError("columns: indices and signals do not match")
        case Walk(step=step) if not 0.0 < step <= 1.0:
            raise SignalError("walk wants steps above 0 and at most 1")
        case Live(name=name, size=size) if not is_live_name(name) or not AS_MANY_AS_LATENTS <= size <= 1024:
            raise SignalError(f"no input can be {name!r:.80} with {size} numbers")
        case Sequence(glide=g) | Pattern(glide=g) if g < 0.0:
            raise SignalError("a glide wants 0 beats or more")
        case Sequence(values=values) | Picked(values=values) if not 1 <= len(values) <= MAX_VALUES:
            raise SignalError(f"{type(node).__name__.lower()} wants 1 to {MAX_VALUES} values")
        case Pattern(text=text, places=places) if len(parse(text).names) != len(places):
            raise SignalError(
                f"pattern {text!r:.40} has {len(parse(text).names)} names, {len(places)} places"
            )
        case Envelope(levels=levels, times=times, every=every) if (
            not 2 <= len(levels) <= MAX_LEVELS
            or len(times) != len(levels) - 1
            or min(times) < 0.0
            or not MIN_LENGTH <= sum(times) <= every
        ):
            raise SignalError("envelope: levels and times do not match")
        case _:
            return


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    result = float(value)
    if result - result != 0.0:  # NaN or infinite
        raise ValueError(value)
    return result


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def _str(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 2000:
        raise TypeError(value)
    return value


_READERS: dict[str, Any] = {
    "<class 'float'>": _float,
    "<class 'int'>": _int,
    "<class 'str'>": _str,
    str(Frames): lambda value: frames(_str(value)),
    "int | None": lambda value: None if value is None else _int(value),
    "tuple[float, ...]": lambda value: tuple(_float(v) for v in value),
    "tuple[int, ...]": lambda value: tuple(_int(v) for v in value),
}
