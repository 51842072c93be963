"""Controllers at the desk: what moves is learnt, named, taken over, and shown below the prompt."""

import contextlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from plaud_live.control.maps import Map
from plaud_live.control.midi_events import Event, Quiet
from plaud_live.control.midi_text import BEND_CENTRE, control_text
from plaud_live.control.midi_values import MidiValues
from plaud_live.control.profiles import Piece, Profiles, known_profiles
from plaud_live.control.takeover import PICKUP, Grip
from plaud_live.engine.asked import Launching
from plaud_live.engine.hearing import Hearing
from plaud_live.engine.knobs import Knobs
from plaud_live.engine.learning import Learning, Target
from plaud_live.engine.mapped import Mapped, label
from plaud_live.engine.midi_client import Devices
from plaud_live.engine.movements import Movement, movement_of, osc_movement
from plaud_live.engine.readers import Readers
from plaud_live.errors import ParameterError

OSC = "osc/"
"""What the live inputs begin with that OSC brings."""

SHOWN_SECONDS = 4.0
"""How long the toolbar tells of a control that has moved."""

NOISE = 1.5 / 127
"""A control that nothing hears is shown once it has gone further."""

_READERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("instrument", "parameter", "name", "mode"), str),
    **dict.fromkeys(("low", "high", "curve", "slew"), float),
    "rel": int,
}


class Desk(Launching, Protocol):
    """What controllers work on: `engine.desk.Desk`."""

    notes: list[str]
    extras: dict[str, Callable[[], Any]]
    on_state: list[Callable[[], None]]


class Hub(Protocol):
    """Where events of MIDI come from: `engine.midi_hub.MidiHub`."""

    listeners: list[Callable[[Event], None]]
    values: MidiValues

    def devices(self) -> Devices:
        """What is or was plugged in."""


