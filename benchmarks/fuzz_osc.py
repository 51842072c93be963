"""Throw random and mutated OSC packets at the parser alone, and at an instrument that plays.

First the parser and the reading of messages: an answer or an OscError for every packet. Then an instrument
plays alone for a while (the control run), and under siege from several senders of this machine and, where it
has a network, of that. They send all that anybody may send, but what ends the session by design, a whole
`/plaud/quit`: from the network, without the token, that too. At last come packets with `/plaud/panic`, which
makes the port forget what waits, the performer's questions too. Nobody may die, what the engine keeps may
grow by 5 MB at most, answers are at most 512 bytes or four times the question, a performer is answered
throughout the siege and after the panics, and there are no underruns beyond the control run's for the same
time. Needs Linux's /proc. Exit status 1 where one of these does not hold.
"""

import argparse
import selectors
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench_osc_stream import HOST, Performer
from bench_underruns import Watch
from instrument import ROOT, Instrument
from machine import describe

from plaud_live.control.namespace import Node, addresses
from plaud_live.control.osc import OscMessage, parse
from plaud_live.control.osc_messages import changes_of
from plaud_live.control.state import State
from plaud_live.engine.access import own_address
from plaud_live.engine.limits import reply_room
from plaud_live.engine.link import Client
from plaud_live.errors import OscError

sys.path.insert(0, str(ROOT))
from tests.control.hostile_osc import packets

SENDERS, REGISTERED, MUCH = 8, 3, 1 << 20
FAR_SENDERS = 4
EVERY_FAR = 10
"""One of so many packets comes from the network: what its host may send."""

PANICS = 0.05
"""Of all packets, how many come with panics among them."""

NOTIFY, PANIC = b"/plaud/notify", b"/plaud/panic"
CHUNK = 1000
A_SECOND = 12_000
"""Packets of all senders together: what a control thread with a core of its own works off."""

WARM_PACKETS = 100_000
"""What an engine needs of memory once (scenes, anchors, inputs, steps of undo): before it is weighed."""

MOST_KEPT_MB = 5.0


class Besieger:
    """Several senders, who look at the size of each answer."""

    def __init__(
        self, port: int, host: str = HOST, senders: int = SENDERS, registered: int = REGISTERED
    ) -> None:
        self._to = (host, port)
        self._registered = registered
        self._selector = selectors.DefaultSelector()
        self._sockets = []
        self._longest: dict[socket.socket, int] = {}
        self.answers = 0
        self.too_long = 0
        for _ in range(senders):
            made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            made.bind((host, 0))
            made.setblocking(False)
            self._selector.register(made, selectors.EVENT_READ)
            self._sockets.append(made)

    def send(self, number: int, packet: bytes) -> None:
        """Send one. A sender's longest question so far is what its answers are measured by.

        Some senders may register, and are then told more.
        """
        place = number % (self._registered if self._registered and NOTIFY in packet else len(self._sockets))
        sender = self._sockets[place]
        longest = max(self._longest.get(sender, 0), len(packet))
        self._longest[sender] = MUCH if place < self._registered else longest
        try:
            sender.sendto(packet, self._to)
        except OSError:
            return  # larger than a datagram may be, or no room just now

    def hear(self) -> None:
        """Take what has come."""
        for key, _ in self._selector.select(0):
            heard = key.fileobj
            if not isinstance(heard, socket.socket):
                continue
            while True:
                try:
                    answer = heard.recv(65536)
                except BlockingIOError:
                    break
                self.answers += 1
                self.too_long += len(answer) > reply_room(self._longest.get(heard, 0))

    def close(self) -> None:
        """Leave."""
        for each in self._sockets:
            each.close()


