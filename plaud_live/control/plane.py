"""The map of a latent space: the plane on which the anchors lie furthest apart, and their places on it.

Principal component analysis after Pearson (1901).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plaud_live.control.parameters import ModelInfo
from plaud_live.control.units import raw_to_playable

Array = npt.NDArray[np.float64]

NUDGE = 1e-9
"""Far below any variance that shows: where the points leave it open, earlier latents come first."""


@dataclass(frozen=True)
class Plane:
    """Two directions in a space of d latents: `centre` [d], orthonormal `axes` [d, 2].

    `share`: how much of the points' variance each axis shows, 0..1.
    """

    centre: Array
    axes: Array
    share: tuple[float, float]

    def project(self, points: Array) -> Array:
        """Points [n, d] on the plane, [n, 2]."""
        return (points - self.centre) @ self.axes


def fit_plane(points: Array) -> Plane:
    """The plane through `points` [n, d], n >= 0, d >= 1.

    The signs are fixed: the largest component of an axis is positive. A space of one latent gets a second
    axis on which nothing moves.
    """
    count, size = points.shape
    centre = points.mean(axis=0) if count else np.full(size, 0.5)
    spread = (points - centre).T @ (points - centre) / max(1, count)
    order = np.diag(NUDGE * np.arange(size, 0, -1) / size)
    variances, axes = np.linalg.eigh(spread + order)
    axes = axes[:, ::-1][:, :2]
    if size == 1:
        axes = np.hstack([axes, np.zeros((1, 1))])
    largest = axes[np.abs(axes).argmax(axis=0), [0, 1]]
    axes = axes * np.where(largest < 0.0, -1.0, 1.0)
    total = float(np.trace(spread))
    shown = [float(v) / total if total > size * NUDGE else 0.0 for v in variances[::-1][:2]]
    return Plane(centre, axes, (min(1.0, shown[0]), min(1.0, shown[1]) if size > 1 else 0.0))


def plane_of(info: ModelInfo) -> Plane:
    """The plane of a model's map: fitted on the anchors that it came with, so that it stays as it is."""
    raws = np.array([*info.anchors.values()], dtype=np.float64).reshape(-1, info.latent_size)
    return fit_plane(playable(info, raws))


def anchor_places(info: ModelInfo, marks: Mapping[str, Sequence[float]]) -> dict[str, Array]:
    """Places of all anchors [d], in playable units; `marks` are the session's own, raw: they come first."""
    new = [name for name in marks if name not in info.anchors]
    raws = {**{name: marks[name] for name in reversed(new)}, **info.anchors}
    raws |= {name: marks[name] for name in marks if name in info.anchors}
    return {
        name: playable(info, np.array([raw], dtype=np.float64))[0]
        for name, raw in raws.items()
        if len(raw) == info.latent_size
    }


def playable(info: ModelInfo, raw: Array) -> Array:
    """Raw latents [n, d] of a model in playable units."""
    return raw_to_playable(raw, np.array(info.low), np.array(info.high))
