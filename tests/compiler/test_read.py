"""The front end against FLAMO itself: what was read has the response that FLAMO computes, in float64."""

import copy
import json
import subprocess
import sys

import numpy as np
import pytest

from compiler.errors import UnsupportedModule
from compiler.ir.json import from_json
from compiler.ir.nodes import Delay, Fir, Gain, Series, Sos, walk
from compiler.ir.response import response
from compiler.ir.validate import validate
from tests.compiler import models, parts
from tests.compiler.oracle import error_db, responses

# FLAMO adds 1e-12 to the magnitude of every section; its optimised equalisers start from float32.
TOLERANCE_DB = -150.0
DRAWN_ANEW = {"velvet_filter"}


@pytest.mark.parametrize("name", [name for name in models.MODELS if name not in DRAWN_ANEW])
def test_what_was_read_sounds_as_in_flamo(name: str) -> None:
    from compiler.frontend.read import read_model

    model, rate = models.build(name)
    read = read_model(model, rate, name)
    points, wanted = responses(model, decay_db=3.0 if name in models.LOSSLESS else 0.0)
    assert error_db(response(read.root, points), wanted) < TOLERANCE_DB
    assert read.root.name == name


@pytest.mark.parametrize(
    "name", ["fdn_orthogonal", "fdn_with_scattering", "fdn_with_absorption_geq", "velvet_filter"]
)
def test_the_configuration_is_valid_and_comes_back(name: str) -> None:
    from compiler.frontend.read import flamo_to_json, read_model

    model, rate = models.build(name)
    config = json.loads(json.dumps(flamo_to_json(model, rate, "reverb"), allow_nan=False))
    validate(config)
    points = np.exp(1j * np.linspace(0.1, 3.0, 20))
    np.testing.assert_array_equal(
        response(from_json(config).root, points), response(read_model(model, rate).root, points)
    )


def test_paths_are_flamos_names() -> None:
    from compiler.frontend.read import read_model

    model, rate = models.build("two_networks_in_parallel")
    paths = [path for path, _ in walk(read_model(model, rate, "hall").root)]
    assert "hall/branchA/feedback_loop/feedforward/delays" in paths
    assert "hall/branchB/feedback_loop/feedback" in paths


def test_two_networks_keep_their_own_matrices() -> None:
    from compiler.frontend.read import read_model

    model, rate = models.build("two_networks_in_series")
    mixing = [node.gains for path, node in walk(read_model(model, rate).root) if path.endswith("feedback")]
    assert len(mixing) == 2
    assert np.abs(mixing[0] - mixing[1]).max() > 0.1


def test_delays_are_in_samples_whatever_their_unit() -> None:
    from compiler.frontend.read import read_model

    for name in ("delay_parallel_default_unit", "delay_parallel_seconds"):
        root = read_model(*models.build(name)).root
        assert isinstance(root, Delay)
        assert root.samples.tolist() == ([1, 37, 500] if "unit" in name else [0, 3, 1441])


def test_a_trained_delay_goes_through_softplus() -> None:
    from compiler.frontend.read import read_model

    root = read_model(*models.build("delay_trained_fractional")).root
    assert isinstance(root, Delay)
    np.testing.assert_allclose(root.samples, np.log1p(np.exp([[0.31, -1.2]])) * 480, rtol=1e-14)


def test_reading_leaves_the_model_alone() -> None:
    """Parameters, buffers, types and the state of the random generator are as before."""
    import torch

    from compiler.frontend.read import read_model

    model, rate = models.build("early_and_late")
    model.float().train()
    before = copy.deepcopy(model.state_dict())
    kept = {name: vars(module).copy() for name, module in model.named_modules()}
    state = torch.get_rng_state()
    read_model(model, rate)
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    for name, values in model.state_dict().items():
        assert torch.equal(values, before[name])
        assert values.dtype == torch.float32
    for name, module in model.named_modules():
        assert vars(module).keys() == kept[name].keys()
        assert all(vars(module)[key] is value for key, value in kept[name].items())


def test_a_float32_model_is_read_in_float64() -> None:
    """Made in float32, as FLAMO does by default: its parameters are exact, what follows is float64."""
    import torch
    from flamo.processor.dsp import HouseholderMatrix

    from compiler.frontend.read import read_model

    module = HouseholderMatrix(size=(6, 6), device="cpu")
    root = read_model(module, 48000).root
    assert isinstance(root, Gain)
    np.testing.assert_allclose(root.gains @ root.gains.T, np.eye(6), atol=1e-15)
    vector = module.param.detach().double()[:, 0]
    np.testing.assert_allclose(
        root.gains, torch.eye(6) - 2 * torch.outer(vector, vector) / vector.dot(vector), atol=1e-15
    )


