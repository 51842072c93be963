"""What leaves the instrument, as it is typed: `osc.out(…)`, `midi.out("nano").cc(21, drone.z0)`."""

from collections.abc import Callable
from types import EllipsisType
from typing import NoReturn

from plaud_live.control.clocks import Run, RunClock
from plaud_live.control.outputs import (
    NOTE,
    EndOutput,
    MidiTarget,
    OscTarget,
    Output,
    Target,
    midi_target,
    osc_target,
    target_of,
)
from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl.inputs import osc
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.values import text_of, to_beats, to_signal, to_whole
from plaud_live.signals.graph import Constant, Signal, number
from plaud_live.signals.midi_names import MAX_KEY, MAX_PARAMETER
from plaud_live.signals.space import place

ACTIONS = {"start": "start", "stop": "stop", "continue": "continue", None: "end"}
USUAL_GATE, USUAL_VELOCITY = 1, 0.8
"""Of a note that is sent: pressed, and as loud as `drone.note` plays it."""

Matching = Callable[[Target], bool]


class OscWord:
    """Whatever arrives at /plaud/ctl/NAME, usually 0..1; .5 until something does.

    `size` is how many numbers a message has: more than one makes a list of latents. `osc.out` sends signals
    to other programs.

    >>> drone.z2 = osc("td/x").slew(1/4)
    >>> osc.out("127.0.0.1:7000", "/x", drone.z0)
    """

    __slots__ = ("_performance",)
    __name__ = "osc"
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    def __call__(self, name: object, size: object = 1) -> Signal:
        return osc(name, size)

    def out(
        self,
        where: object = ...,
        address: object = ...,
        signal: object = ...,
        rate: object = None,
        over: object = None,
        at: object = None,
    ) -> "Sent | Page":
        """Send a signal to a host and port, `rate` times a second (60), stamped with when it is heard.

        None for the signal ends it, None for the address all to that port. `osc.out()` lists what is sent.
        Another signal for the same address fades in `over` beats, from the next multiple of `at` beats.

        >>> osc.out("127.0.0.1:7000", "/x", drone.z0)
        >>> osc.out("127.0.0.1:7000", "/z", drone.z, rate=30)
        >>> osc.out("127.0.0.1:7000", "/x", None)
        """
        known = self._performance
        if where is None or isinstance(where, EllipsisType):
            return _list_or_end(known, lambda t: isinstance(t, OscTarget), "osc.out", end=where is None)
        if not isinstance(where, str):
            raise ParameterError(f"osc.out({where!r:.40}): wants a host and port, as in 127.0.0.1:7000")
        if address is None or isinstance(address, EllipsisType):
            there = osc_target(where, "/x")
            port = (there.host, there.port)
            return _list_or_end(
                known,
                lambda t: isinstance(t, OscTarget) and (t.host, t.port) == port,
                f'osc.out("{where}")',
                end=address is None,
            )
        if not isinstance(address, str):
            raise ParameterError(f"osc.out(…, {address!r:.40}): wants an address in quotes, as in /x")
        return _send(known, osc_target(where, address), signal, rate, over, at)

    def __getattr__(self, name: str) -> NoReturn:
        _unknown("osc", name, dir(self))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f'osc.{name} cannot be set — osc.out("127.0.0.1:7000", "/x", drone.z0) sends')

    def __dir__(self) -> list[str]:
        return ["out"]

    def __repr__(self) -> str:
        return 'osc("td/x") reads /plaud/ctl/td/x; osc.out("127.0.0.1:7000", "/x", .5) sends'


