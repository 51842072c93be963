"""CLAP as an ear, against transformers' own front end and model, on the real architecture."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from plaud_live.errors import SettingsError
from plaud_live.training.clap.ear import ear_of
from plaud_live.training.clap.front_end import ClapFrontEnd
from plaud_live.training.clap.weights import clap_library, embed_words, find_files
from plaud_live.training.losses.clap import ClapDistance
from plaud_live.training.losses.clap_text import ClapText
from plaud_live.training.losses.weighted import build_losses
from plaud_live.training.options import TrainOptions
from plaud_live.training.weight_files import main as convert
from tests.signals import noise, sine
from tests.training.losses.clap_model import save_clap
from tests.training.losses.made import descend, gradient, made, value

Options = Callable[..., TrainOptions]
RATE = 48000
BOTH = pytest.mark.parametrize("fused", [False, True], ids=["unfused", "fused"])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Folders with weights, by whether they are of a fused network."""
    root = tmp_path_factory.mktemp("clap")
    return {fused: save_clap(root / str(fused), fused) for fused in (False, True)}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of this file may reach for the network."""

    def refuse(*_: object) -> None:
        raise AssertionError("reaches for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def sound(samples: int) -> np.ndarray:
    """A tone, a second of silence in it, and noise that fades: levels from full scale to nothing."""
    mixed = sine(samples, 997.0, RATE, 0.5) + noise(samples, 1, 0.3) * np.geomspace(1.0, 1e-6, samples)
    mixed[samples // 3 : samples // 2] = 0.0
    return mixed.astype(np.float32)


@BOTH
@pytest.mark.parametrize("padding", ["repeatpad", "repeat", "pad"])
@pytest.mark.parametrize(
    "seconds", [0.3, 0.75, 1.0, 1.002, 2.7], ids=["short", "three quarters", "whole", "just longer", "longer"]
)
def test_the_front_end_is_the_librarys(
    fused: bool, padding: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a second instead of ten, for speed; where the library cuts at random, both cut in the middle."""
    monkeypatch.setattr(np.random, "choice", lambda places: places[len(places) // 2])
    monkeypatch.setattr(np.random, "randint", lambda low, high: high // 2)
    truncation = "fusion" if fused else "rand_trunc"
    extractor = clap_library().ClapFeatureExtractor(max_length_s=1, truncation=truncation, padding=padding)
    audio = sound(round(seconds * RATE))
    theirs = extractor(audio, sampling_rate=RATE, return_tensors="pt")
    ours, longer = ClapFrontEnd(extractor)(torch.from_numpy(audio)[None])
    assert ours.shape == theirs["input_features"].shape
    assert float((ours - theirs["input_features"]).abs().max()) < 1e-4
    if not fused or seconds > 1.01:  # a fused library declares one short sound of a batch to be long
        assert bool(longer) == bool(theirs["is_longer"])


@BOTH
@pytest.mark.parametrize("samples", [30000, 500000], ids=["short", "longer"])
def test_embeddings_are_clap_models_own(
    fused: bool, samples: int, folders: dict[bool, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(np.random, "choice", lambda places: places[len(places) // 2])
    monkeypatch.setattr(np.random, "randint", lambda low, high: high // 2)
    library = clap_library()
    model = library.ClapModel.from_pretrained(folders[fused], local_files_only=True).eval()
    extractor = library.ClapFeatureExtractor.from_pretrained(folders[fused], local_files_only=True)
    audio = torch.from_numpy(np.stack([sound(samples), noise(samples, 2, 0.1)])).float()
    features = torch.from_numpy(
        np.stack(extractor(list(audio.numpy()), sampling_rate=RATE)["input_features"])
    )
    with torch.no_grad():
        longer = torch.full((2, 1), samples > extractor.nb_max_samples)
        theirs = model.get_audio_features(features.float(), is_longer=longer)
        ours = ear_of(find_files(str(folders[fused])), RATE)(audio[:, None])
    theirs = getattr(theirs, "pooler_output", theirs)  # before transformers 5 the embedding itself
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(ours.norm(dim=-1), torch.ones(2))


def test_the_embedding_of_words_is_clap_models_own(folders: dict[bool, Path]) -> None:
    library = clap_library()
    model = library.ClapModel.from_pretrained(folders[False], local_files_only=True).eval()
    with torch.no_grad():
        theirs = model.get_text_features(torch.tensor([[4, 5]]), attention_mask=torch.ones(1, 2))
    ours = embed_words(find_files(str(folders[False])), "rusty bells")
    torch.testing.assert_close(ours, F.normalize(getattr(theirs, "pooler_output", theirs), dim=-1))
    assert not torch.allclose(ours, embed_words(find_files(str(folders[False])), "soft rain"), atol=1e-3)


def clap_options(options: Options, folder: Path, **changes: object) -> TrainOptions:
    return options(**{"losses": (("clap", 1.0),), "clap_weights": str(folder), **changes})


@BOTH
def test_the_gradient_reaches_the_waveform_and_steps_lower_the_loss(
    fused: bool, folders: dict[bool, Path], options: Options
) -> None:
    """At the model's rate, 16 kHz: through resampling, front end and network."""
    loss = ClapDistance(clap_options(options, folders[fused]))
    torch.manual_seed(1)
    audio, target = (
        0.1 * torch.randn(1, 1, 6000),
        torch.from_numpy(sine(6000, 440.0, 16000, 0.3)).float()[None, None],
    )
    slope = gradient(loss, audio, target)
    assert bool(torch.isfinite(slope).all())
    assert float((slope != 0.0).float().mean()) > 0.99
    assert value(loss, target, target) == pytest.approx(0.0, abs=1e-5)
    values = descend(loss, audio, target, rate=0.01, steps=4)
    assert values[-1] < 0.9 * values[0]


@BOTH
def test_gradients_are_finite_on_silence(fused: bool, folders: dict[bool, Path], options: Options) -> None:
    loss = ClapDistance(clap_options(options, folders[fused]))
    silence, tone = (
        torch.zeros(1, 1, 6000),
        torch.from_numpy(sine(6000, 440.0, 16000, 0.3)).float()[None, None],
    )
    for audio, target in ((silence, tone), (tone, silence), (silence, silence)):
        assert bool(torch.isfinite(gradient(loss, audio, target)).all())


def test_words_pull_what_is_made(folders: dict[bool, Path], options: Options) -> None:
    loss = ClapText(
        clap_options(options, folders[False], losses=(("clap_text", 1.0),), clap_text="rusty bells")
    )
    torch.manual_seed(1)
    audio, target = 0.1 * torch.randn(1, 1, 6000), torch.zeros(1, 1, 6000)
    values = descend(loss, audio, target, rate=0.01, steps=4)
    assert 0.0 < values[-1] < values[0] < 2.0


def test_losses_that_listen_share_one_ear_and_one_pass(folders: dict[bool, Path], options: Options) -> None:
    losses = (("clap", 0.5), ("clap_text", 0.25))
    chosen = clap_options(options, folders[False], losses=losses, clap_text="soft rain")
    both = build_losses(chosen)
    ear = both.losses["clap"].ear
    assert both.losses["clap_text"].ear is ear
    heard: list[Tensor] = []
    ear.front_end.register_forward_hook(lambda *_: heard.append(torch.empty(0)))
    audio = 0.1 * torch.randn(2, 1, 6000, requires_grad=True)
    total, values = both.weigh(both(made(audio), 0.1 * torch.randn(2, 1, 6000)))
    total.backward()
    assert len(heard) == 2  # the target and what was made
    assert float(total.detach()) == pytest.approx(0.5 * values["clap"] + 0.25 * values["clap_text"], rel=1e-6)
    assert not any(p.requires_grad for p in both.parameters())


def test_a_network_that_listens_never_trains(folders: dict[bool, Path], options: Options) -> None:
    loss = build_losses(clap_options(options, folders[False])).train()
    assert not any(module.training for module in loss.losses["clap"].modules())


@pytest.mark.slow
def test_the_network_as_wide_as_laions(tmp_path: Path, options: Options) -> None:
    """28 million weights, ten seconds of sound: what a run with real weights does in a step."""
    loss = ClapDistance(clap_options(options, save_clap(tmp_path / "wide", fused=False, narrow=False)))
    assert sum(p.numel() for p in loss.parameters()) > 27e6
    torch.manual_seed(1)
    audio, target = (
        0.1 * torch.randn(1, 1, 12000),
        torch.from_numpy(sine(12000, 440.0, 16000, 0.3)).float()[None, None],
    )
    values = descend(loss, audio, target, rate=0.01, steps=3)
    assert values[-1] < values[0]


def cached(root: Path, folder: Path, split: bool) -> None:
    """Lay the files of `folder` out as the hub's cache does; `split`: weights are of another revision."""
    snapshots = root / "models--laion--clap-htsat-unfused" / "snapshots"
    shutil.copytree(folder, snapshots / "aaa")
    if split:
        (snapshots / "bbb").mkdir()
        shutil.move(snapshots / "aaa" / "model.safetensors", snapshots / "bbb" / "model.safetensors")


@pytest.mark.parametrize("split", [False, True])
def test_the_local_cache_is_looked_into(
    split: bool, folders: dict[bool, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(SettingsError, match=r"hf download laion/clap-htsat-unfused .* or --clap-weights DIR"):
        find_files(None)
    cached(tmp_path, folders[False], split)
    files = find_files(None)
    assert files.folder.name == "aaa"
    assert files.weights.parent.name == ("bbb" if split else "aaa")
    assert ear_of(files, RATE)(torch.zeros(1, 1, 4800)).shape == (1, 32)


def broken(folder: Path, tmp_path: Path, change: str) -> Path:
    """A copy of `folder` with one thing wrong."""
    copy = tmp_path / "broken"
    shutil.copytree(folder, copy)
    weights = load_file(copy / "model.safetensors")
    if change == "missing":
        del weights["audio_projection.linear1.weight"]
    elif change == "shape":
        weights["audio_projection.linear1.weight"] = torch.zeros(3, 3)
    elif change == "truncated":
        (copy / "model.safetensors").write_bytes(b"\x08\x00\x00")
        return copy
    elif change == "kind":
        (copy / "config.json").write_text('{"model_type": "clip"}')
    elif change == "words":
        for path in copy.glob("tokenizer*"):
            path.unlink()
    save_file(weights, copy / "model.safetensors")
    return copy


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("missing", "weights missing, as audio_projection.linear1.weight: another network?"),
        ("shape", "audio_projection.linear1.weight is [3, 3], this network wants [32, 128]"),
        ("truncated", "no weights that can be read"),
        ("kind", "is of a clip model, wants clap"),
        ("words", "holds no tokenizer"),
    ],
)
def test_weights_that_do_not_fit_are_one_line(
    change: str, message: str, folders: dict[bool, Path], tmp_path: Path, options: Options
) -> None:
    folder = broken(folders[False], tmp_path, change)
    kind = "clap_text" if change == "words" else "clap"
    words = {"clap_text": "soft rain"} if change == "words" else {}
    with pytest.raises(SettingsError) as error:
        build_losses(clap_options(options, folder, losses=((kind, 1.0),), **words))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_pickle_is_not_loaded_but_can_be_converted(
    folders: dict[bool, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "old"
    shutil.copytree(folders[False], folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(SettingsError) as error:
        find_files(str(folder))
    line = str(error.value)
    assert "holds a pickle, which is not loaded — python -m plaud_live.training.weight_files" in line
    assert convert(line.split("weight_files ")[1].split()) == 0
    ours = ear_of(find_files(str(folder)), RATE)(torch.zeros(1, 1, 4800))
    theirs = ear_of(find_files(str(folders[False])), RATE)(torch.zeros(1, 1, 4800))
    assert torch.equal(ours, theirs)


class Malicious:
    """What a pickle can be: code that is run where it is read."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (Path("/tmp/plaud-live-was-here"),)  # type: ignore[return-value]


def test_a_pickle_with_code_in_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"weight": torch.zeros(1), "more": Malicious()}, tmp_path / "bad.bin")
    assert convert([str(tmp_path / "bad.bin"), str(tmp_path / "out.safetensors")]) == 2
    assert "not weights alone, so it is not read" in capsys.readouterr().err
    assert not Path("/tmp/plaud-live-was-here").exists()
    assert not (tmp_path / "out.safetensors").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/no/such/folder", "no such folder"),
        ("nowhere", "no such folder"),
        ("a/b", "no weights of a/b in the local cache"),
    ],
)
def test_weights_that_are_nowhere_are_one_line(name: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        find_files(name)
