"""Going through a signal graph node by node, and copying it with some of its nodes replaced."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from plaud_live.errors import SignalError
from plaud_live.signals.graph import Signal, child_fields

MAX_NODES = 1024
MAX_DEPTH = 120


def walk(root: Signal) -> Iterator[Signal]:
    """Every node below and including `root`, once, children first. Raises SignalError if it is too large."""
    seen: set[int] = set()
    stack: list[tuple[Signal, Iterator[Signal]]] = [(root, root.children())]
    seen.add(id(root))
    count = 0
    while stack:
        node, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            count += 1
            if count > MAX_NODES:
                raise SignalError(f"the signal has more than {MAX_NODES} parts; build it from fewer")
            yield node
        elif id(following) not in seen:
            seen.add(id(following))
            if len(stack) > MAX_DEPTH:
                raise SignalError(f"the signal is nested more than {MAX_DEPTH} deep; assign it afresh")
            stack.append((following, following.children()))


def rebuild(root: Signal, replace: Callable[[Signal], Signal | None]) -> Signal:
    """Copy of `root` in which each node that `replace` answers for is replaced; sharing is kept.

    `replace` sees a node before its children; None goes on into the children.
    """
    return _rebuild(root, replace, {})


def _rebuild(node: Signal, replace: Callable[[Signal], Signal | None], done: dict[int, Signal]) -> Signal:
    """Not a closure that calls itself: that would be a circle, which an engine never collects."""
    found = done.get(id(node))
    if found is None:
        found = replace(node)
        if found is None:
            found = _with_children(node, lambda child: _rebuild(child, replace, done))
        done[id(node)] = found
    return found


def _with_children(node: Signal, visit: Callable[[Signal], Signal]) -> Signal:
    changes: dict[str, Any] = {}
    for name, many in child_fields(type(node)):
        old = getattr(node, name)
        if many:
            new = tuple(visit(child) for child in old)
            if any(a is not b for a, b in zip(old, new, strict=True)):
                changes[name] = new
        else:
            child = visit(old)
            if child is not old:
                changes[name] = child
    if not changes:
        return node
    return type(node)(**{f.name: changes.get(f.name, getattr(node, f.name)) for f in fields(node)})
