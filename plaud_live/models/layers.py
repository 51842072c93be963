"""Linear, convolution and GRU that compute in the type of their input, whatever the type of their weights.

Training is float32. Playing hands in float64: a frequency adds up to a phase, and float32 sums, taken in
another order for another number of frames, would be heard as another phase after some seconds.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LEAK = 0.1


class Linear(nn.Linear):
    """`torch.nn.Linear` in the type of its input."""

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., in] to [..., out]."""
        return F.linear(x, self.weight.to(x.dtype), self.bias.to(x.dtype))


class Conv1d(nn.Conv1d):
    """`torch.nn.Conv1d` without padding, in the type of its input."""

    def forward(self, x: Tensor) -> Tensor:
        """Map [batch, in, frames] to [batch, out, frames less the reach of the kernel]."""
        bias = self.bias.to(x.dtype) if self.bias is not None else None
        return F.conv1d(x, self.weight.to(x.dtype), bias, dilation=self.dilation)


class Gru(nn.Module):
    """One layer of `torch.nn.GRU` (Cho et al., 2014), gates in the order r, z, n, in the type of its input.

    `weight_ih` and `weight_hh` are [3 * size, size], the biases [3 * size].
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.weight_ih = nn.Parameter(torch.empty(3 * size, size))
        self.weight_hh = nn.Parameter(torch.empty(3 * size, size))
        self.bias_ih = nn.Parameter(torch.zeros(3 * size))
        self.bias_hh = nn.Parameter(torch.zeros(3 * size))
        nn.init.uniform_(self.weight_ih, -math.sqrt(3.0 / size), math.sqrt(3.0 / size))
        with torch.no_grad():
            for gate in self.weight_hh.chunk(3):
                nn.init.orthogonal_(gate)  # Saxe, McClelland and Ganguli, 2014

    def forward(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs [batch, frames, size] for `x` of that shape, and the state [batch, size] after them."""
        weights = [w.to(x.dtype) for w in (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)]
        outputs, after = torch.gru(x, state.unsqueeze(0), weights, True, 1, 0.0, False, False, True)
        return outputs, after[0]


def leaky(x: Tensor) -> Tensor:
    """Leaky rectifier with the slope LEAK below zero."""
    return F.leaky_relu(x, LEAK)


def exact(x: Tensor) -> Tensor:
    """`x` in float64; in float32 on Apple's GPU, which has no other."""
    return x.to(torch.float32 if x.device.type == "mps" else torch.float64)
