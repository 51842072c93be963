"""Mapped controls: from what a control says to the parameter that it moves, without a jump.

A movement writes one live input; no transaction a message. Where the control takes its parameter over, one
transaction has the parameter follow that input; once it is at rest, one more leaves a number there, so that
scenes, undo, other clients and a new engine see where it is. Belongs to the control thread.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from plaud_live.control.mapping import driven_by, in_hand, mapped
from plaud_live.control.maps import MAP, Map, Rest
from plaud_live.control.state import State
from plaud_live.control.takeover import TOGGLE, Grip, move, turn
from plaud_live.control.transaction import Set, Transaction
from plaud_live.engine.asked import Launching
from plaud_live.engine.movements import Movement
from plaud_live.errors import PlaudError, SignalError
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Evaluation, Signal
from plaud_live.signals.midi_names import MidiName, device_fits, parse
from plaud_live.signals.transitions import Transition
from plaud_live.signals.traversal import rebuild, walk

BY = "midi"
_fits = lru_cache(maxsize=1024)(device_fits)
REST_SECONDS = 0.5
"""A control that has said nothing for so long is at rest."""

AGAIN_SECONDS = 0.25

REFUSED_SECONDS = 1.0
"""A parameter that may not follow its control (the state would cost too much) is not tried again sooner."""


@dataclass(eq=False)
class _Link:
    """One map at work. `left` is what the control itself had its parameter follow last."""

    mapping: Map
    name: MidiName | None
    grip: Grip = field(default_factory=Grip)
    left: Signal | None = None
    moved: float = float("-inf")
    refused: float = float("-inf")
    _state: State | None = None
    _leads: bool = False

    @cached_property
    def live(self) -> str:
        """The live input that it writes."""
        return self.mapping.live

    @property
    def heard_as(self) -> str:
        """What its control is called in a movement: a relative encoder is heard as its controller."""
        return self.mapping.control if self.name is None else self.name.control.partition("-rel")[0]

    def is_meant(self, movement: Movement) -> bool:
        """Whether a movement of that control comes from its device and channel."""
        if self.name is None:
            return True
        if self.name.channel not in (0, movement.channel):
            return False
        return not self.name.device or _fits(self.name.device, movement.device)

    def leads(self, state: State) -> bool:
        """Whether it is what moves its parameter now, alone or with something laid over it."""
        if state is not self._state:
            self._state, self._leads = state, in_hand(state, self.mapping)
        return self._leads

    @cached_property
    def encoding(self) -> int:
        """The encoding of a relative encoder, 0 for what has a place."""
        suffix = self.name.control.partition("-rel")[2] if self.name else ""
        return int(suffix) if suffix else 0


class Mapped:
    """`take` movements, `changed` whenever there is another state, `work` when something is due."""

    def __init__(self, desk: Launching) -> None:
        self.due = float("inf")
        self.on_move: Callable[[Map, Grip, float], None] = lambda mapping, grip, value: None
        """Called with each movement of a mapped control, and where its parameter was on the control's way."""
        self._desk = desk
        self._links: dict[str, _Link] = {}
        self._heard_as: dict[str, list[_Link]] = {}
        self._reading: frozenset[str] = frozenset()  # live inputs of maps that are read
        self._stray: set[str] = set()  # those of maps that are not there any more, or not as they were
        self._taking: dict[str, _Link] = {}  # what is to follow its control from the next round on
        self._launching: tuple[_Link, ...] = ()
        self._known: State | None = None

    def take(self, movement: Movement) -> bool:
        """A control has moved. Whether it is mapped to anything."""
        self._look()
        heard = self._heard_as.get(movement.control or movement.live, ())  # cc21, or osc/td/x
        links = [link for link in heard if link.is_meant(movement)]
        for link in links:
            self._move(link, movement)
        return bool(links)

    def positions(self) -> dict[str, tuple[str, float]]:
        """Where mapped parameters are on their controls' way, 0..1, by map: control and position."""
        self._look()
        return {key: (h.mapping.control, self._position(h)) for key, h in self._links.items()}

    def forget(self, device: str) -> None:
        """A device is gone, or was reset: nobody knows where its controls are until they move."""
        for link in self._links.values():
            if link.name is not None and link.name.device and _fits(link.name.device, device):
                link.grip = Grip()

    def moved(self, key: str) -> float:
        """When the control of a map moved last, in seconds of time.monotonic()."""
        link = self._links.get(key)
        return float("-inf") if link is None else link.moved

    def changed(self, reads: frozenset[str]) -> None:
        """The state is another one, which reads these live inputs.

        Maps come and go, and others may have moved what a control held.
        """
        self._reading = frozenset(name for name in reads if name.startswith(MAP))
        self._stray &= self._reading
        if self._reading:
            self.due = 0.0
        self._look()

    def work(self, now: float) -> None:
        """Have parameters follow the controls that took them over, and leave numbers where those rest."""
        self._look()
        self._follow()
        self._let_rest(now)

    def _look(self) -> None:
        """Take in the state, if it is another one than before."""
        state = self._desk.state
        if state is self._known:
            return
        if self._known is None or state.maps is not self._known.maps:
            self._take_maps(state)
        self._known = state
        for key, link in self._links.items():
            waits = key in self._taking or link in self._launching
            if not waits and not self._is_ours(state, link):
                link.grip, link.left = link.grip.let_go(), None

    def _take_maps(self, state: State) -> None:
        """Other maps than before: what is gone, or another one now, leaves a number behind."""
        links = {}
        for key, mapping in state.maps.items():
            link = self._links.get(key)
            links[key] = link if link is not None and link.mapping == mapping else _linked(mapping, link)
        for key, link in self._links.items():
            if links.get(key) is not link:
                self._stray.add(link.mapping.live)
                self._taking.pop(key, None)
        self._links = links
        self._heard_as = {}
        for link in links.values():
            self._heard_as.setdefault(link.heard_as, []).append(link)

    def _is_ours(self, state: State, link: _Link) -> bool:
        """Whether what drives a parameter is what its control left there, alone or under something else."""
        driven = driven_by(state, link.mapping)
        if driven is None or link.left is None:
            return False
        return driven is link.left or any(node is link.left for node in walk(driven))

    def _move(self, link: _Link, movement: Movement) -> None:
        mapping, grip = link.mapping, link.grip
        link.moved = movement.time
        if mapped(self._desk.state, mapping) is None or movement.time < link.refused + REFUSED_SECONDS:
            return
        value = self._position(link)
        if link.encoding:
            link.grip = turn(grip, movement.steps(link.encoding) * movement.step, value)
        else:
            pressed = movement.pressed if mapping.mode == TOGGLE else movement.position
            link.grip = move(mapping.mode, grip, pressed, value, movement.step)
        if link.grip.value is not None:
            self._desk.hear(link.live, (link.grip.value,))
            if link.live in self._stray or not link.leads(self._desk.state):
                self._taking[mapping.key] = link
            self.due = 0.0
        self.on_move(mapping, link.grip, value)

    def _position(self, link: _Link) -> float:
        """Where a parameter is on its control's way; where it will be, if something is about to begin."""
        if link.grip.holds and link.grip.value is not None:
            return link.grip.value
        state, beat = self._desk.state, self._desk.beat
        row = mapped(state, link.mapping)
        if row is None:
            return 0.0
        try:
            source = state.lookup((link.mapping.instrument, row.source, row.index))
            if isinstance(source, Transition) and source.start > beat:
                source = source.after  # what was launched by others comes, and is not to be undone by a hand
            now = Evaluation(np.array([beat]), state.lookup, inputs=self._desk.inputs)
            return link.mapping.position(float(now.value(source)[0]))
        except (SignalError, TypeError, ValueError):  # it has no place: taken over from the middle
            return 0.5

    def _follow(self) -> None:
        taking, self._taking = self._taking, {}
        if not taking:
            return
        links = list(taking.values())
        try:
            self._launch(links)
        except PlaudError:
            for link in links:
                try:
                    self._launch([link])
                except PlaudError as error:
                    link.grip, link.refused = link.grip.let_go(), link.moved
                    self._desk.tell(f"{link.mapping.key} ← {label(link.mapping)}: {error}")
        self._look()

    def _launch(self, links: list[_Link]) -> None:
        signals = [self._wanted(link) for link in links]
        changes = tuple(
            Set(link.mapping.instrument, link.mapping.parameter, signal, at=0.0, text=label(link.mapping))
            for link, signal in zip(links, signals, strict=True)
        )
        text = ", ".join(f"{link.mapping.key} ← {label(link.mapping)}" for link in links)
        self._launching = tuple(links)
        try:
            self._desk.submit(Transaction(changes, text, BY, f"{BY} {text}"))
            for link in links:
                link.left = driven_by(self._desk.state, link.mapping)
                self._stray.discard(link.mapping.live)
        finally:
            self._launching = ()

    def _wanted(self, link: _Link) -> Signal:
        """What the parameter is to follow: the control, under what was laid over the number it left."""
        signal, left = link.mapping.signal, link.left
        driven = driven_by(self._desk.state, link.mapping)
        if driven is None or left is None or driven is left:
            return signal
        return rebuild(driven, lambda node: signal if node is left else None)

    def _let_rest(self, now: float) -> None:
        self.due = float("inf")
        for name in self._reading:
            key = name.removeprefix(MAP).partition("/")[0]
            link = self._links.get(key)
            if link is not None and link.mapping.live == name and name not in self._stray:
                wait = link.moved + REST_SECONDS + self._slew_seconds(link.mapping) - now
                if wait > 0.0:
                    self.due = min(self.due, now + wait)
                    continue
                if not self._alone(link.mapping):
                    continue
            self._rest(key, name, link)
            self.due = min(self.due, now + AGAIN_SECONDS)

    def _rest(self, key: str, live: str, link: _Link | None) -> None:
        instrument, _, parameter = key.partition(".")
        at = float(self._desk.inputs.read(live, np.array([self._desk.beat]))[0])
        change = Rest(instrument, parameter, live, at)
        self._launching = () if link is None else (link,)
        try:
            self._desk.submit(Transaction((change,), f"{key} at rest", BY))
            if link is not None and not link.leads(self._desk.state):
                link.left = driven_by(self._desk.state, link.mapping)
        except PlaudError:  # the parameter is gone, and nothing is left to rest
            self._stray.discard(live)
        finally:
            self._launching = ()
        self._look()

    def _alone(self, mapping: Map) -> bool:
        """Whether the control is all that drives its parameter: what lies over it stays, and so does it."""
        driven = driven_by(self._desk.state, mapping)
        return driven is not None and to_data(driven) == to_data(mapping.signal)

    def _slew_seconds(self, mapping: Map) -> float:
        tempo = self._desk.state.tempo
        return mapping.slew * 60.0 / tempo.bpm if mapping.slew else 0.0


def _linked(mapping: Map, before: _Link | None) -> _Link:
    """For a new map; where the control stands is known if it is the one that it was."""
    same = before is not None and before.mapping.control == mapping.control
    grip = before.grip.let_go() if same and before is not None else Grip()
    return _Link(mapping, parse(mapping.control), grip)


def label(mapping: Map) -> str:
    """A map's control as the performer writes it: `knob.f1`, `cc(21, ch=1)`."""
    if mapping.knob:
        return f"knob.{mapping.knob}"
    name = parse(mapping.control)
    return mapping.control if name is None else MidiName(name.control, name.channel).typed
