"""MIDI messages of what is sent: the other way of `control.midi_parser`. Whole messages, each apart."""

import re

NOTE_OFF, NOTE_ON, KEY_TOUCH, CONTROL, TOUCH, BEND = 0x80, 0x90, 0xA0, 0xB0, 0xD0, 0xE0
NRPN_MSB, NRPN_LSB, RPN_MSB, RPN_LSB, DATA_MSB, DATA_LSB = 99, 98, 101, 100, 6, 38
LSB = 32
"""The controller of the lower seven bits lies so many above that of the upper seven."""

_CONTROL = re.compile(r"(cc|nrpn|rpn|bend|touch)(\d*)(-14)?")
FINE = 0x3FFF
COARSE = 0x7F
CENTRE = 0x2000


def level(control: str, value: float) -> int:
    """A value, 0..1 (of bend -1..1), as the number that is sent: 0..127, or 0..16383 where 14 bits are."""
    if control == "bend":
        bent = CENTRE + min(max(value, -1.0), 1.0) * (CENTRE if value < 0.0 else CENTRE - 1)
        return round(bent)
    most = FINE if control.startswith(("nrpn", "rpn")) or control.endswith("-14") else COARSE
    return round(min(max(value, 0.0), 1.0) * most)


def control_messages(control: str, channel: int, number: int) -> list[bytes]:
    """A control as named in `signals.midi_names`, on a channel 1..16, at the number that `level` gives.

    Raises ValueError for a control that cannot be sent.
    """
    found = _CONTROL.fullmatch(control)
    if found is None:
        raise ValueError(control)
    kind, digits, fine = found.groups()
    which = int(digits or 0)
    to = channel - 1
    high, low = number >> 7, number & COARSE
    match kind:
        case "cc" if fine:
            return [bytes((CONTROL + to, which, high)), bytes((CONTROL + to, which + LSB, low))]
        case "cc":
            return [bytes((CONTROL + to, which, number))]
        case "bend":
            return [bytes((BEND + to, low, high))]
        case "touch" if digits:
            return [bytes((KEY_TOUCH + to, which, number))]
        case "touch":
            return [bytes((TOUCH + to, number))]
    msb, lsb = (NRPN_MSB, NRPN_LSB) if kind == "nrpn" else (RPN_MSB, RPN_LSB)
    pairs = ((msb, which >> 7), (lsb, which & COARSE), (DATA_MSB, high), (DATA_LSB, low))
    return [bytes((CONTROL + to, controller, value)) for controller, value in pairs]


class NoteOut:
    """Keys that are sent on a channel: one at a time, legato where the key changes while the gate is up."""

    def __init__(self, channel: int) -> None:
        self._channel = channel - 1
        self._key: int | None = None

    def take(self, key: float, gate: float, velocity: float) -> list[bytes]:
        """What to send for a key 0..127, a gate (up from one half) and a velocity 0..1."""
        wanted = round(min(max(key, 0.0), 127.0)) if gate >= 0.5 else None
        if wanted == self._key:
            return []
        before, self._key = self._key, wanted
        messages = []
        if wanted is not None:
            strength = round(min(max(velocity, 0.0), 1.0) * COARSE)
            messages.append(bytes((NOTE_ON + self._channel, wanted, max(1, strength))))
        if before is not None:
            messages.append(bytes((NOTE_OFF + self._channel, before, 0)))
        return messages

    def end(self) -> list[bytes]:
        """Let go."""
        return self.take(0.0, 0.0, 0.0)
