"""Publishing while training: whole files in their order, and always the last model."""

import copy
import json
import os
import threading
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
from tests.compiler.publishing import INTERVAL, Config, everything, loop, read, reload_into


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
    assert params["schema_version"] == 2
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
