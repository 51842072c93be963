"""The folder that a plugin is built from: the model's C++, our wrapper over DPF, and a Makefile.

DPF (DISTRHO Plugin Framework, ISC licence) makes VST3, LV2 and CLAP of one class; https://distrho.github.io/DPF
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from compiler.errors import BuildError, ConfigError, ToolMissing
from compiler.toolchain.faust_cli import cpp_compiler, faust

FORMATS = ("vst3", "lv2", "clap")
LARGEST_VST3_BUS = 11
"""Channels: DPF has no speaker arrangement for more."""

DPF_PATH = Path("/usr/share/dpf")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")


@dataclass(frozen=True)
class Plugin:
    """What a host is told. `name` names files and, hashed, the plugin's identity: keep it to replace one."""

    name: str
    inputs: int
    outputs: int
    sample_rate: float
    """Hz, what the model was made for."""
    follows_host: bool = False
    formats: tuple[str, ...] = FORMATS

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ConfigError(
                "", f"plugin name {self.name!r}: must be letters, digits, - and _, beginning with a letter"
            )
        for format_ in self.formats:
            if format_ not in FORMATS:
                raise ConfigError(self.name, f"format {format_!r}: must be one of {', '.join(FORMATS)}")
        widest = max(self.inputs, self.outputs)
        if "vst3" in self.formats and widest > LARGEST_VST3_BUS:
            raise ConfigError(
                self.name,
                f"{widest} channels: VST3 carries {LARGEST_VST3_BUS} here - leave vst3 out of formats",
            )

    @property
    def unique_id(self) -> int:
        """32 bits for VST3 and LV2 hosts, from the name."""
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4], "big") & 0x7FFFFFFF

    def files(self) -> dict[str, str]:
        """File or folder that each format is built into."""
        return {format_: f"{self.name}.{format_}" for format_ in self.formats}


def write_project(folder: Path, plugin: Plugin, header: str | None = None) -> None:
    """Write the sources into `folder`; `header` is the model's C++, else make lets FAUST write it.

    The Makefile then expects `NAME.dsp` in the folder above, into which it builds.
    """
    folder.mkdir(parents=True)
    ours = resources.files("compiler.export") / "dpf"
    for name in ("dsp.hpp", "plugin.cpp"):
        (folder / name).write_text((ours / name).read_text(encoding="ascii"), encoding="ascii")
    generate = ""
    if header is None:
        generate = f"generated.hpp: ../{plugin.name}.dsp\n\tfaust -lang cpp -double -cn mydsp $< -o $@\n"
    else:
        (folder / "generated.hpp").write_text(header, encoding="ascii")
    makefile = (ours / "Makefile.in").read_text(encoding="ascii")
    for key, value in (("NAME", plugin.name), ("FORMATS", " ".join(plugin.formats)), ("GENERATE", generate)):
        makefile = makefile.replace(f"@{key}@", value)
    (folder / "Makefile").write_text(makefile, encoding="ascii")
    (folder / "DistrhoPluginInfo.h").write_text(_info(plugin), encoding="ascii")


def build_project(folder: Path, plugin: Plugin) -> None:
    """Run `make` in the project's `folder`. Raises ToolMissing, or BuildError with the first complaint."""
    require_tools()
    cxx = cpp_compiler()
    jobs = min(os.cpu_count() or 1, len(plugin.formats) + 1)
    run(
        ["make", "--no-print-directory", f"-j{jobs}", f"CXX={cxx}", f"DPF_PATH={dpf_path()}"],
        folder,
        plugin.name,
    )
    shutil.rmtree(folder / "build")
    licence = dpf_path() / "LICENSE"
    if licence.is_file():  # it asks to be named wherever the plugin goes
        shutil.copyfile(licence, folder / "LICENSE-DPF")


def require_tools() -> None:
    """Raises ToolMissing, with what to install, unless faust, a C++ compiler, make and DPF are there."""
    faust()
    cpp_compiler()
    if shutil.which("make") is None:
        raise ToolMissing("", "no make here: apt-get install make, or xcode-select --install")
    dpf_path()


def dpf_path() -> Path:
    """DPF's folder: `$DPF_PATH`, else where Debian's dpf-source puts it. Raises ToolMissing."""
    path = Path(os.environ.get("DPF_PATH", DPF_PATH)).expanduser()
    if not (path / "Makefile.plugins.mk").is_file():
        raise ToolMissing(
            "",
            f"DPF is not in {path}: apt-get install dpf-source,"
            " or git clone https://github.com/DISTRHO/DPF and set DPF_PATH",
        )
    return path.resolve()


def run(command: Sequence[str], folder: Path, path: str) -> None:
    """Run `command` in `folder`. Raises BuildError with the line that says what is wrong."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode == 0:
        return
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    blame = [line for line in lines if re.search(r"\berror\b", line, re.IGNORECASE)]
    reason = (blame or lines or [f"exit code {done.returncode}"])[0]
    raise BuildError(path, f"{command[0]}: {reason}")


def _info(plugin: Plugin) -> str:
    rate = f"{plugin.sample_rate:g}"
    made_for = "any rate" if plugin.follows_host else f"{rate} Hz"
    label = re.sub("[^A-Za-z0-9_]", "_", plugin.name)
    channels = {(1, 1): "mono", (2, 2): "stereo"}.get((plugin.inputs, plugin.outputs), "")
    defines = {
        "DISTRHO_PLUGIN_BRAND": '"plaud-live"',
        "DISTRHO_PLUGIN_NAME": json.dumps(plugin.name),
        "DISTRHO_PLUGIN_URI": json.dumps(f"urn:plaud-live:{plugin.name}"),
        "DISTRHO_PLUGIN_CLAP_ID": json.dumps(f"live.plaud.{plugin.name}"),
        "DISTRHO_PLUGIN_NUM_INPUTS": str(plugin.inputs),
        "DISTRHO_PLUGIN_NUM_OUTPUTS": str(plugin.outputs),
        "DISTRHO_PLUGIN_IS_RT_SAFE": "1",
        "DISTRHO_PLUGIN_LV2_CATEGORY": '"lv2:ReverbPlugin"',
        "DISTRHO_PLUGIN_VST3_CATEGORIES": '"Fx|Reverb"',
        "DISTRHO_PLUGIN_CLAP_FEATURES": ", ".join(
            json.dumps(feature) for feature in ("audio-effect", "reverb", channels) if feature
        ),
        "PLUGIN_LABEL": json.dumps(label),
        "PLUGIN_DESCRIPTION": json.dumps(f"Compiled by plaud-live for {made_for}"),
        "PLUGIN_UNIQUE_ID": f"0x{plugin.unique_id:08x}",
        "PLUGIN_SAMPLE_RATE": repr(float(plugin.sample_rate)),
        "PLUGIN_FOLLOWS_HOST": str(int(plugin.follows_host)),
    }
    return "#pragma once\n\n" + "".join(f"#define {key} {value}\n" for key, value in defines.items())
