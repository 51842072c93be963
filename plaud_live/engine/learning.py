"""Learning: what is armed waits for controls that move, in order; each is mapped, or given a name.

Noise does not count, nor what moves along: a control has to go more than 3 steps of 127, and while one that
was just learnt still moves, nothing else is looked at. A press counts once it ends, or has lasted for a while
in which nothing else moved: touching a motor fader sends a press of its own before the fader moves.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from plaud_live.control.mapping import change_maps
from plaud_live.control.maps import SMOOTH_SECONDS, Knob, Map, playable_range
from plaud_live.control.parameters import find, parameters
from plaud_live.control.profiles import Piece
from plaud_live.control.resolving import instrument_of
from plaud_live.control.takeover import JUMP, PICKUP, TOGGLE
from plaud_live.control.transaction import Transaction
from plaud_live.engine.asked import Launching
from plaud_live.engine.movements import COARSE, Movement
from plaud_live.errors import ParameterError, PlaudError
from plaud_live.signals.midi_names import ENCODINGS, MidiName, device_part

GATE = 3.5 / COARSE
"""More than three steps: knobs that are not touched flicker by one or two."""

QUIET_SECONDS = 0.2
"""What begins to move sooner after a control that was just learnt moves along with it."""

HELD_SECONDS = 0.5
"""A press that lasts so long counts before it ends."""

MAX_TARGETS = 64
MAX_CANDIDATES = 256


@dataclass(frozen=True)
class Target:
    """What the next control is for: a parameter and how to move it, or a name.

    None: as fits the control and the parameter. `rel` is the encoding of a relative encoder that no profile
    knows.
    """

    instrument: str = ""
    parameter: str = ""
    name: str = ""
    mode: str | None = None
    low: float | None = None
    high: float | None = None
    curve: float = 1.0
    slew: float | None = None
    rel: int = 0

    @property
    def key(self) -> str:
        """What is shown of it."""
        return f"knob.{self.name}" if self.name else f"{self.instrument}.{self.parameter}"


@dataclass
class _Candidate:
    """A control that has moved since learning began: how far, and since when it is pressed."""

    low: float
    high: float
    turned: int = 0
    pressed: float | None = None


class Learning:
    """`arm` targets, `take` movements, `work` when something is due. Belongs to the control thread."""

    def __init__(self, desk: Launching, piece: Callable[[Movement], Piece | None]) -> None:
        self.due = float("inf")
        self._desk, self._piece = desk, piece
        self._targets: tuple[Target, ...] = ()
        self._learnt: list[str] = []  # live inputs that have been learnt since learning was armed
        self._quiet_since = float("-inf")
        self._candidates: dict[str, tuple[_Candidate, Movement]] = {}
        self._places: dict[str, float] = {}  # where controls were when they were heard last

    @property
    def text(self) -> str:
        """What is armed, in a line; '' for nothing."""
        if not self._targets:
            return ""
        rest = ", ".join(target.key for target in self._targets[1:])
        return f"learn: move a knob for {self._targets[0].key}{f', then {rest}' if rest else ''}"

    @property
    def armed(self) -> list[dict[str, Any]]:
        """What is armed, as it was asked for."""
        return [{k: v for k, v in asdict(each).items() if v not in ("", None)} for each in self._targets]

    def arm(self, targets: Sequence[Target]) -> None:
        """Wait for a control for each; what was armed before is forgotten.

        Raises ParameterError where there is no such parameter, one twice, or more than MAX_TARGETS.
        """
        if len(targets) > MAX_TARGETS:
            raise ParameterError(f"learn: at most {MAX_TARGETS} at a time")
        keys: set[str] = set()
        for target in targets:
            change = self._change(target, "midi/cc0")
            change_maps(self._desk.state, change)
            key = change.key if isinstance(change, Map) else target.key
            if key in keys:
                raise ParameterError(f"learn: {key} is there twice — once is enough")
            keys.add(key)
        self._targets = tuple(targets)
        self._learnt, self._candidates = [], {}
        self._quiet_since, self.due = float("-inf"), float("inf")

    def take(self, movement: Movement) -> None:
        """A control has moved."""
        place = self._places.get(movement.live)
        if not movement.part:
            self._places[movement.live] = movement.position
            if len(self._places) > MAX_CANDIDATES:
                del self._places[next(iter(self._places))]
        if not self._targets or movement.part:
            return
        if movement.live in self._learnt:
            self._quiet_since = movement.time
            self._candidates.clear()
            return
        if movement.time - self._quiet_since < QUIET_SECONDS:
            return
        self._weigh(movement, place)

    def forget(self, device: str) -> None:
        """A device is gone, or was reset: its controls may be elsewhere when they are heard again."""
        ours = device_part(device)
        self._places = {live: at for live, at in self._places.items() if live.rpartition("/")[2] != ours}
        self._candidates = {live: each for live, each in self._candidates.items() if each[1].device != device}

    def disarm(self) -> None:
        """Wait for nothing any more: hush and panic end learning, too."""
        self._targets = ()

    def work(self, now: float) -> None:
        """A press that is held for long enough counts."""
        self.due = float("inf")
        for candidate, movement in list(self._candidates.values()):
            if candidate.pressed is not None and self._is_button(movement, candidate):
                wait = candidate.pressed + HELD_SECONDS - now
                if wait <= 0.0:
                    self._learn(replace(movement, time=now))
                    return
                self.due = min(self.due, now + wait)

    def _weigh(self, movement: Movement, place: float | None) -> None:
        """Note how far a control has gone, and learn it where that is enough."""
        found = self._candidates.get(movement.live)
        if found is None:
            at = movement.position if place is None else place
            if len(self._candidates) >= MAX_CANDIDATES:
                return
            candidate = _Candidate(at, at)
        else:
            candidate = found[0]
        self._candidates[movement.live] = candidate, movement
        candidate.low = min(candidate.low, movement.position)
        candidate.high = max(candidate.high, movement.position)
        if encoding := self._encoding(movement):
            candidate.turned += abs(movement.steps(encoding))
            if candidate.turned > GATE * COARSE:
                self._learn(movement)
        elif self._is_button(movement, candidate):
            if movement.pressed and candidate.pressed is None:
                candidate.pressed = movement.time
                self.due = min(self.due, movement.time + HELD_SECONDS)
            elif not movement.pressed and candidate.pressed is not None:
                self._learn(movement)
        elif candidate.high - candidate.low > GATE:
            self._learn(movement)

    def _is_button(self, movement: Movement, candidate: _Candidate) -> bool:
        """Whether it is pressed, by its profile; else a key, or what has only been all up and all down."""
        piece = self._piece(movement)
        if piece is not None:
            return piece.is_button or piece.kind == "pedal"
        return movement.is_key or {candidate.low, candidate.high, movement.position} <= {0.0, 1.0}

    def _encoding(self, movement: Movement) -> int:
        piece = self._piece(movement)
        known = int(piece.control.partition("-rel")[2] or 0) if piece is not None else 0
        return known or (self._targets[0].rel if movement.control.startswith("cc") else 0)

    def _learn(self, movement: Movement) -> None:
        target, self._targets = self._targets[0], self._targets[1:]
        piece, encoding = self._piece(movement), self._encoding_of(target, movement)
        control = movement.live
        if encoding:
            name = MidiName(f"{movement.control}-rel{encoding}", movement.channel, movement.device)
            control = name.live
        candidate = self._candidates.pop(movement.live, None)
        button = candidate is not None and not encoding and self._is_button(movement, candidate[0])
        try:
            change = self._change(target, control, piece, button)
            text = f"{target.key} ← {_shown(movement, piece)}"
            self._desk.submit(Transaction((change,), text, "midi", "learn"))
        except PlaudError as error:
            self._desk.tell(f"learn: {error}")
        else:
            how = f" ({change.mode}{self._others(change)})" if isinstance(change, Map) else ""
            following = f" — next: {self._targets[0].key}" if self._targets else ""
            self._desk.tell(f"learnt: {text}{how}{following}")
        self._learnt.append(movement.live)
        self._quiet_since = movement.time
        self._candidates.clear()
        self.due = float("inf")

    def _others(self, change: Map) -> str:
        """What else the control moves."""
        maps = self._desk.state.maps
        others = [key for key, each in maps.items() if each.control == change.control and key != change.key]
        return f", as well as {', '.join(others)}" if others else ""

    def _encoding_of(self, target: Target, movement: Movement) -> int:
        if target.rel in ENCODINGS and movement.control.startswith("cc"):
            return target.rel
        piece = self._piece(movement)
        return int(piece.control.partition("-rel")[2] or 0) if piece is not None else 0

    def _change(
        self, target: Target, control: str, piece: Piece | None = None, button: bool = False
    ) -> Map | Knob:
        """The map, or the name, that a control is to have. Raises a PlaudError."""
        if target.name:
            return Knob(target.name, control)
        instrument = instrument_of(self._desk.state, target.instrument)
        row = find(parameters(instrument.info), instrument.name, target.parameter)
        low, high = playable_range(row)
        usual = JUMP if piece is not None and piece.kind == "pedal" else TOGGLE if button else PICKUP
        slew = target.slew
        if slew is None:
            tempo = self._desk.state.tempo
            slew = tempo.seconds_to_beats(SMOOTH_SECONDS, self._desk.beat) if row.per_sample else 0.0
        low = low if target.low is None else target.low
        high = high if target.high is None else target.high
        knob = "" if piece is None else piece.name
        mode, slew = target.mode or usual, round(slew, 4)
        return Map(instrument.name, row.name, control, knob, mode, low, high, target.curve, slew)


def _shown(movement: Movement, piece: Piece | None) -> str:
    """A control as the performer knows it: `knob.f1 of nanoKONTROL2`, `cc(21, ch=1)`."""
    if piece is not None:
        return f"knob.{piece.name} of {movement.device}"
    if not movement.control:
        return movement.live
    return MidiName(movement.control, movement.channel).typed
