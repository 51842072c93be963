"""What other threads leave for the render thread: it is taken over between two blocks, in order.

So what is heard is a function of what was left, and of the sample before which it was taken over: whoever
keeps a record of both can render the same again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.engine.inputs import Inputs, Values
from plaud_live.engine.key_events import KeyEvent
from plaud_live.engine.parts import Part, Player
from plaud_live.engine.reverb import Room
from plaud_live.engine.slot import Slot


class Write(NamedTuple):
    """What `Inputs.write` takes, or, with a `step`, what `Inputs.write_grid` takes from step `start` on."""

    name: str
    start: float
    values: Values
    step: float = 0.0

    def into(self, inputs: Inputs) -> None:
        """Write it there."""
        if self.step:
            inputs.write_grid(self.name, int(self.start), self.step, self.values)
        else:
            inputs.write(self.name, self.start, self.values)


@dataclass(frozen=True, slots=True)
class Install:
    """A slot for an instrument, with a voice of a model; one that it replaces fades out."""

    slot: Slot
    digest: str
    voice: Player


@dataclass(frozen=True, slots=True)
class Engage:
    """Voices of a model that an instrument may go over to, or more of one that it has."""

    name: str
    part: Part
    voices: Sequence[Player]


@dataclass(frozen=True, slots=True)
class Dismiss:
    """An instrument forgets a model that it does not play."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The file of a model was written anew, and sounds the same: it is known as `info` now."""

    name: str
    digest: str
    info: ModelInfo


@dataclass(frozen=True, slots=True)
class Seat:
    """Voices for the keys of an instrument, of the model with this digest ("" for the one that plays)."""

    name: str
    digest: str
    voices: Sequence[Player]


@dataclass(frozen=True, slots=True)
class Furnish:
    """A reverb that is ready, for once the state says so."""

    room: Room


@dataclass(frozen=True, slots=True)
class Take:
    """A state that plays from now on. `answers`: the panics that are over with it, None for no answer."""

    state: State
    answers: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a device went down or up, or was bent."""

    name: str
    event: KeyEvent


@dataclass(frozen=True, slots=True)
class Panic:
    """Silence, before all that waits: it is heard of, and not left."""


@dataclass(frozen=True, slots=True)
class Play:
    """A sound is played as it is: see `Playback.play`."""

    key: int
    start: int
    fade_in: int


@dataclass(frozen=True, slots=True)
class LetGo:
    """Such a sound ends: see `Playback.stop`."""

    key: int | None
    sample: int
    fade: int


Message = Write | Install | Engage | Dismiss | Rewrite | Seat | Furnish | Take | Key


@dataclass(frozen=True, slots=True)
class Hold:
    """A source of a model was too slow, and stays at its last value from a beat on: see `CostGuard`."""

    name: str
    digest: str
    parameter: str
    reason: str
    beat: float


@dataclass(frozen=True, slots=True)
class Lost:
    """So many samples could not be rendered, and were silence."""

    samples: int


Noted = Message | Panic | Play | LetGo | Hold | Lost
"""What a record has to have."""
