"""What a MIDI device says, as data. `control.midi_parser` makes it of bytes.

`time` is when the last byte of it arrived, in seconds of `time.monotonic()`; `device` is the stem of the
device's name (`engine.midi_hub` gives them); channels are 1..16.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["clock", "start", "stop", "continue", "position"]


@dataclass(frozen=True, slots=True)
class Control:
    """A controller moved.

    `control` is as in `signals.midi_names`: cc21, cc21-14, nrpn1234, rpn0, bend, touch, touch60. `value` is
    0..1, of `bend` -1..1; `raw` is the number that was sent, of `bits` 7 or 14. `part`: it is part of a
    larger message that follows or has come, the LSB of a pair or a data entry, or it may be a pair and has
    come as two: learning looks away.
    """

    time: float
    device: str
    channel: int
    control: str
    value: float
    bits: int
    raw: int
    part: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A key 0..127 went down (`on`) with a velocity 0..1, or up with its release velocity."""

    time: float
    device: str
    channel: int
    key: int
    velocity: float
    on: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """MIDI clock: 24 ticks `clock` a beat, transport, song position in sixteenths (for `position` alone)."""

    time: float
    device: str
    kind: Kind
    position_sixteenths: int = 0


@dataclass(frozen=True, slots=True)
class Quiet:
    """All notes of a channel (0: of all) end: all notes off, all sound off, reset, or the device is gone."""

    time: float
    device: str
    channel: int = 0


Event = Control | Note | Clock | Quiet
