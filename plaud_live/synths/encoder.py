"""The encoder as it streams: sound in, in any pieces, one mean of the latents per frame out.

Log-mel and loudness of the last window, then causal convolutions or a GRU, at the model's own sample rate.
Weights are float32, sums float64, as in the decoder.
"""

from typing import NamedTuple

import numpy as np
import soxr

from plaud_live import filterbank
from plaud_live.model_file import ModelConfig, PlaudModel
from plaud_live.synths.compile import Array, bind, kernel
from plaud_live.synths.network import dense, gru, leaky, product


class EncoderWeights(NamedTuple):
    """Weights [in, out] and biases [out], float32; c is the encoder's size.

    `filters` [bins, bands] are the mel filters; `conv` [layers, 3c, c] the convolutions, whose taps lie
    `dilations` [layers] frames apart, the current frame last. The GRU's are empty where there is none.
    """

    filters: Array
    norm_mean: Array
    norm_scale: Array
    input: Array
    input_bias: Array
    conv: Array
    conv_bias: Array
    dilations: Array
    gru_ih: Array
    gru_ih_bias: Array
    gru_hh: Array
    gru_hh_bias: Array
    mean: Array
    mean_bias: Array


class EncoderState(NamedTuple):
    """`frames` int64 [1] that were encoded, and in float64 what is remembered of them.

    `past` [layers, kept, c] are the convolutions' inputs, as rings; `memory` [c] is the GRU's.
    """

    frames: Array
    past: Array
    memory: Array


class EncoderScratch(NamedTuple):
    """Room for one frame, float64.

    `features` [bands + channels], `hidden` [c], `taps` [3, c], `change` [c], `gates` [2, 3c].
    """

    features: Array
    hidden: Array
    taps: Array
    change: Array
    gates: Array


@kernel()
def _encode(
    weights: EncoderWeights,
    state: EncoderState,
    scratch: EncoderScratch,
    magnitudes: Array,
    loudness: Array,
    out: Array,
) -> None:
    """One frame: `magnitudes` float64 [bins] of the window and its RMS `loudness` [channels] to `out` [d]."""
    features, hidden, taps, change, gates = scratch
    bands = features.size - loudness.size
    frame = state.frames[0]
    state.frames[0] += 1
    product(weights.filters, magnitudes, features[:bands])
    features[bands:] = loudness
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
    if weights.gru_ih.size > 0:
        memory = state.memory
        gru(weights.gru_ih, weights.gru_ih_bias, weights.gru_hh, weights.gru_hh_bias, hidden, memory, gates)
        for i in range(hidden.size):
            hidden[i] += memory[i]
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
        loudness, mean = np.zeros(config.channels), np.zeros(config.latent_size)
        self._kernel = bind(_encode, *self._constant, bins, loudness, mean)
        self.reset()

    def reset(self) -> None:
        """Forget all sound: the next sample is the first."""
        config = self.model.config
        for array in self._constant[1]:
            array[...] = 0
        self._heard: Array = np.zeros((config.channels, config.mel_window - config.hop_size))
        self._resampler: soxr.ResampleStream | None = None
        if self.sample_rate != config.sample_rate:
            self._resampler = soxr.ResampleStream(
                self.sample_rate, config.sample_rate, config.channels, dtype="float32"
            )

    def push(self, audio: Array) -> Array:
        """Take `audio` float32 [n] or [n, channels], any n: the means float64 [f, d] of the frames it ends.

        Of several channels the powers of the spectra are averaged. One channel is heard as if it were in all.
        """
        channels = self.model.config.channels
        if audio.ndim != 1 and audio.shape[1:] != (channels,):
            raise ValueError(f"audio is {list(audio.shape)}, wants [samples] or [samples, {channels}]")
        if audio.ndim == 1 and channels > 1:
            audio = np.repeat(audio[:, None], channels, axis=1)
        if self._resampler is not None:
            audio = self._resampler.resample_chunk(np.ascontiguousarray(audio, np.float32))
        hop, length = self.model.config.hop_size, self.model.config.mel_window
        rows = audio.astype(np.float64).reshape(len(audio), channels).T
        heard = np.concatenate([self._heard, rows], axis=1)
        frames = (heard.shape[1] - (length - hop)) // hop
        means = np.empty((frames, self.model.config.latent_size))
        for frame in range(frames):
            x = heard[:, frame * hop : frame * hop + length]
            magnitudes = np.abs(np.fft.rfft(x * self._window))
            power = magnitudes[0] if channels == 1 else np.sqrt(np.mean(magnitudes**2, axis=0))
            self._kernel(*self._constant, power, np.sqrt(np.mean(x * x, axis=1)), means[frame])
        self._heard = heard[:, frames * hop :]
        return means


def _weights(model: PlaudModel) -> EncoderWeights:
    config = model.config
    layers, size = _layers(config), config.encoder_size

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
        np.array(config.encoder_dilations[:layers], np.int64),
        *_gru(model),
        get("mean.weight"),
        get("mean.bias"),
    )


def _gru(model: PlaudModel) -> tuple[Array, Array, Array, Array]:
    """Weights and biases of the GRU's inputs and of its memory; empty for an encoder without one."""
    if model.config.encoder != "gru":
        matrix, vector = np.zeros((0, 0), np.float32), np.zeros(0, np.float32)
        return matrix, vector, matrix, vector
    names = ("weight_ih", "bias_ih", "weight_hh", "bias_hh")
    ih, ih_bias, hh, hh_bias = (
        np.array(model.weights[f"encoder.gru.{name}"].T, np.float32, order="C") for name in names
    )
    return ih, ih_bias, hh, hh_bias


def _layers(config: ModelConfig) -> int:
    return len(config.encoder_dilations) if config.encoder == "conv" else 0


def _state(config: ModelConfig) -> EncoderState:
    kept, size = 2 * max(config.encoder_dilations, default=0) + 1, config.encoder_size
    return EncoderState(np.zeros(1, np.int64), np.zeros((_layers(config), kept, size)), np.zeros(size))


def _scratch(config: ModelConfig) -> EncoderScratch:
    size = config.encoder_size
    return EncoderScratch(
        np.zeros(config.heard_size),
        np.zeros(size),
        np.zeros((3, size)),
        np.zeros(size),
        np.zeros((2, 3 * size)),
    )
