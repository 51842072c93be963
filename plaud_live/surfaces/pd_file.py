"""Pure Data's patch files as text: canvases, boxes and wires, after the format that Pd itself saves."""

from itertools import pairwise

FONT = 12
_ESCAPED = ("\\", ";", ",", "$", " ")
WHITE, BLACK, RED = -262144, -1, -258049
"""As every Pd since 0.40 reads colours."""


def atom(value: float | str) -> str:
    """One word of a box's text: a short number, or a symbol in which is escaped what Pd would act on."""
    if not isinstance(value, str):
        return f"{value:g}"
    for sign in _ESCAPED:
        value = value.replace(sign, "\\" + sign)
    return value


class Canvas:
    """A patch or a subpatch. Boxes are numbered in the order in which they are put down."""

    def __init__(self, width: int, height: int, name: str = "", font: int = FONT) -> None:
        self._name = name
        self._head = f"#N canvas 60 60 {width} {height} {f'{name} 0' if name else font};"
        self._lines: list[str] = []
        self._wires: list[str] = []
        self._count = 0

    def box(self, kind: str, x: int, y: int, text: str) -> int:
        """Put down a box of `kind` (obj, msg, floatatom, symbolatom, text), whose text is as Pd saves it."""
        return self._add(f"#X {kind} {x} {y} {text};")

    def obj(self, x: int, y: int, *words: float | str) -> int:
        """An object box; `$0` in a name is the patch's own number."""
        return self.box("obj", x, y, _words(words))

    def msg(self, x: int, y: int, *words: float | str) -> int:
        """A message box; `$1` is what comes in."""
        return self.box("msg", x, y, _words(words))

    def text(self, x: int, y: int, words: str) -> int:
        """A comment."""
        return self.box("text", x, y, " ".join(atom(word) for word in words.split()))

    def sub(self, x: int, y: int, canvas: "Canvas") -> int:
        """A subpatch."""
        return self._add(f"{canvas.lines}\n#X restore {x} {y} pd {canvas._name};")

    def wire(self, *boxes: int) -> None:
        """Connect boxes in a chain, first outlet to first inlet."""
        for source, target in pairwise(boxes):
            self.connect(source, 0, target, 0)

    def connect(self, source: int, outlet: int, target: int, inlet: int) -> None:
        """One wire."""
        self._wires.append(f"#X connect {source} {outlet} {target} {inlet};")

    @property
    def lines(self) -> str:
        """All of it, as it stands in a file."""
        return "\n".join((self._head, *self._lines, *self._wires))

    def _add(self, line: str) -> int:
        self._lines.append(line)
        self._count += 1
        return self._count - 1


def _words(words: tuple[float | str, ...]) -> str:
    return " ".join(atom(word) for word in words)
