"""What the front end refuses: each with its kind of error, the path of the module, and the reason."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest

from compiler.errors import ArityError, BadValue, CompilerError, UnsupportedModule
from tests.compiler import models
from tests.compiler.parts import (
    NFFT,
    absorption,
    common,
    delays,
    dsp,
    gain,
    gains,
    loop,
    network,
    parallel,
    precision,
    series,
    shell,
)

CASES: dict[str, tuple[Callable[[], Any], type[CompilerError], str, str]] = {}


def refused(error: type[CompilerError], path: str, words: str) -> Callable[[Callable[[], Any]], None]:
    """Puts a function that makes a model in the table of cases."""

    def put(make: Callable[[], Any]) -> None:
        CASES[make.__name__] = (make, error, path, words)

    return put


def transform(function: Callable[[Any], Any]) -> Any:
    from flamo.processor.dsp import Transform

    return Transform(function, device="cpu", dtype=precision())


def fft(kind: str, **arguments: Any) -> Any:
    from flamo.processor import dsp as flamo_dsp

    return getattr(flamo_dsp, kind)(NFFT, dtype=precision(), **arguments)


def around(core: Any, before: Any, after: Any) -> Any:
    """A Shell whose layers FLAMO does not check."""
    whole = shell(core)
    whole.set_inputLayer(before)
    whole.set_outputLayer(after)
    return whole


def in_a_sequence(**modules: Any) -> Any:
    """A plain Sequential, which leaves containers within it as they are."""
    import torch

    return torch.nn.Sequential(OrderedDict(modules))


def in_the_loop(back: Any) -> Any:
    return shell(series(input=gain([[1.0], [0.5]]), loop=loop(delays([100, 141]), back)))


@refused(BadValue, "reverb/loop/feedback", "gains are complex: must be real")
def a_complex_map() -> Any:
    return in_the_loop(dsp("Gain", [[0.1] * 2] * 2, size=(2, 2), map=lambda x: x * (1 + 0.5j)))


@refused(BadValue, "reverb/loop/feedback", "gains[0, 1] is nan: must be finite")
def a_map_that_gives_nan() -> Any:
    import torch

    return in_the_loop(dsp("Gain", [[0.1, -0.1]] * 2, size=(2, 2), map=torch.log))


@refused(BadValue, "reverb/loop/feedback", "gains[0, 0] is infinite: must be finite")
def a_map_that_gives_infinity() -> Any:
    return in_the_loop(dsp("Gain", [[0.0, 1.0]] * 2, size=(2, 2), map=lambda x: 1.0 / x))


@refused(BadValue, "reverb/loop/feedback", "gains[1] is nan")
def parameters_that_diverged() -> Any:
    return in_the_loop(gains([0.5, float("nan")]))


@refused(BadValue, "reverb", "vector[0, 0] is nan")
def a_householder_vector_of_zeros() -> Any:
    return shell(dsp("HouseholderMatrix", [[0.0]] * 3, size=(3, 3)))


@refused(BadValue, "reverb/loop/feedforward", "a delay of -48 samples: must be 0 or more")
def a_delay_that_trained_below_zero() -> Any:
    lines = dsp("parallelDelay", [-0.1, 0.5], size=(2,), isint=True)
    return shell(series(loop=loop(lines, gains([0.5, 0.5]))))


@refused(BadValue, "reverb/loop/feedforward", "made for fs = 44100 Hz, but the model is compiled")
def a_delay_made_for_another_rate() -> Any:
    return shell(series(loop=loop(delays([100], rate=44100), gains([0.5]))))


@refused(BadValue, "reverb/branchB/tone", "made for fs = 96000 Hz")
def a_filter_made_for_another_rate() -> Any:
    return shell(parallel(gain([[1.0]]), series(tone=dsp("parallelSVF", size=(1,), fs=96000))))


@refused(BadValue, "reverb", "made for sample_rate = 44100 Hz")
def velvet_made_for_another_rate() -> Any:
    from flamo.auxiliary.velvet import VelvetNoiseFilter

    return shell(VelvetNoiseFilter(size=(400, 1, 1), sample_rate=44100, nfft=NFFT, device="cpu").double())


@refused(BadValue, "reverb", "a section with a0 = 0")
def an_equaliser_with_a_band_of_zero() -> Any:
    return shell(dsp("GEQ", [[[0.0]]] * 12, size=(1, 1)))


@refused(BadValue, "reverb", "not finite")
def an_absorption_of_no_time() -> Any:
    import torch

    module = absorption("parallelFDNGEQ", delays=torch.tensor([100.0]))
    module.assign_value(torch.full_like(module.param, float("nan")))
    return shell(module)


@refused(UnsupportedModule, "reverb/square", "Transform is not linear and time-invariant")
def a_transform_that_squares() -> Any:
    return shell(series(first=gains([1.0]), square=transform(lambda x: x**2)))


@refused(UnsupportedModule, "reverb/part", "Transform is not linear and time-invariant")
def a_transform_that_takes_the_real_part() -> Any:
    return shell(series(first=gains([1.0, 1.0]), part=transform(lambda x: x.real.to(x.dtype))))


@refused(UnsupportedModule, "reverb/flip", "Transform is not linear and time-invariant")
def a_transform_that_mixes_frequencies() -> Any:
    return shell(series(first=gains([1.0]), flip=transform(lambda x: x.flip(1))))


@refused(UnsupportedModule, "reverb/offset", "Transform is not linear and time-invariant")
def a_transform_that_adds() -> Any:
    return shell(series(first=gains([1.0]), offset=transform(lambda x: x + 1.0)))


@refused(UnsupportedModule, "reverb/noise", "Transform is not linear and time-invariant")
def a_transform_that_is_random() -> Any:
    import torch

    return shell(series(first=gains([1.0]), noise=transform(lambda x: x * torch.rand(1))))


@refused(UnsupportedModule, "reverb/turn", "Transform has a complex gain")
def a_transform_that_turns_all_phases() -> Any:
    return shell(series(first=gains([1.0]), turn=transform(lambda x: 1j * x)))


@refused(UnsupportedModule, "reverb/ring", "Transform rings longer than")
def a_transform_that_rings() -> Any:
    import torch

    def resonate(x: Any) -> Any:
        z = torch.exp(2j * torch.pi * torch.arange(x.shape[1], dtype=torch.float64) / NFFT).view(1, -1, 1)
        return x / (1 - 0.999 / z)

    return shell(series(first=gains([1.0]), ring=transform(resonate)))


@refused(UnsupportedModule, "reverb/shape", "Transform gives shape")
def a_transform_that_changes_shape() -> Any:
    return shell(series(first=gains([1.0]), shape=transform(lambda x: x.unsqueeze(-1))))


@refused(UnsupportedModule, "reverb/broken", "Transform cannot be asked: no")
def a_transform_that_raises() -> Any:
    def fail(x: Any) -> Any:
        raise ValueError("no")

    return shell(series(first=gains([1.0]), broken=transform(fail)))


@refused(UnsupportedModule, "reverb/tanh", "Tanh is not linear and time-invariant")
def a_module_of_torch_that_is_not_linear() -> Any:
    import torch

    return torch.nn.Sequential(OrderedDict(first=gains([1.0, 1.0]), tanh=torch.nn.Tanh()))


@refused(UnsupportedModule, "reverb/output", "set_outputLayer(iFFT) leave it out")
def magnitudes_for_a_loss() -> Any:
    """What FLAMO's examples train with: not dropped unseen."""
    return around(network(3), fft("FFT"), transform(abs))


