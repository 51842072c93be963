"""A compiled model as a plugin that any host can load: checked, written, built, then put in place."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from compiler.backend.cpp_block import model_to_cpp
from compiler.backend.faust import model_to_faust
from compiler.errors import ConfigError
from compiler.export.juce import require_juce_tools, write_juce_project
from compiler.export.project import FORMATS, Plugin, build_project, require_tools, write_project
from compiler.gates import Controls, judged, may_export
from compiler.ir.json import from_json

JUCE = "juce"


@dataclass(frozen=True)
class Exported:
    """Where a plugin lies: `folder` holds everything, `plugins` what was built (or written) by format."""

    folder: Path
    plugins: Mapping[str, Path]
    verdict: str
    warnings: tuple[str, ...]


def export_plugin(
    config: Mapping[str, Any],
    out_dir: str | Path,
    name: str | None = None,
    controls: Controls = None,
    formats: Sequence[str] = FORMATS,
    strict: bool = True,
    build: bool = True,
    follow_host_rate: bool = False,
    lang: Literal["faust", "cpp-block"] = "faust",
) -> Exported:
    """Write the folder `out_dir/name`: `name.json`, `name.cert.json`, `name.dsp`, sources, plugins.

    `name` (default: the model's) is also the plugin's identity. `formats`: vst3, lv2, clap, built by `make`
    in `source/` (with `build=False` only written; the Makefile is for Linux and macOS), and juce, a project
    in `juce/`. An older export of the same name is replaced; on any error nothing is changed. With `strict`
    only what is certified-stable, or marginally-stable with a warning, is exported.

    Raises NotCertified, ToolMissing (what to install), BuildError, and ConfigError and others for bad input.
    """
    model = from_json(config)
    name = model.name if name is None else name
    formats = tuple(dict.fromkeys(formats))
    if not formats:
        raise ConfigError(name, f"no format to export: name some of {', '.join((*FORMATS, JUCE))}")
    for format_ in formats:
        if format_ not in (*FORMATS, JUCE):
            raise ConfigError(name, f"format {format_!r}: must be one of {', '.join((*FORMATS, JUCE))}")
    if lang == "cpp-block" and (follow_host_rate or JUCE in formats):
        what = "follow_host_rate" if follow_host_rate else "format juce"
        raise ConfigError(name, f"{what} needs FAUST: cpp-block is for the model's sample rate, over DPF")
    built = tuple(format_ for format_ in formats if format_ != JUCE)
    plugin = Plugin(name, model.root.inputs, model.root.outputs, model.sample_rate, follow_host_rate, built)
    if built and build:
        require_tools()
    if JUCE in formats:
        require_juce_tools()
    judgement = judged(model, controls, follow_host_rate)
    warning = may_export(judgement, strict)
    prepared, plan, certificate = judgement.prepared, judgement.plan, judgement.certificate
    dsp = model_to_faust(prepared, plan, follow_host_rate=follow_host_rate)
    header = model_to_cpp(prepared, plan) if lang == "cpp-block" else None
    with _new_folder(Path(out_dir), name) as folder:
        _write_json(folder / f"{name}.json", config)
        _write_json(folder / f"{name}.cert.json", certificate.to_json())
        (folder / f"{name}.dsp").write_text(dsp, encoding="ascii")
        if JUCE in formats:
            write_juce_project(folder / f"{name}.dsp", folder / JUCE)
        if built:
            write_project(folder / "source", plugin, header)
            if build:
                build_project(folder / "source", plugin)
    place = Path(out_dir) / name
    made = plugin.files() if build else {}
    if JUCE in formats:
        made[JUCE] = JUCE
    return Exported(
        place,
        {format_: place / made[format_] for format_ in formats if format_ in made},
        certificate.verdict,
        (warning,) if warning else (),
    )


@contextmanager
def _new_folder(out_dir: Path, name: str) -> Iterator[Path]:
    """A folder to fill, which takes the place of `out_dir/name` if nothing fails.

    Raises ConfigError if something lies there that is not an export.
    """
    place = out_dir / name
    if place.exists() and not (place / f"{name}.cert.json").is_file():
        raise ConfigError(name, f"{place} is there and is no exported plugin: choose another name or folder")
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=out_dir))
    except OSError as error:
        raise ConfigError(name, f"cannot write into {out_dir}: {error.strerror}") from None
    try:
        new, old = work / "new", work / "old"
        new.mkdir()
        yield new
        if place.exists():
            place.rename(old)
        try:
            new.rename(place)
        except OSError as error:
            if old.exists():
                old.rename(place)
            raise ConfigError(name, f"cannot write {place}: {error.strerror}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n", encoding="utf-8")
