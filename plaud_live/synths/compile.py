"""How kernels are compiled: without the GIL, kept on disk, IEEE divisions.

Numba keys a cached kernel by the file that it stands in, and would go on using it after a function that
it calls, in another file, has changed. Here the key covers every file of this folder, and `filterbank`.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy.typing as npt
from numba import njit, typeof

Array = npt.NDArray[Any]

REASSOCIATE = {"reassoc", "contract", "nsz"}
"""Lets sums be taken in vector lanes; NaN and infinity keep their meaning."""


def _digest() -> str:
    folder = Path(__file__).parent
    files = [*sorted(folder.glob("*.py")), folder.parent / "filterbank.py"]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


SOURCES = _digest()


def kernel(fastmath: set[str] | bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Decorate a function to be compiled by Numba when first called, or loaded if it was compiled before."""

    def compile_later(function: Callable[..., Any]) -> Any:
        dispatcher = njit(cache=True, nogil=True, error_model="numpy", fastmath=fastmath)(function)
        index = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
        if index is not None:
            index._source_stamp = (index._source_stamp, SOURCES)
        return dispatcher

    return compile_later


def bind(dispatcher: Any, *arguments: Any) -> Callable[..., None]:
    """The machine code of a kernel for the types of `arguments`, compiled or loaded now.

    Called directly, it spares a look at the type of every array, 8 µs a block for a voice. It trusts its
    caller: other types than these are not caught.
    """
    signature = tuple(typeof(argument) for argument in arguments)  # type: ignore[no-untyped-call]
    return dispatcher.compile(signature)
