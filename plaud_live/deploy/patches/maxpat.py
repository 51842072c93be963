"""A model as an object of Max (8 or newer, with nn~): `NAME.maxpat`, for a patch or a bpatcher.

Its first inlet takes messages such as `z0 0.3`, the others signals that are added to the latents; it has an
outlet for each channel. It opens as its controls, in presentation; the patch behind has a line for each.
"""

from collections.abc import Iterable

from plaud_live.deploy.description import MAX_BUFFER, Description
from plaud_live.deploy.patches.panel import GAIN, OSC_PORT, RAMP, REPLY_PORT, Control, panel, rate
from plaud_live.surfaces.max_file import LETTER, Patcher, Rect

LINE, TALL, TOP, LEFT = 60.0, 90.0, 110.0, 20.0
"""Heights of lines of the patch, those of latents are taller, and where the first is."""

MEANT, SMOOTHED, ADDED, SOUND = 80.0, 210.0, 360.0, 520.0
"""Columns right of the controls: what they mean, ramps, sums, and the way of the sound."""

EDGE, TITLE, DIAL, DIAL_ROW, DIALS_A_ROW = 12.0, 26.0, 76.0, 58.0, 8
SMALL, METER = 34.0, 16.0
"""The presentation: dials in rows, a row of what is smaller, a meter for each channel."""

GAIN_MS = 20
FORMS = 3
"""Ways in which a message may name what it means."""

MULTI, SIGNAL, LINE_OUT = ("multichannelsignal",), ("signal",), ("signal", "bang")


def write(model: Description) -> str:
    """The patch as text."""
    return _Patch(model).patch.text


