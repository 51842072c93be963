"""A model that is malformed is refused with one line that names the path, and nothing is published."""

import math
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest

from compiler.errors import BadValue
from compiler.hot_reload import HotReload

Config = dict[str, Any]

RATE = 48000
NFFT = 64


def gain(**settings: Any) -> Any:
    from flamo.processor import dsp

    return dsp.Gain(**{"size": (2, 2), "nfft": NFFT, "device": "cpu", **settings})


def lines(*seconds: float) -> Any:
    from flamo.processor import dsp

    made = dsp.parallelDelay(size=(2,), max_len=10, nfft=NFFT, isint=True, unit=1, fs=RATE, device="cpu")
    return with_values(made, *seconds)


def lowpass(fs: int) -> Any:
    from flamo.processor import dsp

    return dsp.parallelBiquad(size=(2,), n_sections=1, filter_type="lowpass", nfft=NFFT, fs=fs, device="cpu")


def transform(function: Callable[[Any], Any]) -> Any:
    from flamo.processor import dsp

    return dsp.Transform(function, device="cpu")


def fft() -> Any:
    from flamo.processor import dsp

    return dsp.FFT(NFFT)


def shell(core: Any, input_layer: Any = None) -> Any:
    from flamo.processor import dsp, system

    return system.Shell(
        core=core,
        input_layer=fft() if input_layer is None else input_layer,
        output_layer=dsp.iFFT(NFFT),
    )


def around(module: Any) -> Any:
    """A Shell with `module`, named odd, between two gains."""
    from flamo.processor import system

    module.device = gain().device  # FLAMO's Series compares them
    return shell(system.Series(OrderedDict(before=gain(), odd=module, after=gain())))


def in_loop(forward: Any, back: Any) -> Any:
    from flamo.processor import system

    return shell(system.Series(OrderedDict(loop=system.Recursion(fF=forward, fB=back))))


def with_values(module: Any, *values: float) -> Any:
    import torch

    module.assign_value(torch.tensor(values).reshape(module.param.shape))
    return module


def with_forward(module: Any, forward: Callable[[Any], Any]) -> Any:
    module.forward = forward
    return module


def tanh() -> Any:
    from torch import nn

    return nn.Tanh()


def wires() -> Any:
    from torch import nn

    return nn.Sequential(nn.Identity())


def raising(parameters: Any) -> Any:
    raise ValueError("no such map\nfor you")


NO_DELAY = (
    "hall/loop: no delay in the cycle hall/loop/feedforward → hall/loop/feedback,"
    " channels 0 → 0: every channel needs one sample or more"
)

MODELS: dict[str, tuple[Callable[[], Any], str]] = {
    "no module": (lambda: [1.0], "hall: a model is a torch module, not list"),
    "complex map": (
        lambda: around(gain(map=lambda x: 1j * x)),
        "hall/odd: gains are complex: must be real",
    ),
    "map to NaN": (
        lambda: around(gain(map=lambda x: x / 0.0 * 0.0)),
        "hall/odd: gains[0, 0] is nan: must be finite",
    ),
    "map that raises": (
        lambda: around(gain(map=raising)),
        "hall/odd: Gain cannot be asked: no such map",
    ),
    "NaN": (
        lambda: around(with_values(gain(), 1.0, math.nan, 0.0, 1.0)),
        "hall/odd: gains[0, 1] is nan: must be finite",
    ),
    "infinity": (
        lambda: around(with_values(gain(), 1.0, 0.0, 0.0, math.inf)),
        "hall/odd: gains[1, 1] is infinite: must be finite",
    ),
    "negative delay": (
        lambda: around(lines(-48 / RATE, 5 / RATE)),
        "hall/odd: a delay of -48 samples: must be 0 or more",
    ),
    "nonlinear transform": (
        lambda: around(transform(lambda x: x * abs(x))),
        "hall/odd: Transform is not linear and time-invariant",
    ),
    "offset": (
        lambda: around(transform(lambda x: x + 1.0)),
        "hall/odd: Transform is not linear and time-invariant",
    ),
    "nonlinear input layer": (
        lambda: shell(gain(), transform(abs)),
        "hall/input: Transform is not linear and time-invariant;"
        " set_inputLayer(FFT) and set_outputLayer(iFFT) leave it out",
    ),
    "FFT within the model": (
        lambda: around(fft()),
        "hall/odd: FFT within the model: only around the core of a Shell",
    ),
    "overridden and nonlinear": (
        lambda: around(with_forward(gain(), abs)),
        "hall/odd: what FLAMO makes of this Gain is not what its coefficients say; "
        "Gain is not linear and time-invariant",
    ),
    "module of torch": (lambda: around(tanh()), "hall/odd: Tanh is not linear and time-invariant"),
    "module of another rate": (
        lambda: around(lowpass(44100)),
        "hall/odd: made for fs = 44100 Hz, but the model is compiled for 48000 Hz",
    ),
    "loop of gains": (lambda: in_loop(gain(), gain()), NO_DELAY),
    "loop with a delay of nothing": (lambda: in_loop(lines(0.0, 5 / RATE), gain()), NO_DELAY),
    "wire of unknown width": (
        wires,
        "hall/0: Identity: how many channels it has cannot be told",
    ),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_malformed_model_is_one_line_and_nothing_published(case, tmp_path):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    live = HotReload(tmp_path / "live.dsp", fs=RATE, name="hall")
    update = live.update(MODELS[case][0]())
    assert (update.state, update.reason) == ("refused", MODELS[case][1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(0, "0"), (-1.0, "-1.0"), (math.nan, "nan"), (True, "True"), ("48 kHz", "'48 kHz'"), (None, "None")],
)
def test_a_rate_that_is_none_is_one_line(rate, shown):
    pytest.importorskip("flamo")
    from compiler.frontend.read import flamo_to_json

    with pytest.raises(
        BadValue, match=f"^hall: sample rate {re.escape(shown)}: must be a number of Hz from 1000 to 1000000$"
    ):
        flamo_to_json(gain(), rate, "hall")
