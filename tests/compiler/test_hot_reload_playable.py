"""Publishing what was judged before: the same files, and not what was judged for something else."""

from pathlib import Path
from typing import Any

import pytest

import compiler.publisher
from compiler.backend.faust import structure_and_values
from compiler.hot_reload import HotReload, Update
from compiler.ir.json import from_json, to_json
from compiler.pipeline import prepare
from compiler.playable import KNOBS, Playable, write_playable
from tests.compiler.networks import fdn
from tests.compiler.publishing import everything, read, reload_into


def live_into(folder: Path, **settings: Any) -> HotReload:
    """For what is playable, and without a wait between two."""
    (folder / "live").mkdir(exist_ok=True)
    settings = {"controls": list(KNOBS), "follow_host_rate": True, **settings}
    return HotReload(folder / "live" / "live.dsp", interval_seconds=0.0, **settings)


def now(live: HotReload, model: Playable) -> Update:
    """Published at once, though it may come within the time that the one before took."""
    update = live.update(model)
    return live.close() or update


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Playable:
    return write_playable(tmp_path_factory.mktemp("hall") / "hall.json", fdn(lines=2, gain=0.8))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Playable:
    """Of the same structure."""
    return write_playable(tmp_path_factory.mktemp("other") / "other.json", fdn(lines=2, gain=0.79))


def test_the_files_are_those_of_a_model_that_is_judged(tmp_path, hall, monkeypatch):
    judged = live_into(tmp_path)
    assert judged.update(to_json(hall.model)).state == "published"
    wanted = everything(judged)
    for path in judged.path.parent.iterdir():
        path.unlink()
    monkeypatch.setattr(compiler.publisher, "judged", None)  # seconds of work
    live = live_into(tmp_path)
    update = live.update(hall)
    assert (update.state, update.verdict, update.recompiles) == ("published", "certified-stable", True)
    assert everything(live) == wanted


def test_other_coefficients_leave_the_text_alone(tmp_path, hall, other):
    live = live_into(tmp_path)
    live.update(hall)
    text = live.path.read_bytes()
    update = now(live, other)
    assert (update.state, update.generation, update.recompiles) == ("published", 2, False)
    assert live.path.read_bytes() == text
    last = now(live, other)
    assert (last.state, last.generation) == ("unchanged", 2)


def test_one_that_waits_is_published_in_its_time(tmp_path, hall, other, clock):
    live = reload_into(tmp_path, clock, controls=set(KNOBS), follow_host_rate=True)
    live.update(hall)
    assert live.update(other).state == "waiting"
    clock.wait(10.0)
    assert read(live, ".params.json")["generation"] == 2
    assert from_json(read(live, ".json")).root.name == other.model.root.name


@pytest.mark.parametrize(
    "settings",
    [
        {"follow_host_rate": False},
        {"controls": ["t60"]},
        {"controls": None},
        {"controls": {"t60": (0.5, 2.0)}},
    ],
)
def test_what_was_judged_for_other_knobs_or_rates_is_refused(tmp_path, hall, settings):
    update = live_into(tmp_path, **settings).update(hall)
    assert update.state == "refused"
    assert "it wants controls=" in update.reason


def test_a_generation_that_the_plugin_has_answered_for_does_not_come_again(tmp_path, hall):
    live = live_into(tmp_path)
    answer = live.path.with_name("live.dsp.status.json")
    answer.write_text('{"schema_version": 1, "state": "ok", "generation": 41}')
    assert live.update(hall).generation == 42


def test_structure_and_values_are_of_one_text(hall, other):
    prepared = prepare(hall.model)
    digest, values = structure_and_values(prepared, hall.plan, True)
    same, others = structure_and_values(prepare(other.model), other.plan, True)
    assert digest == same
    assert values.keys() == others.keys()
    assert values != others
