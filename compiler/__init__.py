"""Compiler from FLAMO reverbs to FAUST: front end → IR → passes → certificate → back end.

Usable alone: it imports nothing of plaud_live. Names are loaded when they are first used: torch and FLAMO
come with the front end only, and `compiler.runtime` needs NumPy and Numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compiler.backend.faust import flamo_to_faust, json_to_faust
    from compiler.certificate import Certificate, certify
    from compiler.errors import CompilerError
    from compiler.export import export_plugin
    from compiler.frontend.read import flamo_to_json
    from compiler.frontend.rebuild import json_to_flamo
    from compiler.hot_reload import HotReload
    from compiler.runtime import Runner
    from compiler.verify import Report, verify

_HOMES = {
    "Certificate": "compiler.certificate",
    "CompilerError": "compiler.errors",
    "HotReload": "compiler.hot_reload",
    "Report": "compiler.verify",
    "Runner": "compiler.runtime",
    "certify": "compiler.certificate",
    "export_plugin": "compiler.export",
    "flamo_to_faust": "compiler.backend.faust",
    "flamo_to_json": "compiler.frontend.read",
    "json_to_faust": "compiler.backend.faust",
    "json_to_flamo": "compiler.frontend.rebuild",
    "verify": "compiler.verify",
}

__all__ = [
    "Certificate",
    "CompilerError",
    "HotReload",
    "Report",
    "Runner",
    "certify",
    "export_plugin",
    "flamo_to_faust",
    "flamo_to_json",
    "json_to_faust",
    "json_to_flamo",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name from where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module 'compiler' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
