"""Files of publishing: other processes, damage, full disks, what was left half written."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.hot_reload import HotReload
from tests.compiler.publishing import everything, loop, read, reload_into


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


@pytest.mark.parametrize("gain", [0.7, 0.6])
def test_a_text_that_somebody_else_broke_is_written_again(live, clock, gain):
    live.update(loop())
    live.path.write_text("process = ;")
    clock.wait(1.0)
    update = live.update(loop(gain))
    assert (update.state, update.recompiles) == ("published", True)
    assert read(live, ".params.json")["structure"] in live.path.read_text()


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


def test_what_waits_arrives_though_the_program_ends(tmp_path):
    path, second = tmp_path / "live.dsp", loop(0.6)
    code = (
        "import json, sys\n"
        "from compiler.hot_reload import HotReload\n"
        "live = HotReload(sys.argv[1], interval_seconds=0.2)\n"
        "print(*(live.update(json.loads(config)).state for config in sys.argv[2:]))\n"
    )
    words = [sys.executable, "-c", code, str(path), json.dumps(loop(0.7)), json.dumps(second)]
    ended = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
    assert ended.stdout.split() == ["published", "waiting"], ended.stderr
    assert json.loads(path.with_suffix(".json").read_text())["root"] == second["root"]
