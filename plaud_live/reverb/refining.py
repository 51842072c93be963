"""Trains a matched network further, in FLAMO: what tone filters and taps by octave cannot put right.

The loss is FLAMO's energy decay relief (Mezza, Giampiccolo and Bernardini, DAFx 2024), by mel bands, with
its multi-scale spectra beside it, on the first third of a second. What counts is measured of the network as
it would be played: T60, clarity, levels, and relief.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from plaud_live.reverb.equaliser import Array
from plaud_live.reverb.flamo_model import build, losses, modules, trained
from plaud_live.reverb.matching import Guess, Judged, Wish, judged, responses
from plaud_live.reverb.networks import CHANNELS
from plaud_live.reverb.recording import RATE, Recording
from plaud_live.reverb.state import State

STAGE = "refining"

_NFFT = 1 << 14
_ALIAS_DB = 60.0
_RATE = 6e-3
_SPECTRA = (256, 1024)
_SPECTRA_SHARE = 20.0
_RELIEF_SHARE = 10.0
"""What relief adds to the loss of a match: 0.1 of it is as much as T60 that is off by 10 %."""
_MEASURED_EVERY = 2
_PATIENCE = 3
"""Measured states that may be worse than the best, before it goes on from there in half as long steps."""
_GAINS = ("input", "to_lines", "output", "early_input", "early_output")
_MATRICES = ("mixing_matrix", "scatter_mixing_1", "spread_mixing_1")


def refine(
    recording: Recording, wish: Wish, guess: Guess, start: Judged, share: Callable[[], float]
) -> Iterator[State]:
    """States until `share`, which says how much of the time is over, is 1. The first is `guess` itself."""
    torch.manual_seed(1)
    network = guess.network
    shell = build(network, _NFFT, _ALIAS_DB)
    parts = modules(shell)
    for name in _GAINS:
        _make_relative(parts[name])
    parameters = [parts[name].param for name in (*_GAINS, *_MATRICES)]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimiser = torch.optim.Adam(parameters, lr=_RATE)
    relief = losses.edr_loss(sample_rate=int(RATE))
    spectra = losses.mss_loss(nfft=list(_SPECTRA), sample_rate=int(RATE))
    target = _target(recording)
    generator = np.random.default_rng(1)
    early, late = responses(network, wish.seconds)
    before = _relief(relief, early + late, target)
    scale = start.loss / (start.loss + _RELIEF_SHARE * before)
    step, least, since = 0, start.loss, 0
    best = [parameter.detach().clone() for parameter in parameters]
    while share() < 1.0:
        impulse = torch.zeros(1, _NFFT, CHANNELS, dtype=torch.float64)
        impulse[0, 0] = torch.tensor([1.0, generator.choice([-1.0, 1.0])])
        heard = shell(impulse).permute(2, 1, 0)
        loss = relief(heard, target) + _SPECTRA_SHARE * spectra(heard, target)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        if step % _MEASURED_EVERY:
            continue
        now = trained(network, shell)
        early, late = responses(now, wish.seconds)
        found = judged(early + late, wish)
        total = scale * (found.loss + _RELIEF_SHARE * _relief(relief, early + late, target))
        yield State(now, total, STAGE, min(1.0, share()), step, 0)
        if total < least:
            least, since, best = total, 0, [parameter.detach().clone() for parameter in parameters]
            continue
        since += 1
        if since >= _PATIENCE:
            since = 0
            with torch.no_grad():
                for parameter, value in zip(parameters, best, strict=True):
                    parameter.copy_(value)
            optimiser = torch.optim.Adam(parameters, lr=0.5 * optimiser.param_groups[0]["lr"])


def _make_relative(gain: Any) -> None:
    """Lets the parameters of `gain` be changes of its values, as shares of them: small ones move little."""
    values = gain.param.detach().clone()
    with torch.no_grad():
        gain.param.zero_()
    gain.map = lambda share: values * (1.0 + share)


def _relief(loss: torch.nn.Module, found: Array, target: torch.Tensor) -> float:
    """Energy decay relief of `found` [2, 2, samples] against the target, for both signs of input 2."""
    cut = np.zeros((*found.shape[:-1], _NFFT))
    kept = min(_NFFT, found.shape[-1])
    cut[..., :kept] = found[..., :kept]
    with torch.no_grad():
        both = [torch.tensor(cut[:, 0] + sign * cut[:, 1])[..., None] for sign in (1.0, -1.0)]
        return float(sum(loss(each, target) for each in both)) / 2.0


def _target(recording: Recording) -> torch.Tensor:
    """The recorded channels [2, samples, 1], as loud as each output of a network is to be."""
    sound = recording.responses[:, :_NFFT]
    sound = np.pad(sound, ((0, 0), (0, _NFFT - sound.shape[1])))
    rng = np.random.default_rng(0)
    sound = sound + 1e-9 * rng.standard_normal(sound.shape)
    return torch.tensor(np.broadcast_to(sound, (CHANNELS, _NFFT)).copy())[..., None]
