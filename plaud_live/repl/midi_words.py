"""MIDI as signals: `cc(21)`, `nrpn(1234)`, `bend()`, `touch()`, `note.pitch`; and `midi`: what is there."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl.messages import Page
from plaud_live.repl.outputs import MidiOut, midi_out
from plaud_live.repl.performance import Performance
from plaud_live.repl.values import to_whole
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live
from plaud_live.signals.midi_names import (
    ENCODINGS,
    MAX_KEY,
    MAX_PARAMETER,
    MPE_FIELDS,
    MPE_VOICES,
    NOTE_FIELDS,
    MidiName,
    device_part,
)

CLOCK = ' — clock.source = "midi" follows, midi.out("nano").clock() sends'
FIELDS = {
    "pitch": "key of the note, 0..1 for keys 0 to 127",
    "number": "key of the note, 0 to 127: 60 is middle C",
    "vel": "velocity of the note, 0..1",
    "gate": "1 while a note is held, else 0",
    "low": "the lowest note that is held: note.low.pitch",
    "mpe": "one of four voices of an MPE zone: note.mpe[0].bend",
}
VOICE_FIELDS = {name: FIELDS[name] for name in NOTE_FIELDS} | {
    "bend": "bend of this note and its zone, -1..1",
    "touch": "pressure on this note, 0..1",
    "slide": "timbre of this note, controller 74, 0..1",
}


def cc(
    number: object, ch: object = None, device: object = None, bits: object = 7, rel: object = None
) -> Signal:
    """A MIDI controller, 0..1; .5 until it moves. `ch` 1 to 16, `device` the beginning of its name.

    `bits=14` reads a pair, its LSB 32 above. `rel` is for encoders without ends, by what they send for a step
    up and down: 1 for 1 and 127, 2 for 65 and 63, 3 for 1 and 65; 127 steps are the full range.

    >>> drone.z0 = cc(21).slew(1/8)
    >>> drone.z1 = cc(1, ch=2, device="nano", bits=14)
    """
    limit = 31 if bits == 14 else MAX_KEY
    control = f"cc{to_whole('cc({})', number, limit)}"
    if bits not in (7, 14):
        raise ParameterError(f"cc(…, bits={bits!r:.20}): wants 7 or 14")
    if rel is not None and (isinstance(rel, bool) or rel not in ENCODINGS or bits == 14):
        raise ParameterError(f"cc(…, rel={rel!r:.20}): wants 1, 2 or 3, without bits=14; help(cc) says which")
    kind = f"-rel{rel}" if rel is not None else "-14" if bits == 14 else ""
    return _live(control + kind, *_where("cc", ch, device))


def nrpn(number: object, ch: object = None, device: object = None) -> Signal:
    """A non-registered parameter number, 0 to 16382, as a value 0..1; .5 until it moves.

    `ch` 1 to 16, `device` the beginning of its name; neither: any.

    >>> drone.z0 = nrpn(1234)
    """
    return _live(f"nrpn{to_whole('nrpn({})', number, MAX_PARAMETER)}", *_where("nrpn", ch, device))


def bend(ch: object = None, device: object = None) -> Signal:
    """The pitch bend wheel, -1..1, 0 at rest. `ch` 1 to 16, `device` the beginning of its name.

    >>> drone.z0 = .5 + .3*bend()
    """
    return _live("bend", *_where("bend", ch, device))


def touch(key: object = None, ch: object = None, device: object = None) -> Signal:
    """Aftertouch, 0..1: the pressure on all keys of a channel, or on one `key` 0 to 127.

    `ch` 1 to 16, `device` the beginning of its name; neither: any.

    >>> drone.z1 = touch().slew(1/4)
    >>> drone.z2 = touch(60)
    """
    control = "touch" if key is None else f"touch{to_whole('touch({})', key, MAX_KEY)}"
    return _live(control, *_where("touch", ch, device))


class NoteWord:
    """The note that was pressed last and is held: `note.pitch` 0..1, `.number` 0 to 127, `.vel`, `.gate`.

    `note.low.pitch` is the lowest, `note.mpe[0].bend` the first of four MPE voices, `note[36]` a pad as a
    button. `note(ch=2, device="keys")`, channels 1 to 16, listens there alone. The sustain pedal holds.

    >>> drone.z0 = note.pitch; drone.z1 = note.vel*note.gate
    >>> drone.z2 = note.mpe[0].slide
    """

    __slots__ = ("_channel", "_device", "_fields", "_suffix")
    _channel: int
    _device: str
    _fields: Mapping[str, str]
    _suffix: Callable[[str], str]

    def __init__(
        self,
        channel: int = 0,
        device: str = "",
        fields: Mapping[str, str] = FIELDS,
        control: Callable[[str], str] = str,
    ) -> None:
        for name, value in (("_channel", channel), ("_device", device), ("_fields", fields)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_suffix", control)

    def __call__(self, ch: object = None, device: object = None) -> "NoteWord":
        return NoteWord(*_where("note", ch, device), self._fields, self._suffix)

    def __getitem__(self, key: object) -> Signal:
        if self._fields is not FIELDS:
            raise ParameterError(
                f"note has keys: note[36], and voices: note.mpe[0] to note.mpe[{MPE_VOICES - 1}]"
            )
        return _live(f"key{to_whole('note[{}]', key, MAX_KEY)}", self._channel, self._device)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._fields:
            have = ", ".join(self._fields)
            raise ParameterError(
                f"note has no {name!r:.40}{suggestion(name, self._fields) or f' — it has {have}'}"
            )
        if name == "low":
            return NoteWord(
                self._channel, self._device, {n: FIELDS[n] for n in NOTE_FIELDS}, lambda n: f"{n}-low"
            )
        if name == "mpe":
            return MpeVoices(self._channel, self._device)
        return _live(self._suffix(name), self._channel, self._device)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f"note.{name} is what is played: read it, as in drone.z0 = note.pitch")

    def __dir__(self) -> list[str]:
        return [*self._fields]

    def __repr__(self) -> str:
        return "note.pitch .number .vel .gate; note.low.pitch, note.mpe[0].bend, note[36]"


class MpeVoices:
    """The voices of an MPE zone: `note.mpe[0]` to `note.mpe[3]`, each a note with bend, touch and slide."""

    __slots__ = ("_channel", "_device")

    def __init__(self, channel: int, device: str) -> None:
        self._channel, self._device = channel, device

    def __getitem__(self, voice: object) -> NoteWord:
        number = to_whole("note.mpe[{}]", voice, MPE_VOICES - 1)
        return NoteWord(self._channel, self._device, VOICE_FIELDS, lambda name: f"mpe{number}-{name}")

    def __repr__(self) -> str:
        return f"note.mpe[0] to note.mpe[{MPE_VOICES - 1}], each with {', '.join(MPE_FIELDS)}"


class MidiWord:
    """MIDI devices: `midi.devices()` lists them, `midi.monitor()` shows what they send, `midi.out` sends.

    What they send are signals: `cc(21)`, `bend()`, `touch()`, `nrpn(1234)`, `note.pitch`.

    >>> midi.devices()
    >>> drone.z0 = cc(21, device="nano")
    """

    __slots__ = ("_performance",)
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    def devices(self) -> Page:
        """List what is plugged in, or was: its name for `device=`, and its ports.

        >>> midi.devices()
        """
        devices = self._performance.request("midi", what="devices").get("devices") or []
        return Page(
            "\n".join(map(_device_line, devices)) or "no MIDI device is there — plug one in, it is found"
        )

    def monitor(self, on: object = None) -> Page:
        """Show what devices send, a line each, here above the prompt; again to end.

        >>> midi.monitor(False)
        """
        if on is not None and not isinstance(on, bool):
            raise ParameterError(f"midi.monitor({on!r:.20}): wants True, False or nothing")
        shows = self._performance.request("midi", what="monitor", on=on).get("on")
        return Page("MIDI is shown as it comes: midi.monitor() ends it" if shows else "MIDI is not shown")

    def out(self, device: object = ...) -> MidiOut | Page:
        """A device to send to, by the beginning of its name; without one, what is sent. None ends all.

        >>> midi.out("nano").cc(21, drone.z0)
        >>> midi.out("nano").note("60 <64 67> 72 _", gate=sq(1)); midi.out("nano").clock()
        """
        return midi_out(self._performance, device)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        meant = CLOCK if name == "clock" else suggestion(name, dir(self)) or " — help(midi) says more"
        raise ParameterError(f"midi has no {name!r:.40}{meant}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f"midi.{name} cannot be set — help(midi) says what it does")

    def __dir__(self) -> list[str]:
        return [name for name in vars(MidiWord) if not name.startswith("_")]

    def __repr__(self) -> str:
        return 'midi.devices() and midi.monitor() show, midi.out("nano").cc(21, lfo(8)) sends'


def note_names(path: list[str]) -> Mapping[str, str]:
    """What may follow `note.` and these names, with what it is; nothing after a signal."""
    return FIELDS if not path else {n: FIELDS[n] for n in NOTE_FIELDS} if path == ["low"] else {}


def midi_words(performance: Performance) -> dict[str, object]:
    """The words of MIDI, by name."""
    words: dict[str, object] = {word.__name__: word for word in (cc, nrpn, bend, touch)}
    return {**words, "note": NoteWord(), "midi": MidiWord(performance)}


def _device_line(device: Mapping[str, Any]) -> str:
    ways = " and ".join(way for way in ("in", "out") if device.get(way))
    gone = "" if device.get("connected") else ", unplugged"
    lost = f", {device['lost']} messages lost" if device.get("lost") else ""
    return f"{device.get('stem')}: {ways}{gone}{lost} ({device.get('name')})"


def _live(control: str, channel: int, device: str) -> Signal:
    return Live(MidiName(control, channel, device).live, 0)


def _where(word: str, ch: object, device: object) -> tuple[int, str]:
    """Channel and device to listen to, 0 and '' for all. Raises ParameterError."""
    if ch is not None and (isinstance(ch, bool) or not isinstance(ch, int) or not 1 <= ch <= 16):
        raise ParameterError(f"{word}(…, ch={ch!r:.20}): wants a channel, 1 to 16")
    if device is not None and (not isinstance(device, str) or not device_part(device)):
        raise ParameterError(f'{word}(…, device={device!r:.40}): wants the beginning of a name, as in "nano"')
    return (ch if isinstance(ch, int) else 0), (device if isinstance(device, str) else "")
