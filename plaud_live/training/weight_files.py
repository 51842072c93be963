"""Weights of other people's networks, read without running anything that is in the file.

Safetensors hold numbers only. PyTorch's own files are pickles, which can run any code where they are read:
they are read by `torch.load(weights_only=True)`, which rebuilds tensors and plain containers and refuses all
else. To turn one into safetensors, once and for all:

    python -m plaud_live.training.weight_files pytorch_model.bin model.safetensors
"""

import pickle
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import torch
from numpy._core.multiarray import scalar
from safetensors.torch import save_file
from torch import Tensor, nn

from plaud_live.errors import PlaudError, SettingsError

_NUMBERS: list[Callable[..., Any] | tuple[Callable[..., Any], str]] = [
    (scalar, "numpy.core.multiarray.scalar"),
    np.dtype,
    *(type(np.dtype(kind)) for kind in ("<i8", "<f8", "<f4")),
]
"""What a pickle of a dictionary with NumPy's numbers in it needs besides: it makes numbers."""


def read_tensors(path: Path, prefixes: tuple[str, ...] = ("",)) -> dict[str, Tensor]:
    """The tensors of a safetensors file whose names begin with one of `prefixes`. Raises SettingsError."""
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys() if name.startswith(prefixes)}  # noqa: SIM118
    except (OSError, safetensors.SafetensorError) as error:
        raise SettingsError(f"{path}: no weights that can be read ({error})") from None


def read_pickled(path: Path) -> Any:
    """What a PyTorch file holds: tensors and plain containers, nothing is run. Raises SettingsError."""
    try:
        with torch.serialization.safe_globals(_NUMBERS):
            return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SettingsError(f"{path}: not weights alone, so it is not read ({reason})") from None


def fill(network: nn.Module, tensors: Mapping[str, Tensor], source: str, free: tuple[str, ...] = ()) -> None:
    """Give `network` all its weights; what ends with one of `free` may be missing, and others be there.

    Raises SettingsError naming `source` if weights are missing or of another shape.
    """
    wanted = network.state_dict()
    missing = [name for name in wanted if name not in tensors and not name.endswith(free or ("\0",))]
    if missing:
        raise SettingsError(
            f"{source}: {len(missing)} of {len(wanted)} weights missing, as {missing[0]}: another network?"
        )
    for name, tensor in wanted.items():
        if name in tensors and tensors[name].shape != tensor.shape:
            shapes = [list(t.shape) for t in (tensors[name], tensor)]
            raise SettingsError(f"{source}: {name} is {shapes[0]}, this network wants {shapes[1]}")
    network.load_state_dict({name: tensors[name] for name in wanted if name in tensors}, strict=False)


def main(words: list[str]) -> int:
    """Turn a PyTorch file of tensors by name into safetensors."""
    if len(words) != 2:
        print("usage: python -m plaud_live.training.weight_files FROM.bin TO.safetensors", file=sys.stderr)
        return 2
    try:
        found = read_pickled(Path(words[0]))
        if not (isinstance(found, dict) and all(isinstance(value, Tensor) for value in found.values())):
            raise SettingsError(f"{words[0]}: wants to be tensors by name")
    except PlaudError as error:
        print(error, file=sys.stderr)
        return 2
    save_file({name: tensor.clone().contiguous() for name, tensor in found.items()}, words[1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
