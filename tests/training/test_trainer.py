"""Training runs: they learn, they go on where they stopped, they never see what is held out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from safetensors import safe_open

from plaud_live.errors import SettingsError, TrainingError
from plaud_live.model_file import read
from plaud_live.models.files import from_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.models.sinusoidal import Sinusoidal
from plaud_live.training.checkpoint import BEST, LAST, load_checkpoint
from plaud_live.training.dataset import Dataset, open_dataset
from plaud_live.training.options import TrainOptions
from plaud_live.training.prepare import prepare
from plaud_live.training.trainer import train
from tests.signals import noise, sine
from tests.training.conftest import RATE, TINY, same, weights

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_run_learns_and_writes_a_model_that_says_what_it_is(options) -> None:  # type: ignore[no-untyped-def]
    settings = options(steps=60, learning_rate=5e-3, validate_every_seconds=0.0, held_out=0.2)
    finished = train(settings)
    assert finished is not None
    history = load_checkpoint(settings.folder / LAST).progress.history
    assert len(history) == 60
    assert np.mean([h["stft"] for h in history[-5:]]) < 0.9 * history[0]["stft"]
    model = read(finished.path)
    assert model.name == "tiny"
    assert model.licence == "CC0"
    assert model.config.latent_size == 2
    assert {a.name for a in model.anchors} == {"tone", "noise", "bell"}
    assert all(a.source == f"{a.name}.wav" and a.end_seconds > a.start_seconds for a in model.anchors)
    assert list(model.latents.information) == sorted(model.latents.information, reverse=True)
    assert model.training["steps"] == 60
    assert finished.report.read_bytes().startswith(b"\x89PNG")
    warm = [h["stft"] for h in history if h["step"] / 60 >= settings.warmup]
    assert model.training["held_out"]["model"]["stft"] == pytest.approx(min(warm), rel=1e-3)


def test_ordering_the_latents_does_not_change_the_sound(options) -> None:  # type: ignore[no-untyped-def]
    settings = options(steps=3)
    finished = train(settings)
    assert finished is not None
    audio = torch.from_numpy(open_dataset(settings.dataset).read(2, 0, 16000))[None]
    unordered = from_model(finished.model)
    unordered.load_state_dict(load_checkpoint(settings.folder / BEST).weights)
    with torch.no_grad():
        torch.testing.assert_close(from_model(read(finished.path))(audio)[0], unordered(audio)[0])


def test_what_is_held_out_never_moves_a_weight(options, dataset: Path) -> None:  # type: ignore[no-untyped-def]
    train(options(name="one"))
    opened = open_dataset(dataset)
    for span in opened.split.held_out:  # other sound, louder, where validation listens
        path = dataset / opened.recordings[span.recording].data
        samples = np.load(path)
        samples[span.start : span.end] = np.random.default_rng(5).uniform(-1.0, 1.0, span.samples)
        np.save(path, samples)
    train(options(name="two"))
    one, two = options(name="one").folder, options(name="two").folder
    assert same(weights(one), weights(two))
    losses = [load_checkpoint(folder / LAST).progress.history[-1]["stft"] for folder in (one, two)]
    assert losses[0] != losses[1]  # the change was where validation listens


def test_another_shape_than_the_checkpoints_is_refused(options) -> None:  # type: ignore[no-untyped-def]
    train(options(steps=1))
    wider = replace(options().config, decoder_size=24)
    with pytest.raises(TrainingError, match=r"begun with decoder_size 16, not 24 .* --fresh") as caught:
        train(options(config=wider))
    assert "\n" not in str(caught.value)


def test_a_loss_that_is_not_finite_ends_the_run_and_keeps_the_state_before(  # type: ignore[no-untyped-def]
    options, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(options(steps=2))
    before = weights(options().folder)
    real = Dataset.crops
    monkeypatch.setattr(
        Dataset, "crops", lambda self, *a: real(self, *a) * (np.nan if a[2][-1] < 1000 else 1.0)
    )
    with pytest.raises(TrainingError, match="not finite since step 2: lower --learning-rate"):
        train(options(steps=100))
    assert same(before, weights(options().folder))


def test_a_stereo_run_learns_a_sound_for_each_side(tmp_path: Path) -> None:
    left, right = sine(12 * RATE, 440.0, RATE, 0.3), noise(12 * RATE, 1, 0.05)
    (tmp_path / "in").mkdir()
    soundfile.write(tmp_path / "in" / "a.wav", np.stack([left, right], axis=1), RATE, subtype="PCM_24")
    prepare(tmp_path / "in", tmp_path / "dataset", sample_rate=RATE, channels=2)
    options = TrainOptions(
        tmp_path / "dataset", "stereo", tmp_path / "models", config=TINY, minutes=None, steps=60,
        batch_size=2, crop_seconds=0.5, learning_rate=1e-2, threads=1, accelerator="cpu", progress=False,
        validate_every_seconds=1e9,
    )  # fmt: skip
    finished = train(options)
    assert finished is not None
    assert finished.model.config.channels == 2
    audio = open_dataset(options.dataset).read(0, 0, 2 * RATE)
    with torch.no_grad():
        made = from_model(read(finished.path))(torch.from_numpy(audio)[None])[0][0].numpy()
    above = [np.abs(np.fft.rfft(row))[2000:].mean() for row in made]  # 1 kHz and more
    assert above[1] > 2.0 * above[0]
    with pytest.raises(SettingsError, match=r"has 2 channels, the configuration 1 — give --channels 2"):
        train(replace(options, channels=1))


def test_an_out_folder_that_cannot_be_is_one_line(options, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match=r"Not a directory; choose another --out"):
        train(options(out=tmp_path / "file"))


def test_checkpoints_are_safetensors_with_json_and_no_pickle(options) -> None:  # type: ignore[no-untyped-def]
    train(options(steps=1))
    with safe_open(options().folder / LAST, framework="numpy") as file:
        header = json.loads(file.metadata()["plaud_training"])
        assert header["progress"]["step"] == 1
        assert any(key.startswith("optimiser.0.exp_avg") for key in file.keys())  # noqa: SIM118


def test_mixed_precision_keeps_pitch_and_phase_exact(options, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    net, audio = PlaudNet(TINY), 0.1 * torch.randn(1, 1, 8192)
    torch.manual_seed(1)
    whole = net.training_pass(audio)
    torch.manual_seed(1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = net.training_pass(audio)
    assert mixed.audio.dtype == torch.float32
    pitches = [made.controls["sines"].frequency_hz for made in (whole, mixed)]
    torch.testing.assert_close(pitches[0], pitches[1], rtol=0.01, atol=0.0)
    seen: list[torch.dtype] = []
    get_controls = Sinusoidal.get_controls

    def listen(block: Sinusoidal, features: torch.Tensor, *others: Any) -> Any:
        seen.append(features.dtype)
        return get_controls(block, features, *others)

    monkeypatch.setattr(Sinusoidal, "get_controls", listen)
    finished = train(options(steps=2, precision="bf16-mixed"))
    assert set(seen[:2]) == {torch.float32}  # Fabric casts what it hands on
    assert finished is not None
    assert finished.model.training["steps"] == 2
