"""The ring between engine and sink: stereo float32 in shared memory, one writer, one reader, no locks.

The engine writes a block, then raises the counter `written`; the sink plays a block, then raises `read`. x86
keeps that order; ARM does not promise it to plain stores. There we rely on the block that is held back: the
sink reads a block one callback after it became visible at the earliest, thousands of instructions and a
system call later.

The last block in the ring is never played as it is: with no block behind it, it is faded out, and the sink
stays silent until the ring is full again, which it fades in. A ring of 3 blocks so has 2 blocks of slack, and
the sound of an engine that dies ends without a click. A new engine goes on at the counters where the dead one
left them.

Beside the ring lies another of the same size: what the headphones hear, which goes the same way at the same
time. Input goes the other way through a third one; when nobody reads it, it is dropped and counted.
"""

import mmap
import os
import select
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plaud_live.engine.counters import Counters, header
from plaud_live.engine.snapshot import shared_file
from plaud_live.errors import SessionError

FloatArray = NDArray[np.float32]

CHANNELS = 2
INPUT_BLOCKS = 64
"""Blocks of input that wait for an engine: it may be away for as long as a restart takes."""

HEADER = header(
    {
        "block": np.uint32,
        "blocks": np.uint32,
        # written by the engine
        "written": np.uint64,
        "ended": np.uint64,
        "input_read": np.uint64,
        # written by the sink
        "read": np.uint64,
        "missed": np.uint64,
        "underruns": np.uint64,
        "xruns": np.uint64,
        "input_written": np.uint64,
        "input_dropped": np.uint64,
        "alive_ns": np.uint64,
        "outputs": np.uint32,
        "phones": np.uint32,
        "sample_rate": np.float64,
        "latency_seconds": np.float64,
    }
)


@dataclass(frozen=True)
class RingFds:
    """What a process inherits to open the ring: its memory, both ends of the pipe that wakes the engine."""

    memory: int
    wake_read: int
    wake_write: int

    @classmethod
    def parse(cls, text: str) -> "RingFds":
        """From a command line: `5,6,7`."""
        try:
            memory, wake_read, wake_write = map(int, text.split(","))
        except ValueError:
            raise SessionError(f"--ring {text}: wants three descriptors") from None
        return cls(memory, wake_read, wake_write)

    def __str__(self) -> str:
        return f"{self.memory},{self.wake_read},{self.wake_write}"

    @property
    def all(self) -> tuple[int, int, int]:
        """For subprocess's `pass_fds`."""
        return self.memory, self.wake_read, self.wake_write


