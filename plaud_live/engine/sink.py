"""The process that owns the sound card: `python -m plaud_live.engine.sink`. Tiny, so that nothing can hold it
up.

Its callback copies a block from the ring and counts. Without a card it is a clock that discards the blocks or
writes them to a WAV file; the instrument runs the same. Over its channel the supervisor is told
    {"event": "opened", "device": TEXT, "sample_rate": HZ}   then waits for {"do": "play"}
    {"event": "playing"}                                     the ring's sample rate is set, blocks are taken
    {"event": "message", "text": TEXT}                       something that the performer should see
    {"event": "failed" | "lost", "text": TEXT}               did not open; is gone. The process then ends
and {"do": "stop"}, or a closed channel, fades out and ends it.
"""

import argparse
import os
import selectors
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import numpy as np

from plaud_live.engine import devices, realtime
from plaud_live.engine.link import Channel
from plaud_live.engine.ring import CHANNELS, FloatArray, Ring, RingFds, SinkEnd
from plaud_live.errors import DeviceError, PlaudError

CLOCK_SAMPLE_RATE = 44100.0
SILENT_SECONDS = 1.0
"""A card that asks for no block in this time is gone."""

LOOK_SECONDS = 0.1
END_SECONDS = 1.5
"""How long a fade and the closing of a card may take before the process ends all the same."""

EXIT_DEVICE = 3


class Output(Protocol):
    """Where blocks go. `start` begins to take them; `close` gives the device back."""

    name: str
    sample_rate: float

    def start(self) -> None: ...
    def close(self) -> None: ...
    def lost(self) -> str | None: ...
    def messages(self) -> list[str]: ...


class CardOutput:
    """A sound card through PortAudio, with its input when it has one."""

    def __init__(
        self, ring: Ring, end: SinkEnd, name: str | None, sample_rate: float | None, phones: int = 0
    ) -> None:
        """Open the card. Headphones are at output `phones`, from 1 on, and the next. Raises DeviceError."""
        device = devices.find(name)
        if phones and device.outputs <= phones:
            raise DeviceError(
                f"sound card {device.name} has {device.outputs} outputs: --phones {phones} wants {phones + 1}"
            )
        self.name = f"{device.name} ({device.host_api})"
        self.sample_rate = sample_rate or device.sample_rate
        self._ring, self._end = ring, end
        self._ended = False
        self._started = False
        self._stereo = np.zeros((ring.block, CHANNELS), np.float32)
        self._heard = np.zeros((ring.block, CHANNELS), np.float32)
        self._phones = phones
        most = max(CHANNELS, phones + 1)
        self._stream, self._outputs, self._inputs = devices.open_stream(
            device, self.sample_rate, ring.block, self._callback, self._on_end, most
        )

    def start(self) -> None:
        """Let the card ask for blocks. Raises DeviceError."""
        latency = self._stream.latency
        seconds = latency[1] if isinstance(latency, tuple) else latency
        self._ring.set_stream(self.sample_rate, seconds, self._outputs, self._phones)
        self._ring.set("alive_ns", time.monotonic_ns())
        devices.start_stream(self._stream)

    def close(self) -> None:
        """Stop and give the card back."""
        self._stream.close()

    def lost(self) -> str | None:
        """Why no more blocks are asked for, or None while they are."""
        if self._ended:
            return f"sound card {self.name} is gone"
        if time.monotonic_ns() - self._ring.get("alive_ns") > SILENT_SECONDS * 1e9:
            return f"sound card {self.name} has stopped"
        return None

    def messages(self) -> list[str]:
        """Nothing to say."""
        return []

    def _callback(self, indata: Any, outdata: Any, status: Any) -> None:
        if not self._started:
            self._started = True
            if sys.platform == "linux":  # elsewhere the system has made this thread a real-time one
                realtime.raise_priority(realtime.SINK_PRIORITY)
        if status.output_underflow:
            self._ring.set("xruns", self._ring.get("xruns") + 1)
        out = np.frombuffer(outdata, np.float32).reshape(-1, self._outputs)
        if self._outputs == CHANNELS:
            self._end.play(out)
        elif self._phones:
            self._end.play(self._stereo, self._heard)
            lay_out(self._stereo, self._heard, self._phones, out)
        else:
            self._end.play(self._stereo)
            np.mean(self._stereo, axis=1, out=out[:, 0])
        if indata is not None:
            self._end.record(np.frombuffer(indata, np.float32).reshape(-1, self._inputs))

    def _on_end(self) -> None:
        self._ended = True


