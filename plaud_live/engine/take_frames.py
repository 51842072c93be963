"""The control frames of takes, found for whoever plays them again: `take.z` at the prompt."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from plaud_live.clock.tempo import MAX_SEGMENTS, TempoMap
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import InstrumentState, State
from plaud_live.control.trajectories import TrajectoryFiles, laid_out
from plaud_live.engine.link import Message
from plaud_live.errors import ParameterError, PlaudError, SessionError
from plaud_live.signals.trajectories import Frames, frames

KEPT = 8
"""Trajectories that are held in memory though nothing plays them: what was asked for is soon launched."""


class TakeFrames:
    """Belongs to the control thread; what takes long is done by `loader`. `find` is `Taking.find`."""

    def __init__(self, find: Callable[[int], Mapping[str, Any]], files: TrajectoryFiles, loader: Any) -> None:
        self._find, self._files, self._loader = find, files, loader
        self._held: deque[Frames] = deque(maxlen=KEPT)

    def ask(
        self,
        data: Mapping[str, Any],
        state: State,
        done: Callable[[Message], None],
        failed: Callable[[PlaudError], None],
    ) -> None:
        """Keep the frames of an `instrument` in samples `start` to `stop` of take `number` as a trajectory.

        `done` is told its digest, how many latents it has, and where it lies: `beat` and `beats`.
        Raises ParameterError where there is no such take.
        """
        number, name = data.get("number"), str(data.get("instrument"))
        if isinstance(number, bool) or not isinstance(number, int):
            raise ParameterError(f"trajectory: wants the number of a take, not {number!r:.40}")
        info = self._find(number)
        span = tuple(data.get(key, info["samples"] if key == "stop" else 0) for key in ("start", "stop"))
        if not all(isinstance(each, int) and 0 <= each <= info["samples"] for each in span):
            raise ParameterError(f"trajectory: {span!r:.60} are no samples of take {number}")

        def hold(made: tuple[Frames, Message]) -> None:
            self._held.append(made[0])
            done(made[1])

        self._loader.do(lambda: self._made(info, name, span[0], span[1], state), hold, failed)

    def _made(
        self, info: Mapping[str, Any], name: str, start: int, stop: int, state: State
    ) -> tuple[Frames, Message]:
        number, path = info["number"], Path(info["path"])
        try:
            with path.with_suffix(".jsonl").open("rb") as file:
                sidecar = json.loads(file.readline())
            with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
                samples, raw = _frames_of(arrays, name, number)
        except (OSError, ValueError, KeyError) as error:
            raise SessionError(f"take {number} has no frames that can be read: {error}") from None
        model = _model(sidecar, state, name)
        if raw.shape[1] != model.latent_size:
            raise ParameterError(f"take {number}: {name} had {raw.shape[1]} latents, {model.name} has not")
        zero, tempo = int(info["start"]), _tempo(sidecar, state, int(info["start"]))
        try:
            values = laid_out(samples + zero, raw, model.low, model.high, tempo, zero + start, zero + stop)
            digest = self._files.keep(values)
        except ParameterError as error:
            raise ParameterError(f"take {number}: {name} {error}") from None
        except OSError as error:
            raise SessionError(
                f"no trajectory: {error.strerror} — make room on the disk, then again"
            ) from None
        beat, end = tempo.beat(zero + start), tempo.beat(zero + stop)
        told = {"digest": digest, "latents": raw.shape[1], "beat": beat, "beats": end - beat}
        return frames(digest, values.astype(np.float64)), told


def _frames_of(arrays: Any, name: str, number: int) -> tuple[Any, Any]:
    """Samples [f], counted from the take's first, and raw latents [f, d] of an instrument.

    Raises ParameterError where the take has none of it.
    """
    parts = [key.removesuffix(".samples") for key in arrays if key.endswith(".samples")]
    mine = [part for part in parts if part.partition(".")[0] == name]
    if not mine:
        have = sorted({part.partition(".")[0] for part in parts})
        what = f'have {", ".join(have)}: take.z["{have[0]}"]' if have else "it was silent"
        raise ParameterError(f"take {number} has no frames of {name} — {what}")
    latents = [arrays[f"{part}.latents"] for part in mine]
    if len({each.shape[1] for each in latents}) > 1:
        raise ParameterError(
            f"take {number}: {name} had several numbers of latents in it — take a part of it"
        )
    return np.concatenate([arrays[f"{part}.samples"] for part in mine]), np.concatenate(latents)


def _model(sidecar: Mapping[str, Any], state: State, name: str) -> ModelInfo:
    """What an instrument of a take played, as far as it is known; else what it plays now."""
    digest = (sidecar.get("models") or {}).get(name)
    then: Iterable[InstrumentState] = ()
    if isinstance(sidecar.get("state"), dict):
        then = State.from_data(sidecar["state"]).instruments.values()
    known = [
        info
        for instrument in (*then, *state.instruments.values())
        for info in (*instrument.models, *instrument.past)
    ]
    found = next((info for info in known if info.digest == digest), None)
    if found is None and name in state.instruments:
        return state.instruments[name].info
    if found is None:
        raise ParameterError(f"nobody knows what {name} played then, and it plays no more")
    return found


def _tempo(sidecar: Mapping[str, Any], state: State, start: int) -> TempoMap:
    """The tempo map of now, which knows what came after a take's beginning; that of the take if it forgot."""
    if len(state.tempo.segments) < MAX_SEGMENTS or state.tempo.segments[0].sample <= start:
        return state.tempo
    return TempoMap.from_data(sidecar["state"]["tempo"])
