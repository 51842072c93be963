"""The offline twin of the engine: the same conductor, renderer and requests, on a sample clock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plaud_live import settings
from plaud_live.control.apply import instrument_of
from plaud_live.control.conductor import Conductor, Outcome
from plaud_live.control.keys import Keys
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.trajectories import digest_of, laid_out
from plaud_live.control.transaction import Offer, Reverb, Transaction
from plaud_live.engine import offline_takes
from plaud_live.engine.anchors import Span, encode_span, save_anchors
from plaud_live.engine.casting import make_voices, prepare, wants_models
from plaud_live.engine.models import Models
from plaud_live.engine.render import Renderer
from plaud_live.engine.requests import Entry, control_frames, take_samples
from plaud_live.engine.reverbs import Reverbs, Rooms, at_once
from plaud_live.engine.sources import is_silent
from plaud_live.engine.store import Store
from plaud_live.errors import ParameterError, SessionError
from plaud_live.signals.trajectories import Frames, frames
from plaud_live.synths.voice import Voice

SETTLE_SAMPLES = 8192


class OfflineEngine:
    """Answers requests as `link.Client` does; time goes on only in `render`.

    The same requests at the same samples give the same sound, bit for bit, for every `block_size`.
    """

    on_event: Callable[[dict[str, Any]], None] | None = None

    def __init__(
        self, sample_rate: int = 44100, block_size: int = 128, seed: int = 0, session: Path | None = None
    ) -> None:
        """`session`: the folder of one, whose models are known by their digests."""
        self.sample_rate, self.block_size = sample_rate, block_size
        self._seed = seed
        self._models = Models(Store(session), Reverbs(session))
        self.conductor = Conductor(sample_rate, self._models.load_info)
        self.renderer = Renderer(sample_rate)
        self.conductor.held = self.renderer.held_values
        self._installed: set[str] = set()
        self._engaged: dict[tuple[str, str], int] = {}
        self._keys: Mapping[str, Keys] = {}
        self._settled = 0
        self._takes = offline_takes.OfflineTakes()
        self._trajectories: dict[str, Frames] = {}
        self._rooms = Rooms(self._models.reverbs, sample_rate, at_once, self.renderer.furnish, self._say)
        reverb = Reverb(settings.DEFAULT_REVERB, 0.0, self._models.reverbs.load_info(settings.DEFAULT_REVERB))
        self.conductor.submit(Transaction((replace(reverb, on_the_way=True),), "", "engine"), 0)

    def request(self, do: str, **data: Any) -> dict[str, Any]:
        """Answer what `link` lists, as the engine does. Raises the PlaudError that it raises."""
        now = self.renderer.position
        match do:
            case "submit":
                outcome = self.conductor.submit(self._resolved(data["transaction"]), now)
            case "undo":
                outcome = self.conductor.undo(now)
            case "redo":
                outcome = self.conductor.redo(now)
            case "panic":
                self.renderer.panic()
                outcome = self.conductor.panic(now)
            case "hello" | "status":
                outcome = Outcome(self.conductor.state.tempo.beat(now))
            case "entry":
                return self._enter(Entry.from_data(data), now)
            case "samples":
                return take_samples(self.renderer.control_inputs, data)
            case "control_frames":
                return control_frames(self.renderer, data)
            case "models":
                instrument_of(self.conductor.state, str(data.get("instrument")))
                entries = self._models.store.entries().values()
                return {"models": [entry.to_data() for entry in entries]}
            case "offer":
                offered = Offer(str(data["instrument"]), str(data["path"]), str(data.get("digest") or ""))
                transaction = Transaction((offered,), "offered", "trainer").to_data()
                outcome = self.conductor.submit(self._resolved(transaction), now)
            case "encode":
                info = instrument_of(self.conductor.state, str(data.get("instrument"))).info
                return {"raw": list(encode_span(self._models.model(info), Span.from_data(data)))}
            case "save_anchors":
                return self._save_anchors(data, now)
            case _ if do in offline_takes.WORDS:
                return self._takes.answer(do, data, self.conductor.state, now)
            case "trajectory":
                return self._trajectory(data)
            case "play_take" | "stop_take":
                return {}
            case "takes":
                return {"takes": self._takes.all}
            case "midi":
                return {"devices": [], "on": False}
            case "learn":
                return {"text": ""}
            case "heard":
                return {"values": self.renderer.control_inputs.last(str(data.get("name"))), "whose": ""}
            case "train" | "train_stop" | "fit":  # what was typed while it played is rendered all the same
                name = data.get("name") or data.get("instrument")
                return {"job": {"name": name, "stage": "waiting", "minutes": data.get("minutes") or 0.0}}
            case "push" | "push_stop":
                return {"text": "verb.push: it is for an instrument that plays, not offline", "name": None}
            case "playing":
                return {"path": None, "name": ""}
            case "training":
                return {"jobs": []}
            case "phones":
                return {"text": "phones: there are none offline"}
            case "web":
                return {"text": "web: it opens while an instrument plays, not offline"}
            case _:
                raise SessionError(f"{do!r} is no request that this engine knows")
        self._hand_over()
        told = {"beat": outcome.beat, "message": outcome.message, "sample": now}
        return {**told, "state": self.conductor.to_data()}

    def render(self, seconds: float) -> npt.NDArray[np.float32]:
        """The next `seconds` of sound, float32 [samples, 2]."""
        out = np.zeros((round(seconds * self.sample_rate), 2), dtype=np.float32)
        for start in range(0, len(out), self.block_size):
            self.renderer.render(out[start : start + self.block_size])
            if self.renderer.position - self._settled >= SETTLE_SAMPLES:
                self._settled = self.renderer.position
                if self.conductor.settle(self._settled):
                    self.renderer.take(self.conductor.state)
        while self.renderer.events and self.on_event is not None:
            self.on_event({"event": "message", "text": self.renderer.events.popleft().line})
        return out

    def snapshot(self) -> Mapping[str, Any]:
        """What a live engine shows of itself twenty times a second, as far as it makes sense here."""
        tempo, position = self.conductor.state.tempo, self.renderer.position
        return {
            "position": position,
            "beat": tempo.beat(position),
            "bpm": tempo.bpm_at(tempo.beat(position)),
            "inputs": self.renderer.control_inputs.shown(),
        }

    def _enter(self, entry: Entry, now: int) -> dict[str, Any]:
        beat = self.conductor.state.tempo.beat(now)
        if self.on_event is not None:
            told = {"event": "entry", "text": entry.text, "beat": beat, "by": entry.by, "file": entry.file}
            self.on_event(told)
        return {"beat": beat, "sample": now}

    def _save_anchors(self, data: Mapping[str, Any], now: int) -> dict[str, Any]:
        state, name = self.conductor.state, data.get("name")
        named = None if name is None else str(name)
        saved = save_anchors(self._models, state, str(data.get("instrument")), named)
        if self.conductor.rewritten(saved.was, saved.info):
            for each in state.instruments:
                for digest in saved.was:
                    self.renderer.rewrite(each, digest, saved.info)
        self._hand_over()
        message, path = saved.message, saved.info.path
        return {
            "beat": state.tempo.beat(now),
            "path": path,
            "message": message,
            "state": self.conductor.to_data(),
        }

    def _trajectory(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Frames of a take that has no files: those of the last minute, which the voice still knows."""
        info, name = self._takes.find(data.get("number")), str(data.get("instrument"))
        model, slot = instrument_of(self.conductor.state, name).info, self.renderer.slots.get(name)
        start, stop = (info["start"] + int(data.get(key) or 0) for key in ("start", "stop"))
        tempo = self.conductor.state.tempo
        samples, values = slot.frames_since(start) if slot else (np.zeros(0, np.int64), np.zeros((0, 0)))
        raw = values[:, : model.latent_size]
        try:
            places = laid_out(samples, raw, model.low, model.high, tempo, start, stop)
        except ParameterError as error:
            raise ParameterError(f"take {info['number']}: {name} {error}") from None
        digest = digest_of(places)
        self._trajectories[digest] = frames(digest, places.astype(np.float64))
        beat, beats = tempo.beat(start), tempo.beat(stop) - tempo.beat(start)
        return {"digest": digest, "latents": model.latent_size, "beat": beat, "beats": beats}

    def _resolved(self, data: Any) -> Transaction:
        """A transaction in which every model is known by its digest."""
        transaction = Transaction.from_data(data)
        if not wants_models(transaction):
            return transaction
        state = self.conductor.state
        prepared = prepare(self._models, state, transaction, self.sample_rate, lambda name, digest: 0)
        for note in prepared.notes:
            self._say(note)
        return prepared.transaction

    def _say(self, text: str) -> None:
        if self.on_event is not None:
            self.on_event({"event": "message", "text": text})

    def _hand_over(self) -> None:
        state = self.conductor.state
        for name, instrument in state.instruments.items():
            for info in instrument.models:
                self._engage(name, info)
        if state.reverb is not None and not is_silent(state.reverb.sources["mix"].signal, 0.0, np.inf):
            self._rooms.follow(state.reverb)
        self.renderer.take(state)
        for name, keys in state.keys.items():
            if keys is not self._keys.get(name) and keys.gated:
                slot = self.renderer.slots.get(name)
                info = state.instruments[name].models[0] if slot is None else slot.info
                self.renderer.seat(name, self._voices(name, info, keys.voices)[1:], info.digest)
        self._keys = state.keys

    def _engage(self, name: str, info: ModelInfo) -> None:
        """Have as many voices of a model as an instrument plays."""
        slot = self.renderer.slots.get(name)
        if name not in self._installed:
            self._installed.add(name)
            self._engaged[name, info.digest] = 1
            self.renderer.install(name, info, self._voices(name, info, 1)[0])
            return
        keys = self.conductor.state.keys.get(name)
        wanted = max(keys.voices if keys is not None and keys.gated else 1, slot.keys.voices if slot else 1)
        have = self._engaged.get((name, info.digest), 0) if slot is None else slot.voices_of(info.digest)
        if wanted > have:
            self._engaged[name, info.digest] = wanted
            self.renderer.engage(name, info, self._voices(name, info, wanted)[have:])

    def _voices(self, name: str, info: ModelInfo, count: int) -> list[Voice]:
        return make_voices(self._models, info, name, count, self.sample_rate, self._seed)
