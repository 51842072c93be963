"""The render thread's end of the tracks: it writes what was heard, what each instrument adds, what is played.

A block is written before it goes into the sink's ring, and counted after that. An engine that is killed in
between has counted too little, never too much, and the next one counts what is in the ring: no sample is
missing from the tracks that the sound card was given.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from plaud_live.engine.tracks import (
    CHANNELS,
    FRAMES_ROOM,
    INPUT,
    INSTRUMENTS,
    MAX_ENTRIES,
    MIX,
    OPEN,
    Frames,
    Samples,
    Tracks,
)

NO_STEM: Samples = np.zeros((0, CHANNELS), dtype=np.float32)
"""Where the sound of something goes that has no track."""


@dataclass(frozen=True)
class Voicing:
    """What plays an instrument: its model's digest, samples a frame, raw latents and numbers in a frame.

    Nothing for what has no frames.
    """

    digest: str = ""
    hop: int = 0
    latents: int = 0
    width: int = 0


class Stem(Protocol):
    """Where the sound of a name is added up, `sound` [n, 2], and what its voices are asked for is kept."""

    sound: Samples

    def write_frames(self, first: int, hop: int, latents: Frames, controls: Frames) -> None:
        """Append frames that begin at samples `first`, `first + hop`, …: [f, latents] and [f, the others]."""


class Stems(Protocol):
    """What hears each instrument alone: `Capture`, or a replay's."""

    def begin(self, position: int, count: int) -> None:
        """What comes now is for `count` samples from `position` on; they cross no multiple of GRID."""

    def stem(self, name: str, voicing: Voicing | None = None) -> Stem | None:
        """Where that of a name goes, if anywhere."""

    def end(self) -> None:
        """All have been asked for that there are in this block."""


class Track:
    """The track of one instrument. `sound` [n, 2] is where the block that is rendered now is added up."""

    def __init__(self, tracks: Tracks, number: int, ring: int, voicing: Voicing) -> None:
        self.number, self.ring, self.voicing = number, ring, voicing
        self.sound = NO_STEM
        self.asked = True
        self.row = tracks.table[number % MAX_ENTRIES]
        self._sounds = tracks.sounds[ring]
        holds = FRAMES_ROOM // (1 + voicing.width)
        self._room = tracks.rooms[ring - 2, : holds * (1 + voicing.width)].reshape(holds, -1)

    def begin(self, position: int, count: int) -> None:
        """Be silent from `position` on, for `count` samples that lie in one piece of the ring."""
        at = position % len(self._sounds)
        self.sound = self._sounds[at : at + count]
        self.sound.fill(0.0)
        self.asked = False

    def write_frames(self, first: int, hop: int, latents: Frames, controls: Frames) -> None:
        """Append frames that begin at samples `first`, `first + hop`, …: [f, latents] and [f, the others]."""
        split = 1 + latents.shape[1]
        for i in range(len(latents)):
            count = int(self.row["frames"])
            frame = self._room[count % len(self._room)]
            frame[0], frame[1:split], frame[split:] = first + i * hop, latents[i], controls[i]
            self.row["frames"] = count + 1


class Capture:
    """Belongs to the render thread. Names have tracks for as long as they are asked for in each block."""

    def __init__(self, tracks: Tracks, position: int, sample_rate: float, delay: int) -> None:
        """Go on at engine sample `position`, where the engine before it ended, however it did.

        `delay`: samples by which the mix comes later than what it is made of.
        """
        self._tracks = tracks
        self._stems: dict[str, Track] = {}
        self._given_back = dict.fromkeys(range(2, 2 + INSTRUMENTS), 0)
        """Rings that are free, since when."""
        for entry in tracks.entries():
            if entry.ended == OPEN:
                tracks.table[entry.number % MAX_ENTRIES]["ended"] = position
            self._given_back[entry.ring] = min(entry.ended, position)
        tracks.set_stream(sample_rate, delay)
        tracks.set("written", position)

    def begin(self, position: int, count: int) -> None:
        """What comes now is for `count` samples from `position` on; they cross no multiple of GRID."""
        self._position, self._count = position, count
        for stem in self._stems.values():
            stem.begin(position, count)

    def stem(self, name: str, voicing: Voicing | None = None) -> Track | None:
        """The track of an instrument; None where there is none left.

        `voicing`: what plays it now. Left out, it is what played it before.
        """
        stem = self._stems.get(name)
        if stem is None or (voicing is not None and stem.voicing is not voicing and stem.voicing != voicing):
            if stem is not None:
                self._end(name, self._position)
            stem = self._open(name, voicing or Voicing())
        if stem is not None:
            stem.asked = True
        return stem

    def end(self) -> None:
        """Give back the tracks of those that were not asked for."""
        for name in [name for name, stem in self._stems.items() if not stem.asked]:
            self._end(name, self._position)

    def write(self, position: int, heard: Samples, played: Samples) -> None:
        """Keep a block of input and mix, [n, 2] each."""
        for ring, block in ((INPUT, heard), (MIX, played)):
            at, sounds = position % self._tracks.length, self._tracks.sounds[ring]
            first = min(len(block), len(sounds) - at)
            sounds[at : at + first] = block[:first]
            sounds[: len(block) - first] = block[first:]

    def silence(self, position: int, count: int) -> None:
        """No instrument has added anything to the samples from `position` on."""
        places = np.arange(position, position + count) % self._tracks.length
        for stem in self._stems.values():
            self._tracks.sounds[stem.ring, places] = 0.0

    def advance(self, position: int) -> None:
        """All before `position` is written."""
        self._tracks.set("written", position)

    def _open(self, name: str, voicing: Voicing) -> Track | None:
        if not self._given_back or voicing.width >= FRAMES_ROOM // 2:
            return None
        ring = min(self._given_back, key=self._given_back.__getitem__)
        del self._given_back[ring]
        number = self._tracks.get("entries")
        while any(stem.number % MAX_ENTRIES == number % MAX_ENTRIES for stem in self._stems.values()):
            number += 1  # the place of one that has been there for long
        stem = self._stems[name] = Track(self._tracks, number, ring, voicing)
        stem.row["number"], stem.row["ring"] = number, ring
        stem.row["name"], stem.row["digest"] = name, voicing.digest
        stem.row["hop"], stem.row["latents"] = voicing.hop, voicing.latents
        stem.row["width"], stem.row["frames"] = voicing.width, 0
        stem.row["born"], stem.row["ended"] = self._position, OPEN
        self._tracks.set("entries", number + 1)
        stem.begin(self._position, self._count)
        return stem

    def _end(self, name: str, position: int) -> None:
        stem = self._stems.pop(name)
        stem.row["ended"] = position
        self._given_back[stem.ring] = position
