"""The table of FLAMO's classes: how each is read, and what it takes to make it again.

A module is looked up by its class and that class's bases, so that subclasses are read as what they are made
from. README's table of supported modules is printed from here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flamo.auxiliary import reverb
from flamo.auxiliary.velvet import VelvetNoiseFilter
from flamo.functional import AllpassFDNMatrix
from flamo.processor import dsp
from torch import nn

from compiler.frontend import leaves
from compiler.frontend.leaves import Reader

Arguments = Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """One class: its reader, the `arguments` of its constructor, the `tensors` beside them that make it."""

    kind: type[nn.Module]
    node: str
    read: Reader
    arguments: Arguments
    tensors: tuple[str, ...] = ("param",)
    maps: tuple[str, ...] = ("map",)
    note: str = ""


def _kept(*names: str, **special: Callable[[Any], Any]) -> Arguments:
    """Constructor arguments that are attributes of the same name, and those that are worked out."""

    def arguments(module: Any) -> dict[str, Any]:
        found = {name: getattr(module, name) for name in names}
        return {**found, **{name: work_out(module) for name, work_out in special.items()}}

    return arguments


def _last(count: int) -> Callable[[Any], tuple[int, ...]]:
    """`size` is the last dimensions of the parameters."""
    return lambda module: tuple(module.param.shape)[-count:]


def _one_by_one(module: Any) -> tuple[int, int]:
    return module.input_channels, module.input_channels


def _first_centre(module: Any) -> float:
    return float(module.center_freq[0]) / 2.0 ** (1.0 / module.octave_interval)


def _last_centre(module: Any) -> float:
    return float(module.center_freq[-1]) * (1.0 - 1e-3)  # FLAMO adds bands until one reaches this


_DELAYS = ("max_len", "isint", "unit", "fs")
_BANDS = {"start_freq": _first_centre, "end_freq": _last_centre}
_CENTRES = ("param", "center_freq", "shelving_crossover")
_PEQ = ("n_bands", "f_min", "f_max", "design", "fs")
_PEQ_TENSORS = ("param", "center_freq_bias")
_SHIFTS = ("param", "map_filter.shifts")

_MATRIX, _CHANNELS = "[outputs, inputs]", "[channels]"

ENTRIES = (
    Entry(dsp.Gain, f"gain {_MATRIX}", leaves.gain, _kept(size=_last(2))),
    Entry(dsp.parallelGain, f"gain {_CHANNELS}", leaves.gain, _kept(size=_last(1))),
    Entry(
        dsp.Matrix,
        f"gain {_MATRIX}",
        leaves.gain,
        _kept("matrix_type", "iter", size=_last(2)),
        note="random, orthogonal, hadamard, rotation",
    ),
    Entry(dsp.HouseholderMatrix, f"gain {_MATRIX}", leaves.householder, _kept(size=_one_by_one)),
    Entry(
        AllpassFDNMatrix,
        f"gain {_MATRIX}",
        leaves.allpass_matrix,
        _kept("N", "q_type"),
        tensors=("q_param", "g_param"),
        maps=(),
    ),
    Entry(
        dsp.Delay,
        f"delay {_MATRIX}",
        leaves.delay,
        _kept(*_DELAYS, size=_last(2)),
        note="any `unit`, integer or not, trained or not",
    ),
    Entry(
        dsp.parallelDelay,
        f"delay {_CHANNELS}",
        leaves.delay,
        _kept(*_DELAYS, size=_last(1)),
        note="any `unit`, integer or not, trained or not",
    ),
    Entry(
        dsp.GainDelay,
        f"delay {_MATRIX} with gains",
        leaves.gain_delay,
        _kept(*_DELAYS, size=_last(2)),
        maps=("map_gain", "map_delay"),
    ),
    Entry(
        dsp.parallelGainDelay,
        f"delay {_CHANNELS} with gains",
        leaves.gain_delay,
        _kept(*_DELAYS, size=_last(1)),
        maps=("map_gain", "map_delay"),
    ),
    Entry(dsp.Filter, f"fir {_MATRIX}", leaves.fir, _kept(size=_last(3))),
    Entry(dsp.parallelFilter, f"fir {_CHANNELS}", leaves.fir, _kept(size=_last(2))),
    Entry(
        VelvetNoiseFilter,
        f"fir {_MATRIX}",
        leaves.fir,
        _kept("density", "delta", "sample_rate", size=_last(3)),
        note="FLAMO draws it anew at each call: one draw is frozen, and said so",
    ),
    Entry(
        dsp.ScatteringMatrix,
        "series of gain and delay",
        leaves.scattering,
        _kept("sparsity", "gain_per_sample", "pulse_size", "m_L", "m_R", size=_last(3)),
        tensors=_SHIFTS,
    ),
    Entry(
        dsp.VelvetNoiseMatrix,
        "series of gain and delay",
        leaves.scattering,
        _kept("gain_per_sample", "m_L", "m_R", size=_last(3), density=lambda module: 1.0 / module.sparsity),
        tensors=_SHIFTS,
    ),
    Entry(
        dsp.SOSFilter,
        f"sos {_MATRIX}",
        leaves.sections,
        _kept("n_sections", "fs", "normalize_a0", size=_last(2)),
    ),
    Entry(
        dsp.parallelSOSFilter,
        f"sos {_CHANNELS}",
        leaves.sections,
        _kept("n_sections", "fs", "normalize_a0", size=_last(1)),
    ),
    Entry(
        dsp.Biquad,
        f"sos {_MATRIX}",
        leaves.polynomials,
        _kept("n_sections", "filter_type", "fs", size=_last(2)),
        note="lowpass, highpass, bandpass",
    ),
    Entry(
        dsp.parallelBiquad,
        f"sos {_CHANNELS}",
        leaves.polynomials,
        _kept("n_sections", "filter_type", "fs", size=_last(1)),
        note="lowpass, highpass (FLAMO's own bandpass cannot be made)",
    ),
    Entry(
        dsp.SVF,
        f"sos {_MATRIX}",
        leaves.polynomials,
        _kept("n_sections", "filter_type", "fs", size=_last(2)),
        note="all seven types, and the free one",
    ),
    Entry(
        dsp.parallelSVF,
        f"sos {_CHANNELS}",
        leaves.polynomials,
        _kept("n_sections", "filter_type", "fs", size=_last(1)),
        note="all seven types, and the free one",
    ),
    Entry(
        dsp.GEQ, f"sos {_MATRIX}", leaves.polynomials, _kept("octave_interval", "fs", size=_last(2)), _CENTRES
    ),
    Entry(
        dsp.parallelGEQ,
        f"sos {_CHANNELS}",
        leaves.polynomials,
        _kept("octave_interval", "fs", size=_last(1)),
        _CENTRES,
    ),
    Entry(
        dsp.PEQ,
        f"sos {_MATRIX}",
        leaves.polynomials_by_section,
        _kept(*_PEQ, size=_last(2)),
        _PEQ_TENSORS,
        note="designs biquad and svf",
    ),
    Entry(
        dsp.parallelPEQ,
        f"sos {_CHANNELS}",
        leaves.polynomials_by_section,
        _kept(*_PEQ, size=_last(1)),
        _PEQ_TENSORS,
        note="designs biquad and svf",
    ),
    Entry(
        dsp.AccurateGEQ,
        f"sos {_MATRIX}",
        leaves.polynomials,
        _kept("octave_interval", "fs", size=_last(2), **_BANDS),
        _CENTRES,
    ),
    Entry(
        dsp.parallelAccurateGEQ,
        f"sos {_CHANNELS}",
        leaves.polynomials,
        _kept("octave_interval", "fs", size=_last(1), **_BANDS),
        _CENTRES,
    ),
    Entry(
        reverb.parallelFDNAccurateGEQ,
        f"sos {_CHANNELS}",
        leaves.polynomials,
        _kept("octave_interval", "fs", "delays", **_BANDS),
        _CENTRES,
    ),
    Entry(
        reverb.parallelGFDNAccurateGEQ,
        f"sos {_CHANNELS}",
        leaves.polynomials,
        _kept("octave_interval", "n_groups", "fs", "delays", **_BANDS),
        _CENTRES,
    ),
    Entry(
        reverb.parallelFDNGEQ,
        f"sos {_CHANNELS}",
        leaves.polynomials,
        _kept("octave_interval", "fs", "delays"),
        _CENTRES,
    ),
    Entry(
        reverb.parallelFDNPEQ,
        f"sos {_CHANNELS}",
        leaves.polynomials_by_section,
        _kept(*_PEQ, "delays", "is_twostage", "is_proportional"),
        _PEQ_TENSORS,
    ),
    Entry(
        reverb.parallelFirstOrderShelving,
        f"sos {_CHANNELS}",
        leaves.one_polynomial,
        _kept("fs", "rt_nyquist", "delays"),
        ("param", "rt_nyquist"),
    ),
)
"""Every leaf that has coefficients of its own."""

_BY_KIND = {entry.kind: entry for entry in ENTRIES}
BY_NAME = {entry.kind.__name__: entry for entry in ENTRIES}


def entry_of(module: nn.Module) -> Entry | None:
    """The entry of the module's class, or of the nearest of its bases that has one."""
    return next((_BY_KIND[kind] for kind in type(module).__mro__ if kind in _BY_KIND), None)


