"""Reads one module: by the table of classes, checked by what it does to random spectra, or by probing."""

from typing import Any

import numpy as np
import torch
from flamo.processor.dsp import AccurateGEQ
from torch import nn

from compiler.errors import BadValue, UnsupportedModule
from compiler.frontend.double import FAILURES, default_float64, first_line
from compiler.frontend.layers import is_transform
from compiler.frontend.maps import Frozen
from compiler.frontend.modules import is_plain, kind_of
from compiler.frontend.probe import TOLERANCE, deviation, probed, probed_in_time
from compiler.frontend.solved import remember_designs
from compiler.frontend.sources import source_of, source_of_values
from compiler.frontend.table import Entry, entry_of
from compiler.ir.nodes import Delay, Fir, Gain, Node, Series, Sos, Source, identity
from compiler.ir.response import response

MOST_CHANNELS = 64
"""How many input channels are tried for a module that does not say, and has nothing before it that does."""

_NEARLY_WHOLE = 1e-3
"""Samples: float32 keeps the seconds of a long delay no better than half of this."""

_AUDIBLE = 1e-6
"""-120 dB: from which difference to float64 on, relative to the loudest frequency, a note is made."""


class LeafReader:
    """Reads modules of a model at `fs` Hz. `nfft` is the size of its transform, None if it has none."""

    def __init__(self, fs: float, nfft: int | None) -> None:
        self.fs = fs
        self.nfft = nfft
        self.notes: list[str] = []
        self.above: list[str] = []
        """Names from the model to the module that is read now."""
        self._paths: dict[int, str] = {}

    def leaf(self, module: nn.Module, name: str, channels: int | None) -> Node:
        """The node of `module`, which is no container. `channels` is what comes in, as far as known."""
        if is_transform(module):
            raise UnsupportedModule(
                name, f"{kind_of(module)} within the model: only around the core of a Shell"
            )
        if isinstance(module, nn.Identity) and is_plain(module):
            if channels is None:
                raise UnsupportedModule(name, "Identity: how many channels it has cannot be told")
            return identity(name, channels)
        entry = entry_of(module)
        if entry is None:
            return self.probed(module, name, channels)
        if id(module) in self._paths:
            self._note(
                f"is {self._paths[id(module)]} again: FLAMO trains the two as one, a file keeps them apart"
            )
        self._paths.setdefault(id(module), "/".join(self.above))
        try:
            node, worst = self._entry(entry, module, name)
        except FAILURES as first:
            try:
                with default_float64():
                    node, worst = self._entry(entry, module, name)
            except FAILURES:
                raise UnsupportedModule(
                    name, f"{kind_of(module)} cannot be asked: {first_line(first)}"
                ) from None
        if worst <= TOLERANCE:
            return node
        try:
            probe = self.probed(module, name, node.inputs)
        except UnsupportedModule as error:
            does = f"{kind_of(module)} does not do what {entry.kind.__name__} does"
            if type(module) is entry.kind:
                does = f"what FLAMO makes of this {kind_of(module)} is not what its coefficients say"
            reason = f"{does}{by_how_much(worst)}"
            raise UnsupportedModule(name, f"{reason}; {error.reason}") from None
        return probe

    def probed(self, module: nn.Module, name: str, channels: int | None, is_in_time: bool = False) -> Node:
        """The node of `module` by what it does to signals."""
        probe = probed_in_time if is_in_time else probed
        declared = getattr(module, "input_channels", None)
        known = channels if channels is not None else declared
        tried = [known] if isinstance(known, int) else range(1, MOST_CHANNELS + 1)
        refusal = UnsupportedModule(name, f"{kind_of(module)}: how many channels it takes cannot be told")
        for count in tried:
            try:
                node = probe(module, name, count, self.nfft)
            except UnsupportedModule as error:
                refusal = error if len(tried) == 1 else refusal
                continue
            self._note(
                f"{kind_of(module)} was read by probing: its values are kept, not what they were made of"
            )
            return node
        raise refusal

    def refuse_other_rates(self, module: nn.Module, name: str) -> None:
        """Raises BadValue if `module` was made for another sample rate."""
        for key in ("fs", "sample_rate"):
            rate = getattr(module, key, None)
            if isinstance(rate, int | float | np.number | torch.Tensor) and float(rate) != self.fs:
                raise BadValue(
                    name, f"made for {key} = {float(rate):g} Hz, but the model is compiled for {self.fs:g} Hz"
                )

    def _entry(self, entry: Entry, module: Any, name: str) -> tuple[Node, float]:
        """The node by the table, and how far the module is from it."""
        for key in entry.maps:
            self._freeze(module, key)
        remember_designs(module)
        node = entry.read(module, name)
        worst = deviation(module, node)
        if worst > TOLERANCE:
            return node, worst
        self._note_what_surprises(node)
        if isinstance(node, Sos) and not isinstance(module, AccurateGEQ):
            self._note_single_precision(entry, module, node)
        return self._with_source(entry, module, node), worst

    def _note_what_surprises(self, node: Node) -> None:
        if isinstance(node, Fir) and self.nfft is not None and node.taps.shape[-1] > self.nfft:
            self._note(
                f"has {node.taps.shape[-1]} taps, of which FLAMO plays nfft = {self.nfft}: all are kept"
            )
        if isinstance(node, Delay):
            fractions = np.abs(node.samples - np.round(node.samples))
            count = int(((fractions > 0.0) & (fractions < _NEARLY_WHOLE)).sum())
            if count:
                self._note(
                    f"{count} of {fractions.size} delays are within {_NEARLY_WHOLE:g} of a whole sample: "
                    "isint=True rounds them, which is cheaper"
                )

    def _note_single_precision(self, entry: Entry, module: Any, node: Sos) -> None:
        """FLAMO makes many sections in torch's default type, whatever that of the module: so they sound."""
        if torch.get_default_dtype() == torch.float64:
            return
        try:
            with default_float64():
                other = entry.read(module, node.name)
        except FAILURES:
            return
        hertz = np.concatenate([[0.0], np.geomspace(1.0, self.fs / 2.0, 256)])
        points = np.exp(2j * np.pi * hertz / self.fs)
        played, exact = response(node, points), response(other, points)
        off = float(np.abs(played - exact).max() / max(np.abs(exact).max(), 1e-300))
        if off > _AUDIBLE:
            self._note(
                f"the sections of {kind_of(module)} are in float32, torch's default, as FLAMO plays them: "
                f"{20.0 * np.log10(off):.0f} dB from those of torch.set_default_dtype(torch.float64)"
            )

    def _freeze(self, module: Any, key: str) -> None:
        """Draws a random map once."""
        parameters = module.param if key == "map" else module.param[0 if key == "map_gain" else 1]
        found = getattr(module, key)
        if isinstance(found, Frozen):
            return
        one, other = found(parameters), found(parameters)
        if isinstance(one, torch.Tensor) and not torch.equal(torch.nan_to_num(one), torch.nan_to_num(other)):
            setattr(module, key, Frozen(one.detach()))
            self._note(f"{kind_of(module)} is drawn anew at each call in FLAMO: one draw is frozen here")

    def _with_source(self, entry: Entry, module: Any, node: Node) -> Node:
        source = source_of(entry, module)
        if source is None:
            self._note(
                f"the map of {kind_of(module)} is none that a file can name: what it gives is kept, "
                "and trains without it"
            )
            if isinstance(node, Gain | Delay | Fir | Sos):
                trains = any(parameter.requires_grad for parameter in module.parameters())
                source = source_of_values(node, self.fs, trains)
        elif type(module) is not entry.kind:
            self._note(f"{kind_of(module)} is kept as {entry.kind.__name__}, which does the same")
        return _sourced(node, source)

    def _note(self, note: str) -> None:
        text = f"{'/'.join(self.above)}: {note}"
        if text not in self.notes:
            self.notes.append(text)


def by_how_much(worst: float) -> str:
    """How far off a module is, for an error: nothing where anybody can hear it."""
    if not np.isfinite(worst):
        return ": not finite, or other channels"
    return f": off by {worst:.0e}" if worst < 0.01 else ""


def _sourced(node: Node, source: Source | None) -> Node:
    match node:
        case Gain():
            return Gain(node.name, node.gains, source)
        case Delay():
            return Delay(node.name, node.samples, node.gains, source)
        case Fir():
            return Fir(node.name, node.taps, source)
        case Sos():
            return Sos(node.name, node.sections, source)
        case Series():
            return Series(node.name, node.children, source)
        case _:
            return node
