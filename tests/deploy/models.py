"""Descriptions of models for which patches are written: the built-in one, a large one, the smallest."""

from plaud_live.deploy.description import RATIO, Attribute, Description, Latent, Method, describe
from plaud_live.model_file import read
from plaud_live.settings import find_model


def _of(name: str, rate: int, channels: int, latents: tuple[Latent, ...], *rows: Attribute) -> Description:
    controls = tuple(latent.label for latent in latents)
    audio = tuple(f"(signal) Audio {channel}" for channel in range(channels))
    methods = (
        Method("decode", controls, audio, RATIO, 1),
        Method("encode", audio, controls, 1, RATIO),
        Method("forward", audio, audio, 1, 1),
    )
    return Description(name, rate, channels, latents, methods, rows)


SMOOTHING = Attribute("smoothing", "int", 1, 64, 2, "average of latents, in frames")
FREEZE = Attribute("freeze", "int", 0, 1, 0, "1 holds the sound")

PLAUD = describe(read(find_model("default")), "plaud", 44100)
"""What lies in pd/ and max/."""

LARGE = _of(
    "night_choir-2",
    48000,
    2,
    tuple(Latent(i, "pitch" if i == 3 else "", i / 16 - 0.1) for i in range(20)),
    *(Attribute(f"{name}_gain", "float", 0, 2, 1, "linear") for name in ("sines", "harmonics", "noise")),
    *(Attribute(name, "int", 0, 1024, 512, "how many") for name in ("sines", "harmonics", "noise_bands")),
    SMOOTHING,
    FREEZE,
)
SMALL = _of("a", 22050, 1, (Latent(0, "", 0.5),), SMOOTHING)
MODELS = (PLAUD, LARGE, SMALL)
