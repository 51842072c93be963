"""Temperature's noise and the moving average."""

import numpy as np
import pytest

from plaud_live.synths.latents import average, normal, push


def test_the_noise_is_normal_and_independent() -> None:
    draws = np.array([[normal(1, frame, dim) for dim in range(2)] for frame in range(20000)])
    assert np.abs(draws.mean(axis=0)).max() < 0.03  # 4 standard errors
    assert draws.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.02)
    assert np.mean(np.abs(draws) < 1.0) == pytest.approx(0.6827, abs=0.01)
    assert abs(np.corrcoef(draws.T)[0, 1]) < 0.03
    assert abs(np.corrcoef(draws[1:, 0], draws[:-1, 0])[0, 1]) < 0.03


def test_the_noise_depends_on_seed_frame_and_latent_alone() -> None:
    assert normal(1, 2, 3) == normal(1, 2, 3)
    assert len({normal(1, 2, 3), normal(2, 1, 3), normal(1, 3, 2), normal(3, 2, 1), normal(0, 2, 3)}) == 5


@pytest.mark.parametrize("asked", [-2.0, 0.0, 1.0, 2.4, 2.6, 5.0, 9.0, 1e9, np.nan])
def test_the_average_is_over_so_many_frames(asked: float) -> None:
    history = np.zeros((5, 2))
    values = np.random.default_rng(0).normal(size=(12, 2))
    out = np.zeros(2)
    for pushed, row in enumerate(values):
        push(history, pushed, row, 0.0, np.ones(2), 0, pushed)
        average(history, pushed + 1, asked, out)
        length = min(pushed + 1, 5, max(1, round(asked)) if np.isfinite(asked) else 1)
        np.testing.assert_allclose(out, values[pushed + 1 - length : pushed + 1].mean(axis=0), atol=1e-15)
