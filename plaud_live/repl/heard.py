"""A live input that is typed alone: what it says now, and whose it is."""

from plaud_live.errors import PlaudError
from plaud_live.repl.performance import Performance
from plaud_live.signals.live import Live, live_text, unheard

MOST_VALUES = 8


def heard_line(performance: Performance, live: Live) -> str:
    """`knob.f1: 0.64 — fader of nanoKONTROL2, cc(0, ch=1)`; its text alone where the engine is away."""
    text = live_text(live.name)
    if live.name.startswith("fn/"):
        return text
    try:
        answer = performance.request("heard", name=live.name)
    except PlaudError:
        return text
    values, whose = answer.get("values"), answer.get("whose")
    said = "not heard yet" if values is None else " ".join(_number(value) for value in values[:MOST_VALUES])
    if values is None and live.size >= 0:
        said += f", reads {_number(unheard(live.name))}"
    return f"{text}: {said}{f' — {whose}' if whose else ''}"


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) <= 1.0 else f"{value:g}"
