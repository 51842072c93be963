"""Keeps an engine sounding: one that is active, one warmed up behind it, and what happens when one dies."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from plaud_live.engine import realtime
from plaud_live.engine.child import Child
from plaud_live.engine.endured import Endured
from plaud_live.engine.link import Message
from plaud_live.engine.ring import Ring
from plaud_live.engine.snapshot import Snapshot
from plaud_live.engine.tracks import Tracks
from plaud_live.engine.watch import Watch
from plaud_live.errors import PlaudError, SessionError

MODULE = "plaud_live.engine.process"
STANDBY_AFTER_SECONDS = 0.5
SOON_SECONDS = 2.0
POISON_CRASHES = 3
"""So many engines in a row that died soon have died of the state that they got. The next one is given the
last state that was played for SOON_SECONDS; where that kills, too, the one after it starts empty."""

MAX_CRASHES = 6
MAX_START_CRASHES = 2
MAX_STANDBY_CRASHES = 3

HANG_SECONDS = 2.0
HANG_LOOK_SECONDS = 0.5


class House(Protocol):
    """What the supervisor offers to the keepers of its children."""

    watch: Watch
    run_dir: Path
    ring: Ring
    tracks: Tracks

    def say(self, text: str) -> None:
        """Show a line to the performer."""

    def log(self, kind: str, data: Any = None) -> None:
        """Record an event."""

    def keep(self, state: Message | None) -> None:
        """Record what a state has that outlives it."""

    def publish(self, **fields: Any) -> None:
        """Write fields of instance.json."""

    def leave(self) -> None:
        """End the session: somebody has asked for it."""

    def open_web(self) -> None:
        """Somebody wants the web surface."""

    def write(self, order: Message) -> None:
        """Have the writer make a take, or change one."""

    def train(self, order: Message) -> None:
        """Have a model trained, or stop that."""

    def push(self, order: Message) -> None:
        """Have the reverb that plays published, or hear which one it is."""

    def give_up(self, error: PlaudError) -> None:
        """End the session with this error."""


class EngineKeeper:
    """Starts engines, passes the state on, replaces the dead; calls `on_active` each time that one sounds."""

    def __init__(
        self,
        house: House,
        snapshot: Snapshot,
        model: str,
        osc_port: int,
        on_active: Callable[[], None],
        state: Message | None = None,
    ) -> None:
        """`state`: what the first engine begins with."""
        self._house = house
        self._snapshot = snapshot
        self._model = model
        self._osc_port = osc_port
        self._on_active = on_active
        self._state = state
        self._endured = Endured(SOON_SECONDS)
        self._device = ""
        self._active: Child | None = None
        self._standby: Child | None = None
        self._sounding = False
        self._sounded_once = False
        self._wanted = False
        self._since = 0.0
        self._crashes = 0
        """Engines in a row that died soon."""
        self._standby_crashes = 0
        self._standby_waits = 0
        """Answers that are due before the standby is warm."""
        self._written = 0
        self._stuck = 0.0

    @property
    def sounding(self) -> bool:
        """An engine is active."""
        return self._sounding

    def start(self) -> None:
        """Start the first engine; it warms up and waits."""
        self._active = self._spawn(awaited=True)
        self._house.watch.later(HANG_LOOK_SECONDS, self._look_for_hang)

    def activate(self, device: str) -> None:
        """Let it sound: the sink is open, and the ring has its sample rate."""
        self._wanted = True
        self._device = device
        self._activate(self._state)

    def set_device(self, device: str) -> None:
        """The sink has changed."""
        self._device = device
        if self._active is not None:
            self._active.send({"do": "device", "device": device})

    def tell(self, text: str) -> None:
        """Pass a line on to the prompts."""
        self.send({"do": "tell", "text": text})

    def send(self, message: Message) -> None:
        """Tell the engine that sounds something, if one does."""
        if self._active is not None:
            self._active.send(message)

    def end(self, seconds: float) -> None:
        """Fade out and end all engines, within `seconds`."""
        if self._standby is not None:
            self._house.watch.forget(self._standby)
            self._standby.end(0.0)
        active, self._active, self._standby = self._active, None, None
        if active is None:
            return
        active.send({"do": "quit"})
        deadline = time.monotonic() + (seconds if self._sounding else 0.0)
        self._house.watch.run(lambda: active.alive and time.monotonic() < deadline)
        self._house.watch.forget(active)
        active.end(0.0)

    def _spawn(self, awaited: bool = False) -> Child:
        """An engine that warms up beside the one that sounds, or `awaited`: there is none."""
        fds: Sequence[int] = (*self._house.ring.fds.all, self._snapshot.fd, self._house.tracks.fd)
        arguments = ["--ring", str(self._house.ring.fds), "--snapshot", str(self._snapshot.fd)]
        arguments += ["--tracks", str(self._house.tracks.fd)]
        arguments += ["--osc-port", str(self._osc_port), *(["--awaited"] if awaited else [])]
        child = Child(MODULE, arguments, fds)
        self._house.watch.add(child, self._on_message, self._on_gone)
        return child

    def _activate(self, state: Message | None) -> None:
        if self._active is not None:
            self._active.send(
                {"do": "activate", "state": state, "model": self._model, "device": self._device}
            )
            self._house.publish(engine=self._active.pid)

    def _keep_standby(self) -> None:
        if self._active is None or self._standby is not None or self._standby_crashes >= MAX_STANDBY_CRASHES:
            return
        self._standby = self._spawn()
        self._standby_waits = 1
        self._prepare_standby()

    def _prepare_standby(self) -> None:
        if self._standby is not None:
            self._standby_waits += 1
            self._standby.send({"do": "prepare", "state": self._state})

    def _on_message(self, child: Child, message: Message) -> None:
        event = message.pop("event", None)
        if event == "ready" and child is self._standby:
            self._standby_waits -= 1
            self._house.publish(standby=None if self._standby_waits else child.pid)
        elif event == "active" and child is self._active:
            self._sounding = self._sounded_once = True
            self._since = time.monotonic()
            self._endured.play(self._state, self._since)
            self._house.publish(osc_port=message.get("osc_port"))
            self._house.log("engine", {"pid": child.pid, **message})
            self._house.watch.later(STANDBY_AFTER_SECONDS, self._keep_standby)
            self._on_active()
        elif event == "state":
            self._take_state(message.get("state"))
        elif event == "commit":
            self._house.log("commit", message)
        elif event == "message":
            self._house.log("message", message)
        elif event == "leave":
            self._house.leave()
        elif event == "web":
            self._house.open_web()
        elif event == "writer":
            self._house.write(message.get("order") or {})
        elif event == "trainer":
            self._house.train(message.get("order") or {})
        elif event == "publisher":
            self._house.push(message.get("order") or {})

    def _take_state(self, state: Message | None) -> None:
        models_changed = _models(state) != _models(self._state)
        self._state = state
        self._endured.play(state, time.monotonic())
        self._house.keep(state)
        if models_changed:
            self._prepare_standby()

    def _on_gone(self, child: Child) -> None:
        if child is self._standby:
            self._standby = None
            self._standby_crashes += 1
            child.end(1.0)
            self._house.log("standby died", child.last_words())
            self._house.publish(standby=None)
            self._house.watch.later(STANDBY_AFTER_SECONDS, self._keep_standby)
        elif child is self._active:
            self._replace(child)

    def _replace(self, dead: Child) -> None:
        """Sound first: hand the state to the standby, then look at what happened."""
        dead.process.kill()
        now = time.monotonic()
        was_sounding, self._sounding = self._sounding, False
        soon = not was_sounding or now - self._since < SOON_SECONDS
        self._endured.die(now)
        self._crashes = self._crashes + 1 if soon else 1
        if self._crashes < (MAX_CRASHES if self._sounded_once else MAX_START_CRASHES):
            cold = self._standby is None or self._standby_waits > 0
            self._active = self._standby or self._spawn(awaited=True)
            self._standby = None
            if cold:
                realtime.hurry(self._active.pid)
            if self._wanted:
                if self._crashes >= POISON_CRASHES:
                    self._state = self._endured.state if self._crashes == POISON_CRASHES else None
                self._activate(self._state)
        dead.end(1.0)
        words = dead.last_words()
        self._house.log("engine died", words)
        self._house.publish(standby=None)
        if self._active is not dead:
            if was_sounding:
                self._house.say(f"the engine died ({words}) and was replaced")
            if self._crashes >= POISON_CRASHES:
                way = "starts empty" if self._state is None else "goes on with what played before"
                self._house.say(f"engines keep dying of what was playing: this one {way}")
            return
        self._active = None
        if self._sounded_once:
            text = f"{MAX_CRASHES} engines in a row died at once: {words}"
        else:
            text = f"the engine does not start: {words} — `plaud-live doctor` looks for the reason"
        self._house.give_up(SessionError(text))

    def _look_for_hang(self) -> None:
        """An engine that writes nothing although the sink waits for it is ended; its standby follows."""
        ring = self._house.ring
        written = ring.get("written")
        waiting = written - ring.get("read") < ring.capacity and ring.get("alive_ns") > 0
        moving = written != self._written or not self._sounding or not waiting
        self._stuck = 0.0 if moving else self._stuck + HANG_LOOK_SECONDS
        self._written = written
        if self._stuck >= HANG_SECONDS and self._active is not None:
            self._stuck = 0.0
            self._house.log("engine hangs")
            self._active.process.kill()
        self._house.watch.later(HANG_LOOK_SECONDS, self._look_for_hang)


def _models(state: Message | None) -> dict[str, Any]:
    """What a standby has to load: the model of each instrument."""
    instruments = (state or {}).get("instruments", {})
    return {name: entry.get("info") for name, entry in instruments.items()}
