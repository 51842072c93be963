"""Lay a prepared model out as a `Program`: channels, lines, and the order of operations.

Every node becomes operations that fill channels of their own. A loop whose cut allows a whole block (or a
whole chunk of the loop around it) simply joins the operations around it; any other becomes a `Loop` in
chunks. Within a body, operations are sorted so that each stands after those that fill what it reads; the
lines that are long enough to be read before they are written are what makes that possible in a cycle.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from compiler.errors import BadValue, DelayFreeLoop
from compiler.ir.nodes import Array, Delay, Fir, Gain, Model, Node, Parallel, Recursion, Series, Sos
from compiler.passes.cut import UNBOUND, loop_chunk, pure_delay, sos_delays
from compiler.passes.forms import matrix_form
from compiler.passes.loops import as_recursions, place_unit_delays
from compiler.passes.program import (
    Add,
    Cascade,
    Convolve,
    Line,
    Loop,
    Mix,
    Operation,
    Program,
    Scale,
    Span,
    Taps,
    Write,
    reads,
    writes,
)
from compiler.pipeline import Prepared

SPARSE = 0.25
"""An FIR with at most this share of nonzero taps (velvet noise) is read tap by tap."""


def schedule(prepared: Prepared, block: int) -> Program:
    """The program of `prepared` for blocks of up to `block` samples.

    Raises DelayFreeLoop for a loop that cannot be run, BadValue for a block of less than one sample.
    """
    return schedule_model(prepared.model, block)


def schedule_model(model: Model, block: int) -> Program:
    """As `schedule`, for a prepared model that controls were applied to (`ControlPlan.apply`)."""
    if block < 1:
        raise BadValue(model.name, f"blocks of {block} samples: must be 1 or more")
    layout = _Layout(block)
    inputs = layout.span(model.root.inputs)
    outputs = layout.span(model.root.outputs)
    operations: list[Operation] = []
    layout.node(model.root, inputs, outputs, block, operations)
    return Program(
        name=model.name,
        sample_rate=model.sample_rate,
        block=block,
        channels=layout.channels,
        inputs=inputs,
        outputs=outputs,
        lines=tuple(layout.lines),
        state_size=layout.state_size,
        operations=_sorted(model.root.name, operations, layout.early),
    )


@dataclass
class _Layout:
    """Numbers given out so far. `early` holds the lines that are read before they are written."""

    block: int
    channels: int = 0
    state_size: int = 0
    lines: list[Line] = field(default_factory=list)
    early: set[int] = field(default_factory=set)

    def span(self, count: int) -> Span:
        """Channels that nothing has used yet."""
        self.channels += count
        return Span(self.channels - count, count)

    def state(self, count: int) -> int:
        """Where `count` values of state begin that nothing has used yet."""
        self.state_size += count
        return self.state_size - count

    def line(
        self, name: str, source: Span, longest: int, early: bool, chunk: int, to: list[Operation]
    ) -> int:
        """A line that is written from `source`, for delays up to `longest`."""
        size = 1 << max(0, (longest + chunk - 1).bit_length())
        self.lines.append(Line(name, source.count, size, self.state(source.count * size)))
        number = len(self.lines) - 1
        if early:
            self.early.add(number)
        to.append(Write(name, number, source))
        return number

    def node(self, node: Node, source: Span, target: Span, chunk: int, to: list[Operation]) -> None:
        """Append the operations that fill `target` with what `node` makes of `source`."""
        match node:
            case Gain() | Delay() | Fir() | Sos() if pure_delay(node) == UNBOUND:
                to.append(Add(node.name, (), target))
            case Gain():
                self.gain(node, source, target, to)
            case Delay():
                self.delay(node, source, target, chunk, to)
            case Fir():
                self.fir(node, source, target, chunk, to)
            case Sos():
                self.sos(node, source, target, chunk, to)
            case Series():
                for child in node.children[:-1]:
                    between = self.span(child.outputs)
                    self.node(child, source, between, chunk, to)
                    source = between
                self.node(node.children[-1], source, target, chunk, to)
            case Parallel():
                self.parallel(node, source, target, chunk, to)
            case Recursion():
                self.recursion(node, source, target, chunk, to)

    def parallel(self, node: Parallel, source: Span, target: Span, chunk: int, to: list[Operation]) -> None:
        """Children side by side, straight into their part of the target unless they are summed."""
        if node.is_sum:
            parts = [self.span(target.count) for _ in node.children]
        else:
            starts = np.cumsum([target.first, *(child.outputs for child in node.children)])
            parts = [
                Span(int(start), child.outputs) for start, child in zip(starts, node.children, strict=False)
            ]
        for child, part in zip(node.children, parts, strict=True):
            self.node(child, source, part, chunk, to)
        if node.is_sum:
            to.append(Add(node.name, tuple(parts), target))

    def recursion(self, loop: Recursion, source: Span, target: Span, chunk: int, to: list[Operation]) -> None:
        """A loop, y = forward(x + feedback(y)), among the operations around it or in chunks of its own."""
        longest = loop_chunk(loop)
        if longest == 0:
            self.node(as_recursions(place_unit_delays(loop)), source, target, chunk, to)
            return
        inner = chunk if longest >= chunk else _even_parts(chunk, longest)
        body = to if inner == chunk else []
        fed_back, summed = self.span(loop.inputs), self.span(loop.inputs)
        body.append(Add(loop.name, (source, fed_back), summed))
        self.node(loop.forward, summed, target, inner, body)
        self.node(loop.feedback, target, fed_back, inner, body)
        if body is not to:
            to.append(Loop(loop.name, inner, _sorted(loop.name, body, self.early)))

    def gain(self, node: Gain, source: Span, target: Span, to: list[Operation]) -> None:
        """A diagonal or a matrix."""
        if node.gains.ndim == 1:
            to.append(Scale(node.name, source, target, node.gains))
        else:
            to.append(Mix(node.name, source, target, matrix_form(node.gains)))

    def delay(self, node: Delay, source: Span, target: Span, chunk: int, to: list[Operation]) -> None:
        """One tap for each delay that has a gain."""
        if (node.samples != np.rint(node.samples)).any():
            raise BadValue(node.name, "a delay of a fraction of a sample: prepare the model first")
        gains = np.ones(node.samples.shape) if node.gains is None else node.gains
        entries = np.nonzero(gains)
        delays = _integers(node.samples[entries])
        shortest = pure_delay(node)
        line = self.line(node.name, source, max(delays), shortest >= chunk, chunk, to)
        ends = _integers(entries[0]), _integers(entries[-1])
        to.append(Taps(node.name, line, target, *ends, delays, gains[entries]))

    def fir(self, node: Fir, source: Span, target: Span, chunk: int, to: list[Operation]) -> None:
        """A convolution from the first tap that is not zero; tap by tap if most are zero."""
        first, length = pure_delay(node), node.taps.shape[-1]
        line = self.line(node.name, source, length - 1, first >= chunk, chunk, to)
        *entries, delays = np.nonzero(node.taps)
        if delays.size <= SPARSE * node.taps.size:
            taps = node.taps[(*entries, delays)]
            ends = _integers(entries[0]), _integers(entries[-1])
            to.append(Taps(node.name, line, target, *ends, _integers(delays), taps))
        else:
            present = np.nonzero((node.taps != 0.0).any(axis=-1))
            ends = _integers(present[0]), _integers(present[-1])
            to.append(Convolve(node.name, line, target, *ends, first, node.taps[present][:, first:]))

    def sos(self, node: Sos, source: Span, target: Span, chunk: int, to: list[Operation]) -> None:
        """Lanes of sections. Where all delay by a sample (b0 = 0 in one section each), a line does that."""
        sections = node.sections
        delays, present = sos_delays(sections)
        if delays[present].min() > 0:
            sections = _advanced(sections)
            delayed = self.span(source.count)
            channels, one = tuple(range(source.count)), (1,) * source.count
            line = self.line(node.name, source, 1, chunk == 1, chunk, to)
            to.append(Taps(node.name, line, delayed, channels, channels, one, np.ones(source.count)))
            source = delayed
        entries = np.nonzero(present)
        chosen = sections[entries]
        coefficients = np.delete(chosen / chosen[..., 3:4], 3, axis=-1)
        offset = self.state(2 * chosen.shape[0] * (chosen.shape[1] + 1))
        ends = _integers(entries[0]), _integers(entries[-1])
        to.append(Cascade(node.name, source, target, *ends, coefficients, offset))


def _advanced(sections: Array) -> Array:
    """Cascades [..., sections, 6] a sample earlier: the first section with b0 = 0 of each is shifted."""
    shifted = sections.copy()
    first = np.argmax(sections[..., 0] == 0.0, axis=-1)
    for index in np.ndindex(first.shape):
        place = (*index, int(first[index]))
        shifted[place][:3] = [*sections[place][1:3], 0.0]
    return shifted


def _even_parts(whole: int, longest: int) -> int:
    """The size of the fewest equal parts of `whole` that are not longer than `longest`."""
    return -(-whole // -(-whole // longest))


def _integers(values: NDArray[np.generic]) -> tuple[int, ...]:
    return tuple(int(value) for value in values)


def _sorted(name: str, operations: Sequence[Operation], early: set[int]) -> tuple[Operation, ...]:
    """Operations in an order in which each stands after those that fill what it reads."""
    filled_by = {channel: at for at, operation in enumerate(operations) for channel in writes(operation)}
    written_by = {op.line: at for at, op in enumerate(operations) if isinstance(op, Write)}
    waits: list[set[int]] = []
    for here, operation in enumerate(operations):
        needs = {filled_by[channel] for channel in reads(operation) if channel in filled_by}
        if isinstance(operation, Taps | Convolve) and operation.line not in early:
            needs.add(written_by[operation.line])
        waits.append(needs - {here})  # a Loop reads what it fills itself
    ready = [at for at, needs in enumerate(waits) if not needs]
    order: list[int] = []
    while ready:
        done = ready.pop(0)
        order.append(done)
        for at, needs in enumerate(waits):
            if done in needs:
                needs.remove(done)
                if not needs:
                    insort(ready, at)
    if len(order) < len(operations):
        stuck = next(operations[at].name for at, needs in enumerate(waits) if needs)
        raise DelayFreeLoop(f"{name}/{stuck}", "waits for its own output")
    return tuple(operations[at] for at in order)