@refused(UnsupportedModule, "reverb/output_1", "Transform is not linear and time-invariant")
def signals_that_are_squared_at_the_end() -> Any:
    import torch

    return around(network(3), fft("FFT"), torch.nn.Sequential(fft("iFFT"), transform(lambda x: x**2)))


@refused(UnsupportedModule, "reverb/input_0", "Transform is not linear and time-invariant")
def signals_that_are_faded_in() -> Any:
    import torch

    def fade(x: Any) -> Any:
        return x * torch.linspace(0, 1, x.shape[1], dtype=torch.float64).view(1, -1, 1)

    return around(network(3), torch.nn.Sequential(transform(fade), fft("FFT")), fft("iFFT"))


@refused(UnsupportedModule, "reverb/output_1", "gives shape")
def signals_that_are_thinned_out() -> Any:
    import torch

    return around(network(3), fft("FFT"), torch.nn.Sequential(fft("iFFT"), transform(lambda x: x[:, ::2])))


@refused(UnsupportedModule, "reverb", "transforms FFT, FFT, iFFT: can be an FFT and then an iFFT")
def two_transforms_in_a_row() -> Any:
    import torch

    return around(network(3), torch.nn.Sequential(fft("FFT"), fft("FFT")), fft("iFFT"))


@refused(UnsupportedModule, "reverb", "transforms iFFT, FFT")
def transforms_the_wrong_way_round() -> Any:
    return around(network(3), fft("iFFT"), fft("FFT"))


@refused(UnsupportedModule, "reverb", "FFT and iFFT of different norm")
def transforms_of_different_norm() -> Any:
    return around(network(3), fft("FFT", norm="ortho"), fft("iFFT"))


@refused(UnsupportedModule, "reverb", "Padded is a transform of its own")
def a_transform_of_its_own() -> Any:
    from flamo.processor.dsp import FFT

    class Padded(FFT):
        pass

    return around(network(3), Padded(NFFT, dtype=precision()), fft("iFFT"))


@refused(UnsupportedModule, "reverb/wet/inner", "iFFT within the model: only around the core of a Shell")
def a_transform_within_the_core() -> Any:
    import torch

    inside = torch.nn.Sequential(OrderedDict(inner=fft("iFFT"), gain=gains([1.0])))
    return torch.nn.Sequential(OrderedDict(first=gains([1.0]), wet=inside))


@refused(UnsupportedModule, "reverb/loop/feedback", "Saturated does not do what Gain does")
def a_gain_that_saturates() -> Any:
    import torch
    from flamo.processor.dsp import Gain

    class Saturated(Gain):
        def forward(self, x: torch.Tensor, ext_param: object = None) -> torch.Tensor:
            return torch.tanh(super().forward(x, ext_param).abs()).to(x.dtype)

    return in_the_loop(Saturated(size=(2, 2), **common()))


