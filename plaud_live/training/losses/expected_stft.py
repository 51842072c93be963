"""The multi-resolution STFT loss that is to be expected, from the model's controls: no sound is made for it.

Like `stft`, and with its settings, but of the power spectra that the controls sound with on the average over
all phases and noises (`models.expectation`), and of the distance that such sounds are to be expected at
(`expected_distance`). A step costs less, and what it learns from has no chance in it.
"""

import torch
from torch import Tensor, nn

from plaud_live.models.expectation import Expectation, Windows
from plaud_live.training.losses.expected_distance import expected_distance
from plaud_live.training.losses.stft import HOP, a_weight, fft_for
from plaud_live.training.losses.weighted import Loss, Made
from plaud_live.training.options import TrainOptions


class ExpectedSTFT(Loss):
    """Mean over resolutions of the expected convergence, times its weight, and log distance in nepers."""

    hears = False

    def __init__(self, options: TrainOptions) -> None:
        super().__init__(options)
        config = options.config
        self.convergence, self.channels = options.stft_convergence, config.channels
        self.windows: list[Windows] = []
        self.weights = nn.ParameterList()
        self.expectations = nn.ModuleList()
        frames = options.crop_samples // config.hop_size
        for size in options.stft_windows:
            fft = fft_for(size)
            windows = Windows(size, fft, max(config.hop_size, round(HOP * size)))
            self.windows.append(windows)
            self.expectations.append(Expectation(config, windows, frames, options.delay))
            heard = options.stft_weighting == "a"
            self.weights.append(a_weight(fft, config.sample_rate) if heard else torch.ones(windows.bins))

    def forward(self, output: Made, target: Tensor) -> Tensor:
        """Compare what output.controls sound like with `target` [batch, channels, samples]."""
        total = torch.zeros((), device=target.device)
        for windows, expectation, weight in zip(self.windows, self.expectations, self.weights, strict=True):
            for channel in range(self.channels):
                noise, partials = expectation(output.controls, channel)
                with torch.no_grad():
                    wanted = windows.power(target[:, channel])
                convergence, log_distance = expected_distance(noise, partials, wanted, weight)
                total = total + self.convergence * convergence + log_distance
        return total / (len(self.expectations) * self.channels)
