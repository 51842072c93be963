"""The way back: the FLAMO model made of a configuration sounds and trains as the one that was read."""

import json
from typing import Any

import numpy as np
import pytest

from compiler.errors import ConfigError
from compiler.ir.json import to_json
from compiler.ir.nodes import Delay, Fir, Gain, Model, Parallel, Recursion, Series, Sos
from compiler.ir.response import response
from tests.compiler import models, parts
from tests.compiler.oracle import error_db, responses

TOLERANCE_DB = -140.0
DRAWN_ANEW = {"velvet_filter"}
# Kept as gains, or given the Shell that they had not.
OTHERWISE = {
    "transform_that_scales",
    "wire",
    "network_without_a_shell",
    "network_in_a_plain_sequential",
    "gain_with_a_map",
}

# Modules that FLAMO makes in float32 unless it is told otherwise, one of each family.
IN_FLOAT32 = (
    "matrix_orthogonal",
    "matrix_hadamard",
    "matrix_allpass",
    "delay_parallel_trained",
    "gain_delay_parallel_trained",
    "fir_matrix",
    "scattering_matrix",
    "sos_matrix_not_normalised",
    "biquad_bandpass",
    "svf_peaking",
    "geq_parallel",
    "peq_svf",
    "accurate_geq_parallel",
    "fdn_geq",
    "fdn_peq_biquad",
    "fdn_shelving",
    "fdn_with_decay_per_sample",
    "fdn_trained_delays",
)


def rebuilt(model: Any, rate: float) -> Any:
    """`model` through a configuration and its text."""
    from compiler.frontend.read import flamo_to_json
    from compiler.frontend.rebuild import json_to_flamo

    return json_to_flamo(json.loads(json.dumps(flamo_to_json(model, rate))), nfft=models.NFFT)


