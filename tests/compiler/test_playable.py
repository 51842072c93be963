"""A reverb in a file with its plan: what is read is what was written, and nothing that may not be heard."""

import json
from pathlib import Path

import numpy as np
import pytest

from compiler.errors import ConfigError, NotCertified
from compiler.ir.json import to_json
from compiler.playable import KNOBS, plan_path, read_playable, write_playable
from compiler.runtime import Runner
from tests.compiler.networks import RATE, fdn, noise, play


def test_the_plan_is_read_back_to_the_bit_and_spares_finding_it_out(tmp_path: Path) -> None:
    path = tmp_path / "hall.json"
    made = write_playable(path, fdn(lines=2, gain=0.8))
    assert plan_path(path).is_file()
    found = read_playable(path)
    assert found.plan == made.plan and found.digest == made.digest and found.certificate == made.certificate
    assert found.plan.names == KNOBS
    planned, alone = Runner(found.model, RATE, plan=found.plan), Runner(found.model, RATE, controls=KNOBS)
    for runner in (planned, alone):
        runner.set_control("damping", 0.5)
    x = noise(4000)
    assert np.array_equal(play(planned, x), play(alone, x))


def test_a_plan_of_another_configuration_does_not_count(tmp_path: Path) -> None:
    path, other = tmp_path / "hall.json", tmp_path / "other.json"
    write_playable(path, fdn(lines=2, gain=0.8))
    before = write_playable(other, fdn(lines=2, gain=0.7))
    other.write_bytes(path.read_bytes())
    assert read_playable(other).plan["t60"].neutral > before.plan["t60"].neutral


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema_version": 1}', "\x00", "[" * 100_000])
def test_what_is_no_reverb_is_refused_by_its_path(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hall.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"hall\.json"):
        read_playable(path)


def test_what_grows_is_neither_read_nor_written(tmp_path: Path) -> None:
    path = tmp_path / "hall.json"
    wild = fdn(lines=2, gain=1.2)
    with pytest.raises(NotCertified):
        write_playable(path, wild)
    assert not list(tmp_path.iterdir())
    path.write_text(json.dumps(to_json(wild)))
    with pytest.raises(NotCertified, match=r"hall\.json"):
        read_playable(path)


def test_a_successor_is_worked_out_beside_what_plays(tmp_path: Path) -> None:
    here, there = (write_playable(tmp_path / f"{g}.json", fdn(lines=2, gain=g)) for g in (0.8, 0.7))
    runner, other = (Runner(each.model, RATE, plan=each.plan) for each in (here, there))
    x = noise(2000)
    play(runner, x)
    runner.adopt(runner.prepared(there.model, there.plan), 0.0)
    other.set_state(runner.state)
    assert np.array_equal(play(runner, x), play(other, x))
    assert runner.plan == there.plan
