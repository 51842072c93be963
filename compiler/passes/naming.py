"""Names: every node is called by its whole path in the model as it was given, so that merging keeps track.

A name tells where the coefficients come from; it never depends on their values. In what the passes give,
`node.name` is the path: do not join it with those of its parents.
"""

from dataclasses import replace

from compiler.ir.nodes import Node, Parallel, Recursion, Series


def named(node: Node) -> Node:
    """`node` without sources, each name its path: unique, joined by `/`.

    `/` and `:` within a name become `_` (`:` is for what passes add, see `added`), a second child of the
    same name becomes `name_2`.
    """
    return _named(node, _part(node))


def added(owner: str, role: str) -> str:
    """Name of a node that a pass adds for the node `owner`: unique, for no given name holds a colon."""
    return f"{owner}:{role}"


def given(name: str) -> str:
    """The given node that `name` belongs to: itself, or the owner of what a pass added."""
    return name.split(":")[0]


def _named(node: Node, path: str) -> Node:
    match node:
        case Series() | Parallel():
            return replace(node, name=path, children=_children(node.children, path), source=None)
        case Recursion():
            forward, feedback = _children(node.children, path)
            return replace(node, name=path, forward=forward, feedback=feedback, source=None)
        case _:
            return replace(node, name=path, source=None)


def _children(children: tuple[Node, ...], path: str) -> tuple[Node, ...]:
    parts = {_part(child) for child in children}
    taken: set[str] = set()
    renamed = []
    for child in children:
        part, count = _part(child), 1
        while part in taken or (count > 1 and part in parts):
            count += 1
            part = f"{_part(child)}_{count}"
        taken.add(part)
        renamed.append(_named(child, f"{path}/{part}"))
    return tuple(renamed)


def _part(node: Node) -> str:
    return node.name.replace("/", "_").replace(":", "_") or type(node).__name__.lower()
