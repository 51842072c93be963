"""FLAMO feedback delay networks, the same under every interpreter: what compilers are compared on."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import torch
from flamo.processor import dsp, system

SAMPLE_RATE = 48000
T60_SECONDS = 2.0
CHANNELS = 2
MATRICES = ("dense", "hadamard", "householder")


@dataclass(frozen=True)
class Network:
    """`lines` delay lines and a `matrix` of one of MATRICES; an absorption filter a line if `is_filtered`."""

    lines: int
    matrix: str
    is_filtered: bool = False

    @property
    def name(self) -> str:
        """A word for tables and file names."""
        return f"{self.matrix}_{self.lines}{'_filtered' if self.is_filtered else ''}"


def delays(lines: int) -> np.ndarray:
    """Whole samples, 10 to 80 ms, geometric with jitter, all different."""
    spread = np.geomspace(0.010, 0.080, lines) * SAMPLE_RATE
    jitter = np.random.default_rng(lines).uniform(0.97, 1.03, lines)
    return np.unique(np.round(spread * jitter) + np.arange(lines)).astype(float)


def build(network: Network) -> system.Shell:
    """Two inputs and two outputs; gains, or shelving filters, that give T60_SECONDS at low frequencies."""
    lines = network.lines
    common = {"nfft": 2**12, "device": "cpu", "dtype": torch.float64}
    random = np.random.default_rng(1000 + lines)
    samples = delays(lines)

    lengths = dsp.parallelDelay(
        (lines,), max_len=int(samples.max()) + 1, unit=1, isint=True, fs=SAMPLE_RATE, **common
    )
    lengths.assign_value(lengths.sample2s(torch.tensor(samples)))

    mixing: dsp.DSP
    if network.matrix == "householder":
        mixing = dsp.HouseholderMatrix((lines, lines), **common)
        mixing.assign_value(torch.tensor(random.normal(size=(lines, 1))))
    else:
        kind = {"dense": "orthogonal", "hadamard": "hadamard"}[network.matrix]
        mixing = dsp.Matrix((lines, lines), matrix_type=kind, **common)
        mixing.assign_value(torch.tensor(random.normal(size=(lines, lines))))

    gains = 10.0 ** (-3.0 * samples / (T60_SECONDS * SAMPLE_RATE))
    absorption: dsp.DSP
    if network.is_filtered:
        absorption = dsp.parallelSOSFilter((lines,), n_sections=1, fs=SAMPLE_RATE, **common)
        absorption.assign_value(torch.tensor(_shelves(gains, gains**2)[None]))
    else:
        absorption = dsp.parallelGain((lines,), **common)
        absorption.assign_value(torch.tensor(gains))

    fan_in = dsp.Gain((lines, CHANNELS), **common)
    fan_in.assign_value(torch.tensor(random.normal(size=(lines, CHANNELS))))
    fan_out = dsp.Gain((CHANNELS, lines), **common)
    fan_out.assign_value(torch.tensor(random.normal(size=(CHANNELS, lines)) / lines))

    loop = system.Recursion(fF=lengths, fB=system.Series(OrderedDict(mixing=mixing, absorption=absorption)))
    core = system.Series(OrderedDict(fan_in=fan_in, loop=loop, fan_out=fan_out))
    return system.Shell(
        core, dsp.FFT(common["nfft"], dtype=torch.float64), dsp.iFFT(common["nfft"], dtype=torch.float64)
    )


def _shelves(low: np.ndarray, high: np.ndarray, crossover_hz: float = 3000.0) -> np.ndarray:
    """[6, lines] second-order shelves of gain `low` below and `high` above, bilinear."""
    tangent = np.tan(np.pi * crossover_hz / SAMPLE_RATE)
    return np.concatenate([low * _quadratic(tangent, high / low), _quadratic(tangent, np.ones_like(low))])


def _quadratic(tangent: float, top: np.ndarray) -> np.ndarray:
    """[3, lines] of top s^2 + sqrt(2 top) s + 1 after the bilinear transform, `top` [lines]."""
    middle = np.sqrt(2.0 * top) * tangent
    return np.stack([top + middle + tangent**2, 2.0 * (tangent**2 - top), top - middle + tangent**2])
