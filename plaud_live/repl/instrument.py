"""An instrument as it is typed: `drone.z0 = lfo(16)`. Its attributes come from the parameter table."""

from typing import NoReturn

from plaud_live.control.parameters import Parameter, find, parameters, suggestion
from plaud_live.control.state import InstrumentState
from plaud_live.control.transaction import Mark, Play, Set, Stop
from plaud_live.errors import ParameterError
from plaud_live.repl.performance import Performance
from plaud_live.repl.values import text_of, to_signal
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import target

METHODS = {
    "play": "fade in: drone.play(over=8)",
    "stop": "fade out: drone.stop(over=8)",
    "mark": 'name the place that sounds now: drone.mark("home")',
    "raw": "latents in raw units: drone.raw.z0 = 1.2",
}
LATER = ("train", "swap", "back", "solo", "freeze_all", "fit", "push")


class Instrument:
    """An instrument, its parameters set and read by name.

    `drone.z0 = lfo(16)` drives one latent, `drone.z` all; reading gives a live link, its own previous
    source where it is assigned to itself. `drone(z0=.3, gain=.7, over=8, at=16)` launches several together,
    times in beats. `help(drone)` lists what there is.
    """

    __slots__ = ("_name", "_performance")
    _name: str
    _performance: Performance

    def __init__(self, performance: Performance, name: str) -> None:
        object.__setattr__(self, "_performance", performance)
        object.__setattr__(self, "_name", name)

    def __call__(self, *, over: object = None, at: object = None, **values: object) -> None:
        """Launch several parameters together: `drone(z=A.glass, gain=.7, over=8, at=16)`."""
        changes = [self._change(name, value, over, at) for name, value in values.items()]
        if not changes:
            raise ParameterError(f"{self._name}(): wants parameters, as in {self._name}(z0=.3, over=8)")
        for change in changes:
            self._performance.add(change)

    def play(self, over: object = None, at: object = None) -> None:
        """Fade in over `over` beats: `drone.play(over=8)`."""
        self._performance.add(Play(self._name, self._beats("over", over), self._beats("at", at)))

    def stop(self, over: object = None, at: object = None) -> None:
        """Fade out over `over` beats: `drone.stop(over=8)`."""
        self._performance.add(Stop(self._name, self._beats("over", over), self._beats("at", at)))

    def mark(self, name: object) -> None:
        """Name the place in latent space that sounds now, an anchor: `drone.mark("home")`, then `A.home`."""
        if not isinstance(name, str) or not name.isidentifier():
            raise ParameterError(f'mark({name!r}): wants a name in quotes, as in {self._name}.mark("home")')
        self._performance.add(Mark(self._name, name))

    @property
    def raw(self) -> "RawLatents":
        """The latents in raw units: `drone.raw.z0 = 1.2`."""
        return RawLatents(self)

    def __getattr__(self, name: str) -> Signal:
        row = self._row(name)
        return Reference(self._name, row.source, row.index)

    def __setattr__(self, name: str, value: object) -> None:
        if name in METHODS:
            raise ParameterError(f"{self._name}.{name} is not a parameter — {METHODS[name]}")
        self._performance.add(self._change(name, value, None, None))

    def __delattr__(self, name: str) -> NoReturn:
        raise ParameterError(f"{self._name}.{name} stays — {self._name}.stop() ends its sound")

    def __dir__(self) -> list[str]:
        return [*self._table(), *METHODS]

    def __repr__(self) -> str:
        state = self._state()
        level = target(state.sources["level"].signal)
        playing = "playing" if isinstance(level, Constant) and level.number > 0.0 else "silent"
        return f"{self._name}: {state.info.name}, {state.info.latent_size} latents, {playing}"

    def _state(self) -> InstrumentState:
        return self._performance.instrument(self._name)

    def _table(self) -> dict[str, Parameter]:
        return parameters(self._state().info)

    def _row(self, name: str) -> Parameter:
        if name.startswith("__"):  # Python looks for these by itself
            raise AttributeError(name)
        if name in LATER:
            raise ParameterError(f"{self._name}.{name} comes later: not in this version")
        table = self._table()
        if name not in table and (meant := suggestion(name, [*table, *METHODS])):
            raise ParameterError(f"{self._name} has no {name!r}{meant}")
        return find(table, self._name, name)

    def _change(self, name: str, value: object, over: object, at: object) -> Set:
        row = self._row(name)
        source = to_signal(value, f"{self._name}.{name}")
        self._check_range(row, source)
        return Set(
            self._name, row.name, source, self._beats("over", over), self._beats("at", at), text_of(source)
        )

    def _check_range(self, row: Parameter, source: Signal) -> None:
        if isinstance(source, Constant) and not row.low <= source.number <= row.high:
            raise ParameterError(
                f"{self._name}.{row.name} = {source.number:g}: wants {row.low:g} to {row.high:g} ({row.unit})"
            )

    def _beats(self, word: str, value: object) -> float | None:
        return None if value is None else to_beats(word, value)


class RawLatents:
    """The latents of an instrument in raw units, as its model knows them."""

    __slots__ = ("_instrument",)
    _instrument: Instrument

    def __init__(self, instrument: Instrument) -> None:
        object.__setattr__(self, "_instrument", instrument)

    def __getattr__(self, name: str) -> Signal:
        low, high = self._range(name)
        return low + (high - low) * getattr(self._instrument, name)

    def __setattr__(self, name: str, value: object) -> None:
        low, high = self._range(name)
        raw = to_signal(value, f"{self._instrument._name}.raw.{name}")
        if isinstance(raw, Constant):
            setattr(self._instrument, name, (raw.number - low) / (high - low))
        else:
            setattr(self._instrument, name, (raw - low) / (high - low))

    def __dir__(self) -> list[str]:
        return [row.name for row in self._instrument._table().values() if row.index is not None]

    def _range(self, name: str) -> tuple[float, float]:
        row = self._instrument._row(name)
        if row.index is None:
            raise ParameterError(f"{self._instrument._name}.raw has single latents: z0, z1, …, not {name!r}")
        info = self._instrument._state().info
        return info.low[row.index], info.high[row.index]


def to_beats(word: str, value: object) -> float:
    """A time in beats, 0 to a million. Raises ParameterError that names `word`."""
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ParameterError(f"{word}={value!r:.40}: wants a number of beats") from None
    if not 0.0 <= result <= 1e6:
        raise ParameterError(f"{word}={result:g}: wants 0 to 1000000 beats")
    return result
