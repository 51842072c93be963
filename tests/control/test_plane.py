"""The plane of the map against NumPy's singular value decomposition."""

import numpy as np
import pytest

from plaud_live.control.plane import fit_plane


def cloud(seed: int, count: int, size: int) -> np.ndarray:
    """Points whose spread differs from axis to axis, in a turned space."""
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(size, size)))
    return 0.5 + rng.normal(size=(count, size)) * np.arange(size, 0, -1) @ turn


@pytest.mark.parametrize(("count", "size"), [(24, 8), (5, 8), (100, 2), (3, 16)])
def test_the_axes_are_those_of_the_singular_value_decomposition(count: int, size: int) -> None:
    points = cloud(count, count, size)
    plane = fit_plane(points)
    _, values, axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    for i in range(2):
        assert abs(axes[i] @ plane.axes[:, i]) == pytest.approx(1.0, abs=1e-6)  # NUDGE turns them a little
    shares = values**2 / np.sum(values**2)
    assert plane.share == pytest.approx(tuple(shares[:2]), rel=1e-6)
    expected = (points - points.mean(axis=0)) @ plane.axes
    np.testing.assert_allclose(plane.project(points), expected, atol=1e-12)


@pytest.mark.parametrize(("count", "size"), [(0, 4), (1, 4), (2, 4), (7, 1), (0, 1), (30, 6)])
def test_the_axes_are_orthonormal_whatever_the_anchors_are(count: int, size: int) -> None:
    plane = fit_plane(cloud(3, count, size) if count else np.zeros((0, size)))
    wanted = np.eye(2) if size > 1 else np.diag([1.0, 0.0])
    np.testing.assert_allclose(plane.axes.T @ plane.axes, wanted, atol=1e-9)
    assert np.isfinite(plane.project(np.ones((1, size)))).all()


def test_without_anchors_the_first_latents_are_the_axes() -> None:
    plane = fit_plane(np.zeros((0, 5)))
    np.testing.assert_allclose(plane.axes, np.eye(5)[:, :2], atol=1e-9)
    np.testing.assert_allclose(plane.project(np.full((1, 5), 0.5)), 0.0)
    assert plane.share == (0.0, 0.0)


def test_the_signs_are_fixed() -> None:
    points = cloud(1, 20, 4)
    plane, mirrored = fit_plane(points), fit_plane(1.0 - points)
    np.testing.assert_allclose(plane.axes, mirrored.axes, atol=1e-9)
    assert (plane.axes[np.abs(plane.axes).argmax(axis=0), [0, 1]] > 0).all()
