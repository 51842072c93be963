"""The flags of `train` that are settings: a table, which the command line is made of.

Each is a field of a table of `configuration`; type and default are the field's.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plaud_live.errors import SettingsError
from plaud_live.model_file import ENCODERS
from plaud_live.training.augmentation import FOR_LITTLE, KINDS, LITTLE_SECONDS, RANGES, Augmentation
from plaud_live.training.configuration import default_of, kind_of, settings
from plaud_live.training.options import ACCELERATORS, PRECISIONS, STFT_WEIGHTINGS


@dataclass(frozen=True)
class Flag:
    """One flag; `option` is its name where it is not the field's. `note` stands for a default of None."""

    table: str
    field: str
    metavar: str
    help: str
    option: str = ""
    choices: tuple[str, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """As it is typed."""
        return self.option or "--" + self.field.replace("_", "-")

    @property
    def dest(self) -> str:
        """Where argparse puts it."""
        return f"{self.table}.{self.field}"


FLAGS = (
    Flag("training", "minutes", "MIN", "train this long, in minutes", note="30 unless --steps is given"),
    Flag("training", "steps", "N", "train this many steps", note="as many as the minutes allow"),
    Flag("model", "sample_rate", "HZ", "the dataset wants to be at this rate", note="the dataset's"),
    Flag("model", "channels", "N", "a head for each channel of the dataset", note="the dataset's"),
    Flag("model", "latent_size", "N", "latents to play"),
    Flag("model", "hop_size", "SAMPLES", "samples a frame"),
    Flag("model", "sines", "N", "free partials, 0 for none"),
    Flag("model", "harmonics", "N", "harmonics of one pitch, 0 for none"),
    Flag("model", "noise_bands", "N", "bands of noise, 0 for none"),
    Flag("model", "encoder", "NAME", "dilated convolutions, or recurrent", choices=ENCODERS),
    Flag("model", "encoder_size", "N", "width of the encoder"),
    Flag("model", "encoder_dilations", "N", "of the encoder's convolutions, in frames"),
    Flag("model", "decoder_size", "N", "width of the decoder"),
    Flag("model", "smoothing", "FRAMES", "latents are averaged over"),
    Flag("training", "batch_size", "N", "crops a step and process"),
    Flag("training", "crop_seconds", "S", "length of a crop, in seconds"),
    Flag("training", "learning_rate", "X", "at its highest"),
    Flag("training", "averaging", "0..0.5", "the weights kept are a mean, so much of the run behind"),
    Flag("training", "delay", "FRAMES", "sound may lag its input by"),
    Flag("training", "beta", "X", "weight of the KL divergence"),
    Flag("training", "warmup", "0..1", "share of the run until it is reached"),
    Flag("training", "free_bits", "NATS", "a latent's free information"),
    Flag("training", "kl_cycles", "N", "times that the KL weight rises from 0"),
    Flag("training", "attribute_weight", "X", "how much a tied latent has to follow what is heard"),
    Flag("training", "response_weight", "X", "how much the sound has to follow a tied latent"),
    Flag("training", "replay", "0..1", "share of a child's crops that are its parent's old sound"),
    Flag("training", "distillation", "X", "how much a child's decoder has to play as before"),
    Flag("training", "encoder_anchor", "X", "how much a child's encoder has to hear old sound as before"),
    Flag("training", "held_out", "0..1", "share never trained on"),
    Flag(
        "training", "validate_every_seconds", "S", "measure and save this often, in seconds",
        option="--validate-every",
    ),
    Flag("training", "threads", "N", "processor threads", note="torch's choice"),
    Flag("training", "accelerator", "NAME", "where to train", choices=ACCELERATORS),
    Flag("training", "devices", "N", "processes or GPUs; torchrun sets it"),
    Flag("training", "precision", "NAME", "arithmetic", choices=PRECISIONS),
    Flag("training", "stft_windows", "SAMPLES", "windows of the losses expected_stft and stft"),
    Flag(
        "training", "stft_weighting", "NAME", "its frequencies count alike, or as the ear hears them",
        choices=STFT_WEIGHTINGS,
    ),
    Flag("training", "stft_convergence", "X", "weight of its spectral convergence beside its log distance"),
    Flag(
        "training", "clap_weights", "DIR", "weights of the loss clap, or their name in the local cache",
        note="laion/clap-htsat-unfused",
    ),
    Flag("training", "clap_text", "WORDS", "what the loss clap_text steers to", note="none"),
    Flag(
        "training", "m2l_weights", "FILE", "weights of the loss m2l, which are CC BY-NC: no commercial use",
        note="where music2latent keeps them",
    ),
    Flag("training", "seed", "N", "of weights, crops and noise"),
)  # fmt: skip


def add_flags(parser: argparse.ArgumentParser) -> None:
    """All of them; what is not given stays None."""
    for flag in FLAGS:
        kind, element = kind_of(settings(flag.table)[flag.field])
        given: dict[str, Any] = {"dest": flag.dest, "help": f"{flag.help} ({_default(flag)})"}
        if kind is bool:
            given["action"] = argparse.BooleanOptionalAction
        else:
            given["type"] = element or kind
            given["nargs"] = "*" if element else None
            given["metavar"] = None if flag.choices else flag.metavar
            given["choices"] = flag.choices or None
        parser.add_argument(flag.name, **given)
    add = parser.add_argument
    add(
        "--loss", type=_pair("NAME:WEIGHT", float), action="append", metavar="NAME:WEIGHT",
        help="a loss of the run, repeatable (expected_stft:1)",
    )  # fmt: skip
    add(
        "--attribute", type=_pair("LATENT:NAME", str), action="append", metavar="LATENT:NAME",
        help="tie a latent to what is heard, as z0:loudness, repeatable",
    )  # fmt: skip
    add(
        "--augment", type=_augmentation, action="append", metavar="KIND:CHANCE[:RANGE]",
        help=f"vary crops, as pitch:0.3:2 (semitones), repeatable: {', '.join(KINDS)}; none: none of them "
        f"(below {LITTLE_SECONDS:.0f} s of sound {_text(FOR_LITTLE)})",
    )  # fmt: skip


def given_flags(args: argparse.Namespace) -> Mapping[str, Mapping[str, Any]]:
    """The tables of what was given. Raises SettingsError if a loss or a latent is there twice."""
    found: dict[str, dict[str, Any]] = {}
    for flag in FLAGS:
        value = getattr(args, flag.dest)
        if value is not None:
            found.setdefault(flag.table, {})[flag.field] = tuple(value) if isinstance(value, list) else value
    model = found.get("model", {})
    if model.get("encoder") == "gru" and "encoder_dilations" in model:
        raise SettingsError("--encoder gru has no --encoder-dilations: they are the convolutions'")
    listed = (("losses", "--loss", args.loss), ("attributes", "--attribute", args.attribute))
    for table, name, pairs in listed:
        if pairs:
            firsts = [first for first, _ in pairs]
            if twice := [first for first in firsts if firsts.count(first) > 1]:
                raise SettingsError(f"{name} {twice[0]} is given twice")
            found[table] = dict(pairs)
    if args.augment:
        found["augmentation"] = {name: value for each in args.augment for name, value in each.items()}
    return found


def _pair(form: str, kind: Callable[[str], Any]) -> Callable[[str], tuple[str, Any]]:
    """A converter of words like `form` to two values."""

    def convert(word: str) -> tuple[str, Any]:
        name, colon, value = word.rpartition(":")
        try:
            if not (name and colon and value):
                raise ValueError
            return name, kind(value)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{word!r}: wants {form}") from None

    return convert


def _text(augmentation: Augmentation) -> str:
    """The words that mean it."""
    return " ".join(f"{kind}:{chance:g}" for kind in KINDS if (chance := getattr(augmentation, kind)))


def _augmentation(word: str) -> dict[str, float]:
    """`pitch:0.3:2` as the settings that it means; `none` sets all chances to 0."""
    if word == "none":
        return dict.fromkeys(KINDS, 0.0)
    kind, *numbers = word.split(":")
    if kind not in KINDS:
        raise argparse.ArgumentTypeError(f"{kind!r}: have {', '.join(KINDS)} and none")
    try:
        values = [float(number) for number in numbers]
    except ValueError:
        values = []
    if len(values) not in (1, 2):
        raise argparse.ArgumentTypeError(f"{word!r}: wants KIND:CHANCE or KIND:CHANCE:RANGE")
    return dict(zip((kind, RANGES[kind]), values, strict=False))


def _default(flag: Flag) -> str:
    value = default_of(flag.table, flag.field)
    if flag.note:
        return flag.note
    if isinstance(value, float):
        return f"{value:g}"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
