"""FAUST text: numbers, sums, and the definitions of a program in the order in which they are read."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache

from compiler.backend.faust_names import Names
from compiler.backend.faust_sections import SECTIONS

WIDTH = 110
SIDE_BY_SIDE = 8
"""Rows that do the same are written so that C++ compilers take several at a time, from this many on."""
_WORD = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r'"[^"\n]*"')
_SPACE = "\0"
"""Stands for a space that a line may not be broken at."""

_TERMS_AT_ONCE = 64
"""A longer sum is written as a sum of sums, so that FAUST does not recurse once a term."""

HELPERS = {
    "ringed": (
        "// s, a sample late, from a ring: shorter than 17 samples, FAUST would copy it from cell to cell.\n"
        "ringed(s) = attach(s, s@16);"
    ),
    **SECTIONS,
    "bus": "bus(n) = par(i, n, _);",
    "cut": "cut(n) = par(i, n, !);",
    "mix": "mix(n) = par(i, 2 * n, _) :> par(i, n, _); // the first n channels plus the last n",
    "keep": "keep(x) = attach(x, 0); // x is computed once: FAUST does not open the sum that it is",
    "hadamard": (
        "hadamard(1) = _; // butterflies, without scale\n"
        "hadamard(n) = par(i, n, _) <: sums, differences : hadamard(n / 2), hadamard(n / 2) with {\n"
        "    sums = par(i, n, _) :> par(i, n / 2, keep);\n"
        "    differences = par(i, n / 2, _), par(i, n / 2, *(-1)) :> par(i, n / 2, keep);\n"
        "};"
    ),
    "entry": (
        "// v, as what may change from block to block: such terms FAUST does not sort by sign.\n"
        "entry(v) = select2((ma.BS & 1) > 1, v, 0.0);"
    ),
    "row": (
        "// The sum of n terms, added up in their order, and put into memory, where rows lie side by side.\n"
        "row(1) = rwtable(1, 0.0, 0, _, 0);\n"
        "row(n) = (+ : keep), bus(n - 2) : row(n - 1);"
    ),
    "gap": (
        "// Memory of which one half is never written; before it all n channels are computed.\n"
        "gap(n) = _, (bus(n - 1) :> _) : attach : rwtable(2, 0.0, 0, _, 0);"
    ),
    "together": (
        "// Rows after a gap: all are computed before one is used, and nothing lies in between.\n"
        "together(n) = _, (bus(n) <: (bus(n) :> _), bus(n)) : first, bus(n - 1) with {\n"
        "    first(gap, all, x) = attach(x, attach(all, gap));\n"
        "};"
    ),
    "now": "now = (+(1) : &(1073741823)) ~ _;",
    "age": "age = (+(1) : min(1073741823)) ~ _; // samples since the start",
    "host_samples": "host_samples(n) = max(1, int(n * host_ratio + 0.5));",
    "early_tap": (
        "// x at n samples of the model's rate, less 1, by Lagrange interpolation: order 9, lower near 0.\n"
        "early_tap(n, x) = sum(j, 10, weight(j) * (x @ (first + j))) with {\n"
        "    place = max(0.0, n * host_ratio - 1.0);\n"
        "    order = min(9, 2 * int(place) + 1);\n"
        "    first = max(0, int(place) - int((order - 1) / 2));\n"
        "    weight(j) = (j <= order) * prod(i, 10, factor(i, j));\n"
        "    factor(i, j) = select2((i == j) | (i > order), (place - first - i) / (j - i + (i == j)), 1.0);\n"
        "};"
    ),
    "host_tap": "host_tap(n, x) = early_tap(n, x');",
    "delay_line": (
        "// A delay of n samples in a ring of `size`, a power of two, and 16 more: rings that begin at\n"
        "// multiples of a power of two push one another out of the processor's cache.\n"
        "// The cell after the ring stays 0: it is what is read before n samples have come.\n"
        "delay_line(size, n, x) = rwtable(size + 16, 0.0, int(now & (size - 1)), x, int(place)) with {\n"
        "    place = select2(age > n, size, (now - n) & (size - 1));\n"
        "};"
    ),
}
"""Definitions that texts may use; what one uses comes before it."""

_HELPER_WORDS = frozenset(word for helper in HELPERS.values() for word in _WORD.findall(helper))

LIBRARIES = {"ma": "maths.lib", "ro": "routes.lib"}


def number(value: float) -> str:
    """Every double exactly, as FAUST reads it."""
    return repr(float(value))


def plain(text: str) -> str:
    """`text` in ASCII, on one line."""
    return "".join(c if c.isascii() and c.isprintable() else "_" for c in " ".join(text.split()))


@lru_cache(maxsize=4096)
def label(path: str) -> str:
    """A path as it stands in a control's label: in ASCII, without what FAUST reads there as its own."""
    return "".join(
        c if c.isascii() and c.isprintable() and c not in '"%[]\\<>' else f"_{ord(c):x}_" for c in path
    )


