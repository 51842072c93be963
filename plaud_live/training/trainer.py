"""The training loop: random crops, weighted losses, validation on held-out sound, checkpoints.

What is drawn and what is asked for is the run's lesson. Crops and latent noise are functions of (seed, rank,
step), so that a run that is interrupted goes on as if it had not been.
"""

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from types import FrameType
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from tqdm import tqdm

from plaud_live.errors import TrainingError
from plaud_live.model_file import ModelConfig
from plaud_live.models.plaud import PlaudNet
from plaud_live.training import schedule
from plaud_live.training.augmentation import Augmentation, augmented
from plaud_live.training.averaging import AveragedNet
from plaud_live.training.checkpoint import BEST, LAST, Progress, load_checkpoint, save_checkpoint
from plaud_live.training.configuration import for_dataset
from plaud_live.training.continual.lessons import make_lesson
from plaud_live.training.dataset import open_dataset
from plaud_live.training.devices import device_name, opened_fabric
from plaud_live.training.evaluation.reconstruction import Metrics, evaluate
from plaud_live.training.finish import Finished, finish
from plaud_live.training.lesson import Lesson, Naming
from plaud_live.training.logs import TensorBoard
from plaud_live.training.losses.weighted import WeightedLosses, build_losses
from plaud_live.training.optimiser import MuonAdam
from plaud_live.training.options import TrainOptions
from plaud_live.training.progress import Status
from plaud_live.training.regularisers import Regularisers, build_regularisers

_CLIP = 1.0
_WINDOWS = 12  # held-out windows of a validation
_AGREE_EVERY = 8  # steps between two agreements of distributed processes on time and end
_MOST_FAILURES = 20  # steps in a row whose gradient is not finite
_TELL_SECONDS = 0.5
_RECENT = 100  # steps that the shown training loss is the mean of


class Crops:
    """Audio [batch, channels, samples] of a step, where Fabric does not see it and halve its precision."""

    def __init__(self, audio: Tensor) -> None:
        self.audio = audio


class TrainingPass(nn.Module):
    """A model's training pass as a forward, which is where Fabric casts types and averages gradients."""

    def __init__(
        self, net: PlaudNet, losses: WeightedLosses, regularisers: Regularisers, delay_samples: int
    ) -> None:
        super().__init__()
        self.net, self.losses, self.regularisers, self.delay = net, losses, regularisers, delay_samples

    def forward(self, crops: Crops) -> tuple[Tensor, Tensor]:
        """Values of the losses and of the regularisers."""
        audio = crops.audio
        made = self.net.training_pass(audio, self.losses.hear)
        asked = self.regularisers(self.net, made, audio)
        with torch.autocast(audio.device.type, enabled=False):
            shared = audio.shape[-1] - self.delay
            heard = replace(made, audio=made.audio[..., self.delay :])
            return self.losses(heard, audio[..., :shared]), asked


def train(
    options: TrainOptions,
    naming: Naming | None = None,
    report: Callable[[Status], None] | None = None,
) -> Finished | None:
    """Train, or go on training, and write the model file; `naming` names its anchors.

    `report` is told how far the run is, about once a second. Returns what was made; None in processes other
    than the first. Raises DatasetError, TrainingError or SettingsError in one line.
    """
    with opened_fabric(options) as fabric:
        return _train(options, fabric, naming, report)


def _train(
    options: TrainOptions,
    fabric: Fabric,
    naming: Naming | None,
    report: Callable[[Status], None] | None,
) -> Finished | None:
    dataset = open_dataset(options.dataset, options.held_out)
    options = for_dataset(options, dataset.manifest)
    if fabric.is_global_zero:
        open_folder(options)
    fabric.barrier()
    lesson = make_lesson(options, dataset, naming)
    run = _Run(lesson, fabric, report)
    try:
        with _stop_on_signals(run):
            run.loop()
    finally:
        run.board.close()
    if not fabric.is_global_zero:
        return None
    return finish(run.averaged.net, lesson, run.progress, device_name(fabric), run.stop)


def open_folder(options: TrainOptions) -> None:
    """Make the run's folder, without state if it is to start over. Raises TrainingError if that cannot be."""
    folder = options.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
        if options.fresh:
            for name in (LAST, BEST):
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise TrainingError(f"{folder}: {error.strerror}; choose another --out") from None
    if options.resume and not (folder / LAST).exists():
        raise TrainingError(f"{folder}: no checkpoint to resume from")


