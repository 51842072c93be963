"""A session for Open Stage Control (1.26 or newer), which any browser or tablet then shows.

A script in its root asks to be told of what changes; Open Stage Control hears at the port that it sends from.
"""

import json
from typing import Any

from plaud_live.surfaces.layout import RENEW_MS, TOPICS, Button, Fader, Layout

VERSION = "1.26.2"
"""Of the program that it was tried with."""

DECIMALS = 4
RED, GREEN, BLUE = "#d64545", "#43b581", "#5a9bd8"

Widget = dict[str, Any]


def write(shown: Layout) -> str:
    """The session as text."""
    target = f"{shown.host}:{shown.port}"
    faders = [_pad(shown, target)]
    faders += [_fader(fader, target, GREEN) for fader in shown.latents]
    faders += [_fader(fader, target, BLUE) for fader in (*shown.sound, shown.tempo)]
    root = {
        "type": "root",
        "id": "root",
        "layout": "vertical",
        "padding": 6,
        "onCreate": _hear(target),
        "widgets": [
            _row("head", 40, _head(shown, target)),
            _row("stage", 70, [_button(button, target) for button in shown.stage]),
            _row("faders", None, faders),
            _grid("places", 8, [_button(button, target) for button in shown.places]),
            _grid("scenes", 8, [_button(button, target) for button in (*shown.recall, *shown.save)]),
        ],
    }
    session = {"createdWith": "Open Stage Control", "version": VERSION, "type": "session", "content": root}
    return json.dumps(session, indent=1) + "\n"


def _hear(target: str) -> str:
    """Ask at once, and again before the lease ends."""
    ask = f"send('{target}', '/plaud/notify', 1, '{TOPICS}')"
    return f"{ask}\nsetInterval('lease', () => {{ {ask} }}, {RENEW_MS})"


def _head(shown: Layout, target: str) -> list[Widget]:
    """Names, what failed, beat and level; and the answer to who asks whether somebody is here."""
    answer = f"send('{target}', '/plaud/pong', ...[].concat(value))"
    failed = "JS{ var said = OSC{/plaud/fail}; return said ? said.slice(1).join(' ') : '' }"
    beat = "JS{ var now = OSC{/plaud/clock/beat.reply}; return now ? 'beat ' + Math.floor(now[0]) : '' }"
    level = f"JS{{ var now = OSC{{/plaud/meter/{shown.instrument}}}; return now ? now[0] : 0 }}"
    meter = {"type": "fader", "id": "meter", "value": level, "horizontal": True, "design": "compact"}
    return [
        _text("title", f"{shown.instrument} plays {shown.model}", width=300),
        _text("failed", failed, align="left", expand=True),
        {"type": "variable", "id": "ping", "address": "/plaud/ping", "bypass": True, "onValue": answer},
        _text("beat", beat, width=140),
        meter | {"interaction": False, "bypass": True, "knobSize": 0, "width": 240, "colorWidget": GREEN},
    ]


def _fader(fader: Fader, target: str, colour: str) -> Widget:
    """Its name, a fader that does not jump when it is touched, its value; or a switch."""
    sends: Widget = {"id": fader.key, "address": fader.address, "target": target, "comments": fader.help}
    sends |= {"typeTags": "f", "expand": True, "colorWidget": colour}
    if fader.is_switch:
        sends |= {"type": "button", "label": fader.name, "mode": "toggle", "on": 1, "off": 0}
        return _column(fader.key, [sends])
    digits = 0 if fader.whole else 2
    sends |= {
        "type": "fader",
        "range": {"min": fader.low, "max": fader.high},
        "default": fader.default,
        "steps": int(fader.high - fader.low) + 1 if fader.whole else "",
        "decimals": 0 if fader.whole else DECIMALS,
        "snap": False,
        "design": "compact",
    }
    value = f"#{{@{{{fader.key}}}.toFixed({digits})}}"
    name = _text(f"{fader.key}-name", fader.name, height=40, wrap="soft", css="font-size: 70%")
    return _column(fader.key, [name, sends, _text(f"{fader.key}-value", value, height=30)])


def _pad(shown: Layout, target: str) -> Widget:
    """The first two latents under one finger."""
    first, *others = shown.latents
    second = others[0] if others else first
    return {
        "type": "xy",
        "id": "pad",
        "width": "22%",
        "bypass": True,
        "target": target,
        "pips": False,
        "value": f"#{{[@{{{first.key}}}, @{{{second.key}}}]}}",
        "onValue": f"if (locals.touched) {{ set('{first.key}', value[0]); set('{second.key}', value[1]) }}",
        "onTouch": "locals.touched = event.type !== 'stop'",
        "comments": f"{first.name} to the right, {second.name} up",
    }


def _button(button: Button, target: str) -> Widget:
    """Its message is all in `preArgs`: a momentary button has no value of its own."""
    tags = "".join("s" if isinstance(argument, str) else "f" for argument in button.arguments)
    return {
        "type": "button",
        "id": button.key,
        "label": button.name,
        "mode": "momentary",
        "address": button.address,
        "preArgs": list(button.arguments) or "",
        "typeTags": tags,
        "target": target,
        "expand": True,
        "colorWidget": RED if button.key == "panic" else "auto",
        "alphaFillOff": 0.8 if button.key == "panic" else "auto",
        "comments": button.help,
    }


def _text(name: str, value: str, **look: Any) -> Widget:
    return {"type": "text", "id": name, "value": value, **look}


def _row(name: str, height: int | None, widgets: list[Widget]) -> Widget:
    size: Widget = {"expand": True} if height is None else {"height": height}
    return _panel(name, widgets, layout="horizontal", **size)


def _column(name: str, widgets: list[Widget]) -> Widget:
    return _panel(f"{name}-column", widgets, layout="vertical", expand=True)


def _grid(name: str, columns: int, widgets: list[Widget]) -> Widget:
    rows = -(-len(widgets) // columns)
    return _panel(name, widgets, layout="grid", gridTemplate=columns, height=44 * rows + 8)


def _panel(name: str, widgets: list[Widget], **look: Any) -> Widget:
    plain = {"padding": 3, "innerPadding": False, "scroll": False, "alphaStroke": 0}
    return {"type": "panel", "id": name, **plain, **look, "widgets": widgets}
