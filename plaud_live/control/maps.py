"""Maps: which control moves which parameter, and how. The data of it, and the changes that alter it.

A control is named as a live input is: `midi/cc21/ch1/nanoKONTROL2`. While it moves its parameter, that is
driven by a live input of the map's own, 0..1 of the control's way; once it is at rest, by the number there.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from plaud_live.control.parameters import Parameter
from plaud_live.control.takeover import PICKUP
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live

MAP = "map/"
"""What the live inputs of maps begin with: `map/drone.z2/f1`."""

KNOB = "knob/"
"""What the live inputs of named controls begin with: `knob/f1`."""

MAX_MAPS = 256
MAX_KNOBS = 256
SMOOTH_SECONDS = 0.02
"""Unless told, for what follows its signal at every sample: it would click from step to step of 1/127."""


@dataclass(frozen=True)
class Map:
    """`control` moves `parameter` of `instrument`: kept in the state, and the change that puts it there.

    `knob` is the control's name in its device's profile, as in `knob.f1`, '' where it has none. `mode` is one
    of `takeover.MODES`. `low` and `high` are what the ends of the control's way mean, in the parameter's
    unit, `high` below `low` where it is turned round; `curve` is the exponent of the way between them; `slew`
    smooths over so many beats.
    """

    instrument: str
    parameter: str
    control: str
    knob: str = ""
    mode: str = PICKUP
    low: float = 0.0
    high: float = 1.0
    curve: float = 1.0
    slew: float = 0.0

    @property
    def key(self) -> str:
        """What is moved: `drone.z2`."""
        return f"{self.instrument}.{self.parameter}"

    @property
    def short(self) -> str:
        """The control in a word: `f1`, `cc21`."""
        return self.knob or self.control.split("/")[1]

    @property
    def live(self) -> str:
        """The live input that drives the parameter while the control moves it."""
        return f"{MAP}{self.key}/{self.knob or self.control}"

    @property
    def signal(self) -> Signal:
        """What drives the parameter while the control moves it."""
        signal: Signal = Live(self.live, 0)
        if self.curve != 1.0:
            signal = signal**self.curve
        if (self.low, self.high) != (0.0, 1.0):
            signal = signal.range(self.low, self.high)
        return signal.slew(self.slew) if self.slew > 0.0 else signal

    def value(self, position: float) -> float:
        """The parameter's value, in its unit, for a position 0..1."""
        return self.low + (self.high - self.low) * float(position**self.curve)

    def position(self, value: float) -> float:
        """The position 0..1 of a value; the nearer end for what lies outside."""
        share = (value - self.low) / (self.high - self.low)
        return float(min(max(share, 0.0), 1.0) ** (1.0 / self.curve))

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Map":
        """From JSON that `to_data` made."""
        return cls(**{f.name: data[f.name] for f in fields(cls) if f.name in data})


@dataclass(frozen=True)
class Unmap:
    """No control moves this parameter any more; with no instrument named, none moves any."""

    instrument: str = ""
    parameter: str = ""


@dataclass(frozen=True)
class Knob:
    """Name a control: what `knob.NAME` reads from now on; no control: forget the name."""

    name: str
    control: str = ""


@dataclass(frozen=True)
class Rest:
    """The live input `live` that drives a parameter is at rest at `position`: a number takes its place.

    The engine sees it. It changes nothing that is heard, and is no step to undo.
    """

    instrument: str
    parameter: str
    live: str
    position: float


def playable_range(row: Parameter) -> tuple[float, float]:
    """What the ends of a control mean unless told: latents go no further than where they are at home."""
    return (0.0, 1.0) if row.unit == "0..1" else (row.low, row.high)
