"""Training runs: they learn, they go on where they stopped, they never see what is held out."""

import json
import os
import signal
import subprocess
import sys
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
from tests.training.conftest import RATE, TINY

REPOSITORY = Path(__file__).resolve().parents[2]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(folder / LAST).weights


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def run(code: str, *words: str, limit: float = 240.0) -> subprocess.CompletedProcess[str]:
    """Run Python `code` with `words` as sys.argv[1:] in a process of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=limit, check=False, cwd=REPOSITORY, env=environment
    )


COMMAND = (
    "--sines=8", "--noise-bands=16", "--decoder-size=16", "--latent-size=2", "--crop-seconds=0.5",
    "--batch-size=2", "--threads=1", "--accelerator=cpu",
)  # fmt: skip


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


def test_an_interrupted_run_goes_on_as_if_it_had_not_been(  # type: ignore[no-untyped-def]
    options, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    train(options(name="whole", steps=6))
    settings = options(name="parts", steps=6)
    real = Dataset.crops

    def crops(self: Dataset, samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
        if key == (1, 0, 2):
            signal.raise_signal(signal.SIGINT)
        return real(self, samples, count, key)

    monkeypatch.setattr(Dataset, "crops", crops)
    finished = train(settings)
    assert finished is not None
    assert finished.interrupted
    assert load_checkpoint(settings.folder / LAST).progress.step == 3
    monkeypatch.undo()
    finished = train(settings)
    assert finished is not None
    assert not finished.interrupted
    assert same(weights(options(name="whole").folder), weights(settings.folder))
    assert signal.getsignal(signal.SIGINT) is before


def test_a_finished_run_goes_on_with_more_steps_and_fresh_starts_over(options) -> None:  # type: ignore[no-untyped-def]
    train(options(steps=2))
    train(options(steps=3))
    assert load_checkpoint(options().folder / LAST).progress.step == 3
    train(options(steps=1, fresh=True))
    assert load_checkpoint(options().folder / LAST).progress.step == 1


def test_another_shape_than_the_checkpoints_is_refused(options) -> None:  # type: ignore[no-untyped-def]
    train(options(steps=1))
    wider = replace(options().config, decoder_size=24)
    with pytest.raises(TrainingError, match=r"begun with decoder_size 16, not 24 .* --fresh") as caught:
        train(options(config=wider))
    assert "\n" not in str(caught.value)


def test_resume_insists_on_a_checkpoint(options) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TrainingError, match="no checkpoint to resume from"):
        train(options(resume=True))


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


def curve(folder: Path) -> list[dict[str, float]]:
    """The records of a run, without the time that they took."""
    history = load_checkpoint(folder / LAST).progress.history
    return [{key: value for key, value in record.items() if key != "seconds"} for record in history]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "kept"), [(signal.SIGKILL, 3), (signal.SIGINT, 4), (signal.SIGTERM, 4)])
def test_a_run_that_was_cut_off_goes_on_to_the_same_loss_curve(
    dataset: Path, tmp_path: Path, number: signal.Signals, kept: int
) -> None:
    """A signal comes in the fourth step; killed, it loses no more than since the last checkpoint."""
    killer = (
        "import os, sys\n"
        "from plaud_live.training.dataset import Dataset\n"
        "real = Dataset.crops\n"
        "def crops(self, samples, count, key):\n"
        "    if key[-1] == 3: os.kill(os.getpid(), int(sys.argv[1]))\n"
        "    return real(self, samples, count, key)\n"
        "if int(sys.argv[1]): Dataset.crops = crops\n"
        "from plaud_live.cli import main\n"
        "sys.exit(main(sys.argv[2:]))\n"
    )
    models = tmp_path / "models"
    words = (
        "train", f"--dataset-path={dataset}", f"--out={models}", "--steps=6", "--validate-every=0",
        "--augment=gain:0.5", "--augment=pitch:0.5", *COMMAND,
    )  # fmt: skip
    done = run(killer, "0", *words, "--model-name=whole")
    assert done.returncode == 0, done.stderr
    done = run(killer, str(int(number)), *words, "--model-name=parts")
    assert done.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 0), done.stderr
    folder = models / "parts.training"
    assert load_checkpoint(folder / LAST).progress.step == kept
    done = run(killer, "0", *words, "--model-name=parts", "--resume")
    assert done.returncode == 0, done.stderr
    assert [record["step"] for record in curve(folder)] == [1, 2, 3, 4, 5, 6]
    assert curve(folder) == curve(models / "whole.training")
    one, two = (read(models / f"{name}.plaud") for name in ("whole", "parts"))
    assert all(np.array_equal(one.weights[name], two.weights[name]) for name in one.weights)


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


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_the_last_checkpoint_is_kept(dataset: Path, tmp_path: Path) -> None:
    full = (
        "import resource, sys\n"
        "limit = int(sys.argv[1])\n"
        "if limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "from plaud_live.cli import main\n"
        "sys.exit(main(sys.argv[2:]))\n"
    )
    words = ("train", f"--dataset-path={dataset}", "--model-name=m", f"--out={tmp_path / 'models'}", *COMMAND)
    done = run(full, "0", *words, "--steps=2")
    assert done.returncode == 0, done.stderr
    last = tmp_path / "models" / "m.training" / LAST
    before = last.read_bytes()
    done = run(full, "20000", *words, "--steps=3")
    assert done.returncode == 2
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith(f"plaud-live: {last.parent}/")
    assert "the disk is full" in line
    assert "make room and run the same command" in line
    assert "Traceback" not in done.stderr
    assert last.read_bytes() == before
    done = run(full, "0", *words, "--steps=3")
    assert done.returncode == 0, done.stderr
    assert load_checkpoint(last).progress.step == 3


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


@pytest.mark.slow
def test_two_processes_draw_different_crops_average_gradients_and_write_once(
    dataset: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.mkdir()
    script = tmp_path / "two.py"
    script.write_text(
        "import hashlib, os, sys\n"
        "from pathlib import Path\n"
        "import torch\n"
        "from plaud_live.training import trainer\n"
        "from plaud_live.training.dataset import Dataset\n"
        "folder, rank = Path(sys.argv[1]), os.environ['RANK']\n"
        "real = Dataset.crops\n"
        "def crops(self, samples, count, key):\n"
        "    made = real(self, samples, count, key)\n"
        "    with (folder / f'crops{rank}').open('a') as file:\n"
        "        file.write(hashlib.sha256(made.tobytes()).hexdigest() + '\\n')\n"
        "    return made\n"
        "Dataset.crops = crops\n"
        "loop = trainer._Run.loop\n"
        "def looked_at(self):\n"
        "    loop(self)\n"
        "    whole = torch.cat([p.detach().flatten() for p in self.net.parameters()])\n"
        "    (folder / f'weights{rank}').write_bytes(whole.numpy().tobytes())\n"
        "trainer._Run.loop = looked_at\n"
        "from plaud_live.cli import main\n"
        "sys.exit(main(sys.argv[2:]))\n"
    )
    command = [
        sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "0",
        "--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0", str(script), str(log),
        "train", f"--dataset-path={dataset}", "--model-name=m", f"--out={tmp_path / 'models'}", "--steps=6",
        *COMMAND,
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=280, check=False, cwd=REPOSITORY, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert (log / "weights0").read_bytes() == (log / "weights1").read_bytes()
    drawn = [(log / f"crops{rank}").read_text().split() for rank in (0, 1)]
    assert drawn[0][0] == drawn[1][0]  # the norm is fitted on the same crops
    assert set(drawn[0][1:]).isdisjoint(drawn[1][1:])
    assert len(drawn[0]) == len(drawn[1]) == 7
    model = read(tmp_path / "models" / "m.plaud")
    assert model.training["steps"] == 6
    assert model.training["audio_seconds"] == pytest.approx(6 * 2 * 2 * 0.5, abs=1.0)
    assert done.stdout.count("play it:") == 1


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
