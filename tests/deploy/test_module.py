"""The exported module against the engine, sample by sample, and against what nn~ asks of it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from plaud_live.deploy.description import RATIO
from plaud_live.model_file import PlaudModel
from plaud_live.models import files
from tests.deploy.modules import engine, in_blocks, load, offer, saved
from tests.signals import error_db
from tests.test_two_hands import CONFIGS, forgetting_model

pytestmark = pytest.mark.slow

SAME_DB = -100.0
"""Both hands compute in float64 up to the phases; from there they are float32."""

SIZES = [64, 512, 128, 4096, 192]


@pytest.fixture(scope="module")
def models() -> dict[str, PlaudModel]:
    return {name: forgetting_model(name, seed=3) for name in CONFIGS}


@pytest.fixture(scope="module")
def modules(models: dict[str, PlaudModel], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("modules")
    made = {}
    for name, model in models.items():
        (folder / name).mkdir()
        made[name] = saved(model, 44100, folder / name)
    (folder / "at_48k").mkdir()
    made["at_48k"] = saved(models["all"], 48000, folder / "at_48k")
    return made


def wandering(model: PlaudModel, values: int) -> np.ndarray:
    """Playable latents [d, values], float64."""
    rows = np.arange(model.config.latent_size)[:, None]
    return 0.5 + 0.6 * np.sin(0.011 * (rows + 1) * np.arange(values) + 2.0 * rows)


def raw_of(model: PlaudModel, playable: np.ndarray) -> np.ndarray:
    low, high = (np.array(row)[:, None] for row in (model.latents.low, model.latents.high))
    return low + (high - low) * playable


def sent(rows: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(rows.astype(np.float32))[None]


def as_sent(rows: np.ndarray) -> np.ndarray:
    """`rows` with the precision of a signal."""
    return rows.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize("name", [*CONFIGS, "at_48k"])
def test_decode_is_what_the_engine_plays(
    models: dict[str, PlaudModel], modules: dict[str, Path], name: str
) -> None:
    model, rate = (models["all"], 48000) if name == "at_48k" else (models[name], 44100)
    latents = wandering(model, 1400)
    with torch.inference_mode():
        played = load(modules[name]).decode(sent(latents))[0].numpy()
    wanted = engine(model, rate, raw_of(model, as_sent(latents)))
    assert error_db(played, wanted) < SAME_DB


@pytest.mark.parametrize("name", ["all", "stereo", "long_hop", "at_48k"])
@pytest.mark.parametrize("method", ["decode", "encode", "forward"])
def test_any_blocks_give_the_same(modules: dict[str, Path], name: str, method: str) -> None:
    ratio = RATIO if method == "decode" else 1
    inlets = int(getattr(load(modules[name]), f"{method}_params")[0])
    samples = torch.rand(1, inlets, 30 * 4096 // ratio, generator=torch.Generator().manual_seed(1)) - 0.5
    with torch.inference_mode():
        whole = getattr(load(modules[name]), method)(samples)
        sizes = [size // ratio for size in SIZES]
        again = in_blocks(getattr(load(modules[name]), method), samples, sizes)
    assert whole.shape == again.shape and float((whole - again).abs().max()) < 1e-6
    assert float(whole.abs().max()) > 0.01


@pytest.mark.parametrize("name", ["all", "stereo"])
def test_encode_is_what_the_model_hears(
    models: dict[str, PlaudModel], modules: dict[str, Path], name: str
) -> None:
    model = models[name]
    hop, channels = model.config.hop_size, model.config.channels
    audio = 0.3 * torch.randn(1, channels, 100 * hop, generator=torch.Generator().manual_seed(2))
    module = load(modules[name])
    module.set_raw(1)
    with torch.inference_mode():
        heard = module.encode(audio)[0].numpy()
        wanted = files.from_model(model).encode(audio)[0][0].numpy()
    complete = (np.arange(heard.shape[1]) + 1) * RATIO // hop
    assert np.abs(heard[:, complete > 0].T - wanted[complete[complete > 0] - 1]).max() < 1e-5
    assert not heard[:, complete == 0].any()


def test_encode_at_another_rate_hears_the_same_sound(
    models: dict[str, PlaudModel], modules: dict[str, Path]
) -> None:
    """A chord of sines is the same at any rate; the resampler's ripple and its 2 ms are what differs."""
    model = models["all"]
    heard = {}
    for name, rate in (("all", 44100), ("at_48k", 48000)):
        t = np.arange(2 * rate // RATIO * RATIO) / rate
        chord = sum(0.1 * np.sin(2 * np.pi * hz * t) for hz in (220.0, 1371.0, 5003.0))
        module = load(modules[name])
        module.set_raw(1)
        with torch.inference_mode():
            heard[name] = module.encode(torch.from_numpy(chord.astype(np.float32))[None, None])[0].numpy()
    means = [rows[:, rows.shape[1] // 2 :].mean(axis=1) for rows in heard.values()]
    spread = np.array(model.latents.high) - np.array(model.latents.low)
    assert np.abs(means[0] - means[1]).max() < 0.01 * spread.max()


@pytest.mark.parametrize(
    ("attribute", "value", "control", "asked"),
    [
        ("sines", 3, "sines", 3.0),
        ("harmonics", 2, "harmonics", 2.0),
        ("noise_bands", 5, "noise_bands", 5.0),
        ("sines_gain", 0.25, "sine_gain", 0.25),
        ("harmonics_gain", 0.0, "harmonic_gain", 0.0),
        ("noise_gain", 2.0, "noise_gain", 2.0),
        ("smoothing", 7, "smoothing", 7.0),
        ("temperature", 0.8, "temperature", 0.8),
        ("freeze", 1, "freeze", 1.0),
    ],
)
def test_each_attribute_does_what_it_does_in_the_engine(
    models: dict[str, PlaudModel],
    modules: dict[str, Path],
    attribute: str,
    value: float,
    control: str,
    asked: float,
) -> None:
    model = models["all"]
    latents = wandering(model, 800)
    plain, changed = load(modules["all"]), load(modules["all"])
    assert getattr(changed, f"set_{attribute}")(value) == 0
    assert getattr(changed, f"get_{attribute}")() == (value,)
    with torch.inference_mode():
        before, after = (module.decode(sent(latents))[0].numpy() for module in (plain, changed))
    wanted = engine(model, 44100, raw_of(model, as_sent(latents)), **{control: asked})
    assert error_db(after, wanted) < SAME_DB
    assert error_db(after, before) > -40.0


def test_raw_latents_are_those_of_the_model(models: dict[str, PlaudModel], modules: dict[str, Path]) -> None:
    latents = wandering(models["all"], 200)
    plain, raw = load(modules["all"]), load(modules["all"])
    raw.set_raw(1)
    with torch.inference_mode():
        wanted = plain.decode(sent(latents)).numpy()
        played = raw.decode(sent(raw_of(models["all"], as_sent(latents)))).numpy()
    assert error_db(played, wanted) < -60.0  # raw latents were rounded to float32 on their way


def test_an_attribute_takes_effect_while_it_plays(modules: dict[str, Path]) -> None:
    module = load(modules["noise"])
    half = torch.full((1, 4, 800), 0.5)
    with torch.inference_mode():
        loud = module.decode(half)
        module.set_noise_gain(0.0)
        module.decode(half[:, :, :8])
        assert float(module.decode(half).abs().max()) == 0.0 < float(loud.abs().max())


def test_a_batch_is_so_many_streams(models: dict[str, PlaudModel], modules: dict[str, Path]) -> None:
    rows = np.stack([wandering(models["stereo"], 300) * share for share in (1.0, 0.2, 0.5, -0.1)])
    batch = torch.from_numpy(rows.astype(np.float32))
    with torch.inference_mode():
        together = load(modules["stereo"]).decode(batch)
        for i in range(4):
            alone = load(modules["stereo"]).decode(batch[i : i + 1])
            assert float((together[i] - alone[0]).abs().max()) < 1e-6
        module = load(modules["stereo"])
        module.decode(batch)
        again = module.decode(batch[:1])  # another batch begins anew
    assert float((again[0] - together[0]).abs().max()) < 1e-6


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e9, -1e9])
@pytest.mark.parametrize("method", ["decode", "encode", "forward"])
def test_nothing_that_is_sent_gives_what_is_not_finite(
    modules: dict[str, Path], method: str, value: float
) -> None:
    module = load(modules["all"])
    inlets = int(getattr(module, f"{method}_params")[0])
    steady = torch.full((1, inlets, 16 if method == "decode" else 1024), 0.5)
    with torch.inference_mode():
        hostile = steady.clone()
        hostile[..., ::3] = value
        assert torch.isfinite(getattr(module, method)(hostile)).all()
        after = getattr(module, method)(steady.repeat(1, 1, 40))
    assert torch.isfinite(after).all()
    if method == "decode":  # and it is forgotten
        with torch.inference_mode():
            wanted = load(modules["all"]).decode(steady.repeat(1, 1, 41))
        level = float(wanted[..., -4096:].square().mean())
        assert float(after[..., -4096:].square().mean()) == pytest.approx(level, rel=0.2)


def test_what_is_no_number_stands_for_the_mean(
    models: dict[str, PlaudModel], modules: dict[str, Path]
) -> None:
    space = models["all"].latents
    home = (np.array(space.mean) - np.array(space.low)) / (np.array(space.high) - np.array(space.low))
    with torch.inference_mode():
        lost = load(modules["all"]).decode(torch.full((1, 4, 100), float("nan")))
        wanted = load(modules["all"]).decode(sent(np.tile(home[:, None], 100)))
    assert error_db(lost.numpy(), wanted.numpy()) < -80.0


def test_attributes_stay_within_their_range(models: dict[str, PlaudModel], modules: dict[str, Path]) -> None:
    module = load(modules["all"])
    for attribute in offer(models["all"], 44100).attributes:
        get, put = (getattr(module, f"{verb}_{attribute.name}") for verb in ("get", "set"))
        assert get() == (attribute.default,)
        kind = int if attribute.kind == "int" else float
        for value in (-1e6, 1e6, *((float("nan"),) if kind is float else ())):
            assert put(kind(value)) == 0
            assert attribute.low <= get()[0] <= attribute.high


@pytest.mark.parametrize("name", ["all", "sines", "stereo"])
def test_nn_finds_what_it_looks_for(
    models: dict[str, PlaudModel], modules: dict[str, Path], name: str
) -> None:
    """As nn~ 1.6.0 asks: methods, their four numbers, labels, attributes and the types of their arguments."""
    module, model = load(modules[name]), models[name]
    channels, latents = model.config.channels, model.config.latent_size
    assert module.get_methods() == ["decode", "encode", "forward"]
    assert module.decode_params.tolist() == [latents, 64, channels, 1]
    assert module.encode_params.tolist() == [channels, 1, latents, 64]
    assert module.forward_params.tolist() == [channels, 1, channels, 1]
    assert module.decode_input_labels[:2] == ["(signal) Latent 0: bright", "(signal) Latent 1"]
    assert len(module.forward_output_labels) == channels
    types = {"smoothing": [1], "temperature": [2], "freeze": [1], "raw": [1], "sines": [1], "sines_gain": [2]}
    for attribute, wanted in types.items():
        assert attribute in module.get_attributes()
        assert getattr(module, f"{attribute}_params").tolist() == wanted
    assert ("noise_bands" in module.get_attributes()) == (model.config.noise_bands > 0)
    assert not module.training
