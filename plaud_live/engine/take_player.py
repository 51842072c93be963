"""Plays takes into the mix: read beside the control thread, begun at a multiple of beats, written down."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soundfile
import soxr

from plaud_live.clock.tempo import next_multiple
from plaud_live.control.units import fader_to_gain
from plaud_live.engine.asked import Stage
from plaud_live.engine.link import Message
from plaud_live.engine.playback import Playback
from plaud_live.engine.taking import Info, title
from plaud_live.engine.tracks import Samples
from plaud_live.errors import ParameterError, PlaudError, SessionError

MOST_SECONDS = 600.0
MOST_BEATS = 1e6


class Loader(Protocol):
    """Does work in another thread: `engine.loader.Loader`."""

    def do(
        self,
        work: Callable[[], Samples],
        done: Callable[[Samples], None],
        failed: Callable[[PlaudError], None],
    ) -> None:
        """Do `work` soon, then `done` with what it returned, or `failed`."""


class TakePlayer:
    """Belongs to the control thread."""

    def __init__(
        self,
        desk: Stage,
        playback: Playback,
        loader: Loader,
        find: Callable[[int], Info],
        send: Callable[[Message], None],
    ) -> None:
        """`find` gives a take by its number; `send` tells the supervisor."""
        self._desk, self._playback, self._loader = desk, playback, loader
        self._find, self._send = find, send

    def play(
        self, data: Mapping[str, Any], done: Callable[[Message], None], failed: Callable[[PlaudError], None]
    ) -> None:
        """Play samples `start` to `stop` of take `number`, or all of it. Raises ParameterError.

        `over` fades it in, `at` is the multiple at which it begins, in beats; `gain` is a fader's position.
        """
        info = self._find(_whole(data.get("number"), "number"))
        start = _whole(data.get("start", 0), "start")
        stop = info["samples"] if data.get("stop") is None else _whole(data["stop"], "stop")
        if not 0 <= start < stop <= info["samples"]:
            raise ParameterError(
                f"take {info['number']} has {info['samples']} samples, not {start} to {stop}"
            )
        if stop - start > MOST_SECONDS * info["sample_rate"]:
            raise ParameterError(
                f"take.play(): longer than {MOST_SECONDS / 60:g} minutes — take[0:64].play() plays a part"
            )
        over, gain = _beats(data.get("over", 0.0), "over"), _beats(data.get("gain", 0.75), "gain")
        at = None if data.get("at") is None else _beats(data["at"], "at")
        rate, by = self._desk.state.tempo.sample_rate, str(data.get("by") or "prompt")

        def begin(sound: Samples) -> None:
            tempo, quant = self._desk.state.tempo, self._desk.state.quant if at is None else at
            now = self._desk.next_sample
            beat = next_multiple(tempo.beat(now), quant)
            sample = max(now, round(tempo.sample(beat)))
            fade = round(tempo.sample(beat + over)) - sample
            self._playback.play(info["number"], sound, sample, fade)
            span = {"number": info["number"], "start": start, "stop": stop, "over": over, "gain": gain}
            self._record("play", f"take {title(info)} plays", by, sample, beat, span)
            done({"beat": round(beat, 6), "sample": sample})

        self._loader.do(lambda: read(Path(info["path"]), start, stop, rate, gain), begin, failed)

    def stop(self, data: Mapping[str, Any]) -> Message:
        """Let a take go in `over` beats; it may be in the bin by now. Raises ParameterError."""
        number, over = _whole(data.get("number"), "number"), _beats(data.get("over", 0.0), "over")
        tempo, now = self._desk.state.tempo, self._desk.next_sample
        beat = tempo.beat(now)
        if number in self._playback.whose():
            self._playback.stop(number, now, round(tempo.sample(beat + over)) - now)
            by = str(data.get("by") or "prompt")
            self._record("stop", f"take {number} stops", by, now, beat, {"number": number, "over": over})
        return {"beat": round(beat, 6), "sample": now}

    def _record(self, kind: str, text: str, by: str, sample: int, beat: float, data: Message) -> None:
        when = {"sample": sample, "beat": round(beat, 6)}
        self._send({"event": "commit", "kind": kind, "by": by, "text": text, **when, "data": data})


def read(path: Path, start: int, stop: int, sample_rate: int, gain: float) -> Samples:
    """Samples [start, stop) of a stereo file at this rate, at a fader's position. Raises SessionError."""
    try:
        sound, rate = soundfile.read(path, start=start, stop=stop, dtype="float32", always_2d=True)
    except (OSError, RuntimeError) as error:
        raise SessionError(f"{path}: cannot be played: {error}") from None
    if sound.shape[1] != 2:
        sound = np.repeat(sound[:, :1], 2, axis=1)
    if rate != sample_rate:
        sound = soxr.resample(sound, rate, sample_rate, quality="VHQ")
    return np.ascontiguousarray(sound * np.float32(fader_to_gain(gain)), dtype=np.float32)


def _whole(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ParameterError(f"{name} of a take is {value!r:.40}, wants a whole number")
    return value


def _beats(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= MOST_BEATS:
        raise ParameterError(f"{name}={value!r:.40}: wants a number from 0 on")
    return float(value)
