"""Which rows of one buffer the channels of a program share: few, so that they stay in the cache.

Channels that any operation takes together stay together, as a *region*. A region lives from the operation
that fills it to the last that reads it; regions that never live at the same time may share rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compiler.passes.program import Add, Convolve, Loop, Operation, Program, Span, Taps, Write


@dataclass
class _Region:
    """Channels `first` up to `end`, excluded; steps `born` to `dies`, included; its first `row`."""

    first: int
    end: int
    born: int
    dies: int
    row: int = 0

    @property
    def size(self) -> int:
        return self.end - self.first


def share_rows(program: Program) -> tuple[tuple[int, ...], int]:
    """The row of each channel that is used, 0 for others; and how many rows there are."""
    steps: list[Operation] = []
    loops = _flattened(program.operations, steps)
    regions = _regions(program, steps)
    for region in regions:
        for start, end in loops:
            meets = start <= region.dies and region.born <= end
            if meets and not (start <= region.born and region.dies <= end):  # goes into the loop or out of it
                region.born, region.dies = min(region.born, start), max(region.dies, end)
    count = _place(regions)
    rows = [0] * program.channels
    for region in regions:
        rows[region.first : region.end] = range(region.row, region.row + region.size)
    return tuple(rows), count


def _flattened(operations: Sequence[Operation], steps: list[Operation]) -> list[tuple[int, int]]:
    """Append operations in the order in which they run; first and last step of each loop, inner first."""
    loops = []
    for operation in operations:
        if isinstance(operation, Loop):
            start = len(steps)
            loops += [*_flattened(operation.body, steps), (start, len(steps) - 1)]
        else:
            steps.append(operation)
    return loops


def _spans(operation: Operation) -> Iterator[Span]:
    match operation:
        case Add():
            yield from operation.sources
            yield operation.target
        case Write():
            yield operation.source
        case Taps() | Convolve():
            yield operation.target
        case Loop():
            pass
        case _:
            yield operation.source
            yield operation.target


def _regions(program: Program, steps: Sequence[Operation]) -> list[_Region]:
    """Spans that overlap, joined; each with the first and the last step that uses it."""
    used = [(program.inputs, -1), (program.outputs, len(steps))]
    used += [(span, step) for step, operation in enumerate(steps) for span in _spans(operation)]
    regions: list[_Region] = []
    for span, step in sorted(used, key=lambda each: each[0].first):
        end = span.first + span.count
        if regions and span.first < regions[-1].end:
            region = regions[-1]
            region.end = max(region.end, end)
            region.born, region.dies = min(region.born, step), max(region.dies, step)
        else:
            regions.append(_Region(span.first, end, step, step))
    return regions


def _place(regions: Sequence[_Region]) -> int:
    """Give each region the lowest rows that no region living with it has; how many rows that takes."""
    count = 0
    placed: list[_Region] = []
    for region in sorted(regions, key=lambda each: (each.born, -each.size)):
        neighbours = [other for other in placed if other.born <= region.dies and region.born <= other.dies]
        for other in sorted(neighbours, key=lambda each: each.row):
            if other.row >= region.row + region.size:
                break
            region.row = max(region.row, other.row + other.size)
        count = max(count, region.row + region.size)
        placed.append(region)
    return count
