"""What an export writes and where, what it refuses, and what it says when a tool is missing or fails."""

import json
import shutil

import pytest

from compiler.errors import BuildError, ConfigError, NotCertified, ToolMissing
from compiler.export import project
from compiler.export.plugin import export_plugin
from compiler.export.project import Plugin
from tests.compiler.hall import RATE, hall


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


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ConfigError, match=r"^hall: cannot write into .*taken/plugins: Not a directory$"):
        export_plugin(hall(), tmp_path / "taken" / "plugins", build=False)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


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
