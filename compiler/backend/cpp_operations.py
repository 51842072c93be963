"""Operations of a program in C++: a call of a kernel each, with the tables and the state that it needs."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compiler.backend.cpp_forms import Forms
from compiler.backend.cpp_text import Tables, comment
from compiler.ir.nodes import Array
from compiler.passes.program import (
    Add,
    Cascade,
    Convolve,
    Loop,
    Mix,
    Operation,
    Program,
    Scale,
    Taps,
    Write,
)
from compiler.passes.roundoff import MOST_IN_SINGLE, weights


@dataclass(frozen=True)
class Position:
    """Where code stands: expressions for the first sample of a chunk and their number, and its longest."""

    at: str
    n: str
    chunk: int
    depth: int = 0


@dataclass(frozen=True)
class Knobs:
    """Operations that knobs change, by name."""

    scaled: Set[str] = frozenset()
    """Those whose coefficients `t60` multiplies by powers of gamma."""
    passing: Set[str] = frozenset()
    """Sections that `freeze` passes by."""
    damped: Set[str] = frozenset()
    """The lowpass of `damping`."""
    held: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Gains, with what `freeze` adds to each."""


@dataclass
class Operations:
    """Emits the operations of `program`, and collects what they need of the class.

    `rows` is the row of each channel.
    """

    program: Program
    rows: Sequence[int]
    knobs: Knobs
    tables: Tables = field(default_factory=Tables)
    members: list[str] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    """Statements of `instanceConstants`."""
    clears: list[str] = field(default_factory=list)
    """Statements of `instanceClear`."""
    glides: list[str] = field(default_factory=list)
    """Statements that take coefficients to `next`, the ln(gamma) that a block ends with."""
    arrivals: list[str] = field(default_factory=list)
    """Statements behind a block in which gains went to others."""
    dampings: list[str] = field(default_factory=list)
    """Statements that set the lowpass of `damping` to `pole`."""
    longest: int = 1
    """The highest power of gamma in a coefficient."""
    memory: int = 0
    """Samples in all rings."""
    window: int = 0
    """Taps of the longest convolution."""

    def emit(self, operations: Sequence[Operation], position: Position) -> list[str]:
        """Statements that run `operations`."""
        lines: list[str] = []
        written: set[int] = set()
        forms = Forms(self.tables, position.n)
        for operation in operations:
            lines.append(f"// {comment(operation.name)}: {_in_words(operation)}")
            match operation:
                case Mix():
                    lines += forms.product(operation.form, *self._ends(operation))
                case Scale() if operation.name in self.knobs.held:
                    lines.append(self._held(operation, position))
                case Scale():
                    lines.append(forms.scale(operation.gains, *self._ends(operation)))
                case Add():
                    lines += self._add(operation, position)
                case Write():
                    written.add(operation.line)
                    lines.append(self._write(operation, position))
                case Taps():
                    lines += self._taps(operation, operation.line in written, position)
                case Convolve():
                    lines += self._convolve(operation, operation.line in written, position)
                case Cascade():
                    lines += self._cascade(operation, position)
                case Loop():
                    lines += self._loop(operation, position)
        return lines

    def rings(self, name: str, lengths: Sequence[int]) -> None:
        """A member `name`: rings of `lengths` samples, cleared with the instance."""
        count = len(lengths)
        self.members.append(f"Ring {name}[{count}];")
        table = self.tables.integers(lengths)
        self.constants.append(f"lay({name}, {table}, {count}, fMemory + {self.memory});")
        self.clears.append(f"for (Ring& ring : {name}) ring.place = 0;")
        self.memory += sum(lengths)

    def _row(self, channel: int) -> str:
        return f"row({self.rows[channel]})"

    def _ends(self, operation: Mix | Scale | Cascade) -> tuple[str, str]:
        return self._row(operation.source.first), self._row(operation.target.first)

    def _add(self, add: Add, position: Position) -> list[str]:
        target = self._row(add.target.first)
        end = f"{target}, {add.target.count}, {position.n});"
        sources = [self._row(source.first) for source in add.sources]
        if not sources:
            return [f"K::clear({end}"]
        if len(sources) == 1:
            return [f"K::copy({sources[0]}, {end}"]
        return [f"K::add({one}, {other}, {end}" for one, other in _in_pairs(sources, target)]

    def _write(self, write: Write, position: Position) -> str:
        source = self._row(write.source.first)
        return f"K::write(fRings{write.line}, {source}, {write.source.count}, {position.n});"

    def _line(self, line: int, longest: NDArray[np.int64], is_late: bool, position: Position) -> str:
        """Make the rings of a line, for delays up to `longest` [channels]; the `late` argument of kernels.

        What is read before it is written may be written over at once: no ring is longer than its delay.
        """
        more = position.chunk if is_late else 0
        self.rings(f"fRings{line}", [max(1, int(delay) + more) for delay in longest])
        return position.n if is_late else "0"

    def _taps(self, taps: Taps, is_late: bool, position: Position) -> list[str]:
        longest = np.zeros(self.program.lines[taps.line].channels, np.int64)
        np.maximum.at(longest, list(taps.inputs), taps.delays)
        late = self._line(taps.line, longest, is_late, position)
        order = np.lexsort((taps.inputs, taps.outputs))
        outputs, inputs = np.array(taps.outputs)[order], np.array(taps.inputs)[order]
        delays, gains = np.array(taps.delays)[order], taps.gains[order]
        rings, target, count = f"fRings{taps.line}", self._row(taps.target.first), len(delays)
        back, end = self.tables.integers(delays), f"{target}, {count}, {position.n});"
        is_diagonal = outputs.tolist() == inputs.tolist() == list(range(taps.target.count))
        if is_diagonal and (gains == 1.0).all() and taps.name not in self.knobs.scaled:
            return [f"K::delay({rings}, {back}, {late}, {end}"]
        changing = self._gains(taps, delays, gains)
        if is_diagonal:
            return [f"K::delay({rings}, {back}, {changing}, {position.at}, {late}, {end}"]
        to, by = self.tables.integers(outputs), self.tables.integers(inputs)
        return [
            f"K::clear({target}, {taps.target.count}, {position.n});",
            f"K::taps({rings}, {to}, {by}, {back}, {changing}, {position.at}, {late}, {end}",
        ]

    def _gains(self, taps: Taps, delays: NDArray[np.int64], gains: Array) -> str:
        """A `Gains` expression: constants, or what `t60` makes of them."""
        if taps.name not in self.knobs.scaled:
            return f"Gains{{{self.tables.reals(gains)}, nullptr, 0}}"
        now = f"fGains{taps.line}"
        self._follow(f"{now}Next", "Real", gains, f"{self.tables.integers(delays)}[i]", int(delays.max()))
        return self._gliding(now, len(gains))

    def _held(self, scale: Scale, position: Position) -> str:
        """Gains that `freeze` adds to."""
        added = self.tables.reals(self.knobs.held[scale.name])
        now, count = f"fHeld{len(self.arrivals)}", len(scale.gains)
        self.members.append(f"Real {now}Next[{count}];")
        gain = f"1 + fFrozenNext * {added}[i]"
        self.glides.append(f"for (int i = 0; i < {count}; ++i) {now}Next[i] = {gain};")
        source, target = self._ends(scale)
        end = f"{position.at}, {source}, {target}, {count}, {position.n});"
        return f"K::scale({self._gliding(now, count)}, {end}"

    def _gliding(self, now: str, count: int) -> str:
        """A `Gains` expression for the members `now`, which is made, and `nowNext`."""
        self.members.append(f"Real {now}[{count}];")
        self.arrivals.append(f"std::copy({now}Next, {now}Next + {count}, {now});")
        return f"Gains{{{now}, fGlides ? {now}Next : nullptr, fPerSample}}"

    def _follow(self, name: str, kind: str, values: ArrayLike, power: str, longest: int) -> str:
        """A member array: `values` times gamma to the `power`, an expression of i, `longest` at most."""
        count, base = np.size(values), self.tables.reals(values, kind)
        self.members.append(f"{kind} {name}[{count}];")
        to_power = f"[](int i) {{ return {power}; }}"
        self.glides.append(f"block_kernels_1::follow({name}, {base}, {count}, next, {to_power});")
        self.longest = max(self.longest, longest)
        return name

    def _convolve(self, convolve: Convolve, is_late: bool, position: Position) -> list[str]:
        count, length = convolve.taps.shape
        last = convolve.first + length - 1
        late = self._line(
            convolve.line, np.full(self.program.lines[convolve.line].channels, last), is_late, position
        )
        order = np.lexsort((convolve.outputs, convolve.inputs))
        to = self.tables.integers(np.array(convolve.outputs)[order])
        by = self.tables.integers(np.array(convolve.inputs)[order])
        taps = convolve.taps[order]
        if convolve.name in self.knobs.scaled:
            power = f"{convolve.first} + i % {length}"
            table = self._follow(f"fTaps{convolve.line}", "Real", taps, power, last)
        else:
            table = self.tables.reals(taps)
        self.window = max(self.window, length)
        target = self._row(convolve.target.first)
        which = f"fRings{convolve.line}, {to}, {by}, {convolve.first}, {table}, {length}, {count}"
        return [
            f"K::clear({target}, {convolve.target.count}, {position.n});",
            f"K::convolutions({which}, {late}, fWindow, {target}, {position.n});",
        ]

    def _cascade(self, cascade: Cascade, position: Position) -> list[str]:
        lanes, sections, _ = cascade.sections.shape
        padded = 1 << (lanes - 1).bit_length() if lanes < 16 else -(-lanes // 16) * 16
        weight = weights(cascade.sections[..., 3], cascade.sections[..., 4]).max()
        kind = "double" if weight > MOST_IN_SINGLE else "Real"
        values = np.zeros((sections, 5, padded))
        values[:, :, :lanes] = cascade.sections.transpose(1, 2, 0)
        state, size = f"fState{cascade.offset}", 3 * sections * padded
        self.members.append(f"{kind} {state}[{size}];")
        self.clears.append(f"std::fill({state}, {state} + {size}, {kind}(0));")
        if cascade.name in self.knobs.damped:
            table = f"fLowpass{cascade.offset}"
            self.members.append(f"{kind} {table}[{values.size}];")
            self.clears.append(f"std::fill({table}, {table} + {values.size}, {kind}(0));")
            self.dampings.append(f"std::fill({table}, {table} + {lanes}, {kind}(1 - pole));")
            pole = f"{table} + {3 * padded}"
            self.dampings.append(f"std::fill({pole}, {pole} + {lanes}, {kind}(-pole));")
        elif cascade.name in self.knobs.scaled:
            power = f"{self.tables.integers((0, 1, 2, 1, 2))}[i / {padded} % 5]"
            table = self._follow(f"fSections{cascade.offset}", kind, values, power, 2)
        else:
            table = self.tables.reals(values, kind)
        source, target = self._ends(cascade)
        is_added = len(set(cascade.outputs)) < len(cascade.outputs)
        calls = []
        if is_added or len(cascade.outputs) < cascade.target.count:
            calls = [f"K::clear({target}, {cascade.target.count}, {position.n});"]
        by, to = self.tables.integers(cascade.inputs), self.tables.integers(cascade.outputs)
        kernel = f"Sections<{kind}, {lanes}, {sections}, {str(is_added).lower()}>"
        calls.append(f"{kernel}::run({table}, {state}, {by}, {to}, {source}, {target}, {position.n});")
        if cascade.name in self.knobs.passing:
            amount = "Gains{&fFrozen, fGlides ? &fFrozenNext : nullptr, fPerSample}"
            calls.append(f"K::pass_by({amount}, {position.at}, {source}, {target}, {lanes}, {position.n});")
        return calls

    def _loop(self, loop: Loop, position: Position) -> list[str]:
        inner = Position(f"at{position.depth}", f"n{position.depth}", loop.chunk, position.depth + 1)
        end, at = f"{position.at} + {position.n}", inner.at
        body = [
            f"const int {inner.n} = std::min({loop.chunk}, {end} - {at});",
            f"const auto row = [channels, {at}](int r) {{ return channels + r * kStride + {at}; }};",
            *self.emit(loop.body, inner),
        ]
        begin = f"for (int {at} = {position.at}; {at} < {end}; {at} += {loop.chunk}) {{"
        return [begin, *("    " + line for line in body), "}"]


def _in_words(operation: Operation) -> str:
    match operation:
        case Mix():
            shape = f"{operation.target.count} x {operation.source.count}"
            return f"{type(operation.form).__name__.lower()} matrix, {shape}"
        case Scale():
            return f"gains, {operation.target.count}"
        case Add():
            return f"sum of {len(operation.sources)}"
        case Write():
            return "into delay lines"
        case Taps():
            return (
                f"taps, {len(operation.delays)}, {min(operation.delays)} to {max(operation.delays)} samples"
            )
        case Convolve():
            return f"convolutions, {len(operation.taps)}, taps {operation.taps.shape[1]}"
        case Cascade():
            return f"sections, {operation.sections.shape[1]} in each of {operation.sections.shape[0]} lanes"
        case Loop():
            return f"loop in chunks of {operation.chunk}"


def _in_pairs(sources: Sequence[str], total: str) -> list[tuple[str, str]]:
    """What to add to what, so that the sum of all is `total`."""
    first, second, *others = sources
    return [(first, second), *((total, other) for other in others)]
