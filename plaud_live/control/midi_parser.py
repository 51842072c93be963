"""MIDI bytes of one device to events: pairs of controllers put together, parameter numbers read.

MIDI 1.0 Detailed Specification 4.2. A controller 0..31 may have an LSB, 32 above. Senders give the MSB first,
and where the LSB does not change may leave it out; so once a pair is known, an MSB waits up to PAIR_SECONDS
for its LSB, lest the value jump back at each step of the MSB.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import mido

from plaud_live.control.midi_events import Clock, Control, Event, Note, Quiet
from plaud_live.signals.midi_names import TURN_STEPS

PAIR_SECONDS = 0.01
ENOUGH, MOST = 3, 8
"""So much more often must an LSB have followed its MSB at once than not until they are taken for one control,
and so much at most counts."""

MAX_PARAMETERS = 1024
"""Of a channel whose last value is known: past that the one that came first is forgotten."""

COARSE, FINE = 127, (1 << 14) - 1
_CONTROLLER = 0xB0
_LSB = 32
_DATA, _DATA_LSB, _UP, _DOWN = 6, 38, 96, 97
_NRPN_LSB, _NRPN, _RPN_LSB, _RPN = 98, 99, 100, 101
_SELECTORS = frozenset((_NRPN_LSB, _NRPN, _RPN_LSB, _RPN))
_DATA_ENTRY = frozenset((_DATA, _DATA_LSB, _UP, _DOWN))
_RESET = 121
_SILENCERS = frozenset((120, 123, 124, 125, 126, 127))
_SUSTAIN = 64
_NO_PARAMETER = ("rpn", FINE)
_MIDDLE = 8192
_CLOCKS = frozenset(("clock", "start", "stop", "continue"))


@dataclass
class _Pair:
    """A controller and its LSB, or a parameter's data entry: what was sent last, -1 for never."""

    msb: int = -1
    lsb: int = -1
    since: float | None = None  # when an MSB came that has no LSB yet
    together: int = 0

    @property
    def raw(self) -> int:
        return max(self.msb, 0) << 7 | max(self.lsb, 0)

    @property
    def known(self) -> bool:
        return self.together >= ENOUGH


@dataclass
class _Channel:
    """What one channel has been told so far."""

    pairs: dict[int, _Pair] = field(default_factory=dict)
    parameters: dict[tuple[str, int], _Pair] = field(default_factory=dict)
    kind: str = "rpn"
    number: int = FINE

    @property
    def parameter(self) -> tuple[str, int] | None:
        """The parameter that data entries are for; None after the null of both kinds."""
        return None if self.number == FINE else (self.kind, self.number)


