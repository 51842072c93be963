"""The decoder's network, one frame: MLP, GRU, MLP. Weights are float32, sums float64.

Double sums cost nothing here, because the time goes into fetching the weights; and they keep the
frequencies of two implementations together, whose phases would drift apart with float32's rounding.
"""

from typing import NamedTuple

import numpy as np

from plaud_live.model_file import PlaudModel
from plaud_live.synths.compile import Array, kernel
from plaud_live.synths.elementary import sigmoid, tanh

_LEAK = 0.1  # slope of LeakyReLU below zero
_TINY = 1e-30  # below this a state counts as zero, so that silence never computes with denormals


class DecoderWeights(NamedTuple):
    """Weights [in, out] and biases [out] of the decoder, float32: PyTorch's, transposed."""

    input_0: Array
    input_0_bias: Array
    input_1: Array
    input_1_bias: Array
    gru_ih: Array
    gru_ih_bias: Array
    gru_hh: Array
    gru_hh_bias: Array
    output_0: Array
    output_0_bias: Array
    last: Array
    last_bias: Array


class DecoderScratch(NamedTuple):
    """Room for one frame, float64: `entry` [h], `joined` [2h], `gates` [2, 3h]."""

    entry: Array
    joined: Array
    gates: Array


def decoder_weights(model: PlaudModel) -> DecoderWeights:
    """Copies of a model's decoder weights, as the kernels want them."""
    names = ("input.0.{}", "input.1.{}", "gru.{}_ih", "gru.{}_hh", "output.0.{}", "last.{}")
    parts = (model.weights[f"decoder.{name.format(part)}"] for name in names for part in ("weight", "bias"))
    return DecoderWeights(*(np.array(part.T, np.float32, order="C") for part in parts))


def decoder_scratch(size: int) -> DecoderScratch:
    """Scratch for a decoder of `size` hidden units."""
    return DecoderScratch(np.zeros(size), np.zeros(2 * size), np.zeros((2, 3 * size)))


@kernel(fastmath={"contract"})
def product(weight: Array, x: Array, out: Array) -> None:
    """`out` [o] = `x` [i] @ `weight` float32 [i, o]; four inputs at a time, all outputs side by side."""
    out[:] = 0.0
    fours = x.size - x.size % 4
    for i in range(0, fours, 4):
        x_0, x_1, x_2, x_3 = x[i], x[i + 1], x[i + 2], x[i + 3]
        row_0, row_1, row_2, row_3 = weight[i], weight[i + 1], weight[i + 2], weight[i + 3]
        for o in range(out.size):
            first = np.float64(row_0[o]) * x_0 + np.float64(row_1[o]) * x_1
            out[o] += first + np.float64(row_2[o]) * x_2 + np.float64(row_3[o]) * x_3
    for i in range(fours, x.size):
        row, x_0 = weight[i], x[i]
        for o in range(out.size):
            out[o] += np.float64(row[o]) * x_0


@kernel()
def dense(weight: Array, bias: Array, x: Array, out: Array) -> None:
    """`out` [o] = `x` [i] @ `weight` [i, o] + `bias` [o]."""
    product(weight, x, out)
    for o in range(out.size):
        out[o] += bias[o]


@kernel()
def leaky(x: Array) -> None:
    """LeakyReLU in place."""
    for i in range(x.size):
        if x[i] < 0.0:
            x[i] *= _LEAK


@kernel()
def gru(
    weight_ih: Array, bias_ih: Array, weight_hh: Array, bias_hh: Array, x: Array, hidden: Array, gates: Array
) -> None:
    """Move `hidden` [h] on by one step of a GRU that hears `x` [h]; `gates` [2, 3h] is scratch.

    Weights are [h, 3h], gates in the order r, z, n, as PyTorch has them (Cho et al., 2014).
    """
    size = hidden.size
    dense(weight_ih, bias_ih, x, gates[0])
    dense(weight_hh, bias_hh, hidden, gates[1])
    for i in range(size):
        reset = sigmoid(gates[0, i] + gates[1, i])
        update = sigmoid(gates[0, size + i] + gates[1, size + i])
        fresh = tanh(gates[0, 2 * size + i] + reset * gates[1, 2 * size + i])
        value = (1.0 - update) * fresh + update * hidden[i]
        hidden[i] = 0.0 if abs(value) < _TINY else value


@kernel()
def decode(
    weights: DecoderWeights, scratch: DecoderScratch, latents: Array, hidden: Array, features: Array
) -> None:
    """One frame: `latents` [d] to `features` [output_size]; `hidden` [h] moves on by one step."""
    size = hidden.size
    entry, joined, gates = scratch
    tail = joined[size:]
    dense(weights.input_0, weights.input_0_bias, latents, entry)
    leaky(entry)
    dense(weights.input_1, weights.input_1_bias, entry, tail)
    leaky(tail)
    gru(weights.gru_ih, weights.gru_ih_bias, weights.gru_hh, weights.gru_hh_bias, tail, hidden, gates)
    for k in range(size):
        joined[k] = hidden[k]
    dense(weights.output_0, weights.output_0_bias, joined, entry)
    leaky(entry)
    dense(weights.last, weights.last_bias, entry, features)
