"""Device profiles: what the faders and knobs of common controllers are called, and what they send.

One small TOML file a device, in `plaud_live/data/controllers` and in the folder `controllers` of the user's
configuration, which comes first:

    name = "nanoKONTROL2"
    devices = ["nanoKONTROL2"]       # beginnings of the names under which it shows itself, case aside
    channel = 1

    [controls]
    f = { kind = "fader", cc = [0, 1, 2, 3] }       # f1 f2 f3 f4; cc = "0-3" is the same
    play = { kind = "button", note = 91 }
    k = { kind = "encoder", cc = "16-23", channel = 2, relative = 1, feedback = true }

`relative` is the encoding of an encoder without ends (see `signals.midi_names`). `feedback`: true where its
motor, ring or lamp follows its own message; `{ cc = …, range = [1, 13] }` where it follows another.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from plaud_live import settings
from plaud_live.errors import SettingsError
from plaud_live.signals.midi_names import ENCODINGS, MidiName, device_part, parse

KINDS = ("fader", "knob", "encoder", "button", "pad", "pedal")
BUTTONS = frozenset(("button", "pad"))
FOLDER = "controllers"
MAX_FILE_BYTES = 1 << 16
_MOST = 128


@dataclass(frozen=True)
class Feedback:
    """Where a control's motor, ring or lamp listens, and what it shows at the ends."""

    control: str
    channel: int
    low: int = 0
    high: int = 127


@dataclass(frozen=True)
class Piece:
    """A fader, knob or button by its name: what it sends, as in `signals.midi_names`, on a channel."""

    name: str
    kind: str
    control: str
    channel: int
    feedback: Feedback | None = None

    @property
    def is_button(self) -> bool:
        """Whether it is pressed, not moved."""
        return self.kind in BUTTONS


@dataclass(frozen=True)
class Profile:
    """A device: its name, the beginnings of the names that it shows itself under, and what it has."""

    name: str
    devices: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @cached_property
    def named(self) -> Mapping[str, Piece]:
        """Its pieces by their names."""
        return {piece.name: piece for piece in self.pieces}

    @cached_property
    def sending(self) -> Mapping[tuple[str, int], Piece]:
        """Its pieces by what they send, a relative encoder by its controller."""
        return {(piece.control.partition("-")[0], piece.channel): piece for piece in self.pieces}


@dataclass(frozen=True)
class Profiles:
    """All profiles that are known, the user's own first; `problems` says which files are none."""

    all: tuple[Profile, ...] = ()
    problems: tuple[str, ...] = ()
    _found: dict[str, Profile | None] = field(default_factory=dict, compare=False, repr=False)

    def of(self, device: str) -> Profile | None:
        """The profile of a device by the stem of its name: the one whose beginning fits longest."""
        if device not in self._found:
            part = device_part(device).lower()
            fits = [
                (len(start), -place, profile)
                for place, profile in enumerate(self.all)
                for start in profile.devices
                if part.startswith(start.lower())
            ]
            self._found[device] = max(fits, key=lambda fit: fit[:2])[2] if fits else None
        return self._found[device]

    def piece(self, device: str, control: str, channel: int) -> Piece | None:
        """What of a device sends `control` on a channel, if its profile knows."""
        profile = self.of(device)
        return None if profile is None else profile.sending.get((control.partition("-")[0], channel))

    def piece_of(self, live: str) -> Piece | None:
        """The same of a live input's name."""
        name = parse(live)
        return None if name is None else self.piece(name.device, name.control, name.channel)

    def names(self, devices: Iterable[str]) -> dict[str, str]:
        """Names of all pieces of these devices, each with what it is and where: `fader of nanoKONTROL2`."""
        found: dict[str, str] = {}
        for device in devices:
            profile = self.of(device)
            for piece in profile.pieces if profile else ():
                found.setdefault(piece.name, f"{piece.kind} of {device}")
        return found

    def control(self, name: str, devices: Iterable[str]) -> str | None:
        """The live input of the piece called `name`, of the first of these devices that has one."""
        for device in devices:
            profile = self.of(device)
            piece = profile.named.get(name) if profile else None
            if piece is not None:
                return MidiName(piece.control, piece.channel, device).live
        return None


def load_profiles(folders: Iterable[Path] | None = None) -> Profiles:
    """Read the profiles of these folders (None: the user's, then those that come with plaud-live)."""
    if folders is None:
        folders = (settings.config_dir() / FOLDER, settings.data_dir() / FOLDER)
    profiles: list[Profile] = []
    problems: list[str] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                profiles.append(read_profile(path))
            except SettingsError as error:
                problems.append(str(error))
    return Profiles(tuple(profiles), tuple(problems))


