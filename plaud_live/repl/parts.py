"""What has parameters, as it is typed: `drone.z0 = lfo(16)`, `verb(mix=.4, over=8)`.

Names, ranges and units come from the parameter table; an instrument and the reverb add words of their own.
"""

import re
from collections.abc import Mapping
from typing import ClassVar, NoReturn

from plaud_live.control import state as states
from plaud_live.control.parameters import Parameter, parameters
from plaud_live.control.transaction import Set
from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl import places
from plaud_live.repl.mistakes import parameter_meant
from plaud_live.repl.performance import Performance
from plaud_live.repl.take_latents import placed
from plaud_live.repl.values import numbers_in, text_of, to_beats, to_signal
from plaud_live.signals.graph import Signal
from plaud_live.signals.space import Reference


class Part:
    """Parameters that are set and read by name; `_methods` are words that are none, with a line on each."""

    __slots__ = ("_name", "_performance")
    _name: str
    _performance: Performance
    _methods: ClassVar[Mapping[str, str]] = {}
    _stays: ClassVar[str] = ""
    """What is typed instead of deleting a parameter."""
    _like: ClassVar[str] = "z0=.3, over=8"
    """What a call may say."""

    def __init__(self, performance: Performance, name: str) -> None:
        object.__setattr__(self, "_performance", performance)
        object.__setattr__(self, "_name", name)

    def __call__(self, *, over: object = None, at: object = None, **values: object) -> None:
        """Launch several parameters together: `drone(z=A.glass, gain=.7, over=8, at=16)`."""
        changes = [self._change(name, value, over, at) for name, value in values.items()]
        if not changes:
            raise ParameterError(f"{self._name}(): wants parameters, as in {self._name}({self._like})")
        for change in changes:
            self._performance.add(change)

    def __getattr__(self, name: str) -> Signal:
        row = self._row(name)
        return Reference(self._name, row.source, row.index)

    def __setattr__(self, name: str, value: object) -> None:
        if name in self._methods:
            raise ParameterError(f"{self._name}.{name} is not a parameter — {self._methods[name]}")
        self._performance.add(self._change(name, value, None, None))

    def __delattr__(self, name: str) -> NoReturn:
        raise ParameterError(f"{self._name}.{name} stays — {self._stays.format(name=self._name)}")

    def __dir__(self) -> list[str]:
        return [*self._table(), *self._methods]

    def _state(self) -> states.Part:
        return self._performance.part(self._name)

    def _table(self) -> dict[str, Parameter]:
        return parameters(self._state().info)

    def _row(self, name: str) -> Parameter:
        if name.startswith("__"):  # Python looks for these by itself
            raise AttributeError(name)
        table = self._table()
        if name not in table:
            raise ParameterError(f"{self._name} has no {name!r}{self._meant(name, table)}")
        return table[name]

    def _meant(self, name: str, table: dict[str, Parameter]) -> str:
        latents = self._state().info.latent_size
        if latents and re.fullmatch(r"z\d+", name):
            return f" — it has z0 to z{latents - 1}"
        meant = parameter_meant(self._name, name)
        known = [*table, *self._methods]
        return meant or suggestion(name, known) or f" — help({self._name}) lists what it has"

    def _change(self, name: str, value: object, over: object, at: object) -> Set:
        row = self._row(name)
        if isinstance(value, places.Near):
            raise ParameterError(f"{self._name}.{name}: near(…) names several places — take one: near(…)[0]")
        size = self._state().info.latent_size
        source = placed(to_signal(value, f"{self._name}.{name}"), self._name, size)
        self._check_range(row, source)
        return Set(
            self._name, row.name, source, self._beats("over", over), self._beats("at", at), text_of(source)
        )

    def _check_range(self, row: Parameter, source: Signal) -> None:
        for number in numbers_in(source):
            if not row.low <= number <= row.high:
                wants = f"wants {row.low:g} to {row.high:g} ({row.unit})"
                raise ParameterError(f"{self._name}.{row.name} = {number:g}: {wants}")

    def _beats(self, word: str, value: object) -> float | None:
        return None if value is None else to_beats(word, value)
