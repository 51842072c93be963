"""The certificate: its verdict, why, for which knob ranges and in which precision; as JSON and back.

What it says holds for the program as it is written, at the sample rates that it names, coefficients rounded,
each control at rest anywhere in its range. Rounding of signals is not part of it: it acts like a little noise
at the input of each operation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from compiler.certificate.builder import network_of
from compiler.certificate.judgement import MARGINAL, STABLE, VERDICTS, Finding, judge, worst
from compiler.certificate.knobs import KnobRange, as_computed, ranges, settings
from compiler.certificate.rounding import DOUBLE, SINGLE
from compiler.controls import ControlPlan, plan_controls
from compiler.errors import ConfigError
from compiler.ir.json import from_json
from compiler.ir.nodes import Model
from compiler.pipeline import Prepared, prepare

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Certificate:
    """What is known of a model's stability."""

    name: str
    sample_rate: float
    double: str
    """Verdict for programs that compute in double precision."""
    single: str
    """Verdict for programs that compute in single precision."""
    findings: tuple[Finding, ...] = ()
    """What was found at neutral, and what is worse elsewhere in the knobs' ranges."""
    knobs: tuple[KnobRange, ...] = ()
    fractional: tuple[str, ...] = ()
    """Fractional delays: how each was approximated, and its error."""
    notes: tuple[str, ...] = ()
    sample_rates: tuple[float, ...] = ()
    """Sample rates in Hz that were judged, of which `sample_rate` is the worst: it covers no others."""

    @property
    def verdict(self) -> str:
        """The worse of both precisions' verdicts."""
        return worst([self.double, self.single])

    @property
    def reasons(self) -> dict[str, str]:
        """For each loop, and each filter in doubt, its path and one line: the worst that was found there."""
        told: dict[str, Finding] = {}
        for finding in self.findings:
            before = told.get(finding.path)
            if before is None or VERDICTS.index(finding.verdict) > VERDICTS.index(before.verdict):
                told[finding.path] = finding
        return {path: finding.reason for path, finding in told.items()}

    @property
    def reason(self) -> str:
        """One line for the verdict, beginning with the path; empty for a model without loops."""
        decisive = [f for f in self.findings if f.verdict == self.verdict]
        return f"{decisive[0].path}: {decisive[0].reason}" if decisive else ""

    @property
    def certified_ranges(self) -> dict[str, tuple[float, float]]:
        """Ranges by name, as `certify` takes them, of the controls as far as they are certified."""
        return {knob.name: knob.certified for knob in self.knobs if knob.certified is not None}

    def to_json(self) -> dict[str, Any]:
        """A dictionary for `json.dumps`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "verdict": self.verdict,
            "reason": self.reason,
            "reasons": self.reasons,
            **_plain(asdict(self)),
        }

    @classmethod
    def from_json(cls, config: Mapping[str, Any]) -> "Certificate":
        """The certificate of `to_json`. Raises ConfigError for anything else."""
        if config.get("schema_version") != SCHEMA_VERSION:
            raise ConfigError("", f"schema version {config.get('schema_version')}: must be {SCHEMA_VERSION}")
        try:
            known = {field.name: config[field.name] for field in fields(cls)}
            known["findings"] = tuple(Finding(**finding) for finding in known["findings"])
            known["knobs"] = tuple(_knob(knob) for knob in known["knobs"])
            for name in ("fractional", "notes", "sample_rates"):
                known[name] = tuple(known[name])
            certificate = cls(**known)
        except (KeyError, TypeError) as error:
            raise ConfigError("", f"not a certificate: {error}") from error
        if not {certificate.double, certificate.single} <= set(VERDICTS):
            raise ConfigError("", f"verdicts {certificate.double}, {certificate.single}: not known")
        return certificate


def certify(
    config: Mapping[str, Any] | Model | Prepared,
    controls: Sequence[str] | Mapping[str, tuple[float, float]] | ControlPlan | None = None,
) -> Certificate:
    """Judge a model, with the whole ranges of its `controls` (names, names with ranges, or planned).

    Raises CompilerError, with the path, for what cannot be compiled: DelayFreeLoop, UnknownControl, …
    """
    model = from_json(dict(config)) if isinstance(config, Mapping) else config
    prepared = model if isinstance(model, Prepared) else prepare(model)
    plan = controls if isinstance(controls, ControlPlan) else plan_controls(prepared, controls)
    judged: dict[tuple[tuple[str, float], ...], list[Finding]] = {}

    def judge_setting(setting: dict[str, float]) -> list[Finding]:
        key = tuple(setting.items())
        if key not in judged:
            judged[key] = _findings(prepared, plan, setting)
        return judged[key]

    def is_good(setting: dict[str, float]) -> bool:
        return worst([f.verdict for f in judge_setting(setting)]) in (STABLE, MARGINAL)

    findings: list[Finding] = []
    for setting in settings(plan):
        for finding in judge_setting(setting):
            known = [
                f.verdict for f in findings if (f.path, f.precision) == (finding.path, finding.precision)
            ]
            if not known or VERDICTS.index(finding.verdict) > VERDICTS.index(worst(known)):
                findings.append(finding)
    return Certificate(
        prepared.model.name,
        prepared.sample_rate,
        worst([f.verdict for f in findings if f.precision == DOUBLE.name]),
        worst([f.verdict for f in findings if f.precision == SINGLE.name]),
        tuple(findings),
        ranges(plan, is_good),
        tuple(str(delay) for delay in prepared.fractional),
        prepared.model.notes,
        (prepared.sample_rate,),
    )


def _findings(prepared: Prepared, plan: ControlPlan, setting: dict[str, float]) -> list[Finding]:
    """Findings in both precisions, double first, for a setting of the controls."""
    moved = {name: value for name, value in setting.items() if value != plan[name].neutral}
    model = plan.apply(prepared.model, setting) if moved else prepared.model
    network = network_of(model.root)
    precisions = (DOUBLE, SINGLE)
    if set(plan.names) & {"t60", "freeze"}:
        precisions = (as_computed(DOUBLE), as_computed(SINGLE))
    return [_told(finding, moved, plan) for finding in judge(network, prepared.sample_rate, precisions)]


def _told(finding: Finding, moved: Mapping[str, float], plan: ControlPlan) -> Finding:
    """The finding with the setting that it is for."""
    if not moved:
        return finding
    where = ", ".join(f"{name} {value:g} {plan[name].unit}".rstrip() for name, value in moved.items())
    return Finding(**{**asdict(finding), "reason": f"{finding.reason} (with {where})"})


def _knob(knob: Mapping[str, Any]) -> KnobRange:
    certified = knob["certified"]
    return KnobRange(**{**knob, "certified": None if certified is None else (certified[0], certified[1])})


def _plain(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
