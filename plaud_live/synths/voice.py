"""The voice: latents and controls once a frame in, samples out, in one call of a kernel per block.

What sounds is a pure function of the global sample position, of what was asked for at each frame, and of
the state. Frames are anchored to the position, never to blocks, so that any blocks give the same samples.
"""

from dataclasses import dataclass

import numpy as np

from plaud_live import filterbank
from plaud_live.model_file import PlaudModel
from plaud_live.synths import gates, latents, network, noise, oscillators, physical
from plaud_live.synths.compile import Array, bind, kernel
from plaud_live.synths.controls import (
    CONTROL_NAMES,
    COUNTS,
    F0,
    FREEZE,
    GAINS,
    SMOOTHING,
    TEMPERATURE,
    default_controls,
)
from plaud_live.synths.voice_state import (
    BEGUN,
    POSITION,
    PUSHED,
    SOUNDING,
    Scratch,
    State,
    Tables,
    make_scratch,
    make_state,
    make_tables,
)

_ROOM = 1024  # samples of several channels that are rendered at once before room has to be made
_INAUDIBLE = (
    1e-15  # a level below this is set to zero: the block is skipped, and never computed with denormals
)


@dataclass(frozen=True)
class FrameControls:
    """Physical controls of a channel at a frame's end, float64: frequencies in Hz, amplitudes after counts

    and gains."""

    sine_hz: Array
    sine_amplitudes: Array
    harmonic_hz: Array
    harmonic_amplitudes: Array
    noise_amplitudes: Array


@kernel()
def _set_levels(
    ranges: physical.Ranges,
    controls: Array,
    first: bool,
    amplitudes: Array,
    strengths: Array,
    opening: Array,
    histogram: Array,
    levels: Array,
) -> None:
    """What each component of a channel is to sound with: its amplitude, its block's gain, its gate."""
    sizes = (ranges.sine_low.size, ranges.harmonics, ranges.noise_bands)
    low = 0
    for block in range(3):
        high = low + sizes[block]
        gates.move(opening[low:high], strengths[low:high], controls[COUNTS + block], first, histogram)
        for k in range(low, high):
            level = amplitudes[k] * controls[GAINS + block] * opening[k]
            levels[k] = 0.0 if abs(level) < _INAUDIBLE else level
        low = high


@kernel()
def _copy(source: Array, target: Array) -> None:
    """[k] each. An assignment compiles for a second longer: its error has text to be put together."""
    for k in range(target.size):
        target[k] = source[k]


@kernel()
def _begin_frame(
    weights: network.DecoderWeights,
    layers: network.DecoderScratch,
    ranges: physical.Ranges,
    tables: Tables,
    state: State,
    scratch: Scratch,
    asked: Array,
    controls: Array,
) -> None:
    """Finish the segment before, decode a frame from the latents `asked` [d], and set where the levels go."""
    clock = state.clock
    first = clock[SOUNDING] == 0
    channels = state.hz.shape[0]
    if not first:
        for channel in range(channels):
            phase, before, now = state.phase[channel], state.hz_before[channel], state.hz[channel]
            oscillators.advance(phase, tables.hop, tables.sample_rate, before, now)
            _copy(state.hz[channel], state.hz_before[channel])
            _copy(state.level[channel], state.level_before[channel])
    moves = first or not controls[FREEZE] >= 0.5
    if moves:
        number = clock[POSITION] // tables.hop
        latents.push(
            state.history, clock[PUSHED], asked, controls[TEMPERATURE], tables.residual, tables.seed, number
        )
        clock[PUSHED] += 1
        latents.average(state.history, clock[PUSHED], controls[SMOOTHING], scratch.smoothed)
        network.decode(weights, layers, scratch.smoothed, state.hidden, state.features.reshape(-1))
    for channel in range(channels):
        amplitudes, strengths = state.amplitudes[channel], state.strengths[channel]
        physical.get_controls(state.features[channel], ranges, controls[F0], state.hz[channel], amplitudes)
        if moves:
            gates.track(strengths, amplitudes, first)
        _set_levels(ranges, controls, first, amplitudes, strengths, state.gates[channel],
                    scratch.histogram, state.level[channel])  # fmt: skip
    if first:
        for channel in range(channels):
            _copy(tables.start_phase, state.phase[channel])
            _copy(state.hz[channel], state.hz_before[channel])
        state.level_before[:] = 0.0
        clock[SOUNDING] = 1


