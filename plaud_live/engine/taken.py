"""The record of what the render thread took over, and before which sample: a session can be rendered by it.

It goes into `events.jsonl` as events of the kind "taken", whose data are rows: a word, the engine sample, and

    start    state?  inputs          an engine begins here: silent, or with the state of one that died
    state    revision                a state plays; it follows from the launches that are recorded
    held     revision  values        at what sources were held when the launch of this revision was made
    settled  revision  now           what has ended by the sample `now` is dropped from the state
    write    name  beat  values      of a live input; `grid` of a function: name  first  step  values
    install  name  digest  seed      a voice of a model
    engage   name  digest  seeds     further voices, of this model or of another to go over to
    seat     name  digest  seeds     voices for keys
    dismiss  name  digest            a model is forgotten; `rewrite` name  old  new: its file was written anew
    reverb   digest  how             a reverb is ready, as a `new` one, or the last one `moves` to it
    key      name  event  fields     a key of a device
    play     take  sample  fade      a take begins, as its event says; `let go` take  sample  fade
    hold     name  digest  parameter  reason  beat     a source was too slow
    lost     samples                 a block could not be rendered
    panic

JSON keeps every float as it is.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np

from plaud_live.control.launching import Held
from plaud_live.engine import inbox, key_events
from plaud_live.engine.link import Message
from plaud_live.engine.parts import Player
from plaud_live.engine.render import Renderer
from plaud_live.synths.voice import Voice

KIND = "taken"
MOST_ROWS = 400
OTHERS = "osc/"
"""What the names of inputs begin with whose record may be full: see `Journal`."""

Row = list[Any]
_EVENTS: dict[str, Callable[..., key_events.KeyEvent]] = {
    each.__name__.lower(): each for each in (key_events.Press, key_events.Lift, key_events.Bend)
}


class Taken:
    """Belongs to the control thread, but for what `renderer` tells it. `send` is the supervisor's channel."""

    def __init__(self, renderer: Renderer, send: Callable[[Message], object]) -> None:
        self._renderer, self._send = renderer, send
        self._noted: deque[tuple[int, inbox.Noted | Row]] = deque()
        self._seen = -1  # the last revision for which anything was held
        renderer.on_message = lambda sample, message: self._noted.append((sample, message))

    def start(self, state: Mapping[str, Any] | None, inputs: Mapping[str, Sequence[float]]) -> None:
        """The engine begins, with the state and the inputs of another one, if it comes after one."""
        self._note(["start", self._renderer.position, state, inputs])

    def held(self, revision: int, held: Held) -> None:
        """The launch of a revision has seen these values of what is held."""
        if held or revision == self._seen:
            self._seen = revision
            values = [[*place, value] for place, value in held.items()]
            self._note(["held", self._renderer.position, revision, values])

    def settled(self, revision: int, now: int) -> None:
        """What had ended at a sample was dropped from the state: launches to come begin with what is left."""
        self._note(["settled", self._renderer.position, revision, now])

    def flush(self) -> None:
        """Send what has been noted."""
        noted = [self._noted.popleft() for _ in range(len(self._noted))]
        found = [each if isinstance(each, list) else row_of(sample, each) for sample, each in noted]
        for first in range(0, len(found), MOST_ROWS):
            rows = found[first : first + MOST_ROWS]
            others = any(row[0] == "write" and str(row[2]).startswith(OTHERS) for row in rows)
            event = {"event": "commit", "kind": KIND, "by": "osc" if others else "engine", "text": None}
            self._send({**event, "sample": rows[0][1], "beat": None, "data": rows})

    def _note(self, row: Row) -> None:
        """In one order with what the render thread notes."""
        self._noted.append((row[1], row))


def row_of(sample: int, message: inbox.Noted) -> Row:
    """A row of the record."""
    match message:
        case inbox.Write(name, start, values, step):
            plain = np.asarray(values, dtype=np.float64).tolist()
            if step:
                return ["grid", sample, name, int(start), step, plain]
            return ["write", sample, name, start, plain]
        case inbox.Take(state, _):
            return ["state", sample, state.revision]
        case inbox.Install(slot, digest, voice):
            return ["install", sample, slot.name, digest, seed_of(voice)]
        case inbox.Engage(name, part, voices):
            return ["engage", sample, name, part.info.digest, [seed_of(each) for each in voices]]
        case inbox.Seat(name, digest, voices):
            return ["seat", sample, name, digest, [seed_of(each) for each in voices]]
        case inbox.Dismiss(name, digest):
            return ["dismiss", sample, name, digest]
        case inbox.Rewrite(name, digest, info):
            return ["rewrite", sample, name, digest, info.digest]
        case inbox.Furnish(room):
            return ["reverb", sample, room.info.digest, "moves" if room.successor is not None else "new"]
        case inbox.Key(name, event):
            return ["key", sample, name, type(event).__name__.lower(), *astuple(event)]
        case inbox.Play(take, start, fade):
            return ["play", sample, take, start, fade]
        case inbox.LetGo(take, start, fade):
            return ["let go", sample, take, start, fade]
        case inbox.Hold(name, digest, parameter, reason, beat):
            return ["hold", sample, name, digest, parameter, reason, beat]
        case inbox.Lost(samples):
            return ["lost", sample, samples]
        case inbox.Panic():
            return ["panic", sample]


def key_event(kind: str, fields: Sequence[Any]) -> key_events.KeyEvent:
    """The event of a row of the kind "key". Raises KeyError or TypeError for anything else."""
    return _EVENTS[kind](*(tuple(field) if isinstance(field, list) else field for field in fields))


def seed_of(voice: Player) -> int:
    """What a voice was made with."""
    return voice.seed if isinstance(voice, Voice) else 0