def gradients(model: Any) -> dict[str, np.ndarray]:
    """Of the same loss: the distance of the response from a response that is none."""
    import torch

    core = model.get_core()
    if hasattr(core, "set_nfft"):
        core.set_nfft(96)
    spectra = torch.linspace(0.5, 1.5, 49, dtype=torch.float64).view(1, 49, 1).to(torch.complex128)
    out = core(spectra.repeat(1, 1, core.input_channels))
    weights = torch.linspace(1.0, 2.0, out.numel(), dtype=torch.float64).view(out.shape)
    loss = (weights * (out - (0.3 + 0.2j)).abs() ** 2).sum()
    if loss.requires_grad:
        loss.backward()
    return {name: p.grad.numpy() for name, p in core.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("name", [name for name in models.MODELS if name not in DRAWN_ANEW])
def test_what_was_made_again_sounds_as_before(name: str) -> None:
    """And has the same raw parameters, trained where they were."""
    model, rate = models.build(name)
    again = rebuilt(model, rate)
    if name not in OTHERWISE:
        before, after = (dict(one.named_parameters()) for one in (model, again))
        assert before.keys() == after.keys()
        for key, parameter in before.items():
            np.testing.assert_array_equal(after[key].detach().numpy(), parameter.detach().numpy())
            assert after[key].requires_grad == parameter.requires_grad
    decay = 3.0 if name in models.LOSSLESS else 0.0
    _, wanted = responses(model, decay)
    _, found = responses(again, decay)
    assert error_db(found, wanted) < TOLERANCE_DB


@pytest.mark.parametrize("name", IN_FLOAT32)
def test_a_float32_model_comes_back_in_float64(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from compiler.frontend.double import double_copy

    monkeypatch.setattr(parts, "PRECISION", "float32")
    model, rate = models.build(name)
    again = rebuilt(model, rate)
    _, wanted = responses(double_copy(model))  # `.double()` alone leaves FLAMO's scattering in float32
    _, found = responses(again)
    assert error_db(found, wanted) < TOLERANCE_DB


@pytest.mark.parametrize(
    "name",
    [
        "matrix_orthogonal",
        "matrix_householder",
        "matrix_allpass",
        "matrix_allpass_orthogonal",
        "delay_trained_fractional",
        "gain_delay_parallel_trained",
        "scattering_matrix",
        "biquad_bandpass",
        "svf_parallel",
        "geq_single",
        "peq_biquad",
        "peq_parallel_svf",
        "fdn_geq",
        "fdn_peq_biquad",
        "fdn_shelving",
        "fdn_with_decay_per_sample",
        "fdn_trained_delays",
        "fdn_with_scattering",
        "fdn_with_svf",
        "two_networks_in_parallel",
    ],
)
def test_gradients_flow_as_before(name: str) -> None:
    model, rate = models.build(name)
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    wanted, found = gradients(model), gradients(rebuilt(model, rate))
    assert wanted.keys() == found.keys()
    assert any(np.abs(values).max() > 0.0 for values in wanted.values())
    for key, values in wanted.items():
        np.testing.assert_allclose(found[key], values, rtol=1e-7, atol=1e-9 * np.abs(values).max())


def test_a_trained_parameter_stays_trained_and_a_fixed_one_fixed() -> None:
    model, rate = models.build("fdn_trained_delays")
    trained = {name: p.requires_grad for name, p in rebuilt(model, rate).named_parameters()}
    assert [name for name, flag in trained.items() if flag] == ["_Shell__core.loop.feedforward.lines.param"]


def test_an_unknown_map_is_replaced_by_its_values_and_that_is_said() -> None:
    from compiler.frontend.read import flamo_to_json

    model, rate = models.build("gain_with_a_map")
    assert flamo_to_json(model, rate)["notes"] == [
        "reverb: the map of Gain is none that a file can name: what it gives is kept, and trains without it"
    ]


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "from_decibels", "unit_norm", "softplus"])
def test_a_map_that_is_known_is_known_by_what_it_does(name: str) -> None:
    """The user's own lambda, not the table's function: recognised, and the gradient is the map's."""
    import torch

    from compiler.frontend.maps import NAMED

    lambdas = {
        "sigmoid": lambda x: 1 / (1 + torch.exp(-x)),
        "tanh": lambda x: torch.tanh(x),
        "from_decibels": lambda x: torch.pow(10.0, x / 20),
        "unit_norm": lambda x: x / (x**2).sum().sqrt(),
        "softplus": lambda x: torch.nn.functional.softplus(x),
    }
    module = parts.dsp("Gain", [[0.3, -1.0], [0.2, 0.7]], size=(2, 2), map=lambdas[name], requires_grad=True)
    again = rebuilt(parts.shell(module), 48000).get_core()
    assert again.map is NAMED[name]
    np.testing.assert_array_equal(again.param.detach().numpy(), module.param.detach().numpy())
    assert again.param.requires_grad


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        (lambda x: 0.99 * x.sigmoid(), {"name": "sigmoid", "scale": 0.99, "offset": 0.0}),
        (lambda x: 1 - x.sigmoid(), {"name": "sigmoid", "scale": -1.0, "offset": 1.0}),
        (lambda x: x / 3 - 2, {"name": "identity", "scale": 1 / 3, "offset": -2.0}),
        (lambda x: x.clamp(-0.95, 0.95), {"name": "clamp", "low": -0.95, "high": 0.95}),
        (lambda x: x.clamp(0.0, 1.0), {"name": "clamp", "low": 0.0, "high": 1.0}),
    ],
)
def test_a_map_that_is_scaled_or_clamped_keeps_its_numbers(wanted: Any, name: dict[str, Any]) -> None:
    from compiler.frontend.read import flamo_to_json

    module = parts.dsp("Gain", [[0.3, -1.0]], size=(1, 2), map=wanted, requires_grad=True)
    found = flamo_to_json(parts.shell(module), 48000)["root"]["source"]["arguments"]["map"]
    assert found.pop("name") == name.pop("name")
    assert found == pytest.approx(name, rel=1e-14)


def test_a_map_with_a_gradient_of_its_own_is_not_mistaken_for_its_values() -> None:
    """Straight through: the magnitude forward, the identity backward."""
    module = parts.dsp("parallelGain", [0.3, -1.0], size=(2,), map=lambda x: x + (x.abs() - x).detach())
    again = rebuilt(parts.shell(module), 48000).get_core()
    np.testing.assert_array_equal(again.param.detach().numpy(), [0.3, 1.0])


def test_a_frozen_velvet_sequence_comes_back_with_its_class() -> None:
    from compiler.frontend.read import flamo_to_json, read_model
    from compiler.frontend.rebuild import json_to_flamo

    model, rate = models.build("velvet_filter")
    again = json_to_flamo(flamo_to_json(model, rate), nfft=512)
    assert type(again.get_core()).__name__ == "VelvetNoiseFilter"
    one, other = read_model(model, rate).root, read_model(again, rate).root
    assert isinstance(one, Fir)
    assert isinstance(other, Fir)
    np.testing.assert_array_equal(one.taps, other.taps)