@kernel()
def _render(
    weights: network.DecoderWeights,
    layers: network.DecoderScratch,
    ranges: physical.Ranges,
    tables: Tables,
    state: State,
    scratch: Scratch,
    asked: Array,
    controls: Array,
    out: Array,
    heard: bool,
) -> None:
    """Fill `out` float32 [channels, n] from `asked` [frames, d] and `controls` [frames, 10], a row a frame.

    Where it is not `heard`, `out` is zero and time goes on all the same.
    """
    clock = state.clock
    hop = tables.hop
    channels, partials = state.hz.shape
    done = 0
    frame = 0
    while done < out.shape[1]:
        start = clock[POSITION] % hop
        if start == 0:
            if clock[BEGUN] == 0:
                _begin_frame(weights, layers, ranges, tables, state, scratch, asked[frame], controls[frame])
            clock[BEGUN] = 0
            frame += 1
        count = min(hop - start, out.shape[1] - done)
        for channel in range(channels):
            piece = out[channel, done : done + count]
            piece[:] = 0.0
            if heard and clock[SOUNDING] != 0:
                before, now = state.level_before[channel], state.level[channel]
                oscillators.add_sines(
                    piece, start, hop, tables.sample_rate, state.phase[channel],
                    state.hz_before[channel], state.hz[channel], before[:partials], now[:partials],
                )  # fmt: skip
                noise.add_noise(
                    piece, start, hop, clock[POSITION] + tables.offsets[channel, 0],
                    clock[POSITION] + tables.offsets[channel, 1], tables.noise_scale, tables.loop_0,
                    tables.loop_1, before[partials:], now[partials:], scratch.noise, scratch.runs,
                )  # fmt: skip
        done += count
        clock[POSITION] += count


@kernel()
def _retune(ranges: physical.Ranges, tables: Tables, state: State, f0: float) -> None:
    """Let the harmonics be multiples of `f0` from the next sample on, in phase, as if they always had been.

    The segment's closed form stays: its start moves to where the new frequencies, gone backwards from here,
    would have begun. What comes near Nyquist is faded as it is from frame to frame.
    """
    if state.clock[SOUNDING] == 0 or ranges.harmonics == 0:
        return
    hop, rate = tables.hop, tables.sample_rate
    done = state.clock[POSITION] % hop
    if done == 0:
        done = hop  # the segment is over, and the next frame counts it all the same
    fundamental = min(f0, ranges.nyquist)
    for channel in range(state.hz.shape[0]):
        hz_now, hz_before, phase = state.hz[channel], state.hz_before[channel], state.phase[channel]
        level, level_before = state.level[channel], state.level_before[channel]
        for k in range(ranges.harmonics):
            i = ranges.sine_low.size + k
            hz = (k + 1) * fundamental
            first = hz_before[i] / rate
            bend = (hz_now[i] - hz_before[i]) / (2.0 * hop * rate)
            cycles = phase[i] + done * (first + bend * (done + 1.0) - hz / rate)
            phase[i] = cycles - np.floor(cycles)
            faded = physical.nyquist_gain(hz, ranges.nyquist)
            was = physical.nyquist_gain(hz_now[i], ranges.nyquist)
            share = faded / was if faded < was else 1.0
            level_before[i] *= share
            level[i] *= share
            hz_before[i] = hz
            hz_now[i] = hz


