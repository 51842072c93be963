"""The sample of delay that FAUST's `~` puts into every loop: taken from a delay that is there, given back.

    y = F (x + B y)  with B = z^-1 B'   is  y = F (x + B' z^-1 y)
    y = F (x + B y)  with F = z^-1 F'   is  y = z^-1 w,  w = F' (x + B z^-1 w)

`z^-1 y` is what `~` feeds back. A sample can be taken where all channels are delayed: in one node, or in
neighbours that commute. F and B also meet, at both ends: where neither delays all channels alone, a delay
at the end of F moves into B and stands behind the loop too; one at the start of F stands before it too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from compiler.errors import DelayFreeLoop
from compiler.ir.nodes import Delay, Fir, Gain, Leaf, Node, Parallel, Recursion, Series, Sos, identity
from compiler.passes.flatten import in_parallel, in_series
from compiler.passes.leaves import is_diagonal, is_leaf, sounding
from compiler.passes.naming import added, given


@dataclass(frozen=True, eq=False)
class UnitLoop:
    """y = forward(x + feedback(z^-1 y)): a loop as `~` makes it. Stands where a Recursion stood."""

    name: str
    forward: Node
    feedback: Node

    @property
    def children(self) -> tuple[Node, Node]:
        """Forward and feedback path."""
        return self.forward, self.feedback

    @property
    def inputs(self) -> int:
        """Input channels."""
        return self.forward.inputs

    @property
    def outputs(self) -> int:
        """Output channels."""
        return self.forward.outputs


def place_unit_delays(node: Node) -> Node:
    """`node`, whose names are paths, with each Recursion as a `UnitLoop`: the response stays exactly.

    The result is typed as the Node that it is but for that. Raises DelayFreeLoop, naming the cycle, where
    no sample can be taken.
    """
    match node:
        case Series():
            return in_series(node.name, [place_unit_delays(child) for child in node.children])
        case Parallel():
            return replace(node, children=tuple(place_unit_delays(child) for child in node.children))
        case Recursion():
            return _placed(node)
        case _:
            return node


def as_recursions(node: Node) -> Node:
    """The way back, for comparison: each `UnitLoop` as a Recursion with a delay of one in its feedback."""
    if isinstance(node, UnitLoop):
        sample = _one_sample(added(node.name, "unit"), node.outputs)
        feedback = in_series(added(node.name, "fed_back"), [sample, as_recursions(node.feedback)])
        return Recursion(node.name, as_recursions(node.forward), feedback)
    match node:
        case Series():
            return in_series(node.name, [as_recursions(child) for child in node.children])
        case Parallel():
            return in_parallel(node.name, [as_recursions(child) for child in node.children], node.is_sum)
        case _:
            return node


def take_sample(node: Node) -> Node | None:
    """`node` one sample earlier: z times its response, exactly. None where that is not causal, or not seen.

    What comes out silent is early enough. Fractional delays of one sample or more count as delays.
    """
    match node:
        case Series():
            return _taken_in_series(node)
        case Parallel():
            taken = [take_sample(child) for child in node.children]
            children = [child for child in taken if child is not None]
            return replace(node, children=tuple(children)) if len(children) == len(taken) else None
        case Recursion():  # z (I - F B)^-1 F = (I - F' z^-1 B)^-1 F' with F = z^-1 F'
            forward = take_sample(node.forward)
            return None if forward is None else replace(node, forward=forward, feedback=_later(node))
        case Gain() | Delay() | Fir() | Sos():
            early = _can_be_early(node)
            return _earlier(node, early) if early.all() else None


def _placed(loop: Recursion) -> Node:
    if (feedback := _taken_from_feedback(loop)) is not None:
        return _unit_loop(loop.name, loop.forward, feedback)
    if (forward := take_sample(loop.forward)) is not None:
        given_back = _one_sample(added(loop.name, "given_back"), loop.outputs)
        unit = _unit_loop(loop.name, forward, loop.feedback)
        return in_series(added(loop.name, "and_sample"), [unit, given_back])
    for before, turned, after in _turned(loop):
        if (feedback := _taken_from_feedback(turned)) is not None:
            unit = _unit_loop(loop.name, turned.forward, feedback)
            return in_series(added(loop.name, "and_delay"), [*before, unit, *after])
    raise DelayFreeLoop(loop.name, _why(loop))


def _taken_from_feedback(loop: Recursion) -> Node | None:
    """B', where channels that F leaves silent, or does not hear, need no delay."""
    heard = _ways(loop.forward, sounding)
    silent = Gain(added(loop.name, "silent"), np.where(heard.any(axis=1), 1.0, 0.0))
    unheard = Gain(added(loop.name, "unheard"), np.where(heard.any(axis=0), 1.0, 0.0))
    taken = take_sample(Series(loop.feedback.name, (silent, *_chain(loop.feedback), unheard)))
    if taken is None:
        return None
    kept = [child for child in _chain(taken) if child is not silent and child is not unheard]
    return in_series(loop.feedback.name, kept)


