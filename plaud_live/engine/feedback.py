"""Feedback: motor faders and rings of mapped controls stand where their parameters are, whoever moved those.

A control that is touched is left alone until the hand has been still for 100 ms and the parameter has come to
rest; what others move is shown as it moves. Rings of encoders without ends show every step at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plaud_live.control.mapping import mapped
from plaud_live.control.maps import Map
from plaud_live.control.midi_bytes import NOTE_ON, control_messages
from plaud_live.control.midi_events import Control, Event, Note
from plaud_live.control.profiles import Piece
from plaud_live.control.state import State
from plaud_live.engine.inputs import Inputs
from plaud_live.engine.midi_out import Devices
from plaud_live.errors import SignalError
from plaud_live.signals.graph import Evaluation
from plaud_live.signals.midi_names import MidiName, parse

STEP_SECONDS = 1.0 / 25.0
IDLE_SECONDS = 0.25
QUIET_SECONDS = 0.1
"""For so long after the performer's own movement nothing is sent to a control."""

RESTS_LOOKS = 3
"""A parameter that is the same on so many looks in a row has come to rest."""

MOST_SECONDS = 2.0
"""Something else than the hand moves the parameter if it is still not at rest: then that is shown."""

_KEY = "key"


@dataclass
class _Shown:
    """What a control shows: the number that it stands at, None where that is not known."""

    mapping: Map
    name: MidiName
    piece: Piece
    number: int | None = None
    touched: float = float("-inf")
    handled: bool = False
    """Its parameter may still be on its way to where a hand has left the control."""
    wanted: int = -1
    looks: int = 0

    @property
    def turns(self) -> bool:
        """Whether it has no ends, and so no place of its own."""
        return "-rel" in self.piece.control


class Feedback:
    """A chore of the control thread, and a listener of the hub. `piece_of` knows controls by their names."""

    def __init__(
        self,
        state: Callable[[], State],
        beat: Callable[[], float],
        inputs: Inputs,
        devices: Devices,
        piece_of: Callable[[str], Piece | None],
    ) -> None:
        self.due = 0.0
        self._state, self._beat, self._inputs = state, beat, inputs
        self._devices, self._piece_of = devices, piece_of
        self._known: State | None = None
        self._shown: dict[str, _Shown] = {}
        self._sending: dict[tuple[str, int], list[_Shown]] = {}
        self._epoch = -1

    def hear(self, event: Event) -> None:
        """The performer moves a control, or something else happens."""
        number: int | None = None
        match event:
            case Control(part=False):
                control, number = event.control, event.raw >> (event.bits - 7)
            case Note():
                control = f"{_KEY}{event.key}"
            case _:
                return
        for shown in self._sending.get((control, event.channel), ()):
            if shown.name.device in ("", event.device):
                shown.touched, shown.handled, shown.looks = event.time, True, 0
                shown.number = None if shown.turns else number

    def work(self, now: float) -> None:
        """Show what has changed."""
        state = self._state()
        if self._known is None or state.maps is not self._known.maps:
            self._take(state)
        self._known = state
        self.due = now + (STEP_SECONDS if self._shown else IDLE_SECONDS)
        if not self._shown:
            return
        at = Evaluation(np.array([self._beat()]), state.lookup, inputs=self._inputs)
        for shown in self._shown.values():
            stem = self._devices.stem(shown.name.device, now)
            if self._devices.epoch != self._epoch:
                self._forget()
            position = self._position(state, at, shown.mapping)
            if stem is not None and position is not None:
                self._show(shown, stem, position, now)

    def _show(self, shown: _Shown, stem: str, position: float, now: float) -> None:
        feedback = shown.piece.feedback
        if feedback is None:
            return
        number = feedback.low + round(position * (feedback.high - feedback.low))
        shown.looks = shown.looks + 1 if number == shown.wanted else 0
        shown.wanted = number
        if shown.handled and not shown.turns:
            still = now - shown.touched
            if still < QUIET_SECONDS or (shown.looks < RESTS_LOOKS and still < MOST_SECONDS):
                return
            shown.handled = False
        if number == shown.number:
            return
        shown.number = number
        if feedback.control.startswith(_KEY):
            key = int(feedback.control.removeprefix(_KEY))
            self._devices.hub.send(stem, bytes((NOTE_ON + feedback.channel - 1, key, number)))
            return
        for message in control_messages(feedback.control, feedback.channel, number):
            self._devices.hub.send(stem, message)

    def _position(self, state: State, at: Evaluation, mapping: Map) -> float | None:
        """Where a parameter is on its control's way; None where it has no place."""
        row = mapped(state, mapping)
        if row is None:
            return None
        try:
            value = float(at.value(state.lookup((mapping.instrument, row.source, row.index)))[0])
        except (SignalError, TypeError, ValueError):
            return None
        return mapping.position(value) if np.isfinite(value) else None

    def _take(self, state: State) -> None:
        """Other maps: of each control the first one that it moves is shown."""
        shown: dict[str, _Shown] = {}
        for mapping in state.maps.values():
            name, piece = parse(mapping.control), self._piece_of(mapping.control)
            if name is None or piece is None or piece.feedback is None or mapping.control in shown:
                continue
            known = self._shown.get(mapping.control)
            shown[mapping.control] = _Shown(mapping, name, piece, None if known is None else known.number)
        self._shown, self._sending = shown, {}
        for each in shown.values():
            sends = (each.name.control.partition("-rel")[0], each.name.channel or each.piece.channel)
            self._sending.setdefault(sends, []).append(each)

    def _forget(self) -> None:
        """A device came or went: what it shows is not known."""
        self._epoch = self._devices.epoch
        for shown in self._shown.values():
            shown.number = None
