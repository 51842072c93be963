"""What could be typed next, from the parameter table, the anchors and the names. Runs no user code."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, MethodType, ModuleType

from plaud_live.control.parameters import Parameter, parameters
from plaud_live.repl.instrument import METHODS, Instrument, RawLatents
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.pages import SIGNAL_METHODS, summary
from plaud_live.repl.performance import Performance
from plaud_live.repl.words import Anchors, Clock, Later
from plaud_live.settings import DEFAULT_MODEL, home
from plaud_live.signals.graph import Signal

_PATH = re.compile(r"((?:[^\W\d]\w*\.)*)(\w*)$")
_STRING = re.compile(r"""\b(load|run)\(\s*["']([^"']*)$""")
_CALL = re.compile(r"([^\W\d]\w*)\(([^()]*(?:\([^()]*\)[^()]*)*)$")
_STATEMENTS = ("for ", "if ", "def ", "with ", "import ", "from ")
_CLOCK = {"bpm": "tempo", "quant": "launch grid in beats", "tap": "tap the tempo", "beat": "the beat of now"}


@dataclass(frozen=True)
class Candidate:
    """A completion: it replaces the last `replaces` characters before the cursor; `meta` says what it is."""

    text: str
    replaces: int
    meta: str = ""


def complete(before: str, performance: Performance, namespace: Namespace) -> list[Candidate]:
    """Completions for the text `before` the cursor, best first."""
    if string := _STRING.search(before):
        word, typed = string.groups()
        return [Candidate(f, len(typed)) for f in _files(word) if f.startswith(typed)]
    found = _PATH.search(before)
    if found is None or _in_quotes(before):
        return []
    path, typed = found.groups()
    if path:
        offered = _attributes(path.rstrip(".").split("."), performance, namespace)
    elif before[: found.start()].endswith(")."):
        offered = _signal_methods()
    elif re.search(r"[\w)\]]\s*\.$|\d$", before[: found.start()]):
        return []
    else:
        offered = {**_keywords(before, performance, namespace), **_names(namespace)}
        if not typed:
            offered = _keywords(before, performance, namespace)
    known = [Candidate(name, len(typed), meta) for name, meta in offered.items() if name.startswith(typed)]
    return [c for c in known if typed.startswith("_") or not c.text.startswith("_")]


def describe_word(before: str, after: str, performance: Performance, namespace: Namespace) -> str:
    """One line on the word at the cursor, '' for none that is known."""
    found = _PATH.search(before)
    path, start = found.groups() if found else ("", "")
    word = start + (re.match(r"\w*", after) or [""])[0]
    if path:
        offered = _attributes(path.rstrip(".").split("."), performance, namespace)
        return f"{path}{word}: {offered[word]}" if offered.get(word) else ""
    if not word and (call := _CALL.search(before)):
        word = call[1]
    thing = namespace.names.get(word)
    if isinstance(thing, Instrument | Anchors | Clock | Later):
        return repr(thing)
    return summary(thing) if isinstance(thing, FunctionType | MethodType) else ""


def _attributes(path: list[str], performance: Performance, namespace: Namespace) -> dict[str, str]:
    """Names after a dot, with what they are. Looks at our own things, modules and classes, never calls."""
    thing = namespace.names.get(path[0])
    if isinstance(thing, Instrument):
        table = _table(thing, performance)
        if path[1:] == ["raw"]:
            return {row.name: row.help for row in table.values() if row.index is not None}
        if len(path) == 2 and path[1] in table:
            return _signal_methods()
        if len(path) == 1:
            return {**{row.name: _unit(row) for row in table.values()}, **METHODS}
        return {}
    if isinstance(thing, Anchors):
        if len(path) == 1:
            return dict.fromkeys(performance.anchors(), "anchor")
        return _signal_methods() if len(path) == 2 else {}
    if len(path) > 1:
        return {}
    if isinstance(thing, Signal):
        return _signal_methods()
    if isinstance(thing, Clock):
        return _CLOCK
    if isinstance(thing, ModuleType):
        return dict.fromkeys(sorted(thing.__dict__), "")
    if isinstance(thing, RawLatents) or thing is None:
        return {}
    return dict.fromkeys(sorted(vars(type(thing))), "")


def _keywords(before: str, performance: Performance, namespace: Namespace) -> dict[str, str]:
    """Parameters within the parentheses of a call: `drone(ga` gives `gain=`."""
    call = _CALL.search(before)
    if call is None or _in_quotes(before):
        return {}
    thing = namespace.names.get(call[1])
    dotted = before[: call.start()].endswith(".")
    if isinstance(thing, Instrument) and not dotted:
        given = {f"{row.name}=": _unit(row) for row in _table(thing, performance).values()}
        return {**given, "over=": "fade in beats", "at=": "start at a multiple of beats"}
    if dotted and call[1] in ("play", "stop"):
        return {"over=": "fade in beats", "at=": "start at a multiple of beats"}
    if isinstance(thing, FunctionType | MethodType) and call[1] in namespace.words:
        names = list(inspect.signature(thing).parameters)
        return {f"{name}=": "" for name in names[1:]}
    return {}


def _names(namespace: Namespace) -> dict[str, str]:
    """Instruments first, then words, then what was defined here, then how statements begin."""
    names = dict(namespace.names)
    instruments = {n: repr(t) for n, t in names.items() if isinstance(t, Instrument)}
    words = {n: _meta(names[n]) for n in sorted(namespace.words) if not isinstance(names.get(n), Later)}
    others = dict.fromkeys(sorted(n for n in names if n not in instruments and n not in namespace.words), "")
    return {**instruments, **words, **others, **dict.fromkeys(_STATEMENTS, "")}


def _meta(thing: object) -> str:
    if isinstance(thing, Anchors):
        return "anchors"
    if isinstance(thing, Clock):
        return "tempo and launch grid"
    return summary(thing).partition(" — ")[2].partition(":")[0]


def _unit(row: Parameter) -> str:
    return f"{row.help}, {row.low:g} to {row.high:g}"


def _table(thing: Instrument, performance: Performance) -> dict[str, Parameter]:
    state = performance.state.instruments.get(thing._name)
    return parameters(state.info) if state else {}


def _signal_methods() -> dict[str, str]:
    return {name: (getattr(Signal, name).__doc__ or "").replace("`", "") for name in SIGNAL_METHODS}


def _files(word: str) -> Iterator[str]:
    if word == "run":
        yield from (f"patches/{p.name}" for p in sorted((home() / "patches").glob("*.py")))
    else:
        models = (p.stem for p in (home() / "models").glob("*.plaud"))
        yield from sorted({DEFAULT_MODEL, *models})


def _in_quotes(before: str) -> bool:
    line = before.rpartition("\n")[2]
    return line.count('"') % 2 == 1 or line.count("'") % 2 == 1