def test_an_unchanged_model_is_read_the_same_twice_even_if_it_is_drawn_anew() -> None:
    from compiler.frontend.read import flamo_to_json

    model, rate = models.build("velvet_filter")
    assert flamo_to_json(model, rate) == flamo_to_json(model, rate)


def test_a_frozen_velvet_sequence_is_one_and_is_said_so() -> None:
    from compiler.frontend.read import read_model

    model, rate = models.build("velvet_filter")
    read = read_model(model, rate, "reverb")
    assert isinstance(read.root, Fir)
    assert read.notes == (
        "reverb: VelvetNoiseFilter is drawn anew at each call in FLAMO: one draw is frozen here",
    )
    assert set(np.unique(read.root.taps)) == {-1.0, 0.0, 1.0}
    grid = rate / 2000.0  # 2000 impulses a second: one in each cell of 24 samples
    for row in read.root.taps[:, 0]:
        cells = np.floor(np.flatnonzero(row) / grid)
        assert len(cells) >= 15
        assert (np.bincount(cells.astype(int)) <= 2).all()


def test_a_scattering_matrix_is_read_as_its_stages() -> None:
    """Without its decay per sample it is lossless, and each matrix of its stages is orthogonal to 1e-14."""
    from compiler.frontend.read import read_model

    root = read_model(*models.build("fdn_with_velvet")).root
    stages = next(node for path, node in walk(root) if path.endswith("feedback_loop/feedback"))
    assert isinstance(stages, Series)
    for stage in stages.children:
        if isinstance(stage, Gain):
            np.testing.assert_allclose(stage.gains @ stage.gains.T, np.eye(4), atol=1e-14)


def test_sections_of_a_graphic_equaliser_have_no_noise_for_zeros() -> None:
    from compiler.frontend.read import read_model

    root = read_model(*models.build("geq_single")).root
    assert isinstance(root, Sos)
    assert root.sections[0, 0, 0, 1:].tolist() == [0.0, 0.0, 1.0, 0.0, 0.0]


def test_supported_modules_has_every_class_of_flamo() -> None:
    """Every concrete class of processor/dsp.py but its four Fourier transforms and the two abstract ones."""
    import inspect

    from flamo.processor import dsp

    from compiler.frontend.table import supported_modules

    rows = supported_modules()
    names = {row.flamo_class for row in rows}
    for name, kind in inspect.getmembers(dsp, inspect.isclass):
        if kind.__module__ == "flamo.processor.dsp" and not name.endswith(("FFT", "FFTAntiAlias", "DSP")):
            assert f"flamo.processor.dsp.{name}" in names, name
    assert all(row.name and row.node for row in rows)


def test_importing_the_compiler_imports_no_torch() -> None:
    code = "import sys, compiler, compiler.ir.json; sys.exit(bool({'torch', 'flamo'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_subclass_that_overrides_what_is_asked_is_read_as_it_is() -> None:
    import torch
    from flamo.processor.dsp import parallelDelay

    from compiler.frontend.read import read_model

    class InMilliseconds(parallelDelay):
        def s2sample(self, delay: torch.Tensor) -> torch.Tensor:
            return delay * self.fs / 1000

        def sample2s(self, delay: torch.Tensor) -> torch.Tensor:
            return delay / self.fs * 1000

    module = InMilliseconds(size=(2,), isint=True, device="cpu")
    module.assign_value(torch.tensor([10.0, 20.0]))
    read = read_model(module, 48000, "lines")
    assert isinstance(read.root, Delay)
    assert read.root.samples.tolist() == [480, 960]


def test_a_subclass_with_another_forward_is_probed() -> None:
    import torch
    from flamo.processor import dsp

    from compiler.frontend.read import read_model

    class Halved(dsp.Gain):
        def forward(self, x: torch.Tensor, ext_param: object = None) -> torch.Tensor:
            return 0.5 * super().forward(x, ext_param)

    module = Halved(size=(2, 3), device="cpu")
    read = read_model(module, 48000, "half")
    assert isinstance(read.root, Gain)
    np.testing.assert_allclose(read.root.gains, 0.5 * module.param.detach().double().numpy(), rtol=1e-12)
    assert read.root.source is None
    assert read.notes == (
        "half: Halved was read by probing: its values are kept, not what they were made of",
    )


