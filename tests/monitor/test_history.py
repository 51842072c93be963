"""What is kept of the past."""

import numpy as np

from plaud_live.monitor.history import History


def test_a_ring_keeps_the_newest() -> None:
    history = History(10, 2)
    assert history.last == -1
    for start in range(0, 35, 5):
        samples = np.arange(start, start + 5)
        history.add(samples, np.stack([samples, -samples], axis=1).astype(float))
    samples, values = history.since(0)
    np.testing.assert_array_equal(samples, np.arange(25, 35))
    np.testing.assert_array_equal(values, np.stack([samples, -samples], axis=1))
    assert history.last == 34
    np.testing.assert_array_equal(history.since(31)[0], [31, 32, 33, 34])


def test_what_is_known_is_not_taken_twice() -> None:
    history = History(10, 1)
    history.add(np.array([1, 2, 3]), np.array([[1.0], [2.0], [3.0]]))
    history.add(np.array([2, 3, 4]), np.array([[9.0], [9.0], [4.0]]))
    samples, values = history.since(0)
    assert samples.tolist() == [1, 2, 3, 4]
    assert values[:, 0].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_more_at_once_than_there_is_room_for() -> None:
    history = History(4, 1)
    history.add(np.arange(9), np.arange(9.0)[:, None])
    assert history.since(0)[0].tolist() == [5, 6, 7, 8]
