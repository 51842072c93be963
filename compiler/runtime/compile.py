"""How kernels are compiled: without the GIL, kept on disk, IEEE divisions.

Numba keys a cached kernel by the file that it stands in, and would go on using it after a function that
it calls, in another file, has changed. Here the key covers every file that holds kernels.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import njit, typeof

FILES = ("compile.py", "interpreter.py", "kernels.py", "outside.py", "play.py", "sections.py")


def _digest() -> str:
    folder = Path(__file__).parent
    return sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()


SOURCES = _digest()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile by Numba when first called, or load what was compiled before.

    Products may be contracted with sums (fused multiply-add), nothing else: sums keep their order, so that
    the same samples come out however a stretch is divided into blocks, and NaN keeps its meaning.
    """
    dispatcher = njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})(function)
    index = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if index is not None:
        index._source_stamp = (index._source_stamp, SOURCES)
    return dispatcher


def inlined(function: Callable[..., Any]) -> Any:
    """A part of the kernels that call it: to hand arrays over takes longer than a short loop."""
    return njit(inline="always")(function)


def bind(dispatcher: Any, *arguments: Any) -> Callable[..., Any]:
    """The machine code of a kernel for the types of `arguments`, compiled or loaded now.

    Called directly, it spares a look at the type of every array. It trusts its caller: other types than
    these are not caught.
    """
    signature = tuple(typeof(argument) for argument in arguments)  # type: ignore[no-untyped-call]
    return dispatcher.compile(signature)
