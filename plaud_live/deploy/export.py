"""`plaud-live export`: everything to play a model in Max and Pd, in one folder.

OUT_DIR/NAME.ts  NAME.pd  NAME-help.pd               for Pd
OUT_DIR/max/NAME/  package-info.json  patchers/  help/   a package for Max, with the same NAME.ts
"""

import io
import json
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

from plaud_live.deploy import checks, operators
from plaud_live.deploy.checks import BLOCKS, Check
from plaud_live.deploy.description import PD_BUFFER, Description, describe
from plaud_live.deploy.module import NnModule
from plaud_live.deploy.patches.write import write_patches
from plaud_live.errors import ExportError
from plaud_live.model_file import PlaudModel

SAMPLE_RATES = (44100, 48000, 88200, 96000)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def export(
    model: PlaudModel,
    folder: Path,
    name: str = "",
    sample_rate: int = 44100,
    seconds: float = checks.SECONDS,
    say: Callable[[str], None] = print,
) -> list[Path]:
    """Write `model` as `name`, its own by default, into `folder`; returns the files.

    They are made in a folder of their own within, played there for `seconds` with each of BLOCKS, and moved
    when all is well: nothing half-written stays. `say` hears what was checked. Raises ExportError.
    """
    name = name or model.name
    if not _NAME.fullmatch(name):
        raise ExportError(f"--name {name!r:.70}: wants a letter and up to 63 letters, digits, _ or -")
    if sample_rate not in SAMPLE_RATES:
        raise ExportError(f"--sample-rate {sample_rate}: have {', '.join(map(str, SAMPLE_RATES))} Hz")
    offer = describe(model, name, sample_rate)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}.", dir=folder) as draft:
            _make(model, offer, Path(draft), seconds, say)
            return _move(Path(draft), folder)
    except OSError as error:
        raise ExportError(f"{folder}: {error.strerror or error} — nothing was exported") from None


def _make(
    model: PlaudModel, offer: Description, draft: Path, seconds: float, say: Callable[[str], None]
) -> None:
    path = draft / f"{offer.name}.ts"
    _save(model, offer, path)
    size = path.stat().st_size / 1e6
    say(f"{path.name}: {offer.sample_rate} Hz, {len(offer.latents)} latents, {size:.1f} MB")
    say(f"  {checks.count_operators(path)} operators, all of them in nn~'s libtorch {operators.LIBTORCH}")
    for done in checks.check(path, offer, seconds):
        say(_line(done))
    write_patches(offer, draft)
    package = draft / "max" / offer.name / "patchers" / path.name
    try:
        os.link(path, package)
    except OSError:  # a disk that has no links
        shutil.copyfile(path, package)


def _save(model: PlaudModel, offer: Description, path: Path) -> None:
    """The module with nothing in its memory, and beside it what it was made of."""
    about = {"model": model.name, "digest": model.digest, "licence": model.licence, "rate": offer.sample_rate}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of TorchScript, which is what nn~ reads
        module = torch.jit.script(NnModule(model, offer).eval())
        packed = io.BytesIO()  # where the disk is full torch ends the process
        torch.jit.save(module, packed, _extra_files={"plaud.json": json.dumps(about)})
    path.write_bytes(packed.getbuffer())


def _line(done: Check) -> str:
    shares = dict(zip(BLOCKS, done.shares, strict=True))
    usual = shares.pop(PD_BUFFER)
    others = ", ".join(f"{block}: {100 * share:.1f} %" for block, share in shares.items())
    return (
        f"  {done.method:8}{100 * usual:5.1f} % of a core with {PD_BUFFER} samples ({others}); "
        f"blocks differ by {done.difference:.0e}"
    )


def _move(draft: Path, folder: Path) -> list[Path]:
    """Put each file of `draft` at its place in `folder`."""
    moved = []
    for path in sorted(path for path in draft.rglob("*") if path.is_file()):
        target = folder / path.relative_to(draft)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
        moved.append(target)
    return moved
