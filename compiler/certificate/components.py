"""Strongly connected components of a graph: the loops of a network."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]


def components(links: Flags) -> list[list[int]]:
    """Strongly connected components, each before those that it feeds: `links[i, j]` says that j feeds i.

    R. E. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972) 146-160, without
    recursion.
    """
    sources = [np.flatnonzero(row).tolist() for row in links]
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    waiting: set[int] = set()
    components: list[list[int]] = []
    for root in range(len(sources)):
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        work = [(root, iter(sources[root]))]
        while work:
            node, rest = work[-1]
            for source in rest:
                if source not in index:
                    index[source] = low[source] = len(index)
                    stack.append(source)
                    waiting.add(source)
                    work.append((source, iter(sources[source])))
                    break
                if source in waiting:
                    low[node] = min(low[node], index[source])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        waiting.discard(component[-1])
                    components.append(sorted(component))
    return components
