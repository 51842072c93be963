"""MIDI events as a performer reads them: `cc 21 ch 1 = 64`, `note C4 (60) ch 2 vel 100`."""

from plaud_live.control.midi_events import Clock, Control, Event, Note, Quiet

_KEYS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_NAMES = (("nrpn", "nrpn "), ("rpn", "rpn "), ("cc", "cc "), ("touch", "touch "))

BEND_CENTRE = 8192


def event_text(event: Event) -> str:
    """What a device said, without its name."""
    match event:
        case Control(channel=channel, control=control, raw=raw):
            return f"{control_text(control)} ch {channel} = {raw - BEND_CENTRE if control == 'bend' else raw}"
        case Note(channel=channel, key=key, velocity=velocity, on=on):
            what = f"vel {round(127 * velocity)}" if on else "off"
            return f"note {key_name(key)} ({key}) ch {channel} {what}"
        case Clock(kind="position", position_sixteenths=place):
            return f"song position {place} sixteenths"
        case Clock(kind=kind):
            return kind
        case Quiet(channel=channel):
            return f"all notes off{f' ch {channel}' if channel else ''}"


def control_text(control: str) -> str:
    """`cc 21`, `cc 21+53`, `nrpn 1234`, `touch 60`, `bend`."""
    base, _, kind = control.partition("-")
    for start, shown in _NAMES:
        if base.startswith(start) and base != start:
            number = base.removeprefix(start)
            return f"{shown}{number}{f'+{int(number) + 32}' if kind == '14' else ''}"
    return control


def key_name(key: int) -> str:
    """`C4` for 60, as most makers count octaves."""
    return f"{_KEYS[key % 12]}{key // 12 - 1}"
