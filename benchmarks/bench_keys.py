"""What playing by keys costs: processor time of a block, without keys and with 1 to 4 voices."""

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from machine import describe

from plaud_live.control.conductor import Conductor
from plaud_live.control.keys import Keys
from plaud_live.control.transaction import Load, Play, Transaction
from plaud_live.engine.key_events import Press
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.model_file import read, write

RATE, BLOCK = 44100, 128
BLOCKS = 2000
HARMONICS = 64


def pitched(folder: Path) -> str:
    """The built-in model with a harmonic block beside its partials and bands; its weights do not matter."""
    from plaud_live import settings
    from plaud_live.model_file import weight_shapes

    model = read(settings.built_in_model())
    config = replace(model.config, harmonics=HARMONICS)
    weights = dict(model.weights)
    for name, shape in weight_shapes(config).items():
        old = weights[name]
        if old.shape != shape:
            extra = shape[0] - old.shape[0]
            place = 2 * config.sines
            weights[name] = np.concatenate(
                [old[:place], np.zeros((extra, *shape[1:]), np.float32), old[place:]]
            )
    path = folder / "pitched.plaud"
    write(replace(model, name="pitched", config=config, weights=weights), path)
    return str(path)


def microseconds(path: str, voices: int, held: int) -> tuple[float, float]:
    """Median and 99th percentile of the processor time of a block; 0 voices: played without keys."""
    models = Models()
    info = models.load_info(path)
    conductor, renderer = Conductor(RATE, models.load_info), Renderer(RATE)
    changes = [Keys("drone", voices=voices)] if voices else [Play("drone", 0.0, 0.0)]
    conductor.submit(Transaction((Load("drone", path), *changes)), 0)
    renderer.install("drone", info, models.make_voice(info, RATE, "drone"))
    renderer.take(conductor.state)
    renderer.seat("drone", [models.make_voice(info, RATE, f"drone/{i}") for i in range(1, voices)])
    out = np.zeros((BLOCK, 2), np.float32)
    for _ in range(200):
        renderer.render(out)
    for key in range(held):
        event = Press(renderer.position, ("piano", 1, 48.0 + 7 * key, 0.0), 0.8)
        renderer.slots["drone"].keys.hear(event)
    times = []
    for _ in range(BLOCKS):
        begun = time.thread_time()
        renderer.render(out)
        times.append(1e6 * (time.thread_time() - begun))
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def main() -> None:
    """Print the table."""
    print(describe())
    real_time = 1e6 * BLOCK / RATE
    with tempfile.TemporaryDirectory() as folder:
        path = pitched(Path(folder))
        print(f"built-in model and {HARMONICS} harmonics, a block of {BLOCK} lasts {real_time:.0f} µs\n")
        print("| played | median µs | p99 µs | of real time |\n|---|---|---|---|")
        for voices, held in ((0, 0), (1, 0), (1, 1), (2, 2), (4, 0), (4, 4)):
            median, p99 = microseconds(path, voices, held)
            what = f"{voices} voices, {held} held" if voices else "without keys"
            print(f"| {what} | {median:.0f} | {p99:.0f} | {median / real_time:.1%} |")


if __name__ == "__main__":
    main()
