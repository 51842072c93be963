"""A plugin, built once and loaded in three hosts: pedalboard for VST3, two tiny ones for CLAP and LV2."""

import json
import shutil
import stat
import subprocess
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from compiler.errors import BuildError, ConfigError, NotCertified, ToolMissing
from compiler.export import project
from compiler.export.plugin import Exported, export_plugin
from compiler.export.project import Plugin
from compiler.ir.json import from_json
from compiler.ir.response import response
from tests.compiler.plugin_hosts import ClapHost, run_lv2

RATE = 48000.0
SAMPLES = 8192
FLOAT32 = 2e-6
"""Largest error of a sample: the loop is computed in double, its input and output are single precision."""


def hall(gain: float = 0.7) -> dict[str, Any]:
    """A stereo loop with filters that has decayed to -160 dB within SAMPLES."""
    matrix = gain * np.array([[0.6, 0.8], [-0.8, 0.6]])
    section = [0.9, 0.05, 0.0, 1.0, -0.05, 0.0]
    return {
        "schema_version": 1,
        "name": "hall",
        "sample_rate": RATE,
        "inputs": 2,
        "outputs": 2,
        "root": {
            "type": "series",
            "name": "reverb",
            "children": [
                {"type": "gain", "name": "input", "gains": [[0.5, 0.1], [-0.2, 0.4]]},
                {
                    "type": "recursion",
                    "name": "loop",
                    "forward": {"type": "delay", "name": "lines", "samples": [101.0, 233.0]},
                    "feedback": {
                        "type": "series",
                        "name": "back",
                        "children": [
                            {"type": "sos", "name": "absorption", "sections": [[section], [section]]},
                            {"type": "gain", "name": "mixing", "gains": matrix.tolist()},
                        ],
                    },
                },
            ],
        },
    }


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


def test_an_older_export_is_replaced_whole(tmp_path):
    export_plugin(hall(0.7), tmp_path, build=False)
    (tmp_path / "hall" / "left over").write_text("")
    exported = export_plugin(hall(0.6), tmp_path, build=False)
    assert exported.plugins == {}
    assert {path.name for path in exported.folder.iterdir()} == {
        "hall.json", "hall.cert.json", "hall.dsp", "source",
    }  # fmt: skip
    assert json.loads((exported.folder / "hall.json").read_text()) == hall(0.6)


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    (tmp_path / "hall").mkdir()
    (tmp_path / "hall" / "thesis.txt").write_text("the only copy")
    with pytest.raises(ConfigError, match="is no exported plugin: choose another name or folder"):
        export_plugin(hall(), tmp_path, build=False)
    assert [path.name for path in (tmp_path / "hall").iterdir()] == ["thesis.txt"]


def test_an_unstable_model_is_exported_only_when_told_to(tmp_path):
    with pytest.raises(
        NotCertified, match=r"^reverb/loop: unstable: .* - strict=False writes it all the same$"
    ):
        export_plugin(hall(1.5), tmp_path, build=False)
    assert list(tmp_path.iterdir()) == []
    exported = export_plugin(hall(1.5), tmp_path, build=False, strict=False)
    assert exported.verdict == "unstable"
    assert len(exported.warnings) == 1


