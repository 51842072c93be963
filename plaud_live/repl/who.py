"""What drives what, in words: for `who()` and for the toolbar."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plaud_live.control.keys import STEP
from plaud_live.control.maps import MAP
from plaud_live.control.outputs import target_of
from plaud_live.control.parameters import LEVEL, PRESENCE, VERB
from plaud_live.control.state import InstrumentState, Part, State
from plaud_live.control.units import fader_to_db
from plaud_live.repl.maps import moved_by
from plaud_live.repl.messages import Page
from plaud_live.repl.models import model_text
from plaud_live.repl.playing import keys_text
from plaud_live.repl.values import text_of
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.live import Live, live_text
from plaud_live.signals.space import Columns, Reference, Vector
from plaud_live.signals.transitions import Transition, target
from plaud_live.signals.traversal import rebuild, walk

MAX_PLACE = 16
HELD = "held at its last value"


def who(state: State, snapshot: Mapping[str, Any] | None = None, loops: Iterable[object] = ()) -> Page:
    """Which signal drives which parameter, for everything that is not as it was loaded; loops and scenes.

    `snapshot` is the engine's: it knows what is held, and what it hears on live inputs.
    """
    seen = snapshot or {}
    lines = [line for name in state.instruments for line in _about(name, state, seen)]
    lines += about_verb(state, seen) if _is_heard(state) or seen.get("push") else []
    if not state.instruments:
        lines.append('no instrument yet — drone = load("default")')
    heard = seen.get("inputs") or {}
    inputs = {name: values for name, values in heard.items() if not name.startswith((MAP, STEP))}
    if inputs:
        lines.append(f"heard {' · '.join(_heard(name, values) for name, values in inputs.items())}")
    lines += [f"sends {target_of(to).typed} ← {outlet.text}" for to, outlet in state.outputs.items()]
    lines += [f"clock of {name} {'runs' if run.runs else 'stands'}" for name, run in state.clocks.items()]
    lines += [f"mapped {' · '.join(map(moved_by, state.maps.values()))}"] if state.maps else []
    lines += [f"loop {loop!r}" for loop in loops]
    if state.scenes:
        lines.append(f"scenes {' '.join(state.scenes)}")
    return Page("\n".join(lines))


def who_is(name: str, state: State, snapshot: Mapping[str, Any] | None = None) -> Page:
    """Which signal drives which parameter of one instrument."""
    return Page("\n".join(_about(name, state, snapshot or {})))


def _about(name: str, state: State, seen: Mapping[str, Any]) -> list[str]:
    instrument = state.instruments[name]
    held = list(((seen.get("instruments") or {}).get(name) or {}).get("held") or ())
    model = model_text(instrument, seen.get("beat"))
    lines = [f"{name} {_playing(instrument)} {model}{_loudness(instrument)}"]
    if keys := state.keys.get(name):
        lines.append(f"  {'keys':<12} {keys_text(keys, (seen.get('keys') or {}).get(name))}")
    rows = driven(instrument)
    for parameter, text, kinds in rows:
        marks = [*kinds, *([HELD] if parameter in held else [])]
        lines.append(f"  {parameter:<12} {text}" + "".join(f" · {mark}" for mark in marks))
    known = {parameter for parameter, _, _ in rows}
    return lines + [f"  {parameter:<12} {HELD}" for parameter in held if parameter not in known]


def about_verb(state: State, seen: Mapping[str, Any]) -> list[str]:
    """Which signal drives which parameter of the reverb."""
    if state.reverb is None:
        return ["verb is not there"]
    held = list((seen.get(VERB) or {}).get("held") or ())
    lines = [f"{VERB} is {state.reverb.info.name}, {state.reverb.info.t60:.2g} s"]
    for parameter, text, kinds in driven(state.reverb):
        marks = [*kinds, *([HELD] if parameter in held else [])]
        lines.append(f"  {parameter:<12} {text}" + "".join(f" · {mark}" for mark in marks))
    if pushed := seen.get("push"):
        lines.append(f"  {'push':<12} {pushed.get('name')} every {pushed.get('every'):g} s")
    return lines


def _is_heard(state: State) -> bool:
    """Whether anything of the reverb is not as it was loaded."""
    return state.reverb is not None and bool(driven(state.reverb))


def parameter_line(link: Reference, state: State, snapshot: Mapping[str, Any] | None = None) -> str:
    """What drives a parameter, and where its latents are now: `drone.z0: lfo(16), now 0.42`."""
    instrument = state.parts.get(link.instrument)
    if instrument is None:
        return repr(link)
    rows = {name: text for name, text, _ in driven(instrument)}
    name = f"{link.parameter}{'' if link.index is None else link.index}"
    over = ", ".join(f"{row} {text}" for row, text in rows.items() if re.fullmatch(r"z\d+", row))
    if link.parameter == "z" and link.index is None and over:
        text = ", ".join(part for part in (rows.get("z", ""), over) if part)
    elif link.parameter == "z":
        text = rows.get(name) or rows.get("z") or "as loaded"
    else:
        text = rows.get(name) or repr(arrived(instrument.sources[link.parameter].signal))
    if link.parameter != "z":
        return f"{link!r}: {text}"
    latents = (((snapshot or {}).get("instruments") or {}).get(link.instrument) or {}).get("z") or ()
    here = latents if link.index is None else latents[link.index : link.index + 1]
    now = " ".join(f"{value:.2f}" for value in here)
    return f"{link!r}: {text}" + (f", now {now}" if now else "")


def driven(instrument: Part) -> list[tuple[str, str, list[str]]]:
    """Parameter, text of its signal, and what is live of it, one row for each that was set."""
    rows: list[tuple[str, Signal]] = []
    for parameter, source in instrument.sources.items():
        if not source.text or parameter in (LEVEL, PRESENCE):
            continue
        final = arrived(source.signal)
        if parameter == "z" and isinstance(final, Columns):
            home = isinstance(instrument, InstrumentState) and _is_home(final.base, instrument)
            if len(final.indices) < final.size and not home:
                rows.append(("z", final.base))
            rows += [(f"z{i}", s) for i, s in zip(final.indices, final.signals, strict=True)]
        else:
            rows.append((parameter, final))
    return [(parameter, text_of(signal), _kinds(signal)) for parameter, signal in rows]


def with_places(snapshot: Mapping[str, Any] | None, state: State) -> Mapping[str, Any] | None:
    """The engine's snapshot with what we know better: where each instrument is going."""
    if not snapshot or not isinstance(beat := snapshot.get("beat"), int | float):
        return snapshot
    shown = {
        name: {**one, "text": place(state.instruments[name], beat)}
        for name, one in (snapshot.get("instruments") or {}).items()
        if name in state.instruments
    }
    return {**snapshot, "instruments": shown}


