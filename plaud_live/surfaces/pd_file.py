"""Pure Data's patch files as text: canvases, boxes and wires, after the format that Pd itself saves."""

from itertools import pairwise

FONT = 12
_ESCAPED = ("\\", ";", ",", "$", " ")
WHITE, GREY, BLACK, RED = -262144, -233017, -1, -258049
"""As every Pd since 0.40 reads colours."""

LOOK = f"0 11 {WHITE} {BLACK} {BLACK}"
"""Font and its size, colours of ground, handle and label."""

SIZE = 17
"""Height of a slider, side of a switch."""


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
        self._shown = ""

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

    def slider(
        self,
        x: int,
        y: int,
        width: int,
        ends: tuple[float, float],
        names: tuple[str, str],
        label: str,
        at: int,
    ) -> int:
        """A slider that does not jump when it is touched; `names` are where it sends to, where it receives.

        Its label begins `at` so many pixels from its left end.
        """
        low, high = (atom(end) for end in ends)
        return self.box(
            "obj", x, y, f"hsl {width} {SIZE} {low} {high} 0 0 {_names(*names, label)} {at} 8 {LOOK} 0 1"
        )

    def switch(self, x: int, y: int, names: tuple[str, str], label: str) -> int:
        """A switch that is on or off."""
        return self.box("obj", x, y, f"tgl {SIZE} 0 {_names(*names, label)} 22 9 {LOOK} 0 1")

    def button(self, x: int, y: int, names: tuple[str, str], label: str) -> int:
        """A button that sends a bang."""
        return self.box("obj", x, y, f"bng {SIZE} 250 50 0 {_names(*names, label)} 22 9 {LOOK}")

    def number(
        self, x: int, y: int, digits: int, names: tuple[str, str] = ("-", "-"), label: str = "-"
    ) -> int:
        """A number box, with its label on the right."""
        send, receive = names
        return self.box("floatatom", x, y, f"{digits} 0 0 1 {_names(label, receive, send)}")

    def meter(self, x: int, y: int, height: int, receive: str) -> int:
        """A level meter, in dB below full scale."""
        return self.box("obj", x, y, f"vu 14 {height} {_names(receive)} empty -1 -8 0 10 {WHITE} {BLACK} 0 0")

    def title(self, x: int, y: int, width: int, height: int, words: str, size: int = 14) -> int:
        """Words on a ground that is seen through a graph-on-parent, as comments are not."""
        return self.box(
            "obj",
            x,
            y,
            f"cnv 8 {width} {height} empty empty {_names(words)} 4 {height // 2} 0 {size} {GREY} {BLACK} 0",
        )

    def show(self, x: int, y: int, width: int, height: int) -> None:
        """What of the patch is seen where it is an object in another: graph-on-parent, without its name."""
        self._shown = f"#X coords 0 -1 1 1 {width} {height} 2 {x} {y};"

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
        return "\n".join((self._head, *self._lines, *self._wires, *([self._shown] if self._shown else ())))

    def _add(self, line: str) -> int:
        self._lines.append(line)
        self._count += 1
        return self._count - 1


def _words(words: tuple[float | str, ...]) -> str:
    return " ".join(atom(word) for word in words)


def _names(*names: str) -> str:
    return " ".join(atom(name) for name in names)
