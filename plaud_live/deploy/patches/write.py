"""The files of a model for Pure Data and Max, as they lie beside its TorchScript."""

import json
import os
from pathlib import Path

from plaud_live import __version__
from plaud_live.deploy.description import Description
from plaud_live.deploy.patches import maxhelp, maxpat, pd, pd_help

PACKAGE = "max"
"""Folder of the Max package, which goes to Max's `Packages`."""

OLDEST_MAX = "8.0.2"
"""As nn~ asks for."""


def patches(model: Description) -> dict[Path, str]:
    """Every file by its path in the folder of the export; NAME.ts lies beside NAME.pd and NAME.maxpat."""
    name, package = model.name, Path(PACKAGE) / model.name
    return {
        Path(f"{name}.pd"): pd.write(model),
        Path(f"{name}-help.pd"): pd_help.write(model),
        package / "package-info.json": _package_info(model),
        package / "patchers" / f"{name}.maxpat": maxpat.write(model),
        package / "help" / f"{name}.maxhelp": maxhelp.write(model),
    }


def write_patches(model: Description, folder: Path) -> list[Path]:
    """Write the patches of `model` into `folder`, each file whole or not at all; returns them.

    What is there already is replaced. Raises OSError if the disk refuses.
    """
    written = []
    for below, text in patches(model).items():
        path = folder / below
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.part")
        try:
            draft.write_text(text, encoding="utf-8")
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        written.append(path)
    return written


def _package_info(model: Description) -> str:
    """What Max's package manager shows. https://docs.cycling74.com/userguide/packages/"""
    info = {
        "name": model.name,
        "displayname": model.name,
        "version": __version__,
        "author": "plaud-live",
        "description": f"{len(model.latents)} latents, played through nn~ at {model.sample_rate} Hz",
        "tags": ["audio", "nn~"],
        "max_version_min": OLDEST_MAX,
        "max_version_max": "none",
    }
    return json.dumps(info, indent=1) + "\n"
