"""Scenes: everything that drives every parameter, under a name; to come back to, or to be between two."""

import re

import numpy as np

from plaud_live.control.launching import Moment, go
from plaud_live.control.parameters import PRESENCE
from plaud_live.control.resolving import resolve
from plaud_live.control.state import Source, State, sources_to_data
from plaud_live.control.transaction import Morph, Recall, Scene
from plaud_live.errors import SignalError, TransactionError, suggestion
from plaud_live.signals.data import to_data
from plaud_live.signals.graph import Clip, Constant, Signal
from plaud_live.signals.space import Columns, Vector
from plaud_live.signals.transitions import To, Transition, column, target
from plaud_live.signals.traversal import rebuild

MAX_SCENES = 64
_PLACES = (Constant, Vector)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def keep_scene(state: State, change: Scene) -> State:
    """Keep where everything is or is going; solo is no part of it. Raises TransactionError."""
    if not _NAME.fullmatch(change.name):
        raise TransactionError(f"scene({change.name!r}): a name wants letters, digits, _ and -, at most 64")
    kept = {
        f"{name}.{parameter}": Source(target(source.signal), source.text)
        for (name, parameter), source in state.sources()
        if parameter != PRESENCE
    }
    if not kept:
        raise TransactionError(f"scene({change.name!r}): there is no instrument yet")
    old = state.scenes.get(change.name)
    if old is not None and sources_to_data(old) == sources_to_data(kept):
        return state
    if old is None and len(state.scenes) >= MAX_SCENES:
        raise TransactionError(f"there are {MAX_SCENES} scenes already; keep this one under an old name")
    return state.changed(scenes={**state.scenes, change.name: kept})


def current_scene(state: State) -> str:
    """The scene that sounds, or is on its way; the newest of several; '' where there is none."""
    now = {f"{name}.{parameter}": source for (name, parameter), source in state.sources()}
    for scene, sources in reversed(list(state.scenes.items())):
        if all(key in now and _is_going_to(now[key], source) for key, source in sources.items()):
            return scene
    return ""


def _is_going_to(now: Source, wanted: Source) -> bool:
    going = target(now.signal)
    return going is wanted.signal or to_data(going) == to_data(wanted.signal)


def recall(state: State, change: Recall, moment: Moment, beat: float) -> State:
    """Go to a scene. Raises a PlaudError that says what of it is gone."""
    wanted = _sources(state, change.name, moment, beat)
    for key, source in wanted.items():
        _check(state, moment, key, source.signal, beat)
    return go(state, wanted, moment, beat, change.over)


def morph(state: State, change: Morph, moment: Moment, beat: float) -> State:
    """Go between two scenes. Raises a PlaudError that says what of them is gone, or what is wrong with x."""
    first, second = (_sources(state, n, moment, beat) for n in (change.first, change.second))
    common = [key for key in first if key in second]
    if not common:
        raise TransactionError(f"scenes {change.first!r} and {change.second!r} have no instrument in common")
    asked, over = change.amount, change.over
    if isinstance(asked, To):
        over, asked = (asked.beats if over is None else over), asked.target
    moment.check(state, "the x of scene.morph", 1, asked, beat)
    x: Signal = Clip(rebuild(asked, lambda node: _begun(node, beat)), 0.0, 1.0)
    if isinstance(asked, Constant):
        x = Constant(min(max(asked.number, 0.0), 1.0))
    rest = 1.0 - x
    text = f"{change.first}→{change.second}"
    wanted = {}
    for key in common:
        size = state.parts[key[0]].info.latent_size
        between = _between(first[key].signal, second[key].signal, size, x, rest)
        _check(state, moment, key, between, beat)
        same = between is first[key].signal
        wanted[key] = first[key] if same else Source(between, text)
    return go(state, wanted, moment, beat, over)


def _between(first: Signal, second: Signal, size: int, x: Signal, rest: Signal) -> Signal:
    """The crossfade of two sources; of numbers and places it is the way between them.

    Latents that are driven one by one stay apart, so that what reads one of them reads only that.
    """
    if first is second or to_data(first) == to_data(second):
        return first
    if isinstance(x, Constant) and isinstance(first, _PLACES) and isinstance(second, _PLACES):
        return _place_between(first, second, x.number)
    if not isinstance(first, Columns) and not isinstance(second, Columns):
        return first * rest + second * x
    driven = sorted({i for each in (first, second) if isinstance(each, Columns) for i in each.indices})
    signals = tuple(_between(column(first, i), column(second, i), size, x, rest) for i in driven)
    base = _between(_base(first), _base(second), size, x, rest)
    return Columns(base, size, tuple(driven), signals)


def _place_between(first: Constant | Vector, second: Constant | Vector, x: float) -> Signal:
    a, b = (each.number if isinstance(each, Constant) else np.array(each.values) for each in (first, second))
    value = a * (1.0 - x) + b * x
    return Vector(tuple(value.tolist())) if isinstance(value, np.ndarray) else Constant(value)


def _base(source: Signal) -> Signal:
    return source.base if isinstance(source, Columns) else source


def _check(state: State, moment: Moment, key: tuple[str, str], signal: Signal, beat: float) -> None:
    size = state.parts[key[0]].info.latent_size if key[1] == "z" else 1
    if not isinstance(signal, Constant) and not (isinstance(signal, Vector) and len(signal.values) == size):
        moment.check(state, ".".join(key), size, signal, beat)


def _begun(node: Signal, beat: float) -> Signal | None:
    """A transition within x begins where the first scene is."""
    return (
        Transition(Constant(0.0), node.target, beat, node.beats, node.shape) if isinstance(node, To) else None
    )


def _sources(state: State, scene: str, moment: Moment, beat: float) -> dict[tuple[str, str], Source]:
    """The sources of a scene, resolved; of those that move, nothing is tried yet.

    Raises a PlaudError that says what of it is gone.
    """
    found = state.scenes.get(scene)
    if found is None:
        names = list(state.scenes)
        have = f" — have {', '.join(names)}" if names else f' — keep one: scene("{scene}")'
        raise TransactionError(f"no scene {scene!r}{suggestion(scene, names) or have}")
    sources = {}
    for address, source in found.items():
        name, _, parameter = address.rpartition(".")
        instrument = state.parts.get(name)
        if instrument is None:
            raise TransactionError(
                f"scene {scene!r} has {name}, which is not loaded — load it, or keep again"
            )
        current = instrument.sources.get(parameter)
        if current is None:
            raise TransactionError(f"scene {scene!r} has {address}, which {instrument.info.name!r} has not")
        try:
            signal = resolve(state, instrument, source.signal)
        except SignalError as error:
            raise SignalError(f"scene {scene!r}, {address}: {error}") from None
        if isinstance(signal, _PLACES):
            _check(state, moment, (name, parameter), signal, beat)
        sources[name, parameter] = Source(signal, source.text)
    return sources
