"""For TouchDesigner: a page with the exact settings of its operators, and the script of an OSC In DAT.

Operators and parameters are named as in https://docs.derivative.ca (OSC Out CHOP, OSC In DAT, OSC Out DAT).
"""

from plaud_live.surfaces.layout import RENEW_MS, TOPICS, Layout
from plaud_live.surfaces.templates import fill

HEARD = (("beat", 0.0), ("peak", 0.0), ("rms", 0.0), ("failed", 0.0))
"""What the script's table shows besides the faders."""


def write_script(shown: Layout) -> str:
    """The text of the callbacks DAT."""
    values = [(fader.key, round(fader.default, 4)) for fader in shown.faders]
    return fill(
        "touchdesigner.py.in",
        host=shown.host,
        port=shown.port,
        instrument=shown.instrument,
        reply_port=shown.reply_port,
        topics=TOPICS,
        renew=RENEW_MS,
        values="\n".join(f'    ("{name}", {value}),' for name, value in (*values, *HEARD)),
        anchors="\n".join(f'    "{button.name}",' for button in shown.places),
        over=shown.stage[0].arguments[-1],
    )


def write_page(shown: Layout) -> str:
    """The page of settings, in Markdown."""
    names = [button.name for button in shown.places]
    channels = [
        f"| `{fader.address[1:]}` | {fader.low:g} | {fader.high:g} | {fader.help}"
        f"{'' if fader.unit in ('0..1', fader.name) else f' ({fader.unit})'} |"
        for fader in shown.faders
    ]
    return fill(
        "touchdesigner.md.in",
        instrument=shown.instrument,
        model=shown.model,
        host=shown.host,
        port=shown.port,
        reply_port=shown.reply_port,
        rename=f"plaud/inst/{shown.instrument}/z[0-{len(shown.latents) - 1}]",
        latents=len(shown.latents),
        channels="\n".join(channels),
        anchor=names[0] if names else "NAME",
        anchors=", ".join(f"`{name}`" for name in names) or "none",
    )
