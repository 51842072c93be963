"""What stands around the core: FFT and inverse FFT, which no real-time program needs, and anything else.

The envelopes of FFTAntiAlias and iFFTAntiAlias undo FLAMO's `alias_decay_db`, which is read away everywhere.
Other layers are compiled like the core: in spectra between the two transforms, in time outside of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from flamo.processor import dsp, system
from torch import nn

from compiler.errors import UnsupportedModule
from compiler.frontend.modules import base_of, is_plain, kind_of
from compiler.ir.nodes import Source

_FORWARD = (dsp.FFT, dsp.FFTAntiAlias)
_INVERSE = (dsp.iFFT, dsp.iFFTAntiAlias)


@dataclass(frozen=True)
class Stage:
    """A module of the chain from input to output: whether it takes signals in time, or is a Shell's layer."""

    name: str
    module: nn.Module
    is_in_time: bool
    is_layer: bool


def is_transform(module: nn.Module) -> bool:
    """Whether it is one of FLAMO's four Fourier transforms."""
    return isinstance(module, _FORWARD + _INVERSE)


def stages(model: nn.Module, name: str) -> list[Stage]:
    """The chain of `model` without its transforms; only the core where nothing else is around it.

    Raises UnsupportedModule for transforms that are not one FFT before one inverse FFT, of the same norm.
    """
    chain = list(_chain(model, name))
    found = [(i, part) for i, (_, part) in enumerate(chain) if is_transform(part)]
    forward = [i for i, part in found if isinstance(part, _FORWARD)]
    inverse = [i for i, part in found if isinstance(part, _INVERSE)]
    if len(forward) > 1 or len(inverse) > 1 or (forward and inverse and inverse[0] < forward[0]):
        order = ", ".join(type(part).__name__ for _, part in found)
        raise UnsupportedModule(name, f"transforms {order}: can be an FFT and then an iFFT, once each")
    for _, part in found:
        if getattr(part, "norm", "backward") != getattr(found[0][1], "norm", "backward"):
            raise UnsupportedModule(name, "FFT and iFFT of different norm: give both the same")
        if type(part) not in _FORWARD + _INVERSE:
            raise UnsupportedModule(name, f"{type(part).__name__} is a transform of its own: use FLAMO's")
    begin = forward[0] if forward else -1
    end = inverse[0] if inverse else len(chain)
    kept = [
        Stage(key, part, not begin < i < end, isinstance(model, system.Shell) and key != "core")
        for i, (key, part) in enumerate(chain)
        if not is_transform(part) and not (isinstance(part, nn.Identity) and key != "core")
    ]
    if not kept:
        raise UnsupportedModule(name, "nothing to compile: the model is only transforms")
    return kept


def source_of_shell(shell: system.Shell) -> Source:
    """How to make the Shell again around its core."""
    layers = {"input_layer": shell.get_inputLayer(), "output_layer": shell.get_outputLayer()}
    kinds = {
        key: next((kind_of(part) for part in _parts(layer) if is_transform(part)), "Identity")
        for key, layer in layers.items()
    }
    decay = float(torch.as_tensor(shell.alias_decay_db))
    return Source("Shell", {"nfft": int(shell.nfft), "alias_decay_db": decay, **kinds})


def _chain(model: nn.Module, name: str) -> Iterator[tuple[str, nn.Module]]:
    opens = isinstance(model, system.Shell) or (
        isinstance(model, nn.Sequential) and any(is_transform(part) for part in model._modules.values())
    )
    if opens and not is_plain(model):
        raise UnsupportedModule(
            name, f"{kind_of(model)} has a forward or hooks of its own: give the {base_of(model)} that it is"
        )
    if isinstance(model, system.Shell):
        yield from _layer("input", model.get_inputLayer())
        yield "core", model.get_core()
        yield from _layer("output", model.get_outputLayer())
    elif isinstance(model, nn.Sequential) and opens:
        yield from model._modules.items()
    else:
        yield "core", model


def _layer(name: str, module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    if isinstance(module, nn.Sequential) and is_plain(module):
        for key, part in module._modules.items():
            yield from _layer(f"{name}_{key}", part)
    else:
        yield name, module


def _parts(module: nn.Module) -> Iterator[nn.Module]:
    if isinstance(module, nn.Sequential):
        for child in module._modules.values():
            yield from _parts(child)
    else:
        yield module
