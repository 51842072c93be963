"""Reads reverbs from the disk: the compiler's configuration as JSON."""

import json
from pathlib import Path
from typing import Any

from plaud_live.errors import SettingsError

MOST_BYTES = 64 << 20


def read_reverb(path: Path) -> dict[str, Any]:
    """The configuration in the file at `path`, unchecked but for being JSON. Raises SettingsError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SettingsError(f"{path}: is no reverb: too large")
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError):
        raise SettingsError(f"{path}: is no reverb: not JSON") from None
    if not isinstance(config, dict):
        raise SettingsError(f"{path}: is no reverb: wants a JSON object")
    return config