class MidiOut:
    """A device that is sent MIDI: `midi.out("nano")`, by how its name, or a word of it, begins."""

    __slots__ = ("_device", "_performance")

    def __init__(self, performance: Performance, device: str) -> None:
        self._performance, self._device = performance, device

    def cc(
        self,
        number: object,
        signal: object = ...,
        ch: object = 1,
        bits: object = 7,
        rate: object = None,
        over: object = None,
        at: object = None,
    ) -> "Sent | Page":
        """Send a signal 0..1 as a controller, `rate` times a second (100) at most; None ends it.

        `bits=14` sends a pair, the LSB 32 above. `ch` 1 to 16; `over` and `at` in beats, as in osc.out.

        >>> midi.out("nano").cc(21, drone.z0)
        >>> midi.out("nano").cc(21, None)
        """
        if bits not in (7, 14):
            raise ParameterError(f"midi.out(…).cc(…, bits={bits!r:.20}): wants 7 or 14")
        fine = "-14" if bits == 14 else ""
        control = f"cc{to_whole('midi.out(…).cc({})', number, 31 if fine else MAX_KEY)}{fine}"
        return self._send(control, ch, signal, rate, over, at)

    def nrpn(
        self,
        number: object,
        signal: object = ...,
        ch: object = 1,
        rate: object = None,
        over: object = None,
        at: object = None,
    ) -> "Sent | Page":
        """Send a signal 0..1 as a non-registered parameter, in 14 bits; None ends it.

        `rate` times a second (100) at most; `ch` 1 to 16; `over` and `at` in beats.

        >>> midi.out("nano").nrpn(1234, lfo(8))
        """
        return self._send(
            f"nrpn{to_whole('midi.out(…).nrpn({})', number, MAX_PARAMETER)}", ch, signal, rate, over, at
        )

    def bend(
        self,
        signal: object = ...,
        ch: object = 1,
        rate: object = None,
        over: object = None,
        at: object = None,
    ) -> "Sent | Page":
        """Send a signal -1..1 as pitch bend, in 14 bits; None ends it.

        `rate` times a second (100) at most; `ch` 1 to 16; `over` and `at` in beats.

        >>> midi.out("nano").bend(lfo(4).range(-1, 1))
        """
        return self._send("bend", ch, signal, rate, over, at)

    def touch(
        self,
        signal: object = ...,
        key: object = None,
        ch: object = 1,
        rate: object = None,
        over: object = None,
        at: object = None,
    ) -> "Sent | Page":
        """Send a signal 0..1 as aftertouch of a channel, or of one `key` 0 to 127; None ends it.

        `rate` times a second (100) at most; `ch` 1 to 16; `over` and `at` in beats.

        >>> midi.out("nano").touch(drone.z1)
        """
        control = "touch" if key is None else f"touch{to_whole('midi.out(…).touch(…, key={})', key, MAX_KEY)}"
        return self._send(control, ch, signal, rate, over, at)

    def note(
        self,
        key: object = ...,
        gate: object = USUAL_GATE,
        vel: object = USUAL_VELOCITY,
        ch: object = 1,
        rate: object = None,
        at: object = None,
    ) -> "Sent | Page":
        """Press keys: `key` is a signal of keys 0 to 127, held while `gate` is above .5; None ends it.

        `gate` and `vel` 0..1, `ch` 1 to 16. A key that changes while the gate is up is legato. At most
        100 a second (`rate`); `at` in beats. Panic lets go; they play again when they are typed again.

        >>> midi.out("nano").note("60 <64 67> 72 _", gate=sq(1))
        """
        if key is None or isinstance(key, EllipsisType):
            return self._send(NOTE, ch, key, rate, None, at)
        parts = [to_signal(each, "midi.out(…).note") for each in (key, gate, vel)]
        notes = place(parts, "midi.out(…).note")
        return self._send(NOTE, ch, notes, rate, None, at, _note_text(*parts))

    def clock(self, do: object = "start", at: object = None) -> None:
        """Send the clock: 24 ticks a beat, and a start at the next bar, or multiple of `at` beats.

        `clock("stop")` lets the device stand, `clock("continue")` goes on there, `clock(None)` ends it.

        >>> midi.out("nano").clock()
        >>> midi.out("nano").clock("stop")
        """
        if not (do is None or isinstance(do, str)) or do not in ACTIONS:
            raise ParameterError(f'clock({do!r:.20}): wants "start", "stop", "continue" or None')
        when = None if at is None else to_beats("at", at)
        self._performance.add(RunClock(self._device, ACTIONS[do], when))

    def stop(self) -> None:
        """Send this device nothing any more.

        >>> midi.out("nano").stop()
        """
        _list_or_end(self._performance, self._is_here, repr(self), end=True)
        self._performance.add(RunClock(self._device, "end"))

    def __dir__(self) -> list[str]:
        return [name for name in vars(MidiOut) if not name.startswith("_")]

    def __getattr__(self, name: str) -> NoReturn:
        _unknown(f"midi.out({self._device!r})", name, dir(self))

    def __repr__(self) -> str:
        state = self._performance.state
        sent = [
            f"{t.control}{f' ch{t.channel}' if t.channel != 1 else ''} ← {state.outputs[t.key].text}"
            for t in _targets(self._performance, self._is_here)
            if isinstance(t, MidiTarget)
        ]
        if run := state.clocks.get(self._device):
            sent.append(f"the clock {_runs(run)}")
        what = " · ".join(sent) or f'nothing is sent: midi.out("{self._device}").cc(21, drone.z0)'
        return f'midi.out("{self._device}"): {what}'

    def _is_here(self, target: Target) -> bool:
        return isinstance(target, MidiTarget) and target.device == self._device

    def _send(
        self,
        control: str,
        ch: object,
        signal: object,
        rate: object,
        over: object,
        at: object,
        text: str = "",
    ) -> "Sent | Page":
        target = midi_target(control, to_whole("midi.out(…): ch={}", ch, 16, 1), self._device)
        return _send(self._performance, target, signal, rate, over, at, text)


