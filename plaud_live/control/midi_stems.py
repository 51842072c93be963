"""Names of MIDI ports to stems that stay: a device is the same one in another socket and after a reboot.

ALSA writes `nanoKONTROL2:nanoKONTROL2 MIDI 1 24:0`, where 24 changes with each plug; JACK's bridges write
`a2j:nanoKONTROL2 [24] (capture): …` and `Midi-Bridge:nanoKONTROL2 1:(capture_0) …`; CoreMIDI writes
`nanoKONTROL2 SLIDER/KNOB`. All of these are nanoKONTROL2; a second one that is alike is nanoKONTROL2#2.

CoreMIDI gives two that are alike one name: the first in its list is the first then. When one of them comes or
goes nobody can say which, so all of that name are told apart anew.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ALSA = re.compile(r"(?P<client>.+?):(?P<port>.*) \d+:(?P<number>\d+)")
_ALSA_SHORT = re.compile(r"(?P<client>.+) \d+:(?P<number>\d+)")
_BRIDGES = (re.compile(r"a2j:(.+?) \[\d+\] .*"), re.compile(r"Midi-Bridge:(.+?) \d+:\(.*"))
_PLAIN = re.compile(
    r"(?:^|(?: _)? )(?:MIDI(?: (?:IN|OUT))?|midi_(?:in|out|capture|playback)|in|out|Port|CTRL|SLIDER/KNOB)"
    r"(?:[ _-]?[01])?$",
    re.IGNORECASE,
)
_JACKS_SECOND = re.compile(r"-0\d$")
"""What JACK puts behind the name of a client when there is one of that name."""

_NOT_DEVICES = re.compile(r"(plaud-live|RtMidi|Midi Through|PipeWire|Announce|Timer)", re.IGNORECASE)
_PHYSICAL = re.compile(r"(system:midi_|a2j:|alsa_midi:|alsa_pcm:|Midi-Bridge:)")


@dataclass(frozen=True)
class Port:
    """A port of the system, by its name, and the stem of the device that it belongs to.

    It is the `copy`th, from 0 on, of the `copies` that have this name.
    """

    name: str
    stem: str
    copy: int = 0
    copies: int = 1

    def place(self, names: Sequence[str]) -> int | None:
        """Which of the names that are there is its own; None where there are more or fewer alike by now."""
        places = [place for place, name in enumerate(names) if name == self.name]
        return places[self.copy] if len(places) == self.copies else None


def stem_of(name: str) -> str:
    """The stem of a port's name, not yet told apart from others that are alike."""
    for bridge in _BRIDGES:
        if found := bridge.fullmatch(name):
            return found[1].strip()
    found = _ALSA.fullmatch(name) or _ALSA_SHORT.fullmatch(name)
    if found:
        number = int(found["number"])
        return found["client"].strip() if number == 0 else f"{found['client'].strip()} {number + 1}"
    client, _, port = name.partition(":")
    rest = _PLAIN.sub("", port).strip()
    if not port:
        return _PLAIN.sub("", client).strip() or client
    client = _JACKS_SECOND.sub("", client)
    return client if not rest or rest == client else rest if rest.startswith(client) else f"{client} {rest}"


def is_device(name: str) -> bool:
    """Whether a port may be opened unasked: not one of ours, nor of the system's own wiring."""
    return _NOT_DEVICES.match(name) is None


def is_physical(name: str) -> bool:
    """Whether a port of JACK is a device's, not another program's."""
    return _PHYSICAL.match(name) is not None


def assign(names: Sequence[str], known: Iterable[Port] = (), paired: Iterable[Port] = ()) -> list[Port]:
    """Stems for the ports that are there now: those of `known` that are still there keep theirs.

    `paired`: ports of the other direction; one of the same name belongs to the same device.
    """
    copies, seen = Counter(names), Counter[str]()
    ports = [port for port in known if port.copies == copies[port.name]]
    done = {(port.name, port.copy) for port in ports}
    partners = {(port.name, port.copy): port.stem for port in paired}
    for name in names:
        copy = seen[name]
        seen[name] += 1
        if (name, copy) not in done:
            taken = {port.stem for port in ports}
            partner = partners.get((name, copy))
            stem = partner if partner and partner not in taken else _free(stem_of(name), taken)
            ports.append(Port(name, stem, copy, copies[name]))
    return ports


def _free(stem: str, taken: set[str]) -> str:
    number = 1
    while (numbered := stem if number == 1 else f"{stem}#{number}") in taken:
        number += 1
    return numbered
