"""From trained weights to a model file: ranges, order and anchors of the latents, measures, the report."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from plaud_live.errors import TrainingError
from plaud_live.model_file import PlaudModel, write
from plaud_live.models.files import to_model
from plaud_live.models.latent import calibrate, order_latents, reorder
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.anchors import SPAN_SECONDS, Encoded, make_anchors
from plaud_live.training.checkpoint import BEST, Progress, load_checkpoint
from plaud_live.training.configuration import tables_of, to_json
from plaud_live.training.dataset import Dataset
from plaud_live.training.evaluation.reconstruction import WINDOW_SECONDS, Evaluation, Metrics, evaluate
from plaud_live.training.options import TrainOptions
from plaud_live.training.report import Example, write_report
from plaud_live.training.tied import turn_and_measure

_CALIBRATE_SECONDS = 20.0  # recordings are encoded in stretches of this length
_REPORT_WINDOWS = 4  # held-out windows, end to end, in the picture
_MEASURED_WINDOWS = 32


@dataclass(frozen=True)
class Finished:
    """What a run made: model file and content, measures, the report, and whether it was cut short."""

    path: Path
    model: PlaudModel
    evaluation: Evaluation
    report: Path
    interrupted: bool


@dataclass(frozen=True)
class Naming:
    """Names of anchors by recording, instead of those made from file names; `limit` anchors at most.

    `first` is the recording at whose anchor a loaded instrument stands; '' for the loudest. `seconds` is the
    length of the passages that anchors are taken from.
    """

    names: dict[str, str] = field(default_factory=dict)
    limit: int = 16
    first: str = ""
    seconds: float = SPAN_SECONDS


def finish(
    net: PlaudNet,
    options: TrainOptions,
    dataset: Dataset,
    progress: Progress,
    device: str,
    interrupted: bool = False,
    naming: Naming | None = None,
) -> Finished:
    """Take the best weights, measure what the latents mean, write model file and report.

    Raises TrainingError if nothing was trained or the disk refuses.
    """
    if progress.step == 0:
        raise TrainingError(f"{options.name}: stopped before the first step, nothing to write")
    if (options.folder / BEST).exists():
        net.load_state_dict(load_checkpoint(options.folder / BEST).weights)
    net = net.to("cpu").eval()
    windows = dataset.windows(round(WINDOW_SECONDS * dataset.sample_rate), _MEASURED_WINDOWS)
    ties = turn_and_measure(net, options.attributes, windows)
    aliases = {tie.latent: tie.alias for tie in ties}
    latent_names = [aliases.get(i, "") for i in range(net.config.latent_size)]
    stretches = (torch.from_numpy(audio)[None] for audio in _stretches(dataset))
    space = calibrate(net, stretches, latent_names)
    space = reorder(space, order_latents(net, space.information, list(aliases)))
    naming = naming or Naming()
    scale = np.array(space.high) - np.array(space.low)
    encoded = encode_recordings(net, dataset)
    anchors = make_anchors(encoded, scale, naming.limit, naming.names, naming.first, naming.seconds)
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
        "attributes_r2": {t.attribute: None if t.r2 is None else round(t.r2, 3) for t in ties},
        "configuration": {table: values for table, values in tables.items() if table != "model"},
    }
    model = to_model(net, options.name, space, anchors, training, dataset.manifest.licence)
    title = f"{options.name}: {training['minutes']} min, {progress.step} steps on {device}"
    report = options.folder / "report.png"
    pictured = Example(example.mean(axis=0), made.mean(axis=0), means, dataset.sample_rate)
    try:
        model = write(model, options.model_path)
        write_report(report, title, progress.history, pictured)
    except OSError as error:
        reason = error.strerror or error
        raise TrainingError(f"{options.out}: {reason}; the checkpoint is kept in {options.folder}") from None
    return Finished(options.model_path, model, evaluation, report, interrupted)


@torch.no_grad()
def encode_recordings(net: PlaudNet, dataset: Dataset) -> list[Encoded]:
    """Latent means and level of every recording, frame by frame."""
    hop, encoded = net.config.hop_size, []
    for index, record in enumerate(dataset.recordings):
        audio = dataset.read(index, 0, record.samples)
        state, rows = None, []
        step = round(_CALIBRATE_SECONDS * net.config.frame_rate) * hop
        for first in range(0, record.samples, step):
            mean, _, state = net.encode(torch.from_numpy(audio[:, first : first + step])[None], state)
            rows.append(mean[0].numpy())
        means = np.concatenate(rows)
        frames = audio[:, : len(means) * hop].reshape(dataset.channels, -1, hop)
        level = np.sqrt(np.mean(np.square(frames), axis=(0, 2)))
        encoded.append(Encoded(record.source, means, level, net.config.frame_rate))
    return encoded


def _stretches(dataset: Dataset) -> list[np.ndarray]:
    """The training material in stretches [channels, samples] of limited length."""
    length = round(_CALIBRATE_SECONDS * dataset.sample_rate)
    return [
        dataset.read(span.recording, first, min(first + length, span.end))
        for span in dataset.split.train
        for first in range(span.start, span.end, length)
    ]
