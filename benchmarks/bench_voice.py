"""What a voice costs per block: Numba against the same model in eager PyTorch and in TorchScript.

The voice is rendered block by block, as the engine does; the blocks in which a frame is decoded cost more
than others, and p99 shows them. PyTorch can only decode whole frames: a call renders one frame (or, for
blocks longer than a frame, as many as fit), and a block is charged its share of the call, as if an adapter
spread the work evenly over the blocks. That favours PyTorch. All on one thread; variants take turns.
Eager is `PlaudNet` as it plays, its network in float64 as Numba's; the scripted one is float32 throughout.
Blocks are timed by the clock, and suffer when the machine is busy; "% of a core" is processor time.
"""

import argparse
import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from machine import describe
from scripted_voice import ScriptedVoice

from plaud_live.model_file import LatentSpace, ModelConfig, PlaudModel
from plaud_live.models.files import to_model
from plaud_live.models.plaud import PlaudNet
from plaud_live.synths.voice import Voice

BLOCKS = (64, 128, 256, 512, 2048)
CONFIG = ModelConfig(decoder_size=128, sines=128, noise_bands=1024)
TURNS = 10
GOAL_BLOCK, GOAL_PERCENT, GOAL_RATIO = 128, 8.0, 5.0

Play = Callable[[np.ndarray], np.ndarray]
"""Latents [frames, d] in, audio [frames * hop] out, going on where the call before ended."""


def make_model() -> tuple[PlaudNet, PlaudModel]:
    """A network with random weights and amplitudes of about −40 dB, and the same as a model."""
    torch.manual_seed(0)
    net = PlaudNet(CONFIG).eval()
    size = CONFIG.latent_size
    space = LatentSpace(
        (-1.0,) * size, (1.0,) * size, (0.0,) * size, (0.1,) * size, (1.0,) * size, ("",) * size
    )
    return net, to_model(net, "bench", space)


def eager(net: PlaudNet) -> Play:
    """`PlaudNet.decode` with a state."""
    state = None

    def play(latents: np.ndarray) -> np.ndarray:
        nonlocal state
        with torch.inference_mode():
            audio, state = net.decode(torch.from_numpy(latents).float().unsqueeze(0), state=state)
        return audio.numpy().ravel()

    return play


def scripted(model: PlaudModel) -> Play:
    """`ScriptedVoice`, compiled and frozen."""
    voice = ScriptedVoice(model).eval()
    counts, gains = voice.sizes.clone(), torch.ones(2)
    module, start = torch.jit.freeze(torch.jit.script(voice)), voice.start
    state = None

    def play(latents: np.ndarray) -> np.ndarray:
        nonlocal state
        with torch.inference_mode():
            z = torch.from_numpy(latents).float()
            audio, state = module(z, *(state if state is not None else start(z)), counts, gains)
        return audio.numpy()

    return play


