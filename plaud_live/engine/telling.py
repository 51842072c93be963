"""Tells clients what they have asked to be told: one packet a moment for each, at their own rate.

param    a parameter's own address and its value: all of them at first, then what moves, and what others set
beat     /plaud/clock/beat.reply f beat f bpm, at each beat and in between
meter    /plaud/meter f peak f rms of all, /plaud/meter/NAME f f of each instrument, linear
latent   /plaud/latent/NAME f…, playable
xrun     /plaud/xrun i xruns i late, whenever one of them grows
event    /plaud/event s kind s text f beat: what was launched, undone, entered, remarked
train    /plaud/train s instrument s model s stage f done f loss f seconds that are left, as it goes on
error    /plaud/fail s address i code s text: what went wrong while it sounded
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from plaud_live.control.osc import bundle, encode
from plaud_live.engine.asked import Playing, Times
from plaud_live.engine.leases import OWN_SECONDS, Lease, Leases
from plaud_live.engine.limits import Address
from plaud_live.engine.readings import latents, readings
from plaud_live.signals.graph import Evaluation

STEP = 1e-4
"""A value on its way is told when it has moved so far, and again where it stands in the end."""

PACKET_BYTES = 1200
"""Of one packet: no network cuts it in two."""

STATUS_SECONDS = 0.05
WHOLE_SECONDS = 0.001
"""A whole beat is told when it is nearer than this: a sleep ends a little early or late."""

TROUBLE_CODE = 422
MOST_TEXT = 200

Send = Callable[[bytes, Address], None]


class Desk(Playing, Protocol):
    """What there is to tell of."""

    def status(self) -> Mapping[str, Any]:
        """What the snapshot shows."""


class Teller:
    """A chore of the control thread. `happened` is called with what clients may want to know."""

    def __init__(
        self,
        desk: Desk,
        times: Times,
        leases: Leases,
        send: Send,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.due = math.inf
        self._desk, self._times, self._leases = desk, times, leases
        self._send, self._clock = send, clock
        self._before: dict[str, float] = {}
        self._status: Mapping[str, Any] = {}
        self._status_until = -math.inf
        self._beat = -math.inf
        """The last whole beat that was told."""

    def begin(self, lease: Lease, now: float) -> None:
        """Tell a new lease at once."""
        self.due = min(self.due, now)

    def happened(self, kind: str, where: str, text: str) -> None:
        """Something was launched, or went wrong at the address `where`."""
        topic = "error" if where else "event"
        if not any(topic in lease.topics for lease in self._leases):
            return
        text = text[:MOST_TEXT]
        packet = encode("/plaud/fail", where, TROUBLE_CODE, text)
        if not where:
            packet = encode("/plaud/event", kind, text, self._heard_beat(self._clock()))
        self.tell(topic, packet)

    def tell(self, topic: str, packet: bytes) -> None:
        """Have a packet sent to all who have asked for this topic."""
        for lease in self._leases:
            if topic in lease.topics:
                lease.events.append(packet)

    def work(self, now: float) -> None:
        """Tell those that are due."""
        self._leases.expire(now)
        self._tell_whole_beat(now)
        due = [lease for lease in self._leases if lease.due <= now]
        wanted = frozenset().union(*(lease.topics for lease in due))
        values = self._values() if "param" in wanted else {}
        shared = {topic: make(self) for topic, make in _SHARED.items() if topic in wanted}
        for lease in due:
            packets = [*lease.events]
            lease.events.clear()
            if "param" in lease.topics:
                packets += self._moved(lease, values, now)
            if "beat" in lease.topics:
                packets.append(self._beat_packet(self._heard_beat(now)))
            if "xrun" in lease.topics:
                packets += self._xruns(lease)
            for topic in _SHARED:
                if topic in lease.topics:
                    packets += shared[topic]
            self._send_all(packets, lease.target)
            lease.due = max(lease.due + 1.0 / lease.rate, now)
        if values:
            self._before = values
        self.due = min((lease.due for lease in self._leases), default=math.inf)
        if any("beat" in lease.topics for lease in self._leases):
            self.due = min(self.due, self._time_of(self._beat + 1.0))

    def _values(self) -> dict[str, float]:
        state = self._desk.state
        return readings(state, self._desk.beat, self._desk.inputs)

    def _moved(self, lease: Lease, values: Mapping[str, float], now: float) -> Iterator[bytes]:
        """Parameters that a client does not know as they are, but for those that it moves itself."""
        told, own, before = lease.told, lease.own, self._before
        for address, value in values.items():
            known = told.get(address)
            if known == value:
                continue
            stands = before.get(address) == value
            if known is not None and not stands and abs(value - known) < STEP:
                continue
            if own and (moved := own.get(address)) is not None:
                if now - moved < OWN_SECONDS:
                    continue
                del own[address]
            told[address] = value
            yield encode(address, value)

    def _tell_whole_beat(self, now: float) -> None:
        wanting = [lease for lease in self._leases if "beat" in lease.topics]
        whole = math.floor(self._heard_beat(now + WHOLE_SECONDS)) if wanting else self._beat
        if whole != self._beat:
            self._beat = whole
            packet = self._beat_packet(float(whole))
            for lease in wanting:
                self._send(packet, lease.target)

    def _beat_packet(self, beat: float) -> bytes:
        return encode("/plaud/clock/beat.reply", beat, self._desk.state.tempo.bpm_at(beat))

    def _heard_beat(self, now: float) -> float:
        return self._desk.state.tempo.beat(self._times.sample_at(now))

    def _time_of(self, beat: float) -> float:
        return self._times.monotonic_at(self._desk.state.tempo.sample(beat))

    def _look(self) -> Mapping[str, Any]:
        """The status, not older than STATUS_SECONDS."""
        now = self._clock()
        if now >= self._status_until:
            self._status, self._status_until = self._desk.status(), now + STATUS_SECONDS
        return self._status

    def _xruns(self, lease: Lease) -> Iterator[bytes]:
        status = self._look()
        counts = int(status["xruns"]), int(status["late"])
        if lease.xruns is not None and counts != lease.xruns:
            yield encode("/plaud/xrun", *counts)
        lease.xruns = counts

    def meters(self) -> list[bytes]:
        """Levels of all and of each instrument."""
        status = self._look()
        packets = [encode("/plaud/meter", float(status["peak"]), float(status["rms"]))]
        for name, shown in status["instruments"].items():
            packets.append(encode(f"/plaud/meter/{name}", float(shown["peak"]), float(shown["rms"])))
        return packets

    def places(self) -> list[bytes]:
        """Where each instrument's latents are."""
        state = self._desk.state
        at = Evaluation(np.array([self._desk.beat]), state.lookup, inputs=self._desk.inputs)
        found = ((name, latents(instrument, at)) for name, instrument in state.instruments.items())
        return [encode(f"/plaud/latent/{name}", *z.tolist()) for name, z in found if z is not None]

    def _send_all(self, packets: list[bytes], target: Address) -> None:
        """In as few packets as possible."""
        together: list[bytes] = []
        size = 0
        for packet in packets:
            if together and size + len(packet) > PACKET_BYTES:
                self._send(_joined(together), target)
                together, size = [], 0
            together.append(packet)
            size += len(packet) + 4
        if together:
            self._send(_joined(together), target)


_SHARED: Mapping[str, Callable[[Teller], list[bytes]]] = {"meter": Teller.meters, "latent": Teller.places}
"""Topics of which all are told the same."""


def _joined(packets: list[bytes]) -> bytes:
    return packets[0] if len(packets) == 1 else bundle(packets)