def _unit_loop(name: str, forward: Node, feedback: Node) -> Node:
    return cast(Node, UnitLoop(name, place_unit_delays(forward), place_unit_delays(feedback)))


def _turned(loop: Recursion) -> Iterator[tuple[list[Node], Recursion, list[Node]]]:
    """The loop with a delay of F moved into B: what then stands before it, the loop, what stands after it.

    F = F1 then D: (I - D F1 B)^-1 D F1 = D (I - F1 B D)^-1 F1. F = D then F1: likewise, D before the loop.
    """
    forward, feedback = _chain(loop.forward), _chain(loop.feedback)
    at = _delay_in_run(forward, from_end=True)
    if at is not None:
        delay = cast(Delay, forward[at])
        rest = in_series(loop.forward.name, _without(forward, at))
        back = in_series(added(loop.name, "fed_back"), [delay, *feedback])
        outside = replace(delay, name=added(delay.name, "outside"))
        yield [], replace(loop, forward=rest, feedback=back), [outside]
    at = _delay_in_run(forward, from_end=False)
    if at is not None:
        delay = cast(Delay, forward[at])
        rest = in_series(loop.forward.name, _without(forward, at))
        back = in_series(added(loop.name, "fed_back"), [*feedback, delay])
        outside = replace(delay, name=added(delay.name, "outside"))
        yield [outside], replace(loop, forward=rest, feedback=back), []


def _chain(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, Series) else (node,)


def _delay_in_run(chain: Sequence[Node], from_end: bool) -> int | None:
    """Where a delay is in the run of diagonal leaves at the start or end of `chain`."""
    order = range(len(chain) - 1, -1, -1) if from_end else range(len(chain))
    for at in order:
        if not is_diagonal(chain[at]):
            return None
        if isinstance(chain[at], Delay):
            return at
    return None


def _without(chain: Sequence[Node], at: int) -> list[Node]:
    wire = identity(added(chain[at].name, "moved"), chain[at].inputs)
    return [*chain[:at], *chain[at + 1 :]] or [wire]


def _taken_in_series(node: Series) -> Node | None:
    chain = list(node.children)
    for at, end in _runs(chain):
        if (run := _taken_in_run(cast(Sequence[Leaf], chain[at:end]))) is not None:
            return replace(node, children=(*chain[:at], *run, *chain[end:]))
    for at in sorted(range(len(chain)), key=lambda at: not is_leaf(chain[at])):
        if (taken := take_sample(chain[at])) is not None:
            return replace(node, children=(*chain[:at], taken, *chain[at + 1 :]))
    return None


def _runs(chain: Sequence[Node]) -> Iterator[tuple[int, int]]:
    """Start and end of each run of diagonal leaves, which commute."""
    start = 0
    for at in range(len(chain) + 1):
        if at == len(chain) or not is_diagonal(chain[at]):
            if at > start:
                yield start, at
            start = at + 1


def _taken_in_run(run: Sequence[Leaf]) -> list[Leaf] | None:
    """A sample taken from every channel, each in the first delay, or else filter, that has one."""
    waiting = np.ones(run[0].inputs, dtype=bool)
    taken = list(run)
    for kind in (Delay, Fir, Sos, Gain):
        for at, leaf in enumerate(run):
            if isinstance(leaf, kind):
                here = waiting & _can_be_early(leaf)
                taken[at] = _earlier(leaf, here)
                waiting &= ~here
    return None if waiting.any() else taken


