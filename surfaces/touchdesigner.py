"""plaud-live in TouchDesigner: the callbacks of the OSC In DAT `plaud_in`, and words for other scripts.

Needs beside it the OSC Out DAT `plaud_out`, to 127.0.0.1 port 9100, and the Table DAT `plaud`, which is
filled here: a row for each value, its name and what it is now. Start with `mod.plaud_script.listen()`.
"""

INSTRUMENT = "drone"
REPLY_PORT = 9101
TOPICS = "param beat meter error"
RENEW_MS = 20000
VALUES = (
    ("z0", 0.3592),
    ("z1", 0.0951),
    ("z2", 0.8639),
    ("z3", 0.6555),
    ("z4", 0.6598),
    ("z5", 0.6416),
    ("z6", 0.7385),
    ("z7", 0.5064),
    ("gain", 0.75),
    ("pan", 0.5),
    ("sine_gain", 0.75),
    ("sines", 96.0),
    ("noise_gain", 0.75),
    ("noise_bands", 384.0),
    ("temperature", 0.0),
    ("smoothing", 2.0),
    ("freeze", 0.0),
    ("bpm", 92.0),
    ("beat", 0.0),
    ("peak", 0.0),
    ("rms", 0.0),
    ("failed", 0.0),
)
"""What the table shows of the instrument, in this order, and how it stands when it was just loaded."""

ANCHORS = (
    "fifths",
    "lunar",
    "rewind",
    "boom",
    "bell",
    "flageolet",
    "hum",
    "cymbal",
    "piano",
    "bottleneck",
    "swoosh",
    "chime",
    "haunted",
    "woosh",
    "guitar",
    "hiss",
    "vox",
    "tabla",
    "glass",
    "splash",
    "snares",
    "drone",
    "choir",
    "wood",
    "coins",
    "hat",
    "bayan",
    "rim",
    "ghe",
)


def send(address, *values):
    """One message, at once. Numbers may be whole or not: the instrument takes both."""
    op("plaud_out").sendOSC(address, list(values))


def play(over=4.0):
    """Fade in over so many beats."""
    send("/plaud/inst/" + INSTRUMENT + "/play", float(over))


def stop(over=4.0):
    """Fade out over so many beats."""
    send("/plaud/inst/" + INSTRUMENT + "/stop", float(over))


def go(anchor, over=4.0):
    """Travel to one of ANCHORS over so many beats."""
    send("/plaud/inst/" + INSTRUMENT + "/anchor", anchor, float(over))


def scene(name, over=4.0):
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
    for waiting in runs:
        if waiting.group == "plaud":
            waiting.kill()
    _ask()


def _ask():
    send("/plaud/notify", 1, TOPICS, REPLY_PORT)
    run("mod.plaud_script._ask()", fromOP=me, group="plaud", delayMilliSeconds=RENEW_MS)


def onReceiveOSC(dat, rowIndex, message, byteData, timeStamp, address, args, peer):
    """TouchDesigner calls this for every message, those of a bundle too."""
    ours = "/plaud/inst/" + INSTRUMENT + "/"
    if address.startswith(ours):
        _show(address[len(ours) :], args[0])
    elif address == "/plaud/ping":
        send("/plaud/pong", *args)
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
