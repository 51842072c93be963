"""Makes the reverbs of the recipes: configuration, and where asked for FAUST text and certificate."""

from pathlib import Path

from compiler.certificate import certify
from plaud_live.errors import SettingsError
from plaud_live.reverb.files import write_reverb
from plaud_live.reverb.flamo_model import config_of
from plaud_live.reverb.recipes import recipe


def make_reverb(name: str, out: Path) -> str:
    """Write OUT/NAME.json; gives a line about it. Raises SettingsError for what is not certified."""
    config = config_of(recipe(name))
    verdict = certify(config).verdict
    if verdict != "certified-stable":
        raise SettingsError(f"reverb make {name}: is {verdict}, and not written")
    path = out / f"{name}.json"
    write_reverb(path, config)
    return f"{path}: {verdict}"
