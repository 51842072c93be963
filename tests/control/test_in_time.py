"""A launch that takes longer to compute than a block lasts begins when it can be heard, without a jump."""

from collections.abc import Callable

import pytest

from plaud_live.control.conductor import TRIES, Conductor
from plaud_live.control.transaction import Load, Quant, Set, Transaction
from plaud_live.signals.graph import Constant
from tests.control.player import RATE, load_info


def conductor(quant: float) -> Conductor:
    made = Conductor(RATE, load_info)
    made.submit(Transaction((Load("drone", "default"), Quant(quant))), 0)
    return made


def counting(*samples: int) -> Callable[[], int]:
    """A renderer that is this far each time it is asked; at the end it goes no further."""
    left = list(samples)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


GAIN = Transaction((Set("drone", "gain", Constant(0.2)),))


def test_it_begins_with_the_first_sample_that_it_can_reach() -> None:
    it = conductor(0.0)
    it.soonest = counting(1256)
    outcome = it.submit(GAIN, 1000)
    assert outcome.sample == 1256
    assert outcome.beat == it.state.tempo.beat(1256)


def test_it_leaves_itself_time_once_it_was_late_twice() -> None:
    it = conductor(0.0)
    it.soonest = counting(1256, 1512, 1768)
    assert it.submit(GAIN, 1000).sample == 1768


def test_one_that_was_in_time_stays_as_it_was() -> None:
    it = conductor(0.0)
    it.soonest = counting(1000)
    assert it.submit(GAIN, 1000).sample == 1000


def test_one_that_waits_for_its_beat_is_computed_once() -> None:
    it = conductor(4.0)
    it.soonest = counting(1256, 99_000)
    assert it.submit(GAIN, 1000).sample == 1000


@pytest.mark.parametrize("word", ["undo", "redo"])
def test_undo_and_redo_too(word: str) -> None:
    it = conductor(0.0)
    it.submit(GAIN, 1000)
    if word == "redo":
        it.undo(5000)
    it.soonest = counting(9500)
    assert getattr(it, word)(9000).sample == 9500


def test_a_renderer_that_is_always_ahead_is_not_chased_for_ever() -> None:
    it = conductor(0.0)
    asked = []

    def soonest() -> int:
        asked.append(1)
        return 1_000_000 * len(asked) ** 3

    it.soonest = soonest
    it.submit(GAIN, 1000)
    assert len(asked) == TRIES - 1
