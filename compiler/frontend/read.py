"""Reads a FLAMO model into the intermediate representation: modules by their class, checked by their sound.

Modules are read as subclasses of what they are made from, and what was read is compared with what the module
does to random spectra. Where that differs, the module is probed instead; what cannot be probed is refused.
"""

import warnings
from collections import OrderedDict
from typing import Any

import torch
from flamo.processor import dsp, system
from torch import nn

from compiler.errors import BadValue, CompilerError, UnsupportedModule
from compiler.frontend.double import FAILURES, double_copy, first_line
from compiler.frontend.layers import Stage, source_of_shell, stages
from compiler.frontend.leaf_reader import MOST_CHANNELS, LeafReader, by_how_much
from compiler.frontend.modules import base_of, declared_inputs, is_plain, kind_of, size_of_transform
from compiler.frontend.probe import TOLERANCE, deviation
from compiler.ir.json import Json, to_json
from compiler.ir.nodes import (
    Model,
    Node,
    Parallel,
    Recursion,
    Series,
    Source,
    checked_rate,
    identity,
)


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
    rate = checked_rate(name, fs)
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
        reader = _Reader(rate, size_of_transform(model))
        root, source = reader.whole(copied, name)
    return Model(name, rate, root, source, tuple(reader.notes)), copied


class _Reader(LeafReader):
    """Reads one model: its layers, containers and leaves."""

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
        modules = [stage.module for stage in chain]
        declares = isinstance(getattr(modules[0], "input_channels", None), int)
        wanted = declared_inputs(modules[1:])
        if declares or wanted is None or not chain[0].is_layer:
            return self._stage(chain[0], name, declared_inputs(modules))
        node = self._stage(chain[0], name, wanted)
        for count in range(1, MOST_CHANNELS + 1):
            if node.outputs == wanted:
                break
            try:
                node = self._stage(chain[0], name, count)
            except UnsupportedModule:
                continue
        return node

    def read(self, module: nn.Module, name: str, channels: int | None) -> Node:
        """The node of `module`. `channels` is what comes in, as far as known; errors begin with `name`."""
        self.above.append(name)
        try:
            self.refuse_other_rates(module, name)
            if isinstance(module, system.Shell):
                node = self._inner_shell(module, name, channels)
            elif isinstance(module, nn.Sequential | system.Recursion | system.Parallel):
                node = self._container(module, name, channels)
            else:
                node = self.leaf(module, name, channels)
        finally:
            self.above.pop()
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
                name, f"{kind_of(module)} does not do what a {base_of(module)} does{by_how_much(worst)}"
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
        self.above.append(stage.name)
        try:
            return self.probed(stage.module, stage.name, channels, is_in_time=True)
        except CompilerError as error:
            raise error.within(parent) from None
        finally:
            self.above.pop()

    def _inner_shell(self, module: system.Shell, name: str, channels: int | None) -> Node:
        if not is_plain(module):
            raise UnsupportedModule(name, f"{kind_of(module)} has a forward or hooks of its own")
        parts: OrderedDict[str, nn.Module] = OrderedDict(
            input=module.get_inputLayer(), core=module.get_core(), output=module.get_outputLayer()
        )
        return self._series(nn.Sequential(parts), name, channels)

    def _asked(self, module: nn.Module, node: Node, name: str) -> float:
        try:
            return deviation(module, node)
        except FAILURES as error:
            raise UnsupportedModule(name, f"{kind_of(module)} cannot be asked: {first_line(error)}") from None
