"""Live inputs as signals: what arrives over OSC, and what the microphone hears."""

import re
from typing import NoReturn

from plaud_live.errors import ParameterError, suggestion
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live

MAX_SIZE = 64
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,7}")
HEARD = {
    "loud": "loudness of the input, 0..1",
    "bright": "brightness of the input, 0..1",
    "z": "the input as latents of the instrument that reads it",
}


def osc(name: object, size: object = 1) -> Signal:
    """Whatever arrives at /plaud/ctl/NAME, usually 0..1; .5 until something does.

    `size` is how many numbers a message has: more than one makes a list of latents.

    >>> drone.z2 = osc("td/x").slew(1/4)
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name.removeprefix("/plaud/ctl/")):
        raise ParameterError(f'osc({name!r:.40}): wants an address below /plaud/ctl, as in osc("td/x")')
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_SIZE:
        raise ParameterError(f"osc({name!r}, {size!r:.20}): wants 1 to {MAX_SIZE} numbers a message")
    return Live(f"osc/{name.removeprefix('/plaud/ctl/')}", 0 if size == 1 else size)


class Microphone:
    """The input as signals: `mic.loud` and `mic.bright` 0..1, `mic.z` the encoder's latents.

    >>> drone.z1 = mic.loud*.6 + .2
    >>> drone.z = mic.z
    """

    __slots__ = ()

    @property
    def loud(self) -> Signal:
        """Loudness of the input, 0..1."""
        return Live("mic/loud", 0)

    @property
    def bright(self) -> Signal:
        """Brightness of the input, 0..1."""
        return Live("mic/bright", 0)

    @property
    def z(self) -> Signal:
        """The input as latents of the instrument that reads it: `drone.z = mic.z`."""
        return Live("mic/z", -1)

    def __getattr__(self, name: str) -> NoReturn:
        self._unknown(name)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f"mic.{name} is what is heard: read it, as in drone.z1 = mic.loud")

    def __dir__(self) -> list[str]:
        return [*HEARD]

    def __repr__(self) -> str:
        return "mic.loud mic.bright mic.z: loudness, brightness and latents of the input"

    def _unknown(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise ParameterError(f"mic has no {name!r}{suggestion(name, HEARD) or ' — it has loud, bright, z'}")
