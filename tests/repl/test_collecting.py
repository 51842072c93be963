"""More changes than a transaction takes: those that others replace are left out, and nothing else."""

import pytest

from plaud_live.control.transaction import MAX_CHANGES, Change, Mark, Play, Set
from plaud_live.repl.collecting import unreplaced
from plaud_live.signals.graph import Constant, Signal
from plaud_live.signals.oscillators import lfo
from plaud_live.signals.space import Reference
from plaud_live.signals.transitions import to
from tests.repl.silent import Prompt

OWN, OTHER = Reference("drone", "z", 1), Reference("bass", "z", 0)


def put(parameter: str, signal: Signal | float, over: float | None = None, at: float | None = None) -> Set:
    """A change of `drone`."""
    signal = Constant(signal) if isinstance(signal, float) else signal
    return Set("drone", parameter, signal, over=over, at=at)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ([put("z0", 0.1), put("z0", 0.2), put("z0", 0.3)], [2]),
        ([put("z0", 0.1), put("z1", 0.2), put("z0", lfo(8))], [1, 2]),
        ([put("z0", 0.1), Play("drone"), put("z0", 0.3)], [1, 2]),
        ([put("z0", 0.1), put("z0", 0.2, over=8.0)], [0, 1]),  # it fades from 0.1
        ([put("z0", 0.1), put("z0", 0.2, over=8.0), put("z0", 0.3)], [2]),
        ([put("z0", 0.1), put("z0", to(0.5, 8))], [0, 1]),
        ([put("z0", 0.1), put("z0", 0.2, at=16.0)], [0, 1]),
        ([put("z0", 0.1), put("z0", OWN + 0.1)], [0, 1]),
        ([put("z1", 0.1), put("z0", OWN), put("z1", 0.3)], [0, 1, 2]),
        ([put("z1", 0.1), put("z0", OTHER), put("z1", 0.3)], [1, 2]),
        ([put("z0", 0.1), Mark("drone", "home"), put("z0", 0.3)], [0, 1, 2]),
    ],
)
def test_what_another_replaces_is_left_out(changes: list[Change], kept: list[int]) -> None:
    assert unreplaced(changes) == kept


def test_a_long_history_is_one_script(prompt: Prompt) -> None:
    lines = [f"drone.z{n % 3} = {n / 3000:.4f}" for n in range(3000)]
    lines[5] = "drone.z2 = lfo(8)"
    prompt.accept("\n".join(lines))
    assert [prompt.source(f"z{i}") for i in range(3)] == ["0.999", "0.9993", "0.9997"]


def test_up_to_the_limit_all_are_launched(prompt: Prompt) -> None:
    assert "wants" in prompt.refuse(f"for n in range({MAX_CHANGES}): drone.z0 = 9 if n == 3 else n/300")
