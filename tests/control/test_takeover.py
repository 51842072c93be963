"""Takeover as a table of cases: where control and parameter are, how the control moves, what follows."""

import numpy as np
import pytest

from plaud_live.control.takeover import JUMP, MODES, PICKUP, SCALE, TOGGLE, Grip, move, turn

STEP = 1.0 / 127.0
STAYS = None

# mode, where the control is known to be (None: not heard yet), the parameter, positions it goes through,
# where it puts the parameter with each (None: it stays), whether it holds it in the end
CASES = [
    # Jump: at once, from wherever
    (JUMP, None, 0.5, [0.9], [0.9], True),
    (JUMP, 0.1, 0.5, [0.2, 0.3], [0.2, 0.3], True),
    # Pick-Up: nothing until it is there
    (PICKUP, None, 0.5, [0.1, 0.2, 0.3], [STAYS, STAYS, STAYS], False),
    (PICKUP, None, 0.5, [0.9, 0.8, 0.6], [STAYS, STAYS, STAYS], False),
    # upwards through it, and from then on 1:1, back down too
    (PICKUP, 0.1, 0.5, [0.3, 0.45, 0.52, 0.4, 0.1], [STAYS, STAYS, 0.52, 0.4, 0.1], True),
    # downwards through it
    (PICKUP, 0.9, 0.5, [0.7, 0.49, 0.8], [STAYS, 0.49, 0.8], True),
    # away from it
    (PICKUP, 0.4, 0.5, [0.3, 0.0], [STAYS, STAYS], False),
    # so fast that it leaps over
    (PICKUP, 0.0, 0.5, [1.0], [1.0], True),
    # to within a step, without crossing
    (PICKUP, 0.1, 0.5, [0.5 - 0.9 * STEP, 0.2], [0.5 - 0.9 * STEP, 0.2], True),
    (PICKUP, 0.1, 0.5, [0.5 - 1.1 * STEP], [STAYS], False),
    # it was there when it was moved
    (PICKUP, 0.5, 0.5, [0.6], [0.6], True),
    # the first that is heard of it is the very place
    (PICKUP, None, 0.5, [0.5], [0.5], True),
    # the first that is heard crosses nothing
    (PICKUP, None, 0.5, [0.51], [STAYS], False),
    # ends: a parameter at an end is met there alone
    (PICKUP, 0.5, 0.0, [0.2, 0.1, 0.0], [STAYS, STAYS, 0.0], True),
    (PICKUP, 0.5, 1.0, [0.8, 1.0, 0.9], [STAYS, 1.0, 0.9], True),
    # Value Scaling: half of the way left is half of the way left
    (SCALE, 0.5, 0.2, [0.75, 1.0, 0.5], [0.6, 1.0, 0.5], True),
    (SCALE, 0.5, 0.8, [0.25, 0.0, 0.5], [0.4, 0.0, 0.5], True),
    (SCALE, 0.8, 0.2, [0.4, 0.6], [0.1, 0.4], False),
    # they are at the same place: 1:1 from the first movement
    (SCALE, 0.5, 0.5, [0.6, 0.4], [0.6, 0.4], True),
    # not heard before: the first message says where it is, the second moves
    (SCALE, None, 0.2, [0.5, 0.75], [STAYS, 0.6], False),
    (SCALE, None, 0.2, [0.2, 0.3], [0.2, 0.3], True),
    # control at an end: it can only go the other way
    (SCALE, 1.0, 0.4, [0.5, 0.0], [0.2, 0.0], True),
    (SCALE, 0.0, 0.4, [0.5, 1.0], [0.7, 1.0], True),
    # a button: pressed once there, again back; letting go does nothing
    (TOGGLE, None, 0.0, [1.0], [1.0], True),
    (TOGGLE, 0.0, 1.0, [1.0], [0.0], True),
    (TOGGLE, None, 0.0, [0.0], [STAYS], False),
    (TOGGLE, 0.0, 0.2, [0.3, 0.6, 0.9], [STAYS, 1.0, STAYS], False),
]


@pytest.mark.parametrize(("mode", "known", "value", "path", "wanted", "holds"), CASES)
def test_where_a_control_puts_its_parameter(mode, known, value, path, wanted, holds):
    grip = Grip(known)
    put = []
    for position in path:
        grip = move(mode, grip, position, value, STEP)
        put.append(grip.value)
        value = value if grip.value is None else grip.value
    assert put == [None if each is None else pytest.approx(each) for each in wanted]
    assert grip.holds == holds


@pytest.mark.parametrize("mode", [PICKUP, SCALE])
def test_once_others_have_moved_it_it_is_taken_over_anew(mode):
    grip = move(mode, Grip(0.5), 0.51, 0.5, STEP)
    assert grip.holds
    grip = move(mode, grip.let_go(), 0.6, 0.1, STEP)
    assert not grip.holds
    assert grip.value is None or grip.value < 0.6


def test_a_parameter_that_moves_by_itself_is_met_where_it_is():
    grip = Grip(0.3)
    for position, value in [(0.35, 0.2), (0.35, 0.3), (0.36, 0.4)]:  # the parameter passes the control
        grip = move(PICKUP, grip, position, value, STEP)
    assert not grip.holds, "it is the control that has to pass"
    assert move(PICKUP, grip, 0.45, 0.42, STEP).holds


def test_scaling_never_leaps_and_ends_together():
    """Whatever way the control goes, the parameter goes the same way, or stays."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        grip, value = Grip(rng.uniform()), rng.uniform()
        for position in np.clip(grip.position + np.cumsum(rng.normal(0, 0.05, 100)), 0.0, 1.0):
            before, was = grip.position, value
            grip = move(SCALE, grip, float(position), value, STEP)
            value = value if grip.value is None else grip.value
            assert 0.0 <= value <= 1.0
            assert (value - was) * (position - before) >= -1e-12 or abs(value - was) <= STEP
        grip = move(SCALE, grip, 1.0, value, STEP)
        assert grip.value == 1.0 or grip.position == 1.0 == before


def test_an_encoder_goes_on_from_where_the_parameter_is():
    grip = turn(Grip(), 0.25, 0.5)
    assert grip == Grip(0.75, 0.75, True)
    assert turn(grip, 0.5, 0.75).value == 1.0
    assert turn(grip.let_go(), -0.1, 0.4).value == pytest.approx(0.3)


def test_every_mode_is_explained():
    assert set(MODES) == {JUMP, PICKUP, SCALE, TOGGLE}
