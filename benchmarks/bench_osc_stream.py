"""Whether OSC messages are lost, and what a stream and a flood of them do to the sound and to the performer.

`stream`: a client sets parameters 1000 times a second. `flood`: another sends 50,000 messages as fast as it
can, again and again, while the performer's own controller sets a latent and asks `/plaud/ping` 100 times a
second; what is above 10,000 a second of one sender is dropped, and must not cost the performer a message.
Before each, a control run of the same length, in which the performer alone plays. Lost are messages of whom
the limit is not exceeded that the port did not count, and pings that were not answered.
"""

import argparse
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from bench_underruns import Watch
from instrument import Instrument
from machine import describe

from plaud_live.control.osc import encode
from plaud_live.engine.link import Client

HOST = "127.0.0.1"
FLOOD = 50_000
STREAM_HZ = 1000.0
PINGS_A_SECOND = 100.0
PARAMETERS = ("z0", "z1", "z2", "z3", "gain", "pan")
SILENCE_SECONDS = 1.0

SENDER = f"""
import socket, sys, time
from plaud_live.control.osc import encode
port, rate, seconds, burst = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
packets = [encode("/plaud/inst/drone/" + name, n / 1000) for n in range(1000) for name in {PARAMETERS!r}]
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
begun, sent = time.monotonic(), 0
while (now := time.monotonic()) < begun + seconds:
    due = burst if not rate else int((now - begun) * rate) - sent
    for _ in range(due):
        sender.sendto(packets[sent % len(packets)], ("{HOST}", port))
        sent += 1
    time.sleep(0.001 if rate else 2.0)
print(sent)
"""


@dataclass(frozen=True)
class Row:
    """What happened in one run."""

    name: str
    sent: int
    came: int
    dropped: int
    pings: int
    answered: int
    milliseconds: tuple[float, float, float]
    underruns: int
    not_by_halts: int
    late: int

    @property
    def lost(self) -> int:
        """Messages that never arrived."""
        return self.sent - self.came

    def shown(self) -> str:
        """A line of the table."""
        p50, p99, most = self.milliseconds
        return (
            f"{self.name:>8} {self.sent:8d} {self.lost:6d} {self.dropped:8d} {self.pings:6d}"
            f" {self.pings - self.answered:6d} {p50:7.2f} {p99:7.2f} {most:7.1f} {self.underruns:10d}"
            f" {self.not_by_halts:13d} {self.late:5d}"
        )


class Performer:
    """A controller that plays and asks, each question with its own number."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._to = (HOST, port)
        self._asked: dict[int, float] = {}
        self._due = time.monotonic()
        self.milliseconds: list[float] = []
        self.count = 0

    def play(self, seconds: float) -> None:
        """Set and ask for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tick()
            time.sleep(0.0005)

    def listen(self, seconds: float) -> None:
        """Take answers for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.hear()
            time.sleep(0.0005)

    def tick(self) -> None:
        """Set and ask if it is time to, and take the answers that have come."""
        now = time.monotonic()
        if now >= self._due:
            self._due = max(self._due + 1.0 / PINGS_A_SECOND, now - 1.0)
            latent = 0.5 + 0.001 * (self.count % 100)
            self._socket.sendto(encode("/plaud/inst/drone/z4", latent), self._to)
            self._socket.sendto(encode("/plaud/ping", self.count), self._to)
            self._asked[self.count] = time.monotonic()
            self.count += 1
        self.hear()

    def hear(self) -> None:
        """Take the answers that have come."""
        while True:
            try:
                packet = self._socket.recv(512)
            except BlockingIOError:
                return
            asked = self._asked.pop(int.from_bytes(packet[-4:], "big"), None)
            if asked is not None:
                self.milliseconds.append(1000.0 * (time.monotonic() - asked))

    @property
    def unanswered(self) -> int:
        """Questions that wait for their answer."""
        return len(self._asked)


def run(
    name: str, instrument: Instrument, client: Client, sender: tuple[float, int] | None, seconds: float
) -> Row:
    """Play for `seconds` beside a sender of (rate in Hz or 0, burst), or of nobody."""
    performer = Performer(instrument.instance["osc_port"])
    before = client.request("status")
    watch = Watch(instrument.ring())
    dry = instrument.ring().get("underruns")
    process = None
    if sender is not None:
        words = [str(instrument.instance["osc_port"]), str(sender[0]), str(seconds), str(sender[1])]
        process = subprocess.Popen([sys.executable, "-c", SENDER, *words], stdout=subprocess.PIPE, text=True)
    performer.play(seconds)
    while process is not None and process.poll() is None:
        performer.listen(0.1)
    performer.listen(SILENCE_SECONDS)
    sent = int(process.communicate()[0]) if process else 0
    not_by_halts, _, _ = watch.close()
    after: dict[str, Any] = client.request("status")
    counts = {key: after["osc"][key] - before["osc"][key] for key in after["osc"]}
    times = np.array(performer.milliseconds or [0.0])
    p50, p99 = np.percentile(times, [50, 99])
    return Row(
        name,
        sent + 2 * performer.count,
        counts["packets"],
        counts["dropped"],
        performer.count,
        performer.count - performer.unanswered,
        (float(p50), float(p99), float(times.max())),
        instrument.ring().get("underruns") - dry,
        not_by_halts,
        after["late"] - before["late"],
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="length of each run (%(default)g s)")
    parser.add_argument("--preset", default="live", help="low, live or safe (%(default)s)")
    parser.add_argument("--card", action="store_true", help="play to the sound card, not to a clock")
    args = parser.parse_args()
    if not sys.platform.startswith("linux"):
        print("needs Linux: the ring is read through /proc")
        return 0
    print(describe("numpy", "numba"))
    print(
        f"{'run':>8} {'sent':>8} {'lost':>6} {'dropped':>8} {'pings':>6} {'unans.':>6} {'p50 ms':>7}"
        f" {'p99 ms':>7} {'max ms':>7} {'underruns':>10} {'not by halts':>13} {'late':>5}"
    )
    rows = []
    with Instrument("--preset", args.preset, *([] if args.card else ["--sink", "null"])) as instrument:
        instrument.type("drone.play(); drone.z5 = lfo(4)")
        time.sleep(3.0)
        client = Client(instrument.run_dir / "engine.sock", 30.0)
        senders = {"control": None, "stream": (STREAM_HZ, 0), "control ": None, "flood": (0.0, FLOOD)}
        for name, sender in senders.items():
            rows.append(run(name.strip(), instrument, client, sender, args.seconds))
            print(rows[-1].shown(), flush=True)
        client.close()
    _, stream, _, flood = rows
    beyond = max(row.not_by_halts - quiet.not_by_halts for quiet, row in (rows[:2], rows[2:]))
    for what, wrong in (
        (f"{STREAM_HZ:g} a second for {args.seconds:g} s, none lost", stream.lost + stream.dropped),
        ("none of the performer's own lost in a flood", flood.pings - flood.answered),
        ("no underruns beyond the control runs'", max(0, beyond)),
    ):
        print(f"goal: {what}: {'met' if not wrong else f'MISSED by {wrong}'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
