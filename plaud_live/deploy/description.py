"""What an exported model offers to nn~: methods with their channels, labels and ratios, and attributes.

TorchScript, Pd patches and Max patches are all written from it, so that they agree. No torch.
"""

from dataclasses import dataclass

from plaud_live.model_file import PlaudModel

RATIO = 64
"""Samples for each value of a latent, which is as few as nn~ allows."""

PLAYABLE = (-0.5, 1.5)
"""How far playable latents go; what lies outside is clamped."""

PD_BUFFER, MAX_BUFFER = 512, 2048
"""Samples that the patches ask nn~ to collect before it calls the model."""

PARAMS_SUFFIX, INPUTS_SUFFIX, OUTPUTS_SUFFIX = "_params", "_input_labels", "_output_labels"
"""What nn~ looks for beside a method: `decode_params` and so on."""


@dataclass(frozen=True)
class Latent:
    """`name` is its alias such as `bright`, or empty; `home` the mean of the material, in playable units."""

    index: int
    name: str
    home: float

    @property
    def label(self) -> str:
        """As nn~ in Max shows it beside an inlet."""
        return f"(signal) Latent {self.index}" + (f": {self.name}" if self.name else "")

    @property
    def short(self) -> str:
        """For a dial: `z0`, or `bright`."""
        return self.name or f"z{self.index}"


@dataclass(frozen=True)
class Method:
    """A method of the exported module: labels of its inlets and outlets.

    One value of an inlet stands for `in_ratio` samples, one of an outlet for `out_ratio`.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    in_ratio: int
    out_ratio: int


@dataclass(frozen=True)
class Attribute:
    """What `set NAME VALUE` changes. A `kind` is "int" or "float"; values outside the range are clamped."""

    name: str
    kind: str
    low: float
    high: float
    default: float
    help: str


@dataclass(frozen=True)
class Description:
    """An exported model called `name`, which renders at `sample_rate` Hz in so many `channels`."""

    name: str
    sample_rate: int
    channels: int
    latents: tuple[Latent, ...]
    methods: tuple[Method, ...]
    attributes: tuple[Attribute, ...]

    def method(self, name: str) -> Method:
        """The method called `name`."""
        return next(method for method in self.methods if method.name == name)


def describe(model: PlaudModel, name: str, sample_rate: int) -> Description:
    """What `model` offers when it is exported as `name` for `sample_rate` Hz."""
    space, channels = model.latents, model.config.channels
    latents = tuple(
        Latent(i, space.names[i], (mean - low) / (high - low))
        for i, (mean, low, high) in enumerate(zip(space.mean, space.low, space.high, strict=True))
    )
    controls = tuple(latent.label for latent in latents)
    audio = tuple(f"(signal) Audio {i}" if channels > 1 else "(signal) Audio" for i in range(channels))
    methods = (
        Method("decode", controls, audio, RATIO, 1),
        Method("encode", audio, controls, 1, RATIO),
        Method("forward", audio, audio, 1, 1),
    )
    return Description(name, sample_rate, channels, latents, methods, _attributes(model))


def _attributes(model: PlaudModel) -> tuple[Attribute, ...]:
    """Counts and gains of the blocks that the model has, then what all models have."""
    config = model.config
    blocks = (
        ("sines", "sines", config.sines),
        ("harmonics", "harmonics", config.harmonics),
        ("noise_bands", "noise", config.noise_bands),
    )
    rows = []
    for count, gain, most in blocks:
        if most:
            what = count.replace("_", " ")
            rows.append(Attribute(count, "int", 0, most, most, f"how many {what} sound, strongest first"))
            rows.append(Attribute(f"{gain}_gain", "float", 0, 2, 1, f"gain of the {what}, linear"))
    longest, usual = config.max_smoothing, config.smoothing
    return (
        *rows,
        Attribute("smoothing", "int", 1, longest, usual, "average of latents, in frames"),
        Attribute("temperature", "float", 0, 1, 0, "noise on the latents, 0 is none"),
        Attribute("freeze", "int", 0, 1, 0, "1 holds the sound"),
        Attribute("raw", "int", 0, 1, 0, "1 takes and gives latents in the model's own units"),
    )