class Controllers:
    """A chore of the control thread; hears the hub's events, and what OSC brings for `/plaud/ctl`."""

    def __init__(
        self,
        desk: Desk,
        hub: Hub | None = None,
        profiles: Profiles | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk, self._hub, self._clock = desk, hub, clock
        self.profiles = known_profiles() if profiles is None else profiles
        self.knobs = Knobs(lambda name, value: desk.hear(name, (value,)), self.profiles)
        self.mapped = Mapped(desk)
        self._readers = Readers()
        self.mapped.on_move = self._tell_moved
        self.learning = Learning(desk, self.knobs.piece)
        self._text: Callable[[], str] = str
        self._until = 0.0
        self._shown_at: tuple[str, float] = ("", 0.0)
        desk.on_state.append(self._changed)
        desk.extras["controls"] = self.shown
        if hub is not None:
            hub.listeners.append(self.hear)
        desk.notes.extend(self.profiles.problems)
        self._changed()

    @property
    def due(self) -> float:
        """When there is something to do, in seconds of time.monotonic()."""
        return min(self.mapped.due, self.learning.due)

    @due.setter
    def due(self, value: float) -> None:
        """After a failure: not before `value`."""
        self.mapped.due = self.learning.due = value

    def work(self, now: float) -> None:
        """Take over, rest, learn what is held: whatever is due."""
        self.learning.work(now)
        self.mapped.work(now)

    def hear(self, event: Event) -> None:
        """An event of MIDI."""
        if isinstance(event, Quiet) and not event.channel:
            self.mapped.forget(event.device)
            self.learning.forget(event.device)
        movement = movement_of(event)
        if movement is not None:
            self._take(movement)

    def hear_osc(self, name: str, values: Sequence[float]) -> None:
        """Numbers have arrived at `/plaud/ctl/…`: one alone is a control, too."""
        if len(values) == 1:
            self._take(osc_movement(name, float(values[0]), self._clock()))

    def request(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """`learn`: arm the targets that are given, disarm where the list is empty; say what is armed."""
        targets = data.get("targets")
        if targets is not None:
            self.learning.arm([_target(each) for each in targets] if isinstance(targets, list) else [])
        return {"text": self.learning.text}

    def heard(self, name: str) -> dict[str, Any]:
        """What a live input says now, and whose it is: `engine.hearing`."""
        values = MidiValues() if self._hub is None else self._hub.values
        hearing = Hearing(self._desk.inputs, values, self.knobs)
        return hearing.of(name, self._desk.state.knobs, self._connected())

    def learn(self, address: str) -> str:
        """Arm one parameter, `/plaud/inst/drone/z2` or `drone.z2`; '' disarms. Returns what is armed.

        Raises a PlaudError where there is no such parameter.
        """
        instrument, _, parameter = address.removeprefix("/plaud/inst/").replace("/", ".").partition(".")
        self.learning.arm([Target(instrument, parameter)] if address else [])
        return self.learning.text

    def shown(self) -> dict[str, Any]:
        """For the snapshot: what is armed, what has just moved, and stems of devices that are there."""
        moved = self._text() if self._clock() < self._until else ""
        shown = {"learn": self.learning.text, "moved": moved, "devices": self._connected()}
        return {name: each for name, each in {**shown, "armed": self.learning.armed}.items() if each}

    def recall(self, shown: Mapping[str, Any]) -> None:
        """Arm again what was armed in the engine before this one, if all of it is still there."""
        with contextlib.suppress(ParameterError):
            self.learning.arm([_target(each) for each in shown.get("armed", ())])

    def _connected(self) -> list[str]:
        """Stems of the devices that are there."""
        entries = [] if self._hub is None else self._hub.devices()
        return [entry["stem"] for entry in entries if entry["connected"]]

    def _take(self, movement: Movement) -> None:
        self.learning.take(movement)
        heard = self.knobs.take(movement)
        mapped = self.mapped.take(movement)
        if not mapped and not movement.part and not self.learning.text:
            self._tell_loose(movement, heard)

    def _changed(self) -> None:
        state = self._desk.state
        reads = self._readers.find(state)
        names = frozenset(name for of in reads.values() for each in of.values() for name in each)
        self.mapped.changed(names)
        if new := self.knobs.changed(state, names):
            for event in [] if self._hub is None else self._hub.values.last():
                if (movement := movement_of(event)) is not None:
                    self.knobs.give(movement, new)

    def _tell_moved(self, mapping: Map, grip: Grip, value: float) -> None:
        if grip.value is not None or mapping.mode == PICKUP:
            self._tell(partial(_moved_text, mapping, grip, value))

    def _tell_loose(self, movement: Movement, heard: bool) -> None:
        """What moves nothing by a map: its number, and whether a signal reads it."""
        piece = self.knobs.piece(movement)
        if not movement.control or (movement.is_key and piece is None):
            return
        live, place = self._shown_at
        if live != movement.live or abs(place - movement.position) >= NOISE:
            self._shown_at = movement.live, movement.position
            self._tell(partial(_loose_text, movement, piece, heard))

    def _tell(self, text: Callable[[], str]) -> None:
        """Have a text shown for a while; it is made when somebody looks."""
        self._text, self._until = text, self._clock() + SHOWN_SECONDS


def _moved_text(mapping: Map, grip: Grip, value: float) -> str:
    """What a control did to its parameter: `drone.z2 ← f1 0.71`, or which way it has to go to pick it up."""
    name = label(mapping).removeprefix("knob.")
    if grip.value is not None:
        return f"{mapping.key} ← {name} {mapping.value(grip.value):.2f}"
    position = value if grip.position is None else grip.position
    way = "↑" if position < value else "↓"
    return f"{name} {mapping.value(position):.2f} {way} {mapping.value(value):.2f} {mapping.key}"


def _loose_text(movement: Movement, piece: Piece | None, heard: bool) -> str:
    """A control that is not mapped: `f8: cc 7 ch 1 = 64 (unmapped)`."""
    number = control_text(re.sub(r"^key", "note ", movement.control))
    raw = movement.raw - BEND_CENTRE if movement.control == "bend" else movement.raw
    name = f"{piece.name}: " if piece is not None else ""
    return f"{name}{number} ch {movement.channel} = {raw}{'' if heard else ' (unmapped)'}"


def _target(data: Any) -> Target:
    """From a request. Raises ParameterError for anything that is none."""
    if not isinstance(data, Mapping) or not data.keys() <= _READERS.keys():
        raise ParameterError(f"learn: {data!r:.60} is nothing that can be learnt")
    try:
        return Target(**{key: _READERS[key](value) for key, value in data.items() if value is not None})
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"learn: {data!r:.60} is nothing that can be learnt") from None