class Ring(Counters):
    """One process's view of the shared memory. Its counters are in samples unless named otherwise."""

    def __init__(self, fds: RingFds) -> None:
        """Open a ring that another process made. Raises SessionError when the descriptors are no ring."""
        self.fds = fds
        try:
            self._memory = mmap.mmap(fds.memory, os.fstat(fds.memory).st_size)
            super().__init__(np.frombuffer(self._memory, HEADER, count=1))
            self.block, self.blocks = self.get("block"), self.get("blocks")
            self.capacity = self.block * self.blocks
            count = 2 * self.capacity + self.block * INPUT_BLOCKS
            samples = np.frombuffer(self._memory, np.float32, count * CHANNELS, HEADER.itemsize)
        except (OSError, ValueError) as error:
            raise SessionError(f"descriptors {fds} are no ring: {error}") from None
        rows = samples.reshape(-1, CHANNELS)
        self.output, self.phones = rows[: self.capacity], rows[self.capacity : 2 * self.capacity]
        self.input = rows[2 * self.capacity :]

    @classmethod
    def create(cls, block: int, blocks: int, first: int = 0) -> "Ring":
        """A new, silent ring of `blocks` blocks of `block` samples; the sink will set the sample rate.

        Samples are counted from `first` on, or from the next one at which the ring begins.
        """
        start = -(-first // (block * blocks)) * block * blocks
        size = HEADER.itemsize + block * (2 * blocks + INPUT_BLOCKS) * CHANNELS * 4
        memory = shared_file("plaud-ring", size)
        with mmap.mmap(memory, size) as mapped:
            head = np.zeros(1, HEADER)
            head["block"], head["blocks"] = block, blocks
            head["written"] = head["read"] = start
            mapped[: HEADER.itemsize] = head.tobytes()
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        return cls(RingFds(memory, wake_read, wake_write))

    @property
    def latency_seconds(self) -> float:
        """From a sample's callback to its sound, as the sound card says, without the ring itself."""
        return float(self._fields["latency_seconds"][0])

    def set_stream(
        self, sample_rate: float, latency_seconds: float, outputs: int = CHANNELS, phones: int = 0
    ) -> None:
        """By the sink: what it opened, and which output is the first of the headphones, 0 for none."""
        self.set("outputs", outputs)
        self.set("phones", phones)
        self.set("sample_rate", sample_rate)
        self.set("latency_seconds", latency_seconds)

    def close(self) -> None:
        """Close the descriptors; the memory goes with the last process."""
        for fd in self.fds.all:
            os.close(fd)


class EngineEnd:
    """The engine's half: write blocks, read input, wait for room."""

    def __init__(self, ring: Ring) -> None:
        """Go on where the last engine was; input that came before is not ours."""
        self.ring = ring
        self._poll = select.poll()
        self._poll.register(ring.fds.wake_read, select.POLLIN)
        ring.set("ended", 0)
        ring.set("input_read", ring.get("input_written"))

    @property
    def position(self) -> int:
        """Samples written since the ring was made."""
        return self.ring.get("written")

    @property
    def room(self) -> int:
        """Whole blocks that can be written now."""
        ring = self.ring
        return (ring.capacity - ring.get("written") + ring.get("read")) // ring.block

    def write(self, samples: FloatArray, phones: FloatArray | None = None) -> None:
        """Append one block [block, 2], and what the headphones hear meanwhile, None silence.

        Raises ValueError when there is no room for it.
        """
        ring = self.ring
        if not self.room:
            raise ValueError("the ring is full")
        written = ring.get("written")
        start = written % ring.capacity
        ring.output[start : start + ring.block] = samples
        ring.phones[start : start + ring.block] = 0.0 if phones is None else phones
        ring.set("written", written + ring.block)

    def wait(self, seconds: float) -> bool:
        """Sleep until the sink has played a block, at most `seconds`. Returns whether there is room."""
        if not self.room:
            self._poll.poll(seconds * 1000)
        try:
            os.read(self.ring.fds.wake_read, 4096)
        except BlockingIOError:
            return self.room > 0
        return self.room > 0

    def read_input(self, out: FloatArray) -> bool:
        """Fill `out` [block, 2] with the next block of input. False: nothing new, `out` is as it was."""
        ring = self.ring
        position = ring.get("input_read")
        if ring.get("input_written") - position < ring.block:
            return False
        start = position % len(ring.input)
        out[:] = ring.input[start : start + ring.block]
        ring.set("input_read", position + ring.block)
        return True

    def finish(self) -> None:
        """Say that nothing more comes: a ring that runs dry from here on is no underrun."""
        self.ring.set("ended", 1)

    @property
    def played(self) -> bool:
        """Nothing is left but the block that the sink holds back."""
        return self.ring.get("written") - self.ring.get("read") <= self.ring.block


class SinkEnd:
    """The sink's half, called once a block from the audio callback: it copies and counts."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        phase = np.arange(1, ring.block + 1) / (ring.block + 1)
        self._fade_out = (0.5 + 0.5 * np.cos(np.pi * phase)).astype(np.float32)[:, None]
        self._fade_in = np.ascontiguousarray(self._fade_out[::-1])
        self._sounding = False
        self._stopping = False

    def play(self, out: FloatArray, phones: FloatArray | None = None) -> None:
        """Fill `out` [block, 2] with the next block, a fade, or silence, and wake the engine.

        `phones` [block, 2]: where what the headphones hear goes.
        """
        ring = self.ring
        read = ring.get("read")
        ready = ring.get("written") - read
        start = read % ring.capacity
        held, heard = ring.output[start : start + ring.block], ring.phones[start : start + ring.block]
        if self._sounding and ready >= 2 * ring.block and not self._stopping:
            out[:] = held
            if phones is not None:
                phones[:] = heard
        elif self._sounding and ready >= ring.block:
            np.multiply(held, self._fade_out, out=out)
            if phones is not None:
                np.multiply(heard, self._fade_out, out=phones)
            self._sounding = False
            if not self._stopping and not ring.get("ended"):
                ring.set("underruns", ring.get("underruns") + 1)
        elif not self._sounding and not self._stopping and ready >= ring.capacity:
            np.multiply(held, self._fade_in, out=out)
            if phones is not None:
                np.multiply(heard, self._fade_in, out=phones)
            self._sounding = True
        else:
            out.fill(0.0)
            if phones is not None:
                phones.fill(0.0)
            ring.set("missed", ring.get("missed") + ring.block)
            self._wake()
            return
        ring.set("read", read + ring.block)
        self._wake()

    def record(self, samples: FloatArray) -> None:
        """Hand a block of input [block, 2 or 1] to the engine; drop and count it when nobody reads."""
        ring = self.ring
        written = ring.get("input_written")
        if written - ring.get("input_read") > len(ring.input) - ring.block:
            ring.set("input_dropped", ring.get("input_dropped") + ring.block)
            return
        start = written % len(ring.input)
        ring.input[start : start + ring.block] = samples
        ring.set("input_written", written + ring.block)

    def stop(self) -> None:
        """Fade out with the next block, then stay silent."""
        self._stopping = True

    @property
    def stopped(self) -> bool:
        """The fade-out after `stop` has been handed over."""
        return self._stopping and not self._sounding

    def _wake(self) -> None:
        self.ring.set("alive_ns", time.monotonic_ns())
        try:
            os.write(self.ring.fds.wake_write, b"\0")
        except BlockingIOError:
            return  # no engine reads at the moment, and the pipe is full of calls to wake up
