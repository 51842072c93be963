"""A patch for Pure Data (vanilla, 0.51 or newer): faders and buttons that send OSC, and follow the sound.

Each fader and button listens to `plaud-INSTRUMENT-NAME`, so that any other patch moves it; messages such as
`z0 0.3 4` or `anchor bell 8` go to `plaud-INSTRUMENT`. What is the patch's own is named after its `$0`.
"""

from plaud_live.control.namespace import INSTRUMENTS
from plaud_live.surfaces.layout import RENEW_MS, TOPICS, Button, Fader, Layout
from plaud_live.surfaces.pd_file import BLACK, RED, WHITE, Canvas

ROW, COLUMN = 24, 350
SLIDER = 200
BUTTONS_A_ROW, BUTTON = 6, 115
LOOK = f"0 11 {WHITE} {BLACK} {BLACK}"
"""Font and its size, colours of ground, handle and label."""


def write(shown: Layout) -> str:
    """The patch as text."""
    top = Canvas(760, 640)
    top.text(16, 10, f"plaud-live: {shown.instrument} plays {shown.model}")
    top.box("obj", 330, 12, _switch("connected", "$0-unused", "$0-connected"))
    top.box("floatatom", 450, 11, r"7 0 0 0 - \$0-beat -")
    top.text(510, 11, "beat")
    top.box("symbolatom", 16, 38, r"92 0 0 0 - \$0-said -")
    top.box("obj", 690, 12, f"vu 14 120 plaud-{shown.instrument}-meter empty -1 -8 0 10 {WHITE} {BLACK} 0 0")
    y = _row(top, shown, 72, shown.stage)
    for column, faders in enumerate((shown.latents, (*shown.sound, shown.tempo))):
        for row, fader in enumerate(faders):
            _fader(top, shown, 16 + column * COLUMN, y + row * ROW, fader)
    y += ROW * max(len(shown.latents), len(shown.sound) + 1) + 12
    top.box("floatatom", 16, y, r"5 0 0 0 - \$0-over-set \$0-over")
    top.text(70, y, "beats to get to an anchor or a scene")
    y = _row(top, shown, y + ROW + 4, shown.places)
    y = _row(top, shown, _row(top, shown, y, shown.recall) - 12, shown.save)
    for place, part in enumerate((_faders, _buttons, _messages, _network, _heard)):
        top.sub(16 + 100 * place, y, part(shown))
    return top.lines + "\n"


