"""What the test models are made of: FLAMO modules in PRECISION, in one line each.

FLAMO takes 6 s to import, so it is imported by the first module that is made.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

Built: TypeAlias = tuple[Any, float]

RATE = 48000
NFFT = 1024
PRECISION = "float64"
MODELS: dict[str, Callable[[], Built]] = {}
FRACTIONAL: set[str] = set()
LOSSLESS: set[str] = set()


def model(make: Callable[[], Built]) -> Callable[[], Built]:
    """Puts a function in the catalogue under its own name."""
    MODELS[make.__name__] = make
    return make


def fractional(make: Callable[[], Built]) -> Callable[[], Built]:
    """The same, for delays that are no whole number of samples."""
    FRACTIONAL.add(make.__name__)
    return model(make)


def lossless(make: Callable[[], Built]) -> Callable[[], Built]:
    """The same, for loops that never decay."""
    LOSSLESS.add(make.__name__)
    return model(make)


def precision() -> Any:
    import torch

    return getattr(torch, PRECISION)


def common() -> dict[str, Any]:
    return {"nfft": NFFT, "device": "cpu", "dtype": precision()}


def dsp(kind: str, values: Any = None, **arguments: Any) -> Any:
    """A module of `flamo.processor.dsp`; `values` are what it should be (raw: before its map)."""
    import torch
    from flamo.processor import dsp as flamo_dsp

    module = getattr(flamo_dsp, kind)(**{**common(), **arguments})
    if values is not None:
        module.assign_value(torch.as_tensor(values, dtype=torch.float64))
    return module


def absorption(kind: str, **arguments: Any) -> Any:
    """A filter of `flamo.auxiliary.reverb`."""
    from flamo.auxiliary import reverb

    return getattr(reverb, kind)(**{**common(), **arguments})


def gain(values: Sequence[Sequence[float]]) -> Any:
    return dsp("Gain", values, size=(len(values), len(values[0])))


def gains(values: Sequence[float]) -> Any:
    return dsp("parallelGain", values, size=(len(values),))


def delays(samples: Sequence[float], rate: int = RATE, unit: int = 100, isint: bool = True) -> Any:
    """Parallel delays; by default with FLAMO's default unit of 100."""
    import torch

    module = dsp("parallelDelay", size=(len(samples),), max_len=4000, unit=unit, isint=isint, fs=rate)
    module.assign_value(module.sample2s(torch.tensor(samples, dtype=torch.float64)))
    return module


def orthogonal(lines: int) -> Any:
    return dsp("Matrix", size=(lines, lines), matrix_type="orthogonal")


def series(**modules: Any) -> Any:
    from flamo.processor.system import Series

    return Series(OrderedDict(modules))


def parallel(one: Any, other: Any, is_sum: bool = True) -> Any:
    from flamo.processor.system import Parallel

    return Parallel(one, other, sum_output=is_sum)


def loop(forward: Any, back: Any) -> Any:
    from flamo.processor.system import Recursion

    return Recursion(fF=forward, fB=back)


def shell(core: Any) -> Any:
    from flamo.processor.dsp import FFT, iFFT
    from flamo.processor.system import Shell

    return Shell(core, FFT(NFFT, dtype=precision()), iFFT(NFFT, dtype=precision()))


def ring(outputs: int, inputs: int) -> list[list[float]]:
    """Gains that differ from each other and are no form of matrix."""
    return [[0.9 - 0.13 * ((3 * o + 5 * i + o * i) % 11) for i in range(inputs)] for o in range(outputs)]


# b0 b1 b2 a0 a1 a2: a resonance, and a gentle slope whose a0 is not 1.
SECTIONS = ((0.2, 0.1, -0.05, 1.0, -1.2, 0.6), (1.0, 0.3, 0.0, 2.0, 0.8, 0.1))
SAMPLES = (101, 149, 211, 263, 307, 353, 401, 449)


def network(
    lines: int = 4,
    matrix: Any = None,
    after: Any = None,
    loop_gain: float = 0.8,
    inputs: int = 1,
    outputs: int = 1,
    rate: int = RATE,
) -> Any:
    """Core of a feedback delay network: gains, a loop of delays and `after` through `matrix`, gains."""
    forward = {"delays": delays(SAMPLES[:lines], rate), "absorption": after or gains([loop_gain] * lines)}
    return series(
        input_gain=gain(ring(lines, inputs)),
        feedback_loop=loop(series(**forward), matrix or orthogonal(lines)),
        output_gain=gain(ring(outputs, lines)),
    )


def scattering(lines: int, stages: int, gain_per_sample: float = 0.9995) -> Any:
    import torch

    some = torch.arange(lines, dtype=torch.float64)
    arguments = {"sparsity": 2, "gain_per_sample": gain_per_sample, "m_L": some, "m_R": 2 * some}
    return dsp("ScatteringMatrix", size=(stages, lines, lines), **arguments)


def velvet(lines: int, stages: int) -> Any:
    import torch

    some = torch.arange(lines, dtype=torch.float64)
    return dsp("VelvetNoiseMatrix", size=(stages, lines, lines), density=0.3, m_L=some, m_R=some)


def equaliser_values(bands: int, channels: tuple[int, ...]) -> Any:
    """Raw frequencies, resonances above 0, and gains in dB within ± 6."""
    import torch

    raw = torch.rand((bands, 3, *channels), dtype=torch.float64)
    raw[:, 1] = 0.5 + 0.4 * raw[:, 1]
    raw[:, 2] = 12 * raw[:, 2] - 6
    return raw


def with_times(module: Any, low: float = 0.1, high: float = 0.4) -> Any:
    """Sets reverberation times between `low` and `high` seconds."""
    import torch

    module.assign_value(torch.linspace(high, low, module.param.numel(), dtype=torch.float64))
    return module


def line_lengths(lines: int) -> Any:
    import torch

    return torch.tensor(SAMPLES[:lines], dtype=torch.float64)


def apart(network: Any) -> Any:
    """`network` in a container of its own, so that its names can be used again beside it."""
    return parallel(network, dsp("Gain", [[0.0] * network.input_channels] * network.output_channels,
                                 size=(network.output_channels, network.input_channels)))  # fmt: skip
