"""The engine process: warms up, waits as a standby, then sounds until its supervisor ends it.

`link` documents what it is told and what it says. Two threads matter: the render thread fills the ring, the
control thread (this one) serves supervisor, prompts and OSC, and never waits for anything else.
"""

import argparse
import os
import selectors
import sys
import time
import traceback
from functools import partial
from typing import Any

from plaud_live import __version__, settings
from plaud_live.control.conductor import Conductor
from plaud_live.engine import keys, midi_monitor, midi_record, midi_wire, realtime
from plaud_live.engine.access import Access
from plaud_live.engine.answers import Answers
from plaud_live.engine.capture import Capture
from plaud_live.engine.chores import Chores
from plaud_live.engine.desk import Desk
from plaud_live.engine.fitted import Fitted
from plaud_live.engine.instance import SOCKET_NAME
from plaud_live.engine.launcher import Launcher
from plaud_live.engine.link import Channel, Message, Server
from plaud_live.engine.listening import Listening
from plaud_live.engine.loader import Loader
from plaud_live.engine.models import Models
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.outgoing import Outgoing
from plaud_live.engine.pushing import Pushing
from plaud_live.engine.render import Renderer
from plaud_live.engine.rendering import RenderLoop
from plaud_live.engine.reverbs import Rooms, at_once
from plaud_live.engine.ring import EngineEnd, Ring, RingFds
from plaud_live.engine.snapshot import Snapshot
from plaud_live.engine.standby import Standby, wait_for_order
from plaud_live.engine.take_frames import TakeFrames
from plaud_live.engine.take_player import TakePlayer
from plaud_live.engine.taking import Taking
from plaud_live.engine.tracks import Tracks
from plaud_live.engine.training import Training
from plaud_live.errors import PlaudError, SessionError

TICK_SECONDS = 0.05
"""How often the snapshot is written and a state that OSC moves is told."""

SWITCH_SECONDS = 0.00005
"""How long the control thread may keep the interpreter while the render thread wants it."""

CONTROL_PRIORITY = realtime.ENGINE_PRIORITY - 10
"""Whoever holds the interpreter while the render thread waits must not be held up by other processes."""


