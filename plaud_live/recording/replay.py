"""A session rendered again from its record: the engine's own renderer, told at the same samples the same.

Launches are applied again by a conductor (see `launches`); everything else that the render thread took over
is in the record as it was (see `engine.taken`). On the build and machine of the session the sound is the same
to the bit, errors and swaps included. Left to chance is what an engine did in the moment before it died, and
what a block had rendered before it failed.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from plaud_live.control.launching import Held
from plaud_live.control.parameters import VERB, ModelInfo
from plaud_live.control.state import State
from plaud_live.engine.capture import Voicing
from plaud_live.engine.microphone import MICROPHONE
from plaud_live.engine.render import Renderer
from plaud_live.engine.reverb import Room
from plaud_live.engine.take_player import read as read_take
from plaud_live.engine.taken import KIND, key_event
from plaud_live.engine.tracks import Frames, Samples
from plaud_live.errors import PlaudError, SessionError
from plaud_live.recording.launches import ENGINE, LAUNCHES, REWRITTEN, Launches
from plaud_live.recording.recorded import sounded_until
from plaud_live.recording.session_models import SessionModels
from plaud_live.recording.sessions import RESUMED, Event, read_events
from plaud_live.synths.voice import Voice

BLOCK = 1024
MOST_STATES = 1000
END = "end"
"""The kind of event that says what was counted in a session."""

Row = list[Any]


@dataclass
class Piece:
    """Sound from engine sample `start` on: the mix as the card was given it, [n, 2], and its parts by name.

    A part is what an instrument, or the takes, add to the mix before the limiter, which delays it.
    """

    start: int
    mix: Samples
    parts: dict[str, Samples] = field(default_factory=dict)


class Parts:
    """In the place of the tracks: what each instrument adds, by name, to a piece that is rendered at once.

    The renderer may do that in several blocks: it ends one where a panic has closed its gate.
    """

    def __init__(self) -> None:
        self._whole: dict[str, Samples] = {}
        self._first, self._length = 0, 0
        self._block = slice(0)

    def open(self, first: int, length: int) -> dict[str, Samples]:
        """A piece of so many samples comes; returns where its parts will be."""
        self._whole, self._first, self._length = {}, first, length
        return self._whole

    def begin(self, position: int, count: int) -> None:
        """A block of so many samples comes."""
        self._block = slice(position - self._first, position - self._first + count)

    def stem(self, name: str, voicing: Voicing | None = None) -> "Part":
        """Where a name's part is added up."""
        whole = self._whole.get(name)
        if whole is None:
            whole = self._whole[name] = np.zeros((self._length, 2), dtype=np.float32)
        return Part(whole[self._block])

    def end(self) -> None:
        """The block is complete."""


@dataclass
class Part:
    """The part of one name in a block, [n, 2]."""

    sound: Samples

    def write_frames(self, first: int, hop: int, latents: Frames, controls: Frames) -> None:
        """Control frames are not kept: they follow from the launches."""


