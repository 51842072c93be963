"""From trained weights to a model file: ranges, order and anchors of the latents, measures, the report."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from plaud_live.errors import TrainingError
from plaud_live.model_file import PlaudModel, write
from plaud_live.models.files import to_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.checkpoint import BEST, Progress, load_checkpoint
from plaud_live.training.configuration import tables_of, to_json
from plaud_live.training.continual.memory import memory_path, write_memory
from plaud_live.training.continual.remembering import PASSAGE_SECONDS, remember
from plaud_live.training.evaluation.reconstruction import WINDOW_SECONDS, Evaluation, Metrics, evaluate
from plaud_live.training.lesson import Lesson
from plaud_live.training.report import Example, write_report

_REPORT_WINDOWS = 4  # held-out windows, end to end, in the picture
_MEASURED_WINDOWS = 32


@dataclass(frozen=True)
class Finished:
    """What a run made: model file and content, measures, the report, and whether it was cut short.

    `summary` is one line on how it compares with its parent, '' without one.
    """

    path: Path
    model: PlaudModel
    evaluation: Evaluation
    report: Path
    interrupted: bool
    summary: str = ""


def finish(
    net: PlaudNet, lesson: Lesson, progress: Progress, device: str, interrupted: bool = False
) -> Finished:
    """Take the best weights, measure what the latents mean, write model file, memory and report.

    Raises TrainingError if nothing was trained or the disk refuses.
    """
    options, dataset = lesson.options, lesson.dataset
    if progress.step == 0:
        raise TrainingError(f"{options.name}: stopped before the first step, nothing to write")
    if (options.folder / BEST).exists():
        net.load_state_dict(load_checkpoint(options.folder / BEST).weights)
    net = net.to("cpu").eval()
    settled = lesson.settle(net)
    windows = dataset.windows(round(WINDOW_SECONDS * dataset.sample_rate), _MEASURED_WINDOWS)
    delay = options.delay_samples
    with torch.no_grad():
        evaluation = evaluate(
            lambda audio: net(audio)[0][..., delay:], Metrics(net.config.sample_rate), windows
        )
        example = np.concatenate(windows[:_REPORT_WINDOWS], axis=1)
        made = net(torch.from_numpy(example)[None])[0][0, :, delay:].numpy()
        means = net.encode(torch.from_numpy(example)[None])[0][0].numpy()
    tables = to_json(tables_of(options))
    training = {
        "steps": progress.step,
        "minutes": round(progress.seconds / 60.0, 2),
        "audio_seconds": round(progress.audio_seconds),
        "dataset_seconds": round(dataset.manifest.seconds, 1),
        "device": device,
        "beta": options.beta,
        "delay_samples": delay,
        "held_out": {
            m.name: {"stft": round(m.stft, 3), "log_mel_db": round(m.log_mel_db, 2)}
            for m in evaluation.measures
        },
        "attributes_r2": {t.attribute: None if t.r2 is None else round(t.r2, 3) for t in settled.ties},
        **lesson.summary,
        "configuration": {table: values for table, values in tables.items() if table != "model"},
    }
    older = lesson.older(net)
    seconds = max(PASSAGE_SECONDS, options.crop_samples / dataset.sample_rate)
    memory = remember(dataset, settled.encoded, settled.space, settled.anchors, older, seconds)
    licence = " · ".join(dict.fromkeys(filter(None, lesson.licences)))
    model = to_model(net, options.name, settled.space, settled.anchors, training, licence, lesson.parent)
    title = f"{options.name}: {training['minutes']} min, {progress.step} steps on {device}"
    report = options.folder / "report.png"
    pictured = Example(example.mean(axis=0), made.mean(axis=0), means, dataset.sample_rate)
    try:
        model = write(model, options.model_path)
        write_memory(memory, model, memory_path(options.model_path))
        summary = lesson.report(net, model, progress, options.folder)
        if not summary:
            write_report(report, title, progress.history, pictured)
    except OSError as error:
        reason = error.strerror or error
        raise TrainingError(f"{options.out}: {reason}; the checkpoint is kept in {options.folder}") from None
    return Finished(options.model_path, model, evaluation, report, interrupted, summary)
