"""Outputs: signals that leave the instrument. Where they go is part of the state, as text:

osc/127.0.0.1:7000/x/y          a message /x/y to a host and port
midi/cc21/ch1/nano              a control of a channel, to a device, named as `signals.midi_names` does
midi/note/ch1/nano              keys: a signal of three numbers, the key, its gate and its velocity
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plaud_live.errors import ParameterError
from plaud_live.signals.data import from_data, to_data
from plaud_live.signals.graph import Signal
from plaud_live.signals.midi_names import MidiName, is_control

OSC_RATE = 60.0
MIDI_RATE = 100.0
RATES = (0.1, 200.0)
"""How often a second a signal may be looked at; only what has changed is sent."""

MAX_OUTPUTS = 128
MAX_NUMBERS = 64
"""Of one OSC message."""

NOTE = "note"
NOTE_PARTS = ("key", "gate", "vel")
"""The numbers of a note's signal, in this order."""

_OSC = re.compile(r"osc/([^/:]+):(\d{1,5})(/[!-~]{1,200})")
_MIDI = re.compile(r"midi/([a-z0-9-]+)/ch(\d{1,2})/(.{1,64})")
_RESERVED = re.compile(r"[#*,?\[\]{}]|//|/$")
_SENT = re.compile(r"cc\d+(-14)?|n?rpn\d+|bend|touch\d*")


@dataclass(frozen=True)
class OscTarget:
    """A message to a UDP port. `host` is an IPv4 address."""

    host: str
    port: int
    address: str

    @cached_property
    def key(self) -> str:
        """As it stands in the state."""
        return f"osc/{self.host}:{self.port}{self.address}"

    @cached_property
    def typed(self) -> str:
        """As the performer writes it, without the signal."""
        return f'osc.out("{self.host}:{self.port}", "{self.address}")'

    @cached_property
    def is_loopback(self) -> bool:
        """Whether it stays on this machine."""
        return ipaddress.IPv4Address(self.host).is_loopback


@dataclass(frozen=True)
class MidiTarget:
    """A control, or `note`, on a channel 1..16 of a device: its stem, or what is typed of it."""

    control: str
    channel: int
    device: str

    @cached_property
    def key(self) -> str:
        """As it stands in the state."""
        return f"midi/{self.control}/ch{self.channel}/{self.device}"

    @cached_property
    def typed(self) -> str:
        """As the performer writes it, without the signal."""
        channel = f"ch={self.channel}" if self.channel != 1 else ""
        call = f"{NOTE}({channel})" if self.control == NOTE else MidiName(self.control).typed
        if channel and self.control != NOTE:
            call = call.removesuffix(")") + ("" if call.endswith("()") else ", ") + f"{channel})"
        return f'midi.out("{self.device}").{call}'


Target = OscTarget | MidiTarget


@dataclass(frozen=True)
class Outlet:
    """What is sent: a signal, with the text that it was typed as; `rate` is how often a second it is read."""

    signal: Signal
    rate: float
    text: str = ""

    def to_data(self) -> list[Any]:
        """As JSON."""
        return [to_data(self.signal), self.rate, self.text]

    @classmethod
    def from_data(cls, data: Any) -> "Outlet":
        """From JSON that `to_data` made. Raises SignalError."""
        signal, rate, text = data
        return cls(from_data(signal), float(rate), str(text))


Outlets = Mapping[str, Outlet]
"""All outputs of a state, by where they go."""


@dataclass(frozen=True)
class Output:
    """A change: send a signal somewhere, `rate` times a second at most (None: as is usual there).

    What is sent there already gives way to it in `over` beats, from the next multiple of `at` beats on.
    """

    to: str
    signal: Signal
    rate: float | None = None
    over: float | None = None
    at: float | None = None
    text: str = ""


@dataclass(frozen=True)
class EndOutput:
    """A change: send nothing there any more."""

    to: str


def target_of(key: str) -> Target:
    """Where an output goes. Raises ParameterError that says what is wrong with it."""
    if found := _OSC.fullmatch(key):
        return osc_target(f"{found[1]}:{found[2]}", found[3])
    if found := _MIDI.fullmatch(key):
        return midi_target(found[1], int(found[2]), found[3])
    raise ParameterError(f"{key!r:.80} is no output: wants osc/HOST:PORT/ADDRESS or midi/CONTROL/chN/DEVICE")


def osc_target(where: str, address: str) -> OscTarget:
    """Check a host and port, `127.0.0.1:7000` or `localhost:7000`, and an address. Raises ParameterError."""
    host, _, port = where.rpartition(":")
    host = "127.0.0.1" if host in ("", "localhost") else host
    try:
        plain = str(ipaddress.IPv4Address(host))
    except ValueError:
        raise ParameterError(
            f"osc.out({where!r:.60}): wants numbers, as in 192.168.0.20:7000: names are not looked up"
        ) from None
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise ParameterError(f"osc.out({where!r:.60}): wants a port from 1 to 65535, as in 127.0.0.1:7000")
    if not re.fullmatch(r"/[!-~]{1,200}", address) or _RESERVED.search(address):
        raise ParameterError(f"osc.out(…, {address!r:.60}): wants an address such as /x, of plain characters")
    return OscTarget(plain, int(port), address)


def midi_target(control: str, channel: int, device: str) -> MidiTarget:
    """Check a control, a channel and a device. Raises ParameterError."""
    if control != NOTE and (not _SENT.fullmatch(control) or not is_control(control)):
        raise ParameterError(
            f"midi.out: {control!r:.40} cannot be sent; cc, nrpn, rpn, bend, touch, note can"
        )
    if not 1 <= channel <= 16:
        raise ParameterError(f"midi.out(…, ch={channel}): wants 1 to 16")
    if not device.strip() or not device.isprintable() or len(device) > 64:
        raise ParameterError(f"midi.out({device!r:.40}): wants the beginning of a device's name")
    return MidiTarget(control, channel, device)


def checked_rate(rate: float) -> float:
    """A rate in Hz. Raises ParameterError."""
    low, high = RATES
    if not low <= rate <= high:
        raise ParameterError(f"rate={rate:g}: wants {low:g} to {high:g} a second")
    return float(rate)
