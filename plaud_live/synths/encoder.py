"""The encoder as it streams: sound in, in any pieces, one mean of the latents per frame out.

Log-mel and loudness of the last window, then causal convolutions, at the model's own sample rate. Weights
are float32, sums float64, as in the decoder.
"""

from typing import NamedTuple

import numpy as np
import soxr

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig, PlaudModel
from plaud_live.synths.compile import Array, bind, kernel
from plaud_live.synths.network import dense, leaky, product


class EncoderWeights(NamedTuple):
    """Weights [in, out] and biases [out], float32; c is the encoder's size.

    `filters` [bins, bands] are the mel filters; `conv` [layers, 3c, c] the convolutions, whose taps lie
    `dilations` [layers] frames apart, the current frame last.
    """

    filters: Array
    norm_mean: Array
    norm_scale: Array
    input: Array
    input_bias: Array
    conv: Array
    conv_bias: Array
    dilations: Array
    mean: Array
    mean_bias: Array


class EncoderState(NamedTuple):
    """`frames` int64 [1] that were encoded; `past` float64 [layers, kept, c]: each layer's input, a ring."""

    frames: Array
    past: Array


class EncoderScratch(NamedTuple):
    """Room for one frame, float64: `features` [bands + 1], `hidden` [c], `taps` [3, c] and `change` [c]."""

    features: Array
    hidden: Array
    taps: Array
    change: Array


@kernel()
def _encode(
    weights: EncoderWeights,
    state: EncoderState,
    scratch: EncoderScratch,
    magnitudes: Array,
    loudness: float,
    out: Array,
) -> None:
    """One frame: `magnitudes` float64 [bins] of the window and its RMS `loudness` to the mean `out` [d]."""
    features, hidden, taps, change = scratch
    bands = features.size - 1
    frame = state.frames[0]
    state.frames[0] += 1
    product(weights.filters, magnitudes, features[:bands])
    features[bands] = loudness
    for k in range(features.size):
        log = np.log(features[k] + filterbank.LOG_FLOOR)
        features[k] = (log - weights.norm_mean[k]) * weights.norm_scale[k]
    dense(weights.input, weights.input_bias, features, hidden)
    leaky(hidden)
    kept = state.past.shape[1]
    for layer in range(weights.conv.shape[0]):
        past = state.past[layer]
        past[frame % kept] = hidden
        for tap in range(3):  # before the first frame the ring holds zeros
            taps[tap] = past[(frame - (2 - tap) * weights.dilations[layer]) % kept]
        dense(weights.conv[layer], weights.conv_bias[layer], taps.reshape(-1), change)
        leaky(change)
        for i in range(hidden.size):
            hidden[i] += change[i]
    dense(weights.mean, weights.mean_bias, hidden, out)


class StreamingEncoder:
    """Encodes sound at `sample_rate` Hz; if the model's rate is another it is resampled, some 15 ms later."""

    def __init__(self, model: PlaudModel, sample_rate: int) -> None:
        self.model = model
        self.sample_rate = sample_rate
        config = model.config
        self._window = filterbank.mel_window(config).astype(np.float64)
        self._constant = (_weights(model), _state(config), _scratch(config))
        bins = np.zeros(len(self._window) // 2 + 1)
        self._kernel = bind(_encode, *self._constant, bins, 0.0, np.zeros(config.latent_size))
        self.reset()

    def reset(self) -> None:
        """Forget all sound: the next sample is the first."""
        config = self.model.config
        for array in self._constant[1]:
            array[...] = 0
        self._heard: Array = np.zeros(config.mel_window - config.hop_size)
        self._resampler: soxr.ResampleStream | None = None
        if self.sample_rate != config.sample_rate:
            self._resampler = soxr.ResampleStream(self.sample_rate, config.sample_rate, 1, dtype="float32")

    def push(self, audio: Array) -> Array:
        """Take `audio` float32 [n], any n; return the means float64 [f, d] of the frames it completes."""
        if audio.ndim != 1:
            raise ValueError(f"audio is {list(audio.shape)}, wants [samples]")
        if self._resampler is not None:
            audio = self._resampler.resample_chunk(np.ascontiguousarray(audio, np.float32))
        hop, length = self.model.config.hop_size, self.model.config.mel_window
        heard = np.concatenate([self._heard, audio.astype(np.float64)])
        frames = (len(heard) - (length - hop)) // hop
        means = np.empty((frames, self.model.config.latent_size))
        for frame in range(frames):
            x = heard[frame * hop : frame * hop + length]
            magnitudes = np.abs(np.fft.rfft(x * self._window))
            self._kernel(*self._constant, magnitudes, float(np.sqrt(np.mean(x * x))), means[frame])
        self._heard = heard[frames * hop :]
        return means


def _weights(model: PlaudModel) -> EncoderWeights:
    config = model.config
    layers, size = len(config.encoder_dilations), config.encoder_size

    def get(name: str) -> Array:
        return np.array(model.weights[f"encoder.{name}"].T, np.float32, order="C")

    conv = np.zeros((layers, 3 * size, size), np.float32)
    conv_bias = np.zeros((layers, size), np.float32)
    for layer in range(layers):
        conv[layer] = get(f"conv.{layer}.weight").reshape(3 * size, size)  # [tap, in, out]
        conv_bias[layer] = get(f"conv.{layer}.bias")
    return EncoderWeights(
        np.ascontiguousarray(filterbank.mel_filterbank(config).T),
        get("norm.mean"),
        get("norm.scale"),
        get("input.weight"),
        get("input.bias"),
        conv,
        conv_bias,
        np.array(config.encoder_dilations, np.int64),
        get("mean.weight"),
        get("mean.bias"),
    )


def _state(config: ModelConfig) -> EncoderState:
    kept = 2 * max(config.encoder_dilations, default=0) + 1
    return EncoderState(
        np.zeros(1, np.int64), np.zeros((len(config.encoder_dilations), kept, config.encoder_size))
    )


def _scratch(config: ModelConfig) -> EncoderScratch:
    size = config.encoder_size
    return EncoderScratch(np.zeros(config.mel_bands + 1), np.zeros(size), np.zeros((3, size)), np.zeros(size))
