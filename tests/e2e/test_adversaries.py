"""Adversaries at the real prompt: each is answered by a line that helps, and what sounds is what it was.

Some of each kind are entered here; `benchmarks/bench_adversaries.py` enters all, and has the times.
"""

from pathlib import Path

import pytest

from tests.e2e.adversaries import ADVERSARIES, HARMLESS, INTERRUPTED, KINDS, REFUSED, REOPENED, Adversary
from tests.e2e.siege import siege
from tests.e2e.stage import missing_programs

MOST = {REFUSED: 36, HARMLESS: 12, INTERRUPTED: 3, REOPENED: 1}
"""How many of each kind are entered, spread over the table."""

PATIENCE = 4.0
"""How many times as long an answer may take on a machine that is busy with something else."""


def chosen() -> list[Adversary]:
    """Some of each kind, those that leave another prompt behind at the end."""
    found: list[Adversary] = []
    for kind in KINDS:
        those = [each for each in ADVERSARIES if each.kind == kind]
        step = max(1.0, len(those) / MOST[kind])
        found += [those[int(i * step)] for i in range(min(MOST[kind], len(those)))]
    return found


def test_the_table_is_large_and_no_line_stands_in_its_own_entry() -> None:
    assert len(ADVERSARIES) >= 150
    assert len({each.entry for each in ADVERSARIES}) == len(ADVERSARIES)
    assert [each for each in ADVERSARIES if not each.line or each.line in each.entry] == []


@pytest.mark.slow
@pytest.mark.realtime
@pytest.mark.skipif(bool(missing_programs()), reason=f"needs {', '.join(missing_programs())}")
def test_no_adversary_touches_the_sound(tmp_path: Path) -> None:
    with siege(tmp_path) as held:
        for adversary in chosen():
            held.run(adversary)
        last = held.enter(Adversary("drone.z0 = .9; 'la' + 'st'", "last", HARMLESS))
        assert last.faults(PATIENCE) == []
        assert held.moves()
    held.check_tape()
    heard = [outcome for outcome in held.outcomes if not outcome.missed]
    assert len(heard) > len(held.outcomes) // 4, "this machine loses too many blocks to hear anything"
    wrong = "\n".join(f"{outcome}" for outcome in held.outcomes if outcome.faults(PATIENCE))
    assert not wrong, f"\n{wrong}"
