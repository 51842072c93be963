"""Outputs: a chore that reads the signals of all outputs at their rates, and hands the values on to be sent.

A signal is read for the moment that is rendered next, and what is sent is stamped with, or held back until,
the time at which that moment is heard: some milliseconds ahead. What falls behind is left out, not caught up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from plaud_live.control.outputs import NOTE, MidiTarget, OscTarget, Outlet, Outlets, Target, target_of
from plaud_live.control.state import State
from plaud_live.engine import midi_out, osc_out
from plaud_live.engine.inputs import Inputs
from plaud_live.signals.graph import Array, Evaluation
from plaud_live.signals.transitions import Transition

IDLE_SECONDS = 0.05
"""How often is looked for outputs while there are none."""


class Times(Protocol):
    """When samples are heard: `engine.sample_clock.SampleClock`."""

    def sample_at(self, monotonic: float) -> int:
        """The sample that is heard at a time."""

    def monotonic_to_wall(self, monotonic: float) -> float:
        """A monotonic time in seconds since 1970."""


@dataclass
class _Rate:
    """Outputs that are read together, and when next."""

    seconds: float
    due: float
    targets: list[tuple[Target, Outlet]]


class Outputs:
    """Reads what the state says is to be sent. A chore of the control thread.

    `ahead` gives the seconds from rendering to hearing; `state` and `inputs` are the engine's.
    """

    def __init__(
        self,
        state: Callable[[], State],
        inputs: Inputs,
        times: Times,
        ahead: Callable[[], float],
        osc: osc_out.OscOut,
        midi: midi_out.MidiOut,
        tell: Callable[[str], None],
    ) -> None:
        self.due = 0.0
        self.failing: dict[str, str] = {}
        """What is not sent, as it is typed, and why."""
        self._state, self._inputs, self._times, self._ahead = state, inputs, times, ahead
        self._osc, self._midi, self._tell = osc, midi, tell
        self._outlets: Outlets = {}
        self._rates: list[_Rate] = []
        self._told: dict[Target, Outlet] = {}
        self._silenced: dict[str, Outlet] = {}
        self._silenced_until: dict[str, float] = {}  # beat at which what was typed since begins

    def work(self, now: float) -> None:
        """Read and send what is due."""
        state = self._state()
        if state.outputs is not self._outlets:
            self._take(state.outputs, now)
        for rate in self._rates:
            if rate.due <= now:
                rate.due += (now - rate.due) // rate.seconds * rate.seconds
                self._read(state, rate, now)
                rate.due += rate.seconds
        self.due = min((rate.due for rate in self._rates), default=now + IDLE_SECONDS)
        self.due = min(self.due, now + IDLE_SECONDS)

    def silence(self) -> None:
        """Panic: keys that are sent are let go, and stay so until they are typed again."""
        self._silenced, self._silenced_until = dict(self._state().outputs), {}
        self._outlets = {}

    def to_data(self) -> dict[str, Any]:
        """For the snapshot: why what is not sent, and how much was."""
        return {"failing": dict(self.failing), "sent": self._osc.sent + self._midi.sent}

    def _take(self, outlets: Outlets, now: float) -> None:
        """Other outputs: those that were there go on at their pace."""
        old = {rate.seconds: rate.due for rate in self._rates}
        rates: dict[float, _Rate] = {}
        for key, outlet in outlets.items():
            target = target_of(key)
            if isinstance(target, MidiTarget) and target.control == NOTE and key in self._silenced:
                if self._silenced[key] is outlet:
                    continue
                begins = outlet.signal
                self._silenced_until[key] = begins.start if isinstance(begins, Transition) else -np.inf
            seconds = 1.0 / outlet.rate
            rate = rates.setdefault(seconds, _Rate(seconds, old.get(seconds, now), []))
            rate.targets.append((target, outlet))
        self._outlets, self._rates = outlets, list(rates.values())
        targets = {target for rate in self._rates for target, _ in rate.targets}
        self._osc.forget({t for t in targets if isinstance(t, OscTarget)})
        self._midi.forget({t for t in targets if isinstance(t, MidiTarget)}, now + self._ahead())
        self._told = {target: outlet for target, outlet in self._told.items() if target in targets}
        self.failing = {t.typed: why for t in targets if (why := self.failing.get(t.typed))}

    def _read(self, state: State, rate: _Rate, now: float) -> None:
        """Send what these signals are at one moment."""
        heard = rate.due + self._ahead()
        beat = state.tempo.beat(self._times.sample_at(heard))
        at = Evaluation(np.array([beat]), state.lookup, inputs=self._inputs)
        to_osc: osc_out.Values = []
        to_midi: midi_out.Values = []
        for target, outlet in rate.targets:
            value = self._value(at, target, outlet)
            if value is None or beat < self._silenced_until.get(target.key, beat):
                continue
            if isinstance(target, OscTarget):
                to_osc.append((target, value))
            else:
                to_midi.append((target, value))
        if to_osc:
            self._osc.send(to_osc, heard, self._times.monotonic_to_wall(heard))
        if to_midi:
            self._midi.send(to_midi, heard, now)

    def _value(self, at: Evaluation, target: Target, outlet: Outlet) -> Array | None:
        """What to send [d], or None where the signal fails: then nothing is, and it is said once."""
        try:
            value: Array = at.value(outlet.signal).reshape(-1)  # of one moment
            reason = "" if np.isfinite(value).all() else "not finite"
        except Exception as error:  # whatever it is, all else is sent
            reason = f"{error}" or type(error).__name__
        if not reason:
            if self.failing:
                self.failing.pop(target.typed, None)
            return value
        self.failing[target.typed] = reason
        if self._told.get(target) is not outlet:
            self._told[target] = outlet
            self._tell(f"{target.typed} keeps its last value: {reason}")
        return None
