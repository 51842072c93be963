"""A patch for Max (8 or newer): sliders and buttons that send OSC with `udpsend`, and that follow the sound.

Max hears at a port of its own, which `/plaud/notify` names. It opens as the surface, in presentation; the
patch behind it has a line for each fader and button and is there to be changed.
"""

from plaud_live.surfaces.layout import RENEW_MS, TOPICS, Button, Fader, Layout
from plaud_live.surfaces.max_file import Patcher

ROW, COLUMN = 26.0, 345.0
BUTTON, BUTTONS_A_ROW = 112.0, 6
LINE = 32.0
"""From one line to the next in the patch behind the presentation."""

RED, GREY, WHITE = [0.78, 0.1, 0.1, 1.0], [0.25, 0.25, 0.28, 1.0], [1.0, 1.0, 1.0, 1.0]


def write(shown: Layout) -> str:
    """The patch as text."""
    return _Surface(shown).patch.text


class _Surface:
    """The patch while it is put together. `_lines` counts lines of the patch behind the presentation."""

    def __init__(self, shown: Layout) -> None:
        self._shown = shown
        self._lines = 0
        self.patch = patch = Patcher(720.0, 640.0)
        names = ("out", "in", "over")
        self._out, self._in, self._over = (f"plaud_{shown.instrument}_{name}" for name in names)
        net = patch.obj(200.0, 20.0, f"udpsend {shown.host} {shown.port}", outlets=())
        patch.wire(patch.obj(20.0, 20.0, f"r {self._out}", 0), net)
        came = patch.obj(620.0, 20.0, f"udpreceive {shown.reply_port}")
        patch.wire(came, patch.obj(770.0, 20.0, f"s {self._in}", outlets=()))
        self._lease()
        self._heard()
        y = self._buttons(shown.stage, 76.0)
        for column, faders in enumerate((shown.latents, (*shown.sound, shown.tempo))):
            for row, fader in enumerate(faders):
                self._fader(fader, 16.0 + column * COLUMN, y + row * ROW)
        y += ROW * max(len(shown.latents), len(shown.sound) + 1) + 12.0
        self._beats(y)
        y = self._buttons(shown.places, y + ROW + 4.0)
        self._buttons(shown.save, self._buttons(shown.recall, y) - 8.0)

    def _line(self) -> float:
        """The height of the next line of the patch."""
        self._lines += 1
        return 40.0 + LINE * self._lines

    def _send(self, last: int, line: float) -> None:
        self.patch.wire(last, self.patch.obj(640.0, line, f"s {self._out}", outlets=()))

    def _told(self, address: str, line: float, form: str) -> int:
        """What the instrument tells at `address`, as the object `form` makes it."""
        patch, parts = self.patch, 2 if form.startswith("unpack") else 1
        route = patch.obj(920.0, line, f"route {address}", 2, ("", ""))
        form_of_it = patch.obj(1180.0, line, form, 1, ("float",) * parts if parts > 1 else ("",))
        patch.wire(patch.obj(790.0, line, f"r {self._in}", 0), route, form_of_it)
        return form_of_it

    def _lease(self) -> None:
        """Ask to be told of what changes, again and again, while the patch is open."""
        patch, line = self.patch, self._line()
        message = f'/plaud/notify 1 "{TOPICS}" {self._shown.reply_port}'
        asked = patch.box("message", (340.0, line, 280.0, 22.0), text=message)
        patch.wire(
            patch.obj(20.0, line, "loadmess 1"),
            patch.box("toggle", (110.0, line, 22.0, 22.0), (330.0, 9.0, 22.0, 22.0)),
            patch.obj(140.0, line, f"metro {RENEW_MS}", 2, ("bang",)),
            asked,
        )
        patch.box("comment", (240.0, line, 60.0, 20.0), (354.0, 10.0, 44.0, 20.0), text="hear")
        self._send(asked, line)

    def _heard(self) -> None:
        """Level, beat and what failed."""
        patch, shown, line = self.patch, self._shown, self._line()
        name = f"plaud-live: {shown.instrument} plays {shown.model}"
        patch.box("comment", (170.0, line, 300.0, 20.0), (16.0, 10.0, 300.0, 20.0), text=name)
        level = patch.box(
            "slider", (20.0, line, 140.0, 18.0), (540.0, 12.0, 160.0, 16.0),
            floatoutput=1, size=1.0, orientation=1, ignoreclick=1,
        )  # fmt: skip
        patch.wire(self._told(f"/plaud/meter/{shown.instrument}", line, "unpack 0. 0."), level)
        line = self._line()
        number = patch.box("flonum", (20.0, line, 70.0, 22.0), (400.0, 9.0, 70.0, 22.0), ignoreclick=1)
        patch.box("comment", (100.0, line, 60.0, 20.0), (472.0, 10.0, 60.0, 20.0), text="beat")
        patch.wire(self._told("/plaud/clock/beat.reply", line, "unpack 0. 0."), number)
        line = self._line()
        failed = patch.box("message", (20.0, line, 600.0, 22.0), (16.0, 40.0, 684.0, 22.0), text="")
        patch.wire(self._told("/plaud/fail", line, "prepend set"), failed)
        line = self._line()
        self._send(self._told("/plaud/ping", line, "prepend /plaud/pong"), line)

    def _fader(self, fader: Fader, x: float, y: float) -> None:
        """A slider that does not jump when it is touched, its value, its name; a switch where it is one."""
        patch, line = self.patch, self._line()
        told, beside = self._told(fader.address, line, "prepend set"), 26.0
        if fader.is_switch:
            last = patch.box("toggle", (20.0, line, 22.0, 22.0), (x, y - 2.0, 22.0, 22.0))
        else:
            slider = patch.box(
                "slider", (20.0, line, 140.0, 18.0), (x, y, 190.0, 18.0), orientation=1, relative=1,
                floatoutput=int(not fader.whole), min=fader.low, size=fader.high - fader.low + fader.whole,
            )  # fmt: skip
            last = patch.box(
                "flonum", (170.0, line, 60.0, 22.0), (x + 196.0, y - 2.0, 56.0, 22.0),
                minimum=fader.low, maximum=fader.high, numdecimalplaces=0 if fader.whole else 3,
            )  # fmt: skip
            patch.wire(slider, last)
            patch.wire(told, slider)
            beside = 256.0
        patch.wire(told, last)
        shown = (x + beside, y - 1.0, 88.0, 20.0)
        patch.box("comment", (240.0, line, 90.0, 20.0), shown, text=fader.name)
        named = patch.obj(340.0, line, f"prepend {fader.address}")
        patch.wire(last, named)
        self._send(named, line)

    def _beats(self, y: float) -> None:
        """How many beats a way takes, for all buttons that ask."""
        patch, line, beats = self.patch, self._line(), self._shown.stage[0].arguments[-1]
        number = patch.box("flonum", (120.0, line, 60.0, 22.0), (16.0, y, 56.0, 22.0), minimum=0.0)
        told = patch.obj(200.0, line, f"s {self._over}", outlets=())
        patch.wire(patch.obj(20.0, line, f"loadmess {beats}"), number, told)
        note = "beats to get to an anchor or a scene"
        patch.box("comment", (340.0, line, 240.0, 20.0), (76.0, y + 1.0, 300.0, 20.0), text=note)

    def _buttons(self, buttons: tuple[Button, ...], y: float) -> float:
        """Buttons with their names; the height at which the next row begins."""
        patch = self.patch
        for place, button in enumerate(buttons):
            row, column = divmod(place, BUTTONS_A_ROW)
            line = self._line()
            pressed = patch.box(
                "textbutton", (20.0, line, 100.0, 22.0), (16.0 + column * BUTTON, y + row * ROW, 104.0, 22.0),
                text=button.name, bgcolor=RED if button.key == "panic" else GREY, textcolor=WHITE,
            )  # fmt: skip
            words = [button.address, *(_word(argument) for argument in button.arguments)]
            if not button.takes_time:
                message = patch.box("message", (340.0, line, 280.0, 22.0), text=" ".join(words))
                patch.wire(pressed, message)
            else:
                held = patch.obj(130.0, line, f"f {words.pop()}", 2, ("float",))
                patch.connect(patch.obj(190.0, line, f"r {self._over}", 0), 0, held, 1)
                message = patch.box("message", (340.0, line, 280.0, 22.0), text=" ".join((*words, "$1")))
                patch.wire(pressed, held, message)
            self._send(message, line)
        return y + ROW * -(-len(buttons) // BUTTONS_A_ROW) + 12.0


def _word(argument: float | str) -> str:
    """A number with its point, so that Max sends it as a float; a name."""
    return argument if isinstance(argument, str) else str(float(argument))
