"""A desk whose time stands still until a test moves it, and clients of an OSC server over real sockets."""

import select
import socket
from collections.abc import Callable, Sequence
from typing import Any

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage as TheirMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket

from plaud_live.control.conductor import Conductor, Outcome
from plaud_live.control.parameters import ModelInfo
from plaud_live.control.state import State
from plaud_live.control.transaction import Load, Transaction
from plaud_live.engine.inputs import Inputs
from plaud_live.engine.osc_server import OscServer
from plaud_live.engine.pushing import Pushing
from plaud_live.engine.taking import Taking
from plaud_live.engine.training import Training
from plaud_live.errors import ParameterError
from plaud_live.signals.transitions import target

INFO = ModelInfo(
    "m", "m.plaud", "d", "d", (-1.0, -2.0), (1.0, 2.0), (0.5, 0.5), ("bright", ""),
    sines=12, harmonics=0, noise_bands=16, smoothing=2, max_smoothing=8, anchors={"bell": (0.0, 1.0)},
)  # fmt: skip


class Times:
    """A card that is heard from sample 0 on at monotonic time 0, which is 1000 s on the wall clock."""

    rate = 44101.5

    def sample_at(self, monotonic: float) -> int:
        return round(monotonic * 44100)

    def monotonic_at(self, sample: float) -> float:
        return sample / 44100

    def wall_to_monotonic(self, wall: float) -> float:
        return wall - 1000.0


class Desk:
    """A conductor whose time stands still until a test moves it, and a record of what was asked."""

    def __init__(self) -> None:
        self.conductor = Conductor(44100, lambda name: INFO)
        self.now = 0
        self.submitted: list[Transaction] = []
        self.panics = 0
        self.told: list[str] = []
        self.inputs = Inputs()
        self.controls: list[str] = []
        self.times = Times()
        self.remarks: list[str] = []
        self.left = False
        self.gave_way = 0
        self.taking: Taking | None = None
        self.training: Training | None = None
        self.pushing: Pushing | None = None
        self.on_panic: Callable[[], object] = lambda: None
        self.conductor.submit(Transaction((Load("drone", "m"),)), 0)

    @property
    def state(self) -> State:
        return self.conductor.state

    @property
    def beat(self) -> float:
        return self.state.tempo.beat(self.now)

    @property
    def next_sample(self) -> int:
        return self.now

    def give_way(self) -> None:
        self.gave_way += 1

    def remark(self, text: str, by: str) -> None:
        self.remarks.append(f"{by}: {text}")

    def learn(self, address: str) -> str:
        if not address.startswith("/plaud/inst/"):
            raise ParameterError(f"learn {address!r}: no parameter")
        return f"learning {address}"

    def leave(self) -> None:
        self.left = True

    def hear(self, name: str, values: Sequence[float], beat: float | None = None) -> None:
        self.controls.append(name)
        self.inputs.write(name, self.beat if beat is None else beat, values)

    def submit(self, transaction: Transaction) -> Outcome:
        self.submitted.append(transaction)
        return self.conductor.submit(transaction, self.now)

    def undo(self) -> Outcome:
        return self.conductor.undo(self.now)

    def redo(self) -> Outcome:
        return self.conductor.redo(self.now)

    def panic(self) -> Outcome:
        self.panics += 1
        self.on_panic()
        return self.conductor.panic(self.now)

    def status(self) -> dict[str, Any]:
        return {
            "cpu_avg": 0.25,
            "cpu_peak": 0.5,
            "latency_ms": 12.5,
            "xruns": 3,
            "late": 2,
            "sample_rate": 48e3,
            "peak": 0.5,
            "rms": 0.25,
            "instruments": {"drone": {"peak": 0.25, "rms": 0.125}},
        }

    def tell(self, line: str) -> None:
        self.told.append(line)

    def going_to(self, parameter: str) -> float:
        return target(self.state.lookup(("drone", parameter, None))).number  # type: ignore[attr-defined]


class Peer:
    """A client's socket, and the server that it talks to."""

    def __init__(self, server: OscServer) -> None:
        self.server = server
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))

    def send(self, *packets: bytes) -> None:
        for packet in packets:
            self.socket.sendto(packet, ("127.0.0.1", self.server.port))

    def ask(self, *packets: bytes) -> list[tuple[str, list[Any]]]:
        """Send, let the server work, and give the replies."""
        self.send(*packets)
        serve(self.server)
        return self.heard()

    def heard(self) -> list[tuple[str, list[Any]]]:
        """What has come, message by message."""
        found = []
        while select.select([self.socket], [], [], 0)[0]:
            packet = OscPacket(self.socket.recv(65536))
            found += [(each.message.address, list(each.message.params)) for each in packet.messages]
        return found


def serve(server: OscServer) -> None:
    """Let it read and carry out what has come."""
    while select.select([server], [], [], 0)[0] or server.waiting:
        server.receive()
        server.work()


def message(address: str, *arguments: object) -> bytes:
    builder = OscMessageBuilder("/plaud/" + address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram


def bundle(*packets: tuple[Any, ...], timetag: float = IMMEDIATELY) -> bytes:
    builder = OscBundleBuilder(timetag)
    for address, *arguments in packets:
        builder.add_content(TheirMessage(message(address, *arguments)))
    return builder.build().dgram