@refused(UnsupportedModule, "reverb", "Louder does not do what parallelSOSFilter does; ")
def a_filter_that_is_not_its_coefficients() -> Any:
    import torch
    from flamo.processor.dsp import parallelSOSFilter

    class Louder(parallelSOSFilter):
        def forward(self, x: torch.Tensor, ext_param: object = None) -> torch.Tensor:
            return 2 * super().forward(x, ext_param)

    module = Louder(size=(1,), **common())
    module.assign_value(torch.tensor([[[1.0], [0.0], [0.0], [1.0], [-0.999], [0.0]]]))
    return shell(module)


@refused(UnsupportedModule, "reverb/branchB", "Residual does not do what a Series does")
def a_series_with_another_forward() -> Any:
    from flamo.processor.system import Series

    class Residual(Series):
        def forward(self, input: Any, ext_param: object = None) -> Any:
            return input + super().forward(input, ext_param)

    return shell(parallel(gains([1.0]), Residual(OrderedDict(gain=gains([0.5])))))


@refused(UnsupportedModule, "reverb", "Saturated has a forward or hooks of its own")
def a_shell_with_another_forward() -> Any:
    import torch
    from flamo.processor.system import Shell

    class Saturated(Shell):
        def forward(self, x: torch.Tensor, ext_param: object = None) -> torch.Tensor:
            return torch.tanh(super().forward(x, ext_param))

    return Saturated(network(3), fft("FFT"), fft("iFFT"))


@refused(UnsupportedModule, "reverb", "Sequential has a forward or hooks of its own")
def a_sequence_with_a_hook() -> Any:
    import torch

    whole = torch.nn.Sequential(fft("FFT"), gains([1.0]), fft("iFFT"))
    whole.register_forward_pre_hook(lambda module, given: (torch.tanh(given[0]),))
    return whole


@refused(UnsupportedModule, "reverb/loop", "Recursion does not do what a Recursion does")
def a_loop_with_a_hook() -> Any:
    ring = loop(delays([10]), gains([0.5]))
    ring.register_forward_hook(lambda module, given, out: out + given[0])
    return shell(series(loop=ring))


@refused(UnsupportedModule, "reverb", "Identity: how many channels it has cannot be told")
def a_wire_of_unknown_width() -> Any:
    import torch

    return torch.nn.Identity()


@refused(UnsupportedModule, "reverb", "an empty series")
def a_series_of_nothing() -> Any:
    import torch

    return torch.nn.Sequential()


@refused(UnsupportedModule, "reverb", "nothing to compile")
def only_transforms() -> Any:
    import torch

    return torch.nn.Sequential(fft("FFT"), fft("iFFT"))


@refused(ArityError, "reverb/two", "takes 2 channels, but one before it gives 3")
def channels_that_do_not_fit() -> Any:
    return in_a_sequence(one=gains([1.0] * 3), two=gains([1.0] * 2))


@refused(UnsupportedModule, "reverb", "GRU")
def a_recurrent_network() -> Any:
    import torch

    return torch.nn.GRU(4, 4)


@refused(UnsupportedModule, "reverb", "Matrix cannot be asked")
def a_rotation_of_the_wrong_size() -> Any:
    """FLAMO makes it, and cannot run it: one Kronecker product of two rotations is 4 by 4."""
    return shell(dsp("Matrix", size=(8, 8), matrix_type="rotation", iter=1))


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_path_and_reason(case: str) -> None:
    from compiler.frontend.read import read_model

    make, error, path, words = CASES[case]
    with pytest.raises(CompilerError) as caught:
        read_model(make(), 48000, "reverb")
    assert type(caught.value) is error, caught.value
    assert caught.value.path == path
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "rate", [0, -48000, float("nan"), float("inf"), 48.0, 1e300, "48 kHz", True, None, 48000 + 1j]
)
def test_a_rate_that_is_none_is_refused(rate: Any) -> None:
    from compiler.frontend.read import read_model

    with pytest.raises(BadValue, match="reverb: sample rate"):
        read_model(gains([1.0]), rate, "reverb")


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", 5, None])
def test_a_name_that_is_none_is_refused(name: Any) -> None:
    from compiler.frontend.read import read_model

    with pytest.raises(BadValue, match="name is"):
        read_model(gains([1.0]), 48000, name)


@pytest.mark.parametrize("model", [None, "reverb.json", {"root": {}}, 5])
def test_what_is_no_module_is_refused(model: Any) -> None:
    from compiler.frontend.read import read_model

    with pytest.raises(UnsupportedModule, match="a model is a torch module"):
        read_model(model, 48000)


def test_nothing_of_the_catalogue_is_refused() -> None:
    """The other side of the table above: a sample of what must pass, in the float32 of FLAMO's defaults."""
    from compiler.frontend.read import read_model

    for name in ("early_and_late", "fdn_with_absorption_shelving", "branches_of_branches"):
        model, rate = models.build(name)
        read_model(model.float(), rate)
