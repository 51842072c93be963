"""What the runner refuses, each in a line, with nothing changed; what it takes all the same."""

from typing import Any

import numpy as np
import pytest

from compiler.errors import (
    ArityError,
    BadValue,
    CompilerError,
    ConfigError,
)
from compiler.runtime import Runner
from tests.compiler.networks import fdn, noise, play


@pytest.mark.parametrize("shape", [(129, 1), (10, 2), (10,), (0, 2)])
def test_arrays_that_do_not_fit_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ArityError, match=r"takes \[samples, 1\]"):
        Runner(fdn()).process(np.zeros(shape, np.float32))


def test_arrays_of_other_kinds_are_copied() -> None:
    x = noise(100)
    expected = Runner(fdn()).process(x)
    assert np.array_equal(Runner(fdn()).process(x.astype(np.float64)), expected)
    gaps, out = np.repeat(x, 3, axis=1), np.zeros((100, 5))
    Runner(fdn()).process(gaps[:, 1:2], out[:, 1:3])
    assert np.array_equal(out, np.pad(expected, ((0, 0), (1, 2))))


@pytest.mark.parametrize("size", [np.int64(64), np.uint8(64)])
def test_a_block_size_of_numpy_is_a_number(size: int) -> None:
    x = noise(200)
    assert np.array_equal(play(Runner(fdn(), block_size=size), x), play(Runner(fdn(), block_size=64), x))


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"block_size": 1.5}, "fdn: blocks of 1.5 samples: must be a whole number from 1 to 1048576"),
        ({"block_size": "128"}, "fdn: blocks of '128' samples: must be a whole number from 1 to 1048576"),
        ({"block_size": 0}, "fdn: blocks of 0 samples: must be a whole number from 1 to 1048576"),
        ({"block_size": True}, "fdn: blocks of True samples: must be a whole number from 1 to 1048576"),
        ({"block_size": 10**9}, "fdn: blocks of 1000000000 samples: must be a whole number"),
        ({"sample_rate": "48000"}, "fdn: sample rate '48000': must be a number of Hz from 1000 to 1000000"),
        ({"sample_rate": np.nan}, "fdn: sample rate nan: must be a number of Hz from 1000 to 1000000"),
        ({"sample_rate": 1e300}, "fdn: sample rate 1e+300: must be a number of Hz from 1000 to 1000000"),
        ({"controls": "t60"}, "controls are 't60': must be a list of names, or names with ranges"),
        ({"ramp_seconds": "1"}, "fdn: a ramp of '1': must be seconds from 0 to 10000"),
    ],
)
def test_a_bad_argument_is_one_line(arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CompilerError) as caught:
        Runner(fdn(), **arguments)
    assert str(caught.value).startswith(complaint)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seconds", [-1.0, 1e15, 1e30, np.inf, np.nan, "1"])
def test_a_ramp_that_is_none_is_refused_and_changes_nothing(seconds: Any) -> None:
    runner, same = Runner(fdn(), controls=["damping", "dry_wet"]), Runner(fdn())
    for move in (
        lambda: runner.set_control("damping", 0.5, seconds),
        lambda: runner.set_control("dry_wet", 0.5, seconds),
        lambda: runner.update(fdn(gain=0.5), seconds),
    ):
        with pytest.raises(BadValue, match=r"^fdn: a ramp of .*: must be seconds from 0 to 10000$"):
            move()
    assert runner.values == {"damping": 0.0, "dry_wet": 1.0}
    assert np.array_equal(play(runner, noise(500)), play(same, noise(500)))


@pytest.mark.parametrize("config", [None, 5, [], "fdn"])
def test_what_is_no_model_is_refused_and_changes_nothing(config: Any) -> None:
    runner = Runner(fdn())
    with pytest.raises(ConfigError, match=r"^the configuration is .*: must be an object$"):
        runner.update(config)
    assert np.array_equal(play(runner, noise(500)), play(Runner(fdn()), noise(500)))


def test_a_value_that_is_no_number_is_refused() -> None:
    runner = Runner(fdn(), controls=["damping"])
    with pytest.raises(BadValue, match=r"^damping: '1': must be a number$"):
        runner.set_control("damping", "1")  # type: ignore[arg-type]


def test_lists_of_numbers_are_arrays() -> None:
    x = noise(20)
    assert np.array_equal(Runner(fdn()).process(x.tolist()), Runner(fdn()).process(x))
    with pytest.raises(BadValue, match=r"must be an array \[samples, channels\]"):
        Runner(fdn()).process([[0.0], [0.0, 1.0]])
    with pytest.raises(ArityError, match=r"got \(\)"):
        Runner(fdn()).process(np.float32(1.0))


@pytest.mark.parametrize("x", [np.ones((4, 1), complex), np.full((4, 1), "one"), np.full((4, 1), None)])
def test_an_input_that_is_not_real_is_refused(x: np.ndarray) -> None:
    with pytest.raises(BadValue, match=r"^fdn: the input holds .*: must be real numbers$"):
        Runner(fdn()).process(x)


def test_an_out_that_cannot_take_the_sound_is_refused_and_nothing_is_played() -> None:
    runner, x = Runner(fdn()), noise(100)
    fixed = np.zeros((100, 2), np.float32)
    fixed.flags.writeable = False
    for out in (fixed, np.zeros((100, 2), int), np.zeros((100, 2), complex), [[0.0, 0.0]] * 100):
        with pytest.raises(BadValue, match=r"^fdn: out must be an array of floats that can be written$"):
            runner.process(x, out)
    for shape in ((99, 2), (100, 1), (200,)):
        with pytest.raises(ArityError, match=r"takes \[samples, 1\]"):
            runner.process(x, np.zeros(shape, np.float32))
    assert not fixed.any()
    assert np.array_equal(play(runner, x), play(Runner(fdn()), x))
