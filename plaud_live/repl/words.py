"""Words that are things: `A` for anchors, `clock`, and those that come later."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

from plaud_live.control.clocks import Lead
from plaud_live.control.transaction import Quant, Tempo
from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl.collecting import When
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.tap import TapTempo
from plaud_live.repl.values import to_beats
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.midi_names import device_fits, device_part
from plaud_live.signals.space import Anchor
from plaud_live.signals.transitions import To

OWN, ANY = "own", "midi"
"""What `clock.source` says where nobody is followed."""


class Anchors:
    """Anchors: named places in latent space, a number 0..1 a latent. `A` alone lists them.

    They mix and add: half way is `(A.bell + A.glass)/2`; `near(drone)` says which are near. `A["bell"]` is
    `A.bell`, `choose(*A)` any of them.

    >>> drone.z = A.bell
    >>> drone.z = A.bell.to(A.glass, lfo(32)) + .1*(A.wood - A.bell)
    """

    __slots__ = ("_performance",)
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    def __getattr__(self, name: str) -> Signal:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Signal:
        have = self._performance.anchors()
        if name not in have:
            some = ", ".join(have[:8]) + (", …; A lists all" if len(have) > 8 else "")
            known = f" — have {some}" if have else ' — name one: drone.mark("home")'
            meant = suggestion(name, have) if isinstance(name, str) else ""
            raise ParameterError(f"A has no {name!r:.40}{meant or known}")
        return Anchor(name)

    def __iter__(self) -> Iterator[Signal]:
        return (Anchor(name) for name in self._performance.anchors())

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f'A.{name} is named by playing there: drone.mark("{name}")')

    def __delattr__(self, name: str) -> NoReturn:
        raise ParameterError(f"A.{name} stays")

    def __dir__(self) -> list[str]:
        return self._performance.anchors()

    def __repr__(self) -> str:
        return "A: " + (" ".join(self._performance.anchors()) or 'none yet — drone.mark("home") names one')


class Clock:
    """Tempo in beats a minute, launch grid in beats (0: launch at once), and the beat of now.

    `clock.bpm = to(120, 16)` is a ramp of 16 beats; `clock.tap()` taps the tempo, as F5 does.
    `clock.source = "midi"` follows a MIDI clock, `"nano"` that of one device, `"own"` nobody.

    >>> clock.bpm = 92; clock.quant = 4
    >>> clock.bpm = to(120, 16)
    >>> clock.source = "midi"; clock.source = "own"
    """

    __slots__ = ("_performance", "_taps")
    _performance: Performance
    _taps: TapTempo

    def __init__(self, performance: Performance, taps: Callable[[], TapTempo] = TapTempo) -> None:
        object.__setattr__(self, "_performance", performance)
        object.__setattr__(self, "_taps", taps())

    @property
    def bpm(self) -> float:
        """Tempo in beats per minute."""
        return self._performance.state.tempo.bpm

    @property
    def quant(self) -> float:
        """Launches wait for the next multiple of this many beats; 0: at once."""
        return self._performance.state.quant

    @property
    def source(self) -> str:
        """Who leads: `own`, or the MIDI clock of a device, of any (`midi`)."""
        return self._performance.leader() or OWN

    @property
    def beat(self) -> float:
        """The beat that sounds now."""
        return self._performance.beat

    def tap(self) -> Page:
        """Tap three times or more in tempo; F5 does the same.

        >>> clock.tap()
        """
        self._lead()
        bpm = self._taps.tap()
        if bpm is None:
            return Page(f"tap {self._taps.count}")
        bpm = round(min(max(bpm, 10.0), 999.0), 1)
        self._performance.add(Tempo(bpm, at=0.0))
        return Page(f"{bpm:g} bpm")

    def __getattr__(self, name: str) -> NoReturn:
        self._unknown(name)

    def __setattr__(self, name: str, value: object) -> None:
        if name == "bpm":
            self._lead()
            self._performance.add(_tempo(value))
        elif name == "source":
            leader = _leader(value)
            self._performance.add(Lead(leader))
            self._performance.afterwards(lambda: self._seek(leader))
        elif name == "quant":
            self._performance.add(Quant(to_beats("clock.quant", value)))
        elif name in ("beat", "tap"):
            raise ParameterError(f"clock.{name} cannot be set — clock.bpm and clock.quant can")
        else:
            self._unknown(name)

    def __dir__(self) -> list[str]:
        return ["bpm", "quant", "beat", "source", "tap"]

    def __repr__(self) -> str:
        line = f"clock: {self.bpm:g} bpm, beat {self.beat:.1f}, quant {self.quant:g}"
        if not self._performance.leader():
            return line
        leader = self._heard()
        if leader is None:
            return f"{line}; waits for a MIDI clock" + (f" of {self.source}" if self.source != "midi" else "")
        place = "" if leader["running"] else ", stands"
        return f"{line}; follows {leader['device']}, jitter {leader['jitter_ms']:g} ms{place}"

    def _heard(self) -> Mapping[str, Any] | None:
        """The clock that is followed and ticks; None where there is none."""
        found: Mapping[str, Any] | None = (self._performance.snapshot() or {}).get("leader")
        return found if self._performance.leader() else None

    def _seek(self, leader: str) -> None:
        """Say where the device is not there whose clock is to be followed."""
        there = (self._performance.snapshot() or {}).get("midi") or ()
        if leader not in ("", ANY) and not any(device_fits(leader, stem) for stem in there):
            self._performance.on_message(f"clock.source: no device {leader!r} is there — midi.devices()")

    def _lead(self) -> None:
        """Raises ParameterError where another clock has the tempo."""
        leader = self._heard()
        if leader is not None:
            raise ParameterError(f'clock.bpm follows {leader["device"]} — clock.source = "own" leads again')

    def _unknown(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise ParameterError(
            f"clock has no {name!r}{suggestion(name, dir(self)) or ' — it has bpm, quant, beat, source, tap'}"
        )


def _leader(value: object) -> str:
    """Whom to follow: '' for nobody. Raises ParameterError."""
    if value is None or value == OWN:
        return ""
    if not isinstance(value, str) or not device_part(value):
        raise ParameterError(f'clock.source = {value!r:.40}: wants "midi", the name of a device, or "own"')
    return value


def _tempo(value: object) -> Tempo:
    """A tempo, or the way to one: `to(120, 16)`. Raises ParameterError."""
    if isinstance(value, To) and isinstance(value.target, Constant):
        return Tempo(to_beats("clock.bpm", value.target.number), over=value.beats)
    if isinstance(value, Signal):
        raise ParameterError("clock.bpm: wants a number, or a ramp as in to(120, 16)")
    return Tempo(to_beats("clock.bpm", value))


class At:
    """The times that the changes in the body of `with at(16, over=8): …` are given."""

    def __init__(self, performance: Performance, when: When) -> None:
        self._timed = performance.timed(when)
        at = "" if when.at is None else f"{when.at:g}"
        over = "" if when.over is None else f"over={when.over:g}"
        self._shown = ", ".join(part for part in (at, over) if part)

    def __enter__(self) -> None:
        self._timed.__enter__()

    def __exit__(self, *error: Any) -> bool | None:
        return self._timed.__exit__(*error)

    def __repr__(self) -> str:
        return f"at is for a body: with at({self._shown}): drone.z0 = .3"
