"""The features that a latent can be tied to, by name. No torch is imported before one is made."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plaud_live.errors import SettingsError, nearest

if TYPE_CHECKING:
    from plaud_live.features.feature import Feature


@dataclass(frozen=True)
class Attribute:
    """`alias` is what a latent tied to it is called at the prompt; `unit` is that of the feature's values."""

    name: str
    alias: str
    unit: str


ATTRIBUTES = {
    row.name: row
    for row in (
        Attribute("loudness", "loud", "dB"),
        Attribute("brightness", "bright", "log2 Hz"),
        Attribute("noisiness", "noisy", "0..1"),
        Attribute("pitch", "pitch", "log2 Hz"),
        Attribute("onset", "onset", "0..1"),
    )
}


def find_attribute(name: str) -> Attribute:
    """The attribute called `name`. Raises SettingsError that names the nearest, or all."""
    row = ATTRIBUTES.get(name)
    if row is not None:
        return row
    near = nearest(name, ATTRIBUTES)
    meant = f"did you mean {near!r}?" if near else f"have {', '.join(ATTRIBUTES)}"
    raise SettingsError(f"no attribute {name!r} — {meant}")


def make_feature(name: str, sample_rate: int, hop_size: int) -> "Feature":
    """The feature that measures the attribute `name`. Raises SettingsError if there is none."""
    from plaud_live.features.brightness import Brightness
    from plaud_live.features.loudness import LoudnessDb
    from plaud_live.features.noisiness import Noisiness
    from plaud_live.features.onset import Onset
    from plaud_live.features.pitch import Pitch

    classes: dict[str, type[Feature]] = {
        "loudness": LoudnessDb,
        "brightness": Brightness,
        "noisiness": Noisiness,
        "pitch": Pitch,
        "onset": Onset,
    }
    return classes[find_attribute(name).name](sample_rate, hop_size)
