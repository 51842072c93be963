"""For TouchDesigner: a page with the exact settings of its operators, and the script of an OSC In DAT.

Operators and parameters are named as in https://docs.derivative.ca (OSC Out CHOP, OSC In DAT, OSC Out DAT).
"""

from plaud_live.surfaces.layout import Layout

RENEW_MS = 20_000
"""Of the lease, which ends after 60 s without a packet."""

TOPICS = "param beat meter error"

SCRIPT = '''\
"""plaud-live in TouchDesigner: the callbacks of the OSC In DAT `plaud_in`, and words for other scripts.

Needs beside it: the OSC Out DAT `plaud_out`, to {host} port {port}, and the Table DAT `plaud`, which is filled
here: a row for each value, its name and what it is now. Start with `mod.plaud_script.listen()`.
"""

INSTRUMENT = {instrument!r}
REPLY_PORT = {reply_port}
TOPICS = {topics!r}
RENEW_MS = {renew}
VALUES = (
{values}
)
"""What the table shows of the instrument, in this order, and how it stands when it was just loaded."""

ANCHORS = {anchors}


def send(address, *values):
    """One message, at once. Numbers may be whole or not: the instrument takes both."""
    op("plaud_out").sendOSC(address, list(values))


def play(over={over}):
    """Fade in over so many beats."""
    send("/plaud/inst/" + INSTRUMENT + "/play", float(over))


def stop(over={over}):
    """Fade out over so many beats."""
    send("/plaud/inst/" + INSTRUMENT + "/stop", float(over))


def go(anchor, over={over}):
    """Travel to one of ANCHORS over so many beats."""
    send("/plaud/inst/" + INSTRUMENT + "/anchor", anchor, float(over))


def scene(name, over={over}):
    """Recall a scene over so many beats."""
    send("/plaud/scene/recall", name, float(over))


def hush(over=8.0):
    """Fade everything out over so many beats."""
    send("/plaud/hush", float(over))


def panic():
    """Silence now."""
    send("/plaud/panic")


def listen():
    """Fill the table, ask to be told of what changes, and again before that lease ends."""
    table = op("plaud")
    table.clear()
    for name, value in VALUES:
        table.appendRow([name, value])
    _ask()


def _ask():
    send("/plaud/notify", 1, TOPICS, REPLY_PORT)
    run("mod.plaud_script._ask()", fromOP=me, delayMilliSeconds=RENEW_MS)


def onReceiveOSC(dat, rowIndex, message, byteData, timeStamp, address, args, peer):
    """TouchDesigner calls this for every message, those of a bundle too."""
    ours = "/plaud/inst/" + INSTRUMENT + "/"
    if address.startswith(ours):
        _show(address[len(ours):], args[0])
    elif address == "/plaud/clock/bpm":
        _show("bpm", args[0])
    elif address == "/plaud/clock/beat.reply":
        _show("beat", args[0])
    elif address == "/plaud/meter/" + INSTRUMENT:
        _show("peak", args[0])
        _show("rms", args[1])
    elif address == "/plaud/fail":
        _show("failed", " ".join(str(word) for word in args))


def _show(name, value):
    """A value in the table; what it does not list is left out."""
    table = op("plaud")
    if table.row(name):
        table[name, 1] = value
'''

PAGE = """\
# plaud-live from TouchDesigner

For the instrument `{instrument}`, which plays the model `{model}`. Written by `plaud-live surfaces`; TouchDesigner
itself was not there to try it with: a stream as its OSC Out CHOP sends it, and the script below, are tried against a
running instrument by the tests.

## Channels to parameters: OSC Out CHOP

Each channel is an address: its name without the first `/`. A Rename CHOP with From `*` and To `{rename}` names
{latents} channels after the latents.

| OSC Out CHOP | | |
|---|---|---|
| Active | On | |
| Protocol | Messaging (UDP) | |
| Network Address | `{host}` | |
| Network Port | `{port}` | what the prompt said when it started |
| Numeric Format | Float (32 bit) | |
| Data Format | Sample | one float an address |
| Send Events Every Cook | Off | only what moved is sent, so that opening a project moves nothing |
| Cook Every Frame | On | |
| Max Message Bytes | `8000` | the instrument takes packets of up to 8192 |
| Time Slice | On | |

What TouchDesigner sends in one frame arrives as one bundle and is one change: all of it, or nothing of it if a value is
refused. It stamps bundles with frame time, which is no time of day; the instrument plays them at once, counts them, and
says so once.

| Channel | From | To | |
|---|---|---|---|
{channels}
| `plaud/ctl/td/NAME` | | | a control of your own: at the prompt `drone.z0 = osc("td/NAME")` |

## Values from the instrument: OSC In DAT

Four operators beside each other, in any COMP:

| Operator | Name | Settings |
|---|---|---|
| Text DAT | `plaud_script` | its text is `touchdesigner.py` |
| OSC Out DAT | `plaud_out` | Network Address `{host}`, Port `{port}` |
| OSC In DAT | `plaud_in` | Network Port `{reply_port}`, Split Bundle into Messages On, Callbacks DAT `plaud_script` |
| Table DAT | `plaud` | empty |

Then, in the Textport, `op('/project1/plaud_script').module.listen()` (the path is yours). The table has a row for each value: name and
what it is now. A DAT to CHOP after it, with First Row is Values, First Column is Names and Output Channel per Row, makes channels
of them: `beat`, `peak`, `rms`, `z0` … Values that TouchDesigner sends itself come back settled, not while they move.

From scripts: `mod.plaud_script.play()`, `.stop()`, `.go('{anchor}', 8)`, `.scene('s1', 4)`, `.hush()`, `.panic()`, and `.send(address, …)` for
every other address of the namespace. Anchors: {anchors}.
"""


def write_script(shown: Layout) -> str:
    """The text of the callbacks DAT."""
    rows = [(fader.key, round(fader.default, 4)) for fader in shown.faders]
    rows += [("beat", 0.0), ("peak", 0.0), ("rms", 0.0), ("failed", "")]
    return SCRIPT.format(
        host=shown.host,
        port=shown.port,
        instrument=shown.instrument,
        reply_port=shown.reply_port,
        topics=TOPICS,
        renew=RENEW_MS,
        values="\n".join(f"    {row!r}," for row in rows),
        anchors=tuple(button.name for button in shown.places),
        over=shown.stage[0].arguments[-1],
    )


def write_page(shown: Layout) -> str:
    """The page of settings, in Markdown."""
    names = [button.name for button in shown.places]
    channels = [
        f"| `{fader.address[1:]}` | {fader.low:g} | {fader.high:g} | {fader.help}"
        f"{'' if fader.unit in ('0..1', fader.name) else f' ({fader.unit})'} |"
        for fader in shown.faders
    ]
    return PAGE.format(
        instrument=shown.instrument,
        model=shown.model,
        host=shown.host,
        port=shown.port,
        reply_port=shown.reply_port,
        rename=f"plaud/inst/{shown.instrument}/z[0-{len(shown.latents) - 1}]",
        latents=len(shown.latents),
        channels="\n".join(channels),
        anchor=names[0] if names else "NAME",
        anchors=", ".join(f"`{name}`" for name in names) or "none",
    )
