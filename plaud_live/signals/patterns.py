"""Patterns: mini-notation over numbers and anchors as a signal."""

import math
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np

from plaud_live.errors import SignalError
from plaud_live.signals.graph import ROUNDING, Array, Constant, Evaluation, Signal, positive
from plaud_live.signals.mini_notation import Onset, Program, parse
from plaud_live.signals.noise import seed_of, uniform
from plaud_live.signals.selection import Index, crossfade, select
from plaud_live.signals.sequences import glide_of
from plaud_live.signals.space import Anchor
from plaud_live.signals.transitions import SHAPES

MAX_REACH = 64
"""Cycles over which a hold reaches back."""


@dataclass(frozen=True, eq=False)
class Pattern(Signal):
    """The steps of `text`, one cycle in `cycle` beats; the first `glide` beats of each step lead to it.

    `places` are what the names in the text stand for, in the order in which they first appear.
    """

    text: str
    cycle: float
    glide: float
    seed: int
    places: tuple[Signal, ...]

    def evaluate(self, at: Evaluation) -> Array:
        program = parse(self.text)
        position = at.beats / self.cycle
        cycle = np.floor(position + ROUNDING)
        within = position - cycle
        table, rows = self._rows(program, cycle, within)
        choices = _choices(program, self.places)
        after = select(at, choices, table.choices[rows])
        if self.glide <= 0.0:
            return after
        mix = np.clip((within - table.begins[rows]) / table.lengths[rows], 0.0, 1.0)
        if bool((mix >= 1.0).all()):
            return after
        return crossfade(select(at, choices, table.before[rows]), after, SHAPES["smooth"](mix))

    def _rows(self, program: Program, cycle: Array, within: Array) -> tuple["_Table", Index]:
        """A table with the onsets of all cycles, and which of them each frame follows, [n]."""
        glide = self.glide / self.cycle
        each = np.unique(cycle) if len(cycle) and cycle.min() < cycle.max() else cycle[:1]
        tables = [_table(program, _turn(program, int(c)), self.seed, glide) for c in each]
        if len(tables) == 1:
            return tables[0], _row(tables[0], within)
        rows = np.empty(len(cycle), dtype=np.intp)
        begun = 0
        for c, table in zip(each, tables, strict=True):
            mine = cycle == c
            rows[mine] = begun + _row(table, within[mine])
            begun += len(table.begins)
        return _joined(tables), rows


def pat(text: str, cycle: float = 4, glide: float = 0, seed: int = 0) -> Signal:
    """A pattern of numbers and anchors: its steps share a cycle of `cycle` beats.

    `[ ]` subdivides a step, `< >` gives one of its steps a cycle, `*2` repeats, `_` and `~` hold, `(3,8)`
    spreads 3 over 8 (Euclid), `?` leaves out by chance, decided by `seed`. `glide` is how many beats the way
    to a value takes. Where a signal fits, a string alone is a pattern of 4 beats; in arithmetic write
    `pat("0 1")*.5`, for Python repeats and joins what is in quotes alone.

    >>> drone.z = pat("bell <glass wood> _ .5", cycle=8, glide=1)
    >>> drone.z0 = "0 .5 [1 .2]*2"
    """
    if not isinstance(text, str):
        raise SignalError(f"pat: wants a pattern in quotes, not {type(text).__name__}")
    length = positive(cycle, "pat: cycle")
    program = parse(text)
    if len(program.choices) == 1 and not program.random:
        return _choices(program, tuple(Anchor(name) for name in program.names))[0]
    places = tuple(Anchor(name) for name in program.names)
    return Pattern(text, length, glide_of(glide, math.inf, "pat"), seed_of(seed, "pat"), places)


@dataclass(frozen=True, eq=False)
class _Table:
    """The onsets that matter within one cycle, [m] each; times in cycles from the beginning of it.

    `before` is what a glide leaves from, `lengths` how long it takes.
    """

    begins: Array
    choices: Index
    before: Index
    lengths: Array


def _row(table: _Table, within: Array) -> Index:
    return np.searchsorted(table.begins, within + ROUNDING, side="right") - 1


def _joined(tables: list[_Table]) -> _Table:
    nothing = np.empty(0)
    empty = _Table(nothing, nothing.astype(np.intp), nothing.astype(np.intp), nothing)
    columns = [np.concatenate([getattr(t, f.name) for t in (empty, *tables)]) for f in fields(_Table)]
    return _Table(*columns)


@lru_cache(maxsize=2048)
def _table(program: Program, cycle: int, seed: int, glide: float) -> _Table:
    """The cycle's onsets, with the one that is still held when it begins and the one before that."""
    here = _happening(program, cycle, seed, 0)
    earlier: list[Onset] = []
    for back in range(1, MAX_REACH + 1):
        if len(earlier) >= 2:
            break
        earlier = _happening(program, cycle - back, seed, -back) + earlier
    following: list[Onset] = []
    for ahead in range(1, min(math.ceil(glide), MAX_REACH) + 1):
        following = _happening(program, cycle + ahead, seed, ahead)
        if following:
            break
    first = Onset(-float(MAX_REACH), 0, 0.0)
    onsets = ([first, first, *earlier])[-2:] + here
    begins = np.array([o.begin for o in onsets])
    ends = np.append(begins[1:], following[0].begin if following else np.inf)
    choices = np.array([o.choice for o in onsets], dtype=np.intp)
    lengths = np.minimum(glide, ends - begins)
    before = np.concatenate([choices[:1], choices[:-1]])
    return _Table(begins[1:], choices[1:], before[1:], np.maximum(lengths[1:], 1e-12))


def _happening(program: Program, cycle: int, seed: int, shift: int) -> list[Onset]:
    """The onsets of a cycle that are not left out, moved by `shift` cycles."""
    onsets = program.onsets(cycle)
    if program.random and onsets:
        steps = np.arange(len(onsets), dtype=np.int64) + cycle * 4096
        draws = uniform(seed, steps)
        onsets = [o for o, draw in zip(onsets, draws, strict=True) if draw >= o.left_out]
    return [Onset(o.begin + shift, o.choice, 0.0) for o in onsets]


def _turn(program: Program, cycle: int) -> int:
    """The first cycle that is the same as this one."""
    return cycle if program.random else cycle % program.root.period


@lru_cache(maxsize=512)
def _numbers(program: Program) -> tuple[Constant | None, ...]:
    return tuple(Constant(c) if isinstance(c, float) else None for c in program.choices)


def _choices(program: Program, places: tuple[Signal, ...]) -> list[Signal]:
    """A signal for each number and name of the program."""
    rest = iter(places)
    return [next(rest) if constant is None else constant for constant in _numbers(program)]
