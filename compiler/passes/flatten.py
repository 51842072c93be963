"""Containers in containers, made flat: a series within a series, sums within sums, a container of one."""

from collections.abc import Sequence
from dataclasses import replace

from compiler.ir.nodes import Node, Parallel, Recursion, Series


def flatten(node: Node) -> Node:
    """`node` with no series directly in a series, no sum in a sum, no stack in a stack, none of one child."""
    match node:
        case Series():
            return in_series(node.name, [flatten(child) for child in node.children])
        case Parallel():
            return in_parallel(node.name, [flatten(child) for child in node.children], node.is_sum)
        case Recursion():
            return replace(node, forward=flatten(node.forward), feedback=flatten(node.feedback))
        case _:
            return node


def in_series(name: str, children: Sequence[Node]) -> Node:
    """`children` one after another: the one child itself, else a flat Series."""
    flat: list[Node] = []
    for child in children:
        flat.extend(child.children if isinstance(child, Series) else [child])
    return flat[0] if len(flat) == 1 else Series(name, tuple(flat))


def in_parallel(name: str, children: Sequence[Node], is_sum: bool) -> Node:
    """`children` beside one another: the one child itself, else a flat Parallel."""
    flat: list[Node] = []
    for child in children:
        same = isinstance(child, Parallel) and child.is_sum == is_sum
        flat.extend(child.children if isinstance(child, Parallel) and same else [child])
    return flat[0] if len(flat) == 1 else Parallel(name, tuple(flat), is_sum)
