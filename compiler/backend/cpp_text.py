"""C++ text of constants: tables of numbers, and comments."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

WIDTH = 110


@dataclass
class Tables:
    """Constant arrays, each written once: the same numbers of the same type are the same array."""

    lines: list[str] = field(default_factory=list)
    _names: dict[tuple[str, tuple[float, ...]], str] = field(default_factory=dict)

    def reals(self, values: ArrayLike, kind: str = "Real") -> str:
        """Name of an array of `values`, flattened, of type `kind`."""
        return self._name(kind, tuple(float(value) for value in np.asarray(values, dtype=np.float64).ravel()))

    def integers(self, values: Iterable[Any]) -> str:
        """Name of an array of int."""
        return self._name("int", tuple(int(value) for value in values))

    def _name(self, kind: str, values: tuple[float, ...]) -> str:
        key = kind, values
        if key not in self._names:
            name = f"table{len(self._names)}"
            self._names[key] = name
            self.lines += _array(kind, name, [number(value) for value in values])
        return self._names[key]


def number(value: float) -> str:
    """The shortest literal that is read back as `value`."""
    return repr(value)


def comment(text: str) -> str:
    """`text` made fit for a `//` comment: ASCII, one line, no backslash at its end."""
    return text.encode("ascii", "replace").decode().replace("\n", " ").replace("\\", "/")


def literal(text: str) -> str:
    """A C++ string literal, ASCII."""
    escaped = comment(text).replace('"', '\\"')
    return f'"{escaped}"'


def _array(kind: str, name: str, values: list[str]) -> list[str]:
    head = f"static const {kind} {name}[{len(values)}] = {{"
    text = ", ".join(values)
    if len(head) + len(text) + 2 <= WIDTH:
        return [f"{head}{text}}};"]
    return [head, *textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    "), "};"]