class Engine:
    """An engine that sounds, from activation to its end."""

    def __init__(
        self,
        standby: Standby,
        channel: Channel,
        ring: Ring,
        snapshot: Snapshot,
        tracks: Tracks,
        order: Message,
    ) -> None:
        """Sound first, with the state that is given; then open the socket and the OSC port."""
        end = EngineEnd(ring)
        rate = standby.sample_rate
        self._models, self._channel, self._snapshot = standby.models, channel, snapshot
        self._model = str(order.get("model"))
        self._renderer = Renderer(rate, end.position, watch_cost=True)
        capture = Capture(tracks, end.position, rate, self._renderer.limiter.latency)
        self._renderer.capture = capture
        self.loop = RenderLoop(end, self._renderer, capture)
        conductor = Conductor(rate, self._models.load_info)
        device = str(order.get("device", ""))
        self._desk = Desk(conductor, self._renderer, self.loop, ring, channel, device, os.getpid())
        state = order.get("state")
        shown = {} if state is None else snapshot.read()
        self._desk.inputs.recall(shown.get("inputs", {}))
        self._desk.taken.start(state, self._desk.inputs.latest())
        rooms = Rooms(self._models.reverbs, rate, at_once, self._renderer.furnish, self._note)
        self._desk.on_state.append(lambda: rooms.follow(self._desk.state.reverb))
        if state is not None:
            self._desk.restore(state, standby.cast(state))
            self._desk.controls.recall(shown.get("controls", {}))
        self.loop.start()
        self._selector = selectors.DefaultSelector()
        self._loader = Loader()
        rooms.do = self._loader.do
        self._launcher = Launcher(self._desk, self._models, self._loader, rate, self._note)
        self._server = self._desk.server = Server(settings.run_dir() / SOCKET_NAME, self._selector)
        self._osc: OscServer | None = None
        self.chores = Chores()
        self.times = self._desk.times
        self.chores.add(self.times)
        self._desk.midi.attach(settings.run_dir() / midi_wire.SOCKET_NAME, self._selector)
        self._desk.extras["midi"] = self._desk.midi.connected
        self._desk.extras["midi_lost"] = lambda: self._desk.midi.lost
        monitor = midi_monitor.MidiMonitor(self._desk.midi)
        self.chores.add(self._desk.midi)
        self.chores.add(self._desk.controls)
        arrivals = midi_record.Arrivals(self._desk, rate, ring.block)
        self._midi_record = midi_record.MidiRecord(arrivals, lambda: self._renderer.position, channel)
        self._desk.midi.taps.append(self._midi_record.hear)
        self.chores.add(self._midi_record)
        played = self._desk, self._renderer, self.loop, self._loader, self._models, arrivals
        self.chores.add(keys.keyboard(*played))
        self.chores.add(monitor)
        self._taking = Taking(self._desk, tracks, lambda: self._renderer.position, channel.send)
        self._desk.taking = self._taking
        self._desk.on_state.append(self._taking.remember)
        self._training = self._desk.training = Training(self._desk, channel.send)
        self._training.made.append(self._offer)
        self._fitted = Fitted(self._desk, self._launcher)
        self._desk.extras["train"] = self._training.shown
        self._pushing = self._desk.pushing = Pushing(self._desk, channel.send)
        self._desk.on_state.append(self._pushing.look)
        self._desk.extras["push"] = self._pushing.shown
        self.chores.add(self._pushing)
        self._desk.extras["rec"] = lambda: self._taking.seconds
        self._outgoing = Outgoing(self._desk, self.chores, Access.from_environment())
        find, playback = self._taking.find, self._renderer.playback
        load = partial(getattr, self.loop, "load")
        listening = Listening(self._desk, self._renderer, self._models, self._loader, ring, load)
        self._desk.extras["phones"] = listening.shown
        self._answers = Answers(
            desk=self._desk,
            renderer=self._renderer,
            models=self._models,
            loader=self._loader,
            launcher=self._launcher,
            taking=self._taking,
            player=TakePlayer(self._desk, playback, self._loader, find, channel.send),
            take_frames=TakeFrames(find, standby.trajectories, self._loader),
            listening=listening,
            training=self._training,
            pushing=self._pushing,
            monitor=monitor,
            outgoing=self._outgoing,
            channel=channel,
            greet=self._greeting,
        )
        self._going_on = True
        self._next_tick = 0.0

    def listen(self, port: int) -> None:
        """Open the OSC port, tell the supervisor, and make the session's first model quick to load."""
        self._selector.register(self._channel, selectors.EVENT_READ, self._hear)
        self._selector.register(self._loader, selectors.EVENT_READ, self._loader.finish)
        try:
            self._osc = OscServer(port, self._desk, Access.from_environment())
        except SessionError as error:
            self._note(f"no OSC: {error}")
        else:
            self._selector.register(self._osc, selectors.EVENT_READ, self._osc.receive)
            self._desk.on_event.append(self._osc.teller.happened)
            self._desk.extras["osc"] = self._osc.counts.shown
            self.chores.add(self._osc)
            self.chores.add(self._osc.teller)
            self._training.tell.append(partial(self._osc.teller.tell, "train"))
            self._osc.launch = self._launcher.submit_for_osc
            if port not in (0, self._osc.port):
                self._note(f"OSC port {port} is in use: listening on {self._osc.port}")
        got = self._osc.port if self._osc else None
        self._channel.send({"event": "active", "osc_port": got, "scheduling": self.loop.scheduling})
        if self._desk.state.reverb is None:
            self._furnish()
        self._pushing.look()
        if not self._desk.state.instruments:
            rate = self._renderer.sample_rate
            prepare = partial(prepare_model, self._models, self._model, rate)
            self._loader.do(prepare, lambda result: None, lambda error: self._note(str(error)))

    def run(self) -> None:
        """Serve until the supervisor says quit or is gone, or the render thread has failed."""
        while self._going_on and not self._channel.closed and not self.loop.failed:
            busy = self._osc is not None and self._osc.waiting
            timeout = 0.0 if busy else max(0.0, min(self._next_tick, self.chores.due) - time.monotonic())
            ready = self._selector.select(timeout)
            self.loop.give_way()
            try:
                self._serve(ready)
            except Exception:  # one request that fails must not end the sound; the log says what it was
                traceback.print_exc(file=sys.stderr)
                sys.stderr.flush()
        self._close()

    def _serve(self, ready: list[tuple[selectors.SelectorKey, int]]) -> None:
        for key, events in ready:
            if key.data is self._server:
                for request in self._server.handle(key, events):
                    self._answers.answer(request)
            else:
                key.data()
        if self._osc is not None:
            self._osc.work()
        self.chores.work()
        now = time.monotonic()
        if now >= self._next_tick:
            self._next_tick = now + TICK_SECONDS
            self._desk.tidy()
            self._desk.publish()
            self._snapshot.write(self._desk.status())
            self._channel.flush()
        self._desk.midi.follow(self._desk.state)
        self._server.update()

    def _offer(self, made: Message) -> None:
        """Offer what was trained. The supervisor is told once that is done, and till then tells the engine
        that follows."""

        def refused(error: PlaudError) -> None:
            self._desk.tell(str(error))
            self._training.settle(made)

        offered = made["instrument"], made["path"], made["digest"]
        self._launcher.offer(*offered, lambda told: self._training.settle(made), refused)

    def _greeting(self) -> dict[str, Any]:
        return {
            "state": self._desk.state.to_data(),
            "version": __version__,
            "pid": os.getpid(),
            "model": self._model,
            "device": self._desk.device,
            "sample_rate": self._renderer.sample_rate,
            "osc_port": self._osc.port if self._osc else None,
            "takes": self._taking.takes,
        }

    def _hear(self) -> None:
        for message in self._channel.receive():
            match message.get("do"):
                case "quit":
                    self._going_on = False
                case "device":
                    self._desk.device = str(message.get("device", ""))
                case "written":
                    self._taking.hear(message)
                case "takes":
                    self._taking.hear(message)
                    self._server.broadcast("takes", takes=self._taking.takes)
                case "training" | "trained":
                    self._training.hear(message)
                case "fitted":
                    self._fitted.hear(message)
                case "pushed" | "pushing":
                    self._pushing.hear(message)
                case "tell":
                    self._server.broadcast("message", text=str(message.get("text", "")))

    def _furnish(self) -> None:
        """Have the reverb that comes with the instrument; without one all is heard dry."""
        try:
            self._desk.begin(self._models.reverbs.load_info(settings.DEFAULT_REVERB))
        except PlaudError as error:
            self._note(f"no reverb: {error}")

    def _note(self, line: str) -> None:
        """Something that prompts are told when they connect."""
        self._desk.notes.append(line)
        self._desk.tell(line)

    def _close(self) -> None:
        self.loop.stop()
        self._desk.taken.flush()
        self._midi_record.flush()
        self._channel.flush()
        self._server.close()
        self._desk.midi.close()
        self._outgoing.close()
        if self._osc is not None:
            self._osc.close()


