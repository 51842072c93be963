"""The system's MIDI ports, through rtmidi: found again by name when they are unplugged and plugged in.

Every input of ALSA or CoreMIDI is opened as it appears. JACK leaves wiring to the performer: there a port
`plaud-live:in` waits for `jack_connect`, and `plaud-live-out:out` sends (`plaud-live-2:in` where another
instrument is there already); of JACK's other ports those of devices are opened, where ALSA is not there for
them, and those that PLAUD_MIDI_CONNECT names.

Messages wait in rtmidi's queues, which C++ fills: no callback of ours runs in JACK's real-time thread.
"""

import contextlib
import itertools
import os
import re
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import rtmidi

from plaud_live.control.midi_stems import Port, assign, is_device, is_physical
from plaud_live.engine.jack_wires import JackWires
from plaud_live.errors import SessionError
from plaud_live.signals.midi_names import device_fits

CLIENT = "plaud-live"
NAME_LOOKS, NAME_SECONDS = 10, 0.05
QUEUE_MESSAGES = 8192
READ_AT_ONCE = 1024
APIS: dict[str, int] = {
    "alsa": rtmidi.API_LINUX_ALSA,
    "core": rtmidi.API_MACOSX_CORE,
    "jack": rtmidi.API_UNIX_JACK,
}
_SEQUENCER = "/dev/snd/seq"


@dataclass
class Device:
    """Something plugged in, or that was: the stem of its name, its ports' names ('' for none), and the open
    ports."""

    stem: str
    input_name: str = ""
    output_name: str = ""
    input: Any = None
    output: Any = None
    heard: float = field(default=0.0, repr=False)

    @property
    def connected(self) -> bool:
        """Whether any of its ports is open."""
        return self.input is not None or self.output is not None

    def shown(self) -> dict[str, object]:
        """As the engine and the performer are told."""
        return {
            "name": self.input_name or self.output_name,
            "stem": self.stem,
            "in": bool(self.input_name),
            "out": bool(self.output_name),
            "connected": self.connected,
        }


class Ports:
    """All devices, by a number that stays: `devices[i]`. `api` is one of APIS, or '' for what is there.

    Raises SessionError for another.
    """

    def __init__(self, api: str = "", connect: str = "") -> None:
        self.devices: list[Device] = []
        self._wanted = tuple(filter(None, re.split(r"[\s,]+", connect)))
        self._only = api
        self._systems: dict[str, _System] = {}
        self._polled = 0.0
        self._mixed_up: list[Device] = []
        if api and api not in APIS:
            raise SessionError(f"no MIDI: PLAUD_MIDI_API={api:.20} — have {', '.join(APIS)}")
        for name in (api,) if api else APIS:
            self._open_system(name)

    @property
    def systems(self) -> tuple[str, ...]:
        """The MIDI systems that are used: alsa, core, jack."""
        return tuple(self._systems)

    @property
    def lost(self) -> bool:
        """A server is gone, and what is left of its client can neither be used nor closed: start anew."""
        return any(system.lost for system in self._systems.values())

    def look(self) -> bool:
        """Open what has appeared, close what is gone; whether anything has changed."""
        before = [device.shown() for device in self.devices]
        changed = [system for system in self._systems.values() if self._has_changed(system)]
        for system in changed:
            self._match(system)
        return bool(changed) and before != [device.shown() for device in self.devices]

    def look_for_server(self) -> bool:
        """Try JACK again, where it was not there; whether it is now."""
        if "jack" in self._systems or self._only not in ("", "jack"):
            return False
        self._open_system("jack")
        return "jack" in self._systems

    def receive(self, now: float) -> list[tuple[int, float, bytes]]:
        """What has come since the last call: number of the device, time, message."""
        since, self._polled = self._polled, now
        found = []
        for number, device in enumerate(self.devices):
            if device.input is None:
                continue
            for _ in range(READ_AT_ONCE):  # of each device, so that none holds up the others
                got = device.input.get_message()
                if got is None:
                    break
                message, seconds = got
                # rtmidi tells how long after the last one it came; it came between two looks.
                device.heard = min(max(device.heard + seconds, since), now)
                found.append((number, device.heard, bytes(message)))
        return found

    def send(self, number: int, message: bytes) -> None:
        """Send one message to a device; nothing happens where it has no output."""
        device = self.devices[number] if number < len(self.devices) else None
        if device is None or device.output is None or not message:
            return
        with contextlib.suppress(rtmidi.RtMidiError, ValueError):  # gone: the next look says so
            device.output.send_message(list(message))

    def deserted(self) -> list[int]:
        """Numbers of the devices whose keys nobody holds any more: ports of ours, where all senders are gone
        since the last look, and devices that are alike, where another may have the name now."""
        gone = [s.device for s in self._systems.values() if s.wires is not None and s.wires.all_gone()]
        gone += self._mixed_up
        self._mixed_up = []
        return [number for number, device in enumerate(self.devices) if any(device is each for each in gone)]

    def close(self) -> None:
        """Give all ports back."""
        for device in self.devices:
            _close(device)
        for system in self._systems.values():
            if system.wires is not None:
                system.wires.close()

    def _open_system(self, name: str) -> None:
        api = APIS[name]
        there = api in rtmidi.get_compiled_api()
        if name == "alsa":
            there = there and os.path.exists(_SEQUENCER)
        if not there:
            return
        before = _sockets()
        try:
            device = self._device(name)
            client = CLIENT if name == "alsa" else _free_name(api)  # ALSA has numbers
            out = f"{client}-out" if name == "jack" else client
            device.input, device.output = _input(api, client), _output(api, out)
            own = f"{client} " if name == "core" else ""  # CoreMIDI shows no name of a client
            device.input.open_virtual_port(f"{own}in")
            device.output.open_virtual_port(f"{own}out")
            wires = _wires(client) if name == "jack" else None
        except (rtmidi.RtMidiError, NotImplementedError):
            self.devices = [each for each in self.devices if each.stem != name]
            return
        device.input_name, device.output_name = f"{client}:in", f"{out}:out"
        self._systems[name] = _System(api, name, client, device, frozenset(_sockets() - before), wires)

    def _has_changed(self, system: "_System") -> bool:
        """Whether there are other ports than at the last look, or one that could not be opened then."""
        device = system.device
        there = device.input.get_ports(), device.output.get_ports()
        before, system.there = system.there, there
        return there != before or not system.complete

    def _match(self, system: "_System") -> None:
        inputs = assign(self._names(system, system.there[0]), system.inputs)
        outputs = assign(self._names(system, system.there[1]), system.outputs, inputs)
        for port in {*system.inputs, *system.outputs} - {*inputs, *outputs}:
            device = self._device(port.stem)
            if port.name in (device.input_name, device.output_name):
                _close(device)
                self._mixed_up += [device] if port.name in {*system.there[0], *system.there[1]} else []
        for port in inputs:
            device = self._device(port.stem)
            if device.input is None:
                device.input_name = port.name
                device.input = _opened(_input, system, port)
        for port in outputs:
            device = self._device(port.stem)
            if device.output is None:
                device.output_name = port.name
                device.output = _opened(_output, system, port)
        system.inputs, system.outputs = inputs, outputs
        system.complete = all(self._device(port.stem).input is not None for port in inputs) and all(
            self._device(port.stem).output is not None for port in outputs
        )

    def _names(self, system: "_System", there: list[str]) -> list[str]:
        names = [name for name in there if is_device(name)]
        if system.name != "jack":
            return names
        own = "alsa" not in self._systems
        return [name for name in names if (own and is_physical(name)) or self._is_wanted(name)]

    def _is_wanted(self, name: str) -> bool:
        return any(wanted == "all" or device_fits(wanted, name.partition(":")[0]) for wanted in self._wanted)

    def _device(self, stem: str) -> Device:
        for device in self.devices:
            if device.stem == stem:
                return device
        self.devices.append(Device(stem))
        return self.devices[-1]


