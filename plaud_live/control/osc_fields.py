"""The arguments of an OSC message as a table, and messages read against it.

Every numeric argument takes `i`, `f`, `h`, `d`, `T` or `F`; `tag` is the type that is sent and advertised.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plaud_live.control.osc import Argument, OscMessage
from plaud_live.errors import OscError

MOST_BEATS = 1e6
MOST_SHOWN = 6

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

Value = float | str | None
"""An argument that was read: None where it was left out, or is nil where that means to leave it as it is."""


@dataclass(frozen=True)
class Field:
    """One argument: `tag` is f, i or s; `low` and `high` limit a number that stands at `default` at first.

    `choices` are names that make sense now; others are refused by what they are for. `named`: it names
    something, and is never a path. `nil`: it may be left as it is. `optional` arguments come last.
    """

    name: str
    tag: str = "f"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    default: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    nil: bool = False
    named: bool = False

    @property
    def shown(self) -> str:
        """For help and errors: `gain (fader)`, `over? (beats)`."""
        mark = "?" if self.optional else ""
        return f"{self.name}{mark} ({self.unit})" if self.unit else f"{self.name}{mark}"

    def read(self, value: Argument) -> Value:
        """A value that this argument may have. Raises OscError: 400 where it is out of range, 406."""
        if value is None and self.nil:
            return None
        if self.tag == "s":
            if not isinstance(value, str):
                raise OscError(f"{value!r:.40} is no string, wants {self.shown}", 406)
            if self.named and not _NAME.fullmatch(value):
                raise OscError(f"{self.name} {value!r:.40}: wants letters, digits, _ and -, at most 64")
            return value
        if not isinstance(value, int | float):  # True and False too: a toggle
            raise OscError(f"{value!r:.40} is no number, wants {self.shown}", 406)
        low = float("-inf") if self.low is None else self.low
        high = float("inf") if self.high is None else self.high
        if not low <= value <= high:
            raise OscError(f"{self.name} {float(value):g}: wants {_range(low, high)}")
        return float(value)


OVER = Field("over", unit="beats", low=0.0, high=MOST_BEATS, optional=True)
AT = Field("at", unit="beats", low=0.0, high=MOST_BEATS, optional=True)


def read(fields: Sequence[Field], message: OscMessage, least: int | None = None) -> list[Value]:
    """The arguments of a message, one for each field; None for those left out at the end, numbers as floats.

    `least`: how many there must be (all that are not optional). Raises OscError: 400 or 406.
    """
    arguments = message.arguments
    if least is None:
        least = sum(not each.optional for each in fields)
    if not least and arguments == (None,):  # a button of a surface that has to send something
        arguments = ()
    count = len(arguments)
    if not least <= count <= len(fields):
        raise OscError(f"has {count} argument{'s' * (count != 1)}, wants {_shown(fields, least)}")
    values = [each.read(value) for each, value in zip(fields, arguments, strict=False)]
    return values + [None] * (len(fields) - count)


def _shown(fields: Sequence[Field], least: int) -> str:
    if len(fields) > MOST_SHOWN:
        return f"{least} to {len(fields)}: {fields[0].shown} … {fields[-1].shown}"
    return ", ".join(each.shown for each in fields) or "none"


def _range(low: float, high: float) -> str:
    if high == float("inf"):
        return f"at least {low:g}"
    return f"{low:g} to {high:g}" if low > float("-inf") else f"at most {high:g}"
