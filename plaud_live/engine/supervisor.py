"""The tiny parent of all: starts sink, engines and prompt, watches and ends them; nothing outlives it.

The engine outlives the prompt, the sound outlives the engine by a fade, and all children end with the
supervisor: their channels close. Memory that they share has no name in any folder.
"""

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plaud_live.engine import realtime
from plaud_live.engine.access import Access
from plaud_live.engine.engines import EngineKeeper
from plaud_live.engine.instance import Instance, read_instance
from plaud_live.engine.journal import Journal
from plaud_live.engine.link import Message
from plaud_live.engine.midi_keeper import MidiKeeper
from plaud_live.engine.prompt import PromptKeeper
from plaud_live.engine.publisher_keeper import PublisherKeeper
from plaud_live.engine.ring import Ring
from plaud_live.engine.sinks import SinkKeeper
from plaud_live.engine.snapshot import Snapshot
from plaud_live.engine.tracks import Tracks
from plaud_live.engine.trainer_keeper import TrainerKeeper
from plaud_live.engine.watch import Watch
from plaud_live.engine.web import WebKeeper
from plaud_live.engine.writer_keeper import WriterKeeper
from plaud_live.errors import PlaudError
from plaud_live.settings import PlayOptions, home

SAY_AFTER_SECONDS = 0.3
"""Prompts have to find a new engine before it can pass a line on."""

PATIENCE_SECONDS = 2.0
END_SECONDS = 3.0
WRITER_END_SECONDS = 10.0
"""How long the last take may take to be finished."""


@dataclass(frozen=True)
class Resumed:
    """A session that goes on in its folder, with a state, or none, from an engine sample on.

    `made`: what was trained and is to be offered yet. `ended`: the sample up to which it has sounded.
    """

    folder: Path
    state: Message | None
    sample: int
    made: tuple[Message, ...] = ()
    ended: int = 0


