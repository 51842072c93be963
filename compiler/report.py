"""Pictures of a model: how exact it is, how it decays, what its t60 knob does, what its loops gain.

`write_report` draws them as PNG files. matplotlib is imported when it is used; so is FLAMO, for the first
picture only.
"""

import importlib.util
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from compiler.controls import HOST_RATES, ControlPlan, plan_controls
from compiler.decay import OCTAVES_HZ, decay_of, energy_decay_curve, impulse_response, octave_band, t60
from compiler.errors import ConfigError, ToolMissing, UnknownControl
from compiler.ir.json import from_json
from compiler.ir.nodes import Array, Model, Recursion, walk
from compiler.ir.response import response
from compiler.passes.rate import at_rate
from compiler.pipeline import Prepared, prepare

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOLERANCE = 0.03
"""How far from the knob a measured T60 may be."""

_KNOB_SECONDS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
_FREQUENCIES = 4096
_MOST_LABELS = 64
_LOWEST_HZ = 20.0
_FREQUENCY_TICKS = (20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, 20000.0)
_CURVE_FLOOR_DB = -70.0
_LOSSLESS_SECONDS = 2.0
_INK, _GREY = "#1b2a41", "#9aa3b2"
_COLOURS = ("#0b6e99", "#d1495b", "#3a7d44", "#8e5bb5", "#c98a00", "#5c4033")


Picture: TypeAlias = "Callable[[Subject], Figure | None]"


@dataclass(frozen=True)
class Subject:
    """What the pictures are about. `plan` holds t60, or nothing for a model that cannot have it."""

    config: Mapping[str, Any]
    prepared: Prepared
    plan: ControlPlan

    @property
    def model(self) -> Model:
        """The model as prepared."""
        return self.prepared.model


