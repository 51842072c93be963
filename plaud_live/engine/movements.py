"""Movements: what any control says, of MIDI or OSC, in one form: where it is now, on its way from 0 to 1."""

from dataclasses import dataclass
from functools import lru_cache

from plaud_live.control.midi_events import Control, Event, Note
from plaud_live.control.midi_values import turned
from plaud_live.control.takeover import PRESSED
from plaud_live.signals.midi_names import MidiName

COARSE = 127


@dataclass(frozen=True)
class Movement:
    """A control is at `position` 0..1 since `time` (seconds of time.monotonic()); `step` is its resolution.

    `live` is the name of its live input: of MIDI made of `control`, `channel` and `device`. `raw` is the
    number that was sent. `part`: it belongs to a larger message.
    """

    time: float
    live: str
    position: float
    step: float
    control: str = ""
    channel: int = 0
    device: str = ""
    raw: int = 0
    part: bool = False

    @property
    def pressed(self) -> float:
        """1 where a key or button is down, however softly it was struck; 0 else."""
        return float(self.position > 0.0 if self.is_key else self.position >= PRESSED)

    @property
    def is_key(self) -> bool:
        """Whether it is a key or a pad."""
        return self.control.startswith("key")

    def steps(self, encoding: int) -> int:
        """How far a relative encoder has turned, by its encoding."""
        return turned(self.raw, encoding)


@lru_cache(maxsize=4096)
def live_name(control: str, channel: int, device: str) -> str:
    """What a control of MIDI is called as a live input: every message asks."""
    return MidiName(control, channel, device).live


def movement_of(event: Event) -> Movement | None:
    """What an event of MIDI says of a control; None for what is none, as the clock."""
    match event:
        case Control(time, device, channel, control, value, bits, raw, part):
            position = 0.5 + 0.5 * value if control == "bend" else value
            step = 1.0 / ((1 << bits) - 1)
            live = live_name(control, channel, device)
            return Movement(time, live, position, step, control, channel, device, raw, part)
        case Note(time, device, channel, key, velocity, on):
            control, position = f"key{key}", velocity if on else 0.0
            raw, live = round(position * COARSE), live_name(control, channel, device)
            return Movement(time, live, position, 1.0 / COARSE, control, channel, device, raw)
        case _:
            return None


def osc_movement(live: str, position: float, time: float) -> Movement:
    """What arrived at `/plaud/ctl/…`, as a control: `osc/td/x`."""
    return Movement(time, live, min(max(position, 0.0), 1.0), 1.0 / COARSE)
