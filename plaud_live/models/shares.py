"""Compiled kernels over rows, in as many threads as torch has."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[Any]
_LEAST_ROWS = 32  # a thread of its own is not worth fewer


def arrays(*tensors: Tensor) -> tuple[Array, ...]:
    """What tensors on the processor hold, for a kernel; contiguous ones are not copied."""
    return tuple(tensor.detach().contiguous().numpy() for tensor in tensors)


def share_out(
    kernel: Callable[..., None], given: tuple[Array, ...], shared: tuple[Any, ...], made: tuple[Array, ...]
) -> None:
    """Run `kernel(*given, *shared, *made)` on equal shares of the rows of `given` and `made`, in threads."""
    count = given[0].shape[0]
    threads = max(1, min(torch.get_num_threads(), count // _LEAST_ROWS))
    edges = [count * i // threads for i in range(threads + 1)]
    shares = [slice(*pair) for pair in itertools.pairwise(edges)]

    def run(share: slice) -> None:
        kernel(*(array[share] for array in given), *shared, *(array[share] for array in made))

    if threads == 1:
        run(shares[0])
    else:
        list(_pool(threads).map(run, shares))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="kernels")