def product(coefficient: str, signal: str) -> str:
    """A term of a sum: `coefficient` is a number or an expression."""
    if coefficient == "1.0":
        return signal
    if coefficient == "-1.0":
        return f"-{signal}"
    return f"{coefficient}*{signal}"


def total(terms: Sequence[str]) -> str:
    """The sum of `terms`; those that begin with a minus are subtracted; of none, 0.0."""
    if len(terms) > _TERMS_AT_ONCE:
        starts = range(0, len(terms), _TERMS_AT_ONCE)
        return total([f"({total(terms[at : at + _TERMS_AT_ONCE])})" for at in starts])
    if not terms:
        return "0.0"
    first = terms[0]
    text = f"0.0 - {first[1:]}" if re.match(r"-[^0-9.]", first) else first
    return text + "".join(f" - {term[1:]}" if term.startswith("-") else f" + {term}" for term in terms[1:])


def parameters(count: int) -> str:
    """`x1, x2, ...`."""
    return ", ".join(f"x{index + 1}" for index in range(count))


def outputs_of(rows: Sequence[str]) -> str:
    """Outputs of a function: on lines of their own if they are long."""
    line = ", ".join(rows)
    return line if len(rows) == 1 or len(line) <= WIDTH // 2 else "\n    " + ",\n    ".join(rows)


def side_by_side(parts: Sequence[str], indent: str = "    ") -> str:
    """`parts`, one for each channel or group, in parentheses; on lines of their own if they are long."""
    line = f"({', '.join(parts)})"
    if len(line) <= WIDTH // 2:
        return line
    return "(\n" + ",\n".join(f"{indent}{part}" for part in parts) + ")"


def wrapped(text: str, indent: str = "        ") -> str:
    """`text` broken at spaces where it is longer than a line, but not within quotes."""
    whole = _QUOTED.sub(lambda quoted: quoted[0].replace(" ", _SPACE), text)
    broken = "\n".join(
        "\n".join(
            textwrap.wrap(
                line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
            )
        )
        if len(line) > WIDTH
        else line
        for line in whole.splitlines()
    )
    return broken.replace(_SPACE, " ")


class Text:
    """Definitions, in the order in which they were made; helpers and libraries that they use are found."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._names = Names(frozenset({*_HELPER_WORDS, *HELPERS, *reserved}))
        self._definitions: list[str] = []
        self.is_laid_out = True
        """Whether long lines are broken."""

    def define(self, path: str, body: str, arguments: str = "", comment: str = "") -> str:
        """Define a new name for `path` as `body`, a function if it has `arguments`; gives the name."""
        name = self._names.identifier(path)
        head = f"{name}({arguments})" if arguments else name
        lines = [f"// {plain(comment)}"] if comment else []
        definition = f"{head} = {body};"
        lines.append(wrapped(definition) if self.is_laid_out else definition)
        self._definitions.append("\n".join(lines))
        return name

    def body(self, controls: Sequence[str], process: str) -> str:
        """Controls, definitions, and `process = ...;`."""
        return "\n".join([*controls, *self._definitions, process])

    def program(self, controls: Sequence[str], process: str) -> str:
        """Libraries, helpers, and the body, in parts that are read one by one."""
        body = self.body(controls, process)
        used = self._used_helpers(body)
        everything = "\n".join([*used, body])
        prefixes = set(re.findall(r"\b(\w+)\.(?=\w)", everything))
        libraries = [f'{each} = library("{file}");' for each, file in LIBRARIES.items() if each in prefixes]
        parts = ["\n".join(libraries), "\n".join(controls), "\n".join(used)]
        return "\n\n".join(part for part in [*parts, *self._definitions, process] if part)

    def _used_helpers(self, body: str) -> list[str]:
        used: set[str] = set()
        waiting = re.sub(r'//[^\n]*|"[^"]*"', "", body)  # not those that only comments and labels name
        while True:
            found = (HELPERS.keys() & set(_WORD.findall(waiting))) - used
            if not found:
                return [text for name, text in HELPERS.items() if name in used]
            used |= found
            waiting = re.sub(r"//[^\n]*", "", "\n".join(HELPERS[name] for name in sorted(found)))
