"""Merging: neighbours that are cheaper as one become one; wires and silent branches go.

Within a run of diagonal leaves, which commute, all delays become one, all section cascades one, all gains
one vector. That goes into a matrix or filter beside the run if it costs nothing there, else into the run.
A matrix takes up a neighbour only where the product costs no more than the two, so that a Hadamard matrix
is not made dense by the gains beside it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from compiler.ir.nodes import Array, Delay, Fir, Gain, Leaf, Node, Parallel, Recursion, Series, Sos, identity
from compiler.passes.flatten import in_parallel, in_series
from compiler.passes.forms import matrix_form
from compiler.passes.leaves import is_diagonal, is_wire, is_zero, simplest, with_gains, zero


def merge(node: Node) -> Node:
    """`node`, simplified from the leaves up. Its response stays, to rounding; names stay, or vanish."""
    match node:
        case Series():
            return _series(node.name, [merge(child) for child in node.children])
        case Parallel():
            children = [merge(child) for child in node.children]
            return _sum(node.name, children) if node.is_sum else _stack(node.name, children)
        case Recursion():
            forward, feedback = merge(node.forward), merge(node.feedback)
            if is_zero(forward):
                return zero(node.name, node.outputs, node.inputs)
            return forward if is_zero(feedback) else Recursion(node.name, forward, feedback)
        case _:
            return simplest(node)


def _series(name: str, children: Sequence[Node]) -> Node:
    inputs, outputs = children[0].inputs, children[-1].outputs
    flat = in_series(name, children)
    chain = list(flat.children) if isinstance(flat, Series) else [flat]
    count = 0
    while len(chain) != count:  # a product may be diagonal, and then belongs to the runs beside it
        count = len(chain)
        chain = _neighbours_merged(_runs_merged(chain))
        if any(is_zero(node) for node in chain):
            return zero(name, outputs, inputs)
    return in_series(name, chain or [identity(name, inputs)])


def _runs_merged(chain: Sequence[Node]) -> list[Node]:
    """Each run of diagonal leaves in `chain` merged, and its gains put where they cost least; wires gone."""
    done: list[Node] = []
    at = 0
    while at < len(chain):
        end = at
        while end < len(chain) and is_diagonal(chain[end]):
            end += 1
        if end == at:
            done.append(chain[at])
            at += 1
            continue
        run, gains = _merged_run(chain[at:end])
        before = done[-1] if done else None
        after = chain[end] if end < len(chain) else None
        if gains is None:
            done.extend(run)
        elif (scaled := _absorbed(gains, before, after_it=True)) is not None:
            done[-1:] = [scaled, *run]
        elif (scaled := _absorbed(gains, after, after_it=False)) is not None:
            done.extend([*run, scaled])
            end += 1
        else:
            done.extend(_into_run(gains, run))
        at = end
    return done


def _merged_run(run: Sequence[Node]) -> tuple[list[Leaf], Gain | None]:
    """The filters of a diagonal `run`, one delay, one cascade; and its gains, None where all are 1."""
    filters: list[Leaf] = []
    gains: Gain | None = None
    for leaf in run:
        match leaf:
            case Gain():
                gains = leaf if gains is None else replace(gains, gains=gains.gains * leaf.gains)
            case Delay():
                if leaf.gains is not None:
                    before = np.ones(leaf.inputs) if gains is None else gains.gains
                    gains = Gain(leaf.name if gains is None else gains.name, before * leaf.gains)
                filters = _joined(filters, replace(leaf, gains=None))
            case Sos() | Fir():
                filters = _joined(filters, leaf)
    return filters, None if gains is None or is_wire(gains) else gains


def _joined(filters: Sequence[Leaf], leaf: Leaf) -> list[Leaf]:
    """`filters` with `leaf` joined to the delay or cascade that is there, else at the end."""
    for at, before in enumerate(filters):
        match before, leaf:
            case Delay(), Delay():
                both: Leaf = replace(before, samples=before.samples + leaf.samples)
            case Sos(), Sos():
                both = replace(before, sections=np.concatenate([before.sections, leaf.sections], axis=1))
            case _:
                continue
        return [*filters[:at], both, *filters[at + 1 :]]
    return [*filters, leaf]


def _absorbed(gains: Gain, neighbour: Node | None, after_it: bool) -> Leaf | None:
    """The full leaf `neighbour` with the diagonal `gains` after or before it, None if that costs more."""
    match neighbour:
        case Gain() | Fir() | Sos() | Delay():
            vector = gains.gains[:, np.newaxis] if after_it else gains.gains[np.newaxis]
            scaled = with_gains(neighbour, vector)
            if _cost(scaled) <= _cost(neighbour) + _cost(gains):
                return simplest(scaled)
    return None


def _into_run(gains: Gain, run: list[Leaf]) -> list[Leaf]:
    """`run` with `gains` in its taps, sections or delay, whichever is the cheapest that it has."""
    for kind in (Fir, Sos, Delay):
        for at, leaf in enumerate(run):
            if isinstance(leaf, kind):
                return [*run[:at], with_gains(leaf, gains.gains), *run[at + 1 :]]
    return [gains]


def _neighbours_merged(chain: Sequence[Node]) -> list[Node]:
    """Matrices multiplied with the matrices and taps beside them, where the product costs no more."""
    done: list[Node] = []
    for node in chain:
        while done and (product := _product(done[-1], node)) is not None:
            done.pop()
            node = product
        done.append(node)
    return done


def _product(first: Node, second: Node) -> Leaf | None:
    match first, second:
        case Gain(), Gain():
            merged: Leaf = Gain(_name(first, second), _full(second) @ _full(first))
        case Gain(), Fir() if not is_diagonal(second):
            merged = Fir(
                _name(first, second), np.einsum("okl,ki->oil", second.taps, _full(first), optimize=True)
            )
        case Fir(), Gain() if not is_diagonal(first):
            merged = Fir(
                _name(first, second), np.einsum("ok,kil->oil", _full(second), first.taps, optimize=True)
            )
        case _:
            return None
    return simplest(merged) if _cost(merged) <= _cost(first) + _cost(second) else None


def _sum(name: str, children: Sequence[Node]) -> Node:
    inputs, outputs = children[0].inputs, children[0].outputs
    flat = in_parallel(
        name, [child for child in children if not is_zero(child)] or [children[0]], is_sum=True
    )
    branches = list(flat.children) if isinstance(flat, Parallel) and flat.is_sum else [flat]
    done: list[Node] = []
    for node in branches:
        for at, before in enumerate(done):
            if isinstance(before, Gain) and isinstance(node, Gain):
                total = Gain(_name(before, node), _full(before) + _full(node))
                if _cost(total) <= _cost(before) + _cost(node) + outputs:
                    done[at] = simplest(total)
                    break
        else:
            done.append(node)
    done = [node for node in done if not is_zero(node)] or [zero(name, outputs, inputs)]
    return in_parallel(name, done, is_sum=True)


def _stack(name: str, children: Sequence[Node]) -> Node:
    flat = in_parallel(name, children, is_sum=False)
    if not isinstance(flat, Parallel) or flat.is_sum:
        return flat
    done: list[Node] = []
    for node in flat.children:
        before = done[-1] if done else None
        if isinstance(before, Gain) and isinstance(node, Gain):
            both = Gain(_name(before, node), np.concatenate([_full(before), _full(node)]))
            if _cost(both) <= _cost(before) + _cost(node):
                done[-1] = simplest(both)
                continue
        done.append(node)
    return in_parallel(name, done, is_sum=False)


def _name(one: Leaf, other: Leaf) -> str:
    """The name of the one with more entries, the first if they are equal: shapes decide, never values."""
    return other.name if other.inputs * other.outputs > one.inputs * one.outputs else one.name


def _full(leaf: Gain) -> Array:
    return np.diag(leaf.gains) if is_diagonal(leaf) else leaf.gains


def _cost(leaf: Leaf) -> int:
    """Multiplications and additions per sample, for the comparison of a leaf before and after a merge."""
    match leaf:
        case Gain():
            return matrix_form(leaf.gains).cost
        case Delay():
            return 0 if leaf.gains is None else int(np.count_nonzero(abs(leaf.gains) != 1.0))
        case Fir():
            return 2 * int(np.count_nonzero(leaf.taps))
        case Sos():
            return 9 * leaf.sections.size // 6
