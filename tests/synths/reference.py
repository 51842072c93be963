"""The model's mathematics once more: float64 NumPy, whole signals, no thought of speed.

Written from the contract between the torch model and the voice, not from either of them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plaud_live import filterbank
from plaud_live.model_file import LatentSpace, ModelConfig, PlaudModel, weight_shapes
from plaud_live.synths.controls import CONTROL_NAMES

Array = npt.NDArray[np.float64]

TINY = ModelConfig(
    latent_size=3,
    hop_size=64,
    mel_window=256,
    mel_bands=12,
    encoder_size=10,
    encoder_dilations=(1, 2),
    decoder_size=16,
    smoothing=3,
    max_smoothing=8,
    sines=7,
    sine_high_hz=21000.0,
    harmonics=9,
    f0_low_hz=200.0,
    f0_high_hz=4000.0,
    noise_bands=40,
)
"""Every block, quick to compute; partials reach beyond Nyquist, bands do not fill their chunks."""


def random_model(config: ModelConfig = TINY, seed: int = 0, level: float = -4.0) -> PlaudModel:
    """A model with random weights; `level` is added to what becomes amplitude, so that the sum is near 1."""
    generator = np.random.default_rng(seed)
    weights = {}
    for name, shape in weight_shapes(config).items():
        fan_in = np.prod(shape[1:]) if len(shape) > 1 else 1.0
        weights[name] = (generator.normal(size=shape) * 1.5 / np.sqrt(fan_in)).astype(np.float32)
    weights["encoder.norm.scale"] = np.abs(weights["encoder.norm.scale"]) * 0.2
    bias = weights["decoder.last.bias"]
    bias[config.sines : 2 * config.sines] += level
    bias[len(bias) - config.noise_bands :] += level
    size = config.latent_size
    latents = LatentSpace(
        low=(-1.0,) * size,
        high=(1.0,) * size,
        mean=(0.0,) * size,
        residual=tuple(0.1 + 0.1 * d for d in range(size)),
        information=(1.0,) * size,
        names=("",) * size,
    )
    return PlaudModel("random", config, latents, weights)


def default_controls(config: ModelConfig, frames: int) -> Array:
    """All sounding, gains 1, no temperature, the model's smoothing, no freeze, its own f0: [frames, 10]."""
    row = [config.sines, config.harmonics, config.noise_bands, 1.0, 1.0, 1.0, 0.0, config.smoothing, 0.0, 0.0]
    return np.tile(np.array(row, dtype=np.float64), (frames, 1))


def moving_latents(config: ModelConfig, frames: int, seed: int = 0) -> Array:
    """Latents [frames, d] that wander within about ±2."""
    generator = np.random.default_rng(seed)
    t = np.arange(frames)[:, None]
    rate, phase = (
        generator.uniform(0.01, 0.3, config.latent_size),
        generator.uniform(0, 6, config.latent_size),
    )
    return 2.0 * np.sin(rate * t + phase) + 0.1 * generator.normal(size=(frames, config.latent_size))