def write_report(
    config: Mapping[str, Any],
    out_dir: Path | str,
    controls: Sequence[str] | Mapping[str, tuple[float, float]] | None = None,
) -> list[Path]:
    """Draw the pictures that the model `config` can have into the folder `out_dir`; gives the files written.

    `controls` may give the range of t60. A model without loops has no decay, knob and loop pictures;
    without FLAMO there is no equivalence. Raises CompilerError for a bad model or control, or a
    folder that cannot be written; ToolMissing without matplotlib.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise ToolMissing("", "pictures need matplotlib — pip install matplotlib")
    prepared = prepare(from_json(dict(config)))
    asked = dict(controls) if isinstance(controls, Mapping) else dict.fromkeys(controls or ())
    plan_controls(prepared, controls)
    subject = Subject(config, prepared, knob_of(prepared, asked.get("t60")))
    folder = Path(out_dir)
    written = []
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for draw in PICTURES:
        figure = draw(subject)
        if figure is not None:
            written.append(folder / f"{draw.__name__}.png")
            with _writing(written[-1]):
                figure.savefig(written[-1])
    return written


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """An OSError is a ConfigError about `path`."""
    try:
        yield
    except OSError as error:
        raise ConfigError(str(path), f"cannot be written: {(error.strerror or str(error)).lower()}") from None


def equivalence(subject: Subject) -> "Figure | None":
    """FLAMO in float64 against compiled FAUST, by frequency and by path; None without FLAMO or FAUST."""
    if importlib.util.find_spec("flamo") is None:
        return None
    from compiler.frontend.rebuild import json_to_flamo
    from compiler.verify import verify

    rate, name = subject.model.sample_rate, subject.model.name
    try:
        flamo = json_to_flamo(subject.config)
        found = {each: verify(flamo, rate, name, double=each == "double") for each in ("double", "float")}
    except ToolMissing:
        return None
    figure, (levels, paths) = _figure(
        f"{name}: FLAMO in float64 and compiled FAUST ({found['double'].tool})",
        1,
        2,
        (11.0, 4.6),
        widths=(2.0, 1.0),
    )
    for (precision, report), colour in zip(found.items(), _COLOURS, strict=False):
        frequencies = report.frequencies_hz[1:]
        if precision == "double":
            levels.plot(frequencies, report.levels_db[1:, 0], color=_INK, lw=1.4, label="FLAMO")
        label = f"error, {precision}: {report.error_db:.0f} dB, allowed {report.allowed_db:.0f} dB"
        levels.plot(frequencies, report.levels_db[1:, 1], color=colour, lw=1.0, label=label)
        levels.axhline(report.allowed_db, color=colour, lw=1.0, ls="--")
    errors_db = np.concatenate([report.levels_db[:, 1] for report in found.values()])
    low, high = float(errors_db.clip(-360.0).min()) - 15.0, 40.0
    levels.set(xscale="log", xlim=(frequencies[0], rate / 2.0), ylim=(low, high))
    levels.set(xlabel="frequency in Hz", ylabel="dB", title="level of the response, and of the error")
    _plain_ticks(levels.xaxis, _FREQUENCY_TICKS)
    levels.legend(fontsize=8, loc="upper left", bbox_to_anchor=(0.0, (-20.0 - low) / (high - low)))
    _path_errors(figure, paths, found["double"].path_errors_db)
    return figure


def decay(subject: Subject) -> "Figure | None":
    """Energy decay curves, whole and by octave, and T60 by octave; None for a model without loops.

    Of a model that never decays: as they are with the t60 knob at 2 s.
    """
    if subject.plan.decay is None:
        return None
    model, own = subject.model, subject.plan.decay.own
    rate, title = model.sample_rate, f"{model.name}: decay"
    if math.isinf(own):
        model = subject.plan.apply(model, {"t60": _LOSSLESS_SECONDS})
        own, title = (
            _LOSSLESS_SECONDS,
            f"{title} with t60 at {_LOSSLESS_SECONDS:g} s (as trained it never does)",
        )
    seconds = min(10.0, 1.6 * own + 0.2)
    responses = impulse_response(model, math.ceil(seconds * rate))
    octaves = {
        centre: octave_band(responses, centre, rate)
        for centre in OCTAVES_HZ
        if centre * math.sqrt(2.0) <= rate / 2.0
    }
    figure, (curves, bars) = _figure(title, 1, 2, (11.0, 4.6))
    shades = _shades(len(octaves))
    for (centre, band), colour in zip(octaves.items(), shades, strict=True):
        _curve(curves, energy_decay_curve(band), rate, colour, _octave_name(centre))
    _curve(curves, energy_decay_curve(responses), rate, _INK, "all", width=2.2)
    curves.set(xlabel="time in s", ylabel="energy still to come in dB", ylim=(_CURVE_FLOOR_DB, 2.0))
    curves.set_xlim(0.0, min(seconds, 1.25 * own))
    curves.set_title("energy decay curves, by octave in Hz")
    curves.legend(ncols=2, fontsize=8, loc="upper right")
    times = [decay_of(band, rate).t60() for band in octaves.values()]
    _bars(bars, times, [_octave_name(centre) for centre in octaves], shades)
    bars.axhline(own, color=_INK, lw=1.2, ls="--")
    place = (0.995, own)
    bars.annotate(
        f"all {own:.3g} s", place, xycoords=bars.get_yaxis_transform(), ha="right", va="bottom", weight="bold"
    )
    bars.margins(y=0.12)
    bars.set(xlabel="octave in Hz", ylabel="T60 in s", title="T60 by octave, fitted -5 to -35 dB")
    return figure


def t60_knob(subject: Subject) -> "Figure | None":
    """What is measured for what the t60 knob says, at several rates; None for a model without loops."""
    if not subject.plan.controls:
        return None
    knob = subject.plan["t60"]
    own = math.inf if subject.plan.decay is None else subject.plan.decay.own
    highest = knob.maximum if math.isfinite(own) else knob.maximum / 2.0
    asked = np.array([seconds for seconds in _KNOB_SECONDS if knob.minimum <= seconds <= highest])
    figure, (times, errors) = _figure(f"{subject.model.name}: the t60 knob", 1, 2, (11.0, 4.6))
    times.plot(asked, asked, color=_GREY, lw=1.0, label="what it says")
    for rate, colour, marker in zip(HOST_RATES, _COLOURS, "osD", strict=False):
        measured = np.array([_measured(subject, rate, seconds) for seconds in asked])
        label = f"{rate / 1000.0:g} kHz"
        times.plot(asked, measured, marker, color=colour, ms=6, mfc="none", mew=1.5, label=label)
        errors.plot(
            asked, 100.0 * (measured / asked - 1.0), marker + "-", color=colour, lw=1.0, ms=5, label=label
        )
    for axes in (times, errors):
        axes.set_xscale("log")
        axes.set_xlabel("knob in s")
        _plain_ticks(axes.xaxis, asked)
        if math.isfinite(own):
            axes.axvline(own, color=_INK, lw=1.0, ls="--", label="as trained")
    times.set_yscale("log")
    _plain_ticks(times.yaxis, asked)
    times.set(ylabel="total T60 measured in s", title="total T60, fitted -5 to -35 dB")
    errors.axhspan(-100.0 * TOLERANCE, 100.0 * TOLERANCE, color=_GREY, alpha=0.18, lw=0.0)
    reach = max(5.0, 1.2 * float(np.abs(errors.get_ylim()).max()))
    errors.set(ylabel="error in %", ylim=(-reach, reach), title=f"error; shaded: ±{100.0 * TOLERANCE:g} %")
    times.legend()
    errors.legend()
    return figure


def loop_gain(subject: Subject) -> "Figure | None":
    """Gain once around each loop against frequency: the greatest, and of its modes; None without loops."""
    loops = [node for _, node in walk(subject.model.root) if isinstance(node, Recursion)]
    if not loops:
        return None
    rate = subject.model.sample_rate
    frequencies = np.geomspace(_LOWEST_HZ, rate / 2.0, _FREQUENCIES)
    figure, panels = _figure(
        f"{subject.model.name}: gain around loops", len(loops), 1, (9.0, 1.4 + 3.2 * len(loops))
    )
    for axes, loop in zip(panels, loops, strict=True):
        around = _around(loop, np.exp(2j * np.pi * frequencies / rate))
        norms = _decibels(np.linalg.norm(around, 2, axis=(1, 2)))
        radii = _decibels(np.abs(np.linalg.eigvals(around)).max(axis=-1))
        axes.axhline(0.0, color=_INK, lw=1.0, ls="--")
        axes.semilogx(frequencies, norms, color=_COLOURS[1], lw=1.4, label="greatest gain (norm)")
        axes.semilogx(
            frequencies, radii, color=_COLOURS[0], lw=1.0, label="gain of the strongest mode (eigenvalue)"
        )
        low = max(-60.0, float(min(radii.min(), norms.min())))
        high = float(max(norms.max(), 0.0))
        margin = max(0.5, 0.1 * (high - low))
        axes.set(xlim=(_LOWEST_HZ, rate / 2.0), ylim=(low - margin, high + margin))
        axes.set(title=loop.name, ylabel="gain in dB")
        _plain_ticks(axes.xaxis, _FREQUENCY_TICKS)
        axes.legend(loc="lower left")
    panels[-1].set_xlabel("frequency in Hz")
    return figure


PICTURES: tuple[Picture, ...] = (equivalence, decay, t60_knob, loop_gain)
"""All of them; a file is named for its function."""


def knob_of(prepared: Prepared, ends: tuple[float, float] | None = None) -> ControlPlan:
    """t60 at all rates of the pictures, maybe with the `ends` of its range; nothing if it cannot be."""
    try:
        return plan_controls(prepared, ["t60"] if ends is None else {"t60": ends}, HOST_RATES)
    except UnknownControl:
        return ControlPlan()


def _measured(subject: Subject, rate: float, seconds: float) -> float:
    """T60 of the model at `rate` with the knob at `seconds`, from a response that lasts long enough."""
    model = subject.plan.apply(at_rate(subject.model, rate), {"t60": seconds})
    responses = impulse_response(model, math.ceil((1.1 * seconds + 0.2) * rate))
    return t60(energy_decay_curve(responses), rate)


def _around(loop: Recursion, points: NDArray[np.complex128]) -> NDArray[np.complex128]:
    return response(loop.feedback, points) @ response(loop.forward, points)


def _decibels(gains: Array) -> Array:
    return 20.0 * np.log10(np.maximum(gains, 1e-12))


def _path_errors(figure: "Figure", axes: "Axes", errors_db: Array) -> None:
    """A field for each path, with its error."""
    shown = np.where(np.isfinite(errors_db), errors_db, -350.0)
    picture = axes.imshow(shown, vmin=-350.0, vmax=-100.0, cmap="viridis", aspect="auto")
    axes.set(xlabel="input", ylabel="output", title="error of each path in dB, double")
    axes.set_xticks(range(shown.shape[1]))
    axes.set_yticks(range(shown.shape[0]))
    axes.grid(False)
    if shown.size <= _MOST_LABELS:
        for (output, source), value in np.ndenumerate(errors_db):
            text = f"{value:.0f}" if math.isfinite(value) else "silent"
            axes.text(source, output, text, ha="center", va="center", color="white")
    else:
        figure.colorbar(picture, ax=axes)


def _figure(
    title: str, rows: int, columns: int, size: tuple[float, float], widths: Sequence[float] | None = None
) -> "tuple[Figure, list[Axes]]":
    """A figure that needs no screen, with its panels in order."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, color=_INK, fontweight="bold")
    panels = list(figure.subplots(rows, columns, squeeze=False, width_ratios=widths).flat)
    for axes in panels:
        axes.grid(True, color=_GREY, alpha=0.35, lw=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_axisbelow(True)
    return figure, panels


def _curve(axes: "Axes", curve_db: Array, rate: float, colour: Any, label: str, width: float = 1.2) -> None:
    step = max(1, len(curve_db) // 2000)
    times = np.arange(0, len(curve_db), step) / rate
    axes.plot(times, curve_db[::step], color=colour, lw=width, label=label)


def _bars(axes: "Axes", heights: Sequence[float], names: Sequence[str], colours: Sequence[Any]) -> None:
    """Bars, with their values; what never decays has the height of the longest and says so."""
    finite = [height for height in heights if math.isfinite(height)]
    longest = max(finite, default=1.0)
    shown = [height if math.isfinite(height) else longest for height in heights]
    bars = axes.bar(range(len(shown)), shown, color=colours)
    labels = [f"{height:.2f}" if math.isfinite(height) else "∞" for height in heights]
    axes.bar_label(bars, labels, fontsize=8, label_type="center", color="white", fontweight="bold")
    axes.set_xticks(range(len(names)), names)


def _shades(count: int) -> list[Any]:
    """Colours from low to high."""
    from matplotlib import colormaps

    return [colormaps["viridis"](0.85 * index / max(1, count - 1)) for index in range(count)]


def _octave_name(centre: float) -> str:
    return f"{centre / 1000.0:g}k" if centre >= 1000.0 else f"{centre:g}"


def _plain_ticks(axis: Any, values: Sequence[float] | Array) -> None:
    """Ticks at `values`, as numbers and not as powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value / 1000:g}k" if value >= 1000 else f"{value:g}")
    )
    axis.set_minor_locator(NullLocator())