def test_a_transform_that_delays_spectra_is_a_filter() -> None:
    import torch
    from flamo.processor.dsp import Transform

    from compiler.frontend.read import read_model

    def late(x: torch.Tensor) -> torch.Tensor:
        bins = torch.arange(x.shape[1], dtype=torch.float64)
        return x * torch.exp(-2j * torch.pi * bins * 3 / 64).view(1, -1, 1) * 0.5

    module = Transform(late, device="cpu")
    module.nfft = 64
    module.input_channels = 2
    root = read_model(module, 48000).root
    assert isinstance(root, Fir)
    np.testing.assert_allclose(root.taps, [[[0, 0, 0, 0.5], [0] * 4], [[0] * 4, [0, 0, 0, 0.5]]], atol=1e-14)


def test_layers_around_the_core_are_compiled() -> None:
    """A gain of signals before the FFT, and a matrix of spectra before the inverse."""
    import torch
    from flamo.processor.dsp import FFT, Transform, iFFT
    from flamo.processor.system import Shell

    from compiler.frontend.read import read_model
    from tests.compiler.parts import NFFT, gain, ring, series

    ends = {"nfft": NFFT, "dtype": torch.float64}
    before = torch.nn.Sequential(Transform(lambda x: 0.25 * x), FFT(**ends))
    after = torch.nn.Sequential(gain(ring(3, 2)), iFFT(**ends))
    shell = Shell(series(core=gain(ring(2, 2))))
    shell.set_inputLayer(before)
    shell.set_outputLayer(after)
    root = read_model(shell, 48000).root
    wanted = 0.25 * np.array(ring(3, 2)) @ np.array(ring(2, 2))
    np.testing.assert_allclose(response(root, [1.0])[0].real, wanted, rtol=1e-12)


def test_a_layer_that_spreads_one_input_over_channels_is_read() -> None:
    import torch
    from flamo.processor.dsp import FFT, Transform
    from flamo.processor.system import Shell

    from compiler.frontend.read import read_model
    from tests.compiler.parts import NFFT, gain, ring

    whole = Shell(gain(ring(2, 3)))
    spread = Transform(lambda x: x.repeat(1, 1, 3))
    whole.set_inputLayer(torch.nn.Sequential(spread, FFT(NFFT, dtype=torch.float64)))
    root = read_model(whole, 48000).root
    assert (root.inputs, root.outputs) == (1, 2)
    np.testing.assert_allclose(response(root, [1.0])[0].real[:, 0], np.sum(ring(2, 3), axis=1), rtol=1e-14)


def test_a_module_used_twice_is_said_to_be_one() -> None:
    from compiler.frontend.read import read_model
    from tests.compiler.parts import gains, series

    tied = gains([0.5, 0.25])
    read = read_model(series(one=tied, two=gains([1.0, 2.0]), three=tied), 48000)
    assert read.notes == (
        "reverb/three: is reverb/one again: FLAMO trains the two as one, a file keeps them apart",
    )


def test_a_hook_that_changes_a_container_is_heard() -> None:
    from compiler.frontend.read import read_model

    model, rate = models.build("fdn_orthogonal")
    model.get_core().register_forward_hook(lambda module, given, out: 2 * out)
    with pytest.raises(UnsupportedModule, match=r"^reverb: Series does not do what a Series does$"):
        read_model(model, rate)


def test_maps_over_tensors_of_their_own_are_read_in_float64() -> None:
    """Tensors in closures, in defaults and in modules, all float32 as the model."""
    import torch

    from compiler.frontend.read import read_model

    class Weighted(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.tensor([[0.1, 0.7], [0.3, 0.9]])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x @ self.weight

    from flamo.processor.dsp import Gain as FlamoGain

    weight = torch.tensor([[0.1, 0.7], [0.3, 0.9]])
    wanted = np.array([[1.0, 2.0], [3.0, 4.0]]) @ weight.double().numpy()
    for one in (lambda x: x @ weight, lambda x, w=weight: x @ w, Weighted()):
        module = FlamoGain(size=(2, 2), map=one, device="cpu")
        module.assign_value(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        root = read_model(module, 48000).root
        assert isinstance(root, Gain)
        np.testing.assert_allclose(root.gains, wanted, rtol=1e-15)


def test_a_hadamard_matrix_made_in_float32_is_exact() -> None:
    """Its map reads the precision of the module that made it: in the copy, of the copy."""
    from flamo.processor.dsp import Matrix

    from compiler.frontend.read import read_model

    root = read_model(Matrix(size=(8, 8), matrix_type="hadamard", device="cpu"), 48000).root
    assert isinstance(root, Gain)
    np.testing.assert_allclose(np.abs(root.gains), 8**-0.5, rtol=1e-15)


def test_a_processor_of_the_users_own_is_probed_without_the_envelope() -> None:
    """Derived from FLAMO's DSP as its documentation shows; `alias_decay_db` must not leak into the taps."""
    import torch
    from flamo.processor import dsp

    from compiler.frontend.read import read_model

    class Echo(dsp.DSP):
        def __init__(self, **arguments: object) -> None:
            super().__init__(size=(1,), **arguments)
            self.input_channels = self.output_channels = 2

        def forward(self, x: torch.Tensor, ext_param: object = None) -> torch.Tensor:
            bins = torch.arange(x.shape[1], dtype=torch.float64)
            echo = self.gamma**5 * torch.exp(-2j * torch.pi * bins * 5 / self.nfft)
            return x + 0.5 * echo.view(1, -1, 1) * x

    read = read_model(Echo(nfft=256, alias_decay_db=20.0, device="cpu"), 48000)
    assert isinstance(read.root, Fir)
    wanted = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.5])
    np.testing.assert_allclose(read.root.taps, wanted * np.eye(2)[..., np.newaxis], atol=1e-14)


