"""A plugin, built once and loaded in three hosts: pedalboard for VST3, two tiny ones for CLAP and LV2."""

import json
import shutil
import stat
import subprocess

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.errors import ToolMissing
from compiler.export import project
from compiler.export.plugin import Exported, export_plugin
from compiler.ir.json import from_json
from compiler.ir.response import response
from tests.compiler.hall import RATE, SAMPLES, hall
from tests.compiler.plugin_hosts import ClapHost, run_lv2

pytestmark = pytest.mark.slow

FLOAT32 = 2e-6
"""Largest error of a sample: the loop is computed in double, its input and output are single precision."""


def expected() -> NDArray[np.float64]:
    """Impulse responses [outputs, inputs, samples] from the frequency response of the nodes."""
    points = np.exp(2j * np.pi * np.arange(SAMPLES // 2 + 1) / SAMPLES)
    return np.fft.irfft(np.moveaxis(response(from_json(hall()).root, points), 0, -1), SAMPLES)


def impulse(channel: int) -> NDArray[np.float32]:
    audio = np.zeros((2, SAMPLES), np.float32)
    audio[channel, 0] = 1.0
    return audio


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    try:
        project.require_tools()
    except ToolMissing as error:
        pytest.skip(str(error))
    return export_plugin(hall(), tmp_path_factory.mktemp("out"), "hall", ["t60", "dry_wet", "pre_delay"])


def test_an_export_is_one_folder_with_code_and_certificate(built):
    names = {path.name for path in built.folder.iterdir()}
    assert names == {
        "hall.json", "hall.cert.json", "hall.dsp", "hall.vst3", "hall.lv2", "hall.clap", "source",
    }  # fmt: skip
    assert json.loads((built.folder / "hall.json").read_text()) == hall()
    assert json.loads((built.folder / "hall.cert.json").read_text())["verdict"] == built.verdict
    assert built.verdict == "certified-stable"
    assert [path.name for path in built.folder.parent.iterdir()] == ["hall"]
    assert "Copyright" in (built.folder / "source" / "LICENSE-DPF").read_text()
    assert stat.S_IMODE(built.folder.stat().st_mode) & 0o055 == 0o055


def test_the_vst3_in_pedalboard_sounds_as_the_model(built):
    pedalboard = pytest.importorskip("pedalboard")
    plugin = pedalboard.load_plugin(str(built.plugins["vst3"]))
    for channel in range(2):
        out = plugin.process(impulse(channel), RATE, reset=True)
        assert out.shape == (2, SAMPLES)
        assert np.abs(out - expected()[:, channel]).max() < FLOAT32


def test_the_vst3_has_the_knobs_and_they_move(built):
    pedalboard = pytest.importorskip("pedalboard")
    plugin = pedalboard.load_plugin(str(built.plugins["vst3"]))
    assert set(plugin.parameters) == {"t60_s", "dry_wet", "pre_delay_ms"}
    assert {name: knob.label for name, knob in plugin.parameters.items()} == {
        "t60_s": "s", "dry_wet": None, "pre_delay_ms": "ms",
    }  # fmt: skip
    short = plugin.process(impulse(0), RATE, reset=True)[:, 4000:]
    plugin.t60_s = 1.0
    long = plugin.process(impulse(0), RATE, reset=True)[:, 4000:]
    assert 20.0 * np.log10(np.abs(long).max()) > -40.0
    assert 20.0 * np.log10(np.abs(short).max()) < -70.0
    plugin.dry_wet = 0.0
    plugin.process(np.zeros((2, 48000), np.float32), RATE)  # whatever is smoothed arrives
    dry = plugin.process(impulse(0), RATE, reset=False)
    assert np.abs(dry - impulse(0)).max() < 1e-3


def test_the_vst3_keeps_its_state(built):
    pedalboard = pytest.importorskip("pedalboard")
    plugin = pedalboard.load_plugin(str(built.plugins["vst3"]))
    plugin.pre_delay_ms = 20.0
    plugin.process(impulse(0), RATE, reset=True)
    other = pedalboard.load_plugin(str(built.plugins["vst3"]))
    assert other.pre_delay_ms == pytest.approx(0.0, abs=1.0)
    other.raw_state = plugin.raw_state
    assert other.pre_delay_ms == pytest.approx(20.0, abs=1.0)


def test_the_clap_sounds_as_the_model_and_says_what_it_is(built):
    with ClapHost(built.plugins["clap"], RATE) as host:
        assert (host.descriptor.id, host.descriptor.name) == (b"live.plaud.hall", b"hall")
        assert host.features == ["audio-effect", "reverb", "stereo"]
        assert (host.channels(is_input=True), host.channels(is_input=False)) == ([2], [2])
        for channel in range(2):
            out = host.process(impulse(channel), 2)
            assert np.abs(out - expected()[:, channel]).max() < FLOAT32


def test_the_clap_reads_its_input_before_it_overwrites_it(built):
    with ClapHost(built.plugins["clap"], RATE) as host:
        out = host.process(impulse(1), 2, in_place=True)
        assert np.abs(out - expected()[:, 1]).max() < FLOAT32


def test_the_clap_is_well_again_after_a_nan(built):
    with ClapHost(built.plugins["clap"], RATE) as host:
        sick = impulse(0)
        sick[1, 100] = np.nan
        assert np.isfinite(host.process(sick, 2)).all()
        host.process(np.zeros((2, SAMPLES), np.float32), 2)
        out = host.process(impulse(0), 2)
        assert np.abs(out - expected()[:, 0]).max() < FLOAT32


def test_the_clap_clamps_its_knobs(built):
    with ClapHost(built.plugins["clap"], RATE) as host:
        _, low, high, default = host.parameters()["t60"]
        assert low <= default < high
        assert host.value("t60") == pytest.approx(default)
        host.process(impulse(0), 2, {"t60": 1e6})
        assert host.value("t60") == pytest.approx(high)
        host.process(impulse(0), 2, {"t60": float("nan")})
        assert low <= host.value("t60") <= high


def test_the_lv2_sounds_as_the_model(built):
    with ClapHost(built.plugins["clap"], RATE) as host:
        defaults = [default for _, _, _, default in host.parameters().values()]
    for channel in range(2):
        uri, out = run_lv2(built.plugins["lv2"], RATE, impulse(channel), 2, defaults)
        assert uri == "urn:plaud-live:hall"
        assert np.abs(out - expected()[:, channel]).max() < FLOAT32


@pytest.mark.skipif(
    shutil.which("lv2info") is None, reason="lv2info is not installed: apt install lilv-utils"
)
def test_the_lv2s_description_is_read_by_lilv(built, tmp_path):
    shutil.copytree(built.plugins["lv2"], tmp_path / "hall.lv2")
    shown = subprocess.run(
        ["lv2info", "urn:plaud-live:hall"],
        env={"LV2_PATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
    assert shown.stdout.count("#AudioPort") == 4
    for symbol in ("t60", "dry_wet", "pre_delay"):
        assert f"Symbol:      {symbol}\n" in shown.stdout
