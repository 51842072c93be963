"""The record of MIDI: what devices have sent, byte for byte, and the samples at which it is heard.

It goes into `events.jsonl` as events of the kind "midi", whose data are rows `[sample, device, bytes]`: the
stem of the device, and one or more whole messages in hexadecimal; '' says that it is gone. That is there
for those who open a session elsewhere: a replay has what was made of it (see `taken`). Only what belongs to a
channel is kept: keys, controllers, pressure, bends, programs. While the supervisor is slow to take it, as a
disk may be, it has gaps, and that is said: the rest of the record goes first.
"""

from collections.abc import Callable
from math import inf
from typing import Any, Protocol

from plaud_live.engine.link import Message

KIND = "midi"
FLUSH_SECONDS = 0.1
MOST_ROWS = 400
MOST_PENDING = 1 << 20
"""Bytes that the supervisor has not taken, with which nothing more is sent."""

SYSTEM = 0xF0
"""Status bytes from here on belong to no channel."""


class Stage(Protocol):
    """Who knows when something is heard: `engine.desk.Desk`."""

    @property
    def next_sample(self) -> int:
        """The first sample that can still be changed."""

    @property
    def latency_seconds(self) -> float:
        """From rendering a sample to hearing it."""

    @property
    def times(self) -> Any:
        """Samples in time: `engine.sample_clock.SampleClock`."""


class Arrivals:
    """The sample at which what arrived at a time of `time.monotonic` is heard: a constant time after it.

    As late as sound takes that is rendered when it arrives, and a block, so that its place in a block does
    not make it early or late. Whoever asks for the same arrival is told the same sample.
    """

    def __init__(self, stage: Stage, sample_rate: float, block: int) -> None:
        self._stage, self._rate, self._block = stage, sample_rate, block
        self._last: tuple[float, int] = (-inf, 0)

    def __call__(self, seconds: float) -> int:
        """The sample of an arrival."""
        if seconds != self._last[0]:
            ahead = round(self._stage.latency_seconds * self._rate) + self._block
            sample = max(self._stage.next_sample, self._stage.times.sample_at(seconds) + ahead)
            self._last = seconds, max(sample, self._last[1])  # in the order of their coming
        return self._last[1]


class Recorder(Protocol):
    """The supervisor's channel: `engine.link.Channel`."""

    @property
    def pending(self) -> int:
        """Bytes that it has not taken yet."""

    def send(self, message: Message) -> None:
        """Tell it something."""


class MidiRecord:
    """A chore of the control thread. `hear` all bytes that come.

    `when` is an `Arrivals`, `position` says what is rendered next.
    """

    def __init__(self, when: Callable[[float], int], position: Callable[[], int], recorder: Recorder) -> None:
        self.due = inf
        self._when, self._position, self._recorder = when, position, recorder
        self._rows: list[tuple[int, str, bytearray]] = []
        self._left_out = False

    def hear(self, device: str, data: bytes, at: float) -> None:
        """Bytes of whole messages have come from a device at a time of `time.monotonic`; none: it is gone."""
        if data and data[0] >= SYSTEM:
            return
        sample = self._when(at)
        if data and self._rows and self._rows[-1][:2] == (sample, device) and self._rows[-1][2]:
            self._rows[-1][2].extend(data)
        else:
            self._rows.append((sample, device, bytearray(data)))
        self.due = min(self.due, at + FLUSH_SECONDS)

    def work(self, now: float) -> None:
        """Send what has come."""
        self.flush()

    def flush(self) -> None:
        """Send it now."""
        self.due = inf
        rows, self._rows = self._rows, []
        for first in range(0, len(rows), MOST_ROWS):
            if self._recorder.pending > MOST_PENDING:
                self._leave_out()
                return
            some = [[sample, device, data.hex()] for sample, device, data in rows[first : first + MOST_ROWS]]
            sample = min(
                rows[first][0], self._position()
            )  # the record of a session ends where its sound does
            told = {"event": "commit", "kind": KIND, "by": KIND, "text": None, "sample": sample}
            self._recorder.send({**told, "beat": None, "data": some})

    def _leave_out(self) -> None:
        if not self._left_out:
            self._left_out = True
            text = "MIDI: the disk is slower than what comes: the session's record of it has gaps — it sounds"
            self._recorder.send({"event": "message", "text": text})
