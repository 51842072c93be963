"""What became of a parent's sound and positions in its child, measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from plaud_live.model_file import ModelConfig
from plaud_live.models.plaud import PlaudNet
from plaud_live.training.evaluation.measures import LogMelDistance, SpectrumDistance
from plaud_live.training.evaluation.reconstruction import QUIET_DB, Metrics, evaluate, level_db

HOLD_SECONDS = 1.5
SETTLE_SECONDS = 0.5
"""An anchor is held so long, and listened to from then on."""


@dataclass(frozen=True)
class Drift:
    """How far the sound at an anchor is from what it was: `db`, the log-mel distance of the mean spectra of a
    second; `frames_db`, that of the spectra frame by frame; and both sounds [samples].

    A partial that is a fraction of a hertz away is in phase with its neighbours at other times: frame by
    frame that is a distance, though the sound is the same.
    """

    name: str
    db: float
    frames_db: float
    before: np.ndarray
    after: np.ndarray


@torch.no_grad()
def anchor_drift(
    parent: PlaudNet, child: PlaudNet, places: Mapping[str, tuple[Sequence[float], Sequence[float]]]
) -> tuple[Drift, ...]:
    """What both play at each of `places`, raw latents of the parent and of the child, and how far apart."""
    if not places:
        return ()
    rate = parent.config.sample_rate
    before = hold(parent, [theirs for theirs, _ in places.values()])
    after = hold(child, [ours for _, ours in places.values()])
    frames, spectrum = LogMelDistance(rate), SpectrumDistance(rate)
    return tuple(
        Drift(name, spectrum(now, then), frames(now, then), then.mean(dim=0).numpy(), now.mean(dim=0).numpy())
        for name, then, now in zip(places, before, after, strict=True)
    )


@torch.no_grad()
def hold(net: PlaudNet, raw: Sequence[Sequence[float]]) -> torch.Tensor:
    """What `net` plays where it is held at each of `raw` [n, latents], once settled: [n, channels,
    samples]."""
    rate, hop = net.config.sample_rate, net.config.hop_size
    frames = round(HOLD_SECONDS * rate / hop)
    latents = torch.tensor(raw, dtype=torch.float32)[:, None].expand(-1, frames, -1)
    audio, _ = net.decode(latents)
    return audio[..., round(SETTLE_SECONDS * rate) :]


@torch.no_grad()
def latent_drift(parent: PlaudNet, child: PlaudNet, sound: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """How far, on the average, the encoding of `sound` [n, channels, samples] has moved, in playable units,
    [latents]."""
    audio = torch.from_numpy(sound)
    before, after = (net.encode(audio)[0].double().numpy() for net in (parent, child))
    moved: np.ndarray = np.abs(after - before).mean(axis=(0, 1)) / widths
    return moved


@torch.no_grad()
def loss(net: PlaudNet, windows: np.ndarray, delay_samples: int) -> float:
    """Median multi-resolution STFT distance on `windows` [n, channels, samples]; NaN where none is heard."""
    if not any(level_db(window) > QUIET_DB for window in windows):
        return float("nan")
    metrics = Metrics(net.config.sample_rate, ("stft",))
    made = evaluate(lambda audio: net(audio)[0][..., delay_samples:], metrics, windows, baselines=False)
    return made.measures[0].stft


def cost(config: ModelConfig) -> float:
    """Multiplications a second that playing a model takes, nearly: its decoder a frame, its voice a
    sample."""
    size = config.decoder_size
    decoder = (
        size * (config.latent_size + size) + 6 * size * size + 2 * size * size + size * config.output_size
    )
    components = config.sines + config.harmonics + config.noise_bands
    return decoder * config.frame_rate + config.channels * components * config.sample_rate