def moving_controls(config: ModelConfig, frames: int) -> Array:
    """All of [frames, 10] change: counts, gains, temperature, smoothing, freeze, f0; some go too far."""
    t = np.arange(frames)
    controls = default_controls(config, frames)
    for block, count in enumerate((config.sines, config.harmonics, config.noise_bands)):
        controls[:, block] = count * (0.6 + 0.7 * np.sin(t * (0.05 + 0.02 * block)))
        controls[:, 3 + block] = np.maximum(0.0, np.sin(t * (0.08 + 0.03 * block) + block))
    controls[:, 6] = np.where((t // 20) % 2, 0.5, 0.0)
    controls[:, 7] = 1.0 + 5.0 * (1.0 + np.sin(t * 0.11))
    controls[:, 8] = (t % 37 > 25).astype(np.float64)
    controls[:, 9] = np.where(t % 45 > 20, 500.0 * 2.0 ** np.sin(t * 0.07), 0.0)
    return controls


@dataclass
class Reference:
    """A voice rendered in one go. After `render`, `hz` and `level` hold every frame's physical controls."""

    model: PlaudModel
    sample_rate: int
    seed: int = 0

    def __post_init__(self) -> None:
        self.config = self.model.config
        self.weights = {k: v.astype(np.float64) for k, v in self.model.weights.items()}
        self.hop = filterbank.hop_samples(self.config, self.sample_rate)

    def render(self, latents: Array, controls: Array, first_frame: int = 0) -> Array:
        """All samples of the segments of `latents` [f, d] and `controls` [f, 10], float64 [f * hop]."""
        c = {name: controls[:, i] for i, name in enumerate(CONTROL_NAMES)}
        hz, amplitude = self._decode(latents, c, first_frame)
        config = self.config
        blocks = np.split(np.arange(amplitude.shape[1]), np.cumsum([config.sines, config.harmonics]))
        level = np.empty_like(amplitude)
        frozen = c["freeze"] >= 0.5
        for name, gain, block in zip(CONTROL_NAMES[0:3], CONTROL_NAMES[3:6], blocks, strict=True):
            gate = self._gates(amplitude[:, block], c[name], frozen)
            level[:, block] = amplitude[:, block] * c[gain][:, None] * gate
        self.hz, self.level = hz, level
        partials = hz.shape[1]
        return self._sines(hz, level[:, :partials]) + self._noise(level[:, partials:], first_frame)

    def _linear(self, name: str, x: Array) -> Array:
        return self.weights[f"decoder.{name}.weight"] @ x + self.weights[f"decoder.{name}.bias"]

    def _decode(self, latents: Array, c: dict[str, Array], first_frame: int) -> tuple[Array, Array]:
        config, w = self.config, self.weights
        hidden, asked, out = np.zeros(config.decoder_size), [], np.zeros(config.output_size)
        rows_hz, rows_amplitude = [], []
        for t, z in enumerate(latents):
            if t > 0 and c["freeze"][t] >= 0.5:
                hz, amplitude = self._physical(out, c["f0"][t])
                rows_hz.append(hz)
                rows_amplitude.append(amplitude)
                continue
            noise = [self._normal(first_frame + t, d) for d in range(config.latent_size)]
            asked.append(z + c["temperature"][t] * np.array(self.model.latents.residual) * noise)
            length = min(max(1, round(c["smoothing"][t])), len(asked), config.max_smoothing)
            s = np.mean(asked[-length:], axis=0)
            a0 = _leaky(self._linear("input.0", s))
            a1 = _leaky(self._linear("input.1", a0))
            i = np.split(w["decoder.gru.weight_ih"] @ a1 + w["decoder.gru.bias_ih"], 3)
            h = np.split(w["decoder.gru.weight_hh"] @ hidden + w["decoder.gru.bias_hh"], 3)
            r, u = _sigmoid(i[0] + h[0]), _sigmoid(i[1] + h[1])
            hidden = (1 - u) * np.tanh(i[2] + r * h[2]) + u * hidden
            o = _leaky(self._linear("output.0", np.concatenate([hidden, a1])))
            out = self._linear("last", o)
            hz, amplitude = self._physical(out, c["f0"][t])
            rows_hz.append(hz)
            rows_amplitude.append(amplitude)
        return np.array(rows_hz), np.array(rows_amplitude)

    def _physical(self, out: Array, asked_hz: float) -> tuple[Array, Array]:
        config = self.config
        low, high = (edge.astype(np.float64) for edge in filterbank.partial_bands(config))
        sine_hz = low * (high / low) ** _sigmoid(out[: config.sines])
        sine_amplitude = _amplitude(out[config.sines : 2 * config.sines]) * self._fade(sine_hz)
        rest = out[2 * config.sines :]
        harmonic_hz = harmonic_amplitude = np.zeros(0)
        if config.harmonics:
            f0 = config.f0_low_hz * (config.f0_high_hz / config.f0_low_hz) ** _sigmoid(rest[0])
            f0 = min(asked_hz, self.sample_rate / 2) if asked_hz > 0 else f0
            share = np.exp(rest[2 : 2 + config.harmonics])
            harmonic_hz = f0 * np.arange(1, config.harmonics + 1)
            harmonic_amplitude = _amplitude(rest[1]) * share / share.sum() * self._fade(harmonic_hz)
            rest = rest[2 + config.harmonics :]
        return (
            np.concatenate([sine_hz, harmonic_hz]),
            np.concatenate([sine_amplitude, harmonic_amplitude, _amplitude(rest)]),
        )

    def _fade(self, hz: Array) -> Array:
        nyquist = self.sample_rate / 2
        return np.clip((1 - hz / nyquist) / (1 - filterbank.NYQUIST_FADE), 0, 1)

    def _gates(self, amplitudes: Array, counts: Array, frozen: npt.NDArray[np.bool_]) -> Array:
        rows = np.empty_like(amplitudes)
        for t, amplitude in enumerate(amplitudes):
            if t == 0:
                strength = amplitude.copy()
            elif not frozen[t]:
                strength = strength + 0.1 * (amplitude - strength)
            wanted = np.zeros(len(amplitude))
            count = min(max(0, round(counts[t])), len(amplitude))
            wanted[np.argsort(-strength, kind="stable")[:count]] = 1.0
            rows[t] = wanted if t == 0 else rows[t - 1] + np.clip(wanted - rows[t - 1], -0.125, 0.125)
        return rows

    def _ramps(self, rows: Array, before: Array) -> Array:
        """Linear ramps [k, samples] from row to row; each row is reached at its segment's last sample."""
        r = np.arange(1, self.hop + 1) / self.hop
        previous = np.concatenate([before[None], rows[:-1]])
        ramps = previous[:, :, None] + (rows - previous)[:, :, None] * r
        return ramps.transpose(1, 0, 2).reshape(rows.shape[1], len(rows) * self.hop)

    def _sines(self, hz: Array, level: Array) -> Array:
        config = self.config
        start = np.concatenate(
            [filterbank.start_phases(config.sines), filterbank.start_phases(config.harmonics)]
        )
        ramps = self._ramps(level, np.zeros(level.shape[1]))
        phases = start[:, None] + np.cumsum(self._ramps(hz, hz[0]) / self.sample_rate, axis=1)
        return np.sum(ramps * np.sin(2 * np.pi * phases), axis=0)

    def _noise(self, level: Array, first_frame: int) -> Array:
        samples = len(level) * self.hop
        if not self.config.noise_bands:
            return np.zeros(samples)
        loops = filterbank.noise_loops(self.config, self.sample_rate)
        p = first_frame * self.hop + np.arange(samples)
        bands = sum(loop.astype(np.float64)[:, p % loop.shape[1]] for loop in loops.loops)
        return np.sum(self._ramps(level, np.zeros(level.shape[1])) * loops.scale[:, None] * bands, axis=0)

    def _normal(self, frame: int, dim: int) -> float:
        u, v = filterbank._hashed_uniform((self.seed, frame, dim), 2)
        return float(np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * v))


def encode(model: PlaudModel, audio: Array) -> Array:
    """Means [frames, d] of the encoder over `audio` [n] at the model's rate, frame by frame."""
    config = model.config
    w = {k.removeprefix("encoder."): v.astype(np.float64) for k, v in model.weights.items()}
    window, bank = (
        filterbank.mel_window(config).astype(np.float64),
        filterbank.mel_filterbank(config).astype(np.float64),
    )
    padded = np.concatenate([np.zeros(config.mel_window), audio])
    frames = len(audio) // config.hop_size
    features = []
    for t in range(frames):
        end = config.mel_window + (t + 1) * config.hop_size
        x = padded[end - config.mel_window : end]
        mel = bank @ np.abs(np.fft.rfft(x * window))
        features.append(np.log(np.append(mel, np.sqrt(np.mean(x**2))) + filterbank.LOG_FLOOR))
    f = (np.array(features).reshape(frames, -1) - w["norm.mean"]) * w["norm.scale"]
    h = _leaky(f @ w["input.weight"].T + w["input.bias"])
    for i, d in enumerate(config.encoder_dilations):
        past = np.concatenate([np.zeros((2 * d, h.shape[1])), h])
        taps = [past[k * d : k * d + frames] @ w[f"conv.{i}.weight"][:, :, k].T for k in range(3)]
        h = h + _leaky(sum(taps) + w[f"conv.{i}.bias"])
    return h @ w["mean.weight"].T + w["mean.bias"]


def _leaky(x: Array) -> Array:
    return np.where(x < 0, 0.1 * x, x)


def _sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def _amplitude(x: Array) -> Array:
    return 2.0 * _sigmoid(x) ** np.log(10.0) + filterbank.AMPLITUDE_FLOOR
