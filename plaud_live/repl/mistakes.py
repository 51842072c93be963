"""What was meant by code that Python refuses: words of other languages, and calls that do not fit.

The expression that failed is read back from the traceback, whose positions Python keeps (PEP 657).
"""

import ast
import linecache
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import FrozenInstanceError
from inspect import getattr_static
from types import FunctionType, MethodType, TracebackType
from typing import Any

from plaud_live.errors import suggestion
from plaud_live.repl.collecting import CODE_NAME
from plaud_live.repl.pages import SIGNAL_METHODS, examples, signature
from plaud_live.signals.graph import Signal

_FAMILIES = {
    "lfo(4)": "sine sin cos sinosc sine1",
    "tri(4)": "triangle lftri",
    "saw(4)": "lfsaw sawtooth ramp phasor isaw",
    "sq(4)": "square pulse lfpulse",
    "drift(4)": "noise perlin smooth lfnoise lfnoise1 lfnoise2 brownian",
    "walk(1)": "rand random irand rrand brown pbrown lfnoise0",
    "seq(0, .5, 1, every=1)": "cat fastcat slowcat fastsequence sequence pseq pdup ring knit",
    "choose(A.bell, A.glass)": "pick wchoose prand pxrand pick_one one_in randcat wrandcat",
    'pat("0 .5 1")': "pattern struct mini",
    "env([0, 1, 0])": "envelope adsr perc line xline envgen",
    "to(A.bell, 8)": "glide fade xfade ramp_to slide",
    "hush()": "silence stop mute stop_all",
    "hush(16)": "fade_out fadeout",
    "clock.bpm = 92": "bpm tempo setcps cps setbpm use_bpm setcpm tempoclock current_bpm",
    "clock.beat": "beat now beats current_beat",
    "@every(8) above a function": "live_loop loop in_thread routine tdef pdef sleep wait sched",
    'osc("td/x")': "osc_in cf ci get_osc oscdef",
    'scene("dark")': "snapshot preset store save",
    "verb.mix, in a later version": "reverb room freeverb",
    "help()": "tour commands",
    "tutorial()": "learn_more lesson lessons tut",
    "A.bell": "anchors anchor places place",
}
FOREIGN = {word: meant for meant, words in _FAMILIES.items() for word in words.split()}
"""Words of TidalCycles, SuperCollider and Sonic Pi, and what they are called here."""

_PARAMETERS = {
    "gain": "volume vol amp level loudness db mul velocity",
    "play": "start on begin fade_in fadein",
    "stop": "off mute silence end kill fade_out fadeout free release",
    "pan": "panning balance pos",
    "mark": "save_place anchor snapshot",
    "z": "latents latent place",
}
_METHODS = {
    "range": "scale map linlin linexp remap between",
    "slew": "smooth lag lag2 glide varlag slide",
    "hold": "segment sample latch every",
    "delay": "late shift offset early rotate",
    "clip": "limit clamp fold wrap min max",
    "quant": "round quantize quantise steps",
    "fast": "speed rate hurry ply density",
    "slow": "stretch sparsity",
    "peek": "plot scope poll show print",
    "to": "xfade blend morph mix lerp",
}
_FADES = ("fade", "dur", "duration", "fade_time", "glide", "xfade")
PARAMETERS = {word: meant for meant, words in _PARAMETERS.items() for word in words.split()}
METHODS = {word: meant for meant, words in _METHODS.items() for word in words.split()}

SHAPES = ("lfo", "tri", "saw", "sq", "drift", "walk", "env", "seq", "pat", "to", "fn", "osc")
"""Words that give a signal: somebody may look for them on an instrument."""


def name_meant(
    name: str,
    ours: Iterable[str],
    anchors: Iterable[str],
    tables: Mapping[str, Iterable[str]],
    others: Iterable[str],
) -> str:
    """What was meant by a name that is not there.

    One of `ours`, an anchor, a parameter (`tables` has those of each instrument), a word of another language,
    or one of `others`, Python's.
    """
    ours = [known for known in ours if not known.startswith("_")]
    same = [known for known in ours if known.lower() == name.lower()]
    if same:
        return f" — did you mean {same[0]!r}?"
    if name in anchors:
        return f" — the anchor is A.{name}"
    if owners := [instrument for instrument, table in tables.items() if name in table]:
        return f" — the parameter is {owners[0]}.{name}"
    if meant := FOREIGN.get(name.lower()):
        return f" — here it is {meant}"
    if name == "np" or name in sys.stdlib_module_names:
        return f" — import {'numpy as np' if name == 'np' else name}"
    return suggestion(name, ours) or suggestion(name, others, likeness=0.75)


