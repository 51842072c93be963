"""What the control thread tells the render thread of keys, and when it is to be heard."""

from dataclasses import dataclass

from plaud_live.control.polyphony import Key as Key

Channel = tuple[str, int]
"""A device and its channel; ('', 0) for notes that were typed."""


def channel_of(key: Key) -> Channel:
    """The device and its channel."""
    return key[:2]


def is_typed(key: Key) -> bool:
    """Whether it is a note of the state, and no key of a device."""
    return not key[0]


@dataclass(frozen=True, slots=True)
class Press:
    """A key goes down at the engine sample `sample`, with a velocity 0..1."""

    sample: int
    key: Key
    velocity: float

    @property
    def pitch(self) -> float:
        """In semitones, 69 being A4."""
        return self.key[2]


@dataclass(frozen=True, slots=True)
class Lift:
    """A key comes up."""

    sample: int
    key: Key


@dataclass(frozen=True, slots=True)
class Bend:
    """The pitch bend of a channel, -1..1, over `semitones` where its device says how many.

    `zone` is what its MPE zone adds, in semitones.
    """

    sample: int
    channel: Channel
    value: float
    semitones: float | None = None
    zone: float = 0.0


@dataclass(frozen=True, slots=True)
class Return:
    """Keys have ended, and have faded out: what sounds by itself comes back."""

    sample: int


KeyEvent = Press | Lift | Bend | Return
