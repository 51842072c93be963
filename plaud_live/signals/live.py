"""What arrives from outside while it sounds: OSC addresses, the microphone, functions sampled ahead."""

import re
from dataclasses import dataclass

from plaud_live.errors import SignalError
from plaud_live.signals.graph import Array, Evaluation, Signal

AS_MANY_AS_LATENTS = -1
_NAME = re.compile(r"[a-z]+(/[A-Za-z0-9_.-]{1,64}){1,8}")


@dataclass(frozen=True, eq=False)
class Live(Signal):
    """An input by name: `osc/td/x`, `mic/loud`, `fn/ID`. It is the one kind of node that is not pure.

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
    """An input as the performer writes it: `osc("td/x")`, `mic.loud`, `fn(name.hash of its code)`."""
    kind, _, rest = name.partition("/")
    if kind == "fn":
        return f"fn({rest})"
    return f'osc("{rest}")' if kind == "osc" else f"{kind}.{rest.partition('/')[0]}"
