"""Takes, as the engine knows them: what is asked of the writer, and which there are.

The writer is the supervisor's child: orders and answers go by way of it, so that an engine that dies takes no
take with it.
"""

import itertools
import os
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from plaud_live.control.state import State
from plaud_live.engine.asked import Stage
from plaud_live.engine.link import Message
from plaud_live.engine.link.client import error_from
from plaud_live.engine.tracks import Tracks
from plaud_live.errors import ParameterError, PlaudError
from plaud_live.synths.controls import CONTROL_NAMES

MOST_BACK_SECONDS = 600.0
MOST_BEATS = 1e5
MOST_KEY = 64
MOST_STATES = 1024
"""States that are remembered: of many, every second of the older half."""

Info = dict[str, Any]
Done = Callable[[Info], None]
Failed = Callable[[PlaudError], None]


class Taking:
    """Belongs to the control thread. `takes` are all that there are, also in the bin."""

    def __init__(
        self, desk: Stage, tracks: Tracks, position: Callable[[], int], send: Callable[[Message], None]
    ) -> None:
        """`position` is the sample that is rendered next; `send` tells the supervisor."""
        self.takes: list[Info] = []
        self._desk, self._tracks, self._position, self._send = desk, tracks, position, send
        self._waiting: dict[str, tuple[Done, Failed]] = {}
        self._numbers = itertools.count(1)
        self._states: deque[tuple[int, State]] = deque()
        self.remember()

    def remember(self) -> None:
        """Another state has been handed over: takes say from which one they began."""
        states = self._states
        states.append((self._desk.next_sample, self._desk.state))
        oldest = states[-1][0] - MOST_BACK_SECONDS * self._desk.state.tempo.sample_rate
        while len(states) > 1 and states[1][0] <= oldest:
            states.popleft()
        if len(states) > MOST_STATES:
            kept = [each for i, each in enumerate(states) if i >= MOST_STATES // 2 or i % 2 == 0]
            self._states = deque(kept)

    @property
    def seconds(self) -> float | None:
        """How long the recording is that goes on; None where none does."""
        since = self._tracks.get("recording")
        return None if not since else (self._position() - since + 1) / self._desk.state.tempo.sample_rate

    def names(self) -> list[str]:
        """What the takes are called that are not in the bin: number and name."""
        return [title(info) for info in self.takes if not info["binned"]]

    def find(self, number: int) -> Info:
        """A take that is not in the bin. Raises ParameterError."""
        for info in self.takes:
            if info["number"] == number and not info["binned"]:
                return info
        raise ParameterError(f"there is no take {number}")

    def keep(self, beats: object, name: object, by: str, done: Done, failed: Failed, key: str = "") -> None:
        """Cut a take of the last `beats`, as far back as there is something. Raises ParameterError.

        The same `key` again is the same take: an engine before may have been asked already.
        """
        if isinstance(beats, bool) or not isinstance(beats, int | float) or not 0.0 < beats <= MOST_BEATS:
            raise ParameterError(f"keep({beats!r:.40}): wants how many beats, as in keep(64)")
        tempo, stop = self._desk.state.tempo, self._position()
        wanted = round(tempo.sample(tempo.beat(stop) - beats))
        start = max(0, wanted, stop - round(MOST_BACK_SECONDS * tempo.sample_rate))
        if start >= stop:
            raise ParameterError(f"keep({beats:g}): nothing has sounded yet")
        kept = beats if start == wanted else tempo.beat(stop) - tempo.beat(start)
        order = self._take("keep", name, by, start, 32, kept)
        self._order("keep", order | {"stop": stop}, done, failed, key)

    def start(self, name: object, bits: object, by: str, done: Done, failed: Failed, key: str = "") -> None:
        """Record from here on, unless a recording goes on. Raises ParameterError."""
        if bits not in (24, 32):
            raise ParameterError(f"rec.start(bits={bits!r:.20}): wants 24, or 32 for floating point")
        order = self._take("rec", name, by, self._position(), int(bits), 0.0)
        self._order("start", order | {"stop": None}, done, failed, key)

    def stop(self, by: str, done: Done, failed: Failed) -> None:
        """End the recording that goes on. Raises ParameterError where there is none."""
        since = self._tracks.get("recording")
        if not since:
            raise ParameterError("nothing is being recorded — rec.start() begins")
        tempo, stop = self._desk.state.tempo, self._position()
        beats = tempo.beat(stop) - tempo.beat(since - 1)
        self._order("stop", {"stop": stop, "beats": round(beats, 6), "by": by}, done, failed)

    def change(self, do: str, data: Mapping[str, Any], done: Done, failed: Failed) -> None:
        """`tag` a take, `delete` it, or `cut` a file of samples `start` to `stop`. Raises ParameterError."""
        number, tag = data.get("number"), data.get("tag")
        if isinstance(number, bool) or not isinstance(number, int):
            raise ParameterError(f"{do}: wants the number of a take, not {number!r:.40}")
        self.find(number)
        beat = round(self._desk.state.tempo.beat(self._position()), 6)
        span = {key: data[key] for key in ("start", "stop") if key in data}
        if not all(isinstance(each, int) for each in span.values()):
            raise ParameterError(f"{do}: wants samples, not {span!r:.60}")
        order = {
            "number": number,
            "sample": self._position(),
            "beat": beat,
            "by": str(data.get("by") or "prompt"),
        }
        self._order(do, order | span | ({} if tag is None else {"tag": str(tag)}), done, failed)

    def hear(self, message: Message) -> None:
        """The supervisor passes on what the writer says."""
        if message.get("do") == "takes":
            self.takes = list(message.get("takes") or [])
            return
        done, failed = self._waiting.pop(str(message.get("id")), (None, None))
        if failed is not None and "error" in message:
            failed(error_from(str(message["error"]), str(message.get("text", ""))))
        elif done is not None:
            done(message.get("take") or {})

    def _take(self, kind: str, name: object, by: str, start: int, bits: int, beats: float) -> Message:
        """What is written into the sidecar of a take that begins at `start`."""
        state_sample, state = self._state_at(start)
        return {
            "kind": kind,
            "name": "take" if name is None else name,
            "by": by,
            "start": start,
            "beat": round(state.tempo.beat(start), 6),
            "beats": round(beats, 6),
            "bits": bits,
            "sample_rate": state.tempo.sample_rate,
            "mix_delay": self._tracks.get("delay"),
            "columns": list(CONTROL_NAMES),
            "state_sample": state_sample,
            "state": state.to_data(),
        }

    def _state_at(self, sample: int) -> tuple[int, State]:
        """The state that was played at a sample, as far back as states are known, and since when."""
        for since, state in reversed(self._states):
            if since <= sample:
                return since, state
        return self._states[0]

    def _order(self, do: str, order: Message, done: Done, failed: Failed, key: str = "") -> None:
        order_id = key[:MOST_KEY] or f"{os.getpid()}-{next(self._numbers)}"
        self._waiting[order_id] = done, failed
        self._send({"event": "writer", "order": {"id": order_id, "do": do, **order}})


def title(info: Mapping[str, Any]) -> str:
    """A take's number and name: `0001_home`."""
    return f"{info['number']:04d}_{info['name']}"