class _Run:
    """One run: model, the mean of its weights, optimiser, progress."""

    def __init__(
        self, lesson: Lesson, fabric: Fabric, report: Callable[[Status], None] | None = None
    ) -> None:
        options = lesson.options
        self.lesson, self.options, self.fabric, self.report = lesson, options, fabric, report
        self.augmentation = options.augmentation or Augmentation()
        self.stop = False
        self._told = 0.0
        self.progress = Progress()
        torch.manual_seed(options.seed)
        self.net = PlaudNet(options.config)
        lesson.begin(self.net)
        self.averaged = AveragedNet(self.net, options.averaging)
        self.optimiser = MuonAdam(self.net, options.learning_rate)
        if (options.folder / LAST).exists():
            self._restore()
        fabric.barrier()
        self.regularisers = build_regularisers(options, lesson.regularisers())
        self.losses = build_losses(options)
        training_pass = TrainingPass(self.net, self.losses, self.regularisers, options.delay_samples)
        self.module, self.setup_optimiser = fabric.setup(training_pass, self.optimiser)
        self.averaged.net.to(fabric.device)
        self.board = TensorBoard(options.folder / "tensorboard", enabled=fabric.is_global_zero)
        self.windows = lesson.windows(_WINDOWS)
        self.recent = {name: deque(values, _RECENT) for name, values in self.progress.recent.items()}

    def loop(self) -> None:
        """Train to the end, or until told to stop; the last state is saved in both cases."""
        progress, options, fabric = self.progress, self.options, self.fabric
        begun, saved = time.monotonic() - progress.seconds, time.monotonic()
        per_step = fabric.world_size * options.batch_size * options.crop_samples / options.config.sample_rate
        done, _, stop = self._agree(False)
        failures = 0
        with self._bar() as bar:
            while done < 1.0 and not stop:
                failures = 0 if self._step(done) else failures + 1
                if failures == _MOST_FAILURES:
                    raise TrainingError(
                        f"loss is not finite since step {progress.step - failures + 1}: lower --learning-rate"
                        f" (now {options.learning_rate:g}); {options.folder / LAST} is from before"
                    )
                progress.step += 1
                progress.audio_seconds += per_step
                progress.seconds = time.monotonic() - begun
                self._show(bar)
                self._tell()
                if fabric.world_size > 1 and progress.step % _AGREE_EVERY and progress.step != options.steps:
                    continue
                done, due, stop = self._agree(time.monotonic() - saved >= options.validate_every_seconds)
                if due and done < 1.0 and not stop:
                    self._validate(done)
                    saved = time.monotonic()
                    progress.seconds = saved - begun
        if self.stop and fabric.is_global_zero and progress.step > 0:
            self._save_last()  # whoever asked for the end may not wait for what follows
        self._validate(done)

    def _step(self, done: float) -> bool:
        """One step of the optimiser; False, and nothing changed, if the gradient is not finite."""
        options, key = self.options, (self.options.seed, self.fabric.global_rank, self.progress.step)
        for group in self.optimiser.param_groups:
            group["lr"] = schedule.learning_rate(done, group["full"])
        draw, samples = self.lesson.crops, options.crop_samples
        audio = torch.from_numpy(augmented(draw, self.augmentation, samples, options.batch_size, key))
        audio = audio.to(self.fabric.device)
        torch.manual_seed(int(np.random.SeedSequence(key).generate_state(1)[0]))
        compared, asked = (values.float() for values in self.module(Crops(audio)))
        loss, values = self.losses.weigh(compared)
        penalty, penalties = self.regularisers.weigh(asked, done)
        self.setup_optimiser.zero_grad()
        self.fabric.backward(loss + penalty)
        norm = self.fabric.clip_gradients(
            self.module, self.setup_optimiser, max_norm=_CLIP, error_if_nonfinite=False
        )
        if norm is not None and not bool(torch.isfinite(norm)):
            return False
        self.setup_optimiser.step()
        self.averaged.follow(self.progress.step + 1)
        for name, value in {**values, **penalties}.items():
            self.recent.setdefault(name, deque(maxlen=_RECENT)).append(value)
        return True

    def _validate(self, done: float) -> None:
        """Measure on held-out sound, keep the best and the last state. The first process does it."""
        if self.fabric.is_global_zero and self.progress.step > 0:
            progress = self.progress
            means = {name: sum(values) / len(values) for name, values in self.recent.items() if values}
            metrics = Metrics(self.net.config.sample_rate)
            measure = evaluate(self._reconstruct, metrics, self.windows, baselines=False).measures[0]
            record = {
                "step": float(progress.step),
                "seconds": progress.seconds,
                "audio_seconds": progress.audio_seconds,
                "stft": measure.stft,
                "log_mel_db": measure.log_mel_db,
                **{f"train_{name}": value for name, value in means.items()},
            }
            progress.history.append(record)
            warm = done >= self.options.warmup
            if measure.stft < progress.best and warm:
                progress.best = measure.stft
                self._save(BEST, self.averaged.net)
            self._save_last()
            self.board.scalars(progress.step, record)
            made = self._reconstruct(torch.from_numpy(self.windows[0])[None])[0].mean(dim=0).numpy()
            self.board.audio(progress.step, "reconstruction", made, self.options.config.sample_rate)
            if len(progress.history) == 1:
                self.board.audio(
                    progress.step, "target", self.windows[0].mean(axis=0), self.options.config.sample_rate
                )
        self.fabric.barrier()

    def _save_last(self) -> None:
        self.progress.recent = {name: list(values) for name, values in self.recent.items()}
        self._save(LAST, self.net, optimiser=self.optimiser, averaged=self.averaged.net.state_dict())

    def _save(self, name: str, net: PlaudNet, **rest: Any) -> None:
        path, config = self.options.folder / name, asdict(self.options.config)
        save_checkpoint(path, net.state_dict(), self.progress, config, self.lesson.identity, **rest)

    def _restore(self) -> None:
        """Go on from the last state. Raises TrainingError if it is of a model of another shape."""
        path = self.options.folder / LAST
        checkpoint = load_checkpoint(path)
        config = ModelConfig.from_dict(checkpoint.config)
        for key, value in asdict(self.options.config).items():
            if getattr(config, key) != value:
                raise TrainingError(
                    f"{path}: was begun with {key} {getattr(config, key)}, not {value} — "
                    "give the same, another --model-name, or --fresh to start over"
                )
        if checkpoint.lesson != self.lesson.identity:
            raise TrainingError(
                f"{path}: was begun {_begun(checkpoint.lesson)}, not {_begun(self.lesson.identity)} — "
                "give the same, another --model-name, or --fresh to start over"
            )
        try:
            self.net.load_state_dict(checkpoint.weights)
            self.averaged.net.load_state_dict(checkpoint.averaged)
            self.optimiser.load_state_dict(checkpoint.optimiser)
        except (RuntimeError, ValueError):
            raise TrainingError(
                f"{path}: was begun by another version of plaud-live — start over with --fresh"
            ) from None
        self.progress = checkpoint.progress

    def _done(self) -> float:
        """Share of the run that is done, by steps or by minutes, whichever is farther."""
        options, shares = self.options, [0.0]
        if options.steps is not None:
            shares.append(self.progress.step / options.steps)
        if options.minutes is not None:
            shares.append(self.progress.seconds / (60.0 * options.minutes))
        return min(1.0, max(shares))

    def _agree(self, due: bool) -> tuple[float, bool, bool]:
        """Share done, whether to validate, and whether to stop: the first process decides for all."""
        mine = (self._done(), due, self.stop)
        return mine if self.fabric.world_size == 1 else self.fabric.broadcast(mine)

    @torch.no_grad()
    def _reconstruct(self, audio: Tensor) -> Tensor:
        return self.averaged.net(audio.to(self.fabric.device))[0][..., self.options.delay_samples :].cpu()

    def _bar(self) -> tqdm:
        show = self.options.progress and self.fabric.is_global_zero
        return tqdm(
            total=100.0, disable=not show, desc=f"training {self.options.name}",
            bar_format="{desc} {percentage:5.1f} %|{bar}| {elapsed}{postfix}",
        )  # fmt: skip

    def _show(self, bar: tqdm) -> None:
        if bar.disable:
            return
        progress = self.progress
        bar.n = 100.0 * self._done()
        rate = progress.audio_seconds / max(progress.seconds, 1e-9)
        fields = [f"step {progress.step}", f"{rate:.1f} audio-s/s"]
        fields += [f"{name} {values[-1]:.3f}" for name, values in self.recent.items()]
        if progress.history:
            fields.append(f"held out {progress.history[-1]['stft']:.3f}")
        bar.set_postfix_str(", ".join(fields), refresh=False)
        bar.refresh()

    def _tell(self) -> None:
        """Report how far the run is, if somebody wants to know."""
        now = time.monotonic()
        if self.report is None or not self.fabric.is_global_zero or now - self._told < _TELL_SECONDS:
            return
        self._told = now
        done, progress = self._done(), self.progress
        left = progress.seconds * (1.0 - done) / done if done > 0.0 else None
        values = self.recent.get(next(iter(self.losses.weights)), ())
        loss = sum(values) / len(values) if values else None
        self.report(Status("training", done, progress.step, loss, left))


def _begun(identity: Mapping[str, str]) -> str:
    """What a run learns, for people."""
    return f"from {identity['parent'][:8]} by --how {identity['how']}" if identity else "without --from"


@contextmanager
def _stop_on_signals(run: _Run) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends the run after its step and saves it; the second ends at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if run.stop:
            raise KeyboardInterrupt
        run.stop = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