class Parser:
    """Bytes of the device `stem` to events. `take` what has come; `flush` now and then what has waited."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._stream = mido.Parser()
        self._channels = [_Channel() for _ in range(17)]
        self._waiting: dict[tuple[int, str], _Pair] = {}  # MSBs of pairs that are known, by channel and name

    @property
    def waits(self) -> bool:
        """Whether something waits for its LSB."""
        return bool(self._waiting)

    def take(self, data: bytes, time: float) -> list[Event]:
        """Events of one message, or of several, that came at `time` in seconds."""
        if len(data) == 3 and data[0] & 0xF0 == _CONTROLLER and not (data[1] | data[2]) & 0x80:
            return list(self._controller(time, (data[0] & 15) + 1, data[1], data[2]))  # what comes in floods
        self._stream.feed(data)
        return [event for message in self._stream for event in self._events(message, time)]

    def flush(self, now: float) -> list[Event]:
        """Events for MSBs whose LSB has not come within PAIR_SECONDS: it is 0 then."""
        found: list[Event] = []
        for key, pair in list(self._waiting.items()):
            if pair.since is None or now >= pair.since + PAIR_SECONDS:
                del self._waiting[key]
                if pair.since is not None:
                    pair.lsb, pair.since = 0, None
                    found.append(self._fine(now, *key, pair.raw))
        return found

    def _events(self, message: mido.Message, time: float) -> Iterator[Event]:
        device, kind = self._device, message.type
        channel = message.channel + 1 if hasattr(message, "channel") else 0
        if kind == "control_change":
            yield from self._controller(time, channel, message.control, message.value)
        elif kind in ("note_on", "note_off"):
            on = kind == "note_on" and message.velocity > 0
            velocity = 0.5 if kind == "note_on" and not on else message.velocity / COARSE
            yield Note(time, device, channel, message.note, velocity, on)
        elif kind == "pitchwheel":
            yield self._bend(time, channel, message.pitch)
        elif kind == "aftertouch":
            yield self._coarse(time, channel, "touch", message.value)
        elif kind == "polytouch":
            yield self._coarse(time, channel, f"touch{message.note}", message.value)
        elif kind in _CLOCKS:
            yield Clock(time, device, kind)
        elif kind == "songpos":
            yield Clock(time, device, "position", message.pos)
        elif kind == "reset":
            yield Quiet(time, device)

    def _controller(self, time: float, channel: int, cc: int, value: int) -> Iterator[Event]:
        state = self._channels[channel]
        part = cc in _SELECTORS or (cc in _DATA_ENTRY and state.parameter is not None)
        pair = None if part or cc >= 2 * _LSB else state.pairs.setdefault(cc % _LSB, _Pair())
        if pair is not None:
            part = self._note(pair, cc, value, time)
        yield self._coarse(time, channel, f"cc{cc}", value, part)
        if pair is not None:
            name = f"cc{cc % _LSB}-14"
            if cc >= _LSB and pair.msb >= 0:  # for those who ask for it, though it may be two knobs
                yield self._fine(time, channel, name, pair.raw, part=not pair.together)
            elif cc < _LSB and pair.known:
                self._waiting[channel, name] = pair
        elif cc in _SELECTORS:
            self._select(state, cc, value)
        elif part:
            yield from self._enter(state, time, channel, cc, value)
        elif cc == _RESET:
            yield from self._reset(time, channel)
        elif cc in _SILENCERS:
            yield Quiet(time, self._device, channel)

    @staticmethod
    def _note(pair: _Pair, cc: int, value: int, time: float) -> bool:
        """Note one half of a pair; whether it is known to be one."""
        if cc >= _LSB:
            if pair.since is not None and time - pair.since < PAIR_SECONDS:
                pair.together = min(pair.together + 1, MOST)
            pair.lsb, pair.since = value, None
        else:
            if pair.since is not None:
                pair.together = max(pair.together - 1, 0)
            pair.msb, pair.since = value, time
        return pair.known

    @staticmethod
    def _select(state: _Channel, cc: int, value: int) -> None:
        state.kind = "nrpn" if cc in (_NRPN, _NRPN_LSB) else "rpn"
        high = cc in (_NRPN, _RPN)
        state.number = value << 7 | state.number & 127 if high else state.number & 127 << 7 | value

    def _enter(self, state: _Channel, time: float, channel: int, cc: int, value: int) -> Iterator[Event]:
        """Data for the parameter that is selected. Without an LSB so far it counts as one of 7 bits."""
        entry = state.parameter
        if entry is None:
            return
        name = f"{entry[0]}{entry[1]}"
        pair = state.parameters.setdefault(entry, _Pair())
        if len(state.parameters) > MAX_PARAMETERS:
            state.parameters.pop(next(iter(state.parameters)))
        if cc == _DATA:
            pair.msb = value
            if pair.lsb < 0:
                yield self._coarse(time, channel, name, value)
            else:
                pair.since = time
                self._waiting[channel, name] = pair
            return
        if cc == _DATA_LSB:
            pair.lsb, pair.since = value, None
        else:
            step = round(FINE / TURN_STEPS) * (1 if cc == _UP else -1)
            raw = min(max(pair.raw + step, 0), FINE)
            pair.msb, pair.lsb, pair.since = raw >> 7, raw & 127, None
        yield self._fine(time, channel, name, pair.raw)

    def _reset(self, time: float, channel: int) -> Iterator[Event]:
        """Reset all controllers, by recommended practice RP-015: these alone."""
        self._channels[channel].number = FINE
        yield self._bend(time, channel, 0)
        yield self._coarse(time, channel, "touch", 0)
        for cc, value in ((1, 0), (11, COARSE), (_SUSTAIN, 0), (65, 0), (66, 0), (67, 0)):
            yield self._coarse(time, channel, f"cc{cc}", value)

    def _coarse(self, time: float, channel: int, control: str, raw: int, part: bool = False) -> Control:
        return Control(time, self._device, channel, control, raw / COARSE, 7, raw, part)

    def _fine(self, time: float, channel: int, control: str, raw: int, part: bool = False) -> Control:
        return Control(time, self._device, channel, control, raw / FINE, 14, raw, part)

    def _bend(self, time: float, channel: int, pitch: int) -> Control:
        value = pitch / (_MIDDLE if pitch < 0 else _MIDDLE - 1)
        return Control(time, self._device, channel, "bend", value, 14, pitch + _MIDDLE)
