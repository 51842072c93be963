"""Publishing while training: whole files in their order, never a bad model, always the last one."""

import copy
import errno
import json
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import compiler.publisher
from compiler.errors import CompilerError, ConfigError
from compiler.hot_reload import HotReload
from compiler.ir.json import from_json
from compiler.ir.response import response
from compiler.toolchain.faust_cli import build as build_faust

Config = dict[str, Any]
INTERVAL = 0.25


class Clock:
    """Time that a test moves, and timers that fire by it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Alarm] = []

    def __call__(self) -> float:
        return self.now

    def timer(self, seconds: float, call: Callable[[], None]) -> "Alarm":
        self.timers.append(Alarm(self.now + seconds, call))
        return self.timers[-1]

    def wait(self, seconds: float) -> None:
        self.now += seconds
        due = [timer for timer in self.timers if timer.due <= self.now]
        self.timers = [timer for timer in self.timers if timer.due > self.now]
        for timer in due:
            if not timer.cancelled:
                timer.call()


class Alarm:
    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due, self.call, self.cancelled = due, call, False

    def cancel(self) -> None:
        self.cancelled = True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(tmp_path: Path, clock: Clock) -> HotReload:
    return reload_into(tmp_path, clock)


def reload_into(folder: Path, clock: Clock, **settings: Any) -> HotReload:
    return HotReload(
        folder / "live.dsp", interval_seconds=INTERVAL, clock=clock, timer=clock.timer, **settings
    )


def loop(gain: float = 0.7, samples: tuple[float, float] = (101.0, 233.0)) -> Config:
    """Two lines that feed each other through a rotation times `gain`."""
    matrix = gain * np.array([[0.6, 0.8], [-0.8, 0.6]])
    return {
        "schema_version": 1,
        "name": "hall",
        "sample_rate": 48000.0,
        "inputs": 2,
        "outputs": 2,
        "root": {
            "type": "recursion",
            "name": "loop",
            "forward": {"type": "delay", "name": "lines", "samples": list(samples)},
            "feedback": {"type": "gain", "name": "mixing", "gains": matrix.tolist()},
        },
    }


def undecided() -> Config:
    """A lossless loop feeds another: whether they share a resonance, which would grow, is not decided."""
    config = loop()
    first, second = loop(1.0)["root"], loop(1.0, (103.0, 307.0))["root"]
    config["root"] = {"type": "series", "name": "twice", "children": [first, {**second, "name": "again"}]}
    return config


def read(live: HotReload, ending: str) -> Any:
    return json.loads(live.path.with_name("live" + ending).read_text())


def everything(live: HotReload) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in live.path.parent.iterdir()}


def test_the_first_update_writes_four_whole_files_in_their_order(live, monkeypatch):
    written = []
    really = os.replace

    def record(temporary: Path, path: Path) -> None:
        written.append(path.name)
        really(temporary, path)

    monkeypatch.setattr(os, "replace", record)
    before = os.umask(0o077)
    try:
        update = live.update(loop())
    finally:
        os.umask(before)
    assert (update.state, update.generation, update.recompiles) == ("published", 1, True)
    assert update.verdict == "certified-stable"
    assert written == ["live.json", "live.cert.json", "live.params.json", "live.dsp"]
    assert sorted(everything(live)) == sorted(written)
    assert {path.stat().st_mode & 0o777 for path in live.path.parent.iterdir()} == {0o644}
    assert read(live, ".json")["root"] == loop()["root"]
    assert read(live, ".cert.json")["verdict"] == "certified-stable"


def test_parameters_and_text_carry_the_same_structure_and_generation(live):
    live.update(loop())
    params = read(live, ".params.json")
    assert params["schema_version"] == 1
    assert params["generation"] == 1
    text = live.path.read_text()
    header = [line for line in text.splitlines() if line.startswith("//")]
    assert f"// structure: {params['structure']}" in header
    assert "// generation: 1" in header
    for path in params["values"]:
        assert path in text


def test_new_coefficients_of_the_same_structure_leave_the_text_alone(live, clock):
    live.update(loop(0.7))
    text, inode = live.path.read_bytes(), live.path.stat().st_ino
    before = read(live, ".params.json")
    clock.wait(1.0)
    update = live.update(loop(0.6))
    assert (update.state, update.generation, update.recompiles) == ("published", 2, False)
    after = read(live, ".params.json")
    assert (live.path.read_bytes(), live.path.stat().st_ino) == (text, inode)
    assert after["generation"] == 2
    assert after["structure"] == before["structure"]
    assert after["values"].keys() == before["values"].keys()
    assert after["values"] != before["values"]
    assert read(live, ".json")["root"] == loop(0.6)["root"]


def test_another_decay_under_a_t60_knob_leaves_the_text_alone(tmp_path, clock):
    live = reload_into(tmp_path, clock, controls=["t60", "dry_wet"])
    live.update(loop(0.95))
    clock.wait(10.0)
    update = live.update(loop(0.94))
    assert (update.state, update.recompiles) == ("published", False)


def test_the_old_text_with_the_new_values_sounds_as_the_new_model(tmp_path, clock):
    live = reload_into(tmp_path, clock, name="hall")
    live.update(loop(0.7))
    text = live.path.read_text()
    clock.wait(10.0)
    assert live.update(loop(-0.5)).recompiles is False
    hidden = {
        f"hall/{path}/{i}": value
        for path, values in read(live, ".params.json")["values"].items()
        for i, value in enumerate(values)
    }
    samples = 16384
    points = np.exp(2j * np.pi * np.arange(samples // 2 + 1) / samples)
    wanted = np.fft.irfft(np.moveaxis(response(from_json(loop(-0.5)).root, points), 0, -1), samples)
    with build_faust(text) as program:
        assert hidden.keys() <= program.controls().keys()
        heard = program.impulse_responses(samples, 48000.0, hidden)
    assert np.abs(heard - wanted).max() < 1e-12  # double precision


def test_other_delays_are_another_structure(live, clock):
    live.update(loop())
    clock.wait(1.0)
    before = read(live, ".params.json")["structure"]
    update = live.update(loop(samples=(101.0, 234.0)))
    assert update.recompiles
    assert read(live, ".params.json")["structure"] != before
    assert read(live, ".params.json")["structure"] in live.path.read_text()


def test_too_many_updates_are_one_and_the_last_arrives(live, clock):
    live.update(loop(0.7))
    for gain in (0.6, 0.5, 0.4):
        clock.wait(0.01)
        assert live.update(loop(gain)).state == "waiting"
    assert read(live, ".json")["root"] == loop(0.7)["root"]
    clock.wait(INTERVAL)
    assert read(live, ".json")["root"] == loop(0.4)["root"]
    assert read(live, ".params.json")["generation"] == 2
    clock.wait(10.0)
    assert read(live, ".params.json")["generation"] == 2


def test_what_waits_is_as_it_was_given(live, clock):
    live.update(loop(0.7))
    config = loop(0.6)
    live.update(config)
    config["root"]["feedback"]["gains"][0][0] = 0.0
    clock.wait(INTERVAL)
    assert read(live, ".json")["root"] == loop(0.6)["root"]


def test_a_slow_check_is_not_done_more_than_half_of_the_time(tmp_path, clock, monkeypatch):
    def slow(*words: Any) -> Any:
        clock.now += 3.0
        return really(*words)

    really = compiler.publisher.judged
    monkeypatch.setattr(compiler.publisher, "judged", slow)
    live = reload_into(tmp_path, clock)
    assert live.update(loop(0.7)).state == "published"
    assert live.update(loop(0.6)).state == "waiting"
    clock.wait(2.9)
    assert live.update(loop(0.5)).state == "waiting"
    assert read(live, ".params.json")["generation"] == 1
    clock.wait(0.2)
    assert read(live, ".json")["root"] == loop(0.5)["root"]


def test_closing_publishes_what_waits(live, clock):
    live.update(loop(0.7))
    live.update(loop(0.6))
    outcome = live.close()
    assert outcome is not None
    assert (outcome.state, outcome.generation) == ("published", 2)
    assert read(live, ".json")["root"] == loop(0.6)["root"]
    clock.wait(10.0)
    assert read(live, ".params.json")["generation"] == 2
    assert live.close() is None


def test_what_lies_there_already_is_not_published_again(live, clock):
    live.update(loop())
    clock.wait(1.0)
    update = live.update(loop())
    assert (update.state, update.generation) == ("unchanged", 1)
    assert read(live, ".params.json")["generation"] == 1


def delay_free() -> Config:
    return loop(samples=(0.0, 233.0))


def not_a_number() -> Config:
    config = loop()
    config["root"]["feedback"]["gains"][0][1] = float("nan")
    return config


@pytest.mark.parametrize(
    ("bad", "verdict", "words"),
    [
        (lambda: loop(1.01), "unstable", "loop"),
        (not_a_number, None, "loop/mixing: gains[0][1] is not finite"),
        (delay_free, None, "loop"),
        (lambda: {"schema_version": 1}, None, "name"),
    ],
    ids=["unstable", "NaN", "delay-free", "malformed"],
)
@pytest.mark.parametrize("force", [False, True])
def test_a_bad_model_is_never_published_and_the_last_good_one_stays(
    live, clock, caplog, bad, verdict, words, force
):
    live.update(loop())
    clock.wait(1.0)
    before = everything(live)
    updates = []
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            updates.append(live.update(bad(), force=force))
            clock.wait(10.0)
    assert all(update.state == "refused" and words in update.reason for update in updates)
    assert {update.verdict for update in updates} == {verdict}
    assert {update.generation for update in updates} == {1}
    assert everything(live) == before
    assert [record.getMessage() for record in caplog.records] == [updates[0].reason]
    assert "\n" not in updates[0].reason


def test_a_bad_model_is_not_published_as_the_first_one_either(live):
    assert live.update(loop(1.01)).state == "refused"
    assert everything(live) == {}


def test_a_bad_model_that_waited_is_refused_and_the_last_good_one_stays(live, clock, caplog):
    live.update(loop(0.7))
    assert live.update(loop(1.01)).state == "waiting"
    before = everything(live)
    with caplog.at_level(logging.WARNING):
        clock.wait(INTERVAL)
    assert everything(live) == before
    assert live.last is not None
    assert (live.last.state, live.last.verdict) == ("refused", "unstable")
    assert [record.getMessage() for record in caplog.records] == [live.last.reason]


def test_a_malformed_model_does_not_take_the_place_of_a_good_one_that_waits(live, clock):
    live.update(loop(0.7))
    live.update(loop(0.6))
    for bad in (not_a_number(), {"schema_version": 1}, [1.0]):
        assert live.update(bad).state == "refused"
    clock.wait(INTERVAL)
    assert read(live, ".json")["root"] == loop(0.6)["root"]


def test_the_same_complaint_is_logged_again_after_a_good_model(live, clock, caplog):
    with caplog.at_level(logging.WARNING):
        for gain in (1.01, 0.5, 1.01):
            live.update(loop(gain))
            clock.wait(1.0)
    assert len(caplog.records) == 2


def test_a_lossless_model_is_published_with_a_warning(live, caplog):
    with caplog.at_level(logging.WARNING):
        update = live.update(loop(1.0))
    assert (update.state, update.verdict) == ("published", "marginally-stable")
    assert "marginally-stable" in update.reason
    assert len(caplog.records) == 1


def test_what_cannot_be_decided_is_published_only_when_forced(live, clock):
    refused = live.update(undecided())
    assert (refused.state, refused.verdict) == ("refused", "indeterminate")
    assert "force=True" in refused.reason
    assert everything(live) == {}
    clock.wait(1.0)
    forced = live.update(undecided(), force=True)
    assert (forced.state, forced.verdict) == ("published", "indeterminate")


def test_generations_go_on_where_another_process_stopped(tmp_path, clock):
    first = reload_into(tmp_path, clock)
    first.update(loop(0.7))
    clock.wait(1.0)
    first.update(loop(0.6))
    second = reload_into(tmp_path, clock)
    update = second.update(loop(0.5))
    assert (update.generation, update.recompiles) == (3, True)


def test_two_processes_that_publish_in_turn_never_leave_values_beside_another_structure(tmp_path, clock):
    one, two = reload_into(tmp_path, clock), reload_into(tmp_path, clock)
    one.update(loop(0.7))
    two.update(loop(0.7, (101.0, 307.0)))
    clock.wait(1.0)
    update = one.update(loop(0.6))
    assert (update.generation, update.recompiles) == (3, True)
    assert read(one, ".params.json")["structure"] in one.path.read_text()
    clock.wait(1.0)
    two.update(loop(0.5, (101.0, 307.0)))
    clock.wait(1.0)
    assert one.update(loop(0.6)).state == "published"


def test_a_text_that_was_removed_is_written_again(live, clock):
    live.update(loop())
    live.path.unlink()
    clock.wait(1.0)
    update = live.update(loop())
    assert (update.state, update.recompiles) == ("published", True)
    assert live.path.is_file()


def test_a_damaged_params_file_starts_to_count_again(tmp_path, clock):
    (tmp_path / "live.params.json").write_text('{"generation": "many"}')
    assert reload_into(tmp_path, clock).update(loop()).generation == 1


def test_a_folder_that_cannot_be_written_is_a_reason(tmp_path, clock):
    (tmp_path / "taken").write_text("a file")
    live = HotReload(tmp_path / "taken" / "live.dsp", clock=clock, timer=clock.timer)
    update = live.update(loop())
    assert update.state == "refused"
    assert "cannot be written" in update.reason
    assert (tmp_path / "taken").read_text() == "a file"


def test_no_temporary_file_is_left_where_a_rename_fails(tmp_path, clock):
    live = reload_into(tmp_path, clock)
    live.path.mkdir()
    assert live.update(loop()).state == "refused"
    assert {path.name for path in tmp_path.iterdir()} == {
        "live.dsp", "live.json", "live.cert.json", "live.params.json",
    }  # fmt: skip
    live.path.rmdir()
    clock.wait(1.0)
    update = live.update(loop())
    assert (update.state, update.generation, update.recompiles) == ("published", 2, True)


ENDINGS = [".json", ".cert.json", ".params.json", ".dsp"]
OTHER_LINES = (101.0, 307.0)


@pytest.mark.parametrize("failing", range(4))
def test_a_full_disk_leaves_every_file_as_it_was(live, clock, monkeypatch, failing):
    live.update(loop())
    before = everything(live)
    clock.wait(1.0)
    really, flushed = os.fsync, []

    def flush(file: int) -> None:
        flushed.append(file)
        if len(flushed) > failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        really(file)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", flush)
        update = live.update(loop(0.5, OTHER_LINES))
    assert (update.state, update.generation) == ("refused", 1)
    assert update.reason.endswith("live.dsp: cannot be written: No space left on device")
    assert everything(live) == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_last_good_model_again_repairs_what_was_written_half_way(live, clock, monkeypatch, ending):
    live.update(loop())
    clock.wait(1.0)
    really = os.replace

    def rename(temporary: Path, path: Path) -> None:
        if path.name == f"live{ending}":
            raise OSError(errno.EIO, "Input/output error")
        really(temporary, path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", rename)
        assert live.update(loop(0.5, OTHER_LINES)).state == "refused"
    clock.wait(1.0)
    assert live.update(loop()).state == "published"
    params = read(live, ".params.json")
    assert read(live, ".json")["root"] == loop()["root"]
    assert params["values"]["loop/mixing"] == pytest.approx([0.42, 0.56, -0.56, 0.42])
    assert params["structure"] in live.path.read_text()
    clock.wait(1.0)
    assert live.update(loop()).state == "unchanged"


def test_what_a_killed_process_left_half_written_is_removed(tmp_path, clock):
    ours = [f".live{ending}.a8_bcdef.tmp" for ending in ENDINGS]
    others = [".live.dsp.notes.tmp", ".live.wav.a8_bcdef.tmp", ".alive.dsp.a8_bcdef.tmp", "live.dsp.tmp"]
    fresh = ".live.dsp.stillnew.tmp"
    for name in (*ours, *others, fresh):
        (tmp_path / name).write_text("")
        if name != fresh:
            os.utime(tmp_path / name, (1e9, 1e9))
    assert reload_into(tmp_path, clock).update(loop()).state == "published"
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*others, fresh, *(f"live{ending}" for ending in ENDINGS)}


def test_the_plugins_answer_is_read_back(live):
    assert live.status() is None
    answer = live.path.with_name("live.dsp.status.json")
    answer.write_text(
        json.dumps(
            {
                "schema_version": 1,
                "state": "error",
                "generation": 4,
                "backend": "interpreter",
                "compile_ms": 12.5,
                "error": "live.dsp:3: undefined symbol",
            }
        )
    )
    status = live.status()
    assert status is not None
    assert (status.state, status.generation, status.backend) == ("error", 4, "interpreter")
    assert (status.compile_ms, status.error) == (12.5, "live.dsp:3: undefined symbol")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema_version": 2, "state": "ok"}', '{"schema_version": 1}']
)
def test_an_answer_that_cannot_be_read_is_none(live, text):
    live.path.with_name("live.dsp.status.json").write_text(text)
    assert live.status() is None


def test_threads_that_publish_at_once_leave_one_of_their_models_whole(tmp_path):
    live = HotReload(tmp_path / "live.dsp", interval_seconds=0.001)
    gains = [0.1, 0.2, 0.3, 0.4]
    threads = [threading.Thread(target=live.update, args=(loop(gain),)) for gain in gains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live.update(loop(0.5))
    live.close()
    assert read(live, ".json")["root"] == loop(0.5)["root"]
    params = read(live, ".params.json")
    assert params["generation"] >= 2
    assert params["values"]["loop/mixing"] == pytest.approx([0.3, 0.4, -0.4, 0.3])


def test_a_flamo_model_is_published_as_it_was_when_it_was_given(tmp_path, clock):
    import torch

    from compiler.frontend.read import flamo_to_json
    from tests.compiler.models import build

    def scale(factor: float) -> None:
        with torch.no_grad():
            model.get_core().output_gain.param.mul_(factor)

    def config() -> Config:
        return json.loads(json.dumps(flamo_to_json(model, rate, name="fdn")))

    model, rate = build("fdn_with_sections")
    live = reload_into(tmp_path, clock, fs=rate, name="fdn")
    first = config()
    assert live.update(model).state == "published"
    scale(0.5)
    second = config()
    assert live.update(model).state == "waiting"
    scale(0.5)
    assert read(live, ".json") == first
    clock.wait(100.0)
    assert read(live, ".json") == second


def test_a_file_of_another_ending_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"must end in \.dsp"):
        HotReload(tmp_path / "live.txt")


@pytest.mark.parametrize(
    ("controls", "complaint"),
    [
        ("t60", "controls are 't60': must be a list of names, or names with ranges"),
        (5, "controls are 5: must be a list of names, or names with ranges"),
        ([5], "controls hold 5: must be names"),
        ({"t60": 5}, "t60: a range of 5: must be two numbers, (minimum, maximum)"),
        ({"t60": (1.0,)}, "t60: a range of (1.0,): must be two numbers, (minimum, maximum)"),
        ({"t60": ("a", "b")}, "t60: a range of ('a', 'b'): must be two numbers, (minimum, maximum)"),
    ],
)
def test_controls_of_another_kind_are_refused(tmp_path, controls, complaint):
    with pytest.raises(CompilerError) as caught:
        HotReload(tmp_path / "live.dsp", controls=controls)
    assert str(caught.value) == complaint


def test_controls_are_taken_from_whatever_holds_them(tmp_path, clock):
    for controls in (["dry_wet"], ("dry_wet",), {"dry_wet"}, iter(["dry_wet"]), {"dry_wet": [0.0, 1.0]}):
        live = reload_into(tmp_path, clock, controls=controls)
        live.update(loop())
        live.close()
        assert "dry_wet" in live.path.read_text()


def test_a_configuration_is_not_changed(live):
    config = loop()
    kept = copy.deepcopy(config)
    live.update(config)
    assert config == kept
