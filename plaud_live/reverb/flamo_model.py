"""A network as a FLAMO model in float64, and that as a configuration. FLAMO takes 6 s to import."""

import warnings
from collections import OrderedDict
from typing import Any

import numpy as np
import scipy.linalg
import torch
from flamo.processor import dsp, system

from compiler.frontend.read import flamo_to_json
from plaud_live.reverb.equaliser import Array
from plaud_live.reverb.networks import Network

NFFT = 1 << 12


def build(network: Network, nfft: int = NFFT) -> Any:
    """The FLAMO Shell of `network`, with nothing but modules of FLAMO."""
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        return _Builder(network, nfft).shell()


def config_of(network: Network) -> dict[str, Any]:
    """The configuration of `network`, read from its FLAMO model: what is made of it can be trained again."""
    return flamo_to_json(build(network), fs=network.sample_rate, name=network.name)


class _Builder:
    def __init__(self, network: Network, nfft: int) -> None:
        self.network = network
        self.common = {"nfft": nfft, "device": "cpu", "dtype": torch.float64}

    def shell(self) -> Any:
        network = self.network
        back = OrderedDict(absorption=self.cascade(network.absorption), mixing_matrix=self.mixing())
        for number, stage in enumerate(network.scatter, 1):
            back[f"scatter_{number}"] = self.lines(stage.delays)
            back[f"scatter_mixing_{number}"] = self.orthogonal(stage.mixing)
        feedback = system.Series(back)
        core = system.Series(
            OrderedDict(
                input=self.gain(network.diffusion.into),
                diffusion=self.lines(network.diffusion.delays),
                to_lines=self.gain(network.diffusion.out),
                feedback_loop=system.Recursion(fF=self.lines(network.delays), fB=feedback),
                output=self.gain(network.outputs),
                tone=self.cascade(network.tone),
            )
        )
        if network.early is not None and network.early_tone is not None:
            early = OrderedDict(
                early_input=self.gain(network.early.into),
                reflections=self.lines(network.early.delays),
                early_output=self.gain(network.early.out),
                early_tone=self.cascade(network.early_tone),
            )
            core = system.Parallel(system.Series(early), core, sum_output=True)
        layers = [layer(self.common["nfft"], dtype=torch.float64) for layer in (dsp.FFT, dsp.iFFT)]
        return system.Shell(core, *layers)

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
