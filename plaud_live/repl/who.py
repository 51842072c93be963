"""What drives what, in words: for `who()` and for the toolbar."""

from plaud_live.control.state import InstrumentState, State
from plaud_live.control.units import fader_to_db
from plaud_live.repl.messages import Page
from plaud_live.repl.values import text_of
from plaud_live.signals.graph import Constant, Signal, rebuild
from plaud_live.signals.space import Columns, Vector
from plaud_live.signals.transitions import Transition, target

MAX_PLACE = 16


def who(state: State) -> Page:
    """Which signal drives which parameter, for everything that is not as it was loaded."""
    lines: list[str] = []
    for name, instrument in state.instruments.items():
        level = target(instrument.sources["level"].signal)
        gain = target(instrument.sources["gain"].signal)
        playing = "plays" if isinstance(level, Constant) and level.number > 0.0 else "is silent, knows"
        loud = f", {fader_to_db(gain.number):+.1f} dB" if isinstance(gain, Constant) else ""
        lines.append(f"{name} {playing} {instrument.info.name}{loud}")
        lines += [f"  {parameter:<12} {text}" for parameter, text in driven(instrument)]
    return Page("\n".join(lines) or 'no instrument yet — drone = load("default")')


def driven(instrument: InstrumentState) -> list[tuple[str, str]]:
    """Parameter and text of its signal, one row for each that was set."""
    rows: list[tuple[str, str]] = []
    for parameter, source in instrument.sources.items():
        if not source.text or parameter == "level":
            continue
        final = arrived(source.signal)
        if parameter == "z" and isinstance(final, Columns):
            if len(final.indices) < final.size and not _is_home(final.base, instrument):
                rows.append(("z", text_of(final.base)))
            rows += [(f"z{i}", text_of(s)) for i, s in zip(final.indices, final.signals, strict=True)]
        else:
            rows.append((parameter, text_of(final)))
    return rows


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
        for parameter, text in driven(instrument)
        if parameter.startswith("z")
    )


def arrived(source: Signal) -> Signal:
    """A signal as it will be when every transition in it has ended."""
    return rebuild(target(source), lambda node: arrived(node) if isinstance(node, Transition) else None)


def _short(signal: Signal, instrument: InstrumentState) -> str:
    if _is_home(signal, instrument):
        return "home"
    text = text_of(arrived(signal)).replace("A.", "")
    return text if len(text) <= MAX_PLACE else text[: MAX_PLACE - 1] + "…"


def _is_home(signal: Signal, instrument: InstrumentState) -> bool:
    return isinstance(signal, Vector) and signal.values == instrument.info.home
