"""Equalisers whose coefficients FLAMO finds by optimisation, in a second: solved once, then remembered.

A model that is published while it trains is read several times a second, and these do not train.
"""

from collections import OrderedDict
from typing import Any, TypeAlias

import torch
from flamo.processor.dsp import AccurateGEQ
from torch import nn

from compiler.frontend.modules import is_untouched
from compiler.ir.nodes import Array

Key: TypeAlias = tuple[Any, ...]

_MOST = 64
_SECTIONS: OrderedDict[Key, Array] = OrderedDict()


def key_of(module: nn.Module, kind: type[nn.Module]) -> Key | None:
    """All that the sections of `module` follow from; None if it is not just what FLAMO's class `kind` is."""
    if not issubclass(kind, AccurateGEQ) or type(module) is not kind or not is_untouched(module):
        return None
    geq: Any = module
    tensors = (geq.map(geq.param), geq.center_freq, geq.shelving_crossover)
    arrays = [tensor.detach().numpy() for tensor in tensors]
    values = ((array.dtype.str, array.shape, array.tobytes()) for array in arrays)
    return (kind, float(geq.fs), getattr(geq, "n_groups", 1), torch.get_default_dtype(), *values)


def recalled(key: Key | None) -> Array | None:
    """The sections that were found for `key`."""
    if key is None or key not in _SECTIONS:
        return None
    _SECTIONS.move_to_end(key)
    return _SECTIONS[key]


def remember(key: Key | None, sections: Array) -> None:
    """Keeps the `sections` that were found, and checked, for `key`."""
    if key is not None:
        _SECTIONS[key] = sections
        while len(_SECTIONS) > _MOST:
            _SECTIONS.popitem(last=False)