@cache
def known_profiles() -> Profiles:
    """All profiles, read once a process: it takes 20 ms."""
    return load_profiles()


def read_profile(path: Path) -> Profile:
    """Read one file. Raises SettingsError that says what of it does not fit."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValueError(f"more than {MAX_FILE_BYTES} bytes")
        return _profile(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(f"{path}: no profile of a controller: {error}") from None


def _profile(data: Mapping[str, Any]) -> Profile:
    unknown = sorted(data.keys() - {"name", "devices", "channel", "controls"})
    if unknown:
        raise ValueError(f"{unknown[0]!r} is no entry of it")
    name, devices, controls = data.get("name"), data.get("devices"), data.get("controls")
    if not isinstance(name, str) or not name:
        raise ValueError("name wants text")
    if not isinstance(devices, list) or not all(isinstance(each, str) and each for each in devices):
        raise ValueError("devices wants a list of names")
    if not isinstance(controls, Mapping):
        raise ValueError("[controls] is missing")
    pieces = [
        piece for key, row in controls.items() for piece in _row(key, row, _channel(data.get("channel", 1)))
    ]
    names = [piece.name for piece in pieces]
    for each in names:
        if names.count(each) > 1:
            raise ValueError(f"{each} is there twice")
    return Profile(name, tuple(device_part(each) for each in devices), tuple(pieces))


def _row(key: str, row: Any, channel: int) -> list[Piece]:
    """The pieces of one line: `f` with a list is f1, f2, …, with one number it is `f`."""
    if not key.isidentifier() or not isinstance(row, Mapping):
        raise ValueError(f"{key!r} wants a name of letters, and braces")
    unknown = sorted(row.keys() - {"kind", "cc", "note", "channel", "relative", "feedback"})
    if unknown:
        raise ValueError(f"{key}: {unknown[0]!r} is no entry of it")
    if row.get("kind") not in KINDS:
        raise ValueError(f"{key}: kind wants one of {', '.join(KINDS)}")
    if ("cc" in row) == ("note" in row):
        raise ValueError(f"{key}: wants cc or note")
    channel = _channel(row.get("channel", channel))
    controls = _controls(key, row)
    encoding = row.get("relative", 0)
    if encoding and (encoding not in ENCODINGS or "cc" not in row):
        raise ValueError(f"{key}: relative wants one of 1, 2, 3, and cc")
    feedback = _feedback(key, row.get("feedback", False), controls, channel)
    suffix = f"-rel{encoding}" if encoding else ""
    single = isinstance(row.get("cc", row.get("note")), int)
    names = [key] if single else [f"{key}{i}" for i in range(1, len(controls) + 1)]
    return [
        Piece(name, row["kind"], control + suffix, channel, back)
        for name, control, back in zip(names, controls, feedback, strict=True)
    ]


def _controls(key: str, row: Mapping[str, Any]) -> list[str]:
    word = "cc" if "cc" in row else "key"
    return [f"{word}{number}" for number in _numbers(key, row.get("cc", row.get("note")))]


def _numbers(key: str, value: Any) -> list[int]:
    if isinstance(value, str) and value.count("-") == 1:
        first, last = (int(end) for end in value.split("-"))
        value = list(range(first, last + 1))
    numbers = value if isinstance(value, list) else [value]
    if not 1 <= len(numbers) <= _MOST or not all(type(n) is int and 0 <= n < _MOST for n in numbers):
        raise ValueError(f'{key}: wants numbers 0 to 127, as in 7, [1, 2] or "16-23"')
    return numbers


def _feedback(key: str, value: Any, controls: list[str], channel: int) -> list[Feedback | None]:
    if value is False:
        return [None] * len(controls)
    if value is True:
        return [Feedback(control, channel) for control in controls]
    if not isinstance(value, Mapping) or not value.keys() <= {"cc", "note", "channel", "range"}:
        raise ValueError(f"{key}: feedback wants true, or braces with cc or note, channel, range")
    low, high = _numbers(key, value.get("range", [0, 127]))
    shown = _controls(key, value)
    if len(shown) != len(controls):
        raise ValueError(f"{key}: feedback wants as many numbers as there are controls")
    return [Feedback(control, _channel(value.get("channel", channel)), low, high) for control in shown]


def _channel(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 16:
        raise ValueError(f"channel {value!r}: wants 1 to 16")
    return value
