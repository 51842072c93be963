"""Makes a FLAMO model of a configuration again: the same classes, raw parameters and maps, ready to train.

A node without a source becomes a module that has the node's coefficients for parameters.
"""

import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from flamo.processor import dsp, system
from torch import nn

from compiler.errors import CompilerError, ConfigError
from compiler.frontend.double import FAILURES, default_float64, first_line
from compiler.frontend.probe import deviation
from compiler.frontend.solved import remember_designs
from compiler.frontend.sources import made, source_of_values
from compiler.ir.json import from_json
from compiler.ir.nodes import Model, Node, Parallel, Recursion, Series

_STALE = 1e-4
"""Difference beyond which source and coefficients contradict each other."""
_STALE_SOLVED = 0.03
"""The same for equalisers that FLAMO solves for: where threads add in another order, 0.004 was found."""


def json_to_flamo(
    config: Mapping[str, Any],
    nfft: int = 2**16,
    device: str = "cpu",
    dtype: torch.dtype = torch.float64,
) -> system.Shell:
    """The FLAMO Shell that `config` describes, trainable where it was, at `nfft` points.

    Raises ConfigError, with the node's path, for a source of which nothing can be made, and for one whose
    module would not have the node's coefficients (they were edited: delete the node's source to keep them).
    """
    model = from_json(config)
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        return _Builder(model, nfft, device, dtype).shell()


class _Builder:
    def __init__(self, model: Model, nfft: int, device: str, dtype: torch.dtype) -> None:
        self.model = model
        self.device = torch.empty(0, device=device).device
        self.nfft = nfft
        self.dtype = dtype
        known = model.source.arguments if model.source is not None else {}
        decay = known.get("alias_decay_db", 0.0)
        if isinstance(decay, bool) or not isinstance(decay, int | float):
            raise ConfigError(model.name, "source.arguments.alias_decay_db must be a number of dB")
        self.alias_decay_db = float(decay)
        self.layers = tuple(
            str(known.get(key, kind)) for key, kind in (("input_layer", "FFT"), ("output_layer", "iFFT"))
        )

    def shell(self) -> system.Shell:
        return system.Shell(self.module(self.model.root), *(self._layer(kind) for kind in self.layers))

    def module(self, node: Node) -> Any:
        """The module of `node`; errors begin with its name."""
        try:
            if node.source is None and isinstance(node, Series):
                return system.Series(self._parts(node))
            if isinstance(node, Parallel):
                return self._parallel(node)
            if isinstance(node, Recursion):
                forward, feedback = (self._within(node, child) for child in node.children)
                return system.Recursion(fF=forward, fB=feedback)
            return self._leaf(node)
        except (ValueError, AssertionError) as error:
            raise ConfigError(node.name, f"FLAMO refuses it: {error}") from None

    def _within(self, parent: Node, child: Node) -> Any:
        try:
            return self.module(child)
        except CompilerError as error:
            raise error.within(parent.name) from None

    def _parts(self, node: Series) -> OrderedDict[str, nn.Module]:
        """Modules by names of their own: FLAMO opens a series in a series, and takes no name twice."""
        parts: OrderedDict[str, nn.Module] = OrderedDict()
        for name, module in self._opened(node):
            key, count = name.replace(".", "_"), 1
            while key in parts:
                count += 1
                key = f"{name.replace('.', '_')}_{count}"
            parts[key] = module
        return parts

    def _opened(self, node: Series) -> Iterator[tuple[str, nn.Module]]:
        for child in node.children:
            if isinstance(child, Series) and child.source is None:
                try:
                    yield from self._opened(child)
                except CompilerError as error:
                    raise error.within(node.name) from None
            else:
                yield child.name, self._within(node, child)

    def _parallel(self, node: Parallel) -> Any:
        """FLAMO's Parallel has two branches: more are nested, one alone is beside nothing."""
        branches = [self._within(node, child) for child in node.children]
        total = branches[0]
        for branch in branches[1:]:
            total = system.Parallel(total, branch, sum_output=node.is_sum)
        return total

    def _leaf(self, node: Node) -> Any:
        if isinstance(node, Recursion | Parallel) or (isinstance(node, Series) and node.source is None):
            raise TypeError(f"{type(node).__name__} is no leaf")
        source = node.source
        if source is None:
            source = source_of_values(node, self.model.sample_rate)  # type: ignore[arg-type]
        elif self._differs(node):
            raise ConfigError(
                node.name,
                "its coefficients are not those of its source (under the default type of torch that is set: "
                f"{torch.get_default_dtype()}): delete source to keep them",
            )
        try:
            return made(source, self.nfft, self.alias_decay_db, self.device, self.dtype)
        except ConfigError as error:
            raise ConfigError(node.name, error.reason) from None

    def _differs(self, node: Node) -> bool:
        if node.source is None:
            return False
        try:
            module = made(node.source)
        except ConfigError as error:
            raise ConfigError(node.name, error.reason) from None
        remember_designs(module)
        limit = _STALE_SOLVED if isinstance(module, dsp.AccurateGEQ) else _STALE
        try:
            return _deviation(module, node) > limit
        except FAILURES as error:
            reason = f"{node.source.kind} of its source cannot be run: {first_line(error)}"
            raise ConfigError(node.name, reason) from None

    def _layer(self, kind: str) -> nn.Module:
        match kind:
            case "FFT" | "iFFT":
                return getattr(dsp, kind)(self.nfft, dtype=self.dtype)
            case "FFTAntiAlias" | "iFFTAntiAlias":
                return getattr(dsp, kind)(
                    self.nfft, alias_decay_db=self.alias_decay_db, device=self.device, dtype=self.dtype
                )
            case "Identity":
                return nn.Identity()
            case _:
                raise ConfigError(self.model.name, f"source has a layer {kind}: can be FFT, iFFT or Identity")


def _deviation(module: nn.Module, node: Node) -> float:
    try:
        return deviation(module, node)
    except RuntimeError:
        with default_float64():
            return deviation(module, node)
