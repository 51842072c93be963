"""The words of controllers: `knob.f1` reads one, `learn` has the next that moves move a parameter, `maps`."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from plaud_live import settings
from plaud_live.control.mapping import change_maps, unmapped
from plaud_live.control.maps import KNOB, Knob, Map, Unmap
from plaud_live.control.maps_file import FILE_NAME, maps_text, read_maps
from plaud_live.control.profiles import Profiles, known_profiles
from plaud_live.control.takeover import MODES
from plaud_live.errors import ParameterError, PlaudError, suggestion
from plaud_live.repl.messages import Page
from plaud_live.repl.performance import Performance
from plaud_live.repl.values import to_beats
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live, live_text
from plaud_live.signals.midi_names import ENCODINGS
from plaud_live.signals.space import Reference

METHODS = {
    "save": 'write them to a file: maps.save("gig")',
    "load": 'read them from a file, or an earlier session: maps.load("gig")',
}
FOLDER = "maps"
MOST_SHOWN = 40
UNNAMED = "session"
"""What a session is called that was given no name: nobody resumes it."""

NO_KNOBS = 'knob: none is plugged in — cc(21) reads any control, learn("name") names one'
NOTHING = "no control moves anything yet — learn(drone.z2), then move a knob"
_FILE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


class Knobs:
    """Faders and knobs of the controllers that are plugged in, 0..1, by the names of their profiles.

    `learn("cutoff")` gives a name to the next control that moves. A number of a controller that nobody knows
    is `cc(21)`. `maps` lists what moves what.

    >>> drone.z3 = knob.f1.slew(1/4)
    >>> learn("cutoff")
    """

    __slots__ = ("__dict__", "_performance")
    _performance: Performance

    def __init__(self, performance: Performance) -> None:
        object.__setattr__(self, "_performance", performance)

    def __getattr__(self, name: str) -> Signal:
        if name.startswith("_"):
            raise AttributeError(name)
        here = list(self.names())
        if name in self._performance.state.knobs or name in self._all:
            if name not in here and name not in self._missing:
                self._performance.afterwards(lambda: self._miss(name))
            self._missing.difference_update(here)
            return Live(KNOB + name, 0)
        meant = suggestion(name, here) or suggestion(name, self._all)
        have = f" — have {', '.join(here[:8])}, …" if here else f' — name one: learn("{name}")'
        raise ParameterError(f"there is no knob {name!r:.40}{meant or have}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise ParameterError(f"knob.{name} is what it says: read it, as in drone.z0 = knob.{name}")

    def __dir__(self) -> list[str]:
        return [*self.names()]

    def __repr__(self) -> str:
        names = self.names()
        return f"knob: {_ranges(names)}" if names else NO_KNOBS

    def names(self) -> dict[str, str]:
        """Names of what is there, with what each is: named here first, then of what is plugged in."""
        shown = (self._performance.snapshot() or {}).get("controls") or {}
        own = {name: live_text(control) for name, control in self._performance.state.knobs.items()}
        return {**own, **self._profiles.names(shown.get("devices") or ())}

    def _miss(self, name: str) -> None:
        """Say, once, that nobody can move it."""
        self._missing.add(name)
        self._performance.on_message(f"knob.{name}: no controller that has it is plugged in — it stands")

    @cached_property
    def _missing(self) -> set[str]:
        """Names that were read while no controller was there that has them."""
        return set()

    @cached_property
    def _profiles(self) -> Profiles:
        return known_profiles()

    @cached_property
    def _all(self) -> dict[str, None]:
        return {piece.name: None for profile in self._profiles.all for piece in profile.pieces}


class Learn:
    """Have the next controls that move, in this order, move these parameters: `learn(drone.z2, drone.gain)`.

    `mode` says how a control that stands elsewhere takes over: pickup (the usual), jump, scale, or toggle for
    buttons; `range` what its ends mean, `curve` the exponent between them, `slew` smooths over so many beats.
    `learn("name")` names a control for `knob.name`; `learn()` says what is waited for, `learn(None)` ends it.

    >>> learn(drone.z2, drone.gain)
    >>> learn(drone.z0, mode="scale", range=(.2, .8), curve=2, slew=1/8)
    """

    __slots__ = ("_performance",)
    __name__ = "learn"

    def __init__(self, performance: Performance) -> None:
        self._performance = performance

    def __call__(
        self,
        *targets: object,
        mode: object = None,
        range: object = None,
        curve: object = 1,
        slew: object = None,
        rel: object = None,
    ) -> Page:
        """Arm what is given; nothing given: say what is armed."""
        how = _how(mode, range, curve, slew, rel)
        asked = [_target(target, how) for target in targets if target is not None]
        self._performance.commit()  # what this entry has loaded belongs to it
        given: dict[str, Any] = {"targets": asked} if targets else {}
        text = self._performance.request("learn", **given).get("text")
        return Page(str(text) or "learn: nothing is waited for — learn(drone.z2), then move a knob")

    def __repr__(self) -> str:
        return "learn(drone.z2, drone.gain): the next two controls that move, move these"


class Unlearn:
    """Let go of a parameter's control, which stays where it is; `unlearn()` lets go of all.

    >>> unlearn(drone.z2)
    """

    __slots__ = ("_performance",)
    __name__ = "unlearn"

    def __init__(self, performance: Performance) -> None:
        self._performance = performance

    def __call__(self, *targets: object) -> Page | None:
        """Let go of these, or of all: parameters, or names of knobs in quotes."""
        state, free = self._performance.state, []
        for target in targets:
            change = Knob(target) if isinstance(target, str) else Unmap(*_parameter("unlearn", target))
            known = change.name in state.knobs if isinstance(change, Knob) else unmapped(state, change)
            if known:
                self._performance.add(change)
            else:
                free.append(_typed(change))
        if not targets and state.maps:
            self._performance.add(Unmap())
        names = [*state.maps, *(_typed(Knob(name)) for name in state.knobs)]
        have = f" — have {', '.join(names)}" if names else ""
        if not targets and not state.maps:
            return Page(NOTHING)
        return Page(f"no control is learnt for {', '.join(free)}{have}") if free else None

    def __repr__(self) -> str:
        return "unlearn(drone.z2): no control moves it any more; unlearn() for all"


class Maps:
    """What moves what: `maps()` lists it. It is kept in the session's maps.toml.

    `maps.save("gig")` writes them to a file of their own, `maps.load("gig")` reads that, or the maps of an
    earlier session of that name.

    >>> maps()
    >>> maps.save("gig")
    """

    __slots__ = ("_performance",)

    def __init__(self, performance: Performance) -> None:
        self._performance = performance

    def __call__(self) -> Page:
        """List what moves what, and how."""
        state = self._performance.state
        lines = [map_line(each) for each in list(state.maps.values())[:MOST_SHOWN]]
        if len(state.maps) > MOST_SHOWN:
            lines.append(f"{len(state.maps) - MOST_SHOWN} more")
        lines += [f"knob.{name} = {live_text(control)}" for name, control in state.knobs.items()]
        return Page("\n".join(lines) or NOTHING)

    def save(self, name: object) -> Page:
        """Write what moves what to PLAUD_HOME/maps, or to a path that ends in .toml.

        >>> maps.save("gig")
        """
        self._performance.commit()
        path = _path("maps.save", name, (settings.home() / FOLDER,))
        state = self._performance.state
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(maps_text(state.maps, state.knobs), encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise ParameterError(f"maps.save: {path}: {error.strerror}") from None
        return Page(f"{_count(len(state.maps), 'map')} in {_short(path)}")

    def load(self, name: object) -> Page:
        """Bring back what moves what, by the name that it was saved under, or of a session; the rest stays.

        >>> maps.save("a"); maps.load("a")
        """
        path = _path("maps.load", name, (settings.home() / FOLDER, *sessions(str(name))))
        if not path.is_file():
            raise ParameterError(f"maps.load({name!r:.60}): no file {path}, and no session of that name")
        self._performance.commit()  # what this entry has loaded may be mapped
        count, problems = 0, []
        for change in load_file(path):
            try:
                change_maps(self._performance.state, change)
            except PlaudError as error:
                problems.append(f"; left out: {error}")
            else:
                self._performance.add(change)
                count += isinstance(change, Map)
        return Page(f"{_count(count, 'map')} of {_short(path)}{''.join(problems[:3])}")

    def __repr__(self) -> str:
        state = self._performance.state
        named = [f"knob.{name} = {live_text(control)}" for name, control in state.knobs.items()]
        return " · ".join([*map(moved_by, state.maps.values()), *named]) or NOTHING

    def __dir__(self) -> list[str]:
        return [*METHODS]


def map_words(performance: Performance) -> dict[str, object]:
    """The words of controllers, by name."""
    return {
        "knob": Knobs(performance),
        "learn": Learn(performance),
        "unlearn": Unlearn(performance),
        "maps": Maps(performance),
    }


def moved_by(each: Map) -> str:
    """A parameter and what moves it: `drone.z2 ← f1`."""
    return f"{each.key} ← {each.knob or live_text(each.control)}"


def map_line(each: Map) -> str:
    """A map in a line: `drone.z2 ← f1 · cc(0, ch=1, device="nano") · pickup · 0.2 to 0.8`."""
    said = [moved_by(each)]
    said += [live_text(each.control)] if each.knob else []
    said.append(each.mode)
    said += [f"{each.low:g} to {each.high:g}"] if (each.low, each.high) != (0.0, 1.0) else []
    said += [f"curve {each.curve:g}"] if each.curve != 1.0 else []
    said += [f"slew {each.slew:g}"] if each.slew else []
    return " · ".join(said)


def load_file(path: Path) -> tuple[Map | Knob, ...]:
    """The changes that bring back a file's maps. Raises a PlaudError that names the file."""
    try:
        return read_maps(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path}: {getattr(error, 'strerror', None) or 'no text'}") from None


