"""What the patches of a model show and understand, in both programs: its controls, by name.

A control is set by moving it, by a message such as `z0 0.3` or `bright 0.3`, and by OSC: `/NAME/z0 0.3`, or
just `/z0 0.3`.
"""

from dataclasses import dataclass

from plaud_live.deploy.description import Attribute, Description, Latent

OSC_PORT, REPLY_PORT = 9110, 9111
"""Where patches listen for OSC, and where Max tells what its dials do. The instrument has other ports."""


@dataclass(frozen=True)
class Control:
    """A number from `low` to `high` that begins at `start`. `key` is its name; it may have an `alias`.

    One that is `typed` is a number box without a slider, `unit` stands beside it.
    """

    key: str
    alias: str
    low: float
    high: float
    start: float
    whole: bool
    help: str
    typed: bool = False
    unit: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What messages may call it."""
        return (self.key, self.alias) if self.alias else (self.key,)

    @property
    def label(self) -> str:
        """Beside a slider: `z0 bright`."""
        return " ".join((*self.names, self.unit)).replace("_", " ").rstrip()

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return self.whole and (self.low, self.high) == (0, 1)


GAIN = Control("gain", "", 0, 2, 1, False, "of the output, linear")
RAMP = Control("ramp", "", 0, 10_000, 20, False, "how long a latent takes to a new value", True, "ms")
"""What each patch has besides what the model offers."""


@dataclass(frozen=True)
class Panel:
    """Controls of a model: latents in 0..1, attributes that `set` changes, and what the patch itself does."""

    latents: tuple[Control, ...]
    attributes: tuple[Control, ...]

    @property
    def controls(self) -> tuple[Control, ...]:
        """All, in the order in which they are shown."""
        return (*self.latents, *self.attributes, GAIN, RAMP)

    @property
    def a_count(self) -> Control:
        """An attribute that shows well what attributes do: how many of something sound."""
        return next(control for control in self.attributes if control.whole and not control.is_switch)


def panel(model: Description) -> Panel:
    """The controls of `model`."""
    return Panel(tuple(map(_latent, model.latents)), tuple(map(_attribute, model.attributes)))


def rate(model: Description) -> str:
    """The sample rate as it is read: `44.1 kHz`."""
    return f"{model.sample_rate / 1000:g} kHz"


def _latent(latent: Latent) -> Control:
    start = round(min(max(latent.home, 0.0), 1.0), 3)
    what = f"latent {latent.index}" + (f": {latent.name}" if latent.name else "")
    return Control(f"z{latent.index}", latent.name, 0, 1, start, False, what)


def _attribute(row: Attribute) -> Control:
    return Control(row.name, "", row.low, row.high, row.default, row.kind == "int", row.help)