def chunks(seed: int, nodes: Mapping[str, Node], count: int, ends: bool = False) -> Iterator[list[bytes]]:
    """Packets, a list at a time, with timetags around the time when the list was made."""
    for number in range(-(-count // CHUNK)):
        yield list(islice(packets(seed * 1_000_003 + number, nodes, time.time(), ends), CHUNK))


def try_parser(count: int, seed: int, state: State) -> tuple[int, int]:
    """How many of so many packets were read and refused. Anything else raises."""
    read = refused = 0
    for chunk in chunks(seed, addresses(state), count, ends=True):
        for packet in chunk:
            try:
                parsed = parse(packet)
                for message in [parsed] if isinstance(parsed, OscMessage) else parsed.messages():
                    changes_of(state, message)
                read += 1
            except OscError:
                refused += 1
    return read, refused


@dataclass(frozen=True)
class Siege:
    """Who sends what: `far` is None where this machine has no network."""

    near: Besieger
    far: Besieger | None
    performer: Performer
    nodes: Mapping[str, Node]

    def run(self, count: int, seed: int, panics: bool = False) -> None:
        """Send so many packets, A_SECOND a second, while the performer plays, if there are no panics."""
        begun, sent = time.monotonic(), 0
        refused = (packet for chunk in chunks(seed + 500, self.nodes, count, ends=True) for packet in chunk)
        for chunk in chunks(seed, self.nodes, count):
            for packet in chunk:
                sent += 1
                if panics or PANIC not in packet:
                    self.near.send(sent, packet)
                if self.far is not None and sent % EVERY_FAR == 0:
                    other = next(refused)
                    if panics or PANIC not in other:
                        self.far.send(sent // EVERY_FAR, other)
                if sent % 100 == 0:
                    self.hear()
                    if not panics:
                        self.performer.tick()
            rest = max(0.0, begun + sent / A_SECOND - time.monotonic())
            time.sleep(rest) if panics else self.performer.play(rest)

    def hear(self) -> None:
        """Take what has come."""
        for each in filter(None, (self.near, self.far)):
            each.hear()

    @property
    def answers(self) -> int:
        """How many have come."""
        return sum(each.answers for each in filter(None, (self.near, self.far)))

    @property
    def too_long(self) -> int:
        """Answers that were longer than they may be."""
        return sum(each.too_long for each in filter(None, (self.near, self.far)))

    def close(self) -> None:
        """Leave."""
        for each in filter(None, (self.near, self.far)):
            each.close()


def resident_mb(pid: int) -> float:
    """Memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6


def main() -> int:
    """Print what happened; exit status 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=1_000_000, metavar="N", help="at each (%(default)s)")
    parser.add_argument("--control", type=float, default=60.0, metavar="S", help="control run, %(default)g s")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="%(default)s")
    options = parser.parse_args()
    print(describe("numpy", "numba"), flush=True)
    ours = own_address()
    network = [] if ours == HOST else ["--lan", f"{ours}/32"]
    with Instrument("--sink", "null", *network) as played:
        played.type("drone.play(); drone.z = seq(A.bell, A.choir, every=4, glide=4)")
        time.sleep(3.0)
        client = Client(played.run_dir / "engine.sock", 30.0)
        state = State.from_data(client.request("hello")["state"])
        read, refused = try_parser(options.packets, options.seed, state)
        print(f"parser         {read + refused:8d} packets  {read} read, {refused} refused", flush=True)
        engine, port = played.instance["engine"], played.instance["osc_port"]
        performer, nodes = Performer(port), addresses(state)
        far = Besieger(port, ours, FAR_SENDERS, 0) if network else None
        siege = Siege(Besieger(port), far, performer, nodes)
        siege.run(min(WARM_PACKETS, options.packets), options.seed + 1)
        watch = Watch(played.ring())
        performer.play(options.control)
        quiet, _, _ = watch.close()
        print(f"control run    {options.control:8.0f} s        {quiet} underruns not by halts", flush=True)
        before, begun, counts = resident_mb(engine), time.monotonic(), client.request("status")["osc"]
        watch = Watch(played.ring())
        siege.run(options.packets, options.seed + 2)
        performer.listen(1.0)
        unanswered = performer.unanswered
        siege.run(round(PANICS * options.packets), options.seed + 3, panics=True)
        seconds = time.monotonic() - begun
        time.sleep(1.0)
        siege.hear()
        loud, _, _ = watch.close()
        after_panics = Performer(port)
        after_panics.play(1.0)
        after_panics.listen(1.0)
        kept = resident_mb(engine) - before
        after = client.request("status")["osc"]
        arrived = after["packets"] - counts["packets"]
        print(f"siege          {options.packets:8d} packets  in {seconds:.0f} s, {arrived} arrived with the")
        print(f"               performer's own; {siege.answers} answers; {loud} underruns not by halts")
        held = {
            "the same engine plays": played.instance["engine"] == engine,
            "every question of the performer is answered": unanswered == 0,
            "and after the panics": after_panics.unanswered == 0,
            "no answer is longer than it may be": siege.too_long == 0,
            f"{kept:.1f} MB are kept, {MOST_KEPT_MB:g} at most": kept <= MOST_KEPT_MB,
            "no underruns beyond the control run's": loud * options.control <= quiet * seconds,
        }
        siege.close()
        client.close()
    for what, true in held.items():
        print(f"{'holds' if true else 'FAILS'}: {what}")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
