"""Training that is cut off, by a signal, a full disk or the end of its time, goes on where it stopped."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from plaud_live.errors import TrainingError
from plaud_live.model_file import read
from plaud_live.training.checkpoint import LAST, load_checkpoint
from plaud_live.training.dataset import Dataset
from plaud_live.training.trainer import train
from tests.training.conftest import COMMAND, same, weights

REPOSITORY = Path(__file__).resolve().parents[2]
STEPS = 6

HURT = """
import json, os, sys
from plaud_live.cli import main
from plaud_live.training.checkpoint import load_checkpoint
from plaud_live.training.dataset import Dataset
from pathlib import Path
real, number = Dataset.crops, 0
def crops(self, samples, count, key):
    if number and key[-1] == 3: os.kill(os.getpid(), number)
    return real(self, samples, count, key)
Dataset.crops = crops
last, *words = sys.argv[2:]
for name, number, more in json.loads(sys.argv[1]):
    code = main([*words, f"--model-name={name}", *more])
    if code: sys.exit(code)
    print(name, load_checkpoint(Path(last.format(name))).progress.step)
"""
"""Trains each of a list: the name of a model, a signal that comes in the fourth step, more words."""

FULL = """
import resource, shutil, sys
from plaud_live.cli import main
last, *words = sys.argv[1:]
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
for limit, steps in ((most, 2), (20000, 3), (most, 3)):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
    print("code", main([*words, f"--steps={steps}"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    shutil.copy(last, f"{last}.{steps}.{limit}")
"""
"""Trains two steps, a third where no file can be longer than 20 kB, and that again."""


def run(code: str, *words: str, limit: float = 240.0) -> subprocess.CompletedProcess[str]:
    """Run Python `code` with `words` as sys.argv[1:] in a process of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=limit, check=False, cwd=REPOSITORY, env=environment
    )


def curve(folder: Path) -> list[dict[str, float]]:
    """The records of a run, without the time that they took."""
    history = load_checkpoint(folder / LAST).progress.history
    return [{key: value for key, value in record.items() if key != "seconds"} for record in history]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "kept"), [(signal.SIGKILL, 3), (signal.SIGTERM, 4)])
def test_a_run_that_was_cut_off_goes_on_to_the_same_loss_curve(
    dataset: Path, tmp_path: Path, number: signal.Signals, kept: int
) -> None:
    """Killed, it loses no more than since the last checkpoint."""
    models = tmp_path / "models"
    last = models / "{}.training" / LAST
    words = (
        str(last), "train", f"--dataset-path={dataset}", f"--out={models}", f"--steps={STEPS}",
        "--validate-every=0", "--augment=gain:0.5", "--augment=pitch:0.5", *COMMAND,
    )  # fmt: skip
    cut_off = [("parts", int(number), [])]
    after = [("whole", 0, []), ("parts", 0, ["--resume"])]
    if number == signal.SIGKILL:
        done = run(HURT, json.dumps(cut_off), *words)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert load_checkpoint(Path(str(last).format("parts"))).progress.step == kept
        cut_off = []
    done = run(HURT, json.dumps([*cut_off, *after]), *words)
    assert done.returncode == 0, done.stderr
    steps = [line for line in done.stdout.splitlines() if line.startswith(("parts ", "whole "))]
    assert steps == [*(f"parts {kept}" for _ in cut_off), f"whole {STEPS}", f"parts {STEPS}"]
    folder = models / "parts.training"
    assert [record["step"] for record in curve(folder)] == list(range(1, STEPS + 1))
    assert curve(folder) == curve(models / "whole.training")
    one, two = (read(models / f"{name}.plaud") for name in ("whole", "parts"))
    assert all(np.array_equal(one.weights[name], two.weights[name]) for name in one.weights)


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_the_last_checkpoint_is_kept(dataset: Path, tmp_path: Path) -> None:
    last = tmp_path / "models" / "m.training" / LAST
    words = ("train", f"--dataset-path={dataset}", "--model-name=m", f"--out={tmp_path / 'models'}", *COMMAND)
    done = run(FULL, str(last), *words)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("code")] == [
        "code 0",
        "code 2",
        "code 0",
    ]
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("plaud-live: ")]
    assert line.startswith(f"plaud-live: {last.parent}/")
    assert "the disk is full" in line
    assert "make room and run the same command" in line
    assert "Traceback" not in done.stderr
    (two,), (full,) = (list(last.parent.glob(f"{LAST}.{name}")) for name in ("2.*", "3.20000"))
    assert full.read_bytes() == two.read_bytes()
    assert load_checkpoint(last).progress.step == 3


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


def test_resume_insists_on_a_checkpoint(options) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TrainingError, match="no checkpoint to resume from"):
        train(options(resume=True))


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
        "code = main(sys.argv[2:])\n"
        "left = [path.read_text() for path in Path('/proc/self/task').glob('*/comm')]\n"
        "(folder / f'threads{rank}').write_text(''.join(left))\n"
        "sys.exit(code)\n"
    )
    command = [
        sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "0",
        "--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0", str(script), str(log),
        "train", f"--dataset-path={dataset}", "--model-name=m", f"--out={tmp_path / 'models'}", "--steps=6",
        "--augment=none", *COMMAND,
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
    for rank in (0, 1):  # a process whose Gloo threads outlive its interpreter aborts, one time in hundreds
        assert "gloo" not in (log / f"threads{rank}").read_text()
    model = read(tmp_path / "models" / "m.plaud")
    assert model.training["steps"] == 6
    assert model.training["audio_seconds"] == pytest.approx(6 * 2 * 2 * 0.5, abs=1.0)
    assert done.stdout.count("play it:") == 1
