"""What keeps ears safe between a voice and the limiter: NaN guard, DC guard, panic gate.

Each kernel's state is a small array that belongs to one class; all are exact for every block size.
"""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

DC_CORNER_HZ = 5.0
REPAIR_SECONDS = 0.005  # time constant of the fade around a hole, and length of the gate's ramp

Samples = npt.NDArray[np.float32]
State = npt.NDArray[np.float64]


class NanGuard:
    """Watches one voice: a value that is not finite becomes a short fade to silence, and a fade back.

    From the first bad sample of a block the guard fades out from the last good one, to the block's end;
    good blocks after it fade in over 5 ms.
    """

    def __init__(self, sample_rate: float) -> None:
        self._decay = math.exp(-1.0 / (REPAIR_SECONDS * sample_rate))
        self._step = 1.0 / (REPAIR_SECONDS * sample_rate)
        self._state = np.array([0.0, 0.0, 1.0])  # last output, tail of the fade-out, gain of the fade-in

    def process(self, voice: Samples) -> bool:
        """Repair `voice` [samples] in place; True if something was not finite."""
        return bool(_repair(voice, self._state, self._decay, self._step))


class DcGuard:
    """One-pole high-pass at 5 Hz on a stereo sum: H(z) = (1 - 1/z) / (1 - R/z)."""

    def __init__(self, sample_rate: float) -> None:
        self._pole = math.exp(-2.0 * math.pi * DC_CORNER_HZ / sample_rate)
        self._state = np.zeros((2, 2))  # per channel: last input, last output

    def process(self, block: Samples) -> None:
        """Filter `block` [samples, 2] in place. Values that are not finite count as silence."""
        _high_pass(block, self._state, self._pole)

    def reset(self) -> None:
        """Forget the past."""
        self._state[:] = 0.0


class Gate:
    """The last switch before the ring: closes to silence within 5 ms when told, opens over 5 ms."""

    def __init__(self, sample_rate: float) -> None:
        self._step = 1.0 / (REPAIR_SECONDS * sample_rate)
        self._gain = 1.0
        self.open = True

    @property
    def closed(self) -> bool:
        """Whether nothing passes any more."""
        return not self.open and self._gain <= 0.0

    @property
    def closing_samples(self) -> int:
        """Samples that surely pass before it is closed; 0 where it is not about to close."""
        return max(1, int(self._gain / self._step)) if not self.open and self._gain > 0.0 else 0

    def process(self, block: Samples) -> None:
        """Apply the ramp, or silence, to `block` [samples, 2] in place. Open: nothing is touched."""
        if self.open and self._gain >= 1.0:
            return
        if self.closed:
            block[:] = 0.0
            return
        self._gain = _ramp(block, self._gain, self._step if self.open else -self._step)


@njit(cache=True, error_model="numpy")
def _repair(voice: Samples, state: State, decay: float, step: float) -> bool:
    """See NanGuard.process. `state` is [last output, tail of the fade-out, gain of the fade-in]."""
    out, tail, gain = state[0], state[1], state[2]
    bad = False
    for n in range(len(voice)):
        if not bad and not np.isfinite(voice[n]):
            bad = True
            tail, gain = out, 0.0
        if bad or gain < 1.0:
            tail *= decay
            if bad:
                out = tail
            else:
                gain = min(1.0, gain + step)
                out = voice[n] * gain + tail * (1.0 - gain)
            voice[n] = out
        else:
            out = voice[n]
    state[0], state[1], state[2] = out, tail, gain
    return bad


@njit(cache=True, error_model="numpy")
def _high_pass(block: Samples, state: State, pole: float) -> None:
    """See DcGuard.process. `state` is [channel, (last input, last output)]."""
    for channel in range(2):
        before, out = state[channel, 0], state[channel, 1]
        for n in range(len(block)):
            x = np.float64(block[n, channel]) if np.isfinite(block[n, channel]) else np.float64(0.0)
            out = x - before + pole * out
            before = x
            if abs(out) < 1e-30:  # denormal numbers are slow, and far below hearing
                out = 0.0
            block[n, channel] = out
        state[channel, 0], state[channel, 1] = before, out


@njit(cache=True, error_model="numpy")
def _ramp(block: Samples, gain: float, step: float) -> float:
    """Multiply `block` [samples, 2] by a ramp from `gain` that stops at 0 and 1; returns where it ended."""
    for n in range(len(block)):
        gain = min(1.0, max(0.0, gain + step))
        block[n, 0] *= gain
        block[n, 1] *= gain
    return gain