def _can_be_early(leaf: Leaf) -> NDArray[np.bool_]:
    """Which entries, [channels] or [outputs, inputs], give nothing before one sample has passed."""
    silent = ~sounding(leaf)
    match leaf:
        case Gain():
            return silent
        case Delay():
            return silent | (leaf.samples >= 1.0)
        case Fir():
            return silent | (leaf.taps[..., 0] == 0.0)
        case Sos():
            return silent | (leaf.sections[..., 0] == 0.0).any(axis=-1)


def _earlier(leaf: Leaf, which: NDArray[np.bool_]) -> Leaf:
    """`leaf` with the entries `which`, all of which can be, one sample early."""
    which = which & sounding(leaf)
    if not which.any():
        return leaf
    match leaf:
        case Gain():
            return leaf
        case Delay():
            return replace(leaf, samples=leaf.samples - which)
        case Fir():
            shifted = np.concatenate([leaf.taps[..., 1:], np.zeros((*leaf.taps.shape[:-1], 1))], axis=-1)
            return replace(leaf, taps=np.where(which[..., np.newaxis], shifted, leaf.taps))
        case Sos():
            sections = leaf.sections.copy()
            for entry in zip(*np.nonzero(which), strict=True):
                section = sections[entry][np.argmax(sections[entry][:, 0] == 0.0)]
                section[:3] = section[1], section[2], 0.0
            return replace(leaf, sections=sections)


def _later(loop: Recursion) -> Node:
    """The feedback path of `loop` one sample later: in a delay that it has, else in one at its end."""
    chain = list(_chain(loop.feedback))
    for at, child in enumerate(chain):
        if isinstance(child, Delay):
            chain[at] = replace(child, samples=child.samples + 1.0)
            return in_series(loop.feedback.name, chain)
    sample = _one_sample(added(loop.name, "taken_by_outer_loop"), loop.inputs)
    return in_series(added(loop.name, "fed_back"), [*chain, sample])


def _one_sample(name: str, channels: int) -> Delay:
    return Delay(name, np.ones(channels))


def _why(loop: Recursion) -> str:
    there, back = _ways(loop.forward, _at_once), _ways(loop.feedback, _at_once)
    way = f"{given(loop.forward.name)} → {given(loop.feedback.name)}"
    around = there @ back
    cycle = _cycle(around)
    if cycle:
        channels = " → ".join(map(str, cycle))
        return f"no delay in the cycle {way}, channels {channels}: every channel needs one sample or more"
    forward = ", ".join(map(str, np.flatnonzero(there.any(axis=1))))
    feedback = ", ".join(map(str, np.flatnonzero(back.any(axis=0))))
    return (
        f"the cycle {way} is delayed in different places on different channels (the first not on "
        f"{forward or 'none'}, the second not on {feedback or 'none'}) with a mix of channels in between: "
        "one place must delay all channels by one sample or more"
    )


def _at_once(leaf: Leaf) -> NDArray[np.bool_]:
    return ~_can_be_early(leaf)


def _ways(node: Node, of_leaf: Callable[[Leaf], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Which inputs reach which outputs, [outputs, inputs], by entries of leaves that `of_leaf` lets pass."""
    match node:
        case Series():
            total = _ways(node.children[0], of_leaf)
            for child in node.children[1:]:
                total = _ways(child, of_leaf) @ total
            return total
        case Parallel():
            parts = [_ways(child, of_leaf) for child in node.children]
            return np.logical_or.reduce(parts) if node.is_sum else np.concatenate(parts)
        case Recursion():
            forward, feedback = _ways(node.forward, of_leaf), _ways(node.feedback, of_leaf)
            reached = forward
            for _ in range(node.outputs):
                reached = forward | (forward @ feedback @ reached)
            return reached
        case Gain() | Delay() | Fir() | Sos():
            entries = of_leaf(node)
            return np.diag(entries) if entries.ndim == 1 else entries


def _cycle(around: NDArray[np.bool_]) -> list[int]:
    """Channels of a closed way in the graph `around` [to, from], the first again at the end, or none."""
    for start in range(len(around)):
        way = {start: [start]}
        waiting = [start]
        while waiting:
            here = waiting.pop(0)
            for onward in np.flatnonzero(around[:, here]).tolist():
                if onward == start:
                    return [*way[here], start]
                if onward not in way:
                    way[onward] = [*way[here], onward]
                    waiting.append(onward)
    return []
