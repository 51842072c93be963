"""What prompts ask of an engine, and who answers: `link` lists it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from plaud_live.control.apply import instrument_of
from plaud_live.control.conductor import Outcome
from plaud_live.control.transaction import PROMPT, Transaction
from plaud_live.engine import midi_monitor
from plaud_live.engine.anchors import Saved, Span, encode_span, save_anchors
from plaud_live.engine.desk import Desk
from plaud_live.engine.launcher import Launcher
from plaud_live.engine.link import Channel, Message, Request
from plaud_live.engine.listening import Listening
from plaud_live.engine.loader import Loader
from plaud_live.engine.models import Models
from plaud_live.engine.outgoing import Outgoing
from plaud_live.engine.pushing import Pushing
from plaud_live.engine.render import Renderer
from plaud_live.engine.requests import Entry, control_frames, take_samples
from plaud_live.engine.take_frames import TakeFrames
from plaud_live.engine.take_player import TakePlayer
from plaud_live.engine.taking import Taking
from plaud_live.engine.training import Training
from plaud_live.errors import PlaudError, SessionError


@dataclass(frozen=True)
class Answers:
    """Belongs to the control thread. `greet` says what a prompt is told that has come."""

    desk: Desk
    renderer: Renderer
    models: Models
    loader: Loader
    launcher: Launcher
    taking: Taking
    player: TakePlayer
    take_frames: TakeFrames
    listening: Listening
    training: Training
    pushing: Pushing
    monitor: midi_monitor.MidiMonitor
    outgoing: Outgoing
    channel: Channel
    greet: Callable[[], Message]

    def answer(self, request: Request) -> None:
        """Answer a request, now or once what it asks for is done."""
        try:
            match request.do:
                case "submit":
                    self._submit(request, Transaction.from_data(request.data.get("transaction")))
                case "undo":
                    by = str(request.data.get("by") or PROMPT)
                    self.launcher.undo(by, partial(self._done, request), request.fail)
                case "redo":
                    by = str(request.data.get("by") or PROMPT)
                    self.launcher.redo(by, partial(self._done, request), request.fail)
                case "panic":
                    self._done(request, self.desk.panic(str(request.data.get("by") or PROMPT)))
                case "hello":
                    request.answer(**self.greet())
                    for note in self.desk.notes:
                        request.peer.send({"event": "message", "text": note})
                case "midi":
                    request.answer(**midi_monitor.answer(self.desk.midi, self.monitor, request))
                case "learn":
                    request.answer(**self.desk.controls.request(request.data))
                case "heard":
                    request.answer(**self.desk.controls.heard(str(request.data.get("name"))))
                case "status":
                    request.answer(**self.desk.status())
                case "web":
                    self.channel.send({"event": "web"})
                    request.answer()
                case "entry":
                    beat, sample = self.desk.enter(Entry.from_data(request.data))
                    request.answer(beat=beat, sample=sample)
                case "samples":
                    request.answer(**take_samples(self.renderer.control_inputs, request.data))
                case "control_frames":
                    request.answer(**control_frames(self.renderer, request.data))
                case "models":
                    name = str(request.data.get("instrument"))
                    self.launcher.models(name, partial(_answer, request), request.fail)
                case "offer":
                    name, path = (str(request.data.get(key)) for key in ("instrument", "path"))
                    digest = str(request.data.get("digest") or "")
                    answer = partial(_answer, request)
                    self.launcher.offer(name, path, digest, answer, request.fail)
                case "encode":
                    self._encode(request)
                case "save_anchors":
                    self._save_anchors(request)
                case "keep" | "rec_start" | "rec_stop" | "tag" | "delete" | "cut":
                    self._take(request)
                case "play_take":
                    self.player.play(request.data, lambda told: request.answer(**told), request.fail)
                case "stop_take":
                    request.answer(**self.player.stop(request.data))
                case "takes":
                    request.answer(takes=self.taking.takes)
                case "trajectory":
                    answer = partial(_answer, request)
                    self.take_frames.ask(request.data, self.desk.state, answer, request.fail)
                case "phones":
                    self.listening.ask(request.data, partial(_answer, request), request.fail)
                case "train":
                    self.training.train(request.data, lambda job: request.answer(job=job), request.fail)
                case "fit":
                    self.training.fit(request.data, lambda job: request.answer(job=job), request.fail)
                case "train_stop":
                    self.training.stop(request.data, lambda job: request.answer(job=job), request.fail)
                case "push":
                    self.pushing.push(request.data, partial(_answer, request), request.fail)
                case "push_stop":
                    self.pushing.stop(partial(_answer, request), request.fail)
                case "playing":
                    info = self.pushing.playing
                    request.answer(path=str(self.models.reverbs.file_of(info)), name=info.name)
                case "training":
                    request.answer(jobs=self.training.jobs)
                case _:
                    raise SessionError(f"{request.do!r} is no request that the engine knows")
        except PlaudError as error:
            request.fail(error)

    def _submit(self, request: Request, transaction: Transaction) -> None:
        """Launch now, or, if models are to be loaded, once they are: the sound and others do not wait."""
        if self.listening.ends(transaction):
            self._done(request, Outcome(self.desk.beat, "the headphones are silent again"))
            return
        self.outgoing.check(transaction)
        self.launcher.submit(transaction, partial(self._done, request), request.fail)

    def _encode(self, request: Request) -> None:
        """Answer once the loader has heard the span."""
        span = Span.from_data(request.data)
        info = instrument_of(self.desk.state, str(request.data.get("instrument"))).info
        self.loader.do(
            lambda: encode_span(self.models.model(info), span),
            lambda raw: request.answer(raw=list(raw)),
            request.fail,
        )

    def _save_anchors(self, request: Request) -> None:
        """Answer once the loader has written the file."""
        name, instrument = request.data.get("name"), str(request.data.get("instrument"))
        state = self.desk.state

        def done(saved: Saved) -> None:
            self.desk.adopt(saved)
            self.desk.publish()
            now = self.desk.answer(Outcome(self.desk.beat, saved.message))
            request.answer(path=saved.info.path, **now)

        self.loader.do(
            lambda: save_anchors(self.models, state, instrument, None if name is None else str(name)),
            done,
            request.fail,
        )

    def _take(self, request: Request) -> None:
        """Answer once the writer has."""
        taking, data, by = self.taking, request.data, str(request.data.get("by") or PROMPT)
        key = str(data.get("key") or "")

        def done(info: dict[str, Any]) -> None:
            request.answer(take=info)

        match request.do:
            case "keep":
                taking.keep(data.get("beats"), data.get("name"), by, done, request.fail, key)
            case "rec_start":
                taking.start(data.get("name"), data.get("bits", 32), by, done, request.fail, key)
            case "rec_stop":
                taking.stop(by, done, request.fail)
            case _:
                taking.change(request.do, data, done, request.fail)

    def _done(self, request: Request, outcome: Outcome) -> None:
        request.answer(**self.desk.answer(outcome))
        self.desk.publish()


def _answer(request: Request, told: Message) -> None:
    request.answer(**told)