def sessions(name: str) -> list[Path]:
    """Folders of earlier sessions of that name, the last first, that have maps."""
    if not _FILE.fullmatch(name):
        return []
    found = settings.home().glob(f"sessions/*_{name}*/{FILE_NAME}")
    named = re.compile(rf"\d{{4}}-\d\d-\d\d_\d{{4}}_{re.escape(name)}(?:_\d+)?")
    return sorted((p.parent for p in found if named.fullmatch(p.parent.name)), reverse=True)


def map_files() -> dict[str, str]:
    """What `maps.load` may be given: names of saved maps, and of sessions that have some."""
    saved = {p.stem: "maps" for p in sorted((settings.home() / FOLDER).glob("*.toml"))}
    folders = sorted(p.parent.name for p in settings.home().glob(f"sessions/*/{FILE_NAME}"))
    return {**{_session(name): "session" for name in folders}, **saved}


def _session(folder: str) -> str:
    """The name of a session, of its folder's."""
    return re.sub(r"_\d+$", "", folder.split("_", 2)[-1])


def resumed(session: str | None) -> str:
    """The maps of the last session that had the name of this one, whose folder is given; '' for none."""
    name = _session(Path(session).name) if session else ""
    before = sessions(name) if name != UNNAMED else []
    return str(before[0] / FILE_NAME) if before else ""


