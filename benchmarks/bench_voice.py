"""What a voice costs per block: Numba against the same model in eager PyTorch and in TorchScript.

The voice is rendered block by block, as the engine does; the blocks in which a frame is decoded cost more
than others, and p99 shows them. PyTorch can only decode whole frames: a call renders one frame (or, for
blocks longer than a frame, as many as fit), and a block is charged its share of the call, as if an adapter
spread the work evenly over the blocks. That favours PyTorch. All on one thread; variants take turns.
"""

import argparse
import gc
import time
from collections.abc import Callable

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


def scripted(net: PlaudNet) -> Play:
    """`ScriptedVoice`, compiled and frozen."""
    module = torch.jit.freeze(torch.jit.script(ScriptedVoice(net).eval()))
    start = ScriptedVoice(net).start
    state = None

    def play(latents: np.ndarray) -> np.ndarray:
        nonlocal state
        with torch.inference_mode():
            z = torch.from_numpy(latents).float()
            audio, state = module(z, *(state if state is not None else start(z)))
        return audio.numpy()

    return play


class Numba:
    """A `Voice` that is given as many latents as it asks for."""

    def __init__(self, model: PlaudModel, latents: np.ndarray) -> None:
        self.voice = Voice(model, CONFIG.sample_rate)
        self.latents = latents
        self.controls = np.tile(self.voice.default_controls(), (len(latents), 1))
        self.frame = 0

    def block(self, out: np.ndarray) -> float:
        """Fill `out`; return the seconds that it took."""
        start = time.perf_counter()
        count = self.voice.frames_in(out.size)
        self.voice.render(
            self.latents[self.frame : self.frame + count], self.controls[self.frame : self.frame + count], out
        )
        taken = time.perf_counter() - start
        self.frame += count
        return taken


def measure(
    samples: int, latents: np.ndarray, numba: Numba, others: dict[str, Play]
) -> dict[str, dict[int, np.ndarray]]:
    """Seconds per block for every variant and block size, over `samples` samples each, in TURNS turns."""
    hop = CONFIG.hop_size
    taken: dict[str, dict[int, list[float]]] = {name: {b: [] for b in BLOCKS} for name in ("Numba", *others)}
    for turn in range(TURNS):
        for block in BLOCKS:
            numba.frame, out = 0, np.zeros(block, np.float32)
            numba.voice.reset(turn * samples // TURNS // hop * hop)
            for _ in range(samples // TURNS // block):
                taken["Numba"][block].append(numba.block(out))
            step = max(1, block // hop)
            for name, play in others.items():
                for frame in range(0, samples // TURNS // hop - step + 1, step):
                    start = time.perf_counter()
                    play(latents[frame : frame + step])
                    taken[name][block].append((time.perf_counter() - start) * min(1.0, block / hop))
    return {name: {block: np.array(times) for block, times in sizes.items()} for name, sizes in taken.items()}


def check(latents: np.ndarray, numba: Numba, others: dict[str, Play]) -> None:
    """Say how far apart the variants are: they must be the same sound for the table to mean anything."""
    frames = 64
    out = np.zeros(frames * CONFIG.hop_size, np.float32)
    numba.block(out)
    for name, play in others.items():
        sound = np.concatenate([play(latents[t : t + 1]) for t in range(frames)])
        error = np.sqrt(np.mean((sound - out) ** 2) / np.mean(out**2))
        print(f"{name} differs from Numba by {20 * np.log10(error):.0f} dB (its network is float32)")


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
    samples = int(options.seconds * CONFIG.sample_rate)
    frames = samples // TURNS // CONFIG.hop_size + 16
    latents = 2.0 * np.sin(np.arange(frames)[:, None] * (0.01 + 0.01 * np.arange(CONFIG.latent_size)))
    latents[: CONFIG.smoothing] = latents[0]  # the scripted voice starts with a full history
    net, model = make_model()
    numba = Numba(model, latents)
    others = {"eager": eager(net), "TorchScript": scripted(net)}
    check(latents, numba, others)
    for play in others.values():  # the profiling executor optimises at the second call of a shape
        for step in (1, 2, 8):
            for _ in range(5):
                play(latents[:step])
    gc.disable()
    taken = measure(samples, latents, numba, others)
    print(f"block  {'variant':<12}{'p50 µs':>9}{'p99 µs':>9}{'% of real time':>16}{'p99 %':>8}{'× Numba':>9}")
    for block in BLOCKS:
        real = block / CONFIG.sample_rate
        for name, sizes in taken.items():
            times = sizes[block]
            p50, p99, mean = np.median(times), np.quantile(times, 0.99), np.mean(times)
            ratio = mean / np.mean(taken["Numba"][block])
            print(
                f"{block:>5}  {name:<12}{p50 * 1e6:>9.0f}{p99 * 1e6:>9.0f}{100 * mean / real:>16.1f}"
                f"{100 * p99 / real:>8.1f}{ratio:>9.1f}"
            )
    ours, theirs = (np.mean(taken[name][GOAL_BLOCK]) for name in ("Numba", "TorchScript"))
    percent = 100 * ours * CONFIG.sample_rate / GOAL_BLOCK
    met = percent <= GOAL_PERCENT and theirs / ours >= GOAL_RATIO
    print(
        f"block {GOAL_BLOCK}: {percent:.1f} % of real time, goal at most {GOAL_PERCENT:.0f}; TorchScript takes "
        f"{theirs / ours:.1f} times as long, goal at least {GOAL_RATIO:.0f}: {'met' if met else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
