"""What an exported model costs in Max and Pd: processor time of each method for a second of sound.

One thread, as nn~ calls it: `decode` with blocks of 512, 2048 and 4096 samples, for each preset with random
weights; `encode` and `forward` with 512; and what the engine's own voice takes of the same latents. The
methods take turns, and the median over turns counts.
"""

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from bench_presets import random_model, variants
from machine import describe

from plaud_live.deploy import checks
from plaud_live.deploy.description import Description
from plaud_live.deploy.description import describe as described
from plaud_live.deploy.module import NnModule
from plaud_live.model_file import PlaudModel
from plaud_live.synths.voice import Voice

BLOCKS = (512, 2048, 4096)
CASES = [*(("decode", block) for block in BLOCKS), ("encode", 512), ("forward", 512)]
PRESETS = ("tiny", "default", "rich")


def save(model: PlaudModel, offer: Description, folder: Path) -> Path:
    """The module as a file."""
    path = folder / f"{offer.name}.ts"
    torch.jit.save(torch.jit.script(NnModule(model, offer).eval()), str(path))
    return path


def share(call: Callable[[], object], seconds: float) -> float:
    """Processor time of a call for each second of sound."""
    begun = time.process_time()
    call()
    return (time.process_time() - begun) / seconds


def played(path: Path, offer: Description, name: str, block: int, seconds: float) -> Callable[[], object]:
    """A call that makes `seconds` of sound with a loaded module, which was called before."""
    method, module = offer.method(name), torch.jit.load(str(path))
    samples = round(seconds * offer.sample_rate / 4096) * 4096
    pieces = checks.signal(method, samples, offer.sample_rate).split(block // method.in_ratio, dim=2)
    call = getattr(module, name)
    for piece in pieces[:20]:
        call(piece)
    return lambda: [call(piece) for piece in pieces]


def engine(model: PlaudModel, rate: int, seconds: float) -> Callable[[], object]:
    """The same by the engine's voice, in blocks of 512."""
    voice, out = Voice(model, rate), np.zeros((model.config.channels, 512), np.float32)
    sound = out[0] if voice.channels == 1 else out
    latents, controls = np.full((8, model.config.latent_size), 0.1), np.tile(voice.default_controls(), (8, 1))

    def render() -> None:
        for _ in range(round(seconds * rate / 512)):
            frames = voice.frames_in(512)
            voice.render(latents[:frames], controls[:frames], sound)

    render()
    return render


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=4.0, help="of sound in each turn (%(default)g s)")
    parser.add_argument("--turns", type=int, default=5, help="the median counts (%(default)s)")
    parser.add_argument("--sample-rate", type=int, default=44100, help="(%(default)s Hz)")
    args = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    torch.set_num_threads(1)
    print(describe("numpy", "numba", "torch"))
    print(f"% of a core, median of {args.turns} turns of {args.seconds:g} s at {args.sample_rate} Hz")
    heads = [f"{name} {block}" for name, block in CASES]
    print(f"{'preset':10}{'MB':>6}" + "".join(f"{head:>14}" for head in heads) + f"{'engine 512':>14}")
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        for preset in PRESETS:
            model = random_model(variants()[preset].config)
            offer = described(model, preset, args.sample_rate)
            path = save(model, offer, Path(folder))
            calls = [played(path, offer, name, block, args.seconds) for name, block in CASES]
            calls.append(engine(model, args.sample_rate, args.seconds))
            turns = [[share(call, args.seconds) for call in calls] for _ in range(args.turns)]
            medians = [100.0 * statistics.median(column) for column in zip(*turns, strict=True)]
            size = path.stat().st_size / 1e6
            print(f"{preset:10}{size:6.0f}" + "".join(f"{median:14.1f}" for median in medians), flush=True)


if __name__ == "__main__":
    main()
