"""Delays and finite impulse responses in FAUST.

Most delays are FAUST's own `@`. FAUST keeps each in a ring whose size is a power of two and writes all rings
at the same place, so that more than a cache set's 8 ways of them push one another out of the processor's
cache: a loop of 32 lines with a Hadamard matrix takes 200 ns a sample instead of 44. Such loops have
`delay_line`s, rings of other sizes. Filters' states between the rings part them as well: there, `@` is
simpler, and faster.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from compiler.backend.faust_coefficients import Coefficients
from compiler.backend.faust_text import Text, outputs_of, parameters, product, side_by_side, total
from compiler.ir.nodes import Array, Delay, Fir, Node, Recursion, Sos, walk

CACHE_WAYS = 8
SHORTEST_RING = 256
"""Samples; the rings of shorter delays lie within a page of memory."""
HIGHEST_RATE = 192000.0
"""Hz. What FAUST's ma.SR gives at most; rings have room for it where delays follow the host."""


@dataclass(frozen=True)
class Delays:
    """How delays are written: as rings or not, and for the host's rate or the model's."""

    has_rings: bool
    sample_rate: float
    follow_host_rate: bool = False

    def samples(self, wanted: int, taken: int) -> str:
        """`wanted` samples at the model's rate, less `taken` for `~`, as FAUST."""
        if not self.follow_host_rate or wanted == 0:
            return str(wanted - taken)
        host = f"host_samples({wanted})"
        return host if taken == 0 else f"{host} - {taken}" if taken > 0 else f"{host} + {-taken}"

    def power(self, wanted: int) -> float | str:
        """`wanted` samples at the model's rate in those of the host, for a power of gamma."""
        return self.samples(wanted, 0) if self.follow_host_rate and wanted > 0 else float(wanted)

    def tap(self, at: int, taken: int, signal: str) -> str:
        """What `signal` was `at` samples ago, `taken` samples having been taken from that for `~`."""
        if self.follow_host_rate and at + taken > 0:
            return f"{'early_tap' if taken else 'host_tap'}({at + taken}, {signal})"
        return f"({signal}@{at})" if at else signal

    def line(self, wanted: int, taken: int) -> str:
        """A delay as a box."""
        if self.samples(wanted, taken) == "0":
            return "_"
        longest = wanted if not self.follow_host_rate else wanted * HIGHEST_RATE / self.sample_rate + 2.0
        if self.has_rings and wanted >= SHORTEST_RING:
            return f"delay_line({_ring(longest)}, {self.samples(wanted, taken)})"
        return f"@({self.samples(wanted, taken)})"


def delays_of(root: Node, sample_rate: float, follow_host_rate: bool) -> Delays:
    """How the delays of the model `root` are best written: as measured with g++ 12."""
    long = sum(
        int(np.count_nonzero((node.samples >= SHORTEST_RING).reshape(-1, node.samples.shape[-1]).any(0)))
        for _, node in walk(root)
        if isinstance(node, Delay)
    )
    has_filters = any(isinstance(node, Sos) for node in _in_loops(root))
    return Delays(long > CACHE_WAYS and not has_filters, sample_rate, follow_host_rate)


def delay(text: Text, coefficients: Coefficients, delays: Delays, node: Delay) -> str:
    """FAUST expression of `node`."""
    powers = coefficients.powers(node)
    wanted = coefficients.samples(node)
    gains = np.ones(node.samples.shape) if node.gains is None else node.gains
    has_gains = node.gains is not None

    def gain_of(entry: tuple[int, ...]) -> str:
        power = delays.power(round(float(powers[entry])))
        if has_gains:
            return coefficients.coefficient(node.name, gains[entry], power)
        return coefficients.powered("1.0", power)

    def line_of(entry: tuple[int, ...]) -> str:
        samples = round(float(wanted[entry]))
        return delays.line(samples, samples - round(float(node.samples[entry])))

    comment = f"{node.name}: {_in_words(wanted)}"
    if node.samples.ndim == 1:
        channels = len(node.samples)
        each = [delays.power(round(float(power))) for power in powers]
        gliding = coefficients.controls.gliding_rows(each) if coefficients.in_loop else None
        if gliding is not None:
            names = [line_of((channel,)) for channel in range(channels)]
            if has_gains:
                values = [coefficients.coefficient(node.name, value) for value in gains]
                names = [f"({line} : *({value}))" for line, value in zip(names, values, strict=True)]
            lines = text.define(f"{node.name}_lines", side_by_side(names), comment=comment)
            size, rows = gliding
            powers_of = text.define(f"{node.name}_rows", outputs_of(rows), parameters(size))
            scaled = f"{lines}, (lefts <: gap({size}), {powers_of} : together({channels}))"
            return text.define(node.name, f"{scaled} : ro.interleave({channels}, 2) : par(i, {channels}, *)")
        boxes = []
        for channel in range(channels):
            value, line = gain_of((channel,)), line_of((channel,))
            boxes.append(line if value == "1.0" else f"{line} : *({value})" if line != "_" else f"*({value})")
        return text.define(node.name, side_by_side([_boxed(box) for box in boxes]), comment=comment)
    rows = []
    for output in range(node.outputs):
        terms = []
        for source in range(node.inputs):
            value, line = gain_of((output, source)), line_of((output, source))
            if value not in ("0.0", "-0.0"):
                signal = f"x{source + 1}" if line == "_" else f"(x{source + 1} : {line})"
                terms.append(product(value, signal))
        rows.append(total(terms))
    return text.define(node.name, outputs_of(rows), parameters(node.inputs), comment)


def fir(text: Text, coefficients: Coefficients, delays: Delays, node: Fir) -> str:
    """FAUST expression of `node`: the taps that are not zero."""
    powers = coefficients.powers(node)
    comment = f"{node.name}: finite impulse responses of {node.taps.shape[-1]} samples"

    def terms(taps: Array, taken: float, signal: str) -> list[str]:
        written = []
        for at in np.flatnonzero(taps):
            value = coefficients.coefficient(node.name, taps[at], taken + at)
            written.append(product(value, delays.tap(int(at), int(taken), signal)))
        return written

    if node.taps.ndim == 2:
        names = []
        for channel in range(len(node.taps)):
            body = total(terms(node.taps[channel], powers[channel], "x1"))
            names.append(text.define(f"{node.name}_{channel + 1}", body, "x1"))
        return text.define(node.name, side_by_side(names), comment=comment)
    rows = [
        total(
            [
                term
                for source in range(node.inputs)
                for term in terms(
                    node.taps[output, source].tolist(), powers[output, source], f"x{source + 1}"
                )
            ]
        )
        for output in range(node.outputs)
    ]
    return text.define(node.name, outputs_of(rows), parameters(node.inputs), comment)


def _in_loops(node: Node) -> Iterator[Node]:
    for _, loop in walk(node):
        if isinstance(loop, Recursion):
            yield from (inner for _, inner in walk(loop))


def _boxed(box: str) -> str:
    return f"({box})" if " : " in box else box


def _ring(longest: float) -> int:
    size = 1
    while size <= longest:
        size *= 2
    return size


def _in_words(samples: Array) -> str:
    shortest, longest = round(float(samples.min())), round(float(samples.max()))
    range_text = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
    return f"delays of {range_text} samples"