@dataclass
class _System:
    """A MIDI system that is used: what we are called in it, the port of our own, the sockets that reach its
    server, and who is wired to that port, where that can be known."""

    api: int
    name: str
    client: str
    device: Device
    sockets: frozenset[tuple[int, int]]
    wires: JackWires | None
    inputs: list[Port] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)
    there: tuple[list[str], list[str]] = ([], [])
    complete: bool = True

    @property
    def lost(self) -> bool:
        """JACK's library closes its socket when the server is gone, and says it to nobody."""
        return self.name == "jack" and not all(map(_is_open, self.sockets))


def _free_name(api: int) -> str:
    """What we are called: `plaud-live`, or `plaud-live-2` where another instrument is called so.

    One of ours that has just died has its name for a moment: it is waited for.
    """
    looking = rtmidi.MidiOut(api, name=f"{CLIENT}-look")
    try:
        for _ in range(NAME_LOOKS):
            there = set(looking.get_ports())
            if not there & {f"{CLIENT}:in", f"{CLIENT} in"}:
                return CLIENT
            time.sleep(NAME_SECONDS)
    finally:
        looking.delete()
    names = (f"{CLIENT}-{number}" for number in itertools.count(2))
    return next(name for name in names if not there & {f"{name}:in", f"{name} in"})


def _wires(client: str) -> JackWires | None:
    with contextlib.suppress(
        OSError
    ):  # then a sender that dies leaves its notes, as in any other synthesiser
        return JackWires(f"{client}-wires", f"{client}:in")
    return None


def _input(api: int, name: str) -> Any:
    opened = rtmidi.MidiIn(api, name=name, queue_size_limit=QUEUE_MESSAGES)
    opened.ignore_types(sysex=True, timing=False, active_sense=True)
    return opened


def _output(api: int, name: str) -> Any:
    return rtmidi.MidiOut(api, name=name)


def _opened(make: Callable[[int, str], Any], system: _System, port: Port) -> Any:
    """The open port, or None where it cannot be opened, or is gone already."""
    way = "" if make is _input else "-out"
    try:
        opened = make(system.api, f"{system.client}-{port.stem}{way}" if system.name == "jack" else CLIENT)
        place = port.place(opened.get_ports())
        if place is None:
            return None
        opened.open_port(place, "in" if make is _input else "out")
    except (rtmidi.RtMidiError, ValueError):
        return None
    return opened


def _close(device: Device) -> None:
    for port in (device.input, device.output):
        if port is not None:
            port.close_port()
            port.delete()
    device.input = device.output = None


def _is_open(socket: tuple[int, int]) -> bool:
    descriptor, inode = socket
    try:
        return os.fstat(descriptor).st_ino == inode
    except OSError:
        return False


def _sockets() -> set[tuple[int, int]]:
    """Sockets that this process has, by descriptor and inode."""
    found = set()
    for entry in os.listdir("/dev/fd"):
        with contextlib.suppress(OSError, ValueError):  # the one that lists is gone by now
            status = os.fstat(int(entry))
            if stat.S_ISSOCK(status.st_mode):
                found.add((int(entry), status.st_ino))
    return found