def place(instrument: InstrumentState, beat: float) -> str:
    """Where an instrument is in latent space at `beat`: `wood→choir 43%`, or what drives its latents."""
    signal = instrument.sources["z"].signal
    while isinstance(signal, Transition) and not signal.start <= beat < signal.start + signal.beats:
        signal = signal.before if beat < signal.start else signal.after
    if isinstance(signal, Transition):
        share = (beat - signal.start) / signal.beats
        before, after = (_short(end, instrument) for end in (signal.before, signal.after))
        return f"{before}→{after} {100.0 * share:.0f}%"
    return " ".join(
        text if parameter == "z" else f"{parameter} {text}"
        for parameter, text, _ in driven(instrument)
        if parameter.startswith("z")
    )


def arrived(source: Signal) -> Signal:
    """A signal as it will be when every transition in it has ended."""
    return rebuild(target(source), lambda node: arrived(node) if isinstance(node, Transition) else None)


def _kinds(signal: Signal) -> list[str]:
    """What of a signal is no pure function of beats: read in the engine, or sampled by this prompt."""
    names = [node.name for node in walk(signal) if isinstance(node, Live)]
    sampled = any(name.startswith("fn/") for name in names)
    live = any(not name.startswith("fn/") for name in names)
    return [*(["live"] if live else []), *(["sampled by this prompt"] if sampled else [])]


def _heard(name: str, values: Sequence[float]) -> str:
    """A live input and its last value: `osc("td/x") 0.42`."""
    most = " ".join(f"{value:.2f}" for value in values[:4])
    return f"{live_text(name)} {most}{' …' if len(values) > 4 else ''}"


def _playing(instrument: InstrumentState) -> str:
    level, presence = (target(instrument.sources[name].signal) for name in (LEVEL, PRESENCE))
    if not (isinstance(level, Constant) and level.number > 0.0):
        return "is silent, knows"
    if isinstance(presence, Constant) and presence.number <= 0.0:
        return "is faded out by solo, plays"
    return "plays"


def _loudness(instrument: InstrumentState) -> str:
    gain = target(instrument.sources["gain"].signal)
    return f", {fader_to_db(gain.number):+.1f} dB" if isinstance(gain, Constant) else ""


def _short(signal: Signal, instrument: InstrumentState) -> str:
    if _is_home(signal, instrument):
        return "home"
    text = text_of(arrived(signal)).replace("A.", "")
    return text if len(text) <= MAX_PLACE else text[: MAX_PLACE - 1] + "…"


def _is_home(signal: Signal, instrument: InstrumentState) -> bool:
    return isinstance(signal, Vector) and signal.values == instrument.info.home