class Sent:
    """Something that is sent; `.stop()` ends it."""

    __slots__ = ("_performance", "_target", "_text")

    def __init__(self, performance: Performance, target: Target, text: str) -> None:
        self._performance, self._target, self._text = performance, target, text

    def stop(self) -> None:
        """Send it no more."""
        self._performance.add(EndOutput(self._target.key))

    def __repr__(self) -> str:
        return f"{self._target.typed} ← {self._text}"


def midi_out(performance: Performance, device: object = ...) -> MidiOut | Page:
    """A device to send to; without one, what is sent to all of them; None ends all that."""
    if device is None:
        for each in performance.state.clocks:
            performance.add(RunClock(each, "end"))
    if device is None or isinstance(device, EllipsisType):
        return _list_or_end(performance, lambda t: isinstance(t, MidiTarget), "midi.out", end=device is None)
    if not isinstance(device, str) or not device.strip():
        raise ParameterError(
            f'midi.out({device!r:.40}): wants the beginning of a name, as in midi.out("nano")'
        )
    midi_target("bend", 1, device)
    return MidiOut(performance, device)


def _send(
    performance: Performance,
    target: Target,
    value: object,
    rate: object,
    over: object,
    at: object,
    text: str = "",
) -> Sent | Page:
    if isinstance(value, EllipsisType):
        return Page(_line(performance, target))
    if value is None:
        if target.key not in performance.state.outputs:
            raise ParameterError(f"{target.typed}: nothing is sent there")
        performance.add(EndOutput(target.key))
        return Page(f"{target.typed} ends")
    signal = to_signal(value, target.typed)
    hertz = None if rate is None else number(rate, "rate")
    fade, start = (None if v is None else to_beats(word, v) for word, v in (("over", over), ("at", at)))
    text = text or text_of(signal)
    performance.add(Output(target.key, signal, hertz, fade, start, text))
    return Sent(performance, target, text)


def _note_text(key: Signal, gate: Signal, vel: Signal) -> str:
    """What is played as it is typed, without what is as usual: `"60 64 _", gate=sq(1)`."""
    parts = [text_of(key)]
    for word, part, usual in (("gate", gate, USUAL_GATE), ("vel", vel, USUAL_VELOCITY)):
        if not (isinstance(part, Constant) and part.number == usual):
            parts.append(f"{word}={text_of(part)}")
    return ", ".join(parts)


def _list_or_end(performance: Performance, matches: Matching, what: str, end: bool) -> Page:
    targets = _targets(performance, matches)
    if not end:
        lines = [_line(performance, target) for target in targets]
        if what == "midi.out":
            lines += [
                f'midi.out("{name}").clock {_runs(run)}' for name, run in performance.state.clocks.items()
            ]
        return Page("\n".join(lines) or f"{what}: nothing is sent yet")
    for target in targets:
        performance.add(EndOutput(target.key))
    return Page(f"{what}: {len(targets)} ended")


def _runs(run: Run) -> str:
    return "runs" if run.runs else "stands"


def _targets(performance: Performance, matches: Matching) -> list[Target]:
    return [target for key in performance.state.outputs if matches(target := target_of(key))]


def _line(performance: Performance, target: Target) -> str:
    outlet = performance.state.outputs.get(target.key)
    if outlet is None:
        return f"{target.typed}: nothing is sent there"
    failing = ((performance.snapshot() or {}).get("outputs") or {}).get("failing") or {}
    why = failing.get(target.typed)
    return f"{target.typed} ← {outlet.text}, {outlet.rate:g} a second" + (f" · fails: {why}" if why else "")


def _unknown(owner: str, name: str, known: list[str]) -> NoReturn:
    if name.startswith("_"):
        raise AttributeError(name)
    have = ", ".join(known)
    raise ParameterError(f"{owner} has no {name!r:.40}{suggestion(name, known) or f' — it has {have}'}")
