"""A JUCE project (for AU and AAX) written by FAUST's own `faust2juce`. Building it takes JUCE."""

import shutil
from pathlib import Path

from compiler.errors import BuildError, ToolMissing
from compiler.export.project import run
from compiler.toolchain.faust_cli import faust


def require_juce_tools() -> None:
    """Raises ToolMissing unless faust and faust2juce (and the `shasum` that it calls) are there."""
    faust()
    for program, how in (("faust2juce", "it comes with faust"), ("shasum", "apt-get install perl")):
        if shutil.which(program) is None:
            raise ToolMissing("", f"no {program} here: {how}")


def write_juce_project(dsp: Path, folder: Path) -> None:
    """Write the project of the FAUST file `dsp` into `folder`, beside it; open its .jucer in Projucer."""
    require_juce_tools()
    run(["faust2juce", "-double", dsp.name], dsp.parent, dsp.stem)
    made = dsp.parent / dsp.stem
    if not (made / f"{dsp.stem}.jucer").is_file() or not (made / "FaustPluginProcessor.cpp").is_file():
        raise BuildError(dsp.stem, "faust2juce left no project")
    made.rename(folder)
