"""A reverb as a file that plays at once: its configuration, and beside it what takes long to find out.

`NAME.json` is the configuration, `NAME.plan.json` has its knobs as they were fitted to it and its
certificate, with the SHA-256 digest of the configuration that they are of. Where the second is missing,
or is of another configuration, it is found out again: in a second, and with scipy.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from compiler.certificate.certificate import Certificate
from compiler.controls import Control, ControlPlan, DecayTable
from compiler.errors import CompilerError, ConfigError, ToolMissing
from compiler.files import read_object, write_together, write_whole
from compiler.ir.json import from_json, to_json
from compiler.ir.nodes import Model

KNOBS = ("t60", "damping", "freeze", "pre_delay", "dry_wet")

PLAN_SCHEMA_VERSION = 1
LARGEST_BYTES = 16 << 20


@dataclass(frozen=True)
class Playable:
    """A model that may be heard, its knobs, its certificate, and the digest of its configuration, in hex.

    It is judged at all usual sample rates, and with the whole ranges of all knobs.
    """

    model: Model
    plan: ControlPlan
    certificate: Certificate
    digest: str


def read_playable(path: str | Path) -> Playable:
    """The reverb in the configuration at `path`.

    Raises ConfigError for a file that is none, NotCertified for one that may not be heard, ToolMissing
    where that must be found out and scipy is not installed, and what reading and planning raise.
    """
    place = Path(path).expanduser()
    try:
        if place.stat().st_size > LARGEST_BYTES:
            raise ConfigError(str(path), f"is larger than {LARGEST_BYTES >> 20} MB: no reverb")
        data = place.read_bytes()
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None
    try:
        config = json.loads(data)
    except (ValueError, RecursionError):
        raise ConfigError(str(path), "is no reverb: it holds no JSON") from None
    if not isinstance(config, dict):
        raise ConfigError(str(path), "is no reverb: it holds no configuration")
    try:
        model = from_json(config)
        digest = hashlib.sha256(data).hexdigest()
        return _planned(place, model, digest) or _judged(model, digest)
    except CompilerError as error:
        raise error.within(str(path)) from None


def write_playable(path: Path, model: Model) -> Playable:
    """Write `model` to `path` (`….json`), and its plan beside it, whole, if it may be heard.

    Raises ConfigError for a file that cannot be written, NotCertified, and what planning raises: then nothing
    is written.
    """
    made = _judged(model, "")
    return write_judged(path, model, made.plan, made.certificate)


def write_judged(path: Path, model: Model, plan: ControlPlan, certificate: Certificate) -> Playable:
    """Write `model` to `path`, and beside it a plan and a certificate of it that are known already.

    Raises ConfigError for a file that cannot be written: then nothing is written.
    """
    text = json.dumps(to_json(model), allow_nan=False) + "\n"
    made = Playable(model, plan, certificate, hashlib.sha256(text.encode()).hexdigest())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_together([(plan_path(path), json.dumps(_to_json(made)) + "\n"), (path, text)])
    except OSError as error:
        raise ConfigError(str(path), f"cannot be written: {error.strerror}") from None
    return made


def write_plan(path: Path, made: Playable | None = None) -> Playable:
    """Write the plan of the configuration at `path`, which `made` is if that is known, beside it.

    Raises as reading and writing do.
    """
    made = made or read_playable(path)
    try:
        write_whole(plan_path(path), json.dumps(_to_json(made)) + "\n")
    except OSError as error:
        raise ConfigError(str(path), f"its plan cannot be written: {error.strerror}") from None
    return made


def plan_path(path: Path) -> Path:
    """Where the plan of a configuration lies."""
    return path.with_name(f"{path.stem}.plan.json")


def _judged(model: Model, digest: str) -> Playable:
    try:
        from compiler.gates import judged, may_publish
    except ImportError as error:
        raise ToolMissing("", f"whether it is stable has to be found out, with {error.name}") from None
    judgement = judged(model, KNOBS, follow_host_rate=True)
    may_publish(judgement, force=False)
    return Playable(model, judgement.plan, judgement.certificate, digest)


def _planned(path: Path, model: Model, digest: str) -> Playable | None:
    """With the plan that lies beside it; None where that is missing, damaged, or of something else."""
    found = read_object(plan_path(path))
    if found is None or found.get("schema_version") != PLAN_SCHEMA_VERSION or found.get("of") != digest:
        return None
    try:
        return Playable(model, _plan(found), Certificate.from_json(found["certificate"]), digest)
    except (CompilerError, KeyError, TypeError, ValueError):
        return None


def _to_json(made: Playable) -> dict[str, Any]:
    plan = made.plan
    return {
        "schema_version": PLAN_SCHEMA_VERSION,
        "of": made.digest,
        "certificate": made.certificate.to_json(),
        "controls": [asdict(control) for control in plan.controls],
        "decay": None if plan.decay is None else asdict(plan.decay),
        "makeups": {name: list(values) for name, values in plan.makeups.items()},
    }


def _plan(found: Mapping[str, Any]) -> ControlPlan:
    controls = tuple(Control(**each) for each in found["controls"])
    decay = found["decay"]
    table = None
    if decay is not None:
        rates = tuple(tuple(map(float, each)) for each in decay["rates"])
        seconds, sample_rates = (tuple(map(float, decay[key])) for key in ("seconds", "sample_rates"))
        table = DecayTable(seconds, sample_rates, rates, float(decay["own"]))
    makeups = {name: tuple(map(float, values)) for name, values in found["makeups"].items()}
    return ControlPlan(controls, table, makeups)