def _path(what: str, name: object, folders: tuple[Path, ...]) -> Path:
    """The file that a name, or a path, means: the first that is there, else the one in the first folder."""
    if not isinstance(name, str) or not (_FILE.fullmatch(name) or name.endswith(".toml")):
        raise ParameterError(f'{what}({name!r:.40}): wants a name in quotes, as in {what}("gig")')
    if name.endswith(".toml"):
        return Path(name).expanduser()
    own = folders[0] / f"{name}.toml"
    places = [own, *(folder / FILE_NAME for folder in folders[1:])]
    return next((place for place in places if place.is_file()), own)


def _short(path: Path) -> Path:
    """A path as seen from PLAUD_HOME, where it lies below."""
    return path.relative_to(settings.home()) if path.is_relative_to(settings.home()) else path


def _target(target: object, how: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(target, str):
        if not _WORD.fullmatch(target):
            raise ParameterError(f'learn({target!r:.40}): a name wants letters, digits and _, as in "cutoff"')
        return {"name": target}
    instrument, parameter = _parameter("learn", target)
    return {"instrument": instrument, "parameter": parameter, **how}


def _parameter(word: str, target: object) -> tuple[str, str]:
    if not isinstance(target, Reference):
        names = (getattr(target, name, None) for name in ("_name", "__name__"))  # of instruments, functions
        shown = next((name for name in names if isinstance(name, str)), f"{target!r:.40}")
        raise ParameterError(f"{word}({shown}): wants parameters, as in {word}(drone.z2)")
    return target.instrument, f"{target.parameter}{'' if target.index is None else target.index}"


def _typed(change: Knob | Unmap) -> str:
    """What is let go of, as it is typed."""
    return f'"{change.name}"' if isinstance(change, Knob) else f"{change.instrument}.{change.parameter}"


def _how(mode: object, ends: object, curve: object, slew: object, rel: object) -> dict[str, Any]:
    """How a control is to move what it learns; what is not said is left out. Raises ParameterError."""
    how: dict[str, Any] = {}
    if mode is not None:
        if not isinstance(mode, str) or mode not in MODES:
            near = suggestion(mode, MODES) if isinstance(mode, str) else ""
            raise ParameterError(f"learn(…, mode={mode!r:.20}): have {', '.join(MODES)}{near}")
        how["mode"] = mode
    if ends is not None:
        if not isinstance(ends, tuple | list) or len(ends) != 2:
            raise ParameterError(f"learn(…, range={ends!r:.40}): wants two ends, as in range=(.2, .8)")
        how["low"], how["high"] = (_number("range", end) for end in ends)
    if curve != 1:
        how["curve"] = _number("curve", curve)
    if slew is not None:
        how["slew"] = to_beats("slew", slew)
    if rel is not None:
        if isinstance(rel, bool) or rel not in ENCODINGS:
            raise ParameterError(f"learn(…, rel={rel!r:.20}): wants 1, 2 or 3; help(cc) says which")
        how["rel"] = rel
    return how


def _number(word: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParameterError(f"learn(…, {word}={value!r:.40}): wants numbers")
    return float(value)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _ranges(names: Mapping[str, str]) -> str:
    """Names in a line, those that count up as `f1..f8`."""
    shown: list[str] = []
    first: dict[str, list[int]] = {}
    for name in names:
        head = name.rstrip("0123456789")
        digits = name.removeprefix(head)
        if digits:
            first.setdefault(head, []).append(int(digits))
        else:
            shown.append(name)
    counted = [f"{h}{min(n)}..{h}{max(n)}" if len(n) > 1 else f"{h}{n[0]}" for h, n in first.items()]
    return " ".join([*counted, *shown])
