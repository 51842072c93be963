"""A recorded room: an impulse response or a clap from a sound file, cut to begin with the direct sound."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from plaud_live.errors import SettingsError
from plaud_live.reverb.equaliser import Array
from plaud_live.reverb.measuring import Room, measure, noise_of, onset

RATE = 48000.0
LONGEST_SECONDS = 20.0
LOWEST_RATE, HIGHEST_RATE = 4000, 384000

_SHORTEST_SECONDS = 0.1
_LONGEST_FILE_SECONDS = 300.0
_SILENT = 1e-6
_CLIPPED_PEAK = 0.985
_CLIPPED_RUN = 4
_LEAST_RANGE_DB = 20.0
_START_SECONDS = 0.02
_HIGHEST_READ_HZ = 8000.0


@dataclass(frozen=True, eq=False)
class Recording:
    """`responses` [channels, samples] at RATE from the direct sound on; a channel's energy is 1 on average.

    After `heard` samples there is nothing but noise. `room` is what is measured of it, `notes` what whoever
    recorded it should know.
    """

    responses: Array
    heard: int
    room: Room
    notes: tuple[str, ...]


def read_recording(path: Path) -> Recording:
    """Raises SettingsError for what is no sound of a room, with the reason."""
    sound, rate = _read(path)
    if not np.isfinite(sound).all():
        raise SettingsError(f"{path}: holds samples that are not finite numbers")
    if len(sound) < _SHORTEST_SECONDS * rate:
        raise SettingsError(
            f"{path}: lasts {1000.0 * len(sound) / rate:.0f} ms: wants {_SHORTEST_SECONDS:g} s at least"
        )
    notes = []
    if sound.shape[1] > 2:
        notes.append(f"{sound.shape[1]} channels: the first two are used")
        sound = sound[:, :2]
    sound = sound - sound.mean(axis=0)
    peak = float(np.abs(sound).max())
    if peak < _SILENT:
        raise SettingsError(f"{path}: is silent")
    if _clipped(sound, peak):
        raise SettingsError(f"{path}: is clipped: record it again at a lower level")
    top = 0.5 * rate / math.sqrt(2.0)
    if top < _HIGHEST_READ_HZ:
        notes.append(f"recorded at {rate} Hz: octaves above {top:.0f} Hz are guessed from those below")
    return prepared(_resampled(sound, rate).T, str(path), 0.5 * rate, tuple(notes))


def prepared(
    sound: Array, what: str, highest_hz: float = 0.5 * RATE, notes: tuple[str, ...] = ()
) -> Recording:
    """The recording in `sound` [channels, samples] at RATE. Raises SettingsError that begins with `what`."""
    begin = onset(sound)
    sound = sound[:, begin : begin + round(LONGEST_SECONDS * RATE)]
    energies = np.square(sound).sum(axis=0)
    short = round(_START_SECONDS * RATE)
    start, tail = energies[:short].mean(), energies[-max(short, len(energies) // 10) :].mean()
    if len(energies) < 4 * short or tail * 10.0 ** (_LEAST_RANGE_DB / 10.0) > start:
        raise SettingsError(f"{what}: no decay is heard above its noise: wants an impulse response or a clap")
    end, noise, _ = noise_of(energies, RATE)
    mean = (float(energies[:end].sum()) - noise * end) / len(sound)
    sound = sound / math.sqrt(mean)
    room = measure(sound, RATE, highest_hz)
    if np.isnan(room.of("t60")).all():
        raise SettingsError(f"{what}: no decay can be read: wants 20 dB above its noise in some octave")
    unread = [f"{band.centre_hz:g}" for band in room.bands if math.isnan(band.t60)]
    if unread:
        notes = (*notes, f"too noisy at {', '.join(unread)} Hz: decay there is guessed from other octaves")
    return Recording(sound, end, room, notes)


def _read(path: Path) -> tuple[Array, int]:
    """Samples [samples, channels] and the rate in Hz."""
    import soundfile

    if not path.is_file():
        raise SettingsError(f"{path}: no such file")
    try:
        with soundfile.SoundFile(path) as file:
            rate = int(file.samplerate)
            if not LOWEST_RATE <= rate <= HIGHEST_RATE:
                raise SettingsError(f"{path}: {rate} Hz: wants {LOWEST_RATE} to {HIGHEST_RATE} Hz")
            sound = file.read(round(_LONGEST_FILE_SECONDS * rate), dtype="float64", always_2d=True)
    except (soundfile.SoundFileError, OSError):
        raise SettingsError(f"{path}: is no sound file that can be read") from None
    return sound, rate


def _resampled(sound: Array, rate: int) -> Array:
    if rate == RATE:
        return sound
    import soxr

    return np.asarray(soxr.resample(sound, rate, RATE, quality="VHQ"))


def _clipped(sound: Array, peak: float) -> bool:
    """Whether it stays at its peak for some samples, near full scale, or anywhere for longer."""
    at_peak = np.abs(sound) >= peak * (1.0 - 1e-4)
    longest = max(_longest_run(channel) for channel in at_peak.T)
    return longest >= (_CLIPPED_RUN if peak >= _CLIPPED_PEAK else 2 * _CLIPPED_RUN)


def _longest_run(flags: Array) -> int:
    borders = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return int((borders[1::2] - borders[::2]).max(initial=0))
