"""Texts with gaps, one file each: scripts and pages that are mostly the same for every model."""

from importlib.resources import files
from string import Template


def fill(name: str, **gaps: object) -> str:
    """The text of the file `name` with `$gap` filled in."""
    return Template(files(__name__).joinpath(name).read_text("utf-8")).substitute(gaps)
