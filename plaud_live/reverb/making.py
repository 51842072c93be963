"""Makes the reverbs of the recipes: configuration, or FAUST text and certificate."""

import json
from pathlib import Path

from compiler.backend.faust import model_to_faust
from compiler.files import write_together
from compiler.gates import judged, may_export
from compiler.ir.json import from_json
from compiler.playable import KNOBS, write_playable
from plaud_live.errors import SettingsError
from plaud_live.reverb.flamo_model import config_of
from plaud_live.reverb.recipes import RECIPES


def make_reverb(name: str, out: Path) -> str:
    """Write OUT/NAME.json and the plan of its knobs; gives a line. Raises NotCertified, ConfigError."""
    path = out / f"{name}.json"
    made = write_playable(path, from_json(config_of(RECIPES[name]())))
    return f"{path}: {made.certificate.verdict}"


def make_faust(name: str, out: Path) -> str:
    """Write OUT/NAME.dsp, with all knobs and for every sample rate, and OUT/NAME.cert.json; gives a line.

    Raises NotCertified, and SettingsError for a folder that cannot be written.
    """
    judgement = judged(from_json(config_of(RECIPES[name]())), KNOBS, follow_host_rate=True)
    may_export(judgement, strict=True)
    text = model_to_faust(judgement.prepared, judgement.plan, follow_host_rate=True)
    certificate = json.dumps(judgement.certificate.to_json(), indent=1, ensure_ascii=False) + "\n"
    path = out / f"{name}.dsp"
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_together([(out / f"{name}.cert.json", certificate), (path, text)])
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None
    return f"{path}: {judgement.certificate.verdict}"