def lay_out(house: FloatArray, heard: FloatArray, phones: int, out: FloatArray) -> None:
    """The first two of the outputs `out` [block, n] are the house, those from `phones` on the headphones."""
    out.fill(0.0)
    out[:, :CHANNELS] = house
    out[:, phones - 1 : phones - 1 + CHANNELS] = heard


class Pacer:
    """When the next block is due, on a clock that does not drift and never asks for blocks in a burst.

    What is late is caught up at twice the pace, so that the engine can refill the ring between two blocks;
    what is late by more than `slack` blocks is left out and counted.
    """

    def __init__(self, period: float, slack: int) -> None:
        """`period` in seconds a block."""
        self._period, self._slack = period, slack
        self._start: float | None = None
        self._count = 0
        self.skips = 0

    def wait_seconds(self, now: float) -> float:
        """After a block at `now`: seconds to sleep before the next one, at least half a period."""
        if self._start is None:
            self._start = now
        self._count += 1
        wait = self._start + self._count * self._period - now
        if wait < -self._slack * self._period:
            self._start -= wait
            self.skips += 1
        return max(wait, self._period / 2)


class ClockOutput:
    """No sound card: blocks are taken at the pace of the sample rate and discarded, or written by `write`."""

    def __init__(
        self,
        ring: Ring,
        end: SinkEnd,
        sample_rate: float | None,
        write: Callable[[FloatArray], None] | None = None,
        phones: int = 0,
    ) -> None:
        self._phones = phones
        self.name = "clock, no sound card"
        self.sample_rate = sample_rate or CLOCK_SAMPLE_RATE
        self._ring, self._end, self._write = ring, end, write
        self._running = True
        self._messages: list[str] = []
        self._thread = threading.Thread(target=self._run, name="plaud-clock")

    def start(self) -> None:
        """Let the clock ask for blocks."""
        self._ring.set_stream(self.sample_rate, 0.0, max(CHANNELS, self._phones + 1), self._phones)
        self._thread.start()

    def close(self) -> None:
        """Stop the clock."""
        self._running = False
        if self._thread.ident is not None:
            self._thread.join()

    def lost(self) -> str | None:
        """Why the clock has stopped, or None."""
        return None if self._thread.is_alive() else "the clock has stopped"

    def messages(self) -> list[str]:
        """What has gone wrong since the last call."""
        said, self._messages = self._messages, []
        return said

    def _run(self) -> None:
        realtime.raise_priority(realtime.SINK_PRIORITY)
        ring = self._ring
        pacer = Pacer(ring.block / self.sample_rate, ring.blocks - 1)
        skips_before = ring.get("xruns")
        stereo, heard = (np.zeros((ring.block, CHANNELS), np.float32) for _ in range(2))
        block = np.zeros((ring.block, self._phones + 1), np.float32) if self._phones else stereo
        while self._running:
            self._end.play(stereo, heard)
            if self._phones:
                lay_out(stereo, heard, self._phones, block)
            if self._write is not None:
                try:
                    self._write(block)
                except (OSError, RuntimeError) as error:
                    self._write = None
                    self._messages.append(f"the sound is no longer written: {error}")
            time.sleep(pacer.wait_seconds(time.monotonic()))
            ring.set("xruns", skips_before + pacer.skips)


class WavOutput(ClockOutput):
    """As the clock, into a WAV file of 32-bit floats."""

    def __init__(
        self, ring: Ring, end: SinkEnd, path: Path, sample_rate: float | None, phones: int = 0
    ) -> None:
        """Create the file. Raises DeviceError."""
        import soundfile

        super().__init__(ring, end, sample_rate, self._append, phones)
        channels = max(CHANNELS, phones + 1)
        self.name = f"file {path}"
        try:
            self._file = soundfile.SoundFile(path, "w", round(self.sample_rate), channels, "FLOAT")
        except (OSError, RuntimeError) as error:
            raise DeviceError(f"--sink {path}: cannot be written: {error}") from None

    def close(self) -> None:
        """Stop the clock and finish the file."""
        super().close()
        self._file.close()

    def _append(self, block: FloatArray) -> None:
        self._file.write(block)


