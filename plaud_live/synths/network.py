"""The decoder's network, one frame: MLP, GRU, MLP. Weights are float32, sums float64.

Double sums cost nothing here, because the time goes into fetching the weights; and they keep the
frequencies of two implementations together, whose phases would drift apart with float32's rounding.
"""

from typing import NamedTuple

import numpy as np

from plaud_live.model_file import PlaudModel
from plaud_live.synths.compile import REASSOCIATE, Array, kernel
from plaud_live.synths.elementary import sigmoid, tanh

_LEAK = 0.1  # slope of LeakyReLU below zero
_TINY = 1e-30  # below this a state counts as zero, so that silence never computes with denormals


class DecoderWeights(NamedTuple):
    """Weights [out, in] and biases [out] of the decoder, float32; `h` is the decoder's size."""

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
    """Copies of a model's decoder weights, contiguous and aligned."""
    layers = ("input.0", "input.1", "gru", "gru", "output.0", "last")
    kinds = ("{}", "{}", "{}_ih", "{}_hh", "{}", "{}")
    arrays = []
    for layer, kind in zip(layers, kinds, strict=True):
        for part in ("weight", "bias"):
            arrays.append(
                np.array(model.weights[f"decoder.{layer}.{kind.format(part)}"], np.float32, order="C")
            )
    return DecoderWeights(*arrays)


def decoder_scratch(size: int) -> DecoderScratch:
    """Scratch for a decoder of `size` hidden units."""
    return DecoderScratch(np.zeros(size), np.zeros(2 * size), np.zeros((2, 3 * size)))


@kernel(fastmath=REASSOCIATE)
def product(weight: Array, x: Array, out: Array) -> None:
    """`out` [o] = `weight` float32 [o, i] @ `x` [i]."""
    for o in range(out.size):
        total = 0.0
        row = weight[o]
        for i in range(x.size):
            total += np.float64(row[i]) * x[i]
        out[o] = total


@kernel()
def dense(weight: Array, bias: Array, x: Array, out: Array) -> None:
    """`out` [o] = `weight` [o, i] @ `x` [i] + `bias` [o]."""
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
    dense(weights.gru_ih, weights.gru_ih_bias, tail, gates[0])
    dense(weights.gru_hh, weights.gru_hh_bias, hidden, gates[1])
    for i in range(size):
        reset = sigmoid(gates[0, i] + gates[1, i])
        update = sigmoid(gates[0, size + i] + gates[1, size + i])
        fresh = tanh(gates[0, 2 * size + i] + reset * gates[1, 2 * size + i])
        value = (1.0 - update) * fresh + update * hidden[i]
        if abs(value) < _TINY:
            value = 0.0
        hidden[i] = value
        joined[i] = value
    dense(weights.output_0, weights.output_0_bias, joined, entry)
    leaky(entry)
    dense(weights.last, weights.last_bias, entry, features)