def test_a_model_that_was_written_by_hand_becomes_flamos() -> None:
    """Without sources: every type of node, branches of three, a series in a series with the same names."""
    from compiler.frontend.rebuild import json_to_flamo

    random = np.random.default_rng(3)
    sections = np.array([[[0.5, 0.1, 0.0, 2.0, 0.3, 0.1]], [[1.0, 0.0, 0.2, 1.0, -0.5, 0.3]]])
    loop = Recursion(
        "loop",
        Delay("lines", np.array([20.0, 31.0])),
        Series("back", (Gain("mix", 0.4 * random.normal(size=(2, 2))), Sos("low", sections))),
    )
    inner = Series("inner", (Gain("a", random.normal(size=(2, 2))), Delay("b", np.array([1.0, 2.0]))))
    wet = Series(
        "wet", (Gain("a", random.normal(size=(2, 1))), inner, loop, Fir("b", random.normal(size=(1, 2, 4))))
    )
    late = Delay("late", np.array([[7.0]]), np.array([[0.25]]))
    root = Parallel("all", (wet, Gain("dry", np.array([[0.5]])), late))
    model = Model("reverb", 48000.0, root)
    shell = json_to_flamo(to_json(model), nfft=512)
    points, found = responses(shell)
    assert error_db(found, response(root, points)) < TOLERANCE_DB


def test_a_shell_against_aliasing_comes_back_as_one() -> None:
    model, rate = models.build("network_against_aliasing")
    again = rebuilt(model, rate)
    assert float(again.alias_decay_db) == 30.0
    assert type(again.get_outputLayer()).__name__ == "iFFTAntiAlias"
    one, other = model.get_time_response(), again.get_time_response()
    assert error_db(other.numpy(), one.numpy()) < TOLERANCE_DB


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda source: source.update(kind="Wavelet"), "no class"),
        (lambda source: source["raw"].clear(), "raw has no param"),
        (lambda source: source["raw"].update(param=[[1.0]]), "shape"),
        (lambda source: source["arguments"].update(map="wavelet"), "no map"),
        (lambda source: source["arguments"].update(map={"name": []}), "no map"),
        (lambda source: source["arguments"].update(size=[4, 3]), "square"),
        (lambda source: source["arguments"].update(size=None), "cannot be made"),
        (lambda source: source["raw"]["param"][0].reverse(), "delete source"),
    ],
)
def test_a_source_that_is_wrong_is_refused_with_its_path(change: Any, words: str) -> None:
    from compiler.frontend.read import flamo_to_json
    from compiler.frontend.rebuild import json_to_flamo

    config = flamo_to_json(*models.build("fdn_at_96000"))
    change(config["root"]["children"][1]["feedback"]["source"])
    with pytest.raises(ConfigError) as caught:
        json_to_flamo(config)
    assert caught.value.path == "reverb/feedback_loop/feedback"
    assert words in str(caught.value)


def test_a_decay_that_is_no_number_is_refused() -> None:
    from compiler.frontend.read import flamo_to_json
    from compiler.frontend.rebuild import json_to_flamo

    config = flamo_to_json(*models.build("network_against_aliasing"))
    config["source"]["arguments"]["alias_decay_db"] = "30 dB"
    with pytest.raises(ConfigError, match="must be a number of dB"):
        json_to_flamo(config)


def test_an_equaliser_that_another_machine_solved_for_is_no_edited_one() -> None:
    """FLAMO's optimiser ends elsewhere where threads add in another order: 0.004 was found."""
    from compiler.frontend.read import flamo_to_json
    from compiler.frontend.rebuild import json_to_flamo

    config = flamo_to_json(*models.build("accurate_geq_single"))
    sections = np.array(config["root"]["sections"])
    for change, is_refused in ((1.004, False), (1.1, True)):
        louder = sections.copy()
        louder[..., 0, :3] *= change
        config["root"]["sections"] = louder.tolist()
        if is_refused:
            with pytest.raises(ConfigError, match=r"torch\.float32"):
                json_to_flamo(config)
        else:
            json_to_flamo(config)