def test_a_parametrised_module_is_read() -> None:
    import torch

    from compiler.frontend.read import read_model
    from tests.compiler.parts import gain

    module = gain([[0.5, -2.0]])
    torch.nn.utils.parametrize.register_parametrization(module, "param", torch.nn.Tanh())
    root = read_model(module, 48000).root
    assert isinstance(root, Gain)
    np.testing.assert_allclose(root.gains, np.tanh([[0.5, -2.0]]), rtol=1e-15)


def test_a_model_in_the_middle_of_training_is_read() -> None:
    """Gradients, a cached response with its graph, and a tensor that a module kept from its last loss."""
    import torch

    from compiler.frontend.read import read_model

    model, rate = models.build("fdn_trained_delays")
    x = torch.zeros(1, models.NFFT, 1, dtype=torch.float64)
    x[:, 0] = 1.0
    loss = (model(x) ** 2).sum()
    model.last = loss
    loss.backward(retain_graph=True)
    read = read_model(model, rate)
    points, wanted = responses(model)
    assert error_db(response(read.root, points), wanted) < TOLERANCE_DB


def test_what_surprises_is_noted() -> None:
    import torch
    from flamo.processor.dsp import parallelDelay, parallelFilter

    from compiler.frontend.read import read_model

    lines = parallelDelay(size=(3,), unit=100, max_len=4000, isint=False, device="cpu")
    lines.assign_value(lines.sample2s(torch.tensor([2399.0, 3001.0, 100.5])))
    assert read_model(lines, 48000, "lines").notes == (
        "lines: 2 of 3 delays are within 0.001 of a whole sample: isint=True rounds them, which is cheaper",
    )
    taps = parallelFilter(size=(300, 1), nfft=256, device="cpu")
    assert read_model(taps, 48000, "taps").notes == (
        "taps: has 300 taps, of which FLAMO plays nfft = 256: all are kept",
    )


@pytest.mark.parametrize("nfft", [8, 60, 62, 384])
@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_model_of_any_number_of_points_is_read(
    nfft: int, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FLAMO keeps what it worked out in float32 while the number of points stays: a probe has 60."""
    from compiler.frontend.read import read_model

    monkeypatch.setattr(parts, "NFFT", nfft)
    monkeypatch.setattr(parts, "PRECISION", kind)
    model, rate = models.build("delay_parallel_seconds")
    found = read_model(model, rate).root
    monkeypatch.setattr(parts, "NFFT", 256)
    same, _ = models.build("delay_parallel_seconds")
    wanted = read_model(same, rate).root
    points = np.exp(1j * np.linspace(0.0, np.pi, 50))
    assert error_db(response(found, points), response(wanted, points)) < -150.0


def test_an_equaliser_that_flamo_solves_for_is_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from flamo.processor import dsp

    from compiler.frontend.read import read_model

    solve, calls = dsp.accurate_geq, []
    monkeypatch.setattr(dsp, "accurate_geq", lambda **arguments: calls.append(1) or solve(**arguments))
    model, rate = models.build("accurate_geq_parallel")
    core = model.get_core()
    core.assign_value(1.01 * core.param.detach())  # no other test has solved for these
    first = read_model(model, rate).root
    before = len(calls)
    again = read_model(model, rate).root
    assert before == 2  # channels
    assert len(calls) == before
    core.assign_value(1.01 * core.param.detach())
    other = read_model(model, rate).root
    assert len(calls) == 2 * before
    assert isinstance(first, Sos)
    assert isinstance(again, Sos)
    assert isinstance(other, Sos)
    np.testing.assert_array_equal(first.sections, again.sections)
    assert np.abs(first.sections - other.sections).max() > 1e-4
