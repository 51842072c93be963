"""Answers to OSC messages: to who asked, or where it is registered, and never much more than was asked."""

from plaud_live.control.osc import MAX_PACKET_BYTES, encode
from plaud_live.engine.leases import Leases
from plaud_live.engine.limits import Peer, reply_room
from plaud_live.engine.osc_port import OscPort
from plaud_live.engine.osc_queries import Value
from plaud_live.errors import OscError, PlaudError

MOST_ADDRESS, MOST_TEXT = 100, 200
REFUSED_CODE = 422


class Replies:
    """`asked` is the size of the question in bytes."""

    def __init__(self, port: OscPort, leases: Leases) -> None:
        self._port, self._leases = port, leases

    def say(self, peer: Peer, asked: int, address: str, *values: Value) -> None:
        """Answer. What is too long for an unregistered client is refused."""
        packet = encode(address, *values)
        target = self._leases.target(peer.address)
        room = MAX_PACKET_BYTES if target else reply_room(asked)
        if len(packet) > room:
            error = OscError(f"a reply of {len(packet)} bytes, {room} are allowed: /plaud/notify first", 403)
            packet = encode("/plaud/fail", address.removesuffix(".reply"), error.code, str(error))
        self._port.send(packet, target or peer.address)

    def fail(self, peer: Peer, asked: int, address: str, error: PlaudError) -> None:
        """Say why not."""
        code = error.code if isinstance(error, OscError) else REFUSED_CODE
        self.say(peer, asked, "/plaud/fail", address[:MOST_ADDRESS], code, str(error)[:MOST_TEXT])