class Numba:
    """A `Voice` that is given as many latents as it asks for."""

    def __init__(self, model: PlaudModel, latents: np.ndarray) -> None:
        self.voice = Voice(model, CONFIG.sample_rate)
        self.latents = latents
        self.controls = np.tile(self.voice.default_controls(), (len(latents), 1))
        self.frame = 0

    def restart(self) -> None:
        """Begin at the first latents again, wherever the voice is."""
        self.voice.reset(self.voice.position // self.voice.hop * self.voice.hop)
        self.frame = 0

    def play(self, out: np.ndarray) -> None:
        """Fill `out`."""
        count = self.voice.frames_in(out.size)
        frames = slice(self.frame, self.frame + count)
        self.voice.render(self.latents[frames], self.controls[frames], out)
        self.frame += count


@dataclass
class Cost:
    """Seconds that each block took by the clock, and all of them on the processor, for `sound` seconds."""

    blocks: list[float] = field(default_factory=list)
    processor: float = 0.0
    sound: float = 0.0

    def measure(self, calls: Iterable[Callable[[], object]], block: int, share: float) -> None:
        """Time `calls`, each of which is worth 1 / `share` blocks of `block` samples."""
        processor = time.thread_time()
        for call in calls:
            start = time.perf_counter()
            call()
            self.blocks.append((time.perf_counter() - start) * share)
            self.sound += block / share / CONFIG.sample_rate
        self.processor += time.thread_time() - processor

    @property
    def load(self) -> float:
        """Share of one core."""
        return self.processor / self.sound


def measure(
    seconds: float, latents: np.ndarray, numba: Numba, others: dict[str, Play]
) -> dict[int, dict[str, Cost]]:
    """Cost of every variant, by block size; they take turns, TURNS times."""
    hop, frames = CONFIG.hop_size, int(seconds * CONFIG.frame_rate / TURNS)
    costs = {block: {name: Cost() for name in ("Numba", *others)} for block in BLOCKS}
    for _ in range(TURNS):
        for block in BLOCKS:
            numba.restart()
            blocks = [partial(numba.play, np.zeros(block, np.float32))] * (frames * hop // block)
            costs[block]["Numba"].measure(blocks, block, 1.0)
            step = max(1, block // hop)
            for name, play in others.items():
                calls = [partial(play, latents[at : at + step]) for at in range(0, frames - step + 1, step)]
                costs[block][name].measure(calls, block, min(1.0, block / hop))
    return costs


def check(latents: np.ndarray, numba: Numba, others: dict[str, Play]) -> None:
    """Say how far apart the variants are: they must be the same sound for the table to mean anything."""
    frames = 64
    out = np.zeros(frames * CONFIG.hop_size, np.float32)
    numba.play(out)
    for name, play in others.items():
        sound = np.concatenate([play(latents[t : t + 1]) for t in range(frames)])
        error = np.sqrt(np.mean((sound - out) ** 2) / np.mean(out**2))
        print(f"{name} differs from Numba by {20 * np.log10(error):.0f} dB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="seconds of sound per block size and variant"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(describe("numpy", "numba", "torch"))
    print(
        f"{CONFIG.sines} partials, {CONFIG.noise_bands} noise bands, "
        f"GRU {CONFIG.decoder_size}, hop {CONFIG.hop_size}, {CONFIG.sample_rate} Hz"
    )
    frames = int(options.seconds * CONFIG.frame_rate / TURNS) + 64
    latents = 2.0 * np.sin(np.arange(frames)[:, None] * (0.01 + 0.01 * np.arange(CONFIG.latent_size)))
    latents[: CONFIG.smoothing] = latents[0]  # the scripted voice starts with a full history
    net, model = make_model()
    numba = Numba(model, latents)
    others = {"eager": eager(net), "TorchScript": scripted(model)}
    check(latents, numba, others)
    for play in others.values():  # the profiling executor optimises at the second call of a shape
        for step in (1, 2, 8):
            for _ in range(5):
                play(latents[:step])
    gc.disable()
    costs = measure(options.seconds, latents, numba, others)
    heads = ("p50 µs", "p99 µs", "p99 % of block", "% of core", "× Numba")
    print("block  variant    {:>9}{:>9}{:>16}{:>11}{:>9}".format(*heads))
    for block, variants in costs.items():
        for name, cost in variants.items():
            p50, p99 = np.quantile(cost.blocks, (0.5, 0.99))
            print(
                f"{block:>5}  {name:<11}{p50 * 1e6:>9.0f}{p99 * 1e6:>9.0f}"
                f"{100 * p99 * CONFIG.sample_rate / block:>16.1f}{100 * cost.load:>11.1f}"
                f"{cost.load / variants['Numba'].load:>9.1f}"
            )
    ours, theirs = (100 * costs[GOAL_BLOCK][name].load for name in ("Numba", "TorchScript"))
    met = ours <= GOAL_PERCENT and theirs / ours >= GOAL_RATIO
    print(f"block {GOAL_BLOCK}: {ours:.1f} % of a core, goal at most {GOAL_PERCENT:.0f} %")
    print(f"TorchScript takes {theirs / ours:.1f} times as long, goal at least {GOAL_RATIO:.0f} times")
    print("goals met" if met else "GOALS MISSED")


if __name__ == "__main__":
    main()