def parameter_meant(instrument: str, name: str) -> str:
    """What was meant by something that an instrument does not have, '' if it is no word known elsewhere."""
    if name in SHAPES:
        return f" — {name} is a word by itself: {instrument}.z0 = {name}(…)"
    if name in ("help", "who", "near", "solo"):
        return f" — here it is {name}({instrument})"
    if name in _FADES:
        return " — a fade is over=8, in beats"
    meant = PARAMETERS.get(name.lower())
    return f" — here it is {instrument}.{meant}" if meant else ""


def left_behind(bound: Iterable[str], tables: Mapping[str, Iterable[str]]) -> str:
    """A note on names that were given a value and look like a tempo or a parameter, '' where none does.

    `tables` are the parameters of each instrument.
    """
    for name in sorted(bound):
        owners = [f"{owner}.{name}" for owner, table in tables.items() if name in table]
        if name in ("bpm", "tempo", "quant"):
            owners = ["clock.quant" if name == "quant" else "clock.bpm"]
        if owners:
            return f"{name} is a name of your own now — {owners[0]} = … is what sounds"
    return ""


def meant(error: BaseException, names: Mapping[str, Any]) -> str:
    """One line on a call, an operator or an attribute that does not fit, '' where Python says it best."""
    if isinstance(error, SyntaxError):
        return _syntax(error)
    if not isinstance(error, AttributeError | TypeError):
        return ""
    node, ours = _culprit(error)
    if isinstance(error, AttributeError):
        return _attribute(error, node)
    if type(error) is not TypeError or node is None or not ours:
        return ""
    text = str(error)
    if isinstance(node, ast.Call):
        if "is not callable" in text:
            return _not_callable(node, text)
        if re.search(r"\) (takes|got|missing)\b", text):
            return _wrong_arguments(node, names)
    if not _names_a_signal(text):
        return _subscript(node)
    if isinstance(node, ast.Compare):
        return "a signal is not compared, it moves — sq(4) switches, .clip(lo, hi) keeps it within bounds"
    if isinstance(node, ast.Call):
        called = f"{ast.unparse(node.func):.40}()"
        return f"{called} is for numbers, a signal moves — it has {_listed(SIGNAL_METHODS)}"
    if isinstance(node, ast.BinOp | ast.UnaryOp | ast.AugAssign):
        return "signals know + - * / % ** and nothing else"
    return _subscript(node)


def _syntax(error: SyntaxError) -> str:
    """On what stands in other languages, or belongs on a line of its own."""
    line = (error.text or "").strip()
    where = f"line {error.lineno}: " if (error.lineno or 1) > 1 else ""
    if re.match(r"@?(every|once)\b", line):
        return f"{where}@every(8) has a line of its own, and under it comes def wander(n): …"
    if timed := re.match(r"(at\([^)]*\))\s*:", line):
        return f"{where}with {timed[1]}: {line[timed.end() :].strip():.60}"
    if re.match(r"(live_loop|loop)\b", line):
        return f"{where}a loop is @every(8) on a line, and under it def wander(n): …"
    if re.fullmatch(r"(.*\W)?[^\W\d]\w*\.", line):
        return f"{where}{line:.40} goes on: Tab shows what it has"
    if "$" in line:
        return f"{where}this is Python: brackets instead of $, as in drone.z0 = lfo(4).slew(1)"
    return ""


