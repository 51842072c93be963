"""The steps from a model as it was given to the one that back ends, certificate and runtime take."""

from dataclasses import dataclass, replace

from compiler.ir.nodes import Model
from compiler.passes.flatten import flatten
from compiler.passes.fractional import FractionalDelay, approximate_fractions
from compiler.passes.loops import place_unit_delays
from compiler.passes.merge import merge
from compiler.passes.naming import named
from compiler.passes.validate import validate


@dataclass(frozen=True)
class Prepared:
    """A model in normal form, see `prepare`, and how its fractional delays were approximated."""

    model: Model
    fractional: tuple[FractionalDelay, ...] = ()

    @property
    def sample_rate(self) -> float:
        """In Hz: what delays and filters are made for."""
        return self.model.sample_rate


def prepare(model: Model, order: int | None = None) -> Prepared:
    """`model` in normal form: its response stays to rounding, but for the fractional delays that it reports.

    Each name is the node's whole path, unique; no sources; no series in a series nor sum in a sum; neighbours
    merged; no wires nor silent branches but where nothing else is left; all delays whole numbers. `order` is
    the highest order of the filters that stand for fractional delays, None for those of `passes.fractional`.
    Raises BadValue for what cannot be compiled, and DelayFreeLoop for a cycle without a delay.
    """
    validate(model)
    root = named(model.root)
    root = flatten(root)
    root = merge(root)
    root, fractional = approximate_fractions(root, order)
    root = merge(flatten(root))
    place_unit_delays(root)  # the back ends do it again: here it refuses
    return Prepared(replace(model, root=root, source=None), fractional)
