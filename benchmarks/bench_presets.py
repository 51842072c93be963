"""What presets cost: weights, the voice per block, the encoder per frame, and a second of training.

Each preset with random weights, and variants of the default: two channels, the recurrent encoder. Costs are
processor time of one thread, which a busy machine hardly changes; the voice takes turns with the others, and
the median over turns counts. Training steps are the trainer's own, of noise and a tone with the preset's
losses; the median step counts.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import soundfile
from machine import describe

from plaud_live.model_file import LatentSpace, ModelConfig, PlaudModel, weight_shapes
from plaud_live.synths.encoder import StreamingEncoder
from plaud_live.synths.voice import Voice
from plaud_live.training.arguments import share_processor
from plaud_live.training.configuration import make_options, preset_names, read_preset
from plaud_live.training.options import TrainOptions

BLOCK = 128
TURNS = 9
WARMING = 3  # steps that are not counted


def variants() -> dict[str, TrainOptions]:
    """Options by name."""
    made = {
        name: make_options(read_preset(name), Path(), "bench", Path())
        for name in sorted(preset_names(), key=("tiny", "default", "rich").index)
    }
    base = made["default"]
    for name, changes in {"default, gru": {"encoder": "gru"}, "default, stereo": {"channels": 2}}.items():
        made[name] = replace(base, config=replace(base.config, **changes))
    return made


def random_model(config: ModelConfig) -> PlaudModel:
    """Weights that keep everything sounding."""
    dice = np.random.default_rng(0)
    weights = {
        name: (dice.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)
        for name, shape in weight_shapes(config).items()
    }
    size = config.latent_size
    space = LatentSpace(
        (-1.0,) * size, (1.0,) * size, (0.0,) * size, (0.1,) * size, (1.0,) * size, ("",) * size
    )
    return PlaudModel("bench", config, space, weights)


class Playing:
    """A voice and an encoder, a second at a time."""

    def __init__(self, config: ModelConfig) -> None:
        model = random_model(config)
        self.config = config
        self.size = sum(weight.size for weight in model.weights.values())
        self.voice, self.encoder = (
            Voice(model, config.sample_rate),
            StreamingEncoder(model, config.sample_rate),
        )
        shape = (BLOCK,) if config.channels == 1 else (config.channels, BLOCK)
        self.out = np.zeros(shape, np.float32)
        self.sound = (0.1 * np.random.default_rng(1).standard_normal(config.sample_rate)).astype(np.float32)
        self.blocks: list[float] = []
        self.frames: list[float] = []

    def turn(self) -> None:
        """Play a second, and hear one."""
        count = self.config.sample_rate // BLOCK
        latents = np.random.default_rng(2).uniform(-1.0, 1.0, (2, self.config.latent_size))
        controls = np.tile(self.voice.default_controls(), (2, 1))
        begun = time.thread_time()
        for _ in range(count):
            frames = self.voice.frames_in(BLOCK)
            self.voice.render(latents[:frames], controls[:frames], self.out)
        self.blocks.append((time.thread_time() - begun) / count)
        begun = time.thread_time()
        heard = len(self.encoder.push(self.sound))
        self.frames.append((time.thread_time() - begun) / heard)


def training_cost(options: TrainOptions, steps: int, folder: Path) -> float:
    """Processor seconds that a second of training audio takes."""
    from plaud_live.training.dataset import Dataset
    from plaud_live.training.prepare import prepare
    from plaud_live.training.trainer import train

    channels, rate = options.config.channels, options.config.sample_rate
    dataset = folder / f"dataset{channels}"
    if not dataset.exists():
        (folder / "in").mkdir(exist_ok=True)
        n = np.arange(12 * rate)
        noise = 0.05 * np.random.default_rng(3).standard_normal((len(n), channels))
        sound = noise + 0.2 * np.sin(2 * np.pi * 220.0 * n / rate)[:, None]
        soundfile.write(folder / "in" / "a.wav", sound, rate)
        prepare(folder / "in", dataset, channels=channels)
    begun: list[float] = []
    real = Dataset.crops

    def crops(self: Dataset, samples: int, count: int, key: tuple[int, ...]) -> np.ndarray:
        begun.append(time.process_time())  # once a step, first of all
        return real(self, samples, count, key)

    run = replace(
        options, dataset=dataset, out=folder, minutes=None, steps=steps + WARMING, threads=1, fresh=True,
        accelerator="cpu", progress=False, validate_every_seconds=1e9,
    )  # fmt: skip
    with patch.object(Dataset, "crops", crops):
        train(run)
    step = float(np.median(np.diff(begun)[WARMING:]))
    return step * rate / (options.batch_size * options.crop_samples)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=40, help="of training that are measured (%(default)s)")
    args = parser.parse_args()
    print(describe("numba", "torch"))
    share_processor()
    options = variants()
    playing = {name: Playing(each.config) for name, each in options.items()}
    for _ in range(TURNS):
        for each in playing.values():
            each.turn()
    head = (
        "weights",
        "MB",
        "voice µs/block",
        "% of a core",
        "encoder µs/frame",
        "% of a core",
        "audio-s/s trained",
    )
    print(f"{'':17}" + "".join(f"{name:>19}" for name in head) + f"   blocks of {BLOCK}")
    with tempfile.TemporaryDirectory() as folder:
        for name, each in playing.items():
            block, frame = float(np.median(each.blocks)), float(np.median(each.frames))
            trained = 1.0 / training_cost(options[name], args.steps, Path(folder))
            cells = (
                f"{each.size:,}", f"{4e-6 * each.size:.1f}", f"{1e6 * block:.0f}",
                f"{100 * block * each.config.sample_rate / BLOCK:.1f}", f"{1e6 * frame:.0f}",
                f"{100 * frame * each.config.frame_rate:.1f}", f"{trained:.1f}",
            )  # fmt: skip
            print(f"{name:17}" + "".join(f"{cell:>19}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
