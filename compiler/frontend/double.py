"""A float64 copy of a FLAMO model that can be asked anything without touching the model.

FLAMO keeps closures over `self` in its modules (`self.freq_response = lambda param: … self.gamma …`), and
`copy.deepcopy` copies no functions: the copy would answer with the coefficients of the original. So the
functions are made anew, over the copy.
"""

import copy
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from flamo.processor import system
from torch import nn

from compiler.errors import UnsupportedModule

FAILURES = (RuntimeError, TypeError, ValueError, IndexError, KeyError, AttributeError, AssertionError)
"""What modules raise that cannot be made, or cannot work out their coefficients or signals."""


def double_copy(model: nn.Module) -> nn.Module:
    """`model` in float64 on the CPU, in evaluation mode, sharing nothing with it. Raises UnsupportedModule.

    Its loops have no identity matrices (a gigabyte for 32 lines at FLAMO's usual sizes): `set_nfft` makes
    them, if the copy is to be run as a whole.

    A model that is in float64 is not converted: FLAMO keeps some constants in float32 beside float64
    parameters, and its responses are of those.
    """
    memo: dict[int, Any] = {
        id(loop.I): torch.empty(0) for loop in model.modules() if isinstance(loop, system.Recursion)
    }
    for module in model.modules():  # torch copies no tensor that a graph led to: the values are enough
        graph = (value for value in vars(module).values() if isinstance(value, torch.Tensor))
        memo |= {id(value): value.detach().clone() for value in graph if not value.is_leaf}
    try:
        copied = copy.deepcopy(model, memo)
    except (RuntimeError, TypeError) as error:
        raise UnsupportedModule("", f"the model cannot be copied: {first_line(error)}") from None
    is_double = is_in_float64(copied)
    cast = _as_is if is_double else _doubled
    for module in copied.modules():
        attributes = vars(module)
        for key, value in attributes.items():
            if isinstance(value, types.FunctionType | types.MethodType):
                attributes[key] = _rebound(value, memo, cast)
            elif type(module)._apply is nn.Module._apply:  # FLAMO's own modules convert what they keep
                attributes[key] = cast(value)
    loops = {loop: loop.nfft for loop in copied.modules() if isinstance(loop, system.Recursion)}
    for loop in loops:
        loop.nfft = 0
    copied = copied.cpu() if is_double else copied.cpu().double()
    for loop, nfft in loops.items():
        loop.nfft = nfft
    return copied.eval()


def is_in_float64(model: nn.Module) -> bool:
    """Whether all parameters are: if so, the model has no other precision to be converted from."""
    return all(values.dtype == torch.float64 for values in model.parameters())


@contextmanager
def default_float64() -> Iterator[None]:
    """New tensors are float64: some of FLAMO's filters add theirs to the model's without a dtype."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def first_line(error: BaseException) -> str:
    """What `error` says, in one line."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0] if len(lines[0]) <= 160 else f"{lines[0][:157]}..."


def _rebound(value: Any, memo: dict[int, Any], cast: Callable[[Any], Any]) -> Any:
    """`value`, with every object of the original in it replaced by its copy in `memo`."""
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, types.MethodType):
        return types.MethodType(_rebound(value.__func__, memo, cast), _rebound(value.__self__, memo, cast))
    if not isinstance(value, types.FunctionType):
        return cast(value)
    cells = tuple(types.CellType() for _ in value.__closure__ or ())
    defaults = tuple(_rebound(default, memo, cast) for default in value.__defaults__ or ()) or None
    twin = types.FunctionType(value.__code__, value.__globals__, value.__name__, defaults, cells)
    twin.__kwdefaults__ = value.__kwdefaults__
    twin.__qualname__ = value.__qualname__
    memo[id(value)] = twin
    for name, cell, old in zip(value.__code__.co_freevars, cells, value.__closure__ or (), strict=True):
        if name == "cache" and "_memoize_freq_response" in value.__qualname__:
            cell.cell_contents = {}  # FLAMO's last response, of the original's parameters
        elif _is_filled(old):
            cell.cell_contents = _rebound(old.cell_contents, memo, cast)
    return twin


def _is_filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is cell.cell_contents
    except ValueError:
        return False


def _as_is(value: Any) -> Any:
    return value.detach().cpu() if isinstance(value, torch.Tensor) else value


def _doubled(value: Any) -> Any:
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return value.detach().cpu().double()
    return torch.float64 if isinstance(value, torch.dtype) and value.is_floating_point else _as_is(value)
