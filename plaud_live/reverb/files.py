"""Reverbs on the disk: the compiler's configuration as JSON, whole or not there."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.files import write_whole
from plaud_live.errors import SettingsError

MOST_BYTES = 64 << 20


def text_of(config: Mapping[str, Any]) -> str:
    """What is written of a configuration."""
    return json.dumps(config, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n"


def write_reverb(path: Path, config: Mapping[str, Any]) -> str:
    """Replace `path` in one step; gives the file's sha256. Raises SettingsError, and leaves nothing."""
    text = text_of(config)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    return hashlib.sha256(text.encode()).hexdigest()


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
