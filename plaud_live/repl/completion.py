"""What could be typed next, from the parameter table, the anchors and the names. Runs no user code."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, MethodType, ModuleType

from plaud_live.control.parameters import Parameter, parameters
from plaud_live.control.takeover import MODES
from plaud_live.repl.inputs import HEARD, Microphone
from plaud_live.repl.instrument import METHODS, Instrument, RawLatents
from plaud_live.repl.maps import METHODS as MAPS_METHODS
from plaud_live.repl.maps import Knobs, Maps, map_files
from plaud_live.repl.midi_words import VOICE_FIELDS, MidiWord, NoteWord, note_names
from plaud_live.repl.models import names
from plaud_live.repl.namespace import Namespace
from plaud_live.repl.osc_help import address_words
from plaud_live.repl.outputs import MidiOut, OscWord
from plaud_live.repl.pages import SIGNAL_METHODS, first_line, summary
from plaud_live.repl.parts import Part
from plaud_live.repl.performance import Performance
from plaud_live.repl.push import Push
from plaud_live.repl.scenes import METHODS as SCENE_METHODS
from plaud_live.repl.scenes import SceneName, Scenes
from plaud_live.repl.scripts import METHODS as RUN_METHODS
from plaud_live.repl.scripts import Run
from plaud_live.repl.sounds import SUFFIXES
from plaud_live.repl.take_latents import TakeLatents
from plaud_live.repl.takes import Rec, Take, Takes
from plaud_live.repl.training import Train
from plaud_live.repl.tutorial import METHODS as TUTORIAL_METHODS
from plaud_live.repl.tutorial import Tutorial
from plaud_live.repl.verb import Verb
from plaud_live.repl.verb_fitting import Fit
from plaud_live.repl.words import Anchors, Clock
from plaud_live.settings import home, model_names, reverb_names
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live
from plaud_live.signals.traversal import walk

_PATH = re.compile(r"((?:[^\W\d]\w*\.)*)(\w*)$")
_FILE = re.compile(r"""\b(load|run|sound)\(\s*["']([^"']*)$""")
_MAPS = re.compile(r"""\bmaps\.load\(\s*["']([^"']*)$""")
_NAMED = re.compile(r"""(?<![\w.])(scene|scene\.morph|osc)\((?:\s*["'][^"']*["']\s*,)?\s*["']([^"']*)$""")
_REVERB = re.compile(r"""(?<![\w.])verb\.load\(\s*["']([^"']*)$""")
_MODEL = re.compile(r"""(?<![\w.])(\w+)\.(?:swap|audition)\(\s*["']([^"']*)$""")
_PLUGGED = re.compile(r"""(?:\bdevice\s*=|\bmidi\.out\()\s*["']([^"']*)$""")
_MODE = re.compile(r"""\blearn\(.*\bmode\s*=\s*["']([^"']*)$""")
_SOURCE = re.compile(r"""\bclock\.source\s*=\s*["']([^"']*)$""")
_PATTERN = re.compile(r"""(?:\.\w+\s*[-+*]?=|\b(?:pat|seq|to|choose)\([^"']*|\(.*\b\w+=)\s*["']([^"']*)$""")
_ADDRESS = re.compile(r"""["'](/plaud[^"']*)$""")
_STEP = re.compile(r"[^\W\d]?\w*$")
"""In front of the cursor: a file, a scene or an address in quotes; a pattern in quotes, its last step."""

_DEVICE = re.compile(r"""(?<![\w.])midi\.out\(\s*["'][^"']*["']\s*\)\.$""")
_VOICE = re.compile(r"(?<![\w.])note(?:\([^()]*\))?\.mpe\[\d\]\.$")
_CALL = re.compile(r"([^\W\d]\w*)\(([^()]*(?:\([^()]*\)[^()]*)*)$")
MAX_LINE = 1000
_TIMES = {"over": "fade in beats", "at": "start at a multiple of beats", "beats": "beats"}
_THINGS = (Part, Anchors, Clock, Scenes, Microphone, NoteWord, MidiWord, Knobs, Maps)
_TAKES = (Take, Takes, Rec)
_CALLED = {"train": (Train, Train.__call__), "fit": (Fit, Fit.__call__), "push": (Push, Push.__call__)}
"""Words with words of their own: `drone.train.stop()`."""
_STATEMENTS = ("for ", "if ", "def ", "with ", "import ", "from ")
_CLOCK = {
    "bpm": "tempo",
    "quant": "launch grid in beats",
    "source": "whose tempo",
    "tap": "tap the tempo",
    "beat": "the beat of now",
}


@dataclass(frozen=True)
class Candidate:
    """A completion: it replaces the last `replaces` characters before the cursor; `meta` says what it is."""

    text: str
    replaces: int
    meta: str = ""


def complete(before: str, performance: Performance, namespace: Namespace) -> list[Candidate]:
    """Completions for the text `before` the cursor, best first."""
    if _in_quotes(before):
        return list(_quoted(before.rpartition("\n")[2][-MAX_LINE:], performance))
    found = _PATH.search(before)
    if found is None:
        return []
    path, typed = found.groups()
    if path:
        offered = _attributes(path.rstrip(".").split("."), performance, namespace)
    elif _DEVICE.search(before[: found.start()]):
        offered = _methods(MidiOut)
    elif _VOICE.search(before[: found.start()]):
        offered = VOICE_FIELDS
    elif before[: found.start()].endswith(")."):
        offered = _signal_methods()
    elif re.search(r"\.\s*$|\d$", before[: found.start()]):
        return []
    else:
        offered = {**_keywords(before, performance, namespace), **_names(namespace)}
        if not typed:
            offered = _keywords(before, performance, namespace)
    known = [Candidate(name, len(typed), meta) for name, meta in offered.items() if name.startswith(typed)]
    return [c for c in known if typed.startswith("_") or not c.text.startswith("_")]


def _quoted(line: str, performance: Performance) -> Iterator[Candidate]:
    """Completions within quotes: files, scenes, addresses, and anchors in a pattern."""
    if string := _MAPS.search(line):
        typed = string[1]
        offered = map_files()
    elif string := _FILE.search(line):
        word, typed = string.groups()
        offered = dict.fromkeys(_files(word), "")
    elif string := _ADDRESS.search(line):
        typed = string[1]
        offered = address_words(performance.state)
    elif string := _NAMED.search(line):
        word, typed = string.groups()
        offered = _addresses(performance) if word == "osc" else dict.fromkeys(performance.scenes(), "scene")
    elif string := _MODEL.search(line):
        word, typed = string.groups()
        offered = names(performance.state, word)
    elif string := _REVERB.search(line):
        typed = string[1]
        offered = dict.fromkeys(reverb_names(), "reverb")
    elif string := _PLUGGED.search(line):
        typed = string[1]
        offered = dict.fromkeys((performance.snapshot() or {}).get("midi") or (), "device")
    elif string := _MODE.search(line):
        typed = string[1]
        offered = MODES
    elif string := _SOURCE.search(line):
        typed = string[1]
        devices = (performance.snapshot() or {}).get("midi") or ()
        offered = {"midi": "the clock of any device", "own": "no clock", **dict.fromkeys(devices, "device")}
    elif (string := _PATTERN.search(line)) and (step := _STEP.search(string[1])):
        typed = step[0]
        offered = dict.fromkeys(performance.anchors(), "anchor") if typed or not string[1] else {}
    else:
        return
    yield from (Candidate(name, len(typed), meta) for name, meta in offered.items() if name.startswith(typed))


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
    if isinstance(thing, (*_THINGS, *_TAKES)):
        return repr(thing)
    ours = isinstance(thing, FunctionType | MethodType) or word in namespace.words
    return summary(thing) if ours else ""


def _attributes(path: list[str], performance: Performance, namespace: Namespace) -> dict[str, str]:
    """Names after a dot, with what they are. Looks at our own things, modules and classes, never calls."""
    thing = namespace.names.get(path[0])
    if isinstance(thing, Part):
        table = _table(thing, performance)
        if path[1:] == ["raw"]:
            return {row.name: row.help for row in table.values() if row.index is not None}
        if len(path) == 2 and path[1] in thing._methods and path[1] in _CALLED:
            return _methods(_CALLED[path[1]][0])
        if len(path) == 2 and path[1] in table:
            return _signal_methods()
        if len(path) == 1:
            return {**{row.name: _unit(row) for row in table.values()}, **thing._methods}
        return {}
    if isinstance(thing, Anchors):
        if len(path) == 1:
            return dict.fromkeys(performance.anchors(), "anchor")
        return _signal_methods() if len(path) == 2 else {}
    if isinstance(thing, Microphone) and len(path) == 2 and path[1] in HEARD:
        return _signal_methods()
    if isinstance(thing, NoteWord):
        return dict(note_names(path[1:])) or _signal_methods()
    if isinstance(thing, Knobs):
        return thing.names() if len(path) == 1 else _signal_methods()
    if (isinstance(thing, Take) and path[1:] == ["z"]) or (isinstance(thing, Takes) and path[2:] == ["z"]):
        return {"loop": first_line(TakeLatents.loop), **_signal_methods()}
    if isinstance(thing, Takes) and len(path) == 2 and path[1] in dir(thing):
        return _methods(Take)
    if len(path) > 1:
        return {}
    if isinstance(thing, Signal):
        return _signal_methods()
    if isinstance(thing, Scenes):
        return {**dict.fromkeys(performance.scenes(), "scene"), **SCENE_METHODS}
    if isinstance(thing, Microphone):
        return HEARD
    if isinstance(thing, Clock):
        return _CLOCK
    if isinstance(thing, Maps):
        return MAPS_METHODS
    if isinstance(thing, Run):
        return RUN_METHODS
    if isinstance(thing, Tutorial):
        return TUTORIAL_METHODS
    if isinstance(thing, ModuleType):
        return dict.fromkeys(sorted(thing.__dict__), "")
    if isinstance(thing, RawLatents) or thing is None:
        return {}
    if isinstance(thing, Takes):
        return dict.fromkeys(dir(thing), "takes")
    if isinstance(thing, MidiOut | MidiWord | OscWord | Rec | Take):
        return _methods(type(thing))
    return dict.fromkeys(sorted(vars(type(thing))), "")


def _keywords(before: str, performance: Performance, namespace: Namespace) -> dict[str, str]:
    """Parameters within the parentheses of a call: `drone(ga` gives `gain=`."""
    call = _CALL.search(before)
    if call is None:
        return {}
    if before[: call.start()].endswith("."):
        owner = _PATH.search(before[: call.start()])
        return _method_keywords(owner[1].rstrip(".").split(".") if owner else [""], call[1], namespace)
    thing = namespace.names.get(call[1])
    if isinstance(thing, Part):
        given = {f"{row.name}=": _unit(row) for row in _table(thing, performance).values()}
        return {**given, "over=": _TIMES["over"], "at=": _TIMES["at"]}
    if callable(thing) and call[1] in namespace.words and not isinstance(thing, _THINGS):
        return _parameters(thing, 1)
    return {}


def _method_keywords(owner: list[str], method: str, namespace: Namespace) -> dict[str, str]:
    """Parameters of `drone.play(`, `scene.dark(`, `lfo(8).slew(`."""
    thing = namespace.names.get(owner[0])
    if isinstance(thing, Instrument) and len(owner) == 1 and method == "train":
        return _parameters(Train.__call__, 2)
    if isinstance(thing, Instrument) and len(owner) == 1 and method in METHODS:
        return _parameters(getattr(Instrument, method), 1 if method in ("play", "stop") else 2)
    if isinstance(thing, Verb) and len(owner) == 1 and method in ("fit", "push"):
        return _parameters(_CALLED[method][1], 1)
    if isinstance(thing, Verb) and len(owner) == 1 and method in thing._methods:
        return _parameters(getattr(Verb, method), 1)
    if isinstance(thing, Take | Takes) and owner[-1:] == ["z"] and method == "loop":
        return _parameters(TakeLatents.loop, 1)
    if isinstance(thing, Scenes):
        return _parameters(Scenes.morph, 3) if method == "morph" else _parameters(SceneName.__call__, 1)
    if method in SIGNAL_METHODS and not isinstance(thing, ModuleType):
        return _parameters(getattr(Signal, method), 1)
    return {}


def _methods(kind: type) -> dict[str, str]:
    """What one of our words can do, with the first line on it."""
    return {name: first_line(each) for name, each in vars(kind).items() if not name.startswith("_")}


def _parameters(function: object, first: int) -> dict[str, str]:
    """`name=` for the parameters of one of our functions, from number `first` on."""
    if not callable(function):
        return {}
    names = list(inspect.signature(function).parameters.values())[first:]
    return {f"{p.name}=": _TIMES.get(p.name, "") for p in names if p.kind is not p.VAR_POSITIONAL}


def _names(namespace: Namespace) -> dict[str, str]:
    """Instruments first, then words, then what was defined here, then how statements begin."""
    names = dict(namespace.names)
    instruments = {n: repr(t) for n, t in names.items() if isinstance(t, Instrument)}
    words = {n: _meta(names[n]) for n in sorted(namespace.words)}
    others = dict.fromkeys(sorted(n for n in names if n not in instruments and n not in namespace.words), "")
    return {**instruments, **words, **others, **dict.fromkeys(_STATEMENTS, "")}


def _meta(thing: object) -> str:
    return first_line(thing).partition(":")[0]


def _unit(row: Parameter) -> str:
    return f"{row.help}, {row.low:g} to {row.high:g}"


def _table(thing: Part, performance: Performance) -> dict[str, Parameter]:
    state = performance.state.parts.get(thing._name)
    return parameters(state.info) if state else {}


def _signal_methods() -> dict[str, str]:
    return {name: first_line(getattr(Signal, name)).replace("`", "") for name in SIGNAL_METHODS}


def _addresses(performance: Performance) -> dict[str, str]:
    """What `osc` has been asked for, and what has arrived."""
    signals = performance.state.signals()
    known = {node.name for signal in signals for node in walk(signal) if isinstance(node, Live)}
    heard = (performance.snapshot() or {}).get("inputs") or ()
    names = sorted(name.removeprefix("osc/") for name in {*known, *heard} if name.startswith("osc/"))
    return dict.fromkeys(names, "live")


def _files(word: str) -> Iterator[str]:
    if word == "run":
        yield from (f"patches/{p.name}" for p in sorted((home() / "patches").glob("*.py")))
    elif word == "sound":
        yield from (p.name for p in sorted(home().glob("*.*")) if p.suffix.lower() in SUFFIXES)
    else:
        yield from model_names()


def _in_quotes(before: str) -> bool:
    line = before.rpartition("\n")[2]
    return line.count('"') % 2 == 1 or line.count("'") % 2 == 1
