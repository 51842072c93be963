"""Which voice plays which note: one with last-note priority, or several of which the right one is taken away.

Pure bookkeeping: notes in, orders to voices out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

Key = tuple[str, int, float, float]
"""Who presses which key: device, channel, key 0..127, and of a typed note, with '' and 0, its first beat."""


@dataclass(frozen=True)
class Start:
    """`voice` plays a key from now on. `legato`: it goes on from one that is held."""

    voice: int
    key: Key
    velocity: float
    legato: bool = False

    @property
    def pitch(self) -> float:
        """In semitones."""
        return self.key[2]


@dataclass(frozen=True)
class Release:
    """`voice` is let go."""

    voice: int


Order = Start | Release


class Polyphony:
    """`voices` notes at a time. With one, a note that is let go gives way to the last of those still held."""

    def __init__(self, voices: int = 1) -> None:
        self._held: dict[Key, float] = {}  # velocities, in the order in which they were pressed
        self._plays: list[Key | None] = [None] * voices
        self._since = [0] * voices  # the number of the event that last changed what it plays
        self._events = 0

    @property
    def voices(self) -> int:
        """How many there are."""
        return len(self._plays)

    @property
    def held(self) -> tuple[Key, ...]:
        """Who holds a key, the first first."""
        return tuple(self._held)

    def sort(self) -> list[int]:
        """Put the voices in the order in which they are to stay; their numbers before.

        After the first, which always stays: those that play, the last pressed first.
        """
        others = range(1, self.voices)
        order = [0, *sorted(others, key=lambda i: (self._plays[i] is None, -self._since[i]))]
        self._plays = [self._plays[i] for i in order]
        self._since = [self._since[i] for i in order]
        return order

    def resize(self, voices: int) -> Iterator[Order]:
        """Have another number of voices: the last are let go, or keys that are held get one at last."""
        gone = [key for key in self._plays[voices:] if key is not None]
        for voice in range(voices, self.voices):
            if self._plays[voice] is not None:
                yield Release(voice)
        more = max(0, voices - self.voices)
        self._plays = [*self._plays[:voices], *[None] * more]
        self._since = [*self._since[:voices], *[0] * more]
        for key in list(self._held) if more else gone:
            if key not in self._plays and None in self._plays:
                yield self._start(self._free(key), key, False)

    def press(self, key: Key, velocity: float) -> Iterator[Order]:
        """A key goes down."""
        legato = self.voices == 1 and self._plays[0] is not None
        self._held.pop(key, None)
        self._held[key] = velocity
        yield self._start(self._free(key), key, legato)

    def lift(self, key: Key) -> Iterator[Order]:
        """A key comes up; one that was taken its voice away ends without a sound."""
        self._held.pop(key, None)
        if key not in self._plays:
            return
        voice = self._plays.index(key)
        if self.voices == 1 and self._held:
            yield self._start(voice, next(reversed(self._held)), True)
            return
        self._note(voice, None)
        yield Release(voice)

    def lift_all(self) -> Iterator[Order]:
        """All keys come up."""
        self._held.clear()
        for voice, key in enumerate(self._plays):
            if key is not None:
                self._note(voice, None)
                yield Release(voice)

    def _free(self, key: Key) -> int:
        """The voice for a key: its own if it sounds, else the one let go the longest ago, else the oldest."""
        if key in self._plays:
            return self._plays.index(key)
        return min(range(self.voices), key=lambda i: (self._plays[i] is not None, self._since[i]))

    def _start(self, voice: int, key: Key, legato: bool) -> Start:
        self._note(voice, key)
        return Start(voice, key, self._held[key], legato)

    def _note(self, voice: int, key: Key | None) -> None:
        self._events += 1
        self._plays[voice], self._since[voice] = key, self._events
