"""What a model is made of and how it is trained, as tables of a TOML file.

    [model]         architecture: fields of ModelConfig
    [training]      the run: fields of TrainOptions
    [losses]        weight by name
    [attributes]    what a latent is tied to: z0 = "loudness"
    [augmentation]  fields of Augmentation; without any, it is by how much there is to train on

Layers are laid over each other, the later wins: a preset, a file, flags. A field of those dataclasses is a
setting by being there: it is read, checked by its type, and written without being named here.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from plaud_live.errors import ModelFileError, SettingsError, suggestion
from plaud_live.model_file import ModelConfig, read_header
from plaud_live.training.augmentation import Augmentation, augmentation_for
from plaud_live.training.manifest import Manifest
from plaud_live.training.options import TrainOptions

Tables = Mapping[str, Mapping[str, Any]]
"""Settings by table and name, not necessarily all."""

PRESETS = Path(__file__).resolve().parent.parent / "data" / "presets"
DEFAULT_PRESET = "default"
_SETTINGS: dict[str, type] = {"model": ModelConfig, "training": TrainOptions, "augmentation": Augmentation}
_LISTS = ("losses", "attributes")  # a later layer replaces them whole
TABLES = ("model", "training", "losses", "attributes", "augmentation")
_OF_THE_COMMAND = {
    "dataset", "name", "out", "config", "fresh", "resume", "progress", "sample_rate", "channels",
    "augmentation", "parent", "how", "remember", "positions", *_LISTS,
}  # fmt: skip
_LATENT = re.compile(r"z(\d{1,3})")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def preset_names() -> tuple[str, ...]:
    """The presets that come with the package."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.toml")))


def read_preset(name: str) -> Tables:
    """The tables of a preset. Raises SettingsError for an unknown one."""
    names = preset_names()
    if name not in names:
        raise SettingsError(f"preset {name!r}: have {', '.join(names)}")
    return read_configuration(PRESETS / f"{name}.toml")[1]