class Supervisor:
    """One session, from `run` to its end."""

    def __init__(
        self, options: PlayOptions, run_dir: Path, sessions: Path, resumed: Resumed | None = None
    ) -> None:
        """Take hold of the run folder. Raises SessionError when another instrument has it."""
        self.options = options
        self.run_dir = run_dir
        self._access = Access.open(options.lan)
        self._instance = Instance(run_dir)
        try:
            self._journal = Journal(
                sessions, options.session or "session", None if resumed is None else resumed.folder
            )
        except PlaudError:
            self._instance.close()
            raise
        if resumed is not None:
            self._journal.resume(resumed.ended, model=options.model, block=options.block)
        self.ring = Ring.create(options.block, options.ring_blocks, resumed.sample if resumed else 0)
        self._snapshot = Snapshot.create()
        self.tracks = Tracks.create(first=self.ring.get("written"))
        self.watch = Watch()
        state = None if resumed is None else resumed.state
        self._engines = EngineKeeper(
            self, self._snapshot, options.model, options.osc_port, self._on_active, state
        )
        self._sinks = SinkKeeper(self, options, self._on_playing)
        self._midi = MidiKeeper(self, os.environ.get("PLAUD_MIDI_API", ""))
        self._web = WebKeeper(self, self._snapshot.fd, options.web)
        self._writer = WriterKeeper(self, self._journal.folder, self._engines.send)
        made = () if resumed is None else resumed.made
        self._trainer = TrainerKeeper(self, home(), self._engines.send, made)
        self._publisher = PublisherKeeper(self, self._journal.folder, self._engines.send)
        self._prompt = PromptKeeper(self, options, self._snapshot.fd, self.leave)
        self._going_on = True
        self._activated = False
        self._error: PlaudError | None = None
        self._unsaid: list[str] = []

    def run(self) -> int:
        """Play until the performer leaves or a signal comes. Raises what made it impossible to go on."""
        realtime.raise_priority(realtime.SUPERVISOR_PRIORITY)  # children start with the normal one
        for signum in (signal.SIGTERM, signal.SIGHUP):
            self.watch.on_signal(signum, self.leave)
        self.watch.on_signal(signal.SIGINT, self._on_interrupt)
        self.watch.on_signal(signal.SIGQUIT, self._prompt.kill)
        self._instance.update(
            block=self.ring.block, blocks=self.ring.blocks, started=time.time(), session=self._folder()
        )
        self._instance.update(**self._access.to_environment())
        self.watch.later(PATIENCE_SECONDS, self._explain_wait)
        try:
            self._engines.start()
            self._sinks.start()
            self.watch.run(lambda: self._going_on)
        finally:
            self._end()
        if self._error is not None:
            raise self._error
        return 0

    def say(self, text: str) -> None:
        """Show a line to the performer: in the prompt, else on the terminal."""
        self.log("message", text)
        if not self._prompt.is_open:
            print(text, file=sys.stderr, flush=True)
            return
        self._unsaid.append(text)
        self.watch.later(SAY_AFTER_SECONDS, self._say_unsaid)

    def log(self, kind: str, data: Any = None) -> None:
        """Record an event; the engine's commits bring their own fields."""
        if kind == "commit" and isinstance(data, dict):
            self._record(data)
        else:
            self._journal.write(kind, "supervisor", data, sample=self.ring.get("written"))
        self._say_problem()

    def keep(self, state: Message | None) -> None:
        """Record the anchors and scenes of a state."""
        self._journal.keep(state)
        self._say_problem()

    def _record(self, commit: Message) -> None:
        """Record what the engine did."""
        by, text, data = str(commit.get("by", "engine")), commit.get("text"), commit.get("data")
        sample, beat = commit.get("sample"), commit.get("beat")
        if commit.get("kind") == "entry":
            more = data or {}
            self._journal.enter(by, str(text), sample or 0, beat or 0.0, **more)
        else:
            self._journal.write(str(commit.get("kind", "commit")), by, data, sample, beat, text)

    def _say_problem(self) -> None:
        if problem := self._journal.take_problem():
            self.say(problem)

    def publish(self, **fields: Any) -> None:
        """Write fields of instance.json."""
        self._instance.update(**fields)

    def open_web(self) -> None:
        """Somebody wants the web surface."""
        self._web.ask()

    def write(self, order: Message) -> None:
        """Have the writer make a take, or change one."""
        self._writer.order(order)

    def train(self, order: Message) -> None:
        """Have a model trained, or stop that."""
        self._trainer.order(order)

    def push(self, order: Message) -> None:
        """Have the reverb that plays published, or hear which one it is."""
        self._publisher.order(order)

    def give_up(self, error: PlaudError) -> None:
        """End the session with this error."""
        self._error = self._error or error
        self._going_on = False

    def _on_playing(self, device: str) -> None:
        """A sink takes blocks: the first time, the engine may start."""
        self.publish(sample_rate=self.ring.sample_rate)
        if self._activated:
            self._engines.set_device(device)
            self._midi.look()
            return
        self._activated = True
        self._journal.describe(
            model=self.options.model,
            sample_rate=self.ring.sample_rate,
            block=self.ring.block,
            blocks=self.ring.blocks,
            device=device,
        )
        self._engines.activate(device)

    def _on_active(self) -> None:
        self._writer.start()
        self._writer.tell()
        self._trainer.tell()
        self._publisher.tell()
        self._midi.start()
        if self.options.web is not None:
            self._web.start()
        if not self._prompt.is_open:
            if self._access.lan:  # to the terminal alone: a token is no part of the record
                port = read_instance(self.run_dir).get("osc_port")
                print(self._access.line(port), file=sys.stderr, flush=True)
            self._prompt.open()

    def _explain_wait(self) -> None:
        if not self._engines.sounding and self._going_on:
            self.say("warming up: the first time this takes a minute")

    def _say_unsaid(self) -> None:
        if not self._engines.sounding:
            self.watch.later(SAY_AFTER_SECONDS, self._say_unsaid)
            return
        for text in self._unsaid:
            self._engines.tell(text)
        self._unsaid.clear()

    def _on_interrupt(self) -> None:
        """Ctrl-C belongs to the prompt, once there is one at a terminal."""
        if not (self._prompt.interactive and self._prompt.is_open):
            self.leave()

    def leave(self) -> None:
        """End the session: somebody has asked for it."""
        self._going_on = False

    def _folder(self) -> str | None:
        return str(self._journal.folder) if self._journal.folder else None

    def _end(self) -> None:
        """The prompt first, then the sound fades, then the card is given back."""
        self._prompt.end()
        self._engines.end(END_SECONDS)
        self._writer.end(WRITER_END_SECONDS)
        self._trainer.end(END_SECONDS)
        self._publisher.end(END_SECONDS)
        self._midi.end(END_SECONDS)
        self._web.end(END_SECONDS)
        self._sinks.end(END_SECONDS)
        counters = {name: self.ring.get(name) for name in ("underruns", "missed", "xruns", "input_dropped")}
        counters["not_recorded"] = self._journal.left_out
        self.log("end", {**counters, "error": str(self._error) if self._error else None})
        self.watch.close()
        self._journal.close()
        self._snapshot.close()
        self.tracks.close()
        self.ring.close()
        self._instance.close()
