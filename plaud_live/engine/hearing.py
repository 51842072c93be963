"""What a live input says now, whether anything reads it or not, and whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from plaud_live.control.maps import KNOB
from plaud_live.control.midi_events import Control, Note
from plaud_live.control.midi_values import MidiValues
from plaud_live.control.profiles import Profiles
from plaud_live.engine.knobs import Knobs
from plaud_live.engine.movements import Movement, movement_of
from plaud_live.signals.live import live_text
from plaud_live.signals.midi_names import MidiName, device_fits, parse


class Inputs(Protocol):
    """What has come for live inputs that are read: `engine.inputs.Inputs`."""

    def last(self, name: str) -> tuple[float, ...] | None:
        """The last values of a name; None where nothing has come for it."""


class Hearing:
    """Knows of all that is heard."""

    def __init__(self, inputs: Inputs, values: MidiValues, knobs: Knobs) -> None:
        self._inputs, self._values, self._knobs = inputs, values, knobs

    def of(self, name: str, own: Mapping[str, str], devices: Sequence[str]) -> dict[str, Any]:
        """`values`: the numbers of a live input now, None where nothing was heard; `whose`: whose they are.

        `own` are the controls of knobs that were named here, `devices` the stems of what is plugged in.
        """
        values = self._inputs.last(name)
        if name.startswith(KNOB):
            knob = name.removeprefix(KNOB)
            control = own.get(knob, "")
            if values is None and control:
                values = self._inputs.last(control)
            if values is None:
                values = _one(self._knobs.now(knob, control, self._movements()))
            return {"values": values, "whose": _whose_knob(self._knobs.profiles, knob, control, devices)}
        if values is None:
            values = _one(self._values.now(name))
        return {"values": values, "whose": self._whose(name, devices)}

    def _movements(self) -> Iterable[Movement]:
        return filter(None, map(movement_of, self._values.last()))

    def _whose(self, name: str, devices: Sequence[str]) -> str:
        """Who has sent it, or may: `knob.f1, fader of nanoKONTROL2`; '' where nobody knows."""
        midi, said = parse(name), self._values.speaker(name)
        if midi is None:
            return ""
        match said:
            case Control(device=device, channel=channel):
                return _piece(self._knobs.profiles, midi, device, channel) or device
            case Note(device=device, key=key):
                return _piece(self._knobs.profiles, midi, device, said.channel) or f"key {key} of {device}"
        for device in devices:
            if not midi.device or device_fits(midi.device, device):
                for channel in (midi.channel,) if midi.channel else range(1, 17):
                    if found := _piece(self._knobs.profiles, midi, device, channel):
                        return found
        return ""


def _one(value: float | None) -> tuple[float, ...] | None:
    return None if value is None else (value,)


def _piece(profiles: Profiles, midi: MidiName, device: str, channel: int) -> str:
    """What a control is called by the profile of a device."""
    piece = profiles.piece(device, midi.control, channel)
    return "" if piece is None else f"knob.{piece.name}, {piece.kind} of {device}"


def _whose_knob(profiles: Profiles, knob: str, control: str, devices: Sequence[str]) -> str:
    """Whose a knob is: `fader of nanoKONTROL2, cc(0, ch=1)`; '' where none that has it is plugged in."""
    if control:
        return live_text(control)
    for device in devices:
        profile = profiles.of(device)
        piece = profile.named.get(knob) if profile else None
        if piece is not None:
            return f"{piece.kind} of {device}, {MidiName(piece.control, piece.channel).typed}"
    return ""