def size(model: Description) -> tuple[float, float]:
    """Width and height in pixels of the presentation."""
    shown = panel(model)
    rows = sum(-(-len(dials) // DIALS_A_ROW) for dials in (shown.latents, _lower(shown.attributes)))
    width = 2 * EDGE + DIAL * DIALS_A_ROW + (METER + 4.0) * model.channels
    return width, TITLE + DIAL_ROW * rows + SMALL + EDGE


def _lower(attributes: Iterable[Control]) -> list[Control]:
    """What has a dial besides the latents."""
    return [*(control for control in attributes if not control.is_switch), GAIN]


class _Patch:
    """The patch while it is put together: at `_y` the next line, at `_x` its control.

    `_rest` are the outlets of what no line has taken so far.
    """

    def __init__(self, model: Description) -> None:
        self._model, self._shown, self._y = model, panel(model), TOP
        longest = max(len(_route(model, control.names)) for control in self._shown.controls)
        self._x = LEFT + LETTER * longest + 40.0
        self.patch = patch = Patcher(*size(model))
        title = f"{model.name}: {len(model.latents)} latents at {rate(model)}"
        patch.box("comment", (self._x + 420.0, 50.0, 300.0, 20.0), (EDGE, 6.0, 400.0, 20.0), text=title)
        self._hears = patch.obj(LEFT + 60.0, 50.0, f"udpreceive {OSC_PORT}")
        self._rest = [(patch.port("inlet", LEFT, 42.0, 1, "messages such as z0 0.3"), 0), (self._hears, 0)]
        self._start()
        self._sound()
        self._rate()
        self._several()
        self._dials()
        self._small(size(model)[1] - SMALL)
        seldom = patch.obj(LEFT, self._y, "speedlim 1000", 2)
        patch.wire(seldom, patch.obj(LEFT, self._y + 30.0, f"print {model.name}_has_no", outlets=()))
        self._take(seldom)

    def _start(self) -> None:
        """All stands at its beginning when the patch is opened; `home` brings back the latents alone."""
        patch, x = self.patch, self._x
        opened = patch.obj(x, 50.0, "loadbang", outlets=("bang",))
        for place, name in enumerate(("home", "start")):
            init = patch.box("message", (x + 80.0 + 170.0 * place, 50.0, 34.0, 22.0), text="init")
            patch.wire(opened, init, self._to(x + 80.0 + 170.0 * place, 80.0, name))

    def _sound(self) -> None:
        """Latents together, the model, its channels apart; gain, a limit at full scale, a meter."""
        patch, model, x = self.patch, self._model, self._x + SOUND
        width, height = size(model)
        count, channels = len(model.latents), model.channels
        self._together = patch.obj(x, TOP, f"mc.pack~ {count}", count, MULTI)
        nn = patch.obj(x, TOP + 50.0, f"mcs.nn~ {model.name}.ts decode 1 {MAX_BUFFER}", 1, MULTI)
        apart = patch.obj(x, TOP + 100.0, f"mc.unpack~ {channels}", 1, SIGNAL * channels)
        patch.wire(self._together, nn, apart)
        patch.wire(self._from(x + 130.0, TOP, "nn"), nn)
        smooth = patch.obj(x + 120.0 * channels, TOP + 150.0, "line~", 2, LINE_OUT)
        patch.wire(self._from(x + 120.0 * channels, TOP + 120.0, "gain"), smooth)
        for channel in range(channels):
            at, y = x + 120.0 * channel, TOP + 190.0
            gain = patch.obj(at, y, "*~ 0.", 2, SIGNAL)
            limit = patch.obj(at, y + 40.0, "clip~ -1. 1.", 3, SIGNAL)
            right = width - EDGE - (METER + 4.0) * (channels - channel) + 4.0
            shown = (right, TITLE + 6.0, METER, height - TITLE - EDGE - 6.0)
            patch.connect(apart, channel, gain, 0)
            patch.connect(smooth, 0, gain, 1)
            patch.wire(gain, limit, patch.port("outlet", at, y + 80.0, channel + 1, "audio"))
            patch.wire(limit, patch.box("meter~", (at + 50.0, y + 80.0, METER, 60.0), shown))

    def _rate(self) -> None:
        """The console says if Max does not run at the model's rate."""
        patch, model, x, y = self.patch, self._model, self._x + SOUND, TOP + 370.0
        state = patch.obj(x, y, "dspstate~", 1, ("int", "float", "int", "int"))
        both, held = patch.obj(x, y + 40.0, "t f f", 1, ("float", "float")), patch.obj(x, y + 160.0, "f", 2)
        other = patch.obj(x, y + 80.0, f"!= {model.sample_rate}.", 2, ("int",))
        found = patch.obj(x, y + 120.0, "sel 1", 2, ("bang", ""))
        ours = f"{model.name}.ts is for {model.sample_rate}"
        words = f"Max runs at $1 Hz but {ours}: export with --sample-rate $1"
        said = patch.box("message", (x, y + 200.0, LETTER * len(words), 22.0), text=words)
        patch.connect(state, 1, both, 0)
        patch.connect(both, 1, held, 1)
        patch.wire(both, other, found, held, said, patch.obj(x, y + 240.0, f"print {model.name}", outlets=()))
        tells = patch.obj(x, y + 340.0, f"udpsend 127.0.0.1 {REPLY_PORT}", outlets=())
        patch.wire(self._from(x, y + 300.0, "tell"), tells)

    def _several(self) -> None:
        """`preset 3` recalls, `port` listens elsewhere, `home` and `z 0.1 0.9 …` move the latents."""
        patch, x, count = self.patch, self._x, len(self._shown.latents)
        name = f"{self._model.name}_presets"
        storage = patch.obj(x, self._y, f"pattrstorage {name}", varname=name)
        patch.obj(x + 300.0, self._y, "autopattr", 1, ("", "", "", ""), varname="all_of_them")
        self._routed(("preset",), storage)
        there = patch.obj(x, self._y, "prepend port")
        patch.wire(there, self._hears)
        self._routed(("port",), there)
        self._home = patch.box("message", (x + MEANT, self._y, 34.0, 22.0), text="init")
        patch.wire(self._home, self._to(x + MEANT + 60.0, self._y, "home"))
        self._pressed = x, self._y
        self._routed(("home",), self._home)
        self._each = patch.obj(x, self._y, "unpack" + " 0." * count, 1, ("float",) * count)
        self._routed(("z",), self._each)

    def _dials(self) -> None:
        """Latents in the first rows of dials, what else has one below them."""
        latents = self._shown.latents
        for place, control in enumerate(latents):
            self._latent(control, place)
        below = -(-len(latents) // DIALS_A_ROW) * DIALS_A_ROW
        for place, control in enumerate(_lower(self._shown.attributes)):
            y, moved = self._y, self._control(control, "live.dial", _dial(below + place))
            if control is GAIN:
                ramp = self.patch.box("message", (self._x + MEANT, y, 44.0, 22.0), text=f"$1 {GAIN_MS}")
                self.patch.wire(moved, ramp, self._to(self._x + MEANT + 70.0, y, "gain"))
            else:
                self._set(control, moved, y)

    def _latent(self, control: Control, place: int) -> None:
        """A latent, smoothed, and what comes in as a signal."""
        patch, x, y = self.patch, self._x, self._y
        moved = self._control(control, "live.dial", _dial(place), "home", TALL)
        ramp = patch.obj(x + MEANT, y + 28.0, f"pack 0. {RAMP.start:g}.", 2)
        smooth = patch.obj(x + SMOOTHED, y + 28.0, "line~", 2, LINE_OUT)
        added = patch.obj(x + ADDED, y + 28.0, "+~ 0.", 2, SIGNAL)
        beside = x + ADDED + 20.0 + 4.0 * place, y - 4.0
        inlet = patch.port("inlet", *beside, place + 2, f"added to {control.label}")
        patch.wire(moved, ramp, smooth, added)
        patch.connect(self._from(x + MEANT + 40.0, y, "ramp"), 0, ramp, 1)
        patch.connect(inlet, 0, added, 1)
        patch.connect(added, 0, self._together, place)
        patch.connect(self._each, place, moved, 0)

    def _small(self, y: float) -> None:
        """What is smaller than a dial: switches, the ramp, a button that brings the latents home, presets."""
        patch, x = self.patch, EDGE
        for control in (*filter(_is_switch, self._shown.attributes), RAMP):
            line, wide = self._y, 44.0 if control is RAMP else 16.0
            kind = "live.numbox" if control is RAMP else "live.toggle"
            moved = self._control(control, kind, (x, y, wide, 16.0))
            name = x + wide + 4.0, y - 2.0, 60.0, 20.0
            patch.box("comment", (self._x, line + 24.0, 60.0, 20.0), name, text=control.label)
            x += wide + 68.0
            if control is RAMP:
                patch.wire(moved, self._to(self._x + MEANT, line, "ramp"))
            else:
                self._set(control, moved, line)
        home = patch.box("textbutton", (*self._pressed, 60.0, 22.0), (x, y - 2.0, 60.0, 20.0), text="home")
        patch.wire(home, self._home)
        dots = (self._x + 390.0, TOP, 60.0, 20.0), (x + 70.0, y - 2.0, 120.0, 20.0)
        patch.box("preset", *dots, pattrstorage=f"{self._model.name}_presets")

    def _routed(self, names: tuple[str, ...], target: int, height: float = LINE) -> None:
        """A line that brings `names` to `target`; what is called otherwise goes on to the line below."""
        forms = FORMS * len(names)
        route = self.patch.obj(LEFT, self._y, _route(self._model, names), forms + 1, ("",) * (forms + 1))
        self._take(route)
        for outlet in range(forms):
            self.patch.connect(route, outlet, target, 0)
        self._rest = [(route, forms)]
        self._y += height

    def _take(self, box: int) -> None:
        """Bring to `box` what no line has taken so far."""
        for source, outlet in self._rest:
            self.patch.connect(source, outlet, box, 0)

    def _control(
        self, control: Control, kind: str, shown: Rect, starts: str = "start", height: float = LINE
    ) -> int:
        """The line of a control, which other programs are told of."""
        patch, model, y = self.patch, self._model, self._y
        rect = (self._x, y, 44.0, 48.0 if kind == "live.dial" else 16.0)
        names = control.key, control.names[-1].replace("_", " ")
        ends = control.low, control.high
        moved = patch.parameter(kind, rect, shown, *names, ends, control.start, control.whole, control.help)
        patch.wire(self._from(LEFT, y + 28.0, starts), moved)
        told = patch.obj(self._x + MEANT, y + height - 30.0, f"prepend /{model.name}/{control.key}")
        patch.wire(moved, told, self._to(self._x + MEANT + 260.0, y + height - 30.0, "tell"))
        self._routed(control.names, moved, height)
        return moved

    def _set(self, control: Control, last: int, y: float) -> None:
        """`set NAME VALUE` for the model."""
        patch, x = self.patch, self._x + MEANT
        if control.whole and not control.is_switch:
            whole = patch.obj(x, y, "round 1", 2)
            patch.wire(last, whole)
            last = whole
        patch.wire(last, patch.obj(x + 70.0, y, f"prepend set {control.key}"), self._to(x + 260.0, y, "nn"))

    def _to(self, x: float, y: float, name: str) -> int:
        """To all of this one patch that receive `name`."""
        return self.patch.obj(x, y, f"s #0_{self._model.name}_{name}", outlets=())

    def _from(self, x: float, y: float, name: str) -> int:
        return self.patch.obj(x, y, f"r #0_{self._model.name}_{name}", 0)


def _route(model: Description, names: tuple[str, ...]) -> str:
    """Each name as a message, and as OSC with and without the model's name."""
    forms = (form for name in names for form in (name, f"/{model.name}/{name}", f"/{name}"))
    return " ".join(("route", *forms))


def _is_switch(control: Control) -> bool:
    return control.is_switch


def _dial(place: int) -> Rect:
    """Where the dial number `place` is in the presentation."""
    row, column = divmod(place, DIALS_A_ROW)
    return EDGE + DIAL * column, TITLE + DIAL_ROW * row, DIAL - 4.0, 48.0
