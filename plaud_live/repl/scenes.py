"""The word `scene`: keep everything as it is under a name, come back to it, move between two."""

from typing import NoReturn

from plaud_live.control.transaction import Morph, Recall, Scene
from plaud_live.errors import ParameterError, suggestion
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.values import to_beats, to_signal

METHODS = {"morph": 'between two scenes: scene.morph("dark", "open", lfo(32))'}


class Scenes:
    """Everything that drives every parameter, under a name: `scene("dark")` keeps it, `scene.dark()` recalls.

    `over` and `at` in beats. `scene` alone lists the scenes; `scene.morph` moves between two of them.

    >>> scene("dark")
    >>> scene.dark(over=16, at=4)
    """

    __slots__ = ("_performance",)
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    def __call__(self, name: object) -> None:
        """Keep what drives everything now as a scene: `scene("dark")`, then `scene.dark(over=16)`."""
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("_"):
            raise ParameterError(f'scene({name!r:.40}): wants one word in quotes, as in scene("dark")')
        if name in METHODS:
            raise ParameterError(f"scene({name!r}): scene.{name} has a meaning — take another name")
        self._performance.add(Scene(name))

    def morph(
        self, first: object, second: object, amount: object, over: object = None, at: object = None
    ) -> None:
        """Be between two scenes: `amount` 0 is the first, 1 the second; any signal. `over`, `at` in beats.

        Numbers and latents are interpolated, all else crossfaded.

        >>> scene("dark"); drone.z0 = .9; scene("open")
        >>> scene.morph("dark", "open", lfo(32), over=4)
        """
        names = tuple(self._known(name) for name in (first, second))
        fade = None if over is None else to_beats("over", over)
        start = None if at is None else to_beats("at", at)
        signal = to_signal(amount, "scene.morph")
        self._performance.add(Morph(names[0], names[1], signal, fade, start))

    def __getattr__(self, name: str) -> "SceneName":
        if name.startswith("_"):
            raise AttributeError(name)
        return SceneName(self._performance, self._known(name))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f'scene.{name} is kept by scene("{name}"), as everything is then')

    def __delattr__(self, name: str) -> NoReturn:
        raise ParameterError(f'scene.{name} stays — scene("{name}") keeps another under its name')

    def __dir__(self) -> list[str]:
        return [*self._performance.scenes(), *METHODS]

    def __repr__(self) -> str:
        names = self._performance.scenes()
        return Page("scenes: " + (" ".join(names) or 'none yet — scene("dark") keeps everything as it is'))

    def _known(self, name: object) -> str:
        if isinstance(name, SceneName):
            name = name.name
        names = self._performance.scenes()
        if isinstance(name, str) and name in names:
            return name
        have = f" — have {', '.join(names)}" if names else ' — keep one: scene("dark")'
        meant = suggestion(name, names) if isinstance(name, str) else ""
        raise ParameterError(f"there is no scene {name!r:.40}{meant or have}")


class SceneName:
    """A scene that was kept: call it to go there, `scene.dark(over=16, at=4)`, in beats."""

    __slots__ = ("_performance", "name")

    def __init__(self, performance: Performance, name: str) -> None:
        self._performance, self.name = performance, name

    def __call__(self, over: object = None, at: object = None) -> None:
        """Go to this scene: `scene.dark(over=16)`, fading in beats, from the next multiple of `at` beats."""
        fade = None if over is None else to_beats("over", over)
        self._performance.add(Recall(self.name, fade, None if at is None else to_beats("at", at)))

    def __repr__(self) -> str:
        return f"scene.{self.name}: call it to go there, as in scene.{self.name}(over=16)"
