"""A network as a FLAMO model in float64, and that as a configuration. FLAMO takes 6 s to import."""

import warnings
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.linalg
import torch
from flamo.optimize import loss as losses
from flamo.processor import dsp, system

from compiler.frontend.read import flamo_to_json
from plaud_live.reverb.equaliser import Array
from plaud_live.reverb.networks import Network, Scatter

NFFT = 1 << 12

__all__ = ["build", "config_of", "losses", "modules", "trained"]


def build(network: Network, nfft: int = NFFT, alias_decay_db: float = 0.0) -> Any:
    """The FLAMO Shell of `network`, with nothing but modules of FLAMO.

    It gives sound [batch, nfft, 2]. With an alias decay it is right for responses that are longer than nfft.
    """
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        return _Builder(network, nfft, alias_decay_db).shell()


def modules(shell: Any) -> dict[str, Any]:
    """The modules of a network's Shell by the names that `build` gave them."""
    return {name.rpartition(".")[2]: module for name, module in shell.named_modules() if name}


def trained(network: Network, shell: Any) -> Network:
    """`network` with the gains and matrices that its Shell has now; the early way may be missing there."""
    parts = modules(shell)

    def values(name: str) -> Array:
        module = parts[name]
        found = torch.real(module.map(module.param)).detach().double().numpy().copy()
        return np.eye(len(found)) - 2.0 * found @ found.T if found.shape == (network.lines, 1) else found

    def stages(name: str, before: tuple[Scatter, ...]) -> tuple[Scatter, ...]:
        names = (f"{name}_mixing_{number}" for number in range(1, len(before) + 1))
        return tuple(replace(stage, mixing=values(name)) for stage, name in zip(before, names, strict=True))

    network = replace(
        network,
        mixing=values("mixing_matrix"),
        diffusion=replace(network.diffusion, into=values("input"), out=values("to_lines")),
        outputs=values("output"),
        spread=stages("spread", network.spread),
        scatter=stages("scatter", network.scatter),
    )
    if network.early is None or "early_input" not in parts:
        return network
    early = replace(network.early, into=values("early_input"), out=values("early_output"))
    return replace(network, early=early)


def config_of(network: Network) -> dict[str, Any]:
    """The configuration of `network`, read from its FLAMO model: what is made of it can be trained again."""
    return flamo_to_json(build(network), fs=network.sample_rate, name=network.name)


class _Builder:
    def __init__(self, network: Network, nfft: int, alias_decay_db: float) -> None:
        self.network = network
        self.alias = {"alias_decay_db": alias_decay_db}
        self.common = {"nfft": nfft, "device": "cpu", "dtype": torch.float64, **self.alias}

    def shell(self) -> Any:
        network = self.network
        back = OrderedDict(absorption=self.cascade(network.absorption), mixing_matrix=self.mixing())
        back |= self.stages("scatter", network.scatter)
        late = OrderedDict(
            input=self.gain(network.diffusion.into),
            diffusion=self.lines(network.diffusion.delays),
            to_lines=self.gain(network.diffusion.out),
        )
        late |= self.stages("spread", network.spread)
        late["feedback_loop"] = system.Recursion(fF=self.lines(network.delays), fB=system.Series(back))
        late["output"] = self.gain(network.outputs)
        late["tone"] = self.cascade(network.tone)
        core = system.Series(late)
        if network.early is not None and network.early_tone is not None:
            early = OrderedDict(
                early_input=self.gain(network.early.into),
                reflections=self.lines(network.early.delays),
                early_output=self.gain(network.early.out),
                early_tone=self.cascade(network.early_tone),
            )
            core = system.Parallel(system.Series(early), core, sum_output=True)
        nfft = self.common["nfft"]
        if not self.alias["alias_decay_db"]:
            return system.Shell(core, dsp.FFT(nfft, dtype=torch.float64), dsp.iFFT(nfft, dtype=torch.float64))
        begin, end = (
            layer(nfft, **self.alias, device="cpu", dtype=torch.float64)
            for layer in (dsp.FFTAntiAlias, dsp.iFFTAntiAlias)
        )
        return system.Shell(core, begin, end)

    def stages(self, name: str, stages: tuple[Scatter, ...]) -> dict[str, Any]:
        found = {}
        for number, stage in enumerate(stages, 1):
            found[f"{name}_{number}"] = self.lines(stage.delays)
            found[f"{name}_mixing_{number}"] = self.orthogonal(stage.mixing)
        return found

    def gain(self, values: Array) -> Any:
        return _set(dsp.Gain(size=values.shape, **self.common), values)

    def lines(self, samples: Array) -> Any:
        rate = self.network.sample_rate
        longest = int(samples.max()) + 2
        module = dsp.parallelDelay(
            size=samples.shape, max_len=longest, isint=True, unit=1, fs=int(rate), **self.common
        )
        return _set(module, samples / rate)

    def cascade(self, sections: Array) -> Any:
        values = np.moveaxis(sections, 0, -1)
        count, _, channels = values.shape
        module = dsp.parallelSOSFilter(
            size=(channels,),
            n_sections=count,
            fs=int(self.network.sample_rate),
            normalize_a0=False,
            **self.common,
        )
        return _set(module, values)

    def mixing(self) -> Any:
        """FLAMO's own parameters of the matrix: a reflection's axis, or a rotation's logarithm."""
        values = self.network.mixing
        if self.network.matrix == "householder":
            axis = np.linalg.eigh(0.5 * (values + values.T))[1][:, :1]
            return _set(dsp.HouseholderMatrix(size=values.shape, **self.common), axis)
        if self.network.matrix == "hadamard":
            return dsp.Matrix(size=values.shape, matrix_type="hadamard", **self.common)
        return self.orthogonal(values)

    def orthogonal(self, values: Array) -> Any:
        """A rotation, whose logarithm is FLAMO's parameter."""
        module = dsp.Matrix(size=values.shape, matrix_type="orthogonal", **self.common)
        return _set(module, np.triu(np.real(scipy.linalg.logm(values)), 1))


def _set(module: Any, values: Array) -> Any:
    module.assign_value(torch.tensor(np.asarray(values), dtype=torch.float64))
    return module
