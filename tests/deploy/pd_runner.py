"""Pd without a screen for the patches of a model, and a stand-in for nn~ that tells what it gets."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from plaud_live.deploy.description import Description
from plaud_live.deploy.patches.write import write_patches
from plaud_live.surfaces.pd_file import Canvas
from tests.clients.programs import needs

LOUD = 2.0
"""What the stand-in gives at its first outlet; one more at each after it."""

Moment = tuple[float, str]
"""When, in ms, and which message to whom."""

OPTIONS = ("-nogui", "-noaudio", "-nomidi", "-stderr")


def write(model: Description, folder: Path) -> Path:
    """The patches of `model` with the stand-in beside them, which is found before any other nn~."""
    needs("pd")
    write_patches(model, folder)
    (folder / "nn~.pd").write_text(stand_in(max(len(model.latents), model.channels)))
    return folder


def stand_in(width: int) -> str:
    """nn~ with so many inlets and outlets: it prints messages, and at `nn-look` signals, after its method."""
    patch = Canvas(900, 400)
    look = patch.obj(10, 300, "r", "nn-look")
    for place in range(width):
        x = 60 * place
        heard = patch.obj(x, 10, "inlet~", *(["fwd"] if place == 0 else []))
        if place == 0:
            patch.connect(heard, 1, patch.obj(x, 60, "print", "$2"), 0)
        seen = patch.obj(x, 100, "snapshot~")
        patch.wire(heard, seen, patch.obj(x, 130, "print", f"$2-z{place}"))
        patch.wire(look, seen)
        patch.wire(patch.obj(x, 200, "sig~", LOUD + place), patch.obj(x, 230, "outlet~"))
    patch.obj(60 * width, 230, "outlet")
    return patch.lines + "\n"


def driver(folder: Path, model: Description, moments: Sequence[Moment]) -> Path:
    """A patch with the model's object in it, which sends messages at their moments, and prints what sounds.

    `to` goes to the object's first inlet, `lfo` to a signal that is added to the first latent.
    """
    patch = Canvas(900, 600)
    made = patch.obj(10, 100, model.name)
    patch.wire(patch.obj(10, 10, "r", "to"), made)
    signal = patch.obj(100, 40, "sig~")
    patch.wire(patch.obj(100, 10, "r", "lfo"), signal)
    patch.connect(signal, 0, made, 1)
    look = patch.obj(300, 10, "r", "nn-look")
    for channel in range(model.channels):
        seen = patch.obj(10 + 100 * channel, 200, "snapshot~")
        patch.connect(made, channel, seen, 0)
        patch.wire(look, seen, patch.obj(10 + 100 * channel, 230, "print", f"out-{channel}"))
    began = patch.obj(500, 10, "loadbang")
    for place, (at, message) in enumerate(moments):
        sent = patch.box("msg", 600, 10 + 30 * place, rf"\; {message}")
        patch.wire(began, patch.obj(500, 40 + 30 * place, "delay", at), sent)
    path = folder / "driver.pd"
    path.write_text(patch.lines + "\n")
    return path


def run(*patches: Path, rate: int | None = None, sent: Sequence[str] = ()) -> list[str]:
    """Everything that Pd says while it runs the patches as fast as it can, until one of them ends it."""
    needs("pd")
    words = ["pd", *OPTIONS, "-batch", *(["-r", str(rate)] if rate else [])]
    words += [word for patch in patches for word in ("-open", str(patch))]
    words += [word for message in sent for word in ("-send", message)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    return (done.stdout + done.stderr).splitlines()


def play(
    model: Description, folder: Path, *moments: Moment, beside: Sequence[Path] = (), rate: int | None = None
) -> list[str]:
    """What Pd says while the object of `model` gets messages: sound is on, patches `beside` it are open."""
    write(model, folder)
    end = max((at for at, _ in moments), default=0.0) + 10.0
    script = [(0.0, "pd dsp 1"), *moments, (end, "pd quit")]
    return run(*beside, driver(folder, model, script), rate=rate or model.sample_rate)


def last(lines: Sequence[str], name: str) -> list[float]:
    """What was printed last after `name:`."""
    found = [line for line in lines if line.startswith(f"{name}: ")]
    return [float(word) for word in found[-1].removeprefix(f"{name}: ").split()]


def set_of(lines: Sequence[str], method: str = "decode") -> list[str]:
    """All messages that nn~ got for `method`."""
    return [line.removeprefix(f"{method}: ") for line in lines if line.startswith(f"{method}: ")]