def prepare_model(models: Models, name: str, sample_rate: int) -> None:
    """Read a model and make what its voices share, so that `load` is quick."""
    models.make_voice(models.load_info(name), sample_rate, name)


def main(arguments: list[str] | None = None) -> int:
    """Run an engine for the supervisor at the other end of the channel. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="plaud_live.engine.process", description=__doc__)
    parser.add_argument("--channel", type=int, required=True)
    parser.add_argument("--ring", type=RingFds.parse, required=True)
    parser.add_argument("--snapshot", type=int, required=True)
    parser.add_argument("--tracks", type=int, required=True)
    parser.add_argument("--osc-port", type=int, default=settings.OSC_PORT)
    parser.add_argument("--awaited", action="store_true", help="nothing sounds until this engine does")
    args = parser.parse_args(arguments)
    sys.setswitchinterval(SWITCH_SECONDS)
    channel, ring, snapshot = Channel.from_fd(args.channel), Ring(args.ring), Snapshot(args.snapshot)
    tracks = Tracks(args.tracks)
    standby = Standby(channel, ring)
    if args.awaited:
        standby.warm()
    else:
        realtime.in_background(standby.warm)
    realtime.raise_priority(CONTROL_PRIORITY)  # to take over at once, on a busy machine too
    channel.send({"event": "ready"})
    try:
        order = wait_for_order(standby, channel)
        if order is None:
            return 0
        engine = Engine(standby, channel, ring, snapshot, tracks, order)
        engine.listen(args.osc_port)
        engine.run()
    except PlaudError as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    return 1 if engine.loop.failed else 0


if __name__ == "__main__":
    sys.exit(main())
