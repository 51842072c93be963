"""The log of control frames: order, bounds, and what is given since a sample."""

import numpy as np

from plaud_live.engine.frames import SECONDS, FrameLog


def fill(log: FrameLog, frames: int, first: int = 0) -> None:
    for i in range(first, first + frames):
        log.write(i * 256, 256, np.array([[i, 0.5]]), np.array([[10.0 + i]]))


def test_frames_come_back_in_order_with_their_samples() -> None:
    log = FrameLog(10.0, 3)
    log.write(256, 256, np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0], [6.0]]))
    samples, values = log.since(0)
    assert samples.tolist() == [256, 512]
    assert values.tolist() == [[1.0, 2.0, 5.0], [3.0, 4.0, 6.0]]


def test_only_frames_from_a_sample_on() -> None:
    log = FrameLog(10.0, 3)
    fill(log, 20)
    assert log.since(10 * 256)[0].tolist() == [i * 256 for i in range(10, 20)]
    assert log.since(10 * 256 + 1)[0][0] == 11 * 256
    assert log.since(10**9)[1].shape == (0, 3)


def test_the_last_minute_is_kept_and_no_more() -> None:
    log = FrameLog(10.0, 3)
    fill(log, 2500)
    samples, values = log.since(0)
    assert len(samples) == round(10.0 * SECONDS)
    assert samples[-1] == 2499 * 256 and np.all(np.diff(samples) == 256)
    assert np.array_equal(values[:, 0] * 256, samples)


def test_what_was_given_does_not_change() -> None:
    log = FrameLog(10.0, 3)
    fill(log, 20)
    samples, values = log.since(0)
    kept = samples.copy(), values.copy()
    fill(log, 2000, 20)
    assert np.array_equal(samples, kept[0]) and np.array_equal(values, kept[1])
