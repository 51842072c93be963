"""Reads a FLAMO model into the intermediate representation: modules by their class, checked by their sound.

Modules are read as subclasses of what they are made from, and what was read is compared with what the module
does to random spectra. Where that differs, the module is probed instead; what cannot be probed is refused.
"""

import warnings
from collections import OrderedDict
from typing import Any

import numpy as np
import torch
from flamo.processor import dsp, system
from torch import nn

from compiler.errors import BadValue, CompilerError, UnsupportedModule
from compiler.frontend import solved
from compiler.frontend.double import default_float64, double_copy, first_line
from compiler.frontend.layers import Stage, is_transform, source_of_shell, stages
from compiler.frontend.maps import Frozen
from compiler.frontend.modules import base_of, declared_inputs, is_plain, kind_of, size_of_transform
from compiler.frontend.probe import TOLERANCE, deviation, probed, probed_in_time
from compiler.frontend.sources import source_of, source_of_values
from compiler.frontend.table import Entry, entry_of
from compiler.ir.json import Json, to_json
from compiler.ir.nodes import (
    Delay,
    Fir,
    Gain,
    Model,
    Node,
    Parallel,
    Recursion,
    Series,
    Sos,
    Source,
    identity,
)

_FAILURES = (RuntimeError, TypeError, ValueError, IndexError, KeyError, AssertionError, AttributeError)
"""What modules raise that cannot work out their own coefficients or signals."""

_NEARLY_WHOLE = 1e-3
"""Samples: float32 keeps the seconds of a long delay no better than half of this."""

_MOST_CHANNELS = 64
"""How many input channels are tried for a module that does not say, and has nothing before it that does."""


def flamo_to_json(model: nn.Module, fs: float, name: str = "reverb") -> Json:
    """`model`, a FLAMO Shell or any of its modules, as a configuration (see `read_model`)."""
    return to_json(read_model(model, fs, name))


def read_model(model: nn.Module, fs: float, name: str = "reverb") -> Model:
    """The intermediate representation of `model` at `fs` Hz; the model itself is not touched.

    Raises UnsupportedModule, BadValue or ArityError, with the path of the module, for what cannot be compiled
    exactly: maps that are complex or give NaN, modules made for another sample rate, what is not linear and
    time-invariant. Random maps (velvet noise) are drawn once, always the same, and `notes` says so.
    """
    return read_copy(model, fs, name)[0]


def read_copy(model: nn.Module, fs: float, name: str = "reverb") -> tuple[Model, nn.Module]:
    """`read_model`, and the float64 copy that was read: its random maps are the ones that were drawn."""
    if not isinstance(model, nn.Module):
        raise UnsupportedModule(name, f"a model is a torch module, not {type(model).__name__}")
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise BadValue("", f"name is {name!r}: must be a string of printable characters")
    if isinstance(fs, bool) or not isinstance(fs, int | float | np.number) or not np.isfinite(fs) or fs <= 0:
        raise BadValue(name, f"sample rate {fs!r}: must be a positive number of Hz")
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        try:
            copied = double_copy(model)
        except CompilerError as error:
            raise error.within(name) from None
        for module in copied.modules():
            if isinstance(module, dsp.DSP):
                module.set_alias_decay_db(0.0)
        reader = _Reader(float(fs), size_of_transform(model))
        root, source = reader.whole(copied, name)
    return Model(name, float(fs), root, source, tuple(reader.notes)), copied