def _attribute(error: AttributeError, node: ast.expr | None) -> str:
    """On a signal's or a string's attribute that is not there."""
    if isinstance(error, FrozenInstanceError):
        shown = ast.unparse(node) if node is not None else "a signal's attribute"
        return f"{shown} cannot be set: a signal stays as it is — assign another, as in drone.z0 = lfo(8)"
    name, thing = error.name or "", error.obj
    if isinstance(thing, Signal):
        if name in METHODS:
            return f"a signal has no {name!r} — here it is .{METHODS[name]}(…)"
        near = suggestion(name, SIGNAL_METHODS)
        return f"a signal has no {name!r}" + (near or f" — it has {_listed(SIGNAL_METHODS)}")
    if isinstance(thing, FunctionType | MethodType) and node is not None and _is_ours(thing):
        like = "".join(f", as in {example}" for example in examples(thing)[:1])
        return f"{ast.unparse(node).rpartition('.')[0]:.40} wants its brackets first{like}"
    if isinstance(thing, FunctionType) and name == "stop":
        loop = f"w = every(4, {thing.__name__})"
        return f"{thing.__name__} is a function, its loop has .stop(): {loop}, then w.stop() — or hush()"
    if name not in SIGNAL_METHODS and name not in METHODS:
        return ""
    method = METHODS.get(name, name)
    if isinstance(thing, str):
        return f'text alone has no {name!r} — pat("{thing:.40}").{method}(…)'
    if isinstance(thing, int | float):
        return f"{thing:g} has no {name!r}: a number stands still"
    return ""


def _not_callable(node: ast.Call, text: str) -> str:
    """On something in front of round brackets that is no function."""
    shown = ast.unparse(node.func)
    if len(shown) > 40 or "'NoneType'" in text:
        return ""
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        if node.func.value.id == "A":
            return f"{shown} is a place, no function — leave out the brackets"
        given = ", ".join(ast.unparse(each) for each in node.args) or "…"
        if "'float'" in text or _names_a_signal(text):
            return f"{shown} is set by assignment — {shown} = {given:.40}"
    return f"{shown} is no function — leave out the brackets"


def _wrong_arguments(node: ast.Call, names: Mapping[str, Any]) -> str:
    """On a call of one of our functions that does not fit its parameters."""
    function = _function(node.func, names)
    if function is None or not _is_ours(function):
        return ""
    called = ast.unparse(node.func)
    if len(called) > 40:
        called = called.rpartition(".")[2]
    shown = [e for e in examples(function) if function.__name__ in e or function.__name__ == "__call__"]
    example = f", as in {shown[0]}" if shown else ""
    return f"{ast.unparse(node):.60} does not fit {called}{signature(function)}{example}"


def _function(node: ast.expr, names: Mapping[str, Any]) -> FunctionType | MethodType | None:
    """The function that a call of ours means, found without running anything of the performer's."""
    thing: object = None
    if isinstance(node, ast.Name):
        thing = names.get(node.id)
    elif isinstance(node, ast.Attribute):
        owner = names.get(node.value.id) if isinstance(node.value, ast.Name) else None
        thing = getattr(type(owner), node.attr, None) or (
            getattr(Signal, node.attr) if node.attr in SIGNAL_METHODS else None
        )
    if thing is not None and not isinstance(thing, FunctionType | MethodType):
        thing = getattr_static(type(thing), "__call__", None)
    return thing if isinstance(thing, FunctionType | MethodType) else None


def _is_ours(function: FunctionType | MethodType) -> bool:
    return (function.__module__ or "").startswith("plaud_live")


def _subscript(node: ast.expr) -> str:
    """On square brackets behind an instrument or a signal."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name | ast.Attribute):
        return ""
    owner = ast.unparse(node.value).removesuffix(".z")
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    latent = f"z{key}" if isinstance(key, int) else key if isinstance(key, str) else "z0"
    return f"{ast.unparse(node)}: no square brackets here — {owner}.{latent}"


def _culprit(error: BaseException) -> tuple[ast.expr | None, bool]:
    """The expression of the performer's code that failed, and whether it failed there and not deeper."""
    found: TracebackType | None = None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_globals.get("__name__") == CODE_NAME:
            found = step
        step = step.tb_next
    if found is None:
        return None, False
    code = found.tb_frame.f_code
    start, end, first, last = list(code.co_positions())[found.tb_lasti // 2]
    if start is None or start != end or first is None or last is None:
        return None, False
    line = linecache.getline(code.co_filename, start).encode()
    try:
        node = ast.parse(line[first:last].decode().strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None, False
    return node, found.tb_next is None


def _names_a_signal(text: str) -> bool:
    """Whether one of Python's messages speaks of a signal, by the name of its class."""
    return not _kinds(Signal).isdisjoint(re.findall(r"\w+", text))


def _kinds(kind: type[Signal]) -> set[str]:
    """Names of all classes below `kind`."""
    below = [_kinds(subclass) for subclass in kind.__subclasses__()]
    return {kind.__name__}.union(*below)


def _listed(methods: Iterable[str]) -> str:
    return " ".join(f".{method}" for method in methods)
