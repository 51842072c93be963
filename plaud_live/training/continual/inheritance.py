"""What a child takes over from its parent's configuration, and what a command line may not say against it.

No torch: the command line asks.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plaud_live.errors import SettingsError
from plaud_live.training.configuration import Tables, default_of, read_configuration
from plaud_live.training.flags import FLAGS

CHILD_MINUTES = 4.0
_OF_THE_RUN = (
    "minutes", "steps", "threads", "devices", "accelerator", "precision", "seed", "validate_every_seconds",
)  # fmt: skip
_WARM = {"warmup": 0.0}  # what was trained before needs no gentle start
_FIXED = ("delay",)  # settings of training that the meaning of the latents hangs on


def inherited(parent: Path, how: str) -> Tables:
    """The tables of a child of the model file `parent`. Raises ModelFileError if it cannot be read."""
    tables = {name: dict(values) for name, values in read_configuration(parent)[1].items()}
    training = {k: v for k, v in tables.get("training", {}).items() if k not in _OF_THE_RUN}
    training |= {"minutes": CHILD_MINUTES, **({} if how == "fresh" else _WARM)}
    return {**tables, "training": training}


def check_flags(parent: Tables, flags: Tables, name: str) -> None:
    """Raise SettingsError if `flags` ask for another shape, or other ties, than the parent's, called
    `name`."""
    fixed = {("model", key) for key in flags.get("model", {})}
    fixed |= {("training", key) for key in _FIXED if key in flags.get("training", {})}
    for flag in FLAGS:
        if (flag.table, flag.field) not in fixed:
            continue
        asked, has = flags[flag.table][flag.field], _of(parent, flag.table, flag.field)
        if asked != has:
            raise SettingsError(
                f"{flag.name} {_text(asked)}: {name} has {_text(has)}, and a child is as its parent — "
                "leave it out, or train without --from"
            )
    ties = dict(parent.get("attributes", {}))
    for latent, attribute in flags.get("attributes", {}).items():
        if ties.get(latent) != attribute:
            has = " ".join(f"{key}:{what}" for key, what in ties.items()) or "none"
            raise SettingsError(
                f"--attribute {latent}:{attribute}: {name} has {has}, and a child has its parent's ties — "
                "leave it out, or train without --from"
            )


def without_ties(flags: Tables) -> Tables:
    """`flags` without ties: once they are checked they are the parent's, or some of them."""
    return {table: values for table, values in flags.items() if table != "attributes"}


def _of(tables: Tables, table: str, name: str) -> Any:
    values: Mapping[str, Any] = tables.get(table, {})
    return values.get(name, default_of(table, name))


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
