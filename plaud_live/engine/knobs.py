"""Knobs by name: what `knob.f1` reads, of a device's profile or of a name that the performer gave."""

from collections.abc import Callable, Iterable

from plaud_live.control.maps import KNOB
from plaud_live.control.profiles import Piece, Profiles
from plaud_live.control.state import State
from plaud_live.engine.movements import Movement
from plaud_live.signals.midi_names import MIDI, MidiName, device_fits, parse

MIDDLE = 0.5
"""Where a relative encoder begins."""


class Knobs:
    """`take` movements; `changed` tells of another state. Only what that reads is written."""

    def __init__(self, write: Callable[[str, float], None], profiles: Profiles) -> None:
        self.profiles = profiles
        self._write = write
        self._reading: frozenset[str] = frozenset()  # names of knobs that are read
        self._own: dict[str, tuple[str, MidiName | None]] = {}  # of those: control of what was named here
        self._midi: tuple[MidiName, ...] = ()
        self._turned: dict[str, float] = {}

    def piece(self, movement: Movement) -> Piece | None:
        """What has moved, where the profile of its device knows it."""
        if not movement.control:
            return None
        return self.profiles.piece(movement.device, movement.control, movement.channel)

    def changed(self, state: State, reads: frozenset[str]) -> frozenset[str]:
        """Another state, and the live inputs that it reads. Returns the knobs that begin to be read."""
        before = self._reading
        self._reading = frozenset(name.removeprefix(KNOB) for name in reads if name.startswith(KNOB))
        self._own = {n: (c, parse(c)) for n, c in state.knobs.items() if n in self._reading}
        self._midi = tuple(each for name in reads if name.startswith(MIDI) and (each := parse(name)))
        return self._reading - before

    def now(self, name: str, control: str, movements: Iterable[Movement]) -> float | None:
        """Where the knob `name` would stand if it began to be read, by what was heard, the last at the end.

        `control` is its own, '' for that of a profile. None: it has not been heard; nor has an encoder that
        nobody reads.
        """
        midi = parse(control)
        found = None
        for movement in movements:
            piece = self.piece(movement)
            if movement.part or "-rel" in control or (piece is not None and "-rel" in piece.control):
                continue
            if (
                movement.live == control
                or (midi is not None and _meant(midi, movement))
                or (not control and piece is not None and piece.name == name)
            ):
                found = movement.position
        return found

    def take(self, movement: Movement) -> bool:
        """A control has moved. Whether anything that plays reads it."""
        return self.give(movement, self._reading) or any(_meant(each, movement) for each in self._midi)

    def give(self, movement: Movement, names: frozenset[str]) -> bool:
        """Write where a control is to those of some knobs that it is. Whether it is any of them."""
        if not names or movement.part:
            return False
        given = False
        for name, (control, midi) in self._own.items():
            if name in names and (movement.live == control or (midi is not None and _meant(midi, movement))):
                self._put(name, movement, midi.control if midi else "")
                given = True
        piece = self.piece(movement)
        if piece is not None and piece.name in names and piece.name not in self._own:
            self._put(piece.name, movement, piece.control)
            given = True
        return given

    def _put(self, name: str, movement: Movement, control: str) -> None:
        encoding = control.partition("-rel")[2]
        value = movement.position
        if encoding:
            value = self._turned.get(name, MIDDLE) + movement.steps(int(encoding)) * movement.step
            value = self._turned[name] = min(max(value, 0.0), 1.0)
        self._write(KNOB + name, value)


def _meant(name: MidiName, movement: Movement) -> bool:
    """Whether a movement is of the control that a live input of MIDI reads."""
    if name.control.partition("-rel")[0] != movement.control or name.channel not in (0, movement.channel):
        return False
    return not name.device or device_fits(name.device, movement.device)
