"""The operators of an exported module, checked against libtorch 2.5.1, which most builds of nn~ carry.

A file that needs another ends Pd when it is loaded. `libtorch_2_5_1.txt` is a line for each operator as that
version prints it: `benchmarks/list_operators.py` writes it.
"""

from functools import cache
from importlib import resources
from typing import Any

import torch

LIBTORCH = "2.5.1"


def operators(module: torch.jit.ScriptModule) -> set[str]:
    """Schemas of all operators that any method of `module`, or of a part of it, may call."""
    found: set[str] = set()
    for part in module.modules():
        code: Any = part._c
        for name in code._method_names():
            _collect(code._get_method(name).graph, found)
    return found


def missing(module: torch.jit.ScriptModule) -> list[str]:
    """What `module` needs and libtorch 2.5.1 has not, sorted."""
    return sorted(operators(module) - _known())


def _collect(block: Any, found: set[str]) -> None:
    for node in block.nodes():
        if node.kind().startswith("aten::"):
            found.add(node.schema())
        for inner in node.blocks():
            _collect(inner, found)


@cache
def _known() -> set[str]:
    text = resources.files("plaud_live.deploy").joinpath("libtorch_2_5_1.txt").read_text()
    return set(text.splitlines())