def test_a_lossless_model_is_exported_with_a_warning(tmp_path):
    config = hall(1.0)
    config["root"]["children"][1]["feedback"] = {
        "type": "gain", "name": "mixing", "gains": [[0.6, 0.8], [-0.8, 0.6]],
    }  # fmt: skip
    exported = export_plugin(config, tmp_path, build=False)
    assert exported.verdict == "marginally-stable"
    assert exported.warnings[0].startswith("reverb/loop: marginally-stable: ")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("faust", "no faust here: apt-get install faust"),
        ("g++", "no g++ or clang++ or c++ here: apt-get install g++"),
        ("make", "no make here: apt-get install make"),
    ],
)
def test_a_missing_tool_is_named_with_how_to_install_it(tmp_path, monkeypatch, missing, words):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in {"faust", "g++", "make"} - {missing}:
        (tools / name).write_text("#!/bin/sh\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(ToolMissing, match=words.replace("+", r"\+")):
        export_plugin(hall(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_missing_dpf_is_named_with_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setenv("DPF_PATH", str(tmp_path))
    with pytest.raises(
        ToolMissing, match=f"DPF is not in {tmp_path}: apt-get install dpf-source, or git clone"
    ):
        project.dpf_path()


def test_missing_faust2juce_is_named_with_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="no faust here: apt-get install faust"):
        export_plugin(hall(), tmp_path / "out", formats=("juce",))
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_fails_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    for name in ("faust", "g++"):
        (tmp_path / name).write_text("#!/bin/sh\n")
    (tmp_path / "make").write_text(
        "#!/bin/sh\necho compiling\n"
        "echo 'plugin.cpp:7:1: error: no such thing' >&2\necho 'make: *** gave up' >&2\nexit 2\n"
    )
    for name in ("faust", "g++", "make"):
        (tmp_path / name).chmod(0o755)
    (tmp_path / "DPF").mkdir()
    (tmp_path / "DPF" / "Makefile.plugins.mk").write_text("")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DPF_PATH", str(tmp_path / "DPF"))
    with pytest.raises(BuildError, match=r"^hall: make: plugin.cpp:7:1: error: no such thing$"):
        export_plugin(hall(), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(shutil.which("faust2juce") is None, reason="faust2juce comes with faust")
def test_a_juce_project_is_written(tmp_path):
    exported = export_plugin(hall(), tmp_path, formats=("juce",))
    assert set(exported.plugins) == {"juce"}
    jucer = (exported.plugins["juce"] / "hall.jucer").read_text()
    assert "buildAU" in jucer
    assert (exported.plugins["juce"] / "FaustPluginProcessor.cpp").is_file()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "my hall"}, "plugin name 'my hall': must be letters"),
        ({"name": "../hall"}, "plugin name '../hall': must be letters"),
        ({"formats": ()}, "hall: no format to export: name some of vst3, lv2, clap, juce"),
        ({"lang": "cpp-block", "follow_host_rate": True}, "hall: follow_host_rate needs FAUST"),
        ({"lang": "cpp-block", "formats": ("juce",)}, "hall: format juce needs FAUST"),
        ({"formats": ("au",)}, "hall: format 'au': must be one of vst3, lv2, clap, juce"),
    ],
)
def test_a_bad_order_is_one_line(tmp_path, change, words):
    with pytest.raises(ConfigError, match=words):
        export_plugin(hall(), tmp_path, **{"build": False, **change})
    assert list(tmp_path.iterdir()) == []


def test_more_channels_than_a_vst3_bus_carries_are_refused_for_vst3_only():
    with pytest.raises(ConfigError, match="12 channels: VST3 carries 11 here - leave vst3 out of formats"):
        Plugin("wide", 2, 12, RATE)
    assert Plugin("wide", 2, 12, RATE, formats=("lv2", "clap")).files() == {
        "lv2": "wide.lv2", "clap": "wide.clap",
    }  # fmt: skip


def test_a_plugin_tells_the_rate_that_it_was_made_for(tmp_path):
    project.write_project(tmp_path / "a", Plugin("hall", 2, 2, 44100.0))
    project.write_project(tmp_path / "b", Plugin("hall", 2, 2, 44100.0, follows_host=True))
    fixed, follows = ((tmp_path / name / "DistrhoPluginInfo.h").read_text() for name in "ab")
    assert '"Compiled by plaud-live for 44100 Hz"' in fixed
    assert '"Compiled by plaud-live for any rate"' in follows
    unique = [line for line in fixed.splitlines() if "PLUGIN_UNIQUE_ID" in line]
    assert unique and unique[0] in follows