def open_output(
    ring: Ring,
    end: SinkEnd,
    sink: str | None,
    device: str | None,
    sample_rate: float | None,
    phones: int = 0,
) -> Output:
    """`sink`: None for the card `device`, `null` for a clock, else a WAV file's path. Raises DeviceError."""
    if sink is None:
        return CardOutput(ring, end, device, sample_rate, phones)
    if sink == "null":
        return ClockOutput(ring, end, sample_rate, phones=phones)
    return WavOutput(ring, end, Path(sink), sample_rate, phones)


class Sink:
    """The process's main thread: waits for orders and looks after the output."""

    def __init__(self, channel: Channel, ring: Ring, output: Output, end: SinkEnd) -> None:
        self._channel, self._ring, self._output, self._end = channel, ring, output, end
        self._playing = False
        self._ending = False
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def run(self) -> int:
        """Until told to stop, the supervisor is gone, or the card is. Returns the exit code."""
        self._say("opened", device=self._output.name, sample_rate=self._output.sample_rate)
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            while not self._ending:
                selector.select(LOOK_SECONDS)
                for message in self._channel.receive():
                    self._obey(message["do"])
                self._ending = self._ending or self._channel.closed
                for text in self._output.messages():
                    self._say("message", text=text)
                if self._playing and (reason := self._output.lost()):
                    self._say("lost", text=reason)
                    return EXIT_DEVICE
        self._finish()
        return 0

    def _obey(self, do: str) -> None:
        if do == "play":
            self._output.start()
            self._playing = True
            self._say("playing")
        elif do == "stop":
            self._ending = True

    def _finish(self) -> None:
        late = threading.Timer(END_SECONDS, _end_process, [0])  # PortAudio may wait for a server that is gone
        late.daemon = True
        late.start()
        self._end.stop()
        deadline = time.monotonic() + END_SECONDS / 2
        while self._playing and not self._end.stopped and time.monotonic() < deadline:
            time.sleep(self._ring.block / self._output.sample_rate)
        if self._playing:  # let the last block be heard before the card is closed
            time.sleep(2 * self._ring.block / self._output.sample_rate + self._ring.latency_seconds)
        self._output.close()

    def _say(self, event: str, **data: Any) -> None:
        self._channel.send({"event": event, **data})

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        self._ending = True


def main(arguments: list[str] | None = None) -> int:
    """Run a sink on inherited descriptors."""
    parser = argparse.ArgumentParser(prog="plaud_live.engine.sink", description=__doc__)
    parser.add_argument(
        "--channel", type=int, required=True, help="descriptor of the supervisor's socket pair"
    )
    parser.add_argument("--ring", type=RingFds.parse, required=True, help="descriptors of the ring")
    parser.add_argument("--sink", help="null or a WAV file (the sound card)")
    parser.add_argument("--device", help="sound card by name or number (the system's default)")
    parser.add_argument("--sample-rate", type=float, help="Hz (the sound card's)")
    parser.add_argument("--phones", type=int, default=0, help="first output of the headphones, from 1 on")
    args = parser.parse_args(arguments)
    channel = Channel.from_fd(args.channel)
    try:
        ring = Ring(args.ring)
        end = SinkEnd(ring)
        output = open_output(ring, end, args.sink, args.device, args.sample_rate, args.phones)
        realtime.freeze_garbage()
        realtime.lock_memory()
        # This thread holds the interpreter ten times a second: a busy machine must not stop it there.
        realtime.raise_priority(realtime.SINK_PRIORITY - 1)
        return Sink(channel, ring, output, end).run()
    except PlaudError as error:
        channel.send({"event": "failed", "text": str(error)})
        return EXIT_DEVICE


def _end_process(code: int) -> None:
    """End now, without PortAudio's own clean-up."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _end_process(main())