class Replay:
    """One session; `pieces` renders it, up to the engine sample `end` at most.

    `said` has what differs from what was then, a line each.
    """

    def __init__(self, session: Path, sample_rate: int) -> None:
        self.said: list[str] = []
        torn: list[int] = []
        events = list(read_events(session, torn.append))
        if not any(_is(event, KIND) for event in events):
            raise SessionError(f"{session}: has no record of what was rendered: it is of an older plaud-live")
        self._rows: deque[Row] = deque(row for e in events if e.get("kind") == KIND for row in e["data"])
        self._launches = deque(e for e in events if e.get("kind") in (*LAUNCHES, REWRITTEN, ENGINE))
        self._plays = {
            (e["data"]["number"], e["sample"]): e["data"] for e in events if e.get("kind") == "play"
        }
        self._takes = {int(path.name[:4]): path for path in _mixes(session / "takes")}
        self._ends = list(_ends(events))
        self._held: dict[int, Any] = {}
        self._settled: dict[int, list[int]] = {}
        self._models = SessionModels(session, events)
        self._rate = sample_rate
        self._launched = Launches(sample_rate, self._models.info, self._held_at, self._settled_at)
        self._states: dict[int, State] = {}
        self._renderer = Renderer(sample_rate)
        self._room: Room | None = None  # the last reverb that was made ready
        self._parts = Parts()
        self.end = sounded_until(session, events)
        ends = [e["data"] for e in events if _is(e, END) and isinstance(e.get("data"), dict)]
        if left_out := sum(data.get("not_recorded") or 0 for data in ends):
            self.said.append(
                f"{left_out} events of other programs are missing: the record had no room for them"
            )
        if torn:
            more = f" and {len(torn) - 1} more" if len(torn) > 1 else ""
            self.said.append(f"line {torn[0]}{more} of the record is torn: what it had is missing")

    def check(self, stop: int) -> None:
        """See to it that the models are there that sound before an engine sample. Raises a PlaudError."""
        for word, sample, *rest in self._rows:
            if word in ("install", "engage") and sample < stop:
                self._models.info(rest[1])
            elif word == "reverb" and sample < stop:
                self._models.room(rest[0], self._rate, None)

    def pieces(self, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
        """The sound from one engine sample to another, or to the end of the session.

        What is before is rendered as well: a sound follows from all that has sounded. Raises a PlaudError
        where what comes next cannot be rendered.
        """
        last = self.end if stop is None else min(stop, self.end)
        while self._rows and self._rows[0][1] <= last:
            row = self._rows.popleft()
            sample = int(row[1])
            ended = [
                each for each in self._ends if row[0] == "start" and self._renderer.position <= each <= sample
            ]
            yield from self._advance(min([sample, *ended]), start)
            if row[0] == "start" and sample and not ended:
                self.said.append(
                    f"an engine died at {sample / self._rate:.1f} s: what it did last it could not tell"
                )
            try:
                lost = self._do(row)
            except (KeyError, TypeError, ValueError) as error:
                raise SessionError(f"sample {sample}: the record is damaged: {error!r:.60}") from None
            if lost:
                yield from self._lose(lost, start)
        yield from self._advance(last, start)

    def _advance(self, sample: int, start: int) -> Iterator[Piece]:
        renderer = self._renderer
        while renderer.position < sample:
            first = renderer.position
            out = np.zeros((min(BLOCK - first % BLOCK, sample - first), 2), dtype=np.float32)
            parts = self._parts.open(first, len(out))
            renderer.render(out)
            if renderer.position > start:
                cut = max(0, start - first)
                parts = {name: part[cut:] for name, part in parts.items()}
                yield Piece(first + cut, out[cut:], parts)

    def _lose(self, samples: int, start: int) -> Iterator[Piece]:
        """So many samples were silence: they could not be rendered."""
        first = self._renderer.position
        self._renderer.lose(first + samples)
        self.said.append(f"{samples} samples at {first} could not be rendered then, and are silence")
        cut = max(0, start - first)
        if samples > cut:
            yield Piece(first + cut, np.zeros((samples - cut, 2), dtype=np.float32))

    def _do(self, row: Row) -> int:
        """Leave for the renderer what it was left. Returns how many samples it lost."""
        renderer, (word, sample, *rest) = self._renderer, row
        match word, rest:
            case "start", [state, inputs]:
                self._begin(sample, state, inputs)
            case "state", [revision]:
                renderer.take(self._state(revision))
            case "held", [revision, values]:
                self._held[revision] = values
            case "settled", [revision, now]:
                self._settled.setdefault(revision, []).append(now)
            case "write", [name, beat, values]:
                own = name.startswith(MICROPHONE)  # the render thread wrote it, and waits for nothing
                (renderer.inputs if own else renderer.control_inputs).write(name, beat, values)
            case "grid", [name, first, step, values]:
                renderer.control_inputs.write_grid(name, first, step, np.array(values))
            case "install", [name, digest, seed]:
                info = self._models.info(digest)
                renderer.install(name, info, self._voice(info, seed))
            case "engage", [name, digest, seeds]:
                info = self._models.info(digest)
                renderer.engage(name, info, [self._voice(info, seed) for seed in seeds])
            case "seat", [name, digest, seeds]:
                info = self._models.info(digest or renderer.slots[name].info.digest)
                renderer.seat(name, [self._voice(info, seed) for seed in seeds], digest)
            case "dismiss", [name, digest]:
                renderer.dismiss(name, digest)
            case "rewrite", [name, old, new]:
                renderer.rewrite(name, old, self._models.info(new))
            case "reverb", [digest, how]:
                before = self._room if how == "moves" else None
                self._room = self._models.room(digest, self._rate, before)
                renderer.furnish(self._room)
            case "key", [name, event, *fields]:
                renderer.key(name, key_event(event, fields))
            case "play", [take, begin, fade]:
                self._play(take, begin, fade)
            case "let go", [take, begin, fade]:
                renderer.playback.stop(take, begin, fade)
            case "hold", [name, digest, parameter, reason, beat]:
                if name == VERB:
                    renderer.reverb.hold(parameter, reason, beat)
                elif name in renderer.slots and digest in renderer.slots[name].parts:
                    renderer.slots[name].parts[digest].sources.hold(parameter, reason, beat)
            case "lost", [samples]:
                return int(samples)
            case "panic", []:
                renderer.panic()
            case _:
                self.said.append(f"{word!r:.40} at {sample} is unknown to this plaud-live")
        return 0

    def _begin(self, sample: int, state: Any, inputs: Mapping[str, Any]) -> None:
        """Another engine, which knows nothing of the last one but what it is told."""
        self._renderer, self._room = Renderer(self._rate, sample, deaf=True), None
        self._renderer.capture = self._parts
        self._renderer.control_inputs.recall(inputs)
        self._states.clear()
        self._held.clear()
        self._settled.clear()
        while self._launches and self._launches.popleft().get("kind") != ENGINE:
            pass  # launches of the engine before that it did not live to play
        if state is not None:
            self._launched.restore(state)
            self._keep()

    def _state(self, revision: int) -> State:
        """The state of a revision: launches are repeated until it is there. Raises SessionError."""
        while revision not in self._states:
            if not self._launches:
                raise SessionError(f"the record has no launch that leads to revision {revision}")
            self._launched.take(self._launches.popleft())
            self._keep()
        if self._launched.refused:
            event, reason = self._launched.refused[0]
            text = event.get("text") or event.get("kind")
            raise SessionError(f"sample {event.get('sample')}: {text!s:.60} cannot be repeated: {reason}")
        return self._states[revision]

    def _keep(self) -> None:
        """Keep the state that there is now; of those that are long over, none."""
        state = self._launched.state
        self._states[state.revision] = state
        while len(self._states) > MOST_STATES:
            del self._states[next(iter(self._states))]

    def _held_at(self, revision: int) -> Held:
        return {(name, parameter): value for name, parameter, value in self._held.get(revision, ())}

    def _settled_at(self, revision: int) -> list[int]:
        return self._settled.pop(revision, [])

    def _voice(self, info: ModelInfo, seed: int) -> Voice:
        return self._models.voice(info, self._rate, seed)

    def _play(self, take: int, begin: int, fade: int) -> None:
        data, path = self._plays.get((take, begin)), self._takes.get(take)
        if data is None or path is None:
            self.said.append(f"take {take} was heard at {begin}, and is not there any more")
            return
        try:
            sound = read_take(path, data["start"], data["stop"], self._rate, data["gain"])
        except PlaudError as error:
            self.said.append(str(error))
        else:
            self._renderer.playback.play(take, sound, begin, fade)


def _mixes(folder: Path) -> Iterable[Path]:
    """The files of takes that have the whole mix: 0001_name.wav."""
    found = [*folder.glob("[0-9][0-9][0-9][0-9]_*.wav"), *folder.glob("bin/[0-9][0-9][0-9][0-9]_*.wav")]
    return [path for path in found if path.name.count(".") == 1]


def _ends(events: list[Event]) -> Iterator[int]:
    """The samples at which a session has ended that went on another time, however it ended."""
    last = 0
    for event in events:
        if _is(event, RESUMED):
            data = event.get("data")
            ended = data.get("ended") if isinstance(data, dict) else None
            yield ended if isinstance(ended, int) else last  # older records do not say it
        elif isinstance(event.get("sample"), int):
            last = max(last, event["sample"])


def _is(event: Event, kind: str) -> bool:
    return event.get("kind") == kind