def _row(top: Canvas, shown: Layout, y: int, buttons: tuple[Button, ...]) -> int:
    """Bangs with their names; the height at which the next row begins."""
    for place, button in enumerate(buttons):
        row, column = divmod(place, BUTTONS_A_ROW)
        names = rf"\$0-{button.key} plaud-{shown.instrument}-{button.key} {_label(button.name)}"
        look = LOOK.replace(str(WHITE), str(RED)) if button.key == "panic" else LOOK
        top.box("obj", 16 + column * BUTTON, y + row * ROW, f"bng 17 250 50 0 {names} 22 9 {look}")
    return y + ROW * -(-len(buttons) // BUTTONS_A_ROW) + 12


def _fader(top: Canvas, shown: Layout, x: int, y: int, fader: Fader) -> None:
    """A slider that does not jump when it is touched, its value, its name."""
    receive = f"plaud-{shown.instrument}-{fader.key}"
    if fader.is_switch:
        top.box("obj", x, y, _switch(fader.name, f"$0-{fader.key}", receive))
        return
    names = rf"\$0-{fader.key} {receive} {_label(fader.name)} {SLIDER + 70} 8"
    top.box("obj", x, y, f"hsl {SLIDER} 17 {fader.low:g} {fader.high:g} 0 0 {names} {LOOK} 0 1")
    top.box("floatatom", x + SLIDER + 8, y, rf"6 0 0 0 - \$0-value-{fader.key} -")


def _switch(label: str, send: str, receive: str) -> str:
    names = f"{send} {receive}".replace("$", r"\$")
    return f"tgl 17 0 {names} {_label(label)} 22 9 {LOOK} 0 1"


def _label(name: str) -> str:
    return name.replace(" ", "_")


def _faders(shown: Layout) -> Canvas:
    """What the faders send: `z0 0.3` to the instrument, whole numbers where only those make sense."""
    part = Canvas(720, 60 + 50 * len(shown.faders), "faders")
    for place, fader in enumerate(shown.faders):
        y = 20 + 50 * place
        last = part.obj(20, y, "r", f"$0-{fader.key}")
        if fader.whole and not fader.is_switch:
            whole = part.obj(240, y, "int")
            part.wire(last, part.obj(180, y, "+", 0.5), whole)
            last = whole
        to, verb = _to(shown, fader.address)
        part.wire(last, part.msg(300, y, verb, "$1"), part.obj(560, y, "s", to))
        part.wire(last, part.obj(300, y + ROW, "s", f"$0-value-{fader.key}"))
    return part


def _buttons(shown: Layout) -> Canvas:
    """What the buttons send; those that take a while take as long as the number box says."""
    part = Canvas(720, 100 + ROW * len(shown.buttons), "buttons")
    over = shown.stage[0].arguments[-1]
    part.wire(part.obj(20, 20, "loadbang"), part.msg(100, 20, over), part.obj(140, 20, "s", "$0-over-set"))
    part.wire(part.obj(300, 20, "r", "$0-over"), part.obj(380, 20, "value", "$0-over"))
    for place, button in enumerate(shown.buttons):
        y, words = 60 + ROW * place, button.arguments
        last = part.obj(20, y, "r", f"$0-{button.key}")
        if button.takes_time:
            words = (*words[:-1], "$1")
            asked = part.obj(180, y, "value", "$0-over")
            part.wire(last, asked)
            last = asked
        to, verb = _to(shown, button.address)
        part.wire(last, part.msg(300, y, verb, *words), part.obj(560, y, "s", to))
    return part


def _to(shown: Layout, address: str) -> tuple[str, str]:
    """Where in the patch a message goes, and the word that it begins with there."""
    verb = address.removeprefix(f"{INSTRUMENTS}{shown.instrument}/")
    if verb != address:
        return f"plaud-{shown.instrument}", verb
    return "$0-plaud", address.removeprefix("/plaud/")


def _messages(shown: Layout) -> Canvas:
    """`z0 0.3 4` to an OSC message: the first word ends the address, the others are arguments."""
    part = Canvas(720, 300, "messages")
    ours = (f"plaud-{shown.instrument}", ("plaud", "inst", shown.instrument))
    for place, (name, root) in enumerate((ours, ("$0-plaud", ("plaud",)))):
        x = 20 + 350 * place
        both, osc = part.obj(x, 80, "t", "l", "l"), part.obj(x, 220, "oscformat")
        part.wire(part.obj(x, 20, "r", name), part.obj(x, 50, "list"), both)
        first, rest = part.obj(x + 120, 110, "list", "split", 1), part.obj(x, 110, "list", "split", 1)
        part.connect(both, 1, first, 0)
        address = part.obj(x + 120, 140, "list", "prepend", "set", *root)
        part.wire(first, address, part.obj(x + 120, 170, "list", "trim"), osc)
        part.connect(both, 0, rest, 0)
        part.connect(rest, 1, osc, 0)
        part.wire(osc, part.obj(x, 250, "s", "$0-send"))
    return part


def _network(shown: Layout) -> Canvas:
    """The socket, which hears the replies too; `connect` is also what `plaud-connect HOST PORT` does."""
    part = Canvas(640, 400, "network")
    net = part.obj(20, 220, "netsend", "-u", "-b")
    part.wire(part.obj(20, 20, "loadbang"), part.msg(20, 50, "connect", shown.host, shown.port), net)
    anew, connect = part.obj(240, 50, "t", "a", "b"), part.obj(240, 110, "list", "prepend", "connect")
    part.wire(part.obj(240, 20, "r", "plaud-connect"), anew, connect, part.obj(240, 140, "list", "trim"), net)
    end = part.msg(440, 80, "disconnect")
    part.connect(anew, 1, end, 0)
    part.wire(end, net)
    packet = part.obj(20, 110, "list", "prepend", "send")
    part.wire(part.obj(20, 80, "r", "$0-send"), packet, part.obj(20, 140, "list", "trim"), net)
    part.wire(net, part.obj(240, 250, "s", "$0-connected"))
    often, asked = part.obj(20, 280, "metro", RENEW_MS), part.obj(20, 340, "oscformat", "plaud", "notify")
    part.wire(net, often, part.msg(20, 310, 1, TOPICS), asked, part.obj(20, 370, "s", "$0-send"))
    came = part.obj(240, 280, "oscparse")
    part.connect(net, 1, came, 0)
    part.wire(came, part.obj(240, 310, "list", "trim"), part.obj(240, 340, "s", "$0-heard"))
    return part


def _heard(shown: Layout) -> Canvas:
    """What the instrument tells: values move the faders, which do not send them back; failures are shown."""
    part = Canvas(720, 460, "heard")
    kinds = part.obj(20, 80, "route", "inst", "clock", "meter", "fail", "ping")
    part.wire(part.obj(20, 20, "r", "$0-heard"), part.obj(20, 50, "route", "plaud"), kinds)
    ours = part.obj(20, 110, "route", shown.instrument)
    part.wire(kinds, ours)
    _values(part, shown, ours)

    clock = part.obj(360, 110, "route", "bpm", "beat.reply")
    part.connect(kinds, 1, clock, 0)
    tempo = part.msg(360, 140, "set", "$1")
    part.wire(clock, tempo, part.obj(360, 170, "s", f"plaud-{shown.instrument}-bpm"))
    part.wire(clock, part.obj(360, 200, "s", "$0-value-bpm"))
    beat = part.obj(540, 140, "unpack", "f", "f")
    part.connect(clock, 1, beat, 0)
    part.wire(beat, part.obj(540, 170, "s", "$0-beat"))

    meter, peak = part.obj(360, 250, "route", shown.instrument), part.obj(360, 280, "unpack", "f", "f")
    part.connect(kinds, 2, meter, 0)
    show = part.obj(360, 370, "s", f"plaud-{shown.instrument}-meter")
    part.wire(meter, peak, part.obj(360, 310, "rmstodb"), part.obj(360, 340, "-", 100), show)

    failed, words = part.obj(540, 250, "list"), part.obj(540, 280, "list", "split", 2)
    part.connect(kinds, 3, failed, 0)
    part.wire(failed, words)
    line = part.obj(540, 310, "symbol")
    part.connect(words, 1, line, 0)
    part.wire(line, part.obj(540, 340, "s", "$0-said"))

    answer = part.obj(540, 400, "oscformat", "plaud", "pong")
    part.connect(kinds, 4, answer, 0)
    part.wire(answer, part.obj(540, 430, "s", "$0-send"))
    return part


def _values(part: Canvas, shown: Layout, ours: int) -> None:
    """`z0 0.25` to the fader of that name, as `set 0.25`, and to the number beside it."""
    whole, both = part.obj(20, 140, "list"), part.obj(20, 170, "t", "l", "l")
    part.wire(ours, whole, both)
    name, value = part.obj(160, 200, "unpack", "s", "f"), part.obj(20, 200, "unpack", "s", "f")
    part.connect(both, 1, name, 0)
    part.connect(both, 0, value, 0)
    number = part.obj(160, 380, "send")
    fader = part.obj(20, 380, "send")
    for y, target, form in ((230, number, "$0-value-%s"), (260, fader, f"plaud-{shown.instrument}-%s")):
        named = part.obj(160, y, "makefilename", form)
        part.wire(name, named)
        part.connect(named, 0, target, 1)
    quiet = part.msg(20, 320, "set", "$1")
    part.connect(value, 1, quiet, 0)
    part.wire(quiet, fader)
    part.connect(value, 1, number, 0)