class Voice:
    """One model, played: `sample_rate` in Hz, `seed` of what temperature adds, `position` in samples.

    Made in the middle of a frame it is silent until the next one begins, and rises from nothing.
    """

    def __init__(self, model: PlaudModel, sample_rate: int, seed: int = 0, position: int = 0) -> None:
        config = model.config
        self.model = model
        self.sample_rate = sample_rate
        self.seed = seed
        self.channels = config.channels
        self.hop = filterbank.hop_samples(config, sample_rate)
        tables = make_tables(model, sample_rate, seed)
        self._state = make_state(model, tables)
        self._asked = np.zeros((1, config.latent_size))
        self._controls = np.zeros((1, len(CONTROL_NAMES)))
        self._constant = (
            network.decoder_weights(model),
            network.decoder_scratch(config.decoder_size),
            physical.ranges(config, sample_rate),
            tables,
            self._state,
            make_scratch(model),
        )
        self._room = np.zeros(config.channels * _ROOM, np.float32)
        out = self._room.reshape(config.channels, -1)
        self._kernel = bind(_render, *self._constant, self._asked, self._controls, out, True)
        self._begin = bind(_begin_frame, *self._constant, self._asked[0], self._controls[0])
        self._retune = bind(_retune, *self._constant[2:5], 1.0)
        self.reset(position)

    @property
    def position(self) -> int:
        """Global number of the next sample."""
        return int(self._state.clock[POSITION])

    def frames_in(self, count: int) -> int:
        """How many frames begin within the next `count` samples."""
        position = self.position
        return -(-(position + count) // self.hop) + (-position // self.hop)

    def default_controls(self) -> Array:
        """Controls for one frame with which everything sounds as trained, float64 [10]."""
        return default_controls(self.model.config)

    def render(self, asked: Array, controls: Array, out: Array, heard: bool = True) -> None:
        """Fill `out` float32 with the next n samples: [n], or [channels, n] for a model with several.

        `asked` [f, d] holds raw latents and `controls` [f, 10] the columns of CONTROL_NAMES, a row for each
        of the f = frames_in(n) frames that begin in the block. What is not to be `heard` is zero and takes
        less time, and what follows is the same. Raises ValueError if a shape does not fit.
        """
        channels, samples = self.channels, out.shape[-1]
        if channels > 1:
            if out.dtype != np.float32 or out.shape != (channels, samples):
                raise ValueError(f"out wants to be float32 [{channels}, n]")
        elif out.dtype != np.float32 or out.ndim != 1 or not out.flags.carray:
            raise ValueError("out wants to be contiguous, writable float32 [n]")
        frames = self.frames_in(samples)
        size = self.model.config.latent_size
        if asked.shape != (frames, size) or controls.shape != (frames, len(CONTROL_NAMES)):
            raise ValueError(
                f"{samples} samples want {frames} frames, {size} latents, {len(CONTROL_NAMES)} controls; "
                f"got {list(asked.shape)} and {list(controls.shape)}"
            )
        if frames > len(self._asked):
            self._asked = np.zeros((frames, size))
            self._controls = np.zeros((frames, len(CONTROL_NAMES)))
        self._asked[:frames] = asked
        self._controls[:frames] = controls
        if channels == 1:
            self._kernel(*self._constant, self._asked, self._controls, out.reshape(1, samples), heard)
            return
        if channels * samples > self._room.size:
            self._room = np.zeros(channels * samples, np.float32)
        sound = self._room[: channels * samples].reshape(channels, samples)
        self._kernel(*self._constant, self._asked, self._controls, sound, heard)
        out[:] = sound

    def begin(self, asked: Array, controls: Array) -> None:
        """Begin the frame that begins with the next sample: from raw latents [d] and controls [10].

        `render` then wants the same ones, and plays on from here. Elsewhere in a frame it does nothing.
        """
        if self.position % self.hop == 0 and not self._state.clock[BEGUN]:
            self._asked[0], self._controls[0] = asked, controls
            self._begin(*self._constant, self._asked[0], self._controls[0])
            self._state.clock[BEGUN] = 1

    @property
    def frequencies(self) -> tuple[Array, Array]:
        """Hz of sines and harmonics at the beginning and at the end of this frame, [channels, partials] each.

        They are the voice's own: what is written there is what sounds.
        """
        return self._state.hz_before, self._state.hz

    def retune(self, f0: float) -> None:
        """Let the harmonics jump to multiples of `f0` in Hz at the next sample, without a jump in phase.

        It holds until the next frame, whose controls say what follows.
        """
        self._retune(*self._constant[2:5], float(f0))

    @property
    def levels(self) -> Array:
        """RMS of sines, harmonics and noise bands to be expected at the end of the frame, float64 [3].

        Of several channels it is the mean of their powers.
        """
        power = np.zeros(3)
        for channel in range(self.channels):
            c = self.frame_controls(channel)
            power += [np.sum(a**2) for a in (c.sine_amplitudes, c.harmonic_amplitudes, c.noise_amplitudes)]
        return np.sqrt(power / self.channels * (0.5, 0.5, 1.0))

    def frame_controls(self, channel: int = 0) -> FrameControls:
        """Where the frame that sounds now is going in a channel, as copies."""
        config = self.model.config
        hz, level = self._state.hz[channel], self._state.level[channel]
        partials = config.sines + config.harmonics
        return FrameControls(
            hz[: config.sines].copy(),
            level[: config.sines].copy(),
            hz[config.sines :].copy(),
            level[config.sines : partials].copy(),
            level[partials:].copy(),
        )

    def get_state(self) -> dict[str, Array]:
        """Copies of all that the voice remembers; after `set_state` the same samples follow."""
        return {name: array.copy() for name, array in self._state._asdict().items()}

    def set_state(self, state: dict[str, Array]) -> None:
        """Take back what `get_state` gave, from a voice of the same configuration. Raises ValueError."""
        mine = self._state._asdict()
        if wrong := sorted(set(mine) ^ set(state)):
            raise ValueError(f"voice state: {wrong[0]!r} is {'missing' if wrong[0] in mine else 'unknown'}")
        for name, array in mine.items():
            if state[name].shape != array.shape or state[name].dtype != array.dtype:
                raise ValueError(
                    f"voice state: {name} is {state[name].dtype}{list(state[name].shape)}, "
                    f"wants {array.dtype}{list(array.shape)}"
                )
        for name, array in mine.items():
            array[...] = state[name]

    @property
    def sounding(self) -> bool:
        """Whether a frame has begun since it was started."""
        return bool(self._state.clock[SOUNDING])

    def is_like(self, other: "Voice") -> bool:
        """Whether it can take over all that another voice remembers."""
        mine, theirs = self._state, other._state
        return self.hop == other.hop and all(a.shape == b.shape for a, b in zip(mine, theirs, strict=True))

    def take_phases(self, other: "Voice") -> None:
        """Bring sines and harmonics to the phases of another voice at the same sample, and to its frequencies

        until the next frame; each block where there are as many of them in both.
        """
        if self.hop != other.hop or self.channels != other.channels or self.position != other.position:
            return
        mine, theirs = self.model.config, other.model.config
        low, from_low = 0, 0
        for count, as_many in ((mine.sines, theirs.sines), (mine.harmonics, theirs.harmonics)):
            if count == as_many:
                for to, source in (
                    (self._state.phase, other._state.phase),
                    (self._state.hz_before, other._state.hz_before),
                    (self._state.hz, other._state.hz),
                ):
                    to[:, low : low + count] = source[:, from_low : from_low + count]
            low, from_low = low + count, from_low + as_many

    def reset(self, position: int) -> None:
        """Forget everything and go on at the global sample `position`, as a new voice would."""
        for array in self._state:
            array[...] = 0
        self._state.clock[POSITION] = position
