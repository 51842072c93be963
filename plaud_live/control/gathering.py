"""All latents of an instrument, set one by one, as one place: it sounds the same and costs a seventh.

So a stream from a program that sends one float an address, 60 times a second, costs as much as `z` does.
"""

from collections.abc import Sequence

from plaud_live.control.parameters import Parameter, parameters
from plaud_live.control.state import State
from plaud_live.control.transaction import Change, Set
from plaud_live.signals.graph import Constant
from plaud_live.signals.space import Vector


def whole_places(state: State, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes, with one for the place of each instrument whose latents are all set to numbers among them.

    Others stay as they are, and all do where something is among them whose order could matter.
    """
    if not all(isinstance(change, Set) for change in changes):
        return tuple(changes)
    sets = [change for change in changes if isinstance(change, Set)]
    for name in dict.fromkeys(change.instrument for change in sets):
        instrument = state.instruments.get(name)
        if instrument is not None:
            sets = _of_one(name, parameters(instrument.info), instrument.info.latent_size, sets)
    return tuple(sets)


def _of_one(name: str, table: dict[str, Parameter], size: int, sets: list[Set]) -> list[Set]:
    """The same for the instrument `name`, which has `size` latents."""
    place: dict[int, float] = {}
    moved: list[Set] = []
    for change in sets:
        row = table.get(change.parameter)
        if change.instrument != name or row is None or row.source != "z":
            continue
        plain = isinstance(change.signal, Constant) and change.over is None and change.at == 0.0
        if row.index is None or not plain or not isinstance(change.signal, Constant):
            return sets
        place[row.index] = change.signal.number
        moved.append(change)
    if len(place) < size:
        return sets
    values = tuple(place[index] for index in range(size))
    words = " ".join(f"{value:.2f}" for value in values)
    whole = Set(name, "z", Vector(values), None, 0.0, f"[{words}]")
    first = sets.index(moved[0])
    return [*sets[:first], whole, *(each for each in sets[first:] if each not in moved)]
