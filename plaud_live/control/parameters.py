"""The parameter table: it drives completion, OSC, MIDI learn and help.

An instrument's rows follow from its model. The reverb has rows of its own: it hears the mix of them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, ClassVar

from plaud_live.control.units import UNITY_FADER
from plaud_live.errors import ParameterError, suggestion
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.space import Vector

LATENT_RANGE = (-0.5, 1.5)

VERB = "verb"
"""What the reverb is called at the prompt and over OSC; no instrument can be called so."""


@dataclass(frozen=True)
class ModelInfo:
    """What control needs to know of a model; the weights stay with the engine.

    `low` and `high` are raw values of playable 0 and 1, `home` where a loaded instrument stands, in
    playable units; `names` are aliases of latents ('' for none); `anchors` maps names to raw vectors.
    Models of one `lineage` share anchors; `parent` is the digest of the model that this one was trained
    from, if any. Several `channels` sound side by side.
    """

    name: str
    path: str
    digest: str
    lineage: str
    low: tuple[float, ...]
    high: tuple[float, ...]
    home: tuple[float, ...]
    names: tuple[str, ...]
    sines: int
    harmonics: int
    noise_bands: int
    smoothing: int
    max_smoothing: int
    anchors: Mapping[str, tuple[float, ...]] = field(default_factory=dict, hash=False)
    channels: int = 1
    parent: str = ""

    @property
    def latent_size(self) -> int:
        """Number of latents."""
        return len(self.low)

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data["anchors"] = {name: list(raw) for name, raw in self.anchors.items()}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in data.items()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "ModelInfo":
        """From JSON that `to_data` made."""
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        plain["anchors"] = {name: tuple(raw) for name, raw in data["anchors"].items()}
        return cls(**plain)


@dataclass(frozen=True)
class ReverbInfo:
    """What control needs of a reverb's model; the coefficients stay with the engine.

    `digest` is of the configuration at `path`. `t60` is its own decay time in seconds, `shortest` and
    `longest` are what that can be set to.
    """

    name: str
    path: str
    digest: str
    t60: float
    shortest: float
    longest: float

    latent_size, lineage = 0, ""
    low: ClassVar[tuple[float, ...]] = ()
    high: ClassVar[tuple[float, ...]] = ()

    def to_data(self) -> dict[str, Any]:
        """As JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "ReverbInfo":
        """From JSON that `to_data` made. Raises KeyError, TypeError or ValueError for anything else."""
        name, path, digest = (str(data[key]) for key in ("name", "path", "digest"))
        t60, shortest, longest = (float(data[key]) for key in ("t60", "shortest", "longest"))
        return cls(name, path, digest, t60, shortest, longest)


Info = ModelInfo | ReverbInfo


@dataclass(frozen=True)
class Parameter:
    """One row of the table.

    `source` names the signal that drives it; `index` picks one latent of a vector. `size` is the number of
    values. `per_sample` parameters follow their signal at every sample, the others at control frames.
    """

    name: str
    unit: str
    low: float
    high: float
    default: float
    help: str
    source: str
    index: int | None = None
    size: int = 1
    per_sample: bool = False


def parameters(info: Info) -> dict[str, Parameter]:
    """The table of an instrument, or the reverb, that plays `info`, in the order in which it is shown.

    Shared: read only.
    """
    return _of_reverb(info) if isinstance(info, ReverbInfo) else _of_model(info)


@lru_cache(maxsize=64)
def _of_model(info: ModelInfo) -> dict[str, Parameter]:
    low, high = LATENT_RANGE
    rows = [Parameter("z", "0..1", low, high, 0.5, "all latents", "z", size=info.latent_size)]
    for i in range(info.latent_size):
        rows.append(Parameter(f"z{i}", "0..1", low, high, info.home[i], f"latent {i}", "z", i))
    for i, name in enumerate(info.names):
        if name:
            rows.append(
                Parameter(name, "0..1", low, high, info.home[i], f"latent {i}, tied to {name}", "z", i)
            )
    fader = UNITY_FADER
    rows.append(_scalar("gain", "fader", 1.0, fader, "0 is off, 0.75 is 0 dB, 1 is +6 dB", per_sample=True))
    rows.append(_scalar("pan", "0..1", 1.0, 0.5, "0 is left, 0.5 the centre, 1 right", per_sample=True))
    blocks = (("sine", "sines", info.sines), ("harmonic", "harmonics", info.harmonics))
    for block, count, most in (*blocks, ("noise", "noise_bands", info.noise_bands)):
        if most:
            rows.append(
                _scalar(f"{block}_gain", "fader", 1.0, fader, f"gain of the {count.replace('_', ' ')}")
            )
            what = count.replace("_", " ")
            rows.append(
                _scalar(count, "count", float(most), float(most), f"how many {what} sound, strongest first")
            )
    rows.append(_scalar("temperature", "0..1", 1.0, 0.0, "noise on the latents"))
    most_frames, frames = float(info.max_smoothing), float(info.smoothing)
    rows.append(Parameter("smoothing", "frames", 1.0, most_frames, frames, "average of latents", "smoothing"))
    rows.append(_scalar("freeze", "0 or 1", 1.0, 0.0, "hold the latents and the decoder"))
    return {row.name: row for row in rows}


@lru_cache(maxsize=64)
def _of_reverb(info: ReverbInfo) -> dict[str, Parameter]:
    add = "1: the dry sound stays whole, mix is what is added"
    decay = Parameter("t60", "s", info.shortest, info.longest, info.t60, "time to decay by 60 dB", "t60")
    wait = Parameter("pre_delay", "ms", 0.0, 500.0, 0.0, "how much later the reverb comes", "pre_delay")
    rows = (
        _scalar("mix", "0..1", 1.0, 0.0, "0 is dry, 1 the reverb alone", per_sample=True),
        decay,
        wait,
        _scalar("damping", "0..1", 1.0, 0.0, "how much faster high frequencies decay"),
        _scalar("freeze", "0 or 1", 1.0, 0.0, "hold what sounds in it, let nothing in"),
        _scalar("gain", "fader", 1.0, UNITY_FADER, "of the reverb: 0 is off, 0.75 is 0 dB", per_sample=True),
        _scalar("send", "0 or 1", 1.0, 0.0, add, per_sample=True),
    )
    return {row.name: row for row in rows}


def _scalar(
    name: str, unit: str, high: float, default: float, text: str, per_sample: bool = False
) -> Parameter:
    return Parameter(name, unit, 0.0, high, default, text, name, per_sample=per_sample)


LEVEL = "level"
"""The envelope of play and stop, 0..1: a source that is not in the table."""

PRESENCE = "presence"
"""What solo fades, 0..1: a source that is not in the table, and no part of a scene."""


def default_sources(info: Info) -> dict[str, Signal]:
    """What drives an instrument that was just loaded: it stands at `home`, silent. A reverb is unheard."""
    if isinstance(info, ReverbInfo):
        return {row.name: Constant(row.default) for row in parameters(info).values()}
    sources: dict[str, Signal] = {"z": Vector(info.home), LEVEL: Constant(0.0), PRESENCE: Constant(1.0)}
    for row in parameters(info).values():
        if row.source == row.name and row.name != "z":
            sources[row.name] = Constant(row.default)
    return sources


def find(table: Mapping[str, Parameter], instrument: str, name: str) -> Parameter:
    """The row called `name`. Raises ParameterError that suggests what was meant."""
    row = table.get(name)
    if row is None:
        raise ParameterError(f"{instrument} has no {name!r}{suggestion(name, table)}")
    return row
