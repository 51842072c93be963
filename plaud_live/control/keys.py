"""Keys: how an instrument is played by notes. What is kept of it in the state, and the changes that alter it.

A model with a harmonic block, or with a latent called `pitch`, is played at the pitch of the key: its
harmonics at the frequency of equal temperament, exactly; the latent at the key's place between `low` and
`high`. Any other is led by the keys from anchor to anchor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from plaud_live.control.parameters import ModelInfo, parameters
from plaud_live.errors import ParameterError, TransactionError
from plaud_live.signals.midi_names import device_fits

STEP: Final = "keys/"
"""What the live input begins with that counts the anchors which keys lead to: `keys/drone`."""

PITCH = "pitch"
MAX_VOICES = 4
MAX_NOTES = 512
MAX_CHORD = 16
WORD = "keys"
"""What the level of an instrument reads that only sounds because it is played by keys."""

RANGES: Final = {
    "voices": (1, MAX_VOICES, "voices"),
    "glide": (0.0, 60.0, "seconds"),
    "attack": (0.0, 60.0, "seconds"),
    "decay": (0.0, 60.0, "seconds"),
    "sustain": (0.0, 1.0, "of the peak"),
    "release": (0.0, 60.0, "seconds"),
    "tuning": (220.0, 880.0, "Hz for A4"),
    "bend_range": (0.0, 96.0, "semitones"),
    "root": (0, 127, "the key of the first anchor"),
    "low": (0, 127, "the key at which the pitch latent is 0"),
    "high": (0, 127, "the key at which the pitch latent is 1"),
    "ch": (0, 16, "a channel, 0 for any"),
}
"""Of each number: the least, the most, and what it is."""


@dataclass(frozen=True)
class Keys:
    """How `instrument` is played: kept in the state, and the change that puts it there.

    `steps` is how many anchors the keys lead through, 0 for pitch. `gated`: notes are what opens and closes
    the sound. `voices` is how many notes sound at a time; `glide`, `attack`, `decay`, `release` are seconds,
    `sustain` the share of a note's peak that it is held at; `legato`: a note that follows while another is
    held takes over its envelope (one voice alone). `tuning` is A4 in Hz, `bend_range` in semitones; keys of
    `ch` (0: any) and `device` ('': any) are listened to. `root` is the key of the first anchor, `low` and
    `high` those of the ends of a pitch latent.
    """

    instrument: str
    steps: int = 0
    gated: bool = True
    voices: int = 1
    glide: float = 0.05
    attack: float = 0.005
    decay: float = 0.1
    sustain: float = 1.0
    release: float = 0.2
    legato: bool = True
    tuning: float = 440.0
    bend_range: float = 2.0
    root: int = 60
    low: float = 36.0
    high: float = 96.0
    ch: int = 0
    device: str = ""

    def hz(self, pitch: float) -> float:
        """The frequency of a pitch in semitones, 69 being A4: equal temperament."""
        return float(self.tuning * 2.0 ** ((pitch - 69.0) / 12.0))

    def place(self, pitch: float) -> float:
        """The place of a pitch latent in playable units."""
        return (pitch - self.low) / (self.high - self.low)

    def step(self, pitch: float) -> int:
        """Which anchor a key leads to: from `root` on, round and round."""
        return round(pitch - self.root) % self.steps

    def listens(self, device: str, channel: int) -> bool:
        """Whether keys of this device and channel are meant."""
        return self.ch in (0, channel) and (not self.device or device_fits(self.device, device))

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Keys":
        """From JSON that `to_data` made."""
        return cls(**{f.name: data[f.name] for f in fields(cls) if f.name in data})


@dataclass(frozen=True)
class EndKeys:
    """Play `instrument` by keys no more: it sounds on by itself, if it did before."""

    instrument: str


@dataclass(frozen=True)
class Spare:
    """Play `instrument` with `voices` voices, if it has more: there is no time for them.

    The engine sees it. It is no step to undo, and undo brings none of them back: the performer does.
    """

    instrument: str
    voices: int = 1


@dataclass(frozen=True)
class PlayNote:
    """Play `key`, 0..127, with `velocity` 0..1, for `length` beats from the launch on; None: until it ends.

    Velocity 0 ends the key; with no key all notes end.
    """

    instrument: str
    key: float | None
    velocity: float = 0.8
    length: float | None = None
    at: float | None = None


@dataclass(frozen=True)
class TypedNote:
    """A note that was typed, or came over OSC: from beat `start` to `end`, None as long as it is held."""

    instrument: str
    key: float
    velocity: float
    start: float
    end: float | None = None

    def over(self, beat: float) -> bool:
        """Whether it has ended by then."""
        return self.end is not None and self.end <= beat

    def to_data(self) -> list[Any]:
        """As JSON."""
        return [self.instrument, self.key, self.velocity, self.start, self.end]

    @classmethod
    def from_data(cls, data: Iterable[Any]) -> "TypedNote":
        """From JSON that `to_data` made."""
        return cls(*data)


def spared(playing: Mapping[str, Keys], change: Spare) -> Mapping[str, Keys]:
    """How instruments are played once one has fewer voices; the same object where it has no more."""
    keys = playing.get(change.instrument)
    if keys is None or keys.voices <= change.voices:
        return playing
    return {**playing, change.instrument: replace(keys, voices=max(1, change.voices))}


def is_pitched(info: ModelInfo) -> bool:
    """Whether keys can set the pitch of what plays the model."""
    return info.harmonics > 0 or PITCH in info.names


def check(keys: Keys, info: ModelInfo) -> None:
    """Raise ParameterError for numbers out of their range, TransactionError for a model without a pitch."""
    for name, (low, high, what) in RANGES.items():
        value = getattr(keys, name)
        if not low <= value <= high:
            wants = f"wants {low:g} to {high:g} ({what})"
            raise ParameterError(f"{keys.instrument}.keys: {name} {value:g}, {wants}")
    if keys.high <= keys.low:
        raise ParameterError(f"{keys.instrument}.keys: high {keys.high:g} wants to be above low {keys.low:g}")
    if not keys.steps and not is_pitched(info):
        raise TransactionError(no_pitch(keys.instrument, info))


def no_pitch(instrument: str, info: ModelInfo) -> str:
    """Why a model cannot be played at a pitch, and what can be done."""
    have = [f"A.{name}" for name in list(info.anchors)[:2]] or ["A.home", "A.away"]
    return (
        f"{info.name} has no pitch to play (no harmonics, no latent called {PITCH}): give it anchors, as in"
        f" {instrument}.keys({', '.join(have)})"
    )


def latent_of_pitch(info: ModelInfo) -> int | None:
    """The number of the latent that is the pitch, None where there is none."""
    row = parameters(info).get(PITCH)
    return None if row is None else row.index