def read_configuration(path: Path) -> tuple[str, Tables]:
    """The preset that a TOML file builds on ('' if it names none) and its tables; or those of a model file.

    Raises SettingsError or ModelFileError in one line for what is not there, unknown, or of the wrong type.
    """
    if path.suffix == ".plaud":
        return "", _of_model_file(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not TOML ({error})") from None
    base = data.pop("preset", "")
    if base and base not in preset_names():
        raise SettingsError(f"{path}: preset {base!r}: have {', '.join(preset_names())}")
    return base, checked(data, str(path))


def checked(data: Mapping[str, Any], where: str) -> Tables:
    """`data` as tables with values of the right types. Raises SettingsError naming `where`."""
    found: dict[str, Mapping[str, Any]] = {}
    for table, values in data.items():
        if table not in TABLES:
            raise SettingsError(f"{where}: no table [{table}]{suggestion(table, TABLES)}")
        if not isinstance(values, Mapping):
            raise SettingsError(f"{where}: {table} wants to be a table: [{table}]")
        if table in _LISTS:
            found[table] = {name: _listed(where, table, name, value) for name, value in values.items()}
            continue
        kinds = settings(table)
        for name in values:
            if name not in kinds:
                raise SettingsError(f"{where}: [{table}] has no {name!r}{_elsewhere(table, name)}")
        found[table] = {name: _value(where, name, kinds[name], value) for name, value in values.items()}
    return found


def merge(*layers: Tables) -> Tables:
    """One set of tables: of what several layers name, the last wins."""
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for table, values in layer.items():
            if table in _LISTS:
                merged[table] = {}
            target = merged.setdefault(table, {})
            if table == "training" and ("minutes" in values) != ("steps" in values):
                target.pop("minutes", None)  # a layer that sets one end sets the end
                target.pop("steps", None)
            target.update(values)
    return merged


def make_options(tables: Tables, dataset: Path, name: str, out: Path, **command: Any) -> TrainOptions:
    """The options of a run by `tables`; `command` are the fields that are no settings of a configuration.

    Raises SettingsError or ModelFileError if they cannot be.
    """
    model, training = dict(tables.get("model", {})), dict(tables.get("training", {}))
    lengths = (model.get(name, default_of("model", name)) for name in ("max_smoothing", "smoothing"))
    model["max_smoothing"] = max(lengths)
    if training.get("steps") is not None:
        training.setdefault("minutes", None)
    if "losses" in tables:
        training["losses"] = tuple(tables["losses"].items())
    if "attributes" in tables:
        pairs = ((int(name.removeprefix("z")), what) for name, what in tables["attributes"].items())
        training["attributes"] = tuple(sorted(pairs))
    return TrainOptions(
        dataset=dataset,
        name=name,
        out=out,
        config=ModelConfig(**model),
        sample_rate=model.get("sample_rate"),
        channels=model.get("channels"),
        augmentation=Augmentation(**varied) if (varied := tables.get("augmentation")) else None,
        **training,
        **command,
    )


def tables_of(options: TrainOptions) -> Tables:
    """The whole effective configuration; sample rate and channels only if they were asked for."""
    asked = {"sample_rate": options.sample_rate, "channels": options.channels}
    return {
        "model": {**asdict(options.config), **asked},
        "training": {name: getattr(options, name) for name in settings("training")},
        "losses": dict(options.losses),
        "attributes": {f"z{latent}": what for latent, what in options.attributes},
        "augmentation": (
            dict.fromkeys(settings("augmentation"))
            if options.augmentation is None
            else asdict(options.augmentation)
        ),
    }


def to_json(tables: Tables) -> dict[str, dict[str, Any]]:
    """`tables` with plain values, without those that are not set."""
    return {
        table: {name: _plain(value) for name, value in values.items() if value is not None}
        for table, values in tables.items()
    }


def to_toml(tables: Tables) -> str:
    """`tables` as a TOML file that `read_configuration` reads; what is not set is a comment."""
    parts = []
    for table, values in tables.items():
        lines = [f"[{table}]"]
        for name, value in values.items():
            key = name if _BARE.fullmatch(name) else json.dumps(name)
            # JSON's strings, numbers, booleans and lists of them are TOML, too.
            text = "" if value is None else json.dumps(_plain(value), ensure_ascii=False)
            lines.append(f"{key} = {text}" if text else f"# {key} is not set")
        parts.append("\n".join([*lines, ""]))
    return "\n".join(parts)


def for_dataset(options: TrainOptions, manifest: Manifest) -> TrainOptions:
    """`options` for the dataset of `manifest`: its rate and channels, and crops varied where it is little and
    nothing was said about it. Raises SettingsError if another rate or other channels were asked for."""
    sample_rate, channels = manifest.settings.sample_rate, manifest.settings.channels
    if options.sample_rate not in (None, sample_rate):
        raise SettingsError(
            f"{options.dataset}: is at {sample_rate} Hz, the configuration at {options.sample_rate} Hz — "
            f"give --sample-rate {sample_rate}, or prepare the recordings at {options.sample_rate} Hz"
        )
    if options.channels not in (None, channels):
        raise SettingsError(
            f"{options.dataset}: has {channels} channel{'s' * (channels > 1)}, the configuration "
            f"{options.channels} — give --channels {channels}, or prepare with --channels {options.channels}"
        )
    augmentation = options.augmentation
    if augmentation is None:
        augmentation = augmentation_for(manifest.seconds) if options.parent is None else Augmentation()
    config = replace(options.config, sample_rate=sample_rate, channels=channels)
    return replace(options, config=config, augmentation=augmentation)


@cache
def settings(table: str) -> dict[str, Any]:
    """The type of each setting of a table, by its name."""
    owner = _SETTINGS[table]
    hints = get_type_hints(owner)
    left_out = _OF_THE_COMMAND if owner is TrainOptions else set()
    return {f.name: hints[f.name] for f in fields(owner) if f.name not in left_out}


def default_of(table: str, name: str) -> Any:
    """What a setting is where nobody says it."""
    return getattr(_SETTINGS[table], name)


def kind_of(hint: Any) -> tuple[type, type | None]:
    """The type that a setting wants, and that of the elements of a tuple; `X | None` wants an X."""
    if get_origin(hint) in (UnionType, Union):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return tuple, get_args(hint)[0]
    return hint, None


def _of_model_file(path: Path) -> Tables:
    header = read_header(path)
    try:
        model = asdict(ModelConfig.from_dict(header["config"]))
        rest = dict(header["training"].get("configuration", {}))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelFileError(f"{path}: damaged header ({type(error).__name__}: {error})") from None
    return {"model": model, **checked(rest, str(path))}


def _value(where: str, name: str, hint: Any, value: Any) -> Any:
    """`value` as the setting's type. Raises SettingsError."""
    kind, element = kind_of(hint)
    if element is not None:
        if not isinstance(value, list | tuple):
            raise SettingsError(f"{where}: {name} is {value!r}, wants a list")
        return tuple(_value(where, name, element, each) for each in value)
    right = {
        bool: isinstance(value, bool),
        int: isinstance(value, int) and not isinstance(value, bool),
        float: isinstance(value, int | float) and not isinstance(value, bool),
    }.get(kind, isinstance(value, str))
    if not right:
        wants = {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, "text")
        raise SettingsError(f"{where}: {name} is {value!r}, wants {wants}")
    return kind(value)


def _listed(where: str, table: str, name: str, value: Any) -> Any:
    """A weight of [losses], or an attribute of [attributes]."""
    if table == "losses":
        return _value(where, name, float, value)
    if not _LATENT.fullmatch(name):
        raise SettingsError(f"{where}: [attributes] has {name!r}, wants latents, as z0")
    return _value(where, name, str, value)


def _elsewhere(table: str, name: str) -> str:
    """A hint for a name that a table does not have: where it belongs, or the nearest that is there."""
    for other in _SETTINGS:
        if other != table and name in settings(other):
            return f" — it belongs in [{other}]"
    return suggestion(name, settings(table))


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
