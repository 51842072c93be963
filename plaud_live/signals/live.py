"""What arrives from outside while it sounds: OSC addresses, the microphone, functions sampled ahead."""

import re
from dataclasses import dataclass

from plaud_live.errors import SignalError
from plaud_live.signals import midi_names
from plaud_live.signals.graph import Array, Evaluation, Signal

UNHEARD = 0.5
"""What a name reads until something has arrived, unless its kind says otherwise."""

AS_MANY_AS_LATENTS = -1
_NAME = re.compile(r"[a-z]+(/[A-Za-z0-9_.-]{1,64}){1,8}")


@dataclass(frozen=True, eq=False)
class Live(Signal):
    """An input by name: `osc/td/x`, `midi/cc21`, `mic/loud`, `fn/ID`: the one kind of node that is not pure.

    `size` is how many numbers a frame has: 0 for one number, -1 for as many latents as the instrument has
    that it is assigned to.
    """

    name: str
    size: int

    def evaluate(self, at: Evaluation) -> Array:
        if self.size < 0:
            raise SignalError(f"{live_text(self.name)} has a size only once it is assigned to an instrument")
        return at.live(self.name, self.size)


def is_live_name(name: str) -> bool:
    """Whether an input can have this name."""
    return _NAME.fullmatch(name) is not None


def live_text(name: str) -> str:
    """An input as the performer writes it: `osc("td/x")`, `cc(21)`, `mic.loud`, `fn(name.hash of code)`."""
    if midi := midi_names.parse(name):
        return midi.typed
    kind, _, rest = name.partition("/")
    if kind == "fn":
        return f"fn({rest})"
    if kind == "map":  # of a control to a parameter: the control is what is heard
        control = rest.partition("/")[2]
        return live_text(control if "/" in control else f"knob/{control}")
    return f'osc("{rest}")' if kind == "osc" else f"{kind}.{rest.partition('/')[0]}"


def unheard(name: str) -> float:
    """What an input reads until something has arrived."""
    return midi_names.unheard(name) if name.startswith(midi_names.MIDI) else UNHEARD
