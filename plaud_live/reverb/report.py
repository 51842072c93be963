"""A picture of a reverb: impulse response, decay of room, model and compiled FAUST, T60 and levels by octave.

matplotlib is imported when it is drawn.
"""

import math
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from compiler.backend.faust import model_to_faust
from compiler.decay import energy_decay_curve, impulse_response
from compiler.errors import BuildError, ToolMissing
from compiler.ir.nodes import Model
from compiler.pipeline import prepare
from compiler.toolchain import cyfaust_host, faust_cli
from plaud_live.errors import SettingsError
from plaud_live.reverb.equaliser import Array
from plaud_live.reverb.measuring import Room, measure
from plaud_live.reverb.recording import Recording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOOK_SECONDS = 6.0
_LONGEST_SECONDS = 40.0
_SHOWN_DB = -65.0
_POINTS = 3000
_INK, _GREY, _ROOM, _MODEL, _FAUST = "#1b2a41", "#9aa3b2", "#d1495b", "#0b6e99", "#e0a100"
_QUICKLY = ("-O1",)
_INTERPRETED_SECONDS = 1.0


def draw_report(model: Model, out: Path, recording: Recording | None = None, compiles: bool = True) -> Path:
    """Draw `model`, beside a recorded room if there is one, into the PNG file `out`.

    With `compiles` its FAUST is compiled and measured too, where faust or cyfaust is there. Raises
    SettingsError for a file that cannot be written.
    """
    found = impulse_response(model, math.ceil(_LOOK_SECONDS * model.sample_rate))
    room = measure(found, model.sample_rate)
    seconds = float(np.clip(1.5 * np.nanmax([*room.of("t60"), 0.5]), 1.0, _LONGEST_SECONDS))
    found = impulse_response(model, math.ceil(seconds * model.sample_rate))
    room = measure(found, model.sample_rate)
    compiled, tool = _compiled(model, found) if compiles else (None, "")
    figure, panels = _figure(f"{model.name}: {_headline(room, recording)}")
    target = recording.responses if recording is not None else None
    _responses(panels[0], found, target, model.sample_rate)
    _decays(panels[1], found, compiled, tool, recording, room, model.sample_rate)
    _times(panels[2], room, recording)
    _levels(panels[3], room, recording, len(found))
    temporary = out.with_name(f".{out.name}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(temporary, format="png")
        temporary.replace(out)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise SettingsError(f"{out}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    return out


def _compiled(model: Model, found: Array) -> tuple[Array | None, str]:
    """What the compiled FAUST of `model` answers, as much of it as is quick, and the tool's name."""
    prepared = prepare(model)
    text, rate = model_to_faust(prepared), model.sample_rate
    try:
        with faust_cli.build(text, True, flags=_QUICKLY) as program:
            return program.impulse_responses(found.shape[-1], rate), "faust"
    except (ToolMissing, BuildError):  # a compiler without its linker, say: the picture is drawn all the same
        pass
    try:
        short = math.ceil(_INTERPRETED_SECONDS * rate)
        return cyfaust_host.Interpreter(text).impulse_responses(short, rate), "cyfaust"
    except (ToolMissing, BuildError):
        return None, ""


def _headline(room: Room, recording: Recording | None) -> str:
    own = f"C50 {room.whole.c50:+.1f} dB, C80 {room.whole.c80:+.1f} dB"
    if recording is None:
        return own
    wanted = recording.room.whole
    return f"{own} (room {wanted.c50:+.1f}, {wanted.c80:+.1f} dB)"


def _responses(axes: "Axes", found: Array, target: Array | None, rate: float) -> None:
    """Magnitudes in dB of the loudest paths: the room upwards, the model below it."""
    shown = min(0.25, found.shape[-1] / rate)
    count = round(shown * rate)
    times = 1000.0 * np.arange(count) / rate
    axes.set(title="impulse response, left", xlabel="ms", xlim=(-0.01 * 1000.0 * shown, 1000.0 * shown))
    axes.set_yticks([])
    model = found[0, 0, :count]
    peak = float(np.abs(model).max())
    if target is None:
        axes.plot(times, model / peak, color=_MODEL, lw=0.6, label="model")
    else:
        heard = np.zeros(count)
        heard[: target.shape[1]] = target[0, :count]
        axes.plot(times, 1.1 + np.abs(heard / np.abs(heard).max()) ** 0.5, color=_ROOM, lw=0.6, label="room")
        axes.plot(times, np.abs(model / peak) ** 0.5, color=_MODEL, lw=0.6, label="model")
        axes.set_title("impulse response, left: root of the magnitude")
    axes.legend(loc="upper right")


def _decays(
    axes: "Axes",
    found: Array,
    compiled: Array | None,
    tool: str,
    recording: Recording | None,
    room: Room,
    rate: float,
) -> None:
    """Schroeder's curves."""
    longest = 1.15 * (room.whole.t60 if math.isfinite(room.whole.t60) else 1.0)
    if recording is not None:
        _curve(axes, recording.room.curve_db, rate, color=_ROOM, lw=3.0, label="room")
    if compiled is not None:
        whole = compiled.shape[-1] == found.shape[-1]
        curve = energy_decay_curve(compiled if whole else found)
        differs = np.abs(compiled - found[..., : compiled.shape[-1]]).max() / np.abs(found).max()
        label = f"FAUST ({tool}, off by {20.0 * math.log10(max(differs, 1e-12)):.0f} dB)"
        _curve(axes, curve[: compiled.shape[-1]], rate, color=_FAUST, lw=3.5, label=label)
    _curve(axes, energy_decay_curve(found), rate, color=_MODEL, lw=1.4, ls="--", label="model")
    axes.set(title="energy decay", xlabel="s", ylabel="dB", ylim=(_SHOWN_DB, 2.0), xlim=(0.0, longest))
    axes.legend(loc="upper right")


def _times(axes: "Axes", room: Room, recording: Recording | None) -> None:
    """T60 by octave."""
    axes.plot(range(len(room.bands)), room.of("t60"), "o-", color=_MODEL, lw=1.4, ms=6, label="model")
    if recording is not None:
        wanted = recording.room.of("t60")
        places = np.arange(len(wanted))
        axes.fill_between(places, 0.9 * wanted, 1.1 * wanted, color=_ROOM, alpha=0.2, lw=0.0, label="± 10 %")
        axes.plot(places, wanted, "D", color=_ROOM, mfc="none", ms=9, mew=1.8, label="room")
    axes.set(title="T60 by octave", xlabel="Hz", ylabel="s")
    axes.set_ylim(0.0, 1.15 * float(np.nanmax(room.of("t60"))))
    _octaves(axes, room)
    axes.legend(loc="best")


def _levels(axes: "Axes", room: Room, recording: Recording | None, outputs: int) -> None:
    """Energy, and clarity, by octave."""
    places = np.arange(len(room.bands))
    axes.plot(places, room.of("c80"), "o-", color=_MODEL, lw=1.4, ms=6, label="C80, model")
    axes.plot(
        places, _db(room.of("energy") / outputs), "s:", color=_MODEL, lw=1.4, ms=5, label="level, model"
    )
    if recording is not None:
        wanted = recording.room
        part = np.arange(len(wanted.bands))
        level = _db(wanted.of("energy") / len(recording.responses))
        axes.plot(part, wanted.of("c80"), "D", color=_ROOM, mfc="none", ms=9, mew=1.8, label="C80, room")
        axes.plot(part, level, "x", color=_ROOM, ms=9, mew=1.8, label="level, room")
    axes.set(title="clarity and level by octave", xlabel="Hz", ylabel="dB")
    _octaves(axes, room)
    axes.legend(loc="best", ncols=2)


def _db(energies: Array) -> Array:
    return np.asarray(10.0 * np.log10(np.maximum(energies, 1e-12)))


def _octaves(axes: "Axes", room: Room) -> None:
    names = [f"{hz / 1000.0:g}k" if hz >= 1000.0 else f"{hz:.0f}" for hz in room.centres]
    axes.set_xticks(range(len(names)), names)


def _curve(axes: "Axes", curve_db: Array, rate: float, **style: Any) -> None:
    step = max(1, len(curve_db) // _POINTS)
    axes.plot(np.arange(0, len(curve_db), step) / rate, curve_db[::step], **style)


def _figure(title: str) -> tuple[Any, list["Axes"]]:
    """Four panels, and no screen needed."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context({"font.size": 12.0}):
        figure = Figure(figsize=(13.0, 8.6), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(title, color=_INK, fontweight="bold")
        panels = list(figure.subplots(2, 2).flat)
    for axes in panels:
        axes.grid(True, color=_GREY, alpha=0.35, lw=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    return figure, panels
