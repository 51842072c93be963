"""Words that are things: `A` for anchors, `clock`, and those that come later."""

from collections.abc import Callable
from typing import NoReturn

from plaud_live.control.parameters import suggestion
from plaud_live.control.transaction import Quant, Tempo
from plaud_live.errors import ParameterError
from plaud_live.repl.instrument import to_beats
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.tap import TapTempo
from plaud_live.signals.graph import Signal
from plaud_live.signals.space import Anchor


class Anchors:
    """Named places in latent space: `drone.z = A.bell`, `A.bell.to(A.rust, lfo(32))`. `A` lists them."""

    __slots__ = ("_performance",)
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    def __getattr__(self, name: str) -> Signal:
        if name.startswith("_"):
            raise AttributeError(name)
        have = self._performance.anchors()
        if name not in have:
            some = ", ".join(have[:8]) + (", …; A lists all" if len(have) > 8 else "")
            known = f" — have {some}" if have else ' — name one: drone.mark("home")'
            raise ParameterError(f"A has no {name!r}{suggestion(name, have) or known}")
        return Anchor(name)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f'A.{name} is named by playing there: drone.mark("{name}")')

    def __delattr__(self, name: str) -> NoReturn:
        raise ParameterError(f"A.{name} stays")

    def __dir__(self) -> list[str]:
        return self._performance.anchors()

    def __repr__(self) -> str:
        return "A: " + (" ".join(self._performance.anchors()) or 'none yet — drone.mark("home") names one')


class Clock:
    """Tempo and launch grid: `clock.bpm = 92`, `clock.quant = 4` beats (0: at once), `clock.tap()`."""

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
    def beat(self) -> float:
        """The beat that sounds now."""
        return self._performance.beat

    def tap(self) -> Page:
        """Tap three times or more in tempo: `clock.tap()`, or F5."""
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
            self._performance.add(Tempo(to_beats("clock.bpm", value)))
        elif name == "quant":
            self._performance.add(Quant(to_beats("clock.quant", value)))
        elif name in ("beat", "tap"):
            raise ParameterError(f"clock.{name} cannot be set — clock.bpm and clock.quant can")
        else:
            self._unknown(name)

    def __dir__(self) -> list[str]:
        return ["bpm", "quant", "beat", "tap"]

    def __repr__(self) -> str:
        return f"clock: {self.bpm:g} bpm, beat {self.beat:.1f}, quant {self.quant:g}"

    def _unknown(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise ParameterError(
            f"clock has no {name!r}{suggestion(name, dir(self)) or ' — it has bpm, quant, beat, tap'}"
        )


class Later:
    """A word that has its name already and its meaning not yet: any use says so."""

    __slots__ = ("text",)
    text: str

    def __init__(self, word: str) -> None:
        object.__setattr__(self, "text", f"{word} comes later: not in this version")

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise ParameterError(self.text)

    __call__ = __setattr__ = __getitem__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = (
        _refuse
    )

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        self._refuse()

    def __repr__(self) -> str:
        return self.text
