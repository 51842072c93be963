"""Live inputs as they are typed: what one says now and whose it is, and which wait for a device in vain."""

from collections.abc import Iterable

from plaud_live.errors import PlaudError
from plaud_live.repl.performance import Performance
from plaud_live.signals.graph import Signal
from plaud_live.signals.live import Live, live_text, unheard
from plaud_live.signals.midi_names import device_fits, parse
from plaud_live.signals.traversal import walk

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


def awaited(performance: Performance, signals: Iterable[Signal]) -> list[str]:
    """A line for each device that signals listen to and that is not plugged in; none where nobody knows."""
    there = (performance.snapshot() or {}).get("midi")
    if there is None:
        return []
    names = {node.name for signal in signals for node in walk(signal) if isinstance(node, Live)}
    wanted = {midi.device for midi in map(parse, names) if midi is not None and midi.device}
    gone = sorted(device for device in wanted if not any(device_fits(device, stem) for stem in there))
    return [f"no device {device!r} is there yet, it is waited for — midi.devices()" for device in gone]


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) <= 1.0 else f"{value:g}"
