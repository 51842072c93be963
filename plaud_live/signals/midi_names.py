"""Names of live inputs that MIDI brings: `midi/cc21/ch2/nano`, and how the performer types them.

`midi/<control>[/ch<1..16>][/<device>]`, where no channel or device means any. Controls, 0..1 unless said:
    cc21  cc21-14  cc21-rel1       a controller; with its LSB, 32 above; relative, by encoding
    nrpn1234  rpn0                 parameter numbers 0..16382
    bend  touch  touch60           pitch bend -1..1; pressure of the channel, of a key
    key36                          a key or pad as a button: its velocity while it is held, else 0
    pitch  number  vel  gate       the note that was pressed last: key / 127, key, velocity, 0 or 1
    pitch-low …                    the lowest note that is held
    mpe0-pitch  mpe0-bend …        one voice of an MPE zone, 0..3, by note and by its own bend, touch, slide
A device is part of its name, as it is typed; `nano.2` is the second of two that are alike, typed `nano#2`.
"""

import re
from dataclasses import dataclass

MIDI = "midi/"
"""What all these names begin with."""

ENCODINGS = (1, 2, 3)
"""Of relative encoders: two's complement (1 up, 127 down), around 64 (65, 63), sign and magnitude (1, 65)."""

TURN_STEPS = 127
"""Steps of a relative encoder from 0 to 1."""

MAX_KEY = 127
"""The last key, and the last controller."""

MPE_VOICES = 4
NOTE_FIELDS = ("pitch", "number", "vel", "gate")
MPE_FIELDS = (*NOTE_FIELDS, "bend", "touch", "slide")
_MIDDLE_C = 60.0
_AT_REST = {"bend": 0.0, "touch": 0.0, "key": 0.0, "gate": 0.0, "vel": 0.0}
_AT_REST |= {"number": _MIDDLE_C, "pitch": _MIDDLE_C / 127}
_CONTROL = re.compile(
    r"cc(?:\d|[1-9]\d|1[01]\d|12[0-7])(?:-rel[123])?|cc(?:\d|[12]\d|3[01])-14|n?rpn(?:\d|[1-9]\d{1,4})"
    r"|bend|(?:touch|key(?=\d))(?:\d|[1-9]\d|1[01]\d|12[0-7])?|(?:pitch|number|vel|gate)(?:-low)?"
    rf"|mpe[0-{MPE_VOICES - 1}]-(?:{'|'.join(MPE_FIELDS)})"
)
_CHANNEL = re.compile(r"ch([1-9]|1[0-6])")
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
MAX_PARAMETER = (1 << 14) - 2
"""The last number, 16383, means none."""


@dataclass(frozen=True)
class MidiName:
    """A control, of a channel 1..16 (0: any), of a device ('': any)."""

    control: str
    channel: int = 0
    device: str = ""

    @property
    def live(self) -> str:
        """The name of the live input: `midi/cc21/ch2/nano`."""
        parts = [self.control, f"ch{self.channel}" if self.channel else "", device_part(self.device)]
        return MIDI + "/".join(part for part in parts if part)

    @property
    def typed(self) -> str:
        """As the performer writes it: `cc(21, ch=2, device="nano")`."""
        where = [f"ch={self.channel}"] if self.channel else []
        where += [f'device="{self.device}"'] if self.device else []
        control = self.control
        if head := re.fullmatch(r"mpe(\d)-(\w+)", control):
            return f"{_call('note', where)}.mpe[{head[1]}].{head[2]}"
        field, _, low = control.partition("-")
        if field in NOTE_FIELDS:
            return f"{_call('note', where)}.{f'{low}.' if low else ''}{field}"
        number = re.search(r"\d+", field)
        word = field[: number.start()] if number else field
        if number and word == "key":
            return f"{_call('note', where)}[{number[0]}]"
        more = {"14": ["bits=14"], "": []}.get(low, [f"rel={low[-1:]}"])
        return f"{word}({', '.join([*([number[0]] if number else []), *more, *where])})"


def parse(name: str) -> MidiName | None:
    """The parts of a live input's name; None where it is not one of MIDI."""
    if not name.startswith(MIDI):
        return None
    control, *where = name.removeprefix(MIDI).split("/")
    channel = _CHANNEL.fullmatch(where[0]) if where else None
    device = where[1:] if channel else where
    if len(device) > 1 or not is_control(control):
        return None
    return MidiName(control, int(channel[1]) if channel else 0, device[0].replace(".", "#") if device else "")


def is_control(control: str) -> bool:
    """Whether MIDI has such a control."""
    if _CONTROL.fullmatch(control) is None:
        return False
    number = control.partition("rpn")[2]
    return not number or int(number) <= MAX_PARAMETER


def unheard(name: str) -> float:
    """What a live input of MIDI reads until something has arrived: the middle, or rest."""
    control = name.removeprefix(MIDI).partition("/")[0]
    parts = control.split("-")
    field = parts[-1] if parts[0].startswith("mpe") else parts[0]
    return _AT_REST.get(re.sub(r"^(touch|key)\d+$", r"\1", field), 0.5)


def lasts(name: str) -> bool:
    """Whether it stays where it was left, as a knob does and a key does not."""
    return name.startswith(("midi/cc", "midi/nrpn", "midi/rpn"))


def device_part(device: str) -> str:
    """A device, or what is typed of it, as a part of a name: `Launch-Control-XL`, `nano.2`."""
    base, _, number = device.partition("#")
    base = _UNFIT.sub("-", base).strip("-")[:60]
    return f"{base}.{number}" if number.isdecimal() and base else base


def device_fits(wanted: str, stem: str) -> bool:
    """Whether a device of that stem is meant: by the beginning of its name or of a word of it, case aside.

    `nano` and `kontrol` are each nanoKONTROL2 and its twin nanoKONTROL2#2; the whole stem is that one alone.
    """
    wanted_base, _, wanted_number = device_part(wanted).lower().partition(".")
    base, _, number = device_part(stem).lower().partition(".")
    if wanted_number:
        same = wanted_number == (number or "1")
    else:
        same = wanted_base != base or not number
    return same and (base.startswith(wanted_base) or wanted_base in _words(device_part(stem), wanted_base))


def _words(stem: str, wanted: str) -> set[str]:
    """Beginnings, as long as `wanted`, of the words of a stem: `nanoKONTROL2` has nano and KONTROL2."""
    words = re.findall(r"[A-Z]+[a-z]*\d*|[a-z]+\d*|\d+", stem)
    return {word.lower()[: len(wanted)] for word in words}


def _call(word: str, where: list[str]) -> str:
    return f"{word}({', '.join(where)})" if where else word