@dataclass(frozen=True)
class Supported:
    """A row of the README's table of supported modules."""

    name: str
    flamo_class: str
    node: str
    notes: str


def supported_modules() -> list[Supported]:
    """What can be compiled: containers first, then every leaf, then what is probed."""
    containers = [
        Supported("Series", "flamo.processor.system.Series", "series", "and torch.nn.Sequential"),
        Supported("Parallel", "flamo.processor.system.Parallel", "parallel", "summed or side by side"),
        Supported("Recursion", "flamo.processor.system.Recursion", "recursion", "square or not, nested"),
        Supported(
            "Shell",
            "flamo.processor.system.Shell",
            "the whole",
            "layers besides FFT and iFFT are compiled or refused",
        ),
    ]
    found = [
        Supported(
            entry.kind.__name__, f"{entry.kind.__module__}.{entry.kind.__qualname__}", entry.node, entry.note
        )
        for entry in ENTRIES
    ]
    rest = [
        Supported("Identity", "torch.nn.Identity", "gain", "a wire"),
        Supported(
            "Transform",
            "flamo.processor.dsp.Transform",
            "gain or fir",
            "where it is linear and time-invariant, by probe; else refused",
        ),
        Supported(
            "any other module",
            "torch.nn.Module",
            "gain or fir",
            "where it is linear and time-invariant, by probe; else refused",
        ),
    ]
    return containers + found + rest
