"""Takeover: how a control that stands elsewhere than its parameter comes to move it.

Pick-Up and Value Scaling behave as Ableton Live's manual describes them ("Takeover Mode"); Jump is what it
calls None. Positions are 0..1 of the way, of the control and of the parameter alike.
"""

from dataclasses import dataclass, replace

JUMP, PICKUP, SCALE, TOGGLE = "jump", "pickup", "scale", "toggle"
MODES = {
    JUMP: "Jump: the parameter goes to where the control is as soon as that moves",
    PICKUP: "Pick-Up: nothing moves until the control passes where the parameter is",
    SCALE: "Value Scaling: the parameter moves the same share of what is left, until both meet at an end",
    TOGGLE: "a button: pressed, the parameter goes to the other end of its range",
}
PRESSED = 0.5
"""From where on a button counts as pressed, as for switches in the field (64 of 127)."""


@dataclass(frozen=True)
class Grip:
    """What a control has of its parameter between two movements.

    `position` is where the control is, None before it was heard; `value` where it has put the parameter, None
    where others have moved that since, or it never has; `holds`: from now on the two are one.
    """

    position: float | None = None
    value: float | None = None
    holds: bool = False

    def let_go(self) -> "Grip":
        """Others have moved the parameter: the control has to take it over anew."""
        return Grip(self.position)


def move(mode: str, grip: Grip, position: float, value: float, step: float) -> Grip:
    """The grip after the control went to `position`, while the parameter is at `value`.

    `step` is the control's resolution: nearer than that, the two are at the same place. Where `value` of the
    result is None, the parameter stays where it is.
    """
    if mode == TOGGLE:
        return _toggle(grip, position, value)
    if mode == JUMP or grip.holds:
        return Grip(position, position, True)
    if mode == SCALE:
        return _scale(grip, position, value if grip.value is None else grip.value, step)
    before = position if grip.position is None else grip.position
    near = min(abs(position - value), abs(before - value)) <= step
    met = near or (before - value) * (position - value) < 0.0
    return Grip(position, position, True) if met else Grip(position)


def turn(grip: Grip, by: float, value: float) -> Grip:
    """The grip after a relative encoder turned `by` so much of its way: it has no place of its own."""
    start = grip.value if grip.holds and grip.value is not None else value
    there = min(max(start + by, 0.0), 1.0)
    return Grip(there, there, True)


def _toggle(grip: Grip, position: float, value: float) -> Grip:
    pressed = position >= PRESSED and not (grip.position is not None and grip.position >= PRESSED)
    if not pressed:
        return replace(grip, position=position, value=None, holds=False)
    return Grip(position, 0.0 if value >= 0.5 else 1.0, True)


def _scale(grip: Grip, position: float, value: float, step: float) -> Grip:
    """The share of the control's way to the end that it moves to is the share that the parameter goes."""
    before = grip.position
    if before is None or before == position:
        return Grip(position, position, True) if abs(position - value) <= step else Grip(position)
    if abs(before - value) <= step:
        return Grip(position, position, True)
    if position > before:
        there = value + (position - before) * (1.0 - value) / (1.0 - before)
    else:
        there = value + (position - before) * value / before
    return Grip(position, position, True) if abs(position - there) <= step else Grip(position, there)
