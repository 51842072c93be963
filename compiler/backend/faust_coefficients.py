"""Coefficients as they stand in FAUST's text: literals, or hidden controls; at z / gamma within loops.

All of them go through `Coefficients.coefficient`, which also writes down what it was asked for: the values
that may change while the text stays are those, by path and in that order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from compiler.backend.faust_text import label, number
from compiler.ir.nodes import Array, Delay, Fir, Gain, Leaf, Node, Recursion, Sos, walk
from compiler.passes.cut import sos_delays


class Controls(Protocol):
    """What macro controls make of the text; `faust_controls.FaustControls`."""

    def definitions(self, coefficients: "Coefficients") -> list[str]:
        """Lines that come before the model's."""
        ...

    def coefficient(self, value: str, power: float | str) -> str:
        """`value` times gamma^power, for what is inside a loop; `power` in samples of the host."""
        ...

    def gliding_rows(self, powers: Sequence[float | str]) -> tuple[int, list[str]] | None:
        """gamma^k for each of `powers`, as rows: functions of so many `lefts`. None for one by one."""
        ...

    def loop_end(self, name: str, channels: int, coefficient: Callable[[str, float], str]) -> str | None:
        """What comes at the end of the feedback of the outermost loop `name`."""
        ...

    def held(self, filters: str, channels: int) -> str:
        """What stands for `filters`, one for each line, in a loop."""
        ...

    def wrapped(self, model: str, inputs: int, outputs: int) -> str:
        """The process, from the model's expression."""
        ...


@dataclass
class Coefficients:
    """How coefficients are written."""

    controls: Controls
    originals: Mapping[str, Leaf]
    """Leaves by name, before samples were taken for `~`: gamma's powers are counted there."""
    live: bool = False
    in_loop: bool = False
    values: dict[str, list[float]] = field(default_factory=dict)
    """What was asked for, by path as labels have it."""
    written: Callable[[float], str] = number

    def coefficient(self, path: str, value: float, power: float | str = 0.0) -> str:
        """The next coefficient of the node `path`: `value`, times gamma^power inside loops."""
        values = self.values.setdefault(label(path), [])
        values.append(float(value))
        plain = self.written(value)
        if self.live:
            plain = _entry(path, len(values) - 1, plain)
        return self.powered(plain, power)

    def of_rates(self, path: str, values: Sequence[float], rates: Sequence[float], rate: float) -> str:
        """The next coefficient of `path`, one of `values` for each of the host's `rates` in Hz, ascending.

        A host that takes values of a file gives that for its own rate, linearly between them; in the text
        stands that for `rate`.
        """
        listed = self.values.setdefault(label(path), [])
        index = len(listed) // len(rates)
        listed.extend(map(float, values))
        plain = self.written(float(np.interp(rate, rates, values)))
        return _entry(path, index, plain, rates)

    def powered(self, value: str, power: float | str) -> str:
        """`value` times gamma^power inside loops."""
        return self.controls.coefficient(value, power) if self.in_loop and power else value

    @property
    def has_gamma(self) -> bool:
        """Whether a control scales what is here."""
        return self.powered("1.0", 1.0) != "1.0"

    def powers(self, leaf: Leaf) -> Array:
        """The power of gamma of each entry's shortest path, by its samples in the model as prepared."""
        if isinstance(leaf, Delay):
            return self.samples(leaf)
        match leaf, self.originals.get(leaf.name):
            case Fir(), Fir(taps=before):
                return (np.argmax(before != 0.0, -1) - np.argmax(leaf.taps != 0.0, -1)).astype(float)
            case Sos(), Sos(sections=before):
                return (sos_delays(before)[0] - sos_delays(leaf.sections)[0]).astype(float)
            case _:
                raise TypeError(f"{leaf.name}: not of the kind that it was")

    def samples(self, leaf: Delay) -> Array:
        """Delays as they were before samples were taken from them; 0 for delays of taken samples only."""
        original = self.originals.get(leaf.name)
        if isinstance(original, Delay):
            return original.samples
        return leaf.samples if leaf.name.endswith(":outside") else np.zeros(leaf.samples.shape)


def _entry(path: str, index: int, value: str, rates: Sequence[float] = ()) -> str:
    """A hidden control. Each is written out: a function of index and value takes FAUST longer to compile."""
    of = f"[rates:{' '.join(f'{rate:g}' for rate in rates)}]" if rates else ""
    return f'nentry("{label(path)}/{index}[hidden:1]{of}", {value}, -1e9, 1e9, 1e-9)'


def leaves_by_name(root: Node) -> dict[str, Leaf]:
    """The leaves of `root`, whose names are unique."""
    return {node.name: node for _, node in walk(root) if isinstance(node, Gain | Delay | Fir | Sos)}


def powers_in_loops(root: Node) -> list[float]:
    """The powers of gamma of all delays and taps that are inside loops, each once, ascending."""
    powers: set[float] = set()
    for _, loop in walk(root):
        if isinstance(loop, Recursion):
            for _, node in walk(loop):
                if isinstance(node, Delay):
                    powers.update(np.round(node.samples).ravel().tolist())
                elif isinstance(node, Fir):
                    heard = (node.taps != 0.0).reshape(-1, node.taps.shape[-1]).any(axis=0)
                    powers.update(np.flatnonzero(heard).astype(float).tolist())
    return sorted(powers)