class _Reader:
    """Reads one model. `nfft` is the size of its transform, None if it has none."""

    def __init__(self, fs: float, nfft: int | None) -> None:
        self.fs = fs
        self.nfft = nfft
        self.notes: list[str] = []
        self._above: list[str] = []
        self._paths: dict[int, str] = {}

    def whole(self, model: nn.Module, name: str) -> tuple[Node, Source | None]:
        """The model with what a Shell puts around it."""
        chain = stages(model, name)
        source = None
        if isinstance(model, system.Shell):
            source = source_of_shell(model)
        if len(chain) == 1:
            return self.read(chain[0].module, name, None), source
        nodes = [self._first(chain, name)]
        for stage in chain[1:]:
            nodes.append(self._stage(stage, name, nodes[-1].outputs))
        return Series(name, tuple(nodes)), source

    def _first(self, chain: list[Stage], name: str) -> Node:
        """The first of several stages. One that does not say what it takes must give what the next takes."""
        declared = getattr(chain[0].module, "input_channels", None)
        wanted = declared_inputs([stage.module for stage in chain[1:]])
        if isinstance(declared, int) or wanted is None or not chain[0].is_layer:
            return self._stage(chain[0], name, declared if isinstance(declared, int) else wanted)
        node = self._stage(chain[0], name, wanted)
        for count in range(1, _MOST_CHANNELS + 1):
            if node.outputs == wanted:
                break
            try:
                node = self._stage(chain[0], name, count)
            except UnsupportedModule:
                continue
        return node

    def read(self, module: nn.Module, name: str, channels: int | None) -> Node:
        """The node of `module`. `channels` is what comes in, as far as known; errors begin with `name`."""
        self._above.append(name)
        try:
            self._refuse_other_rates(module, name)
            if isinstance(module, system.Shell):
                node = self._inner_shell(module, name, channels)
            elif isinstance(module, nn.Sequential | system.Recursion | system.Parallel):
                node = self._container(module, name, channels)
            else:
                node = self._leaf(module, name, channels)
        finally:
            self._above.pop()
        return node

    def _container(self, module: nn.Module, name: str, channels: int | None) -> Node:
        node: Node
        if isinstance(module, nn.Sequential):
            node = self._series(module, name, channels)
        elif isinstance(module, system.Recursion):
            node = Recursion(
                name,
                self._child(module.feedforward, name, "feedforward", channels),
                self._child(module.feedback, name, "feedback", None),
            )
        else:
            parallel: Any = module
            branches = ("branchA", "branchB")
            children = tuple(self._child(getattr(parallel, key), name, key, channels) for key in branches)
            node = Parallel(name, children, bool(parallel.sum_output))
        if not is_plain(module) and (worst := self._asked(module, node, name)) > TOLERANCE:
            raise UnsupportedModule(
                name, f"{kind_of(module)} does not do what a {base_of(module)} does{_off(worst)}"
            )
        return node

    def _series(self, module: nn.Sequential, name: str, channels: int | None) -> Node:
        children = list(module._modules.items())
        nodes: list[Node] = []
        for i, (key, child) in enumerate(children):
            if nodes:
                channels = nodes[-1].outputs
            elif channels is None:
                channels = declared_inputs([later for _, later in children[i:]])
            nodes.append(self._child(child, name, key, channels))
        if nodes:
            return Series(name, tuple(nodes))
        if channels is None:
            raise UnsupportedModule(name, "an empty series: how many channels it has cannot be told")
        return identity(name, channels)

    def _child(self, module: nn.Module, parent: str, name: str, channels: int | None) -> Node:
        name = "".join(letter if letter.isprintable() else "_" for letter in name).strip() or "_"
        try:
            return self.read(module, name, channels)
        except CompilerError as error:
            raise error.within(parent) from None

    def _stage(self, stage: Stage, parent: str, channels: int | None) -> Node:
        try:
            if not stage.is_in_time or isinstance(stage.module, nn.Identity):
                return self._child(stage.module, parent, stage.name, channels)
            return self._in_time(stage, parent, channels)
        except UnsupportedModule as error:
            if not stage.is_layer:
                raise
            reason = f"{error.reason}; set_inputLayer(FFT) and set_outputLayer(iFFT) leave it out"
            raise UnsupportedModule(error.path, reason) from None

    def _in_time(self, stage: Stage, parent: str, channels: int | None) -> Node:
        self._above.append(stage.name)
        try:
            return self._probed(stage.module, stage.name, channels, is_in_time=True)
        except CompilerError as error:
            raise error.within(parent) from None
        finally:
            self._above.pop()

    def _inner_shell(self, module: system.Shell, name: str, channels: int | None) -> Node:
        if not is_plain(module):
            raise UnsupportedModule(name, f"{kind_of(module)} has a forward or hooks of its own")
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            input=module.get_inputLayer(), core=module.get_core(), output=module.get_outputLayer()
        )
        return self._series(nn.Sequential(parts), name, channels)

    def _leaf(self, module: nn.Module, name: str, channels: int | None) -> Node:
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
            return self._probed(module, name, channels)
        if id(module) in self._paths:
            self._note(
                f"is {self._paths[id(module)]} again: FLAMO trains the two as one, a file keeps them apart"
            )
        self._paths.setdefault(id(module), "/".join(self._above))
        try:
            node, worst = self._entry(entry, module, name)
        except _FAILURES as first:
            try:
                with default_float64():
                    node, worst = self._entry(entry, module, name)
            except _FAILURES:
                raise UnsupportedModule(
                    name, f"{kind_of(module)} cannot be asked: {first_line(first)}"
                ) from None
        if worst <= TOLERANCE:
            return node
        try:
            probe = self._probed(module, name, node.inputs)
        except UnsupportedModule as error:
            does = f"{kind_of(module)} does not do what {entry.kind.__name__} does"
            if type(module) is entry.kind:
                does = f"what FLAMO makes of this {kind_of(module)} is not what its coefficients say"
            reason = f"{does}{_off(worst)}"
            raise UnsupportedModule(name, f"{reason}; {error.reason}") from None
        return probe

    def _entry(self, entry: Entry, module: Any, name: str) -> tuple[Node, float]:
        """The node by the table, and how far the module is from it."""
        for key in entry.maps:
            self._freeze(module, key)
        known = solved.key_of(module, entry.kind)
        if (sections := solved.recalled(known)) is not None:
            return self._with_source(entry, module, Sos(name, sections)), 0.0
        node = entry.read(module, name)
        worst = deviation(module, node)
        if worst > TOLERANCE:
            return node, worst
        if isinstance(node, Sos):
            solved.remember(known, node.sections)
        self._note_what_surprises(node)
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

    def _probed(self, module: nn.Module, name: str, channels: int | None, is_in_time: bool = False) -> Node:
        probe = probed_in_time if is_in_time else probed
        declared = getattr(module, "input_channels", None)
        known = channels if channels is not None else declared
        tried = [known] if isinstance(known, int) else range(1, _MOST_CHANNELS + 1)
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

    def _asked(self, module: nn.Module, node: Node, name: str) -> float:
        try:
            return deviation(module, node)
        except _FAILURES as error:
            raise UnsupportedModule(name, f"{kind_of(module)} cannot be asked: {first_line(error)}") from None

    def _refuse_other_rates(self, module: nn.Module, name: str) -> None:
        for key in ("fs", "sample_rate"):
            rate = getattr(module, key, None)
            if isinstance(rate, int | float | np.number | torch.Tensor) and float(rate) != self.fs:
                raise BadValue(
                    name, f"made for {key} = {float(rate):g} Hz, but the model is compiled for {self.fs:g} Hz"
                )

    def _note(self, note: str) -> None:
        text = f"{'/'.join(self._above)}: {note}"
        if text not in self.notes:
            self.notes.append(text)


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


def _off(worst: float) -> str:
    if not np.isfinite(worst):
        return ": not finite, or other channels"
    return f": off by {worst:.0e}" if worst < 0.01 else ""
