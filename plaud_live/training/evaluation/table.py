"""Measures side by side: tables for people, and the same as plain data."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from plaud_live.features.attributes import ATTRIBUTES
from plaud_live.training.evaluation.latents import Scores
from plaud_live.training.evaluation.models import Judged, SideBySide
from plaud_live.training.evaluation.readings import NAMES

_COLUMNS: Mapping[str, tuple[str, str]] = {
    "stft": ("MR-STFT", ".3f"),
    "stft_mean": ("mean", ".3f"),
    "stft_22k": ("22 kHz", ".3f"),
    "stft_22k_mean": ("mean", ".3f"),
    "log_mel_db": ("mel dB", ".2f"),
    "loudness_db": ("loud dB", ".2f"),
    "pitch_cents": ("cents", ".0f"),
    "mmd": ("MMD", ".2f"),
}
"""Heading and format of each measure."""
_SCORES = ("interpretability", "sap", "scc", "modularity")
_CELL = 9


def table(side: SideBySide) -> str:
    """Three tables: distances, measures of latent spaces, and attributes one by one."""
    wide = max(len(m.name) for m in (*side.baselines, *(j.measure for j in side.models))) + 2
    rows = [*(j.measure for j in side.models), *side.baselines]
    keys = [key for key in _COLUMNS if any(key in row.values for row in rows)]
    lines = [f"{'distance':{wide}}" + "".join(f"{_COLUMNS[key][0]:>{_CELL}}" for key in keys)]
    lines += [
        f"{row.name:{wide}}" + "".join(_cell(row.values.get(key, np.nan), _COLUMNS[key][1]) for key in keys)
        for row in rows
    ]
    lines.append(f"medians of {side.windows} windows of 2 s; means of those above -50 dB")
    lines += ["", f"{'latents':{wide}}" + "".join(f"{name:>{len(name) + 3}}" for name in _SCORES)]
    lines += [
        f"{j.label:{wide}}"
        + "".join(_cell(getattr(j.space.scores, name), ".2f", len(name) + 3) for name in _SCORES)
        for j in side.models
    ]
    lines += ["", f"{'attribute':{wide}}" + "".join(f"{name:>21}" for name in NAMES)]
    lines.append(f"{'':{wide}}" + f"{'R²':>14}{'sweep':>7}" * len(NAMES))
    lines += [f"{j.label:{wide}}" + "".join(_attribute(j, a) for a in range(len(NAMES))) for j in side.models]
    lines.append(
        "the latent that stands for each (* tied to it): R² of encoding, Spearman of the sound swept"
    )
    return "\n".join(lines)


def as_data(side: SideBySide) -> dict[str, Any]:
    """Everything that was measured, for JSON: what is not known is null."""
    return {
        "windows": side.windows,
        "models": {
            j.label: {"measures": _plain(j.measure.values), "latents": _space(j)} for j in side.models
        },
        "baselines": {m.name: _plain(m.values) for m in side.baselines},
    }


def _space(judged: Judged) -> dict[str, Any]:
    scores, sweep = judged.space.scores, judged.space.sweep
    return {
        **_plain({name: getattr(scores, name) for name in _SCORES}),
        "attributes": {
            name: {
                "latent": scores.latents[a],
                "tied": _is_tied(judged, a),
                **_plain({
                    "r2": scores.r2[scores.latents[a], a],
                    "scc": scores.rho[scores.latents[a], a],
                    "sweep": sweep.rho[scores.latents[a], a],
                    "span": sweep.span[scores.latents[a], a],
                }),
            }
            for a, name in enumerate(NAMES)
        },
        "r2": [list(_plain(dict(enumerate(row))).values()) for row in scores.r2],
        "sweep": [list(_plain(dict(enumerate(row))).values()) for row in sweep.rho],
    }  # fmt: skip


def _attribute(judged: Judged, a: int) -> str:
    scores: Scores = judged.space.scores
    z = scores.latents[a]
    star = "*" if _is_tied(judged, a) else " "
    return (
        f"{f'z{z}{star}':>8}"
        + _cell(scores.r2[z, a], ".2f", 6)
        + _cell(judged.space.sweep.rho[z, a], ".2f", 7)
    )


def _is_tied(judged: Judged, a: int) -> bool:
    return ATTRIBUTES[NAMES[a]].alias in judged.model.latents.names


def _cell(value: float, form: str, wide: int = _CELL) -> str:
    return f"{format(value, form) if np.isfinite(value) else '–':>{wide}}"


def _plain(values: Mapping[Any, float]) -> dict[Any, float | None]:
    return {key: float(value) if np.isfinite(value) else None for key, value in values.items()}
